"""Pages in a real browser."""

import os
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

READY = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
# Streamlit asks for these beside the page's own address first; they are served at the root.
HARMLESS = ("_stcore/health", "_stcore/host-config")


expect.set_options(timeout=20_000)  # a busy machine is no fault of the page

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]


def chromium_path():
    """The Chromium that `python -m tests` found; None for Playwright's own."""
    return os.environ.get("CNNVIZ_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser():
    """A Chromium without requests of its own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        yield chromium
        chromium.close()


class Visit:
    """One visitor's page, and everything that it must not do."""

    def __init__(self, page):
        self.page = page
        self.faults, self.outside, self.sent = [], [], []
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", self.asked)
        page.on("websocket", self.connected)

    def connected(self, socket):
        socket.on("framesent", lambda frame: self.sent.append(frame))

    def heard(self, message):
        where = message.text + (message.location or {}).get("url", "")
        if message.type == "error" and not any(name in where for name in HARMLESS):
            self.faults.append(message.text)

    def asked(self, request):
        if not request.url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, url):
        self.page.goto(url)
        self.ready()
        return self

    def ready(self):
        self.page.wait_for_selector(READY)
        expect(self.page.locator("h1")).to_have_count(1)

    @property
    def sentence(self):
        return self.page.locator(".sentence").first

    @property
    def stage(self):
        return self.page.locator(".maps").first

    def caption(self, panel):
        return self.page.locator(f".panel.{panel} .caption").first

    def says(self, words):
        expect(self.sentence).to_contain_text(words)

    def width(self):
        return self.page.evaluate(
            "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
        )


@pytest.fixture
def visit_as(browser):
    """A visitor with another screen or language, given as the browser's context options.

    Fails afterwards if a page complained or asked another machine for something.
    """
    visitors = []

    def start(**options):
        visitors.append(Visit(browser.new_context(**options).new_page()))
        return visitors[-1]

    yield start
    for visitor in visitors:
        visitor.page.context.close()
    assert [visitor.faults for visitor in visitors if visitor.faults] == []
    assert [visitor.outside for visitor in visitors if visitor.outside] == []


@pytest.fixture
def visit(visit_as):
    """A visitor with a wide screen."""
    return visit_as(viewport={"width": 1280, "height": 720})
