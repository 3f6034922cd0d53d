#!/usr/bin/env bash
# A handler of a signal gets arguments that go both ways (`position` of Gtk.Editable::insert-text), but PyGObject reads them
# from the GValue itself, which has an address: it tells zero, whatever the number is, with a warning of GLib's. What the
# handler returns is not looked at, so that the number cannot be changed either. Needs Debian 12 with python3-venv, a C
# compiler, libgirepository1.0-dev, libcairo2-dev, gir1.2-gtk-3.0 and xvfb. Seen with PyGObject 3.50.2 and GTK 3.24.38.
#
# Output seen:
#   the typelib: position goes inout
#   handler got 0 for 3, the text is abcZ
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

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
the typelib: position goes inout
handler got 0 for 3, the text is abcZ
TEXT
NO_AT_BRIDGE=1 timeout 60 xvfb-run -a "$folder/venv/bin/python" "$folder/position.py" 2> "$folder/said" | tee "$folder/seen"
cmp "$folder/seen" "$folder/expected"
grep -q "g_value_get_int: assertion" "$folder/said"
echo "as expected"
