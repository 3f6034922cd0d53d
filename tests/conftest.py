"""What all tests share: gijit as ``gi``, and the fixture libraries built and found.

The tier under test is the environment's ``GIJIT_TIER``. Tests of other processes start their own.
"""

import os
import pathlib
import signal
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent

# Whoever starts the tests in the background may have Ctrl-C ignored, and what they start would have so too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def _build_fixtures():
    script = ROOT / "meson-test" / "build.sh"
    done = subprocess.run(["bash", str(script)], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


FOLDERS = _build_fixtures()

# Before the first use of gi: the search path is read once.
for variable in ("GI_TYPELIB_PATH", "LD_LIBRARY_PATH"):
    known = os.environ.get(variable)
    os.environ[variable] = f"{FOLDERS}:{known}" if known else FOLDERS

# In the tier `auto` a test calls less than a program that has earned the compiler: what is called a thousand times gets it.
os.environ.setdefault("GIJIT_THRESHOLD", "1000")

import gijit  # noqa: E402

gijit.install()

import gi  # noqa: E402

for folder in FOLDERS.split(":"):
    gi._gi.prepend_library_path(folder)
gi.require_version("GijitFixtures", "1.0")


@pytest.fixture(scope="session")
def tier():
    """The tier under test: auto, ffi or thunk."""
    return os.environ.get("GIJIT_TIER", "auto")


@pytest.fixture
def run():
    """Runs a program text in a process of its own, with ``gi`` being gijit; returns what it printed. A variable of ``env``
    that is None is not set."""

    def run(program, *, tier=None, env=None, status=0, timeout=120):
        environment = {**os.environ, **(env or {})}
        environment = {name: value for name, value in environment.items() if value is not None}
        if tier is not None:
            environment["GIJIT_TIER"] = tier
        prelude = "import gijit; gijit.install()\n"
        if "GijitFixtures as F" in program:
            prelude += "import gi; gi.require_version('GijitFixtures', '1.0')\n"
        done = subprocess.run(
            [sys.executable, "-c", prelude + program],
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run
