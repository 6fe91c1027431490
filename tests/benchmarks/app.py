"""`python -m tests.benchmarks.app`: how fast the app answers, against an empty Streamlit page.

Ratios are taken in one run, in turns. The load test keeps its clients on this machine and stops by itself.
"""

import asyncio
import re
import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

from tests.conftest import running_app
from tests.e2e.conftest import QUIET, READY, chromium_path

ROUNDS = 12
SESSIONS, SECONDS, LONG_RUN = 30, 20, 2000
EMPTY = """
import numpy as np, streamlit as st
level = st.slider("level", 0, 255, 100)
st.image(np.full((256, 256), level, np.uint8))
"""
# Milliseconds from a key press to the first frame in which `watched` differs.
PRESS = """async ([key, watched]) => {
  const deep = (root) => { const found = root.querySelector(watched); if (found) return found;
    for (const e of root.querySelectorAll("*")) if (e.shadowRoot) { const f = deep(e.shadowRoot); if (f) return f; } };
  const look = () => { const e = deep(document); return e && (e.src || e.innerText); };
  const before = look();
  window.cnnvizStart = 0;
  document.addEventListener("keydown", () => { window.cnnvizStart = performance.now(); }, {once: true, capture: true});
  window.cnnvizDone = new Promise((done, fail) => { setTimeout(() => fail(new Error("nothing changed")), 20000); const poll = () => {
    if (window.cnnvizStart && look() !== before) done(performance.now() - window.cnnvizStart);
    else requestAnimationFrame(poll); }; poll(); });
}"""
FRAMES = """async () => {
  const deep = (root) => { for (const e of root.querySelectorAll("*")) if (e.shadowRoot) {
    if (e.shadowRoot.cnnvizStage) return e.shadowRoot.cnnvizStage; const f = deep(e.shadowRoot); if (f) return f; } };
  const stage = deep(document);
  stage.drawing.length = 0;
  const start = performance.now(); let frames = 0;
  await new Promise((done) => { const tick = () => { frames++; performance.now() - start < 2000 ? requestAnimationFrame(tick) : done(); }; requestAnimationFrame(tick); });
  return [frames / 2, stage.drawing.slice().sort((a, b) => a - b)];
}"""


def press(page, key, watched):
    """Milliseconds from the key press to the visible change."""
    page.evaluate(PRESS, [key, watched])
    page.keyboard.press(key)
    took = page.evaluate("window.cnnvizDone")
    page.wait_for_selector(READY)
    return took


def settled(page, url):
    page.goto(url)
    page.wait_for_selector(READY)
    page.wait_for_timeout(1000)
    return page


def browser_rows(app, empty):
    """Rows of the table that need a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=QUIET)
        bare = settled(browser.new_page(), empty)
        bare.locator("[data-testid=stSlider] input").focus()
        sums = ".sentence"
        lessons = {}
        for name, query, key in (
            ("convolution", "", "bias"),
            ("padding_stride", "?picture=cat&padding=1", "stride"),
        ):
            page = settled(browser.new_page(), f"{app}/{name}{query}")
            page.locator(f".st-key-{key} input").focus()
            lessons[name] = page
        times = {"empty": []} | {name: [] for name in lessons} | {"picture": []}
        for i in range(ROUNDS):
            key = "ArrowUp" if i % 2 == 0 else "ArrowDown"
            times["empty"].append(press(bare, "ArrowRight", "[data-testid=stImage] img"))
            times["convolution"].append(press(lessons["convolution"], key, sums))
            times["padding_stride"].append(
                press(lessons["padding_stride"], key, ".panel.stops .caption")
            )
        page = settled(browser.new_page(), f"{app}/convolution")
        for i in range(ROUNDS):
            page.locator(".st-key-picture input").click()
            page.get_by_role("option").nth(1 + i % 3).wait_for()
            page.keyboard.press("ArrowDown" if i % 2 == 0 else "ArrowUp")
            times["picture"].append(press(page, "Enter", sums))
        empty_ms = statistics.median(times["empty"])
        yield "empty page: key press to change", f"{empty_ms:.0f} ms", "", True
        for name, most in (("convolution", 2), ("padding_stride", 2), ("picture", 4)):
            took = statistics.median(times[name])
            yield (
                f"{name}: key press to change",
                f"{took:.0f} ms = {took / empty_ms:.2f}x",
                f"{most}x",
                took <= most * empty_ms,
            )
        yield from frame_rows(settled(browser.new_page(), f"{app}/convolution"))
        yield from payload_rows(browser, app)
        browser.close()


def frame_rows(page):
    """Frames a second and drawing time while the window plays and is dragged, 256x256."""
    sent = []
    page.context.pages[-1].on(
        "websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame))
    )
    page.get_by_role("button", name="Play").click()
    rates, drawing = page.evaluate(FRAMES)
    yield "play: frames a second", f"{rates:.0f}", "55", rates >= 55
    yield (
        "play: drawing, 95th percentile",
        f"{np.percentile(drawing, 95):.2f} ms",
        "4 ms",
        np.percentile(drawing, 95) < 4,
    )
    box = page.locator(".panel.field canvas").bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + 5)
    page.mouse.down()
    page.evaluate("window.cnnvizFrames = (" + FRAMES + ")()&&0")
    for i in range(200):
        page.mouse.move(box["x"] + 5 + i % 200, box["y"] + 5 + (i * 7) % 200)
    page.mouse.up()
    drawing = page.evaluate(FRAMES.replace("stage.drawing.length = 0;", ""))[1]
    yield (
        "drag: drawing, 95th percentile",
        f"{np.percentile(drawing, 95):.2f} ms",
        "4 ms",
        np.percentile(drawing, 95) < 4,
    )


def payload_rows(browser, app):
    """What a first visit to lesson 3 receives over the websocket."""
    page, got, loaded = browser.new_page(), [], []
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: got.append(len(frame)))
    )
    page.on("request", lambda request: loaded.append(request.url))
    settled(page, f"{app}/convolution")
    yield "lesson 3: payload of a first visit", f"{sum(got) / 1e6:.2f} MB", "1 MB", sum(got) < 1e6
    yield (
        "lesson 3: Plotly loaded",
        str(any("plotly" in url.lower() for url in loaded)),
        "False",
        not any("plotly" in url.lower() for url in loaded),
    )


class Pupil:
    """One browser session without a browser: speaks Streamlit's protocol and changes the bias."""

    def __init__(self, socket, page_hash=""):
        self.socket, self.page_hash, self.widget = socket, page_hash, None

    async def run(self, value=None):
        """Ask for a run of the page; seconds until it has ended."""
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

        ask = BackMsg()
        ask.rerun_script.query_string = ""
        ask.rerun_script.page_script_hash = self.page_hash
        if not self.page_hash:
            ask.rerun_script.page_name = "convolution"
        if value is not None:
            state = ask.rerun_script.widget_states.widgets.add()
            state.id, state.double_value = self.widget, value
        start = time.perf_counter()
        await self.socket.send(ask.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(await self.socket.recv())
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = message.new_session.page_script_hash
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "number_input":
                widget = message.delta.new_element.number_input.id
                self.widget = widget if widget.endswith("-bias") else self.widget
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
            if kind == "script_finished":
                return time.perf_counter() - start


def memory(pid):
    """Resident memory of a process in MB."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024


async def load(url, pid):
    """Rows of the load test: a class that changes a control once a second, then one long session."""
    from websockets.asyncio.client import connect

    address = url.replace("http", "ws") + "/_stcore/stream"

    def enter():
        return connect(address, max_size=None, subprotocols=["streamlit"], origin=url)

    async with enter() as socket:
        await Pupil(socket).run()
    before, times = memory(pid), []

    async def pupil(i):
        async with enter() as socket:
            one = Pupil(socket)
            await asyncio.sleep(i / SESSIONS)
            await one.run()
            for n in range(SECONDS):
                took = await one.run(float(n + i))
                times.append(took)
                await asyncio.sleep(max(0, 1 - took))
        return memory(pid)

    during = max(await asyncio.gather(*(pupil(i) for i in range(SESSIONS))))
    most = np.percentile(times, 95) * 1000
    yield f"{SESSIONS} sessions: answer, 95th percentile", f"{most:.0f} ms", "150 ms", most < 150
    each = (during - before) / SESSIONS
    yield f"{SESSIONS} sessions: memory of one", f"{each:.1f} MB", "6 MB", each < 6
    async with enter() as socket:
        one = Pupil(socket)
        for n in range(LONG_RUN + 200):
            if n == 200:
                start = memory(pid)
            await one.run(float(n % 200)) if one.widget else await one.run()
    growth = memory(pid) - start
    yield f"{LONG_RUN} reruns: growth", f"{growth:.1f} MB", "5 MB", growth < 5


def tell(what, measured, bar, good):
    """One row of the table."""
    print(f"| {what} | {measured} | {bar} | {'yes' if good else 'NO'} |", flush=True)


async def tell_all(rows):
    async for row in rows:
        tell(*row)


def main():
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        home, script = Path(folder), Path(folder, "empty.py")
        script.write_text(EMPTY)
        with running_app(home, str(script)) as (empty, _pid), running_app(home) as (app, _):
            for row in browser_rows(app, empty):
                tell(*row)
        with running_app(home) as (app, pid):
            asyncio.run(tell_all(load(app, pid)))


if __name__ == "__main__":
    main()
