#!/usr/bin/env python3
"""Runs warm call rows in this process on one implementation and prints what it found as one line of JSON.

Everything about one measurement in one process is here; what the figures mean, and other processes, are not. Another
thread sleeps all the while, on every side.
Usage: worker.py --impl NAME [--row NAME[,NAME…]] [--calls N] [--repeats K] [--cpu N]

The answer: {"impl", "about": {…}, "rows": {name: {"ns": [K times, ns per call], "result": repr} or {"absent": why}}}.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import threading
from itertools import repeat
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import rows
import sides


def timed_loop(call: str, names: rows.Names) -> Any:
    """A function of n that runs `call` n times and returns the nanoseconds, with the names as its local variables."""
    source = (
        f"def loop(n, {', '.join(names)}):\n"
        "    start = perf_counter_ns()\n"
        "    for _ in repeat(None, n):\n"
        f"        {call or 'pass'}\n"
        "    return perf_counter_ns() - start\n"
    )
    scope: dict[str, Any] = {"repeat": repeat, "perf_counter_ns": perf_counter_ns}
    exec(source, scope)
    loop = scope["loop"]
    values = list(names.values())
    return lambda n: loop(n, *values)


def measure(row: rows.Row, names: rows.Names, calls: int, repeats: int) -> dict[str, Any]:
    """The times of one row in ns per call, one for each repeat. Raises AssertionError for a wrong result."""
    expected = eval(row.expected, {}, names)
    result = eval(row.call or "None", {}, names)
    # An object must come back as the very wrapper that is known; everything else by value.
    if expected is ...:
        assert result is not None, f"{row.name}: gave nothing"
        result = type(result).__name__
    elif "base" in names:
        assert result is expected, f"{row.name}: another wrapper came back for the same object"
    else:
        assert type(result) is type(expected) or isinstance(expected, tuple), f"{row.name}: gave {result!r}"
        assert result == expected, f"{row.name}: gave {result!r}, not {expected!r}"
    loop = timed_loop(row.call, names)
    calls = max(1, calls // row.weight)
    loop(max(1, calls // 10))
    times = [loop(calls) / calls for _ in range(repeats)]
    shown = "the same wrapper" if "base" in names else repr(tuple(result) if isinstance(result, tuple) else result)
    return {"ns": times, "result": shown[:60]}


def pin(cpu: int | None) -> None:
    """Keeps this process on one CPU, where the system has that call."""
    if cpu is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {cpu})


def accompany() -> None:
    """Gives the process a second thread, which sleeps. Programs have one: GLib starts gmain, gdbus or a pool for whoever
    has an application, a bus or an asynchronous file. In a process without, the C library leaves out what its locks are
    for, the interpreter's among them, until somebody starts a thread: the compiler's would be the first, and calls on
    the sides that have none would be some 20 ns cheaper for no reason that a program could see."""
    threading.Thread(target=threading.Event().wait, daemon=True).start()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--impl", required=True, choices=sorted(sides.SIDES))
    options.add_argument("--row", default="all", help="names from rows.py, joined by commas")
    options.add_argument("--calls", type=int, default=200_000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--cpu", type=int)
    chosen = options.parse_args()

    pin(chosen.cpu)
    accompany()
    side = sides.SIDES[chosen.impl]
    wanted = [r.name for r in rows.ROWS] if chosen.row == "all" else chosen.row.split(",")
    if side.kind == "floor":
        sys.path.insert(0, os.environ.get("GIJIT_FLOOR", str(Path(__file__).parent.parent / "target" / "floor")))
        floor = __import__(chosen.impl.replace("-", "_"))
        about: dict[str, Any] = {}
    else:
        floor = None
        about = side.start()

    gc.collect()
    gc.disable()
    found: dict[str, Any] = {}
    for name in wanted:
        row = rows.BY_NAME[name]
        try:
            names = row.floor(floor) if floor else row.gi()
            found[name] = measure(row, names, chosen.calls, chosen.repeats)
        except (AttributeError, ImportError, ValueError, NotImplementedError) as error:
            found[name] = {"absent": f"{type(error).__name__}: {error}"}
    about.update(sides.about_python())
    about["after"] = side.counters()
    print(json.dumps({"impl": chosen.impl, "about": about, "rows": found}))


if __name__ == "__main__":
    main()
