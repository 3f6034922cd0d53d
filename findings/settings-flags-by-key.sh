#!/usr/bin/env bash
# PyGObject's settings[key] reads a key of flags, as a list of names, and refuses to set one, even to what it has just
# read: NotImplementedError. set_flags and set_value work. Needs python3-venv, a C compiler, libglib2.0-bin,
# libgirepository1.0-dev and libcairo2-dev. Seen with PyGObject 3.50.2 (and 3.58.1), GLib 2.74.6, CPython 3.11.2.
#
# Output seen:
#   read: ['left']
#   set: NotImplementedError: Cannot handle allowed type range class flags
#   set_value: True ['left', 'right']
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

cat > "$folder/test.flags.gschema.xml" <<'XML'
<schemalist>
<flags id="test.flags.Sides"><value nick="left" value="1"/><value nick="right" value="2"/></flags>
<schema id="test.flags" path="/test/flags/"><key name="sides" flags="test.flags.Sides"><default>['left']</default></key></schema>
</schemalist>
XML
glib-compile-schemas "$folder"

cat > "$folder/flags.py" <<'PROGRAM'
from gi.repository import Gio, GLib

settings = Gio.Settings.new("test.flags")
value = settings["sides"]
print("read:", value)
try:
    settings["sides"] = value
except NotImplementedError as error:
    print(f"set: NotImplementedError: {error}")
print("set_value:", settings.set_value("sides", GLib.Variant("as", ["left", "right"])), settings["sides"])
PROGRAM

cat > "$folder/expected" <<'TEXT'
read: ['left']
set: NotImplementedError: Cannot handle allowed type range class flags
set_value: True ['left', 'right']
TEXT
GSETTINGS_SCHEMA_DIR=$folder GSETTINGS_BACKEND=memory "$folder/venv/bin/python" -W ignore "$folder/flags.py" | tee "$folder/seen"
cmp "$folder/seen" "$folder/expected"
echo "as expected"
