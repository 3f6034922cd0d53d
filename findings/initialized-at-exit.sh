#!/usr/bin/env bash
# Py_IsInitialized() does not say whether Python code can run. It answers 0 as soon as modules are torn down, while the
# finalisers of their globals still run, and what these call (here a handler of a GObject's signal) runs too. A binding that
# asks it before it calls Python loses those calls in silence. Needs python3-venv, a C compiler, libgirepository1.0-dev and
# libcairo2-dev. Seen with CPython 3.10.13, 3.11.2, 3.12.1 and 3.13.0, and PyGObject 3.50.2.
#
# Output seen:
#   in the program: Py_IsInitialized() = 1, handler called 1 times
#   in __del__ at exit: Py_IsInitialized() = 0, handler called 2 times
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

cat > "$folder/exit.py" <<'PROGRAM'
import ctypes
import os

from gi.repository import GObject

initialized = ctypes.pythonapi.Py_IsInitialized


class Counter(GObject.Object):
    __gsignals__ = {"counted": (GObject.SignalFlags.RUN_LAST, None, ())}


class Last:
    def __init__(self):
        self.counter = Counter()
        self.heard = []
        self.counter.connect("counted", lambda counter, heard=self.heard: heard.append(1))
        self.initialized, self.write = initialized, os.write

    def tell(self, when):
        self.counter.emit("counted")
        self.write(1, f"{when}: Py_IsInitialized() = {self.initialized()}, handler called {len(self.heard)} times\n".encode())

    def __del__(self):
        self.tell("in __del__ at exit")


last = Last()
last.tell("in the program")
PROGRAM

cat > "$folder/expected" <<'TEXT'
in the program: Py_IsInitialized() = 1, handler called 1 times
in __del__ at exit: Py_IsInitialized() = 0, handler called 2 times
TEXT
"$folder/venv/bin/python" "$folder/exit.py" | tee "$folder/seen"
cmp "$folder/seen" "$folder/expected"
echo "as expected"
