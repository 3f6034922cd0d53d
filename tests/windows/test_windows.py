"""Windows of GTK 3 and GTK 4: the examples, used on an X server without a screen. Pictures go to target/windows."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import gi
import pycairo
import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PICTURES = ROOT / "target" / "windows"

pytestmark = pytest.mark.skipif(shutil.which("xvfb-run") is None, reason="there is no Xvfb")


def use(version, folder):
    """Has the example of a GTK used; returns what was seen."""
    if f"{version}.0" not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    PICTURES.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "GDK_BACKEND": "x11",
        "GSK_RENDERER": "cairo",
        "NO_AT_BRIDGE": "1",
        "GTK_A11Y": "none",
        "GTK_THEME": "Adwaita",
        "GSETTINGS_BACKEND": "memory",
        "GIO_USE_VFS": "local",
        "PYTHONPATH": os.pathsep.join(pycairo.folders()),
    }
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    if subprocess.run([sys.executable, "-c", "import cairo"], env=environment, stderr=subprocess.DEVNULL).returncode:
        pytest.skip("pycairo is not installed")
    done = subprocess.run(
        [
            *("timeout", "100", "xvfb-run", "-a", "-s", f"-screen 0 640x480x24 -fbdir {folder}"),
            *(sys.executable, ROOT / "tests" / "windows" / "drive.py", ROOT / "examples" / f"gtk{version}.py"),
            *(folder / "Xvfb_screen0", PICTURES / f"gtk{version}.png"),
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "CRITICAL" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("version", [3, 4])
def test_a_window_is_used(version, tmp_path):
    seen = use(version, tmp_path)
    assert seen["errors"] == [] and seen["status"] == 0
    assert seen["rows"] == ["5 apples", "3 bananas", "4 pears"]
    assert seen["eaten"] == ["apples", "pears", "pears"] and seen["clicks"] == 2
    assert seen["rows after"] == ["4 apples", "3 bananas", "2 pears"]
    assert seen["rows at the end"] == ["4 apples", "2 pears", "9 plums"]
    assert seen["label"] == "One of the pears eaten"
    assert seen["title"] == "Fruit" and seen["type"] == "Pie" and seen["same"]
    assert seen["draws again"]
    assert all(seen["colours"][name] > 1000 for name in ("red", "yellow", "green", "blue")), seen["colours"]
    # GTK 3 disposes of what is destroyed; GTK 4 waits for the last reference, and the window's handlers are its own.
    assert sorted(seen["gone"]) == (["pie", "window"] if version == 3 else [])


@pytest.mark.parametrize("version", [3, 4])
def test_handlers_fill_what_c_passes_to_them(version):
    if f"{version}.0" not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    environment = {**os.environ, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "none", "NO_AT_BRIDGE": "1"}
    program = ROOT / "tests" / "windows" / "handlers.py"
    command = ["timeout", "100", "xvfb-run", "-a", sys.executable, "-m", "gijit", program, str(version)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "CRITICAL" not in done.stderr, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    # A handler that returns nothing leaves the place as it is, one that returns it in a tuple moves the text.
    assert seen["entry"] == ["YabcZ", [3, 2]]
    assert seen["texts"] == [6, [6], "defabc"]
    assert seen["spin"] == [5.0, 42.0, [0.0, 0.0]]
    assert seen["overlay"] == [[19, 18], True, [3, 19]]
    assert seen.get("layout", [11, 12]) == [11, 12]
    assert seen["errors"] == []


def test_events_that_are_kept():
    if "3.0" not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip("there is no GTK 3")
    environment = {**os.environ, "GDK_BACKEND": "x11", "GTK_A11Y": "none", "NO_AT_BRIDGE": "1"}
    program = ROOT / "tests" / "windows" / "events.py"
    command = ["timeout", "100", "xvfb-run", "-a", sys.executable, "-m", "gijit", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "CRITICAL" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == dict.fromkeys(("virtual function", "handler", "any", "member"), [12.5, 3.0, 77, True])


@pytest.mark.parametrize("version", [3, 4])
def test_an_application_runs_asyncio_tasks(version):
    if f"{version}.0" not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    environment = {**os.environ, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "none", "NO_AT_BRIDGE": "1"}
    environment.pop("DBUS_SESSION_BUS_ADDRESS", None)
    program = ROOT / "tests" / "windows" / "tasks.py"
    command = ["timeout", "100", "xvfb-run", "-a", sys.executable, "-m", "gijit", program, str(version)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "CRITICAL" not in done.stderr and "Traceback" not in done.stderr, done.stderr
    seen = json.loads(done.stdout.splitlines()[-1])
    assert seen == {"status": 0, "seen": ["tick", "directory slept", "nested", "ticks end"]}
