"""The implementations that are compared: how a process becomes one of them, and how to ask which one it is.

It runs inside the measured process; where their interpreters are installed is for processes.py.
"""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Side:
    """One implementation. `kind` is floor, gijit or pygobject; `tier` is the GIJIT_TIER that it runs under."""

    name: str
    kind: str
    title: str
    tier: str | None = None

    def start(self) -> dict[str, Any]:
        """Makes `gi` this implementation and returns its versions. Raises RuntimeError if another one answers."""
        if self.kind == "gijit":
            # Set by whoever starts the process; a side that is run by hand sets it itself, before the first import.
            if os.environ.setdefault("GIJIT_TIER", self.tier or "auto") != self.tier:
                raise RuntimeError(f"GIJIT_TIER is {os.environ['GIJIT_TIER']!r}, {self.name} needs {self.tier!r}")
            import gijit

            gijit.install()
        import gi

        ours = "gijit" in sys.modules
        if ours != (self.kind == "gijit") or ours != (getattr(gi, "_gijit", None) is not None):
            raise RuntimeError(f"{self.name} was asked for, but gi is {gi.__name__} {gi.__version__}")
        versions = {"gi": gi.__version__, "glib": glib_version()}
        if self.kind == "gijit":
            versions["gijit"] = sys.modules["gijit"].__version__
        return versions

    def counters(self) -> dict[str, Any] | None:
        """What gijit counted (calls per tier), to see that the tier asked for is the tier that ran."""
        if self.kind != "gijit":
            return None
        found = sys.modules["gijit"].stats()
        found = found if isinstance(found, dict) else vars(found)
        return {key: value for key, value in found.items() if isinstance(value, (int, float, str, dict))}


SIDES = {
    side.name: side
    for side in [
        Side("floor-kept", "floor", "C ext (GIL kept)"),
        Side("floor-released", "floor", "C ext (GIL released)"),
        Side("gijit-thunk", "gijit", "gijit thunk", "thunk"),
        Side("gijit-ffi", "gijit", "gijit libffi", "ffi"),
        Side("gijit-auto", "gijit", "gijit", "auto"),
        Side("pygobject", "pygobject", "PyGObject"),
    ]
}


def glib_version() -> str:
    """The version of the GLib library that is loaded, which the constants of the typelib need not tell."""
    import ctypes

    glib = ctypes.CDLL("libglib-2.0.so.0")
    return ".".join(
        str(ctypes.c_uint.in_dll(glib, f"glib_{part}_version").value) for part in ("major", "minor", "micro")
    )


def python_quality() -> str:
    """Whether this interpreter is an optimised build, from what its build left behind; "optimised …" or a warning."""
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    compiled = sysconfig.get_config_var("PY_CFLAGS") or ""
    if sysconfig.get_config_var("Py_DEBUG") or hasattr(sys, "gettotalrefcount"):
        return "NOT OPTIMISED: a debug build"
    if "--enable-optimizations" in flags:
        return "optimised (--enable-optimizations" + (", --with-lto)" if "--with-lto" in flags else ")")
    if not any(level in compiled.split() for level in ("-O2", "-O3")):
        return "NOT OPTIMISED: built without -O2 or -O3"
    # Debian's and Ubuntu's rules build the interpreter by the profile-opt target, which leaves no trace in CONFIG_ARGS.
    real = os.path.realpath(sys.executable)
    if real.startswith("/usr/bin/python3") and os.path.exists("/etc/debian_version"):
        return "optimised (the distribution's package, profile-guided)"
    return "NOT KNOWN to be optimised: no --enable-optimizations, not a distribution's package"


def about_python() -> dict[str, Any]:
    """Version, compiler and quality of the interpreter, equal for all sides of a comparison worth reading."""
    return {
        "python": platform.python_version(),
        "compiler": platform.python_compiler(),
        "build": " ".join(platform.python_build()),
        "quality": python_quality(),
    }
