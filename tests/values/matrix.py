"""Questions: every kind of Python object into a GValue of every type and out again, and without a type."""

import ctypes
from decimal import Decimal

from asking import Questions
from gi import _gi
from gi.repository import Gio, GLib, GObject


class MyInt(int):
    pass


class MyStr(str):
    pass


class Index:
    def __index__(self):
        return 7

    def __repr__(self):
        return "Index()"


class Floating:
    def __float__(self):
        return 2.5

    def __repr__(self):
        return "Floating()"


def capsule():
    make = ctypes.pythonapi.PyCapsule_New
    make.restype = ctypes.py_object
    make.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return make(4096, None, None)


def value(*arguments):
    made = GObject.Value()
    if arguments:
        made.init(GObject.TYPE_INT)
        made.set_int(*arguments)
    return made


OBJECTS = {
    "None": None,
    "True": True,
    "0": 0,
    "1": 1,
    "-1": -1,
    "42": 42,
    "200": 200,
    "2**31": 2**31,
    "2**32": 2**32,
    "2**63": 2**63,
    "2**64": 2**64,
    "-2**63-1": -(2**63) - 1,
    "1.5": 1.5,
    "-1.7": -1.7,
    "nan": float("nan"),
    "inf": float("inf"),
    "1e300": 1e300,
    "''": "",
    "'a'": "a",
    "'foo'": "foo",
    "'é'": "é",
    "half a character": "\udc80",
    "NUL": "a\0b",
    "b''": b"",
    "b'a'": b"a",
    "b'ab'": b"ab",
    "bytearray": bytearray(b"a"),
    "[]": [],
    "[1]": [1],
    "['a', 'b']": ["a", "b"],
    "('a',)": ("a",),
    "['a', 1]": ["a", 1],
    "{}": {},
    "{1}": {1},
    "int": int,
    "str": str,
    "object": object,
    "TYPE_INT": GObject.TYPE_INT,
    "TYPE_INVALID": GObject.TYPE_INVALID,
    "object()": GObject.Object(),
    "file": Gio.File.new_for_path("/x"),
    "action": Gio.SimpleAction.new("a", None),
    "variant": GLib.Variant.new_int32(5),
    "bytes": GLib.Bytes.new(b"xy"),
    "error": GLib.Error("m", "d", 3),
    "enum": Gio.FileType.REGULAR,
    "flags": Gio.ApplicationFlags.IS_SERVICE | Gio.ApplicationFlags.IS_LAUNCHER,
    "datetime": GLib.DateTime.new_from_unix_utc(5),
    "pspec": GObject.param_spec_string("foo", "f", "b", None, GObject.ParamFlags.READABLE),
    "MyInt": MyInt(6),
    "MyStr": MyStr("zz"),
    "Index": Index(),
    "Floating": Floating(),
    "Decimal": Decimal("2.5"),
    "1j": 1j,
    "capsule": capsule(),
    "'regular'": "regular",
    "'G_FILE_TYPE_REGULAR'": "G_FILE_TYPE_REGULAR",
    "'is-service'": "is-service",
    "two nicks": ("is-service", "is-launcher"),
    "value": value(5),
    "unset value": value(),
}

# Each registers its type.
for cls in (GLib.Bytes, GLib.DateTime, GLib.Error, Gio.ApplicationFlags, Gio.File, Gio.FileType, Gio.SimpleAction):
    assert cls.__gtype__
TYPES = {
    name: GObject.GType.from_name(name)
    for name in (
        "gchar guchar gboolean gint guint glong gulong gint64 guint64 gfloat gdouble gchararray gpointer GObject GFile "
        "GSimpleAction GVariant GType PyObject GStrv GValue GValueArray GFileType GApplicationFlags GBytes GDateTime GError"
    ).split()
}

ask = Questions()


def through_value(gtype, thing):
    made = GObject.Value(gtype)
    made.set_value(thing)
    return made.get_value()


def generic(gtype, thing):
    made = GObject.Value()
    made.init(gtype)
    _gi._gvalue_set(made, thing)
    return _gi._gvalue_get(made)


for type_name, gtype in TYPES.items():
    for name, thing in OBJECTS.items():
        if name == "capsule" and type_name not in ("gpointer", "PyObject", "GObject", "gint", "gchararray"):
            # Its address would be read.
            continue
        if name == "half a character" and type_name in ("GType", "GVariant", "GFileType", "GApplicationFlags"):
            # PyGObject passes on the NULL of the failed conversion; whether GLib's complaint is heard is chance.
            continue
        ask(f"Value {type_name} {name}", lambda gtype=gtype, thing=thing: through_value(gtype, thing))
        ask(f"generic {type_name} {name}", lambda gtype=gtype, thing=thing: generic(gtype, thing))
for name in ("None", "pspec"):
    ask(f"Value GParam {name}", lambda thing=OBJECTS[name]: through_value(GObject.TYPE_PARAM, thing))
    ask(f"generic GParam {name}", lambda thing=OBJECTS[name]: generic(GObject.TYPE_PARAM, thing))
for name, thing in OBJECTS.items():
    if name != "unset value":
        # The text says under which type the object travels.
        ask(f"inferred {name}", lambda thing=thing: GObject.strdup_value_contents(thing))

ask.answer()
