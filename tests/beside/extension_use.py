"""What a program does with `extension.c`; it prints the same on PyGObject."""

import threading

import borrowed
from gi.repository import Gio, GLib, GObject


def said(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return type(error).__name__


class Thing(GObject.Object):
    name = GObject.Property(type=str)


print("initialised", *borrowed.version[:2])
print(type(borrowed.wrap()).__name__, isinstance(borrowed.wrap(), GObject.Object))
print(borrowed.unwrap(Gio.SimpleAction(name="x"))[0], borrowed.unwrap(Thing())[0].endswith("Thing"))
print(said(borrowed.unwrap, 5))
print(borrowed.type_of(Thing) == Thing.__gtype__, borrowed.type_of("gint").name, borrowed.type_of(int).name)
print(said(borrowed.type_of, "NoSuchType"))
date = borrowed.boxed(None)
print(type(date).__name__, date.get_year(), borrowed.boxed(date))
for type_, value in (("gint", 5), ("gchararray", "text"), ("gboolean", True), ("gdouble", 1.5), ("gint", "text")):
    print(type_, repr(said(borrowed.value, type_, value)))
thing = Thing()
print(borrowed.value(Thing, thing) is thing, borrowed.value(GLib.Date, date).get_year())
print(borrowed.value(GObject.TYPE_PYOBJECT, thing.__dict__) is thing.__dict__)
print(borrowed.member(Gio.FileType, Gio.FileType.DIRECTORY), borrowed.member(Gio.ApplicationFlags, 5))
print(borrowed.member(Gio.FileType, "regular"), said(borrowed.member, Gio.FileType, []))
try:
    borrowed.failed()
except GLib.Error as error:
    print(error.matches(GLib.file_error_quark(), GLib.FileError.NOENT), error.message)
seen = []
borrowed.watch(thing, lambda obj, spec: seen.append((obj is thing, spec.name)))
thing.name = "new"
print(seen)
names = []
borrowed.on_a_thread(lambda: names.append(threading.current_thread() is threading.main_thread()))
print(names)
print("end")
