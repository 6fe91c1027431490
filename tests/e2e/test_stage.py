"""The stage under a mouse, a finger and a keyboard."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

# Goodfellow et al., 2016, and the notes: 5x5 input, 3x3 kernel -> 12 12 17 / 10 17 19 / 9 6 14.
NOTES = "?picture=notes5&kernel=custom&weights=0+1+2+/+2+2+0+/+0+1+2"


def photo(height=90, width=120):
    picture = np.random.default_rng(1).integers(0, 256, (height, width, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    return file.getvalue()


def upload(visit, data, name="photo.png"):
    visit.page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": data}
    )


def centre(canvas, row, column, cell=46):
    """The middle of a cell at grid scale."""
    box = canvas.bounding_box()
    return box["x"] + (column + 0.5) * cell, box["y"] + (row + 0.5) * cell


def test_link_on_a_fresh_server_opens_the_lesson_with_its_menu(fresh_app_url, visit):
    visit.open(f"{fresh_app_url}/convolution{NOTES}&stop=2.3")
    expect(visit.page.locator("h1")).to_have_text("Convolution")
    expect(
        visit.page.locator("[data-testid=stSidebar] a").filter(has_text="Padding")
    ).to_be_visible()
    visit.says("Row 2, column 3: 1×0 + 3×1 + 1×2 + 2×2 + 2×2 + 3×0 + 0×0 + 2×1 + 2×2 = 19")


def test_upload_is_swept_and_a_broken_file_loses_nothing(visit, app_url):
    visit.open(f"{app_url}/convolution")
    upload(visit, photo())
    expect(visit.caption("field")).to_have_text("Input 90×120")
    upload(visit, b"this is no picture", "photo2.png")
    expect(visit.page.locator("[data-testid=stAlert]")).to_contain_text(
        "The previous picture stays."
    )
    expect(visit.caption("field")).to_have_text("Input 90×120")


def test_uploaded_picture_is_there_in_the_next_lesson(visit, app_url):
    visit.open(f"{app_url}/convolution")
    upload(visit, photo())
    expect(visit.caption("field")).to_have_text("Input 90×120")
    visit.page.get_by_role("link", name="Padding and stride").click()
    expect(visit.page.locator("h1")).to_have_text("Padding and stride")
    expect(visit.caption("field")).to_have_text("Input 90×120")


def test_drag_and_hover_and_play_send_nothing(visit, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.says("Row 1, column 1")
    field, stops = (visit.page.locator(f".panel.{name} canvas") for name in ("field", "stops"))
    visit.sent.clear()
    visit.page.mouse.move(*centre(field, 1, 1))
    visit.page.mouse.down()
    visit.page.mouse.move(*centre(field, 3, 3), steps=8)
    visit.says("Row 3, column 3: 2×0 + 2×1 + 3×2 + 0×2 + 2×2 + 2×0 + 0×0 + 0×1 + 1×2 = 14")
    visit.page.mouse.up()
    visit.page.mouse.move(*centre(stops, 0, 2))
    visit.says("Row 1, column 3")
    visit.page.get_by_role("button", name="Play").click()
    visit.says("Row 3, column 3")
    assert visit.sent == []


def test_keyboard_alone_moves_plays_and_names_every_sum(visit, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.stage.focus()
    keys = [
        "Home",
        "ArrowRight",
        "ArrowRight",
        "ArrowDown",
        "ArrowLeft",
        "ArrowLeft",
        "ArrowDown",
        "ArrowRight",
        "End",
    ]
    for key, result in zip(keys, (12, 12, 17, 19, 17, 10, 9, 6, 14), strict=True):
        visit.page.keyboard.press(key)
        expect(visit.stage).to_have_attribute("aria-valuetext", re.compile(f"= {result}$"))
    expect(visit.page.locator("[role=status].unseen").first).to_contain_text("= 14")
    visit.page.keyboard.press("Control+Home")
    visit.says("Row 1, column 1")
    visit.page.keyboard.press(" ")
    expect(visit.page.get_by_role("button", name="Pause")).to_be_visible()


def test_playing_covers_the_results_and_fills_them_in(visit, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    covered = visit.page.get_by_role("button", name="Hide the results not visited yet")
    visit.page.get_by_role("button", name="Play").click()
    expect(covered).to_have_attribute("aria-pressed", "true")
    visit.says("Row 3, column 3")
    expect(covered).to_have_attribute("aria-pressed", "false")


def test_steps_and_jumps(visit, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.page.get_by_role("button", name="One step forward").click()
    visit.says("Row 1, column 2")
    visit.page.get_by_role("button", name="Last stop").click()
    visit.says("Row 3, column 3")
    visit.page.get_by_role("button", name="One step back").click()
    visit.says("Row 3, column 2")
    visit.page.locator(".jump.row input").fill("2")
    visit.page.keyboard.press("Enter")
    visit.says("Row 2, column 2")


def test_a_weight_changed_on_the_stage_changes_the_result_and_the_link(visit, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.says("Row 1, column 1")  # drawn, so that the cells have their places
    box = visit.page.locator(".panel.middle canvas").bounding_box()
    visit.page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2 - 30)
    visit.page.locator("input.editor").fill("5")
    visit.page.keyboard.press("Enter")
    visit.says("3×5 + 3×1")
    expect(visit.page).to_have_url(re.compile(r"weights=5"))


def test_the_copied_link_shows_the_same_on_another_machine(visit, visit_as, app_url):
    visit.open(f"{app_url}/padding_stride?padding=1&stride=2")
    visit.stage.focus()
    visit.page.keyboard.press("ArrowDown")
    expect(visit.page).to_have_url(re.compile(r"stop=2.1"))
    other = visit_as().open(visit.page.url)
    other.says(visit.sentence.inner_text())


def test_phone_shows_the_stage_first_and_nothing_is_wider(visit_as, app_url):
    visit = visit_as(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit.open(f"{app_url}/convolution")
    stage = visit.stage.bounding_box()
    controls = visit.page.locator(".st-key-controls").bounding_box()
    assert stage["y"] + stage["height"] < controls["y"]
    assert visit.width() <= 390


def test_a_finger_moves_the_window(visit_as, app_url):
    visit = visit_as(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.says("Row 1, column 1")
    before = visit.sentence.inner_text()
    box = visit.page.locator(".panel.field canvas").bounding_box()
    visit.page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    visit.says("Row 3, column 3")
    assert visit.sentence.inner_text() != before


def test_question_controls_stage_and_formula_fit_a_projector(visit_as, app_url):
    visit = visit_as(viewport={"width": 1280, "height": 720})
    for lesson in ("convolution", "padding_stride"):
        visit.open(f"{app_url}/{lesson}")
        expect(visit.sentence).not_to_be_empty()
        for what in ("h1", ".st-key-controls", ".stage", ".katex"):
            box = visit.page.locator(what).first.bounding_box()
            assert box["y"] + box["height"] <= 720, (lesson, what)


def test_reduced_motion_does_not_start_by_itself(visit_as, app_url):
    calm = visit_as(reduced_motion="reduce").open(app_url)
    calm.says("Row 1, column 1")
    expect(calm.page.get_by_role("button", name="Play")).to_be_visible()


def test_home_moves_at_once(visit, app_url):
    visit.open(app_url)
    expect(visit.page.get_by_role("button", name="Pause")).to_be_visible()


def test_guess_is_judged_by_the_present_settings(visit, app_url):
    visit.open(f"{app_url}/padding_stride?rows=3&columns=3&kernel_size=2&padding=1")
    visit.page.get_by_label("Your answer").fill("16")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("[data-testid=stAlert]")).to_contain_text("4 rows times 4 columns")


@pytest.mark.parametrize("lesson", ["convolution", "padding_stride"])
def test_first_visit_loads_no_plotly(visit, app_url, lesson):
    loaded = []
    visit.page.on("request", lambda request: loaded.append(request.url))
    visit.open(f"{app_url}/{lesson}")
    assert not [url for url in loaded if "plotly" in url.lower()]


def test_a_worked_example_starts_at_its_own_place(visit, app_url):
    visit.open(f"{app_url}/convolution?stop=61.57")
    visit.says("Row 61, column 57")
    visit.page.get_by_role("button", name="5×5 → 3×3").click()
    visit.says("Row 1, column 1")
    visit.page.get_by_role("button", name="black band").click()
    visit.says("Row 1, column 2: 1×1 + 0×(−1) = 1")
    expect(visit.page).to_have_url(re.compile("stop=1.2"))


def test_results_hidden_from_the_class_stay_hidden_in_the_link(visit, visit_as, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.says("Row 1, column 1")
    visit.page.get_by_role("button", name="Hide the results not visited yet").click()
    visit.page.get_by_role("button", name="One step forward").click()
    visit.page.get_by_role("button", name="Copy link").click()
    expect(visit.page).to_have_url(re.compile("stop=1.2h"))
    other = visit_as().open(visit.page.url)
    other.says("Row 1, column 2")
    hidden = other.page.get_by_role("button", name="Hide the results not visited yet")
    expect(hidden).to_have_attribute("aria-pressed", "true")


def test_back_leaves_the_lesson_and_not_a_setting(visit, app_url):
    visit.open(app_url)
    visit.page.get_by_role("link", name="Padding and stride").first.click()
    expect(visit.page.locator("h1")).to_have_text("Padding and stride")
    visit.page.get_by_label("Stride s").fill("2")
    visit.page.keyboard.press("Enter")
    expect(visit.page).to_have_url(re.compile("stride=2"))
    visit.page.go_back()
    expect(visit.page.locator("h1")).to_have_text("Convolutional networks you can touch")


def test_what_is_typed_into_a_weight_and_is_no_number_is_explained(visit, app_url):
    visit.open(f"{app_url}/convolution{NOTES}")
    visit.says("Row 1, column 1")
    box = visit.page.locator(".panel.middle canvas").bounding_box()
    visit.page.mouse.click(box["x"] + 20, box["y"] + box["height"] / 2 - 30)
    visit.page.locator("input.editor").fill("abc")
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("[data-testid=stAlert]")).to_contain_text("“abc” is not a number")
    visit.says("= 12")
