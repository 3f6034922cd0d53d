"""The warm call rows: which function each row calls, how, and what the call must give.

A row is the same expression for every implementation; only where its names come from differs: `gi.repository`, or the
hand-written extension of benches/floor. It knows nothing of clocks and of processes.

The functions are real ones of GLib and Gio that do next to nothing, so that what is measured is the crossing. Where no such
function exists (three and six scalars, a double, outputs) the fixtures library has one; each of those also adds one to an
atomic counter, some 5 ns on every side alike.
"""

from __future__ import annotations

import atexit
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Names = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One warm call row."""

    name: str
    title: str
    # The expression of the inner loop, over the names that `gi` or `floor` set up.
    call: str
    # What the call must give, as an expression over the same names; "..." where any new object will do.
    expected: str
    # The names for an implementation of gi, and for one variant of the floor, whose module is the argument.
    gi: Callable[[], Names]
    floor: Callable[[Any], Names]
    # Which bar holds against the floor that releases the GIL: 1.25 for "plain" (scalars and text), 1.5 for "method", 1.2 for
    # "buffer", none for "data", "object" and "dropin"; "" is not compared at all.
    kind: str = "plain"
    fixtures: bool = False
    # How many times as fast as PyGObject a thunk must be.
    peer: float = 2.0
    # For slow calls: how many of the usual calls one of these stands for.
    weight: int = 1


def _glib(name: str) -> Callable[[], Any]:
    def find() -> Any:
        from gi.repository import GLib

        return getattr(GLib, name)

    return find


def _fixture(name: str) -> Callable[[], Any]:
    def find() -> Any:
        import gi

        gi.require_version("GijitFixtures", "1.0")
        from gi.repository import GijitFixtures

        return getattr(GijitFixtures, name)

    return find


def _function(find: Callable[[], Any], name: str, **arguments: Any) -> dict[str, Any]:
    """The two set-ups of a row that calls the function `f` with constant arguments."""
    return {
        "gi": lambda: {"f": find(), **arguments},
        "floor": lambda module: {"f": getattr(module, name), **arguments},
    }


def _quark_gi() -> Names:
    from gi.repository import GLib

    return {"f": GLib.quark_to_string, "a": GLib.quark_from_string("gijit-speed-suite")}


def _quark_floor(module: Any) -> Names:
    return {"f": module.quark_to_string, "a": module.quark_from_string("gijit-speed-suite")}


def _cancellable() -> Names:
    from gi.repository import Gio

    return {"o": Gio.Cancellable.new()}


def _action() -> Names:
    from gi.repository import Gio

    return {"o": Gio.SimpleAction.new("save", None), "a": True}


def _uri() -> Names:
    from gi.repository import GLib

    return {"o": GLib.Uri.parse("http://localhost:8080/", GLib.UriFlags.NONE)}


def _streams() -> Names:
    from gi.repository import Gio

    base = Gio.MemoryInputStream.new()
    return {"o": Gio.DataInputStream.new(base), "base": base}


def _streams_floor(module: Any) -> Names:
    base = module.MemoryInputStream()
    return {"o": module.DataInputStream(base), "base": base}


def _moment() -> Names:
    from gi.repository import GLib

    return {"o": GLib.DateTime.new_utc(2024, 2, 29, 12, 30, 15.0)}


MEGABYTE = bytes(range(256)) * 4096


def _bytes(name: str, data: Any) -> dict[str, Any]:
    """The two set-ups of a row that makes a GBytes of `a`; what comes back is its size."""

    def gi() -> Names:
        from gi.repository import GLib

        return {"f": getattr(GLib.Bytes, name), "a": data}

    return {"gi": gi, "floor": lambda module: {"f": getattr(module, f"bytes_{name}"), "a": data}}


def no_floor(module: Any) -> Names:
    raise AttributeError("the extension in C has nothing of the kind")


def _objects(make: Callable[[], Names], floor: Callable[[Any], Names] = no_floor) -> dict[str, Any]:
    """The two set-ups of a row about GObjects; by hand in C there are only some."""
    return {"gi": make, "floor": floor}


def _speaker_floor(module: Any) -> Names:
    speaker = module.Speaker()
    speaker.connect(lambda speaker, number: None)
    return {"o": speaker}


def _action_floor(module: Any) -> Names:
    class Action(module.Enabled):
        def do_get_enabled(self):
            return True

    return {"f": module.action_get_enabled, "o": Action()}


def _object() -> Names:
    from gi.repository import GObject

    return {"f": GObject.Object}


def _speaker() -> Names:
    from gi.repository import GObject

    class Speaker(GObject.Object):
        __gsignals__ = {"say": (GObject.SignalFlags.RUN_LAST, None, (int,))}

        number = GObject.Property(type=int, default=5)
        text = GObject.Property(type=str)

    speaker = Speaker()
    speaker.connect("say", lambda speaker, number: None)
    return {"f": Speaker, "o": speaker}


def _simple_action() -> Names:
    from gi.repository import Gio

    return {"o": Gio.SimpleAction.new("a", None)}


def _action_in_python() -> Names:
    from gi.repository import Gio, GObject

    class Action(GObject.Object, Gio.Action):
        def do_get_enabled(self):
            return True

    return {"f": Gio.Action.get_enabled, "o": Action()}


def _store() -> Names:
    from gi.repository import Gio, GObject

    class Item(GObject.Object):
        pass

    store = Gio.ListStore.new(Item)
    for _ in range(10):
        store.append(Item())

    def fill() -> None:
        new = Gio.ListStore.new(Item)
        for _ in range(1000):
            new.append(Item())

    return {"o": store, "f": fill}


def _variant() -> Names:
    from gi.repository import GLib

    values = {"name": GLib.Variant("s", "x"), "size": GLib.Variant("i", 5), "flag": GLib.Variant("b", True)}
    nested = {str(i): {"a": GLib.Variant("i", i)} for i in range(1000)}
    return {"f": GLib.Variant, "a": values, "o": GLib.Variant("a{sa{sv}}", nested)}


SCHEMA = """<schemalist><schema id="test.gijit.Bench" path="/test/gijit/bench/">
<key name="width" type="i"><default>640</default></key><key name="height" type="i"><default>480</default></key>
<key name="name" type="s"><default>'name'</default></key><key name="dark" type="b"><default>false</default></key>
</schema></schemalist>"""


def _settings() -> Names:
    """Settings that are kept in memory, with a schema of four keys."""
    folder = Path(tempfile.mkdtemp(prefix="gijit-bench."))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "test.gijit.gschema.xml").write_text(SCHEMA)
    compiler = shutil.which("glib-compile-schemas")
    if compiler is None:
        raise ImportError("there is no glib-compile-schemas")
    subprocess.run([compiler, str(folder)], check=True)
    from gi.repository import Gio

    source = Gio.SettingsSchemaSource.new_from_directory(str(folder), None, True)
    backend = Gio.memory_settings_backend_new()
    return {"o": Gio.Settings.new_full(source.lookup("test.gijit.Bench", False), backend, None)}


def _channel() -> Names:
    """A file of 1,000 lines."""
    folder = Path(tempfile.mkdtemp(prefix="gijit-bench."))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "lines"
    path.write_text("x" * 79 + "\n" + ("y" * 79 + "\n") * 999)
    from gi.repository import GLib

    return {"f": lambda: sum(map(len, GLib.IOChannel(filename=str(path))))}


INTERFACE = """<node><interface name='test.gijit.Bench'>
<method name='Notify'><arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>
<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/><arg type='a{sv}' direction='in'/>
<arg type='i' direction='in'/><arg type='u' direction='out'/></method>
<method name='GetManagedObjects'><arg type='a{oa{sa{sv}}}' direction='out'/></method>
</interface></node>"""


def _bus() -> Names:
    """A proxy for an object that another thread offers on a bus that this process has for itself. Its methods are those
    that programs call: a desktop's notifications, and what an object manager lists, here 20 objects."""
    daemon = shutil.which("dbus-daemon")
    if daemon is None:
        raise ImportError("there is no dbus-daemon")
    command = [daemon, "--session", "--nofork", "--nopidfile", "--print-address"]
    bus = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    atexit.register(bus.kill)
    assert bus.stdout is not None
    address = bus.stdout.readline().strip()
    from gi.repository import Gio, GLib

    kind = Gio.DBusConnectionFlags
    flags = kind.AUTHENTICATION_CLIENT | kind.MESSAGE_BUS_CONNECTION
    node = Gio.DBusNodeInfo.new_for_xml(INTERFACE)
    objects = {
        f"/device/{i}": {
            "test.gijit.Device": {
                "Name": GLib.Variant("s", f"device {i}"),
                "Paired": GLib.Variant("b", True),
                "Signal": GLib.Variant("n", -60),
                "Services": GLib.Variant("as", ["audio", "input"]),
            }
        }
        for i in range(20)
    }
    ready = threading.Event()

    def serve() -> None:
        context = GLib.MainContext.new()
        context.push_thread_default()
        connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)

        def called(_connection, _sender, _path, _interface, method, parameters, invocation):
            if method == "Notify":
                replaced = parameters.unpack()[1]
                invocation.return_value(GLib.Variant("(u)", (replaced + 1,)))
            else:
                invocation.return_value(GLib.Variant("(a{oa{sa{sv}}})", (objects,)))

        connection.register_object("/x", node.interfaces[0], called, None, None)
        name = GLib.Variant("(su)", ("test.gijit.Bench", 0))
        bus = "org.freedesktop.DBus"
        connection.call_sync(bus, "/org/freedesktop/DBus", bus, "RequestName", name, None, 0, -1, None)
        ready.set()
        GLib.MainLoop.new(context, False).run()

    threading.Thread(target=serve, daemon=True).start()
    if not ready.wait(20):
        raise ImportError("the bus does not answer")
    connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    nothing = Gio.DBusProxyFlags.DO_NOT_LOAD_PROPERTIES | Gio.DBusProxyFlags.DO_NOT_CONNECT_SIGNALS
    proxy = Gio.DBusProxy.new_sync(connection, nothing, None, "test.gijit.Bench", "/x", "test.gijit.Bench", None)
    hints = {"urgency": GLib.Variant("y", 1), "category": GLib.Variant("s", "im"), "x": GLib.Variant("i", 5)}
    values = ("program", 6, "icon", "Summary", "Some text.", ["default", "Open", "close", "Close"], hints, -1)
    return {"o": proxy, "a": "(susssasa{sv}i)", "b": values}


def _gtk() -> Any:
    import gi

    try:
        gi.require_version("Gtk", "4.0")
    except ValueError as error:
        raise ImportError(str(error)) from None
    from gi.repository import Gtk

    return Gtk


def _tree_store() -> Names:
    """A store of three columns with 10,000 rows, and what makes such ones."""
    Gtk = _gtk()

    def fill() -> Any:
        store = Gtk.ListStore(str, int, bool)
        for i in range(10_000):
            store.append(["row", i, True])
        return store

    store = fill()

    def iterate() -> None:
        for _row in store:
            pass

    def read() -> int:
        return sum(number for _text, number, _flag in store)

    def filtered(visible: Callable[..., bool]) -> Callable[[], int]:
        def make() -> int:
            model = store.filter_new()
            model.set_visible_func(visible)
            return len(model)

        return make

    def by_value(model: Any, tree_iter: Any, _data: Any) -> bool:
        return model.get_value(tree_iter, 1) % 2 == 0

    def by_row(model: Any, tree_iter: Any, _data: Any) -> bool:
        return model[tree_iter][1] % 2 == 0

    return {
        "fill": lambda: len(fill()),
        "iterate": iterate,
        "read": read,
        "by_row": filtered(by_row),
        "by_value": filtered(by_value),
    }


def _items() -> Names:
    """A list of 20,000 objects in no order, and the list sorted by a property of theirs, or a plain attribute."""
    Gtk = _gtk()
    from gi.repository import Gio, GObject

    class Item(GObject.Object):
        number = GObject.Property(type=int)

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = self.plain = number

    store = Gio.ListStore.new(Item)
    items = [Item(i * 7919 % 20_000) for i in range(20_000)]
    store.splice(0, 0, items)

    def iterate() -> None:
        for _item in store:
            pass

    def by_property(a: Any, b: Any, _data: Any) -> int:
        return a.number - b.number

    def by_attribute(a: Any, b: Any, _data: Any) -> int:
        return a.plain - b.plain

    def ordered(compare: Callable[..., int]) -> int:
        return Gtk.SortListModel.new(store, Gtk.CustomSorter.new(compare)).get_item(5).number

    return {
        "items": items,
        "iterate": iterate,
        "ordered": ordered,
        "by_property": by_property,
        "by_attribute": by_attribute,
    }


ROWS = [
    Row(
        "empty",
        "an empty loop",
        "",
        "None",
        gi=dict,
        floor=lambda module: {},
        kind="",
    ),
    Row(
        "scalar-1",
        "1 integer",
        "f(a)",
        "3",
        **_function(_glib("bit_storage"), "bit_storage", a=5),
    ),
    Row(
        "scalar-3",
        "3 integers",
        "f(a, b, c)",
        "14.0",
        **_function(_fixture("ints_3"), "ints_3", a=1, b=2, c=3),
        fixtures=True,
    ),
    Row(
        "scalar-6",
        "6 integers",
        "f(a, b, c, d, e, g)",
        "91.0",
        **_function(_fixture("ints_6"), "ints_6", a=1, b=2, c=3, d=4, e=5, g=6),
        fixtures=True,
    ),
    Row(
        "double",
        "1 double",
        "f(a)",
        "2.5",
        **_function(_fixture("double_identity"), "double_identity", a=2.5),
        fixtures=True,
    ),
    Row(
        "utf8-in",
        "text in",
        "f(a)",
        "True",
        **_function(_glib("str_is_ascii"), "str_is_ascii", a="hello"),
    ),
    Row(
        "utf8-out",
        "text out, lent",
        "f(a)",
        "'gijit-speed-suite'",
        gi=_quark_gi,
        floor=_quark_floor,
    ),
    Row(
        "utf8-copy",
        "text in, text given away",
        "f(a)",
        "'hello'",
        **_function(_fixture("utf8_copy"), "utf8_copy", a="hello"),
        fixtures=True,
    ),
    Row(
        "outs",
        "3 outputs",
        "f()",
        "(1, 2.0, 3)",
        **_function(_fixture("outs_3"), "outs_3"),
        fixtures=True,
    ),
    Row(
        "method",
        "method, no argument",
        "o.is_cancelled()",
        "False",
        gi=_cancellable,
        floor=lambda module: {"o": module.Cancellable()},
        kind="method",
    ),
    Row(
        "method-boxed",
        "method of a boxed value",
        "o.get_port()",
        "8080",
        gi=_uri,
        floor=lambda module: {"o": module.Uri("http://localhost:8080/")},
        kind="method",
    ),
    Row(
        "method-bool",
        "method with a bool",
        "o.set_enabled(a)",
        "None",
        gi=_action,
        floor=lambda module: {"o": module.SimpleAction("save"), "a": True},
        kind="method",
    ),
    Row(
        "method-utf8",
        "method that returns text",
        "o.get_name()",
        "'save'",
        gi=_action,
        floor=lambda module: {"o": module.SimpleAction("save"), "a": True},
        kind="method",
    ),
    Row(
        "method-object",
        "method that returns an object",
        "o.get_base_stream()",
        "base",
        gi=_streams,
        floor=_streams_floor,
        kind="method",
    ),
    Row(
        "method-outs",
        "method with 3 outputs",
        "o.get_ymd()",
        "(2024, 2, 29)",
        gi=_moment,
        floor=lambda module: {"o": module.DateTime(2024, 2, 29, 12, 30, 15.0)},
        kind="method",
    ),
    Row(
        "buffer-lent",
        "1 MiB of bytes, lent",
        "f(a)",
        "len(a)",
        **_function(_fixture("array_length"), "array_length", a=MEGABYTE),
        kind="method",
        fixtures=True,
    ),
    Row(
        "buffer-copied",
        "1 MiB of bytes, which C copies",
        "f(a).get_size()",
        "len(a)",
        **_bytes("new", MEGABYTE),
        kind="buffer",
        peer=0.9,
        weight=500,
    ),
    Row(
        "buffer-given",
        "1 MiB of bytes, given away",
        "f(a).get_size()",
        "len(a)",
        **_bytes("new_take", MEGABYTE),
        kind="buffer",
        peer=0.9,
        weight=500,
    ),
    Row(
        "bytearray",
        "1 MiB in a bytearray, lent",
        "f(a)",
        "len(a)",
        **_function(_fixture("array_length"), "array_length", a=bytearray(MEGABYTE)),
        kind="data",
        fixtures=True,
        weight=10_000,
    ),
    Row(
        "ints",
        "a list of 10,000 integers in and out",
        "f(a)",
        "a",
        **_function(_fixture("array_copy"), "array_copy", a=list(range(10_000))),
        kind="data",
        fixtures=True,
        weight=500,
    ),
    Row(
        "strv",
        "a list of 1,000 strings in and out",
        "f(a)",
        "a",
        **_function(_fixture("array_texts"), "array_texts", a=[f"text {i}" for i in range(1000)]),
        kind="data",
        fixtures=True,
        weight=200,
    ),
    Row(
        "filenames",
        "a list of 1,000 file names in",
        "f(a, b)",
        "None",
        **_function(_glib("environ_getenv"), "environ_getenv", a=[f"text {i}" for i in range(1000)], b="x"),
        kind="data",
        weight=200,
    ),
    Row(
        "callback",
        "a Python function called back",
        "f(g, None, a)",
        "5",
        gi=lambda: {"f": _fixture("callback_call")(), "g": lambda value, data: value + 1, "a": 4},
        floor=lambda module: {"f": module.callback_call, "g": lambda value, data: value + 1, "a": 4},
        kind="data",
        fixtures=True,
    ),
    Row(
        "struct-out",
        "a struct that C fills",
        "f()",
        "...",
        **_function(_fixture("struct_out_allocated"), "struct_out_allocated"),
        kind="data",
        fixtures=True,
        peer=3.0,
    ),
    Row(
        "object",
        "a GObject made and dropped",
        "f()",
        "...",
        **_objects(_object, lambda module: {"f": module.Object}),
        kind="object",
        peer=3.0,
    ),
    Row(
        "subclass",
        "an object of a Python class with two properties",
        "f()",
        "...",
        **_objects(_speaker),
        kind="object",
        peer=3.0,
    ),
    Row(
        "props-read",
        "obj.props.x of C",
        "o.props.enabled",
        "True",
        **_objects(_simple_action, lambda module: {"o": module.Action()}),
        kind="object",
        peer=4.0,
    ),
    Row(
        "props-write",
        "obj.props.x = v of C",
        "setattr(o.props, 'enabled', True)",
        "None",
        **_objects(_simple_action, lambda module: {"o": module.Action()}),
        kind="object",
        peer=6.0,
    ),
    Row("property-read", "obj.x of a Python class", "o.number", "5", **_objects(_speaker), kind="object", peer=5.0),
    Row(
        "property-write",
        "obj.x = v of a Python class",
        "setattr(o, 'number', 5)",
        "None",
        **_objects(_speaker),
        kind="object",
        peer=5.0,
    ),
    Row(
        "emit",
        "a signal to one Python handler",
        "o.emit('say', 5)",
        "None",
        **_objects(_speaker, _speaker_floor),
        kind="object",
        peer=4.0,
    ),
    Row(
        "vfunc",
        "a virtual function in Python",
        "f(o)",
        "True",
        **_objects(_action_in_python, _action_floor),
        kind="object",
        peer=3.0,
    ),
    Row(
        "get-item",
        "Gio.ListStore.get_item()",
        "o.get_item(3)",
        "...",
        **_objects(_store, lambda module: {"o": module.ListStore()}),
        kind="object",
        peer=6.0,
    ),
    Row(
        "rows",
        "1,000 rows made and appended",
        "f()",
        "None",
        **_objects(_store),
        kind="object",
        peer=3.0,
        weight=1000,
    ),
    Row("variant", "GLib.Variant('i', 5)", "f('i', 5)", "...", **_objects(_variant), kind="object", peer=12.0),
    Row(
        "variant-dict",
        "GLib.Variant('a{sv}', …)",
        "f('a{sv}', a)",
        "...",
        **_objects(_variant),
        kind="object",
        peer=12.0,
    ),
    Row(
        "unpack",
        "unpack of 1,000 nested entries",
        "o.unpack()",
        "{str(i): {'a': i} for i in range(1000)}",
        **_objects(_variant),
        kind="object",
        peer=8.0,
        weight=2000,
    ),
    # ---- What Python adds to namespaces ----
    Row(
        "settings-get",
        "Gio.Settings[key]",
        "o['width']",
        "640",
        **_objects(_settings),
        kind="dropin",
        peer=3.0,
        weight=10,
    ),
    Row(
        "settings-set",
        "Gio.Settings[key] = value",
        "o.__setitem__('height', 5)",
        "None",
        **_objects(_settings),
        kind="dropin",
        peer=2.0,
        weight=50,
    ),
    Row(
        "channel",
        "1,000 lines of a GLib.IOChannel",
        "f()",
        "80_000",
        **_objects(_channel),
        kind="dropin",
        peer=1.5,
        weight=5000,
    ),
    Row(
        "dbus",
        "DBusProxy: Notify() on a bus",
        "o.Notify(a, *b)",
        "7",
        **_objects(_bus),
        kind="dropin",
        peer=1.5,
        weight=1000,
    ),
    Row(
        "dbus-objects",
        "DBusProxy: GetManagedObjects() of 20",
        "len(o.GetManagedObjects())",
        "20",
        **_objects(_bus),
        kind="dropin",
        peer=1.5,
        weight=2000,
    ),
    Row(
        "rows-fill",
        "Gtk.ListStore: 10,000 rows appended",
        "fill()",
        "10_000",
        **_objects(_tree_store),
        kind="dropin",
        peer=4.0,
        weight=20_000,
    ),
    Row(
        "rows-iterate",
        "for row in Gtk.ListStore, 10,000 rows",
        "iterate()",
        "None",
        **_objects(_tree_store),
        kind="dropin",
        peer=4.0,
        weight=10_000,
    ),
    Row(
        "rows-read",
        "the same, all of their values",
        "read()",
        "49_995_000",
        **_objects(_tree_store),
        kind="dropin",
        peer=4.0,
        weight=20_000,
    ),
    Row(
        "rows-filter",
        "Gtk.TreeModelFilter of 10,000 rows, model[iter]",
        "by_row()",
        "5000",
        **_objects(_tree_store),
        kind="dropin",
        peer=3.0,
        weight=20_000,
    ),
    Row(
        "rows-filter-value",
        "the same, model.get_value(iter, column)",
        "by_value()",
        "5000",
        **_objects(_tree_store),
        kind="dropin",
        peer=3.0,
        weight=20_000,
    ),
    Row(
        "list-iterate",
        "for item in Gio.ListStore, 20,000 items",
        "iterate()",
        "None",
        **_objects(_items),
        kind="dropin",
        peer=5.0,
        weight=10_000,
    ),
    Row(
        "list-sort",
        "Gtk.CustomSorter, 20,000 items by a property",
        "ordered(by_property)",
        "5",
        **_objects(_items),
        kind="dropin",
        peer=4.0,
        weight=20_000,
    ),
    Row(
        "list-sort-plain",
        "the same by a plain attribute",
        "ordered(by_attribute)",
        "5",
        **_objects(_items),
        kind="dropin",
        peer=4.0,
        weight=20_000,
    ),
]

BY_NAME = {row.name: row for row in ROWS}
