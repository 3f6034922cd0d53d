"""Questions: what programs count on around classes and values: hashes, what a class says of its signals, which signals
GObject refuses, getters that miss an attribute, enumerations that have no GType."""

import ctypes

from asking import Questions
from gi.repository import Gio, GLib, GObject

ask = Questions()


def pointer(wrapper):
    """The C pointer that a wrapper holds."""
    return ctypes.cast(id(wrapper) + object.__basicsize__, ctypes.POINTER(ctypes.c_void_p)).contents.value


# ---- Hashes ----

WRAPPERS = {
    "object": lambda: Gio.SimpleAction.new("a", None),
    "object of Python": lambda: type("Mine", (GObject.Object,), {})(),
    "interface": lambda: Gio.File.new_for_path("/"),
    "boxed": lambda: GLib.Bytes.new(b"x"),
    "value": lambda: GObject.Value(int, 5),
    "struct": lambda: GLib.PollFD(0, 1),
    "param spec": lambda: Gio.Application.find_property("application-id"),
}
for name, make in WRAPPERS.items():
    ask(f"hash/{name}", lambda make=make: (lambda made: hash(made) == pointer(made))(make()))
TYPES = [GObject.TYPE_INT, GObject.TYPE_INVALID, GObject.TYPE_STRING, Gio.Application.__gtype__, Gio.FileType.__gtype__]
for gtype in TYPES:
    ask(
        f"hash/{gtype.name}",
        lambda gtype=gtype: hash(gtype) == ctypes.c_void_p.from_address(id(gtype) + 16).value or hash(gtype),
    )
ask("hash/equal", lambda: hash(GObject.GType("gint")) == hash(GObject.TYPE_INT))


# ---- Signals ----


class Emitter(GObject.Object):
    __gsignals__ = {"known": (GObject.SignalFlags.RUN_LAST, None, ())}
    __gproperties__ = {"number": (int, "", "", 0, 9, 0, GObject.ParamFlags.READWRITE)}
    text = GObject.Property(type=str)

    @GObject.Signal
    def made(self):
        pass


class Derived(Emitter):
    # What Emitter declares is Emitter's.
    __gsignals__ = Emitter.__gsignals__


for cls in (Emitter, Derived, GObject.Object, Gio.Application):
    for name in ("__gsignals__", "__gproperties__"):
        ask(f"readable/{cls.__name__}/{name}", lambda cls=cls, name=name: getattr(cls, name))
ask("readable/own", lambda: [name for name in ("__gsignals__", "__gproperties__") if name in vars(Emitter)])
ask("readable/signals", lambda: GObject.signal_list_names(Emitter))
ask("readable/of Derived", lambda: GObject.signal_list_names(Derived))

REFUSED = {
    "of the parent": (Emitter, "known"),
    "of the parent, by its other name": (Emitter, "made"),
    "of a library": (Gio.SimpleAction, "activate"),
    "of the root": (GObject.Object, "notify"),
    "a space": (GObject.Object, "a b"),
    "a digit": (GObject.Object, "1a"),
    "empty": (GObject.Object, ""),
    "a colon": (GObject.Object, "a::b"),
}
for what, (base, name) in REFUSED.items():
    ask(
        f"refused/{what}",
        lambda base=base, name=name: type("T", (base,), {"__gsignals__": {name: (0, None, ())}}),
    )
ask(
    "refused/twice",
    lambda: type("T", (GObject.Object,), {"__gsignals__": {"a-b": (0, None, ()), "a_b": (0, None, ())}}),
)
ask("refused/Signal", lambda: type("T", (Emitter,), {"known": GObject.Signal()}))
ask(
    "refused/of an interface",
    lambda: type("T", (GObject.Object, Gio.ListModel), {"__gsignals__": {"items-changed": (0, None, ())}}),
)
ask("refused/malformed first", lambda: type("T", (Emitter,), {"__gsignals__": {"known": (0, None)}}))


# ---- Getters ----


class Gives(GObject.Object):
    def __init__(self, error):
        super().__init__()
        self.error = error

    def fail(self):
        raise self.error("on purpose")

    anything = GObject.Property(fail)
    integer = GObject.Property(fail, type=int)
    text = GObject.Property(fail, type=str)
    truth = GObject.Property(fail, type=bool, default=False)
    thing = GObject.Property(fail, type=GObject.Object)
    kind = GObject.Property(fail, type=Gio.FileType, default=Gio.FileType.REGULAR)
    number = GObject.Property(fail, type=float)


class Overrides(Gives):
    def do_get_property(self, pspec):
        return Gives.do_get_property(self, pspec)


class Asks(Gives):
    def do_get_property(self, pspec):
        raise self.error("in do_get_property")


class Missing(AttributeError):
    pass


WAYS = {
    "attribute": getattr,
    "default": lambda object, name: getattr(object, name, "none"),
    "props": lambda object, name: getattr(object.props, name),
    "get_property": lambda object, name: object.get_property(name),
}
for error in (AttributeError, Missing, ValueError):
    for name in "anything integer text truth thing kind number".split():
        for way, read in WAYS.items():
            ask(
                f"getter/{error.__name__}/{name}/{way}",
                lambda error=error, name=name, read=read: read(Gives(error), name),
            )
    ask(f"getter/{error.__name__}/chained", lambda error=error: Overrides(error).get_property("integer"))
ask("getter/several", lambda: Gives(AttributeError).get_properties("integer", "text"))
ask("getter/unknown", lambda: Gives(AttributeError).props.nope)


# ---- Enumerations without a GType ----

MEMBERS = {
    "enum": lambda: GLib.UserDirectory.DIRECTORY_DOWNLOAD,
    "enum, first": lambda: GLib.UserDirectory(0),
    "error": lambda: GLib.ConvertError.BAD_URI,
    "flags": lambda: GLib.SpawnFlags.SEARCH_PATH,
    "flags, none": lambda: GLib.SpawnFlags(0),
    "flags, two": lambda: GLib.SpawnFlags(6),
    "flags, aliases": lambda: GLib.TraverseFlags.ALL,
    "flags, unknown": lambda: GObject.ParamFlags(1 << 20),
    "flags, without one for nothing": lambda: GLib.FileTest(0),
    "registered enum": lambda: Gio.FileType.REGULAR,
    "registered flags": lambda: Gio.FileCopyFlags.OVERWRITE | Gio.FileCopyFlags.NOFOLLOW_SYMLINKS,
}
for name, make in MEMBERS.items():
    for attribute in "value_name value_nick first_value_name first_value_nick value_names value_nicks".split():
        ask(f"member/{name}/{attribute}", lambda make=make, attribute=attribute: getattr(make(), attribute))


def kinds():
    class Kinds(GObject.Object):
        __gproperties__ = {"raw": (GLib.UserDirectory, "", "", GLib.UserDirectory.DIRECTORY_MUSIC, 3)}
        __gsignals__ = {"asked": (GObject.SignalFlags.RUN_LAST, GLib.SeekType, (GLib.UserDirectory, GLib.FileTest))}

        def do_get_property(self, pspec):
            return GLib.UserDirectory.DIRECTORY_VIDEOS

        def do_asked(self, directory, test):
            assert directory is GLib.UserDirectory.DIRECTORY_VIDEOS and test == GLib.FileTest(3)
            assert isinstance(test, GLib.FileTest)
            return GLib.SeekType.END

    return Kinds


def properties():
    class Holds(GObject.Object):
        directory = GObject.Property(type=GLib.UserDirectory, default=GLib.UserDirectory.DIRECTORY_MUSIC)
        test = GObject.Property(type=GLib.FileTest, default=GLib.FileTest.EXISTS)

    return Holds


def stored(name, value):
    made = properties()()
    setattr(made, name, value)
    return getattr(made, name) == value and isinstance(getattr(made.props, name), type(value)), getattr(made, name)


ask("plain/default", lambda: properties()().directory)
ask("plain/default of flags", lambda: properties()().props.test)
ask("plain/set", lambda: stored("directory", GLib.UserDirectory.DIRECTORY_VIDEOS)[0])
ask("plain/set flags", lambda: stored("test", GLib.FileTest.EXISTS | GLib.FileTest.IS_DIR)[0])
ask("plain/set to a number", lambda: stored("directory", 3)[1])
ask("plain/type", lambda: properties().find_property("directory").value_type.name)
ask("plain/type of flags", lambda: properties().find_property("test").value_type.name)
ask("plain/no default", lambda: GObject.Property(type=GLib.UserDirectory))
ask("plain/wrong default", lambda: GObject.Property(type=GLib.UserDirectory, default=GLib.SeekType.SET))
ask("plain/emit", lambda: kinds()().emit("asked", GLib.UserDirectory.DIRECTORY_VIDEOS, 3))
ask("plain/read", lambda: kinds()().get_property("raw"))
ask("plain/value", lambda: GObject.Value(GLib.UserDirectory, GLib.UserDirectory.DIRECTORY_VIDEOS).get_value())
ask("plain/GType", lambda: GObject.GType(GLib.UserDirectory).name)
ask("plain/GType of a member", lambda: GObject.GType(GLib.FileTest.EXISTS).name)
ask("plain/once", lambda: GObject.GType(GLib.FileTest) == GObject.GType(GLib.FileTest))

ask.answer()
