#!/usr/bin/env bash
# What introspection says of callbacks and of what handlers get, where a good guess is wrong. Needs Debian 12 or newer with
# python3-venv, a C compiler, libgirepository1.0-dev, libcairo2-dev, gir1.2-gtk-3.0, gir1.2-gtk-4.0 and xvfb. Seen with PyGObject 3.50.2, GTK 3.24.38 and 4.8.3.
#
#  1. Functions that an object keeps for its whole life are "scope call" in typelibs: of Gtk.CustomLayout.new all three.
#     A binding that believes it frees them while the object still has them.
#  2. A handler of a signal gets arguments that go out or both ways (`position` of Gtk.Editable::insert-text), but PyGObject
#     reads them from the GValue itself, which has an address: it tells zero, whatever the number is, with a warning of
#     GLib's. What the handler returns is not looked at, so that the number cannot be changed either.
#
# Output seen:
#   CustomLayout.new: request_mode=call measure=call allocate=call
#   the typelib: position goes inout
#   handler got 0 for 3, the text is abcZ
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

cat > "$folder/scopes.py" <<'PROGRAM'
import gi

gi.require_version("GIRepository", "2.0")
from gi.repository import GIRepository

repository = GIRepository.Repository.get_default()
repository.require("Gtk", "4.0", 0)
new = GIRepository.object_info_find_method(repository.find_by_name("Gtk", "CustomLayout"), "new")
scopes = []
for i in range(GIRepository.callable_info_get_n_args(new)):
    arg = GIRepository.callable_info_get_arg(new, i)
    scopes.append(f"{arg.get_name()}={GIRepository.arg_info_get_scope(arg).value_nick}")
print("CustomLayout.new:", *scopes)
PROGRAM

cat > "$folder/position.py" <<'PROGRAM'
import gi

gi.require_version("GIRepository", "2.0")
from gi.repository import GIRepository

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk

editable = GIRepository.Repository.get_default().find_by_name("Gtk", "Editable")
signals = [GIRepository.interface_info_get_signal(editable, i)
           for i in range(GIRepository.interface_info_get_n_signals(editable))]
signal = next(signal for signal in signals if signal.get_name() == "insert-text")
position = GIRepository.callable_info_get_arg(signal, 2)
print("the typelib:", position.get_name(), "goes", GIRepository.arg_info_get_direction(position).value_nick)

entry, got = Gtk.Entry(text="abc"), []
entry.connect("insert-text", lambda editable, text, length, position: got.append(position) or 0)
entry.insert_text("Z", 3)
print(f"handler got {got[0]} for 3, the text is {entry.get_text()}")
PROGRAM

cat > "$folder/expected" <<'TEXT'
CustomLayout.new: request_mode=call measure=call allocate=call
the typelib: position goes inout
handler got 0 for 3, the text is abcZ
TEXT
"$folder/venv/bin/python" "$folder/scopes.py" | tee "$folder/seen"
NO_AT_BRIDGE=1 xvfb-run -a "$folder/venv/bin/python" "$folder/position.py" 2> "$folder/said" | tee -a "$folder/seen"
cmp "$folder/seen" "$folder/expected"
grep -q "g_value_get_int: assertion" "$folder/said"
echo "as expected"
