"""PyGObject's own test-suite, made ready to be run against any ``gi``: fetched, unpacked, its libraries built, its tests
copied away from the ``gi`` that is released with them.

Nothing of it is in this tree; all is made in a folder of the build. It must not know who is tested nor how tests are
run.
"""

import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

from salvage import salvage

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = pathlib.Path(__file__).resolve().parent
PIN = ROOT / "scripts" / "peer-3.58.1.txt"


def pinned():
    """(name, version, sha256) of the source release: the one that the peer is built from."""
    found = re.search(r"^(\w+)==([\w.]+) --hash=sha256:([0-9a-f]{64})$", PIN.read_text(), re.MULTILINE)
    return found[1].lower(), found[2], found[3]


def fetch(folder):
    """Path of the release's archive, which pip downloads if it is not there yet, from wherever this machine's pip is told
    to look. SystemExit if that fails, or gives another archive than the pinned one."""
    name, version, digest = pinned()
    archive = folder / f"{name}-{version}.tar.gz"
    if archive.exists() and hashlib.sha256(archive.read_bytes()).hexdigest() == digest:
        return archive
    with tempfile.TemporaryDirectory() as backend:
        # pip asks a release for its metadata before it keeps it. The release's own backend would look for a newer GLib
        # than there may be; this one stands in for it, and knows what the release says of itself.
        shutil.copy(HERE / "metadata.py", pathlib.Path(backend) / "mesonpy.py")
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        options = ["--no-binary=:all:", "--no-build-isolation", "--no-cache-dir", "--require-hashes"]
        done = subprocess.run(
            [*pip, *options, "--dest", str(folder), "-r", str(PIN)], env={**os.environ, "PYTHONPATH": backend}
        )
    if done.returncode or not archive.exists():
        sys.exit(f"error: pip did not download {archive.name}")
    return archive


def unpack(archive, place):
    """The release in ``place``, whole or not at all."""
    if place.exists():
        return place
    half = pathlib.Path(tempfile.mkdtemp(prefix=f"{place.name}.", dir=place.parent))
    with tarfile.open(archive) as contents:
        if hasattr(tarfile, "data_filter"):
            contents.extractall(half, filter="data")
        else:
            contents.extractall(half)
    (only,) = half.iterdir()
    only.rename(place)
    half.rmdir()
    return place


def build(source, folder, *options):
    """Builds a Meson project. What it says is shown if it fails."""
    log = folder.with_suffix(".log")
    environment = {**os.environ, "PATH": f"/usr/bin:{os.environ['PATH']}"}
    commands = [["ninja", "-C", str(folder), "--quiet"]]
    if not (folder / "build.ninja").exists():
        commands.insert(0, ["meson", "setup", str(folder), str(source), *options])
    with open(log, "w") as said:
        for command in commands:
            if subprocess.run(command, stdout=said, stderr=subprocess.STDOUT, env=environment).returncode:
                said.flush()
                sys.stderr.write("".join(log.read_text(errors="replace").splitlines(keepends=True)[-30:]))
                sys.exit(f"error: {' '.join(command[:2])} failed; all that it said is in {log}")
    return folder


def newer(source, target):
    return not target.exists() or source.stat().st_mtime > target.stat().st_mtime


class Suite:
    """The suite in ``folder``.

    ``libraries``: the folder with GIMarshallingTests, Regress and Utility and their typelibs. ``tests``: the folder
    with the tests, the compiled schema, and ``testhelper`` if it could be built.
    """

    def __init__(self, folder):
        # A release of its own for each version that was ever pinned.
        folder = folder / pinned()[1]
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # Two runs may start at once. Held until the process ends, or `ready` says that everything is there.
        self.lock = open(folder / ".lock", "w")
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        self.release = unpack(fetch(folder), folder / "release")
        self.libraries = build(
            self.release / "subprojects" / "gobject-introspection-tests",
            folder / "libraries",
            "--buildtype=debugoptimized",
            f"-Dc_args=-include {HERE / 'older-glib.h'}",
        )

    def ready(self):
        """Lets others prepare theirs."""
        self.lock.close()

    def tests_for(self, subject, python, headers):
        """(tests, salvaged): folders of tests for one subject under test, which ``python`` runs.

        In the second, each test file is rewritten so that it can be imported even if parts of it cannot.

        ``headers``: the folder with its ``pygobject.h``, for the module ``testhelper``; None if it has none.
        """
        tests = self._copy(subject)
        salvaged = self._copy(f"{subject}-salvaged", salvage)
        if headers is not None:
            built = build(
                HERE / "helper",
                self.folder / f"helper-{subject}",
                f"-Dsources={self.release / 'tests'}",
                f"-Dcompat={self.release / 'subprojects' / 'pythoncapi-compat'}",
                f"-Dheaders={headers}",
                f"-Dpython={python}",
            )
            for library in built.glob("testhelper*.so"):
                for place in (tests, salvaged):
                    if newer(library, place / library.name):
                        shutil.copy2(library, place / library.name)
        return tests, salvaged

    def _copy(self, name, change=None):
        """A copy of the release's tests in a folder ``name``, in which no ``gi`` lies; ``change`` rewrites each."""
        place = self.folder / name
        tests = place / "tests"
        if not tests.exists():
            half = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}.", dir=self.folder))
            half.chmod(0o755)
            shutil.copytree(self.release / "tests", half / "tests", ignore=shutil.ignore_patterns("*.c", "*.h"))
            (half / "tests" / "conftest.py").rename(half / "tests" / "suite_conftest.py")
            subprocess.run(["glib-compile-schemas", str(half / "tests")], check=True)
            half.rename(place)
        if newer(HERE / "conftest.py", tests / "conftest.py"):
            shutil.copy(HERE / "conftest.py", tests / "conftest.py")
        if change is not None and newer(HERE / "salvage.py", tests / ".changed"):
            for path in (self.release / "tests").glob("*.py"):
                if path.name.startswith("test_") or path.name == "helper.py":
                    (tests / path.name).write_text(change(path.read_text()))
            (tests / ".changed").touch()
        return tests
