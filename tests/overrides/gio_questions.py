"""Questions: what Python adds to Gio, but for lists and D-Bus."""

import os
import pathlib
import shutil
import subprocess
import tempfile

from asking import Questions

SCHEMAS = """<schemalist>
<enum id="test.gijit.Fruit"><value nick="banana" value="1"/><value nick="apple" value="2"/></enum>
<flags id="test.gijit.Sides"><value nick="left" value="1"/><value nick="right" value="2"/></flags>
<schema id="test.gijit.Whole" path="/test/gijit/whole/">
<key name="text" type="s"><default>'hello'</default></key>
<key name="int" type="i"><default>5</default></key>
<key name="bool" type="b"><default>true</default></key>
<key name="double" type="d"><default>5</default></key>
<key name="byte" type="y"><default>5</default></key>
<key name="bytes" type="ay"><default>[1, 2]</default></key>
<key name="long" type="x"><default>-5</default></key>
<key name="unsigned" type="t"><default>5</default></key>
<key name="pair" type="(ss)"><default>('a', 'b')</default></key>
<key name="dict" type="a{sv}"><default>{'a': &lt;1&gt;}</default></key>
<key name="list" type="as"><default>['x']</default></key>
<key name="maybe" type="mi"><default>nothing</default></key>
<key name="any" type="v"><default>&lt;5&gt;</default></key>
<key name="fruit" enum="test.gijit.Fruit"><default>'banana'</default></key>
<key name="sides" flags="test.gijit.Sides"><default>['left']</default></key>
<key name="range" type="i"><range min="7" max="65535"/><default>123</default></key>
<key name="choice" type="s"><choices><choice value='aa'/><choice value='bb'/></choices><default>'aa'</default></key>
<child name="child" schema="test.gijit.Child"/>
</schema>
<schema id="test.gijit.Child" path="/test/gijit/whole/child/"><key name="a" type="i"><default>1</default></key></schema>
<schema id="test.gijit.Anywhere"><key name="a" type="i"><default>1</default></key></schema>
</schemalist>"""

folder = pathlib.Path(tempfile.mkdtemp(prefix="gijit-questions."))
(folder / "test.gijit.gschema.xml").write_text(SCHEMAS)
subprocess.run(["glib-compile-schemas", str(folder)], check=True)
os.environ["GSETTINGS_SCHEMA_DIR"] = str(folder)
os.environ["GSETTINGS_BACKEND"] = "memory"

from gi.repository import Gio, GLib  # noqa: E402

ask = Questions()


# ---- Actions and menus ----


def acted(entries, *data, keywords=None):
    """What a group has after ``add_action_entries``, and what its actions are told when they are used."""
    group, told = Gio.SimpleActionGroup(), []
    if callable(entries):
        entries = entries(lambda *args: told.append(args[1:]))
    returned = group.add_action_entries(entries, *data, **(keywords or {}))
    for name in sorted(group.list_actions()):
        if group.get_action_state(name) is not None:
            group.change_action_state(name, GLib.Variant("i", 5))
        else:
            kind = group.get_action_parameter_type(name)
            group.activate_action(name, None if kind is None else GLib.Variant(kind.dup_string(), "x"))
        told.append((name, group.get_action_state(name)))
    return returned, told


ENTRIES = {
    "none": [],
    "a name": [("a",)],
    "two": [("a", None), ("b", None)],
    "a list": [["a", None]],
    "a generator": (entry for entry in [("a",), ("b",)]),
    "activate": lambda f: [("a", f)],
    "text": lambda f: [("a", f, "s")],
    "state": lambda f: [("a", None, None, "1")],
    "change": lambda f: [("a", f, None, "1", f)],
    "activate and change": lambda f: [("a", f, None, "1"), ("b", None, None, "1", f)],
    "None for all": [("a", None, None, None, None)],
    "no entries": None,
    "a number": 5,
    "a number as name": [(5,)],
    "what is not callable": [("a", 5)],
    "no type": [("a", None, "zz")],
    "a number as type": [("a", None, 5)],
    "no state": [("a", None, None, "!!")],
    "a number as state": [("a", None, None, 5)],
}
for name, entries in ENTRIES.items():
    ask(f"actions/{name}", lambda entries=entries: acted(entries))
ask("actions/data", lambda: acted(lambda f: [("a", f), ("b", f, "s"), ("c", None, None, "1", f)], "data"))
ask("actions/application", lambda: Gio.Application().add_action_entries([("a", None)]))


def change_without_state():
    Gio.SimpleActionGroup().add_action_entries([("a", None, None, None, print)])


ask("actions/change without state", change_without_state)


def item(attributes):
    made = Gio.MenuItem.new("label", "app.action")
    returned = made.set_attribute(attributes)
    return returned, [made.get_attribute_value(name, None) for name in ("label", "x", "n")]


for name, attributes in {
    "two": [("x", "s", "y"), ("n", "i", 5)],
    "none": [],
    "a list": [["x", "s", "y"]],
    "no list": None,
    "short": [("x", "s")],
    "long": [("x", "s", "y", 1)],
    "wrong": [("x", "s", 5)],
}.items():
    ask(f"menu/{name}", lambda attributes=attributes: item(attributes))


# ---- What is not made by calling its class ----

for name in (
    "DBusAnnotationInfo DBusArgInfo DBusConnection DBusInterfaceInfo DBusMethodInfo DBusNodeInfo DBusSignalInfo VolumeMonitor"
).split():

    class Derived(getattr(Gio, name)):
        __gtype_name__ = f"GijitDerived{name}"

    ask(f"direct/{name}", lambda name=name: type(getattr(Gio, name)()).__name__)
    ask(f"direct/{name}/derived", lambda Derived=Derived: type(Derived()).__name__)
    ask(f"direct/{name}/module", lambda name=name: getattr(Gio, name).__module__)
ask("direct/VolumeMonitor/get", lambda: isinstance(Gio.VolumeMonitor.get(), Gio.VolumeMonitor))


# ---- Settings ----


def settings():
    return Gio.Settings.new("test.gijit.Whole")


KEYS = (
    "text int bool double byte bytes long unsigned pair dict list maybe any fruit sides range choice child missing"
).split()
for key in [*KEYS, "", 5, None, b"int"]:
    ask(f"settings/get/{key!r}", lambda key=key: settings()[key])
    ask(f"settings/in/{key!r}", lambda key=key: key in settings())

VALUES = {
    "text": ["x", "", 5, None, "ä"],
    "int": [7, -1, "7", 5.5, 2**40, True, None],
    "bool": [False, 5, "", None],
    "double": [5.5, 6, "x"],
    "byte": [7, 300, -1],
    "bytes": [b"abc", [3, 4], []],
    "long": [2**40, 2**70],
    "unsigned": [2**63, -1],
    "pair": [("q", "w"), ("q",), 5],
    "dict": [{}, {"a": GLib.Variant("i", 5)}, {"a": 5}, 5],
    "list": [["p", "q"], ("p",), "pq", [], 5],
    "maybe": [5, None, "x"],
    "any": [GLib.Variant("s", "x"), 5],
    "fruit": ["apple", "kiwi", 1],
    "sides": [["right"], 3],
    "range": [7, 65535, 6, 70000, "x"],
    "choice": ["bb", "cc", None],
    "missing": [5],
}


def set_and_get(key, value):
    made = settings()
    made[key] = value
    return made[key]


for key, values in VALUES.items():
    for value in values:
        ask(f"settings/set/{key}/{value!r}", lambda key=key, value=value: set_and_get(key, value))
ask("settings/len", lambda: len(settings()))
ask("settings/keys", lambda: settings().keys())
ask("settings/iter", lambda: sorted(settings()))
ask("settings/dict", lambda: dict(settings())["double"])
ask("settings/truth", lambda: bool(settings()))
ask("settings/child", lambda: settings().get_child("child")["a"])
ask("settings/delete", lambda: settings().__delitem__("int"))


def delayed():
    made = settings()
    made.delay()
    made["int"] = 99
    before = made["int"], made.get_has_unapplied()
    made.revert()
    return before, made["int"]


ask("settings/delayed", delayed)


class Whole(Gio.Settings):
    def __init__(self):
        super().__init__(schema_id="test.gijit.Whole")


for name, make in {
    "positional": lambda: Gio.Settings("test.gijit.Whole"),
    "two": lambda: Gio.Settings("test.gijit.Anywhere", "/a/b/"),
    "three": lambda: Gio.Settings("test.gijit.Anywhere", "/a/b/", None),
    "one and a keyword": lambda: Gio.Settings("test.gijit.Anywhere", path="/a/b/"),
    "schema": lambda: Gio.Settings(schema="test.gijit.Whole"),
    "schema_id": lambda: Gio.Settings(schema_id="test.gijit.Whole"),
    "derived": Whole,
    "unknown": lambda: Gio.Settings(nothing=5),
}.items():
    ask(f"settings/make/{name}", lambda make=make: (type(make()).__name__, len(make())))


# ---- Files and streams ----

FILE = Gio.File.new_for_path("/tmp/x")
SUBPATHS = ["a", "a/b", "/abs", b"bytes", b"/abs", pathlib.Path("p/q"), "", "..", 5, None, FILE]
for subpath in SUBPATHS:
    label = "file" if subpath is FILE else repr(subpath)
    ask(f"file/{label}", lambda subpath=subpath: (FILE / subpath).get_path())
ask("file/fspath", lambda: os.fspath(FILE))
ask("file/fspath/remote", lambda: os.fspath(Gio.File.new_for_uri("http://a/b")))
ask("file/remote", lambda: (Gio.File.new_for_uri("http://a/b") / "c").get_uri())
ask("file/remote/absolute", lambda: (Gio.File.new_for_uri("http://a/b") / "/c").get_uri())
ask("file/reversed", lambda: "a" / FILE)
ask("file/path", lambda: pathlib.Path(FILE))
ask("file/exists", lambda: os.path.exists(FILE / "there is none"))
ask("file/class", lambda: [c.__name__ for c in type(FILE).__mro__ if c.__module__.startswith("gi.overrides.Gio")])


def lines(data, kind=None):
    stream = Gio.DataInputStream.new(Gio.MemoryInputStream.new_from_data(data))
    if kind is not None:
        stream.set_newline_type(kind)
    return list(stream), next(stream, "end")


ask("lines/some", lambda: lines(b"one\ntwo\r\n\nthree \xc3\xa4"))
ask("lines/none", lambda: lines(b""))
ask("lines/an end", lambda: lines(b"one\n"))
ask("lines/two ends", lambda: lines(b"one\r\ntwo\n\r\n", Gio.DataStreamNewlineType.CR_LF))
ask("lines/not utf-8", lambda: lines(b"one\n\xff\xfe\n"))


def files():
    here = pathlib.Path(tempfile.mkdtemp(prefix="gijit-questions."))
    for name in ("1", "2"):
        (here / name).touch()
    found = Gio.File.new_for_path(str(here)).enumerate_children("standard::name", 0, None)
    names = sorted(info.get_name() for info in found)
    shutil.rmtree(here)
    found.close(None)
    return names, iter(found) is found, next(found, "end")


ask("files", files)

ask.answer()
shutil.rmtree(folder)
