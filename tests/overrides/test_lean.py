"""What an import, or a name, brings with it: no module that a program has not asked for."""

from gi import module
from gi.overrides import _deprecated

PROGRAM = """
import sys
import gi
gi.require_version({name!r}, {version!r})
before = set(sys.modules)
{code}
print(*sorted(set(sys.modules) - before))
"""

#: What Python itself has that takes long to import.
HEAVY = {"asyncio", "contextlib", "inspect", "re", "threading", "typing"}


def imported(run, code, name="Gio", version="2.0"):
    return set(run(PROGRAM.format(code=code, name=name, version=version)).split())


def test_a_namespace_brings_no_override_module(run):
    for version in ("3.0", "4.0"):
        found = imported(run, "from gi.repository import Gtk, GLib, GObject, Gdk, Gio, Pango", "Gtk", version)
        parts = {name for name in found if name.startswith("gi.overrides.")} - {"gi.overrides._lazy"}
        assert "gi.repository.Gtk" in found and parts == set()
        assert not found & HEAVY


def test_a_name_brings_the_part_that_it_is_in(run):
    names = "from gi.repository import Gio, GLib, GObject; "
    names += "Gio.Application, Gio.ListStore, GLib.MainLoop, GLib.idle_add, GObject.Object, GObject.Property"
    found = imported(run, names)
    assert {name for name in found if name.startswith("gi.overrides._")} == {
        "gi.overrides._lazy",
        "gi.overrides._gio_application",
        "gi.overrides._gio_lists",
        "gi.overrides._glib_add",
        "gi.overrides._glib_mainloop",
    }
    assert not found & HEAVY and "gi._ossighelper" not in found


def test_widgets_bring_no_typing(run):
    found = imported(run, "from gi.repository import Gtk; Gtk.Window, Gtk.Entry, Gtk.TextBuffer", "Gtk", "3.0")
    assert "gi.overrides._gtk_widget" in found and not found & HEAVY


def test_what_python_gives_a_namespace_is_not_deprecated_there():
    """Names of the one kind are looked up without a look at the other."""
    for namespace in ("GLib", "GObject"):
        assert not module._STATIC[namespace].keys() & _deprecated.of(namespace).keys()


def test_a_name_that_is_set_is_not_deprecated_any_more(run):
    program = """
import warnings
warnings.simplefilter("error")
from gi.repository import GLib
GLib.IO_FLAG_APPEND = 5
print(GLib.IO_FLAG_APPEND)
try:
    GLib.IO_FLAG_MASK
except DeprecationWarning as warning:
    print("deprecated")
"""
    assert run(program).split() == ["5", "deprecated"]
