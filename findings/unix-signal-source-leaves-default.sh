#!/usr/bin/env bash
# A GLib source for a Unix signal does not give back the handler that was there before: when it goes, the signal has the
# system's default, which for SIGUSR1 ends the process, while Python still says that a function of the program's handles
# it. And it goes with its last reference, not when it is destroyed. Needs python3-venv, a C compiler,
# libgirepository1.0-dev and libcairo2-dev. Seen with GLib 2.74.6, CPython 3.11.2 and PyGObject 3.50.2.
#
# Output seen:
#   before: Python's
#   while there is a source: GLib's
#   destroyed, with a reference left: GLib's
#   gone: the system's default
#   Python says: a function
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

cat > "$folder/signals.py" <<'PROGRAM'
import ctypes
import signal

from gi.repository import GLib

in_force = ctypes.pythonapi.PyOS_getsig
in_force.restype = ctypes.c_void_p
signal.signal(signal.SIGUSR1, lambda *args: None)
ours = in_force(int(signal.SIGUSR1))


def tell(when):
    now = in_force(int(signal.SIGUSR1))
    print(f"{when}:", "Python's" if now == ours else "GLib's" if now else "the system's default")


tell("before")
source = GLib.unix_signal_source_new(signal.SIGUSR1)
source.attach(None)
tell("while there is a source")
source.destroy()
tell("destroyed, with a reference left")
del source
tell("gone")
print("Python says:", "a function" if callable(signal.getsignal(signal.SIGUSR1)) else "none")
PROGRAM

cat > "$folder/expected" <<'TEXT'
before: Python's
while there is a source: GLib's
destroyed, with a reference left: GLib's
gone: the system's default
Python says: a function
TEXT
"$folder/venv/bin/python" "$folder/signals.py" | tee "$folder/seen"
cmp "$folder/seen" "$folder/expected"
echo "as expected"
