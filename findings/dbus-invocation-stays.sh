#!/usr/bin/env bash
# A service whose D-Bus object is registered with closures, the only way for a language binding before GLib 2.84, leaks
# the invocation of each method call: GLib's reference is meant for who answers, and a closure gets one of its own. What
# was answered stays for ever, with its message and its parameters. g_dbus_connection_register_object_with_closures2 is
# the function that does not. Needs python3-venv, a C compiler, dbus, libgirepository1.0-dev and libcairo2-dev. Seen with
# GLib 2.74.6, CPython 3.11.2 and PyGObject 3.50.2.
#
# Output seen:
#   calls answered: 3
#   invocations that are still there: 3
#   references to each, but for ours: [1, 1, 1]
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet PyGObject==3.50.2

cat > "$folder/service.py" <<'PROGRAM'
import gc
import os

from gi.repository import Gio, GLib

XML = "<node><interface name='a.b'><method name='M'/></interface></node>"
flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
connection = Gio.DBusConnection.new_for_address_sync(os.environ["DBUS_SESSION_BUS_ADDRESS"], flags, None, None)
interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
weak = []
answers = []
loop = GLib.MainLoop()


def called(connection, sender, path, interface, method, parameters, invocation):
    weak.append(invocation.weak_ref())
    invocation.return_value(None)


def answered(connection, result):
    answers.append(connection.call_finish(result))
    if len(answers) == 3:
        loop.quit()


connection.register_object("/x", interface, called, None, None)
for _ in range(3):
    connection.call(connection.get_unique_name(), "/x", "a.b", "M", None, None, 0, -1, None, answered)
loop.run()
gc.collect()
print("calls answered:", len(answers))
left = [invocation for invocation in (reference() for reference in weak) if invocation is not None]
print("invocations that are still there:", len(left))
print("references to each, but for ours:", [invocation.__grefcount__ - 1 for invocation in left])
connection.close_sync(None)
PROGRAM

cat > "$folder/expected" <<'TEXT'
calls answered: 3
invocations that are still there: 3
references to each, but for ours: [1, 1, 1]
TEXT
dbus-run-session -- "$folder/venv/bin/python" "$folder/service.py" | tee "$folder/seen"
cmp "$folder/seen" "$folder/expected"
echo "as expected"
