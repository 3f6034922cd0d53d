#!/usr/bin/env bash
# Functions that an object keeps for its whole life are "scope call" in typelibs: of Gtk.CustomLayout.new all three. A
# binding that believes it frees them while the object still has them. Needs Debian 12 with python3-venv, a C compiler,
# libgirepository1.0-dev, libcairo2-dev and gir1.2-gtk-4.0. Seen with PyGObject 3.50.2 and GTK 4.8.3.
#
# Output seen:
#   CustomLayout.new: request_mode=call measure=call allocate=call
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

seen=$("$folder/venv/bin/python" "$folder/scopes.py")
printf '%s\n' "$seen"
[ "$seen" = "CustomLayout.new: request_mode=call measure=call allocate=call" ]
echo "as expected"
