"""The app as a user starts it, and its pages without a browser."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parent.parent


@contextlib.contextmanager
def running_app(home, script="app.py"):
    """Start the app on a free port of this machine; yields its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", script]
    command += ["--server.port", str(port), "--server.address", "127.0.0.1"]
    log = (home / "log").open("wb")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | {"HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)
        log.close()


def wait_for(url, process):
    """Until the server answers; its end, or a minute without an answer, is an error."""
    for _ in range(600):
        assert process.poll() is None, "the app ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, ConnectionError):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
    raise AssertionError("the app did not answer within a minute")


@pytest.fixture(scope="session")
def app_url(tmp_path_factory):
    """One running app for all browser tests."""
    with running_app(tmp_path_factory.mktemp("home")) as (url, _pid):
        yield url


@pytest.fixture
def fresh_app_url(tmp_path):
    """An app that nobody has opened yet."""
    with running_app(tmp_path) as (url, _pid):
        yield url


@pytest.fixture
def open_page():
    """Open a page as a link does: a name ("" is home) and the controls' values."""

    def run(name="", locale="en-US", **query):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.context = {"locale": locale}
        for key, value in query.items():
            at.query_params[key] = str(value)
        if name:
            at.switch_page(f"pages/{name}.py")
        return at.run()

    return run


@pytest.fixture
def staged():
    """What a page sent to the stage: the header, with each map's numbers under "arrays"."""

    def read(at, key="stage"):
        for element in at.get("bidi_component"):
            blob = element.proto.bytes
            if not blob or f"-{key}" not in element.proto.id:
                continue
            length = int.from_bytes(blob[:4], "little")
            header = json.loads(blob[4 : 4 + length])
            at_byte = 4 + length
            for name, entry in header["arrays"].items():
                dtype = np.dtype("<" + entry["dtype"])
                count = int(np.prod(entry["shape"]))
                values = np.frombuffer(blob, dtype, count, at_byte).reshape(entry["shape"])
                at_byte += count * dtype.itemsize
                header["arrays"][name] = values / entry["divisor"]
            return header
        raise AssertionError(f"nothing was sent to the stage {key!r}")

    return read
