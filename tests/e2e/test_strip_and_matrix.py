"""Lessons 1 and 2 under a mouse and a keyboard: the strip and the matrix view."""

from playwright.sync_api import expect


def point(visit, panel, row, column, columns):
    """Move the mouse to the middle of a cell, counted from 1."""
    canvas = visit.page.locator(f"figure.{panel} canvas")
    cell = canvas.bounding_box()["width"] / columns
    canvas.hover(position={"x": (column - 0.5) * cell, "y": (row - 0.5) * cell})


def test_pulling_a_patch_moves_it_and_the_link_says_where(visit, app_url):
    visit.open(f"{app_url}/flatten")
    canvas, mouse = visit.page.locator(".pictures canvas").first, visit.page.mouse
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()
    cell = box["width"] / 64
    mouse.move(box["x"] + 20.5 * cell, box["y"] + 26.5 * cell)  # in the left eye, at row 23
    mouse.down()
    mouse.move(box["x"] + 20.5 * cell, box["y"] + 16.5 * cell, steps=4)  # ten rows up
    mouse.up()
    visit.page.wait_for_url("**row_a=13**")
    assert "patches=own" in visit.page.url


def test_pixel_of_the_link_is_looked_at_and_keys_move_it(visit, app_url):
    visit.open(f"{app_url}/flatten?picture=diagonals&change=none&pixel=2.3")
    visit.says("(2 − 1)·6 + 3 = 9 of the list")
    visit.page.locator(".strip .board").press("ArrowDown")
    visit.says("(3 − 1)·6 + 3 = 15 of the list")
    visit.says("Left and right: 14, 16, 1 away. Above and below: 9, 21, 6 away.")
    visit.page.locator(".strip .board").press("End")
    visit.says("Number 19 comes next in the list, and is no neighbour")
    visit.page.wait_for_url("**pixel=3.6**")


def test_shuffled_pixel_is_found_again_in_the_other_list(visit, app_url):
    visit.open(f"{app_url}/flatten?picture=diagonals&change=shuffle&pixel=1.1")
    visit.says("In the changed list this pixel is number")
    board = visit.page.locator(".strip .board")
    board.press(" ")
    visit.says("Before the change this pixel was number")
    board.press("c")  # Streamlit's own keys do nothing here
    board.press("r")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)


def test_pointing_at_row_column_and_weight_names_what_belongs_to_it(visit, app_url):
    visit.open(f"{app_url}/parameters?picture=diagonals&kernel=diagonal")
    visit.says("Row 1 makes result 1 (row 1, column 1 of the map): 1×1 + 0×(−1)")
    point(visit, "field", 4, 4, columns=6)
    visit.says("Column 22 carries pixel 22 (row 4, column 4, value 0). Results that read it: 9.")
    point(visit, "kernel", 2, 2, columns=3)
    visit.says(
        "The weight 1 of the kernel (row 2, column 2). Places in the matrix that hold it: 16."
    )
    point(visit, "stops", 3, 3, columns=4)
    visit.says("makes result 11 (row 3, column 3 of the map)")


def test_arrow_keys_walk_through_the_matrix(visit, app_url):
    visit.open(f"{app_url}/parameters?picture=diagonals&kernel=diagonal")
    board = visit.page.locator(".view .board")
    board.press("ArrowRight")
    visit.says("Pixel 2 reaches result 1 by the weight −1, row 1, column 2 of the kernel.")
    board.press("End")
    visit.says("Pixel 36 does not reach result 1")
    board.press("Control+End")
    visit.says("Pixel 36 reaches result 16 by the weight 1, row 3, column 3")
