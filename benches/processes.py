"""Starts the measured processes: which interpreter runs which side, in which environment, and what came back.

It knows where things are installed and nothing of what is measured.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import sides

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


#: What keeps windows from asking for services that a bench has not, and for a graphics card.
WINDOWS = {
    "GDK_BACKEND": "x11",
    "GSK_RENDERER": "cairo",
    "GSETTINGS_BACKEND": "memory",
    "GTK_A11Y": "none",
    "NO_AT_BRIDGE": "1",
}


class Absent(Exception):
    """A side or a measurement that this machine cannot give; the text says why, without paths of the machine."""


def without_paths(text: str) -> str:
    for path in (str(ROOT), str(Path.home())):
        text = text.replace(path, "…")
    return text


@dataclass
class Runner:
    """How to run each side. `gijit` and `peer` are the interpreters that have gijit and PyGObject."""

    gijit: Path = ROOT / ".venv" / "bin" / "python"
    peer: Path = ROOT / ".venv-peer" / "bin" / "python"
    fixtures: Path = ROOT / "target" / "fixtures"
    floor: Path = ROOT / "target" / "floor"
    cpu: int | None = None
    _why_absent: dict[str, str | None] = field(default_factory=dict)
    _display: str | None = None

    def __post_init__(self) -> None:
        if self.cpu is None and hasattr(os, "sched_getaffinity"):
            # The first CPU tends to serve the interrupts.
            self.cpu = max(os.sched_getaffinity(0))

    def python(self, side: sides.Side) -> Path:
        if side.kind == "floor":
            return self.peer if self.peer.exists() else self.gijit
        return self.gijit if side.kind == "gijit" else self.peer

    def environment(self, side: sides.Side) -> dict[str, str]:
        """The caller's environment without what would change Python or the tier, and without a display."""
        left_out = ("PYTHON", "GIJIT_", "VIRTUAL_ENV", "DISPLAY", "WAYLAND_DISPLAY", "G_DEBUG", "G_SLICE", "MALLOC_")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(left_out)}
        # One order of dict and set entries for everybody.
        clean["PYTHONHASHSEED"] = "0"
        clean["GIJIT_FLOOR"] = str(self.floor)
        if side.tier is not None and side.tier != "auto":
            clean["GIJIT_TIER"] = side.tier
        for variable in ("GI_TYPELIB_PATH", "LD_LIBRARY_PATH"):
            clean[variable] = ":".join(filter(None, [str(self.fixtures), os.environ.get(variable)]))
        return clean

    def prepare(self) -> None:
        """Builds the fixtures library if it is missing, and the floor. Raises Absent if the floor cannot be built.

        Without the fixtures their rows are absent and say so.
        """
        if self.fixtures == ROOT / "target" / "fixtures" and not self.fixtures.exists():
            subprocess.run(["bash", ROOT / "meson-test" / "build.sh"], capture_output=True)
        python = self.python(sides.SIDES["floor-kept"])
        if not python.exists():
            raise Absent("neither gijit's nor PyGObject's environment exists")
        command = [python, HERE / "floor" / "build.py", self.floor]
        built = subprocess.run(command, capture_output=True, text=True)
        if built.returncode != 0:
            raise Absent(without_paths(f"the C extension does not build: {built.stderr.strip()[-2000:]}"))

    def why_absent(self, name: str) -> str | None:
        """Why a side cannot run here, in one line; None if it can. Asked once, by running it."""
        if name not in self._why_absent:
            side = sides.SIDES[name]
            try:
                if not self.python(side).exists():
                    raise Absent(f"{side.title} is not installed")
                self.answer(name, "worker.py", "--row", "empty", "--calls", "1", "--repeats", "1")
                self._why_absent[name] = None
            except Absent as reason:
                self._why_absent[name] = str(reason).strip().splitlines()[-1]
        return self._why_absent[name]

    def answer(self, name: str, script: str, *arguments: str) -> dict[str, Any]:
        """Runs a script of this folder as one side and returns its JSON. Raises Absent with what it said instead."""
        side = sides.SIDES[name]
        pinned = [] if self.cpu is None else ["--cpu", str(self.cpu)]
        command = [str(self.python(side)), str(HERE / script), "--impl", name, *arguments, *pinned]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment(side))
        if done.returncode != 0:
            raise Absent(without_paths(done.stderr.strip() or f"{script} ended with {done.returncode}"))
        return json.loads(done.stdout)

    def start_up(self, name: str, namespace: str) -> dict[str, float]:
        """Imports a namespace, or runs a program of starts/, in a new process: import_ms, cpu_ms, wall_ms, peak_mb. `name`
        may be "none": Python alone. A program that shows a window has a display of its own."""
        side = sides.SIDES["pygobject" if name == "none" else name]
        kind = "none" if name == "none" else side.kind
        command = [str(self.python(side)), str(HERE / "startup.py"), kind, namespace]
        environment = self.environment(side)
        if namespace.startswith("window"):
            environment.update(WINDOWS, DISPLAY=self.display())
        allowed = os.sched_getaffinity(0) if self.cpu is not None else set()
        if self.cpu is not None:
            # The child inherits it. One that pinned itself would have to import what is to be measured.
            os.sched_setaffinity(0, {self.cpu})
        try:
            start = perf_counter_ns()
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            wall = perf_counter_ns() - start
        finally:
            if self.cpu is not None:
                os.sched_setaffinity(0, allowed)
        if done.returncode != 0:
            raise Absent(without_paths(done.stderr.strip() or f"ended with {done.returncode}").splitlines()[-1])
        found = json.loads(done.stdout)
        found = {
            "import_ms": found["import_ns"] / 1e6,
            "cpu_ms": found["cpu_ns"] / 1e6,
            "peak_mb": found["peak_kb"] / 1024,
        }
        return {**found, "wall_ms": wall / 1e6}

    def display(self) -> str:
        """The name of a display in memory, which ends with this process. Raises Absent where there is no Xvfb."""
        if self._display is None:
            if shutil.which("Xvfb") is None:
                raise Absent("there is no Xvfb to show windows on")
            read, write = os.pipe()
            command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
            quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            server = subprocess.Popen(command, pass_fds=[write], **quiet)
            atexit.register(server.wait)
            atexit.register(server.terminate)
            os.close(write)
            with os.fdopen(read) as answer:
                self._display = f":{answer.readline().strip()}"
        return self._display

    def llvm(self) -> tuple[bool, str]:
        """Whether 1,000 first calls leave LLVM unloaded, and what thousand.py says about it. Raises Absent."""
        side = sides.SIDES["gijit-auto"]
        done = subprocess.run(
            [str(self.python(side)), str(HERE / "thousand.py")],
            capture_output=True,
            text=True,
            env=self.environment(side),
        )
        if done.returncode not in (0, 1) or not done.stdout:
            raise Absent(
                without_paths(done.stdout + done.stderr).strip() or f"thousand.py ended with {done.returncode}"
            )
        return done.returncode == 0, done.stdout


def log(text: str) -> None:
    """A line of progress, for whoever waits."""
    if sys.stderr.isatty():
        print(f"\r\033[K{text}", end="", file=sys.stderr, flush=True)
