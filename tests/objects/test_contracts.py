"""What programs count on around classes and values, compared with PyGObject: see the questions."""

import pathlib
import textwrap

import pytest
from asking import differences
from gi.repository import Gio, GLib, GObject

HERE = pathlib.Path(__file__).resolve().parent

EXPECTED = [
    # GObject need not complain of what is refused before.
    (
        "GLib's warning",
        "refused/.*",
        r"(RuntimeError: could not create signal for [^|]*) \| Warning: .*",
        r"RuntimeError: could not create signal for [^|]*",
    ),
    ("names of GTypes", "refused/twice", r".*'[\w+]+-v9' class ancestry", ".*'gi.types.T' class ancestry"),
    ("says more", "refused/malformed first", "TypeError: .* not in correct format", 'TypeError: .* or "override"'),
    ("a ParamSpec, too", "hash/param spec", "bool False", "bool True"),
]
BEFORE_3_52 = [
    ("how members look", "plain/wrong default", "TypeError: enum value <enum .*", "TypeError: enum value 1 must be .*"),
]

SINCE_3_52 = [
    ("no GType, no names", "member/.*", "AttributeError: .*", "(?!AttributeError).*"),
    ("none wanted", "plain/.*", "TypeError: (Unsupported type|could not get typecode|Must be GObject.GType).*", ".*"),
]


def test_answers_are_those_of_pygobject():
    assert not differences(HERE / "contract_questions.py", EXPECTED, before_3_52=BEFORE_3_52, since_3_52=SINCE_3_52)


def test_a_refused_signal_leaves_the_next_class_alone():
    class Emitter(GObject.Object):
        __gsignals__ = {"known": (GObject.SignalFlags.RUN_LAST, None, ())}

    with pytest.raises(RuntimeError, match="^could not create signal for known$"):
        type("Emitter2", (Emitter,), {"__gsignals__": {"known": (0, None, ())}})
    # Here GObject refuses: the interface is the class's own.
    message = "^could not create signal for items_changed$"
    with pytest.warns(GObject.Warning, match="already exists"), pytest.raises(RuntimeError, match=message):
        type("Emitter3", (Emitter, Gio.ListModel), {"__gsignals__": {"items_changed": (0, None, ())}})
    made = type("Emitter4", (Emitter,), {"__gsignals__": {"other": (0, None, ())}})()
    heard = []
    made.connect("other", heard.append)
    made.emit("other")
    assert heard == [made]


class Mode(GObject.Object):
    """One whose getter fails while C sets another property of it (a header bar)."""

    def __init__(self):
        super().__init__()
        self._mode = False
        self.seen = []

    @GObject.Property(type=bool, default=False)
    def mode(self):
        return self._mode

    @mode.setter
    def mode(self, value):
        self._mode = value
        self.seen.append(self.props.state)

    @GObject.Property
    def state(self):
        return self._state


def test_a_getter_without_its_attribute_in_a_binding(capsys):
    source, target = Gio.SimpleAction(name="a", enabled=False), Mode()
    source.bind_property(
        "enabled", target, "mode", GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE
    )
    source.props.enabled = True
    assert target.mode is True and target.seen == [None, None]
    with pytest.raises(AttributeError, match="_state"):
        assert target.state is None
    assert capsys.readouterr().err == ""


def test_annotations_of_a_signal_may_be_texts():
    # As `from __future__ import annotations` has them.
    class Local(GObject.Object):
        pass

    class Emitter(GObject.Object):
        @GObject.Signal
        def plain(self, a: "int", b: "str") -> "bool":
            return True

        @GObject.Signal(flags=GObject.SignalFlags.RUN_LAST)
        def others(self, a: "Gio.File", b: "GObject.TYPE_UINT64", c: "Local", d: "gint64", e: float) -> "None":  # noqa: F821
            pass

        Nested = GLib.Bytes

        @GObject.Signal
        def nested(self, a: "Nested"):
            pass

    def types(name):
        query = GObject.signal_query(name, Emitter)
        return [gtype.name for gtype in (*query.param_types, query.return_type)]

    assert types("plain") == ["gint", "gchararray", "gboolean"]
    local = Local.__gtype__.name
    assert types("others") == ["GFile", "guint64", local, "gint64", "gdouble", "void"]
    assert types("nested") == ["GBytes", "void"]


def test_annotations_of_a_module_that_has_them_as_texts(run):
    program = """
from __future__ import annotations
from gi.repository import GObject

class Emitter(GObject.Object):
    @GObject.Signal
    def sig(self, a: int, b: GObject.Object) -> bool:
        return True

print(*[gtype.name for gtype in GObject.signal_query("sig", Emitter).param_types], Emitter().emit("sig", 1, None))
"""
    # The import must come first in its module.
    program = f"exec(compile({textwrap.dedent(program)!r}, 'module', 'exec'), {{'__name__': 'module'}})"
    assert run(program).split() == ["gint", "GObject", "True"]


def test_nobody_has_a_gtype_before_somebody_wants_it(run):
    program = """
from gi.repository import GLib, GObject
try:
    GObject.type_from_name("PyGLibSeekType")
except RuntimeError:
    print("unknown")
GLib.SeekType.SET.value_name
print(hasattr(GLib.SeekType, "__gtype__"), GObject.GType(GLib.SeekType).pytype is GLib.SeekType)
print(GObject.type_from_name("PyGLibSeekType") == GObject.GType(GLib.SeekType), hasattr(GLib.SeekType, "__gtype__"))
"""
    assert run(program).split() == ["unknown", "False", "True", "True", "False"]
