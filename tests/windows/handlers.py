"""Handlers of a GTK whose arguments are not simply inputs: what they get, and what C has afterwards, as a JSON object.

Usage: handlers.py 3|4
"""

import json
import sys

import gi

VERSION = sys.argv[1]
gi.require_version("Gtk", f"{VERSION}.0")
gi.require_version("Gdk", f"{VERSION}.0")
from gi.repository import Gdk, GLib, GObject, Gtk  # noqa: E402

errors, seen = [], {}
hook, sys.excepthook = sys.excepthook, lambda kind, error, traceback: errors.append(repr(error))


class Notes(Gtk.TextBuffer):
    __gsignals__ = {"insert-text": "override"}

    def do_insert_text(self, place, text, length):
        Gtk.TextBuffer.do_insert_text(self, place, text, length)
        self.reached = place.get_offset()


def texts():
    notes, late = Notes(), []
    notes.set_text("abc", 3)
    notes.connect_after("insert-text", lambda notes, place, text, length: late.append(place.get_offset()))
    notes.insert(notes.get_end_iter(), "def", -1)
    moved = Gtk.TextBuffer()
    moved.set_text("abc", 3)
    moved.connect("insert-text", lambda moved, place, text, length: place.set_offset(0))
    moved.insert(moved.get_end_iter(), "def", -1)
    return notes.reached, late, moved.props.text


def insert(editable, text, place):
    try:
        # With the override of GTK 3.
        editable.insert_text(text, place)
    except TypeError:
        Gtk.Editable.insert_text(editable, text, len(text), place)


def entry():
    entry, got = Gtk.Entry(), []
    # In GTK 4 the text is a widget in it, which has the signal.
    editable = entry if VERSION == "3" else entry.get_delegate()
    entry.set_text("abc")
    editable.connect("insert-text", lambda editable, text, length, place: got.append(place))
    insert(editable, "Z", 3)
    editable.connect("insert-text", lambda editable, text, length, place: (0,))
    insert(editable, "Y", 2)
    return entry.get_text(), got


def spin():
    button, got = Gtk.SpinButton.new_with_range(0, 100, 1), []
    answers = [False, (True, 42.0), (True, None)]
    button.connect("input", lambda button, value: (got.append(value), answers.pop(0))[1])
    button.set_text("5")
    button.update()
    first = button.get_value()
    button.set_text("6")
    button.update()
    return first, button.get_value(), got


def overlay():
    overlay, child, kept = Gtk.Overlay(), Gtk.Label(), []

    def place(overlay, widget, area):
        area.x, area.y, area.width, area.height = 3, 1, 19, 18
        kept.append(area)
        return True

    overlay.add_overlay(child)
    overlay.connect("get-child-position", place)
    overlay.set_size_request(50, 50)
    if VERSION == "3":
        window = Gtk.OffscreenWindow()
        window.add(overlay)
        window.show_all()
    else:
        window = Gtk.Window()
        window.set_child(overlay)
        window.present()
    loop = GLib.MainLoop()
    GLib.timeout_add(300, loop.quit)
    loop.run()
    area = child.get_allocation()
    return (area.width, area.height), isinstance(kept[0], Gdk.Rectangle), (kept[0].x, kept[0].width)


def layout():
    mode = lambda widget: Gtk.SizeRequestMode.CONSTANT_SIZE  # noqa: E731
    made = Gtk.CustomLayout.new(mode, lambda *args: (11, 12, -1, -1), lambda *args: None)
    box = Gtk.Box(layout_manager=made)
    del made, mode
    marshal = lambda *args: None  # noqa: E731
    Gtk.CClosureExpression.new(GObject.TYPE_INT, marshal, [], lambda: None)
    return box.measure(Gtk.Orientation.HORIZONTAL, -1)[:2]


for ask in (texts, entry, spin, overlay, *([layout] if VERSION == "4" else [])):
    seen[ask.__name__] = ask()
sys.excepthook = hook
print(json.dumps({**seen, "errors": errors}))
