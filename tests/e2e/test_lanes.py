"""The stage with several lanes and in the scattering direction: what it says, against the engine."""

import re

import pytest
from playwright.sync_api import expect

from tests.conftest import running_app

TWO_CHANNELS = (
    "?numbers=count4x2&kernel_size=3&kernel_size_columns=3&padding=1&padding_columns=1"
    "&stride=2&stride_columns=1&apart=true"
)
# The numbers that the stage works out for its sentences, beside those that the engine sent.
COMPARED = """element => {
  const s = element.parentNode.cnnvizStage, { stops, field } = s.header.arrays, wrong = [];
  const number = (text) => Number(text.replace("\\u2212", "-"));
  const near = (a, b) => Math.abs(a - b) < 0.006 + 1e-9 * Math.abs(b);
  let count = 0;
  const check = (where, said, sent) => { count++; if (!near(number(said), sent)) wrong.push(`${where}: ${said} for ${sent}`); };
  for (let lane = 0; lane < (s.header.scatter ? s.lanes.length : stops.planes); lane++) {
    s.lane = lane;
    const map = s.header.scatter ? field : stops;
    for (let row = 0; row < map.rows; row++)
      for (let column = 0; column < map.columns; column++) {
        const said = s.header.scatter ? s.explainCell([0, 0], { lane, row, column }) : s.explain([row, column]);
        check([lane, row, column], said.value, map.data[(lane * map.rows + row) * map.columns + column] / map.divisor);
      }
  }
  return { count, wrong };
}"""
# All stamps of a scattering pressed one after the other, beside the sums that the engine sent.
GROWN = """element => {
  const s = element.parentNode.cnnvizStage, { field } = s.header.arrays;
  s.cover(true);
  const before = s.growing.map.data.reduce((a, b) => a + Math.abs(b), 0);
  s.uncover(0, s.header.size);
  const grown = Array.from(s.growing.map.data, (v) => v / s.growing.map.divisor);
  return { before, apart: Math.max(...grown.map((v, i) => Math.abs(v - field.data[i] / field.divisor))) };
}"""

# A transposed convolution, and the gradient of a convolution's two-channel input: kernels that stamp.
STAMPS = """
import numpy as np
import streamlit as st
from cnnviz import stage
from cnnviz.arithmetic import Window
from cnnviz.engine import conv2d_backward, conv_transpose2d

st.title("Stamps")
x, kernel = np.arange(1.0, 10).reshape(1, 1, 3, 3), np.outer([1, 2, 1], [1, 2, 1.0])
window = Window(3, stride=2, padding=1)
y = conv_transpose2d(x, kernel[None, None], [0.5], stride=2, padding=1)
stage.show(y, x, window, window, kernel=kernel, bias=0.5, scatter=True, key="a")
gradient, weight = np.array([[[[1, -1], [2, 0.5]]]]), np.arange(8.0).reshape(1, 2, 2, 2)
back = conv2d_backward(gradient, np.zeros((1, 2, 3, 3)), weight)[0]
lanes = (stage.Lane("one"), stage.Lane("two"))
stage.show(back, gradient, Window(2), Window(2), kernel=weight, lanes=lanes, scatter=True, key="b")
"""


def box(visit, panel):
    return visit.page.locator(f".panel.{panel} canvas").bounding_box()


def test_max_names_the_winner_and_minus_infinity_around_the_picture(visit, app_url):
    visit.open(f"{app_url}/pooling{TWO_CHANNELS}")
    visit.says(
        "Channel 1 · Row 1, column 1: max(−∞, −∞, −∞, −∞, 0, 1, −∞, 4, 5) = 5, from row 2, column 2"
    )
    visit.page.locator(".jump.lane input").fill("2")
    visit.page.keyboard.press("Enter")
    visit.says("Channel 2 · Row 1, column 1: max(−∞, −∞, −∞, −∞, 16, 17, −∞, 20, 21) = 21")


def test_average_counts_the_padding_or_not(visit, app_url):
    visit.open(f"{app_url}/pooling{TWO_CHANNELS}&pooling=average")
    visit.says("(0 + 0 + 0 + 0 + 0 + 1 + 0 + 4 + 5) ÷ 9 ≈ 1.11")
    visit.open(f"{app_url}/pooling{TWO_CHANNELS}&pooling=average&count_include_pad=false")
    visit.says("(0 + 1 + 4 + 5) ÷ 4 = 2.5")


def test_gradient_is_said_to_go_to_the_winner_whose_index_was_kept(visit, app_url):
    visit.open(f"{app_url}/pooling?backward=true&stride=1&stop=2.1")
    visit.says("row 3, column 1 (index 8)")
    expect(visit.page.locator(".stage .scale").first).to_have_text(
        "Sum that came in: 45. Sum sent back: 45. Nothing is lost."
    )


def test_pointing_at_a_cell_adds_up_what_it_receives(visit, app_url):
    visit.open(f"{app_url}/pooling?backward=true&stride=1")
    field = box(visit, "field")
    visit.page.mouse.move(field["x"] + 1.5 * 46, field["y"] + 1.5 * 46)  # row 2, column 2 holds 6
    visit.says("Row 2, column 2 receives from 3 windows: 1 + 2 + 5 = 8")


@pytest.mark.parametrize(
    ("link", "count"),
    [
        ("pooling" + TWO_CHANNELS, 16),
        ("pooling" + TWO_CHANNELS + "&pooling=average&count_include_pad=false", 16),
        ("pooling" + TWO_CHANNELS + "&backward=true", 32),
        ("pooling" + TWO_CHANNELS + "&backward=true&pooling=average", 32),
        ("pooling?backward=true&pooling=average&kernel_size=3&stride=1&padding=1&count_include_pad=false", 16),
        ("pooling?pooling=global_average&photo=true&side=32", 1),
        ("channels?bias=-1.5", 9),
        ("channels?numbers=own&planes=1+2+3+/+4+5+6+|+0.5+1+2+/+3+4+5&kernels=count&filter=2", 2),
        ("channels?photo=true&side=16&filters=8&filter=3", 196),
        ("shift", 36),
        ("shift?border=wrap&stride=2&shift_rows=1", 9),
        ("shift?kernel=blur&shift_columns=2", 36),
    ],
)  # fmt: skip
def test_every_number_said_is_the_engines(visit, app_url, link, count):
    visit.open(f"{app_url}/{link}")
    expect(visit.sentence).not_to_be_empty()
    result = visit.page.locator(".stage").first.evaluate(COMPARED)
    assert result == {"count": count, "wrong": []}


@pytest.mark.parametrize("pooling", ["max", "average", "average&count_include_pad=false"])
def test_stamps_that_overlap_add_up_to_the_gradient_sent_back(visit, app_url, pooling):
    visit.open(f"{app_url}/pooling{TWO_CHANNELS}&backward=true&pooling={pooling}")
    expect(visit.sentence).not_to_be_empty()
    result = visit.page.locator(".stage").first.evaluate(GROWN)
    assert result["before"] > 0
    assert result["apart"] < 1e-9


def test_kernels_stamp_transposed_convolutions_and_gradients(visit, tmp_path):
    script = tmp_path / "stamps.py"
    script.write_text(STAMPS, encoding="utf-8")
    with running_app(tmp_path, str(script)) as (url, _pid):
        visit.open(url)
        visit.says("Row 1, column 1: 1 times the kernel is added to 4 cells")
        for place, count in ((0, 25), (1, 18)):
            stage = visit.page.locator(".stage").nth(place)
            assert stage.evaluate(COMPARED) == {"count": count, "wrong": []}
            assert stage.evaluate(GROWN)["apart"] < 1e-9


def test_playing_backwards_ends_with_the_whole_gradient(visit, app_url):
    visit.open(f"{app_url}/pooling?backward=true")
    covered = visit.page.get_by_role("button", name="Hide the results not visited yet")
    visit.page.get_by_role("button", name="Play").click()
    expect(covered).to_have_attribute("aria-pressed", "true")
    visit.says("Row 2, column 2")
    expect(covered).to_have_attribute("aria-pressed", "false")


def test_a_map_value_opens_all_its_products(visit, app_url):
    visit.open(f"{app_url}/channels?numbers=count3x2&kernels=count&filters=1")
    total = box(visit, "stops")
    visit.page.mouse.move(total["x"] + total["width"] * 0.75, total["y"] + total["height"] * 0.75)
    visit.says(
        "Row 2, column 2: Channel 1: 4×0 + 5×1 + 7×2 + 8×3 = 43; "
        "Channel 2: 5×1 + 6×2 + 8×3 + 9×4 = 77. Together 43 + 77 = 120"
    )
    visit.open(f"{app_url}/channels")
    expect(visit.sentence).to_contain_text("Blue")
    assert visit.sentence.text_content().count("×") == 27


def test_a_map_is_chosen_by_its_picture(visit, app_url):
    visit.open(f"{app_url}/channels?filters=3")
    visit.page.get_by_role("button", name="Show feature map 3").click()
    expect(visit.page).to_have_url(re.compile("filter=3"))
    expect(visit.page.get_by_role("button", name="Show feature map 3")).to_have_attribute(
        "aria-pressed", "true"
    )


def test_a_weight_of_one_slice_is_changed_on_the_stage(visit, app_url):
    visit.open(f"{app_url}/channels?numbers=count3x2&kernels=count&filters=1")
    visit.says("Channel 2: 1×1 + 2×2 + 4×3 + 5×4 = 37")
    grid = visit.page.locator(".stage").first.evaluate(
        "e => { const g = e.parentNode.cnnvizStage.grids.find((g) => g.name === 'kernel' && g.lane === 1);"
        " return [g.x + g.w / 2, g.y + g.h / 2]; }"
    )
    middle = box(visit, "middle")
    visit.page.mouse.click(middle["x"] + grid[0], middle["y"] + grid[1])
    visit.page.locator("input.editor").fill("10")
    visit.page.keyboard.press("Enter")
    visit.says("Channel 2: 1×10 + 2×2 + 4×3 + 5×4 = 46")
    visit.says("Channel 1: 0×0 + 1×1 + 3×2 + 4×3 = 19")


def test_both_lanes_of_a_shift_look_at_the_same_pixels(visit, app_url):
    visit.open(f"{app_url}/shift?stop=3.4")
    visit.says("Difference")
    lanes = visit.sentence.text_content().split("; ")
    first, second = (re.search(r": ([^:]*×[^=]*) =", lane).group(1) for lane in lanes)
    assert first == second
    assert first.count("×") == 9


def test_dragging_in_a_lane_moves_every_window_and_sends_nothing(visit, app_url):
    visit.open(f"{app_url}/pooling?numbers=count4x2&stride=1")
    visit.says("Channel 1 · Row 1, column 1")
    field = box(visit, "field")
    visit.sent.clear()
    visit.page.mouse.move(field["x"] + 8, field["y"] + 24)
    visit.page.mouse.down()
    visit.page.mouse.move(
        field["x"] + field["width"] - 4, field["y"] + field["height"] - 4, steps=6
    )
    visit.page.mouse.up()
    visit.says("Channel 2 · Row 3, column 3: max(26, 27, 30, 31) = 31")
    assert visit.sent == []
