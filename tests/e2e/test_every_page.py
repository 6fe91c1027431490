"""What every page must be in a browser: accessible, quiet, readable on a phone, in both languages."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.conftest import ROOT

PAGES = ["", *sorted(path.stem for path in (ROOT / "pages").glob("*.py"))]
SCREENS = {
    "wide": {"viewport": {"width": 1280, "height": 4000}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("name", PAGES)
def test_accessible_quiet_and_not_too_wide(visit_as, app_url, name, screen):
    visit = visit_as(**SCREENS[screen]).open(f"{app_url}/{name}")
    expect(visit.page.locator("canvas").first).to_be_visible()
    expect(visit.page.get_by_role("button", name="Copy link")).to_be_visible()
    visit.page.wait_for_load_state("networkidle")  # fonts and the pieces that come later
    assert visit.page.locator("[data-testid=stException]").count() == 0
    assert visit.width() <= SCREENS[screen]["viewport"]["width"]
    violations = Axe().run(visit.page).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]][:2]) for v in violations] == []


@pytest.mark.parametrize("name", PAGES)
def test_chinese_browser_reads_chinese(visit_as, app_url, name):
    visit = visit_as(locale="zh-CN").open(f"{app_url}/{name}")
    expect(visit.page.locator("html")).to_have_attribute("lang", "zh")
    expect(visit.page.locator("canvas").first).to_be_visible()
    text = visit.page.locator("[data-testid=stMain]").inner_text()
    assert sum("\u4e00" <= letter <= "\u9fff" for letter in text) > 80
