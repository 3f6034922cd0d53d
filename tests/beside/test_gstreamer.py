"""Programs with gst-python's overrides: each does on gijit what it does on PyGObject."""

import ast
import glob
import os
import pathlib
import subprocess
import sys

import pytest
from environments import SYSTEM, clean

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = HERE / "gstreamer_programs.py"
PACKAGES = "/usr/lib/python3/dist-packages"
NAMES = [
    item.name
    for item in ast.parse(PROGRAMS.read_text()).body
    if isinstance(item, ast.FunctionDef) and item.name not in ("begin", "finish")
]

if not glob.glob(f"{PACKAGES}/gi/overrides/_gi_gst.{sys.implementation.cache_tag}-*.so"):
    pytest.skip("there is no gst-python for this Python", allow_module_level=True)


def on_gijit(name, tmp_path):
    program = (
        f"import sys; sys.path.append({PACKAGES!r})\nimport gijit, runpy; gijit.install()\nsys.argv = ['x', {name!r}]\n"
        f"runpy.run_path({str(PROGRAMS)!r}, run_name='__main__')"
    )
    env = {**os.environ, "GST_REGISTRY": str(tmp_path / "registry"), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "CRITICAL" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_program(name, tmp_path):
    ours = on_gijit(name, tmp_path)
    env = clean(GST_REGISTRY=str(tmp_path / "registry"), PYTHONWARNINGS="ignore", PYTHONNOUSERSITE="1")
    for variable in ("GI_TYPELIB_PATH", "LD_LIBRARY_PATH"):
        env.pop(variable, None)
    done = subprocess.run([SYSTEM, PROGRAMS, name], env=env, capture_output=True, text=True, timeout=120)
    if "No module named 'gi'" in done.stderr:
        pytest.skip("there is no PyGObject for the distribution's Python, to compare with")
    assert (done.returncode, ours) == (0, done.stdout), done.stderr


def test_what_was_compared_is_right(tmp_path):
    """Not only the same: what some of it must be."""
    assert "[(True, 200, b'\\x00\\x00\\x00\\x00', 8000)" in on_gijit("appsink_and_map", tmp_path)
    assert "Sink (b'\\x02', b'\\x04', b'\\x06', b'\\x08')" in on_gijit("elements", tmp_path)
    assert "[(1, 0, 'sink'), (2, 1000000000, 'sink'), (3, 2000000000, 'sink')]" in on_gijit("appsrc", tmp_path)
