"""Questions: what `GObject.Value` and `GObject.ParamSpec` are besides what they hold."""

import copy

from asking import Questions
from gi import _gi
from gi.repository import Gio, GLib, GObject

Value = GObject.Value
F = GObject.ParamFlags.READWRITE
ask = Questions()

ask("no arguments", lambda: Value())
ask("type", lambda: Value(int))
ask("type and value", lambda: Value(int, 5))
ask("keywords", lambda: Value(value_type=int, py_value=5))
ask("unknown keyword", lambda: Value(type=int))
ask("value only", lambda: Value(None, 5))
ask("type by name", lambda: Value("gint", 5))
ask("unknown type", lambda: Value("nonesuch", 5))
ask("invalid type", lambda: Value(GObject.TYPE_INVALID))
ask("invalid type with value", lambda: Value(GObject.TYPE_INVALID, 5))
ask("no type", lambda: Value(object()))
ask("a number for a type", lambda: Value(5))
ask("list", lambda: Value(list))
ask("None for a value", lambda: Value(int, None))
ask("three arguments", lambda: Value(int, 5, 6))
ask("wrong value", lambda: Value(str, 5))
ask("any object", lambda: Value(object, [1]))
ask("boxed", lambda: Value(GLib.Bytes, GLib.Bytes.new(b"x")).get_value().get_data())
ask("strv", lambda: Value(GObject.TYPE_STRV, ["a"]))
ask("empty strv", lambda: Value(GObject.TYPE_STRV))
ask("strv with bytes", lambda: Value(GObject.TYPE_STRV, ["a", b"x"]))
ask("repr of a str", lambda: Value(str, "a'b"))
ask("repr of an enum", lambda: Value(Gio.FileType, Gio.FileType.REGULAR))
ask("repr of an object", lambda: Value(GObject.Object))
ask("g_type", lambda: (Value().g_type, Value(int).g_type))
ask("set_boxed of a number", lambda: Value(int, 5).set_boxed(6))
ask("get_boxed of a number", lambda: Value(int, 5).get_boxed())
ask("get_boxed of nothing", lambda: Value(GLib.Bytes).get_boxed())
ask("set_boxed wrong", lambda: Value(GLib.Bytes).set_boxed(5))
ask("set_boxed unset", lambda: Value().set_boxed(1))
ask("get_boxed unset", lambda: Value().get_boxed())
ask("set_value unset", lambda: Value().set_value(1))
ask("get_value unset", lambda: Value().get_value())
ask("init twice", lambda: Value(int, 5).init(str))
ask("init wrong", lambda: Value().init("x"))
ask("init", lambda: Value().init(int))
ask("init invalid", lambda: Value().init(GObject.TYPE_INVALID))
ask("reset", lambda: Value(int, 5).reset())
ask("equality", lambda: Value(int, 5) == Value(int, 5))
ask("len", lambda: len(Value()))
ask("copy.copy", lambda: copy.copy(Value(int, 5)))
ask("copy.deepcopy", lambda: copy.deepcopy(Value(int, 5)))
ask("_gvalue_get of no value", lambda: _gi._gvalue_get(5))
ask("_gvalue_set of no value", lambda: _gi._gvalue_set(5, 5))
ask("_gvalue_get_type of no value", lambda: _gi._gvalue_get_type(5))
ask("_gvalue_get unset", lambda: _gi._gvalue_get(Value()))
ask("_gvalue_set unset", lambda: _gi._gvalue_set(Value(), 5))
ask("_gvalue_get_type unset", lambda: _gi._gvalue_get_type(Value()))
ask("_gvalue_get_type", lambda: _gi._gvalue_get_type(Value(int, 5)))
ask("_gvalue_set", lambda: _gi._gvalue_set(Value(int), 5))
ask("method of another class", lambda: Value.get_int(5))
ask("None for a value of a call", lambda: GObject.strdup_value_contents(None))
ask("array of values", lambda: Value(GObject.GType.from_name("GValueArray"), [1, "a", Value(int, 3), None]).get_value())


class Derived(Value):
    pass


ask("derived", lambda: Derived(int, 5))


def transformed():
    destination = Value(str)
    return Value(int, 5).transform(destination), destination


ask("transform", transformed)
for name in (
    "INVALID NONE INTERFACE CHAR UCHAR BOOLEAN INT UINT LONG ULONG INT64 UINT64 ENUM FLAGS FLOAT DOUBLE STRING POINTER "
    "BOXED PARAM OBJECT PYOBJECT GTYPE STRV VARIANT GSTRING VALUE UNICHAR"
).split():
    ask(f"TYPE_{name}", lambda name=name: getattr(GObject, f"TYPE_{name}"))
ask("pygobject_version", lambda: GObject.pygobject_version >= (3, 50, 2))
ask("features", lambda: GObject.features)
ask("type_from_name", lambda: (GObject.type_from_name("gint"), GObject.type_from_name("x")))
ask("type_parent", lambda: (GObject.type_parent(Gio.SimpleAction), GObject.type_parent(int)))

SPECS = {
    "string": lambda: GObject.param_spec_string("foo-bar", "nick", "blurb", "def", F),
    "int": lambda: GObject.param_spec_int("i", "n", "b", 0, 10, 5, F),
    "enum": lambda: GObject.param_spec_enum("e", "n", "b", Gio.FileType.__gtype__, 1, F),
    "flags": lambda: GObject.param_spec_flags("f", "n", "b", Gio.ApplicationFlags.__gtype__, 1, F),
    "boolean": lambda: GObject.param_spec_boolean("b", "n", "b", True, F),
    "object": lambda: GObject.param_spec_object("o", "n", "b", GObject.Object.__gtype__, F),
    "double": lambda: GObject.param_spec_double("d", "n", "b", 0.0, 10.0, 5.0, F),
    "boxed": lambda: GObject.param_spec_boxed("x", "n", "b", GLib.Bytes.__gtype__, F),
    "gtype": lambda: GObject.param_spec_gtype("gt", "n", "b", GObject.Object.__gtype__, F),
    "pointer": lambda: GObject.param_spec_pointer("p", "n", "b", F),
    "char": lambda: GObject.param_spec_char("c", "n", "b", 0, 10, 5, F),
    "int64": lambda: GObject.param_spec_int64("i6", "n", "b", 0, 10, 5, F),
    "variant": lambda: GObject.param_spec_variant("v", "n", "b", GLib.VariantType.new("i"), GLib.Variant("i", 3), F),
}
for name, make in SPECS.items():
    ask(f"{name} repr", make)
    ask(f"{name} class", lambda make=make: type(make()).__name__)
    ask(f"{name} get_default_value", lambda make=make: make().get_default_value())
    for attribute in (
        "name nick blurb flags value_type owner_type default_value minimum maximum enum_class flags_class __gtype__ "
        "is_a_type"
    ).split():
        ask(f"{name} {attribute}", lambda make=make, attribute=attribute: getattr(make(), attribute))
ask("validate", lambda: GObject.param_value_validate(SPECS["int"](), Value(int, 50)))
ask("validate in place", lambda: (v := Value(int, 50), GObject.param_value_validate(SPECS["int"](), v), v)[2])
ask("compare", lambda: GObject.param_values_cmp(SPECS["int"](), Value(int, 5), Value(int, 6)))

ask.answer()
