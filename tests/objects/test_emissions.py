"""Signals, properties and the ends of an object's life, as a class in Python sees them. What PyGObject 3.58.1 does, asked."""

import gc
import sys
import warnings
import weakref

import pytest
from gi.repository import Gio, GLib, GObject

RUN_LAST = GObject.SignalFlags.RUN_LAST
READWRITE = GObject.ParamFlags.READWRITE


class Speaker(GObject.Object):
    __gsignals__ = {
        "say": (GObject.SignalFlags.RUN_FIRST | GObject.SignalFlags.DETAILED, int, (int, str)),
        "count": (RUN_LAST, int, (), lambda hint, so_far, answer: (answer < 3, so_far + answer)),
    }
    __gproperties__ = {
        "volume": (int, "Volume", "How loud", 0, 10, 5, READWRITE),
        "words": (str, None, None, None, READWRITE),
    }

    def __init__(self):
        super().__init__()
        self.said, self.volume_now = [], 5

    def do_say(self, number, text):
        self.said.append((number, text))
        return 3

    def do_get_property(self, pspec):
        return {"volume": self.volume_now, "words": None}[pspec.name]

    def do_set_property(self, pspec, value):
        self.volume_now = value


def test_handlers_get_the_object_the_arguments_and_what_they_were_connected_with():
    speaker, heard = Speaker(), []
    speaker.connect("say", lambda *args: heard.append(args) or 7, "extra", 9)
    assert speaker.emit("say", 1, "x") == 7
    assert (speaker.said, heard) == ([(1, "x")], [(speaker, 1, "x", "extra", 9)])


def test_a_swapped_object_takes_the_place_of_the_emitting_one():
    speaker, other, heard = Speaker(), GObject.Object(), []
    speaker.connect_object("say", lambda *args: heard.append(args) or 0, other, 9)
    speaker.emit("say", 1, "x")
    assert heard == [(other, 1, "x", 9)]
    alive = weakref.ref(other)
    heard.clear()
    del other
    assert alive() is not None


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ((), "GObject.emit needs at least one arg"),
        ((1,), r"GObject.emit\(\) argument 1 must be str, not int"),
        (("nosig",), "unknown signal name: nosig"),
        (("say", 1), "2 parameters needed for signal say; 1 given"),
        (("say", "a", "b"), "could not convert type str to gint required for parameter 0"),
    ],
)
def test_a_wrong_emission_says_what_is_wrong_and_reaches_nobody(args, error):
    speaker = Speaker()
    with pytest.raises(TypeError, match=error):
        speaker.emit(*args)
    assert speaker.said == []


def test_wrong_connections():
    speaker = Speaker()
    for args, error in [
        (("say",), "GObject.connect requires at least 2 arguments"),
        (("say", 3), "second argument must be callable"),
        (("nosig", print), "unknown signal name: nosig"),
    ]:
        with pytest.raises(TypeError, match=error):
            speaker.connect(*args)


def test_a_function_is_found_the_last_connected_first():
    speaker = Speaker()
    ids = [speaker.connect("say", print) for _ in range(3)]
    assert speaker.disconnect_by_func(print) == 1
    assert [speaker.handler_is_connected(id) for id in ids] == [True, True, False]
    speaker.disconnect_by_func(print), speaker.disconnect_by_func(print)
    with pytest.raises(TypeError, match="nothing connected to <built-in function print>"):
        speaker.disconnect_by_func(print)


def test_accumulators_add_up_and_stop():
    speaker = Speaker()
    for answer in (1, 2, 5, 7):
        speaker.connect("count", lambda _, answer=answer: answer)
    # 0 of the class handler comes last, and never: the third says stop.
    assert speaker.emit("count") == 8


def test_an_exception_in_a_handler_is_printed_and_others_are_called(monkeypatch):
    speaker, printed, heard = Speaker(), [], []
    monkeypatch.setattr(sys, "excepthook", lambda *error: printed.append(error[0]))
    speaker.connect("say", lambda *_: 1 / 0)
    speaker.connect("say", lambda *_: heard.append(1) or 2)
    assert speaker.emit("say", 1, "x") == 2
    assert (printed, heard) == ([ZeroDivisionError], [1])


def test_an_emission_hook_stays_as_long_as_it_says_so():
    seen, speaker = [], Speaker()
    GObject.add_emission_hook(Speaker, "say", lambda *args: seen.append(args), "more")
    speaker.emit("say", 5, "z")
    speaker.emit("say", 6, "z")
    assert seen == [(speaker, 5, "z", "more")]


@pytest.mark.parametrize(
    ("declared", "value", "error"),
    [
        ("__gsignals__", [], "__gsignals__ attribute not a dict!"),
        ("__gsignals__", {1: (RUN_LAST, None, ())}, "__gsignals__ keys must be strings"),
        ("__gsignals__", {"x": 3}, "not in correct format"),
        ("__gsignals__", {"x": (RUN_LAST, None, (3,))}, "Must be GObject.GType, not int"),
        ("__gsignals__", {"x": "override"}, "no signal 'x'"),
        ("__gproperties__", [], "__gproperties__ attribute not a dict!"),
        ("__gproperties__", {"x": (int, "", "", READWRITE)}, "takes 3 values"),
        ("__gproperties__", {"x": (int, "", "", 0, 10, 20, READWRITE)}, "could not create param spec for type gint"),
        ("__gproperties__", {"1 x": (str, "", "", None, READWRITE)}, "is no name for a property"),
    ],
)
def test_a_malformed_declaration_is_an_error_and_leaves_no_type(declared, value, error):
    name = f"Malformed{abs(hash((declared, error)))}"
    with pytest.raises(TypeError, match=error):
        type("Malformed", (GObject.Object,), {"__gtype_name__": name, declared: value})
    with pytest.raises(RuntimeError):
        GObject.GType.from_name(name)


def test_properties_of_a_class_with_accessors_of_its_own():
    speaker, seen = Speaker(), []
    speaker.connect("notify::volume", lambda _, pspec: seen.append((pspec.name, speaker.props.volume)))
    speaker.props.volume = 7
    assert seen == [("volume", 7)]
    assert (speaker.get_property("volume"), Speaker.props.volume.maximum) == (7, 10)
    with pytest.raises(TypeError):
        speaker.props.volume = "loud"


def test_a_binding_transforms_both_ways():
    class Celsius(GObject.Object):
        degrees = GObject.Property(type=int)

    class Text(GObject.Object):
        text = GObject.Property(type=str)

    a, b, seen = Celsius(), Text(), []
    binding = a.bind_property(
        "degrees",
        b,
        "text",
        GObject.BindingFlags.BIDIRECTIONAL,
        lambda binding, value, data: seen.append(data) or f"{value} C",
        lambda binding, value, data: int(value.split()[0]),
        "data",
    )
    a.degrees = 5
    assert (b.text, seen) == ("5 C", ["data"])
    b.text = "8 C"
    assert a.degrees == 8
    binding.unbind()
    a.degrees = 9
    assert b.text == "8 C"
    for args, error in [
        (("degrees", 3, "text"), "Second argument must be a GObject"),
        (("degrees", b, "text", 0, 3), "transform_to must be callable or None"),
    ]:
        with pytest.raises(TypeError, match=error):
            a.bind_property(*args)


def live():
    gc.collect()
    import gijit

    stats = gijit.stats()
    return stats["live_wrappers"], stats["live_closures"]


def test_handlers_that_refer_to_their_object_are_collected():
    def make():
        speaker = Speaker()
        speaker.connect("say", lambda *_: speaker.said)
        speaker.me = speaker

    make()
    before = live()
    for _ in range(50):
        make()
    assert live() == before


class Mortal(GObject.Object):
    said = []

    def __init__(self, friend):
        super().__init__()
        self.friend = friend

    def do_dispose(self):
        Mortal.said.append(self.friend.name)
        super().do_dispose()


class Friend:
    def __init__(self, name):
        self.name = name


@pytest.mark.parametrize("way", ["dropped", "collected", "disposed of", "by C"])
def test_an_object_is_disposed_of_once_with_its_attributes(way):
    Mortal.said.clear()
    mortal = Mortal(Friend(way))
    if way == "collected":
        mortal.friend.friend = mortal
    elif way == "disposed of":
        mortal.run_dispose()
        assert Mortal.said == [way]
    elif way == "by C":
        store = Gio.ListStore.new(Mortal)
        store.append(mortal)
        del mortal
        gc.collect()
        assert Mortal.said == []
        del store
    mortal = None
    gc.collect()
    assert Mortal.said == [way]


def test_construction_goes_in_the_same_order_as_in_pygobject():
    class Ordered(GObject.Object):
        def __init__(self):
            self.order = ["before"]
            super().__init__()
            self.order.append("after")

        def do_constructed(self):
            super().do_constructed()
            self.order.append("constructed")

    assert Ordered().order == ["before", "constructed", "after"]
    assert GObject.new(Ordered).order == ["before", "after", "constructed"]


def test_an_exception_of_construction_is_the_callers_and_leaves_nothing():
    died = []

    class Failing(GObject.Object):
        def do_constructed(self):
            self.weak_ref(died.append, "object")
            raise ValueError("on purpose")

    before = live()
    for make in (Failing, lambda: GObject.new(Failing)):
        with pytest.raises(ValueError, match="on purpose"):
            make()
    assert live() == before
    assert died == ["object"] * 2


def test_attributes_outlive_the_wrapper():
    class Kept(GObject.Object):
        pass

    store, kept = Gio.ListStore.new(Kept), Kept()
    kept.note = [1]
    kept.note.append(kept)
    store.append(kept)
    del kept
    gc.collect()
    assert store.get_item(0).note[0] == 1 and type(store.get_item(0)) is Kept


def test_a_signal_that_c_describes_gets_arguments_as_c_means_them():
    action, seen = Gio.SimpleAction.new("a", GLib.VariantType("s")), []
    action.connect("activate", lambda action, parameter: seen.append(parameter.unpack()))
    action.activate(GLib.Variant("s", "hello"))
    assert seen == ["hello"]


def test_a_class_handler_is_found_wherever_it_is():
    """As PyGObject finds it: in a class, in a mixin, in a class added later, in an instance, in one that C makes."""

    class Base(GObject.Object):
        __gsignals__ = {
            "first": (GObject.SignalFlags.RUN_FIRST, None, (int,)),
            "last": (GObject.SignalFlags.RUN_LAST, None, ()),
            "asked": (GObject.SignalFlags.RUN_LAST, int, ()),
        }

        def __init__(self):
            super().__init__()
            self.heard = []

    class Mixin:
        def do_first(self, number):
            self.heard.append(("mixin", number))

    class Mixed(Mixin, Base):
        pass

    class Below(Base):
        def do_last(self):
            self.heard.append("below")

        def do_asked(self):
            return 5

    class Lowest(Below):
        def do_last(self):
            super().do_last()
            self.heard.append("lowest")

    def heard(emitter, *emission):
        emitter.heard.clear()
        handler = emitter.connect(emission[0], lambda this, *args: this.heard.append("handler"))
        emitter.emit(*emission)
        emitter.disconnect(handler)
        emitter.emit(*emission)
        return list(emitter.heard)

    assert heard(Base(), "first", 1) == ["handler"]
    assert heard(Base(), "last") == ["handler"]
    assert heard(Mixed(), "first", 2) == [("mixin", 2), "handler", ("mixin", 2)]
    assert heard(Below(), "last") == ["handler", "below", "below"]
    assert heard(Lowest(), "last") == ["handler", "below", "lowest", "below", "lowest"]
    assert (Base().emit("asked"), Below().emit("asked")) == (0, 5)
    one = Base()
    one.do_last = lambda: one.heard.append("of the instance")
    assert heard(one, "last") == ["handler", "of the instance", "of the instance"]
    assert heard(Base(), "last") == ["handler"]
    Base.do_first = lambda self, number: self.heard.append(("later", number))
    assert heard(Base(), "first", 3) == [("later", 3), "handler", ("later", 3)]
    assert heard(Mixed(), "first", 3) == [("mixin", 3), "handler", ("mixin", 3)]
    made = GObject.new(Lowest)
    made.emit("last")
    assert made.heard == ["below", "lowest"]
    del Base.do_first
    assert heard(Base(), "first", 4) == ["handler"]


def test_an_object_that_goes_has_no_weak_references_of_c_while_it_is_disposed_of():
    """As in C: GObject clears them for the last reference, before it disposes of the object. Otherwise the end of a binding
    would find the other one while that goes (GLib 2.74 then frees twice what belongs to both)."""
    seen = []

    class Mortal(GObject.Object):
        number = GObject.Property(type=int)

        def do_dispose(self):
            seen.append((binding.dup_source() is None, binding.dup_target() is None))
            self.number += 1
            GObject.Object.do_dispose(self)

    target = [Mortal()]
    source = Mortal()
    source.weak_ref(target.clear)
    source.connect("notify::number", lambda source, _: seen.append(source.number))
    binding = source.bind_property("number", target[0], "number")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del source
    # Whoever is connected is still told of what happens meanwhile.
    assert seen == [(True, False), 1, (True, True)] and not target
