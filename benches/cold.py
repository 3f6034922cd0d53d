#!/usr/bin/env python3
"""Times the first call ever of many different functions in this process, and prints the times as one line of JSON.

A first call is what a program writes, `owner.name(arguments)`: the name is looked up for the first time, then called.
Classes and instances exist before. The same functions are called on every implementation. It judges nothing.
Usage: cold.py --impl NAME [--functions N] [--cpu N]

The answer: {"impl", "about", "ns": {function: [lookup and call, the second time]}, "absent": {function: why}}.
"""

from __future__ import annotations

import argparse
import gc
import json
from time import perf_counter_ns

import callables
import sides
import worker

NAMESPACES = {"GLib", "GObject", "Gio"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--impl", required=True, choices=[name for name, side in sides.SIDES.items() if side.kind != "floor"]
    )
    options.add_argument("--functions", type=int, default=300)
    options.add_argument("--cpu", type=int)
    chosen = options.parse_args()

    worker.pin(chosen.cpu)
    side = sides.SIDES[chosen.impl]
    about = side.start()
    todo = list(callables.calls(NAMESPACES, chosen.functions))
    times, absent = {}, {}
    clock = perf_counter_ns
    clock()
    gc.collect()
    gc.disable()
    for owner, name, arguments, source in todo:
        try:
            start = clock()
            getattr(owner, name)(*arguments)
            middle = clock()
            getattr(owner, name)(*arguments)
            end = clock()
        except (AttributeError, NotImplementedError, TypeError) as error:
            absent[source] = f"{type(error).__name__}: {error}"
            continue
        times[source] = [middle - start, end - middle]
    about.update(sides.about_python())
    about["after"] = side.counters()
    print(json.dumps({"impl": chosen.impl, "about": about, "ns": times, "absent": absent}))


if __name__ == "__main__":
    main()
