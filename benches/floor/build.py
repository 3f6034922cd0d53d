#!/usr/bin/env python3
"""Compiles the floor, the hand-written C extension of the speed suite, once with the GIL kept and once with it released.

It is built for the interpreter that runs this file, into target/floor, if a source changed. The functions of the fixtures
library are part of it where that library is built (meson-test/build.sh); without it their rows are missing.
It knows nothing of what is measured. Usage: build.py [OUTPUT_DIRECTORY]
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VARIANTS = {"floor_kept": [], "floor_released": ["-DFLOOR_RELEASE"]}
PACKAGES = ["gio-2.0"]


def fixtures_flags(fixtures: Path) -> list[str]:
    """The flags that compile and link against the fixtures library; none where it is not built."""
    if not (fixtures / "libgijit-fixtures-1.0.so").exists():
        return []
    return [
        "-DFLOOR_FIXTURES",
        f"-I{ROOT / 'typelib-fixtures'}",
        f"-I{fixtures}",
        f"-L{fixtures}",
        f"-Wl,-rpath,{fixtures}",
        "-lgijit-fixtures-1.0",
    ]


def build(output: Path = ROOT / "target" / "floor", fixtures: Path = ROOT / "target" / "fixtures") -> Path:
    """Compiles what is missing or old and returns the folder to import from. Raises CalledProcessError with gcc's words."""
    sources = sorted(HERE.glob("*.c"))
    newest = max(path.stat().st_mtime for path in [*sources, HERE / "floor.h", Path(__file__)])
    packages = subprocess.run(
        ["pkg-config", "--cflags", "--libs", *PACKAGES], check=True, capture_output=True, text=True
    ).stdout.split()
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[0]
    output.mkdir(parents=True, exist_ok=True)
    for name, flags in VARIANTS.items():
        target = output / f"{name}{sysconfig.get_config_var('EXT_SUFFIX')}"
        command = [
            *(compiler, "-O2", "-DNDEBUG", "-fwrapv", "-fPIC", "-shared", "-fvisibility=hidden"),
            *("-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-missing-field-initializers"),
            f"-I{sysconfig.get_path('include')}",
            *flags,
            *("-o", str(target), *map(str, sources)),
            *fixtures_flags(fixtures),
            *packages,
        ]
        # The command itself counts as a source: the fixtures may have appeared, or a flag changed.
        note = target.with_suffix(".command")
        asked = shlex.join(command)
        fresh = target.exists() and target.stat().st_mtime >= newest and note.exists() and note.read_text() == asked
        if not fresh:
            subprocess.run(command, check=True)
            note.write_text(asked)
    return output


if __name__ == "__main__":
    print(build(*map(Path, sys.argv[1:2])))
