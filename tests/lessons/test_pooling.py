"""Lesson 6: what pooling keeps and what it sends back, by link and by click."""

import contextlib
import io

import numpy as np
import pytest

# The notes' example: arange(32) as (1, 2, 4, 4), window 3, padding 1, stride (2, 1).
TWO_CHANNELS = {
    "numbers": "count4x2",
    "kernel_size": 3,
    "kernel_size_columns": 3,
    "padding": 1,
    "padding_columns": 1,
    "stride": 2,
    "stride_columns": 1,
    "apart": "true",
}
POOLED = [[[5, 6, 7, 7], [13, 14, 15, 15]], [[21, 22, 23, 23], [29, 30, 31, 31]]]
MIXED = np.array([[1, 3, 2, 1], [4, 6, 5, 2], [7, 2, 1, 0], [3, 5, 8, 4]])


def patches(plane, size, stride, padding=0):
    """Every window as a list of its cells, (stop, [(row, column), ...]); padding cells are left out."""
    height, width = plane.shape
    for i in range((height + 2 * padding - size) // stride + 1):
        for j in range((width + 2 * padding - size) // stride + 1):
            cells = [
                (i * stride - padding + u, j * stride - padding + v)
                for u in range(size)
                for v in range(size)
            ]
            yield (i, j), [(r, c) for r, c in cells if 0 <= r < height and 0 <= c < width]


def test_two_channels_keep_the_notes_numbers(open_page, staged):
    arrays = staged(open_page("pooling", **TWO_CHANNELS))["arrays"]
    assert arrays["field"].tolist() == np.arange(32).reshape(2, 4, 4).tolist()
    assert arrays["stops"].tolist() == POOLED


def test_clicking_the_example_gives_what_its_link_gives(open_page, staged):
    at = open_page("pooling")
    example = next(b for b in at.button if b.label == "two channels, stride (2, 1)")
    example.click().run()
    assert staged(at)["arrays"]["stops"].tolist() == POOLED


def test_4x4_becomes_3x3_with_stride_1_and_2x2_with_stride_2(open_page, staged):
    assert staged(open_page("pooling", stride=1))["arrays"]["stops"][0].tolist() == [
        [6, 6, 5],
        [7, 6, 5],
        [7, 8, 8],
    ]
    assert staged(open_page("pooling"))["arrays"]["stops"][0].tolist() == [[6, 5], [7, 8]]


def test_average_is_shown_exactly_as_a_fraction(open_page, staged):
    header = staged(open_page("pooling", pooling="average", kernel_size=3, stride=1))
    assert header["arrays"]["stops"][0] * 9 == pytest.approx(
        np.array([[31, 22], [41, 33]]), abs=1e-12
    )


def test_winner_of_every_window_is_its_first_largest_cell(open_page, staged):
    winners = staged(open_page("pooling", stride=1))["arrays"]["winners"][0]
    for stop, cells in patches(MIXED, 2, 1):
        first = max(cells, key=lambda cell: (MIXED[cell], -cell[0], -cell[1]))
        assert winners[stop] == first[0] * 4 + first[1]


def test_padding_of_a_max_never_wins(open_page, staged):
    planes = "-5 -3 / -4 -2"
    header = staged(open_page("pooling", numbers="own", planes=planes, padding=1))
    assert header["arrays"]["stops"][0].tolist() == [[-5, -3], [-4, -2]]


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("stride", [1, 2])
def test_max_sends_every_gradient_to_its_winner(open_page, staged, stride, padding):
    at = open_page("pooling", backward="true", stride=stride, padding=padding)
    arrays = staged(at)["arrays"]
    expected = np.zeros((4, 4))
    for stop, cells in patches(MIXED, 2, stride, padding):
        expected[max(cells, key=lambda cell: MIXED[cell])] += arrays["stops"][0][stop]
    assert arrays["field"][0].tolist() == expected.tolist()
    assert arrays["read"][0].tolist() == MIXED.tolist()


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("padding", [0, 1])
def test_average_sends_the_same_share_to_every_cell(open_page, staged, padding, counts):
    more = {} if counts or not padding else {"count_include_pad": "false"}
    at = open_page(
        "pooling",
        pooling="average",
        backward="true",
        kernel_size=3,
        stride=1,
        padding=padding,
        **more,
    )
    header = staged(at)
    expected = np.zeros((4, 4))
    for stop, cells in patches(MIXED, 3, 1, padding):
        for cell in cells:
            shared_by = 9 if counts else len(cells)
            expected[cell] += header["arrays"]["stops"][0][stop] / shared_by
    assert header["arrays"]["field"][0] == pytest.approx(expected, abs=1e-12)
    assert header["unit"] % (4 * 9 if padding and not counts else 9) == 0


def test_sums_of_both_gradients_are_said_and_equal(open_page, staged):
    words = staged(open_page("pooling", backward="true", stride=1))["words"]
    assert words["scale"] == "Sum that came in: 45. Sum sent back: 45. Nothing is lost."


def test_share_that_falls_into_the_padding_is_named(open_page, staged):
    # Window 3, padding 1, stride 2 on a 4 x 4 map: the four windows cover 4, 6, 6 and 9 of its
    # cells, so 25 of the 36 ninths come back.
    at = open_page(
        "pooling", pooling="average", backward="true", gradient="ones", kernel_size=3, padding=1
    )
    assert staged(at)["words"]["scale"].startswith(
        f"Sum that came in: 4. Sum sent back to the picture: {25 / 9:.4f}. The other {11 / 9:.4f} "
    )


def test_global_pooling_is_one_window_as_large_as_the_map(open_page, staged):
    header = staged(open_page("pooling", pooling="global_average", numbers="count4x2"))
    assert header["arrays"]["stops"].ravel().tolist() == [7.5, 23.5]  # means of 0..15 and 16..31
    assert (header["rows"]["kernel"], header["columns"]["kernel"]) == (4, 4)
    header = staged(open_page("pooling", pooling="global_max", numbers="count4x2"))
    assert header["arrays"]["stops"].ravel().tolist() == [15, 31]


def test_picture_in_colour_is_pooled_channel_by_channel(open_page, staged):
    header = staged(open_page("pooling", photo="true", colour="true", side="32"))
    field, stops = header["arrays"]["field"], header["arrays"]["stops"]
    assert stops.shape == (3, 16, 16)
    assert (stops == field.reshape(3, 16, 2, 16, 2).max(axis=(2, 4))).all()
    assert [lane["name"] for lane in header["lanes"]] == ["Red", "Green", "Blue"]


@pytest.mark.parametrize(
    "query",
    [
        TWO_CHANNELS,
        TWO_CHANNELS | {"pooling": "average"},
        TWO_CHANNELS | {"pooling": "average", "count_include_pad": "false"},
        {"pooling": "global_max"},
        {"stride": 1},
    ],
)
def test_numpy_program_runs_as_it_stands_and_prints_the_result(open_page, staged, query):
    at = open_page("pooling", **query)
    program, printed = at.code[1].value, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {})
    numbers = np.array(printed.getvalue().replace("[", " ").replace("]", " ").split(), float)
    assert numbers == pytest.approx(staged(at)["arrays"]["stops"].ravel(), rel=1e-6)


def test_question_is_about_the_result_forward_and_about_the_gradient_backward(open_page):
    def asked(**query):
        at = open_page("pooling", **query)
        return next(x.value for x in at.markdown if "Your guess first" in x.value)

    assert "4×4 = 16 numbers" in asked()
    assert "gradient" not in asked()
    assert "get any of the gradient" in asked(backward="true")


@pytest.mark.parametrize("page", ["pooling", "channels"])
def test_own_picture_that_waits_is_spoken_of(open_page, page):
    at = open_page(page)
    assert not any("your own picture" in x.value for x in at.caption)
    at.session_state["_own_picture"] = np.zeros((4, 4, 3), np.uint8)
    at.session_state["_own_size"] = (4, 4)
    assert any("your own picture" in x.value for x in at.run().caption)
