"""`python -m cnnviz`: set up once, then start the app on its built-in samples."""

import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parent.parent


def environment(requirements: Path) -> str:
    """The Python of an environment that has these requirements; made in .venv where none is active.

    Returns
    -------
    str
        Path of its interpreter.
    """
    python = Path(sys.executable)
    if sys.prefix == sys.base_prefix:  # not inside an environment already
        folder = ROOT / ".venv"
        python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not python.exists():
            venv.create(folder, with_pip=True)
    subprocess.run(
        [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            requirements,
        ],
        check=True,
    )
    return str(python)


def main() -> int:
    """Start the app; more arguments go to Streamlit."""
    python = environment(ROOT / "requirements.txt")
    command = [python, "-m", "streamlit", "run", "app.py", *sys.argv[1:]]
    print("cnnviz starts at http://localhost:8501 - stop it with Ctrl+C", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
