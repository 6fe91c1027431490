"""Lesson 8: receptive fields, by link and by click, against numbers of others."""

import itertools

import numpy as np
import pytest

from cnnviz.arithmetic import architectures, receptive_field
from cnnviz.figures.growth import growth_chart, ways, ways_chart
from cnnviz.figures.reach import inner_half, reach, widest_path
from cnnviz.ui.stack import StackError, format_layers, parse_layers


def sizes_shown(at):
    """The column "size" of the table of layers."""
    table = next(x.value for x in at.markdown if x.value.startswith("| layer"))
    return [int(line.split("|")[2]) for line in table.splitlines()[2:]]


def weights_shown(at):
    return next(x.value for x in at.markdown if x.value.startswith("All kernels together"))


@pytest.mark.parametrize(
    ("layers", "size", "weights", "single"),
    [("c3-c3", 5, 18, 25), ("c3-c3-c3", 7, 27, 49), ("c5", 5, 25, 25), ("c7", 7, 49, 49)],
)
def test_stacks_of_3x3_see_what_one_kernel_sees_with_fewer_weights(
    open_page, layers, size, weights, single
):
    at = open_page("receptive_field", layers=layers, side="32")
    assert sizes_shown(at)[-1] == size
    assert f"**{weights}** weights" in weights_shown(at)
    assert f"{size}×{size}, has **{single}**" in weights_shown(at)
    assert at.latex[0].value.strip("$\n").endswith(f"= {size}")


@pytest.mark.parametrize(
    ("net", "size"),
    # Araujo, Norris and Sim, 2019, table of receptive fields; 427 with the strides of torchvision
    [("alexnet", 195), ("vgg_16", 212), ("resnet_50_tf_slim", 483), ("resnet_50", 427)],
)
def test_published_networks_see_what_is_published(open_page, net, size):
    assert sizes_shown(open_page("receptive_field", net=net, side="256"))[-1] == size


def test_clicking_an_example_shows_what_its_link_shows(open_page, staged):
    clicked = open_page("receptive_field")
    next(b for b in clicked.button if b.label == "three 3×3").click().run()
    linked = open_page("receptive_field", layers="c3-c3-c3", side="32")
    by_click, by_link = staged(clicked, "cone"), staged(linked, "cone")
    assert np.array_equal(by_click.pop("arrays")["picture"], by_link.pop("arrays")["picture"])
    assert by_click == by_link
    assert sizes_shown(clicked) == sizes_shown(linked) == [1, 3, 5, 7]


def test_cone_gets_fields_windows_and_the_learners_picture(open_page, staged):
    at = open_page("receptive_field", layers="c3s2p1-m2", picture="ramp13x8")
    sent = staged(at, "cone")
    assert sent["fields"]["rows"] == [[1, 1, 0], [3, 2, -1], [5, 4, -1]]
    assert [axis["stops"] for axis in sent["rows"]] == [7, 3]
    assert [axis["stops"] for axis in sent["columns"]] == [4, 2]
    assert np.array_equal(sent["arrays"]["picture"][0], np.add.outer(range(13), range(8)))


def test_counts_beyond_exact_floats_are_counted_with_big_integers(open_page, staged):
    deep = open_page("receptive_field", layers="-".join(["c31p15"] * 12))
    assert 31**12 > 2**53
    assert staged(deep, "cone")["large"]
    assert not staged(open_page("receptive_field"), "cone")["large"]


def test_padding_changes_neither_size_nor_jump(open_page):
    at = open_page("receptive_field", layers="c3p1-m2-c5p0d2")
    table = next(x.value for x in at.markdown if x.value.startswith("| padding of every layer"))
    cells = [[x.strip() for x in line.split("|")[2:6]] for line in table.splitlines()[2:]]
    assert {(size, jump) for size, jump, *_rest in cells} == {("**20**", "**2**")}
    assert len({start for _size, _jump, start, _output in cells}) > 1


def test_a_layer_deeper_than_the_picture_is_explained_and_its_field_still_known(open_page):
    at = open_page("receptive_field", layers="c3-m2-m2-m2", side="8")
    assert any("Layer 4 (pool 2 s2) does not fit into 1×1" in x.value for x in at.warning)
    assert sizes_shown(at) == [1, 3, 4, 6, 10]


def test_a_stack_whose_first_layer_does_not_fit_is_explained(open_page):
    at = open_page("receptive_field", layers="c11", picture="count3")
    assert not at.exception
    assert any("Layer 1 (conv 11) does not fit into 3×3" in x.value for x in at.warning)


def test_a_text_that_is_no_stack_is_explained_and_the_last_stack_stays(open_page):
    at = open_page("receptive_field", layers="c3-c3")
    at.text_input(key="layers").set_value("c3-q9").run()
    assert any("“q9” is no layer" in x.value for x in at.warning)
    assert sizes_shown(at) == [1, 3, 5]
    assert at.query_params["layers"] in ("c3-c3", ["c3-c3"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "no layer here"),
        ("-".join(["c3"] * 13), "13 layers are too many: at most 12"),
        ("c0", "kernel size goes from 1 to 31, not 0"),
        ("c3s9", "stride goes from 1 to 8, not 9"),
        ("c3d33", "dilation goes from 1 to 32, not 33"),
        ("c3p32", "padding goes from 0 to 31, not 32"),
        ("m2p2", "at most half of its kernel size, 1, not 2"),
        ("c3s1s2", "“c3s1s2” is no layer"),
        ("c", "“c” is no layer"),
        ("c٣", "is no layer"),  # a digit to Python, not to the course
    ],
)
def test_a_wrong_stack_is_refused_with_its_numbers(text, sentence):
    with pytest.raises(StackError, match=sentence):
        parse_layers(text)


def test_every_stack_survives_being_written_and_read():
    for kind, k, s, p, d in itertools.product("cm", (1, 2, 3, 31), (1, 2, 8), (0, 1), (1, 2, 32)):
        if kind == "c" or p <= k // 2:
            layers = parse_layers(f"{kind}{k}s{s}p{p}d{d}")
            assert parse_layers(format_layers(layers)) == layers
            window, _columns = layers[0].windows
            assert (window.kernel_size, window.stride, window.padding[0], window.dilation) == (
                k,
                s,
                p,
                d,
            )


def test_the_longest_stack_of_the_largest_numbers_is_shown_or_explained(open_page):
    worst = "-".join(["c31s8p31d32"] * 12)
    assert not open_page("receptive_field", layers=worst, side="512").exception
    assert not open_page("receptive_field", layers="-".join(["m31s8p15d32"] * 12)).exception
    assert not open_page("receptive_field", layers="-".join(["c1p31"] * 12), side="512").exception


@pytest.mark.parametrize("count", [1, 4, 9])
def test_the_ways_to_grow_are_compared_at_equal_weights(count):
    stacks = ways(count)
    assert {sum(layer.weights for layer in layers) for layers in stacks.values()} == {9 * count}
    # by hand: adding 2 a layer; doubling; 3 * 2^n - 2 with a pooling each; the root of the weights
    expected = {
        "depth": 2 * count + 1,
        "pooling": 3 * 2**count - 2,
        "stride": 2 ** (count + 1) - 1,
        "dilation": 2 ** (count + 1) - 1,
        "large": {1: 3, 4: 6, 9: 9}[count],
    }
    assert {name: receptive_field(layers).size for name, layers in stacks.items()} == expected


def test_the_widest_path_of_a_network_sees_as_far_as_the_network():
    for name in ("AlexNet", "VGG-16", "GoogLeNet", "ResNet-18", "ResNet-50", "MobileNetV1"):
        features = architectures[name].features
        path = widest_path(features)
        assert receptive_field(path).size == receptive_field(features).size
        assert receptive_field(path).jump == receptive_field(features).jump


def test_half_of_all_paths_lie_in_the_square_that_is_named():
    rng = np.random.default_rng(0)
    for length in (1, 2, 5, 8, 13):
        half = rng.integers(1, 50, (length + 1) // 2)
        counts = [*half[: length // 2], *half[::-1]]
        total = np.outer(counts, counts)
        side = inner_half(counts)
        inside = [
            total[m : length - m, m : length - m].sum() * 2 >= total.sum()
            for m in ((length - side) // 2, (length - side) // 2 + 1)
        ]
        assert inside == [True, False] or (side <= 2 and inside[0])


def test_sizes_stop_where_a_window_no_longer_fits():
    assert reach(parse_layers("c3-c3-c3-c3"), (1, 1, 7, 6)).sizes == ((7, 6), (5, 4), (3, 2))


def test_charts_hold_the_numbers_of_the_table():
    chart = growth_chart(["picture", "a", "b"], [1, 3, 5], 6)
    assert list(chart.data[0].y) == [1, 3, 5]
    assert len(chart.layout.shapes) == 1  # the picture's side is near
    assert [line.name for line in ways_chart("en").data] == [
        "more layers of 3×3",
        "2×2 pooling after each 3×3",
        "3×3 with stride 2",
        "3×3 with dilation 1, 2, 4, …",
        "one large kernel",
    ]


def test_printed_python_prints_the_size_and_jump_that_are_shown(open_page, capsys):
    at = open_page("receptive_field", layers="c3p1-m2-c5d2")
    exec(next(x.value for x in at.code if "import" not in x.value))
    assert capsys.readouterr().out == f"{sizes_shown(at)[-1]} 2\n"


def test_share_of_paths_that_is_said_is_the_true_one(open_page):
    at = open_page("receptive_field", layers="c3-c3", side="32")
    # along one axis 1 2 3 2 1 paths: of 81 in all, (2 + 3 + 2)² = 49 come from the inner 3×3
    said = next(x.value for x in at.markdown if x.value.startswith("Paths lead"))
    assert "inner **3×3**" in said
    assert f"{100 * 49 / 81:.1f} %" in said


def test_no_line_of_a_long_formula_is_longer_than_the_page(open_page):
    for layers in ("c31s8p31d32", "c31p15d32", "c3p1"):
        body = open_page("receptive_field", layers="-".join([layers] * 12)).latex[0].value
        assert max(map(len, body.split(r"\\"))) < 110
    assert "{,}" in open_page("receptive_field", layers="c31s8d32-c31s8d32").latex[0].value
