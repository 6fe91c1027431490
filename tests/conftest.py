"""Fixtures for the whole suite: the app as a user starts it, and a Chromium to open it in."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The Chromium that `python -m tests` found; quiet and without requests of its own."""
    path = os.environ.get("CNNVIZ_CHROMIUM") or shutil.which("chromium")
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
    quiet += ["--disable-background-networking", "--disable-component-update"]
    chosen = {"executable_path": path} if path else {}
    return browser_type_launch_args | {"args": quiet} | chosen


@contextlib.contextmanager
def running_app(home):
    """Start the app on a free port of this machine; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
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
        yield f"http://127.0.0.1:{port}"
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
    with running_app(tmp_path_factory.mktemp("home")) as url:
        yield url


@pytest.fixture
def fresh_app_url(tmp_path):
    """An app that nobody has opened yet."""
    with running_app(tmp_path) as url:
        yield url
