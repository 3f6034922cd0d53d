#!/usr/bin/env python3
"""Imports a namespace in this fresh process and prints what that took, as one line of JSON.

It imports nothing of the suite, so that what it measures is the interpreter and `gi` alone.
Usage: startup.py KIND NAMESPACE, where KIND is gijit, pygobject or none (an interpreter that imports no gi).

The answer: {"import_ns": the import statements alone, "peak_kb": the most memory resident at any time (VmHWM),
"before_kb": the same just before the imports}. The parent adds the time from start to end.
"""

import sys
from time import perf_counter_ns


def peak():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])


def main():
    kind, name = sys.argv[1:]
    before = peak()
    start = perf_counter_ns()
    if kind == "gijit":
        import gijit

        gijit.install()
    if kind != "none":
        import gi

        if name == "Gtk":
            gi.require_version("Gtk", "4.0")
            from gi.repository import Gtk  # noqa: F401
        elif name == "Gio":
            from gi.repository import Gio  # noqa: F401
        else:
            from gi.repository import GLib  # noqa: F401
    end = perf_counter_ns()
    if kind != "none" and ("gijit" in sys.modules) != (kind == "gijit"):
        sys.exit(f"{kind} was asked for, but another gi was imported")
    print(f'{{"import_ns": {end - start}, "peak_kb": {peak()}, "before_kb": {before}}}')


main()
