#!/usr/bin/env bash
# A GIOChannel in its default encoding, UTF-8, cannot read a NUL: it says that the channel ends within a character, and gives
# nothing of what stands before it either. Without an encoding it can, and then a NUL ends a line as "\n" does, though both
# are there: what `find -print0` prints is read by lines. Needs python3-venv, a C compiler, libgirepository1.0-dev and
# libcairo2-dev. Seen with GLib 2.74.6 (and 2.90), CPython 3.11.2 and PyGObject 3.50.2.
#
# Output seen:
#   UTF-8: g_convert_error: Channel terminates in a partial character (3)
#   no encoding: ['one', 'two\n', 'three']
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2
printf 'one\0two\nthree' > "$folder/names"

cat > "$folder/lines.py" <<'PROGRAM'
import sys

from gi.repository import GLib

channel = GLib.IOChannel.new_file(sys.argv[1], "r")
try:
    print("UTF-8:", list(channel))
except GLib.Error as error:
    print("UTF-8:", error)
channel = GLib.IOChannel.new_file(sys.argv[1], "r")
channel.set_encoding(None)
print("no encoding:", list(channel))
PROGRAM

cat > "$folder/expected" <<'TEXT'
UTF-8: g_convert_error: Channel terminates in a partial character (3)
no encoding: ['one', 'two\n', 'three']
TEXT
"$folder/venv/bin/python" "$folder/lines.py" "$folder/names" | tee "$folder/seen"
cmp "$folder/seen" "$folder/expected"
echo "as expected"
