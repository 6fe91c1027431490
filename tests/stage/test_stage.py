"""What `stage.show` sends to the browser."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from cnnviz import stage
from cnnviz.arithmetic import Window
from cnnviz.stage.stage import callbacks, shares


@pytest.fixture
def sent(staged):
    """Call `stage.show` in a page of its own; returns what was sent."""

    def run(*arguments, **options):
        def page(arguments, options):
            from cnnviz import stage

            stage.show(*arguments, **options)

        at = AppTest.from_function(page, args=(arguments, options)).run()
        assert not at.exception
        return staged(at)

    return run


FIELD = np.arange(32.0).reshape(1, 2, 4, 4)
TWO = Window(2, stride=2)
LANES = (stage.Lane("a"), stage.Lane("b", sign=-1, moved=(0, 1)))


def test_without_lanes_only_the_first_plane_is_shown(sent):
    header = sent(FIELD, np.zeros((1, 2, 2, 2)), TWO, TWO, operation="max")
    assert header["arrays"]["field"].tolist() == [FIELD[0, 0].tolist()]
    assert header["arrays"]["stops"].shape == (1, 2, 2)
    assert header["lanes"] == [{"name": "", "sign": 1, "moved": [0, 0]}]


def test_every_lane_has_its_planes_and_its_place_in_the_sum(sent):
    header = sent(
        FIELD,
        np.ones((2, 2)),
        TWO,
        TWO,
        kernel=np.ones((2, 2, 2)),
        lanes=LANES,
        partial=np.full((2, 2, 2), 0.5),
    )
    assert header["arrays"]["field"].tolist() == FIELD[0].tolist()
    assert header["arrays"]["partial"].tolist() == np.full((2, 2, 2), 0.5).tolist()
    assert header["lanes"][1] == {"name": "b", "sign": -1, "moved": [0, 1]}
    assert header["words"]["together"] == "Difference"


def test_axes_say_where_every_tap_lies(sent):
    rows, columns = Window(3, stride=2, padding=(1, 2), dilation=2), Window(1)
    header = sent(np.ones((1, 7, 5)), np.ones((1, 3, 5)), rows, columns, operation="max")
    axis = header["rows"]
    taps = [
        [
            stop * axis["stride"] - axis["before"] + tap * axis["dilation"]
            for tap in range(axis["kernel"])
        ]
        for stop in range(axis["stops"])
    ]
    assert taps == [list(rows.taps(stop)) for stop in range(rows.output_size(7))]
    assert (axis["cells"], axis["after"]) == (7, 2)


@pytest.mark.parametrize("divisor", [3, 7, 9, 36])
def test_results_of_a_division_stay_exact(sent, divisor):
    kernel = np.ones((1, 2, 2))
    header = sent(
        np.ones((1, 2, 2)), np.array([[[4 / divisor]]]), TWO, TWO, kernel=kernel, scale=divisor
    )
    assert header["scale"] == divisor
    assert header["arrays"]["stops"][0, 0, 0] == 4 / divisor


def test_shares_of_an_average_are_whole_in_the_unit_sent():
    edge = Window(3, padding=1)
    shape = (1, 5, 5)
    unit = shares(edge, edge, shape, shape, "average", count_padding=False)
    assert [unit % n for n in (4, 6, 9)] == [0, 0, 0]
    assert shares(edge, edge, shape, shape, "average", count_padding=True) == 9
    assert shares(edge, edge, shape, shape, "max", count_padding=True) == 1


def test_scattering_sends_what_was_read_and_who_won(sent):
    header = sent(
        np.zeros((1, 4, 4)),
        np.ones((1, 2, 2)),
        TWO,
        TWO,
        operation="max",
        scatter=True,
        read=FIELD[:, :1],
        winners=np.array([[[5, 7], [13, 15]]]),
    )
    assert header["scatter"] is True
    assert header["arrays"]["read"].tolist() == [FIELD[0, 0].tolist()]
    assert header["arrays"]["winners"].tolist() == [[[5, 7], [13, 15]]]
    assert header["words"]["products"] == "goes back"


def test_transposed_convolution_can_be_shown_with_stops_smaller_than_the_field(sent):
    # Dumoulin and Visin, 2016, figure 4.5: 3 x 3 stamped at stride 2 from 2 x 2 gives 5 x 5.
    window = Window(3, stride=2)
    header = sent(
        np.ones((1, 5, 5)), np.ones((1, 2, 2)), window, window, kernel=np.ones((3, 3)), scatter=True
    )
    assert (header["rows"]["cells"], header["rows"]["stops"]) == (5, 2)
    assert window.input_size(2) == 5


def test_maps_to_choose_from_are_thinned_out_to_64_cells(sent):
    planes = np.arange(3 * 130 * 65).reshape(3, 130, 65) % 251
    header = sent(
        np.ones((1, 2, 2)),
        np.ones((1, 1, 1)),
        TWO,
        TWO,
        kernel=np.ones((2, 2)),
        maps=stage.Maps(planes, 2, print),
    )
    assert header["arrays"]["maps"].tolist() == planes[:, ::3, ::3].tolist()
    assert header["chosen"] == 2


def test_bias_is_an_exact_fraction(sent):
    header = sent(
        np.ones((1, 2, 2)), np.ones((1, 1, 1)), TWO, TWO, kernel=np.ones((2, 2)), bias=-0.1
    )
    assert header["bias"] == {"value": -1, "divisor": 10}


def test_reads_are_counted_for_every_cell(sent):
    window = Window(3)
    header = sent(
        np.ones((1, 5, 5)),
        np.ones((1, 3, 3)),
        window,
        window,
        kernel=np.ones((3, 3)),
        count_reads=True,
    )
    assert (
        header["arrays"]["reads"][0].tolist() == np.outer([1, 2, 3, 2, 1], [1, 2, 3, 2, 1]).tolist()
    )


def test_padding_is_named_in_the_caption_as_short_as_it_can_be(sent):
    def caption(rows, columns, stops):
        arguments = (np.ones((1, 5, 5)), np.ones((1, *stops)), rows, columns)
        return sent(*arguments, operation="max")["words"]["field"]

    assert caption(Window(3), Window(3), (3, 3)) == "Input 5×5"
    assert caption(Window(3, padding=1), Window(3, padding=1), (5, 5)) == "Input 5×5, padding 1"
    assert (
        caption(Window(3, padding=(1, 0)), Window(3, padding=(0, 2)), (4, 5))
        == "Input 5×5, padding 1 above, 0 below, 0 left, 2 right"
    )


@pytest.mark.parametrize(
    ("values", "palette", "expected"),
    [
        ([-3, 7], "grey", (-3, 7)),
        ([-3, 7], "signed", (0, 7)),
        ([-9, 7], "signed", (0, 9)),
        ([], "grey", (0, 255)),
    ],
)
def test_shades_spread_over_the_values(values, palette, expected):
    display = stage.Display.spread(np.array(values), palette)
    assert (display.low, display.high) == expected


def test_edits_come_back_with_their_slice_only_where_there_are_several(monkeypatch):
    edit = {"lane": 1, "row": 0, "column": 2, "value": "1.5"}
    for slices, expected in ((1, (0, 2, "1.5")), (3, (1, 0, 2, "1.5"))):
        got = []
        monkeypatch.setattr(
            "cnnviz.stage.stage.st.session_state", {"stage": type("S", (), {"weight": edit})}
        )
        calls = callbacks("stage", slices, lambda *a, got=got: got.append(a), None)
        calls["on_weight_change"]()
        assert got == [expected]
        assert set(calls) == {"on_weight_change"}


def test_choosing_a_map_calls_back_with_its_number(monkeypatch):
    got = []
    monkeypatch.setattr(
        "cnnviz.stage.stage.st.session_state", {"stage": type("S", (), {"map": {"index": 2}})}
    )
    callbacks("stage", 0, None, stage.Maps(np.ones((3, 1, 1)), 0, got.append))["on_map_change"]()
    assert got == [2]
