"""`python -m tests`: set up once, find or install a Chromium, then run every check there is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from cnnviz.__main__ import ROOT, environment

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def browser(python: str) -> str | None:
    """The path of a Chromium; None where Playwright has one of its own to start."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    own = [python, "-m", "playwright", "install", "chromium"]
    if subprocess.run(own, check=False, stderr=subprocess.DEVNULL).returncode == 0:
        return None
    if shutil.which("apt-get"):  # Debian's package, where Playwright's download is out of reach
        sudo = [] if os.geteuid() == 0 else ["sudo"]
        subprocess.run([*sudo, "apt-get", "update", "-qq"], check=True)
        subprocess.run(
            [*sudo, "apt-get", "install", "-y", "-qq", "chromium"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return shutil.which("chromium")
    sys.exit("No Chromium was found and none could be installed. Install one and run this again.")


def main() -> int:
    """Run ruff and all tests; more arguments go to pytest."""
    python = environment(Path(ROOT, "tests", "requirements.txt"))
    settings = dict(os.environ)
    if path := browser(python):
        settings["CNNVIZ_CHROMIUM"] = path
    checks = [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["pytest", *sys.argv[1:]]]
    codes = [
        subprocess.run([python, "-m", *check], cwd=ROOT, env=settings, check=False).returncode
        for check in checks
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
