"""Imports that cannot be: each says what is wrong."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

import gijit
import pytest

PACKAGE = pathlib.Path(gijit.__file__).parent
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")


def imported(folder, program="import gi"):
    """What an import says with a copy of the package in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import gijit; gijit.install()\n{program}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.stderr.strip().splitlines()[-1]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "gijit", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    return tmp_path


def test_no_extension_module(copy):
    said = imported(copy)
    assert said.startswith("ImportError: gi's extension module _gi") and "there is none" in said
    assert str(copy / "gijit" / "gi") in said


def test_the_extension_module_of_another_python(copy):
    (copy / "gijit" / "gi" / "_gi.cpython-39-other.so").write_bytes(b"")
    assert "_gi.cpython-39-other.so, built for another Python" in imported(copy)


def test_an_extension_module_that_cannot_be_loaded(copy):
    (copy / "gijit" / "gi" / f"_gi{SUFFIX}").write_bytes(b"no library")
    said = imported(copy)
    assert "cannot be loaded" in said and "circular" not in said


def test_anothers_extension_module_is_none_of_ours(copy, tmp_path):
    # A folder gi on the path, which is part of the package, with a module of that name.
    (copy / "gi").mkdir()
    (copy / "gi" / "_gi.py").write_text("print('loaded')\n")
    assert "there is none" in imported(copy)


def test_in_an_archive(copy):
    archive = shutil.make_archive(str(copy / "all"), "zip", copy, "gijit")
    assert "cannot be loaded from an archive" in imported(archive)


def test_a_pipe_is_no_typelib(run, tmp_path):
    os.mkfifo(tmp_path / "Piped-1.0.typelib")
    program = """
import gi
try:
    gi.require_version("Piped", "1.0")
    from gi.repository import Piped
except (ImportError, ValueError) as error:
    print(error)
"""
    known = os.environ.get("GI_TYPELIB_PATH")
    path = f"{tmp_path}:{known}" if known else str(tmp_path)
    assert "not a regular file" in run(program, env={"GI_TYPELIB_PATH": path}, timeout=30)


INTERPRETERS = ["_interpreters", "_xxsubinterpreters"]


@pytest.mark.parametrize("first", [False, True])
def test_sub_interpreters_are_refused(run, first):
    program = f"""
import importlib
for name in {INTERPRETERS}:
    try:
        interpreters = importlib.import_module(name)
        break
    except ImportError:
        pass
{"from gi.repository import GLib" if first else ""}
import sys
inside = '''
import sys
sys.path[:] = %r
import gijit; gijit.install()
try:
    import gi
except ImportError as error:
    print("refused:", error, flush=True)
''' % sys.path
one = interpreters.create()
interpreters.run_string(one, inside)
interpreters.destroy(one)
from gi.repository import GLib
print(GLib.ascii_strtoll("42", 10)[0])
"""
    lines = run(program).splitlines()
    assert lines[0].startswith("refused: gi cannot be imported in a sub-interpreter"), lines
    assert lines[-1] == "42"
