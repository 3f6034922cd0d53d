"""The C interface, used as extension modules use it: one of our own is compiled against the installed headers."""

import ast
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

import gijit
import pytest

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = pathlib.Path(gijit.__file__).resolve().parent


def _programs():
    tree = ast.parse((HERE / "programs.py").read_text())
    return [item.name for item in tree.body if isinstance(item, ast.FunctionDef) and item.name != "raises"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """The environment of a process that can import ``probe``, which is compiled here with what our pkg-config file says."""
    if not shutil.which("cc") or not shutil.which("pkg-config"):
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("probe")
    pkg_config = {**os.environ, "PKG_CONFIG_PATH": str(PACKAGE / "lib" / "pkgconfig")}
    flags = subprocess.run(
        ["pkg-config", "--cflags", "--libs", "pygobject-3.0"],
        env=pkg_config,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    include = sysconfig.get_path("include")
    command = [
        "cc",
        "-shared",
        "-fPIC",
        "-O1",
        "-Wall",
        "-Werror",
        str(HERE / "probe.c"),
        "-o",
        str(folder / "probe.so"),
    ]
    done = subprocess.run([*command, f"-I{include}", *flags], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {**os.environ, "PYTHONPATH": str(folder), "G_DEBUG": "fatal-criticals"}


@pytest.mark.parametrize("program", _programs())
def test_program(environment, program):
    start = f"import gijit, runpy, sys; gijit.install(); sys.argv = ['programs', {program!r}]"
    run = f"runpy.run_path({str(HERE / 'programs.py')!r}, run_name='__main__')"
    done = subprocess.run(
        [sys.executable, "-c", f"{start}; {run}"], env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"


def test_pkg_config_is_relocatable(tmp_path):
    """The variable that others ask for leads to the headers, wherever the package lies."""
    if not shutil.which("pkg-config"):
        pytest.skip("there is no pkg-config")
    for part in ("include", "lib"):
        shutil.copytree(PACKAGE / part, tmp_path / part)
    said = subprocess.run(
        ["pkg-config", "--variable=pygobjectincludedir", "pygobject-3.0"],
        env={**os.environ, "PKG_CONFIG_PATH": str(tmp_path / "lib" / "pkgconfig")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    folder = pathlib.Path(said).resolve()
    assert folder == tmp_path / "include" / "pygobject-3.0"
    assert sorted(path.name for path in folder.iterdir()) == ["pygobject-types.h", "pygobject.h"]


def test_cflags():
    done = subprocess.run([sys.executable, "-m", "gijit", "--cflags"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("-I") and (pathlib.Path(done.stdout.strip()[2:]) / "pygobject.h").exists()


@pytest.mark.parametrize("compiler", [["cc", "-std=c99"], ["c++", "-x", "c++"]])
def test_headers_of_several_sources(tmp_path, compiler):
    """The headers can be used in C and in C++, and in all files of a module but the first without the table itself."""
    if not shutil.which(compiler[0]):
        pytest.skip(f"there is no {compiler[0]}")
    glib = subprocess.run(["pkg-config", "--cflags", "gobject-2.0"], capture_output=True, text=True, check=True).stdout
    for first in ("", "#define NO_IMPORT_PYGOBJECT\n"):
        source = tmp_path / "part.c"
        source.write_text(first + "#include <pygobject.h>\nPyObject *f (GObject *o) { return pygobject_new (o); }\n")
        done = subprocess.run(
            [*compiler, "-fsyntax-only", "-Wall", "-Werror", str(source)]
            + [f"-I{PACKAGE / 'include' / 'pygobject-3.0'}", f"-I{sysconfig.get_path('include')}", *glib.split()],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr


def test_the_module_behind_the_import():
    import gi
    from gi import _gobject

    assert gi._gobject is _gobject
    assert _gobject.pygobject_version == (3, 58, 1)
    assert repr(_gobject._PyGObject_API).startswith('<capsule object "gobject._PyGObject_API"')
    assert type(gi._gi._PyGObject_API) is type(_gobject._PyGObject_API)
    with pytest.raises(AttributeError):
        _ = gi.nothing_of_that_name
