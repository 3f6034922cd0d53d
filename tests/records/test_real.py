"""Structs of real libraries: those that programs use most."""

import contextlib

import gi
import pytest
from gi.repository import GLib, GObject

for _namespace in ("Gdk", "Gtk"):
    with contextlib.suppress(ValueError):
        gi.require_version(_namespace, "3.0")


@pytest.fixture
def gdk():
    return pytest.importorskip("gi.repository.Gdk")


@pytest.fixture
def gtk():
    return pytest.importorskip("gi.repository.Gtk")


def test_rectangles(gdk):
    first, second = gdk.Rectangle(), gdk.Rectangle()
    first.x, first.y, first.width, first.height = 0, 0, 10, 10
    second.x, second.y, second.width, second.height = 5, 5, 10, 10
    found, common = first.intersect(second)
    assert found
    assert (common.x, common.y, common.width, common.height) == (5, 5, 5, 5)
    whole = first.union(second)
    assert (whole.x, whole.y, whole.width, whole.height) == (0, 0, 15, 15)
    assert not first.equal(second)
    second.x = second.y = 0
    assert first.equal(second)
    with pytest.raises(OverflowError, match="^4294967296 not in range -2147483648 to 2147483647$"):
        first.x = 2**32


def test_colours(gdk):
    colour = gdk.RGBA()
    assert colour.parse("rgba(255, 0, 0, 0.5)")
    assert (colour.red, colour.green, colour.blue, colour.alpha) == (1.0, 0.0, 0.0, 0.5)
    colour.green = 1
    assert colour.to_string() == "rgba(255,255,0,0.5)"
    assert colour.copy().equal(colour)
    assert not colour.parse("no colour")


def test_events_are_unions(gdk):
    event = gdk.Event()
    assert event.type == gdk.EventType.DELETE
    event.type = gdk.EventType.KEY_PRESS
    event.key.keyval = gdk.KEY_a
    event.key.state = gdk.ModifierType.SHIFT_MASK
    assert event.get_keyval() == (True, 97)
    assert event.get_state() == (True, gdk.ModifierType.SHIFT_MASK)
    assert event.any.type == gdk.EventType.KEY_PRESS
    copied = event.copy()
    event.key.keyval = 98
    assert copied.key.keyval == 97
    # A member of the union has its own class, and the union's methods take it.
    assert gdk.Event.get_keyval(copied.key) == (True, 97)


def test_text_iterators(gtk):
    buffer = gtk.TextBuffer.new(None)
    buffer.set_text("one two", -1)
    start, end = buffer.get_bounds()
    assert (start.get_offset(), end.get_offset()) == (0, 7)
    middle = start.copy()
    assert middle.forward_word_end()
    assert middle.get_offset() == 3
    assert start.compare(middle) == -1
    assert buffer.get_text(start, middle, False) == "one"
    buffer.delete(start, middle)
    assert buffer.get_text(*buffer.get_bounds(), False) == " two"
    middle.assign(end)
    assert middle.get_offset() == end.get_offset()


def test_tree_iterators(gtk):
    store = gtk.ListStore.new([GObject.type_from_name("gchararray")])
    row = store.append()
    assert store.get_path(row).to_string() == "0"
    assert store.iter_is_valid(row)
    other = row.copy()
    assert other != row
    assert store.get_path(other).to_string() == "0"
    assert store.iter_next(other) is None


def test_dates():
    date = GLib.Date.new_dmy(31, GLib.DateMonth.DECEMBER, 1999)
    date.add_days(1)
    assert (date.get_day(), date.get_month(), date.get_year()) == (1, GLib.DateMonth.JANUARY, 2000)
    assert GLib.Date.new_dmy(1, GLib.DateMonth.JANUARY, 2000).compare(date) == 0
    empty = GLib.Date()
    assert not empty.valid()
    empty.set_dmy(2, GLib.DateMonth.MAY, 2020)
    assert empty.valid()


def test_times():
    time = GLib.TimeVal()
    time.tv_sec, time.tv_usec = 5, 7
    assert (time.tv_sec, time.tv_usec) == (5, 7)
    with pytest.warns(DeprecationWarning):
        time.add(1_000_000)
    assert time.tv_sec == 6


def test_moments():
    moment = GLib.DateTime.new_utc(2024, 2, 29, 12, 30, 1.5)
    assert moment.format("%F %T") == "2024-02-29 12:30:01"
    assert moment.add_days(1).get_ymd() == (2024, 3, 1)
    assert moment.equal(moment.add(0))


def test_option_entries_are_not_freed_under_c(run):
    # C copies the bytes of the struct, and with them the addresses of its texts.
    program = """
import gc
from gi.repository import Gio, GLib
application = Gio.Application.new(None, Gio.ApplicationFlags.FLAGS_NONE)
entry = GLib.OptionEntry()
for name in ("first", "second", "third"):
    entry.long_name = name
    entry.description = f"This is {name}"
    application.add_main_option_entries([entry])
del entry
gc.collect()
application.run(["program", "--help"])
"""
    shown = run(program)
    for name in ("first", "second", "third"):
        assert f"--{name} " in shown and f"This is {name}" in shown


def test_vectors():
    Graphene = pytest.importorskip("gi.repository.Graphene")
    point = Graphene.Point()
    point.init(1, 2)
    assert (point.x, point.y) == (1.0, 2.0)
    rectangle = Graphene.Rect.alloc().init(0, 0, 10, 20)
    assert (rectangle.origin.x, rectangle.size.width, rectangle.size.height) == (0.0, 10.0, 20.0)
    # The parts are views.
    rectangle.size.width = 30
    assert rectangle.get_width() == 30.0
    assert Graphene.Vec2.alloc().init(3, 4).length() == 5.0


def test_atoms(gdk):
    atom = gdk.Atom.intern("text/plain", False)
    assert atom.name() == "text/plain"
    assert atom == gdk.Atom.intern("text/plain", False)
    assert atom != gdk.Atom.intern("text/html", False)
    with pytest.raises(TypeError, match=r"^struct cannot be created directly; .*help\(Gdk\.Atom\)$"):
        gdk.Atom()


def test_arrays_of_atoms(gdk, gtk):
    plain, picture = gdk.Atom.intern("text/plain", False), gdk.Atom.intern("image/jpeg", False)
    assert gtk.targets_include_text([picture, plain])
    assert not gtk.targets_include_text([picture])
    assert not gtk.targets_include_text([])
    assert gtk.targets_include_image([plain, picture], False)
    with pytest.raises(TypeError, match="Expected Gdk.Atom, but got str$"):
        gtk.targets_include_text(["text/plain"])
