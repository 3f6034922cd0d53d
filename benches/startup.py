#!/usr/bin/env python3
"""Imports a namespace, or runs a program of starts/, in this fresh process and prints what that took, as one line of JSON.

It imports nothing of the suite, so that what it measures is the interpreter and `gi` alone.
Usage: startup.py KIND NAME, where KIND is gijit, pygobject or none (an interpreter that imports no gi), and NAME is GLib,
Gio, Gtk-3.0, Gtk-4.0, or a file of starts/ without its suffix.

The answer: {"import_ns": the import statements or the program alone, "cpu_ns": how long the CPU worked for them, "peak_kb":
the most memory resident at any time (VmHWM), "before_kb": the same just before them}. The parent adds the time from start
to end.
"""

import os
import sys
from time import perf_counter_ns, process_time_ns


def peak():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])


def main():
    kind, name = sys.argv[1:]
    before = peak()
    file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "starts", f"{name}.py")
    program = None
    if kind != "none" and os.path.exists(file):
        with open(file) as source:
            program = compile(source.read(), file, "exec")
    start, cpu = perf_counter_ns(), process_time_ns()
    if kind == "gijit":
        import gijit

        gijit.install()
    if kind != "none":
        import gi

        if program is not None:
            exec(program, {"__name__": "__main__"})
        elif name.startswith("Gtk-"):
            gi.require_version("Gtk", name.removeprefix("Gtk-"))
            from gi.repository import Gtk  # noqa: F401
        elif name == "Gio":
            from gi.repository import Gio  # noqa: F401
        else:
            from gi.repository import GLib  # noqa: F401
    end, cpu = perf_counter_ns(), process_time_ns() - cpu
    if kind != "none" and ("gijit" in sys.modules) != (kind == "gijit"):
        sys.exit(f"{kind} was asked for, but another gi was imported")
    print(f'{{"import_ns": {end - start}, "cpu_ns": {cpu}, "peak_kb": {peak()}, "before_kb": {before}}}')


main()
