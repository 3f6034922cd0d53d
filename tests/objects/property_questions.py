"""Questions: what `GObject.Property` takes and refuses, and what it makes of a class. No class is registered here."""

from asking import Questions
from gi import _propertyhelper
from gi.repository import Gio, GLib, GObject

Property = GObject.Property
ask = Questions()


def plain(value):
    """Without members, which look different in older versions."""
    return int(value) if hasattr(type(value), "value_name") or hasattr(type(value), "value_names") else value


def shown(prop):
    prop.name = "shown"
    return str(prop), *map(plain, prop.get_pspec_args())


NAMES = (
    "CHAR UCHAR BOOLEAN INT UINT LONG ULONG INT64 UINT64 FLOAT DOUBLE STRING POINTER BOXED PARAM OBJECT PYOBJECT GTYPE "
    "STRV VARIANT INTERFACE ENUM FLAGS GSTRING VALUE NONE INVALID"
).split()
TYPES = {f"TYPE_{name}": getattr(GObject, f"TYPE_{name}") for name in NAMES}
TYPES |= {cls.__name__: cls for cls in (int, bool, float, str, object, bytes, complex, list, dict, type, range)}
for namespace, names in (
    (GObject, "Object InitiallyUnowned GBoxed GInterface GPointer GType Value ValueArray ParamSpec Closure"),
    (GLib, "Regex Bytes HashTable DateTime Variant Error List Source MainLoop"),
    (Gio, "File Converter Application ListStore SocketType FileCopyFlags SettingsBackend ActionEntry"),
):
    TYPES |= {f"{namespace.__name__[14:]}.{name}": getattr(namespace, name) for name in names.split()}
TYPES |= {"None": None, "a name": "gint", "a number": 5, "an instance": object(), "NoneType": type(None)}
TYPES |= {"a GType of a class": Gio.File.__gtype__, "a GType of an enumeration": Gio.SocketType.__gtype__}
DEFAULTS = {
    "no default": None,
    "True": True,
    "a number": 5,
    "a float": 5.5,
    "a str": "text",
    "a list": ["a", "b"],
    "a mixed list": ["a", 1],
    "a tuple": ("a",),
    "a GType": GObject.TYPE_INT,
    "a variant": GLib.Variant("i", 4),
    "a member": Gio.SocketType.STREAM,
    "another's member": Gio.SocketProtocol.TCP,
    "flags": Gio.FileCopyFlags.BACKUP,
    "a class": Gio.File,
}
for type_name, type_ in TYPES.items():
    for default_name, default in DEFAULTS.items():
        ask(f"type {type_name} {default_name}", lambda t=type_, d=default: shown(Property(type=t, default=d)))

for name in "INT UINT LONG ULONG INT64 UINT64 FLOAT DOUBLE".split():
    for limit in (-(2**65), -(2**63), -(2**31), -1, 0, 1, 2**31 - 1, 2**32, 2**63 - 1, 2**64 - 1, 2**64, 1e39, -1e39):
        type_ = TYPES[f"TYPE_{name}"]
        ask(f"minimum {name} {limit}", lambda t=type_, m=limit: shown(Property(type=t, minimum=m)))
        ask(f"maximum {name} {limit}", lambda t=type_, m=limit: shown(Property(type=t, maximum=m)))
ask("minimum str", lambda: Property(type=str, minimum=1))
ask("minimum bool", lambda: Property(type=bool, default=True, minimum=1))
ask("minimum is a str", lambda: Property(type=float, minimum="1"))
ask("a default beyond the range is the class's matter", lambda: shown(Property(type=int, default=7, minimum=9)))

ask("nick", lambda: Property(nick=3))
ask("blurb", lambda: Property(blurb=3))
ask("no nick", lambda: Property(nick=None))
ask("keyword", lambda: Property(other=1))
ask("positions", lambda: shown(Property(None, None, int, 3, "n", "b", 1, 0, 9)))
ask("flags", lambda: Property(flags=GObject.ParamFlags.READABLE).flags)


def getter(self):
    "What the getter says."
    return 5


def setter(self, value):
    self.got = value


ask("blurb of the getter", lambda: (Property(getter).blurb, Property(getter).__doc__))
ask("blurb of both", lambda: Property(getter, blurb="own").blurb)
ask("blurb of none", lambda: (Property().blurb, Property().__doc__, Property(blurb="b").__doc__))
ask("decorator", lambda: Property(type=int)(getter).fget is getter)
ask("getter is the property", lambda: (lambda p: p.getter(getter) is p)(Property()))
ask("setter is the property", lambda: (lambda p: p.setter(setter) is p)(Property()))
ask("named after the getter", lambda: Property(getter).setter(setter).name)
ask("no name", lambda: (Property().name, Property(getter).name, Property(None, setter).name))
ask("repr", lambda: (repr(Property()), repr(Property(type=Gio.File)), repr(Property(getter).setter(setter))))
for name in ("fget", "fset"):
    ask(f"the default {name}", lambda n=name: getattr(Property(), n).__name__)
    ask(f"{name} with a getter", lambda n=name: getattr(Property(getter), n).__name__)
    ask(f"{name} with a setter", lambda n=name: getattr(Property(None, setter), n).__name__)
    ask(f"{name} with a getter later", lambda n=name: getattr(Property()(getter), n).__name__)


def made(**namespace):
    """What an instance has of a class without GObject whose `set_property` does what GObject's would."""

    def set_property(self, name, value):
        getattr(type(self), name.replace("-", "_")).fset(self, value)

    cls = type("Made", (), {"set_property": set_property, **namespace})
    _propertyhelper.install_properties(cls)
    return cls()


def stored():
    instance = made(some_name=Property(type=int, default=4))
    before = instance.some_name, dict(vars(instance))
    instance.some_name = 5
    return before, instance.some_name, vars(instance)


ask("a value is an attribute", stored)
ask("of the class", lambda: repr(type(made(x=Property())).x))
ask("getter", lambda: made(x=Property(getter)).x)
ask("setter", lambda: (lambda made: (setattr(made, "x", 6), made.got))(made(x=Property(None, setter))))
ask("setter without getter", lambda: made(x=Property(None, setter)).x)
ask("delete", lambda: delattr(made(x=Property()), "x"))


def installed(base=object, **namespace):
    cls = type("Installed", (base,), namespace)
    _propertyhelper.install_properties(cls)
    return vars(cls).get("__gproperties__"), "do_get_property" in vars(cls), "do_set_property" in vars(cls)


ENTRY = (int, "", "", 0, 9, 0, 3)
ask("install nothing", installed)
ask("install", lambda: installed(x=Property(type=int), some_name=Property(type=str, nick="n")))
ask("install besides entries", lambda: installed(x=Property(), __gproperties__={"y": ENTRY}))
ask("install twice", lambda: installed(x=Property(), __gproperties__={"x": ENTRY}))
ask("install the base's", lambda: installed(base=type("Base", (), {"x": Property(), "__gproperties__": {"x": ENTRY}})))
ask("install over the base's", lambda: installed(type("Base", (), {"__gproperties__": {"x": ENTRY}}), x=Property()))
ask("install with one accessor", lambda: installed(x=Property(), do_get_property=getter))
ask("install with both", lambda: installed(x=Property(), do_get_property=getter, do_set_property=setter))
ask("install getter and accessor", lambda: installed(x=Property(getter), do_get_property=getter))
ask("install getter and other accessor", lambda: installed(x=Property(getter), do_set_property=setter))
ask("install setter and accessor", lambda: installed(x=Property(None, setter), do_get_property=getter))
ask("install getter and the base's", lambda: installed(type("B", (), {"do_get_property": getter}), x=Property(getter)))
ask("install a private setter", lambda: (lambda p: installed(x=p, _set_x=p))(Property(getter).setter(setter)))
ask("install under two names", lambda: (lambda p: installed(x=p, y=p))(Property()))
ask("install what has no ParamSpec", lambda: installed(x=Property(type=GObject.TYPE_CHAR)))


def named(name):
    prop = Property()
    prop.name = name
    return prop


ask("install under its name", lambda: installed(x=named("other")))
ask("install two of one name", lambda: installed(x=named("q"), y=named("q")))

if __name__ == "__main__":
    ask.answer()
