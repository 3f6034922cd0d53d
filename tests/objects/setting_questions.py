"""Questions: what happens, and in which order, when a property that Python declares is set."""

import sys

from asking import Questions
from gi.repository import Gio, GLib, GObject

Property = GObject.Property
ask = Questions()
EXPLICIT = GObject.ParamFlags.EXPLICIT_NOTIFY


class Model(GObject.Object):
    stored = Property(type=int, default=1, minimum=-10, maximum=10)
    text = Property(type=str)
    anything = Property(type=object)
    truth = Property(type=bool, default=False)
    small = Property(type=GObject.TYPE_FLOAT)
    unsigned = Property(type=GObject.TYPE_UINT)
    names = Property(type=GObject.TYPE_STRV)
    file = Property(type=Gio.File)
    kind = Property(type=Gio.SocketType, default=Gio.SocketType.STREAM)
    quiet = Property(type=int, flags=GObject.ParamFlags.READWRITE | EXPLICIT)
    written = Property(type=int, flags=GObject.ParamFlags.WRITABLE)
    read = Property(type=int, flags=GObject.ParamFlags.READABLE, default=4)
    made = Property(type=int, flags=GObject.ParamFlags.READWRITE | GObject.ParamFlags.CONSTRUCT_ONLY)

    def __init__(self, **properties):
        self.told = []
        super().__init__(**properties)
        self.connect("notify", lambda this, pspec: self.told.append(pspec.name))

    @Property(type=int)
    def both(self):
        return self.__dict__.get("_both", 0)

    @both.setter
    def both(self, value):
        self.told.append(f"begin {value!r}")
        self._both = value
        self.text = str(value)
        self.stored = value
        self.text = "again"
        self.told.append("end")

    @Property(type=int)
    def failing(self):
        return 7

    @failing.setter
    def failing(self, value):
        self.text = "before"
        raise ValueError("no")

    @Property(type=int)
    def bare(self):
        return 3


class Below(Model):
    stored = Property(type=str, default="below")


class Methods(GObject.Object):
    __gproperties__ = {"number": (int, "", "", 0, 9, 0, GObject.ParamFlags.READWRITE)}

    def do_get_property(self, pspec):
        return self.__dict__.get("_number", 2)

    def do_set_property(self, pspec, value):
        self._number = (pspec.name, value)


class Taken(Model):
    def do_set_property(self, pspec, value):
        self.told.append(("taken", pspec.name, value))

    def do_get_property(self, pspec):
        return 8


class Watching(Model):
    def __setattr__(self, name, value):
        if name not in ("told",):
            self.told.append(f"attribute {name}")
        super().__setattr__(name, value)


def after(cls, *settings, freeze=False):
    """What the object has told after the settings, and what it has."""
    model = cls()
    told = getattr(model, "told", [])
    hooked = []
    before, sys.excepthook = sys.excepthook, lambda kind, error, trace: hooked.append(f"{kind.__name__}: {error}")
    try:
        if freeze:
            model.freeze_notify()
        for name, value in settings:
            try:
                setattr(model, name, value)
            except Exception as error:
                told.append(f"{type(error).__name__}: {error}")
        if freeze:
            told.append("thaw")
            model.thaw_notify()
    finally:
        sys.excepthook = before
    values = {name: value for name, value in vars(model).items() if name != "told"}
    return told, hooked, values


VALUES = {
    "stored": (5, True, 5.7, "5", None, 11, -11, 2**40, Gio.SocketType.DATAGRAM),
    "text": ("a", "ä\0b", None, 5, b"bytes", "\ud800"),
    "anything": (None, [1], Model),
    "truth": (1, 0, None, "", "x", [0]),
    "small": (0.1, 1, 1e300, "x"),
    "unsigned": (-1, 2**32, 2**32 - 1),
    "names": (["a", "b"], (), None, {"a": 1}, "text"),
    "file": (None, 5, "path"),
    "kind": (Gio.SocketType.DATAGRAM, 1, 99, "x"),
    "quiet": (1,),
    "written": (1,),
    "read": (1,),
    "made": (1,),
    "both": (4, "x", 40),
    "failing": (1,),
    "bare": (1,),
    "missing": (1,),
}


def key_of(value):
    """Without members, which look different in older versions."""
    return (
        f"{type(value).__name__} {value!r}" if type(value) in (int, str, float, bool, bytes) else type(value).__name__
    )


for name, values in VALUES.items():
    for value in values:
        ask(f"set {name} {key_of(value)}", lambda n=name, v=value: after(Model, (n, v)))
        ask(f"set {name} {key_of(value)} by name", lambda n=name, v=value: Model().set_property(n, v))
ask("several", lambda: after(Model, ("stored", 1), ("stored", 1), ("both", 2), ("text", "t")))
ask("frozen", lambda: after(Model, ("stored", 1), ("stored", 2), ("both", 3), ("quiet", 1), freeze=True))
for cls in (Below, Taken, Watching):
    ask(f"{cls.__name__}", lambda c=cls: after(c, ("stored", 4), ("text", "t"), ("both", 2), ("failing", 2)))
ask("Methods", lambda: after(Methods, ("props", 4)))
ask("Methods by name", lambda: (lambda m: (m.set_property("number", 4), vars(m)))(Methods()))
ask("Methods out of range", lambda: (lambda m: (m.set_property("number", 40), vars(m)))(Methods()))
ask("constructor", lambda: (lambda m: (vars(m), m.made))(Model(made=3, stored=4, both=5)))
ask("many", lambda: (lambda m: (m.set_properties(stored=3, text="x", both=1), m.told))(Model()))


def exchanged():
    """Another setter than the class began with."""
    model = Model()
    told = []
    Model.stored.fset = lambda this, value: told.append(value)
    model.stored = 6
    return told, model.stored, vars(model)


ask("exchanged", exchanged)


class Action(GObject.Object, Gio.Action):
    """What the interface has read-only, a class may have otherwise."""

    enabled = Property(type=bool, default=True)
    name = Property(type=str)
    state = Property(type=GObject.TYPE_VARIANT)
    state_type = Property(type=GLib.VariantType)
    parameter_type = Property(type=GLib.VariantType)


class ActionByMethods(GObject.Object, Gio.Action):
    __gproperties__ = {
        "name": (str, "", "", "", 3),
        "enabled": (bool, "", "", True, 3),
        "state": (GLib.Variant, "", "", None, 3),
        "state-type": (GLib.VariantType, "", "", 3),
        "parameter-type": (GLib.VariantType, "", "", 3),
    }

    def do_get_property(self, pspec):
        return "got" if pspec.name == "name" else None

    def do_set_property(self, pspec, value):
        self.__dict__.setdefault("told", []).append((pspec.name, value))


def described(spec):
    return spec.name, spec.owner_type.name, spec.value_type.name, int(spec.flags), spec.nick


def of_interface(cls, name, value):
    action = cls()
    action.set_property(name, value)
    setattr(action.props, name.replace("-", "_"), value)
    return vars(action), action.get_property(name), cls(**{name.replace("-", "_"): value}).get_property(name)


for cls in (Action, ActionByMethods):
    ask(f"{cls.__name__} all", lambda c=cls: [spec.name for spec in c.props])
    for spec in sorted(cls.props, key=lambda spec: spec.name):
        ask(f"{cls.__name__} {spec.name}", lambda s=spec: described(s))
        for value in ("x", True, 5, None):
            ask(
                f"{cls.__name__} {spec.name} {value!r}",
                lambda c=cls, n=spec.name, v=value: of_interface(c, n, v),
            )

CLIENT = {
    "timeout": (5, "x", -1, None),
    "family": (Gio.SocketFamily.IPV6, "x", 10**10, None),
    "local_address": (None, 5, Gio.SocketClient()),
    "proxy_resolver": (None, 5, Gio.SocketClient()),
    "tls": (True, "", None),
    "missing": (5,),
}
for name, values in CLIENT.items():
    for value in values:
        ask(f"client {name} {key_of(value)}", lambda n=name, v=value: Gio.SocketClient().set_property(n, v))
        ask(f"client made {name} {key_of(value)}", lambda n=name, v=value: type(Gio.SocketClient(**{n: v})))
ask("all", lambda: [[spec.name for spec in cls.props] for cls in (Model, Below, Methods)])
ask("props", lambda: (lambda m: (setattr(m, "props", 4), m.props, vars(m)))(Model()))

if __name__ == "__main__":
    ask.answer()
