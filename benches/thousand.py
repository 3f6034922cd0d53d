#!/usr/bin/env python3
"""Shows that LLVM stays away: calls 1,000 different functions once each on gijit, then looks at what this process maps.

A program that starts makes hundreds of first calls; none of them may load the engine library. Run it with the Python that
has gijit, with GIJIT_TIER unset or `auto`. It ends with 0 if the engine is not mapped, 1 if it is, 2 if fewer functions
than asked for could be called. Usage: thousand.py [--impl gijit-auto] [--functions N]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import callables
import sides


def mapped_engines() -> list[str]:
    """The names of mapped files that are gijit's engine library or LLVM itself, each once."""
    names = set()
    for line in Path("/proc/self/maps").read_text().splitlines():
        fields = line.split(None, 5)
        name = fields[5].rsplit("/", 1)[-1] if len(fields) == 6 else ""
        if name.startswith("_engine") or "LLVM" in name:
            names.add(name)
    return sorted(names)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    # PyGObject, which has no engine, is for trying the list out.
    options.add_argument("--impl", default="gijit-auto", choices=["gijit-auto", "pygobject"])
    options.add_argument("--functions", type=int, default=1000)
    chosen = options.parse_args()

    side = sides.SIDES[chosen.impl]
    side.start()
    called, refused = 0, []
    for owner, name, arguments, source in callables.calls():
        try:
            getattr(owner, name)(*arguments)
        except (AttributeError, NotImplementedError, TypeError) as error:
            refused.append(f"{source}: {error}")
            continue
        called += 1
        if called == chosen.functions:
            break
    engines = mapped_engines()
    print(f"{called} different functions were called once each, {len(refused)} were skipped:")
    for line in refused[:10]:
        print(f"  {line}")
    print(f"engine library in this process's maps: {', '.join(engines) or 'none'}")
    counters = side.counters()
    if counters:
        print(f"gijit counted: {counters}")
    return 2 if called < chosen.functions else 1 if engines else 0


if __name__ == "__main__":
    sys.exit(main())
