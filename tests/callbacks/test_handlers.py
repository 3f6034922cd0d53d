"""What C passes to handlers of signals, to virtual functions and to callbacks, where it is not simply an input: by value, and
compared with PyGObject.

A signal's arguments come in GValues, so that a handler gets all of them: of a struct C's own, to be changed in place; of a
number what is in C's variable, which stays as it is unless the handler returns a tuple with a value for it, too.
"""

import functools
import gc
import pathlib
import textwrap
import weakref

import handler_questions as questions
import pytest
from asking import ask, differences
from gi.repository import GijitHandlers as H
from gi.repository import GObject

HERE = pathlib.Path(__file__).resolve().parent
# (what is there before, as Python and C show it; zero; what is given, as C shows it)
INT64 = str(1 << 40)
WORTH = {
    "int": (("int 42", "42"), ("int 0", "0"), "9"),
    "int64": ((f"int {INT64}", INT64), ("int 0", "0"), str(1 << 41)),
    "double": (("float 2.5", "2.50"), ("float 0.0", "0.00"), "3.50"),
    "bool": (("bool True", "1"), ("bool False", "0"), "1"),
    "enum": (("Color 5", "5"), ("Color 0", "0"), "7"),
    "utf8": (("str 'old'", "old"), ("NoneType None", "NULL"), "new"),
    "object": (("NoneType None", "NULL"), ("NoneType None", "NULL"), "GObject"),
    "record": (("Record 3 0.5", "3 0.50"), ("Record 0 0.0", "0 0.00"), "8 1.50"),
    "plain": (("Plain 3 0.5", "3 0.50"), ("Plain 0 0.0", "0 0.00"), "8 1.50"),
    "note": (None, ("Note None", "NULL"), "new"),
    "array": (("list [1, 2, 3]", "1,2,3, 3"), ("list []", "NULL 0"), "7,8, 2"),
    "value": (("int 4", "4"), ("NoneType None", "empty"), "6"),
    "two": (None, ("float 0.0", "0.00 0.00"), "4.50 5.50"),
}
RECORDS = ("record", "plain", "note")
CHANGED = {"record": "9 2.50", "plain": "9 2.50"}


def right(role, kind, name):
    """What a handler gets, what is printed, and what C has."""
    family, way, *result = kind.split("_")
    before, zero, given = WORTH[family]
    seen, left = zero if way == "out" else before
    got = [seen]
    if family == "array":
        got.append("int 0" if way == "out" else "int 3")
    elif family == "two":
        got.append(seen)
    returned, printed = 7 if result else 0, []
    if name == "an exception":
        returned, printed = 0, ["ValueError"]
    if role == "signal":
        is_variable = way != "in" and family not in (*RECORDS, "value")
        left = CHANGED.get(family, left)
        if name == "all of them" and is_variable:
            left = given
        elif result and name in ("nothing", "all of them"):
            printed, returned = ["TypeError"], 0
        return got, printed, f"{returned}: {left}"
    if way == "in":
        left = CHANGED.get(family, left)
        if result and name == "nothing":
            printed, returned = ["TypeError"], 0
        return got, printed, f"{returned}: {left}"
    if way == "out":
        got = []
    if name == "all of them":
        return got, printed, f"{returned}: {given}"
    if way == "inout":
        left = CHANGED.get(family, left)
    takes_none = family not in ("int", "int64", "double", "enum", "two")
    if name == "nothing" and (result or not takes_none):
        printed, returned = ["TypeError"], 0
    # What goes both ways is emptied by an exception. It stays as it is if the answer does not fit, but for what Python has
    # taken over. None is no bytes of a struct, and False.
    is_left = (printed or name == "its result") and name != "an exception" and family not in ("utf8", "object", "array")
    keeps = way == "inout" and (family in RECORDS or is_left)
    return got, printed, f"{returned}: {left if keeps else zero[1]}"


@pytest.mark.parametrize("role", questions.ROLES)
@pytest.mark.parametrize("kind", questions.KINDS)
def test_every_kind_of_argument_arrives_and_goes_back(role, kind):
    for name, answer in questions.answers(kind):
        assert questions.asked(role, kind, answer) == right(role, kind, name), name


NOT_READ = (
    "a GValue with the address of a variable has no number in it: PyGObject reads zero, and GLib complains",
    r"signal (?!record|plain|value|note).*_(inout|out)(_int)?: (nothing|its result|an exception)",
    r".*Warning: assertion 'G_VALUE_HOLDS_\w+ \(value\)' failed",
    r"tuple \(\[.*\], \[('\w+Error')?\], '[07]: .*'\)",
)
NOT_GIVEN = (
    "what a handler says beside the signal's result is lost in PyGObject: TypeError, or silence where there is no result",
    r"signal (?!record|plain|value|note).*_(inout|out)(_int)?: all of them",
    r"tuple \(\[.*\], \[('TypeError')?\], '0: .*'\).*",
    r"tuple \(\[.*\], \[\], '[07]: .*'\)",
)
UNSET = (
    "PyGObject does not call the handler for the sake of a value that is not set",
    r"signal value_out.*",
    r"tuple \(\[\], \['TypeError'\], '0: empty'\)",
    r"tuple \(\['NoneType None'\], .*",
)
TOO_FEW = (
    "a result alone, where a tuple is expected, counts: PyGObject gives C zeros, in silence",
    r"(vfunc|callback) .*_(inout|out)_int: its result",
    r"tuple \(\[.*\], \[\], '0: .*'\)",
    r"tuple \(\[.*\], \[\], '7: .*'\)",
)


EMPTIED = (
    "where an answer does not fit, what goes both ways stays: before 3.52 C got zeros",
    r"(vfunc|callback) (int|int64|double|enum|bool)_inout.*: nothing",
    r".*'-?\d+: 0(\.00)?'\)",
    r".*'0: [1-9].*'\)",
)
UNWRITTEN = (
    "the result of a callable that fails, or gives too little, is zero: PyGObject does not write any",
    r"(vfunc|callback) .*_int: (nothing|its result)",
    r"tuple \(\[.*\], .*, '-?\d+: .*'\)",
    r"tuple \(\[.*\], .*, '[07]: .*'\)",
)
LENGTH = (
    "an array that has been taken over has no length any more",
    r"(vfunc|callback) array_inout: nothing",
    r".*'0: NULL 3'\)",
    r".*'0: NULL 0'\)",
)


def test_every_answer_is_that_of_pygobject():
    program = HERE / "handler_questions.py"
    before, since = [TOO_FEW, EMPTIED], [UNWRITTEN, LENGTH]
    assert not differences(program, [NOT_READ, NOT_GIVEN, UNSET], before_3_52=before, since_3_52=since)


def test_what_a_handler_gets_and_gives_in_all_typelibs_is_what_pygobject_s_rules_say(tier):
    if tier != "ffi":
        pytest.skip("the tier makes no difference")
    ours, theirs = (ask(HERE / "handler_facts.py", peer=peer) for peer in (False, True))
    common = [key for key in ours if key in theirs and key != "version" and ours[key] not in ("crash", "absent")]
    assert len(common) > 1000
    different = [f"{key}\n  {theirs[key]}\n  {ours[key]}" for key in common if ours[key] != theirs[key]]
    assert not different, "\n".join([f"{len(different)} of {len(common):,}", *different[:20]])


# ---- What is lent ----


@pytest.mark.parametrize("role", ["vfunc", "callback"])
@pytest.mark.parametrize("kind", ["record_in", "record_inout", "plain_inout"])
def test_a_value_that_python_keeps_is_its_own_afterwards(role, kind):
    kept = []
    questions.asked(role, kind, lambda: None, kept.append)
    for _ in range(3):
        questions.asked(role, kind, lambda: None)
    assert (kept[0].number, kept[0].ratio) == (9, 2.5)


@pytest.mark.parametrize("kind", ["record_in", "record_out", "record_inout", "plain_out", "plain_inout"])
def test_a_value_that_a_handler_keeps_is_its_own_afterwards(kind):
    thing, kept = H.Thing(), []
    thing.connect(kind.replace("_", "-"), lambda thing, record: (questions.change(record), kept.append(record)))
    assert getattr(thing, f"call_signal_{kind}")() == "0: 9 2.50"
    for _ in range(3):
        H.Thing().call_signal_record_in()
    assert (kept[0].number, kept[0].ratio) == (9, 2.5)


class Declares(GObject.Object):
    __gsignals__ = {
        "given": (GObject.SignalFlags.RUN_LAST, None, (H.Record,)),
        "handled": (GObject.SignalFlags.RUN_LAST, None, (H.Record,)),
    }

    def do_handled(self, record):
        record.number += 1
        self.kept = record


class Overrides(H.Thing):
    __gsignals__ = {"record-in": "override", "record-inout-int": "override"}

    def do_record_in(self, record):
        record.number += 1
        self.kept = record

    def do_record_inout_int(self, record):
        record.number += 1
        return 5


def test_handlers_of_a_signal_that_python_declares_share_one_boxed_value():
    thing, record, seen = Declares(), questions.made(H.Record, 1), []
    for _ in range(2):
        thing.connect("given", lambda thing, record: (seen.append(record.number), setattr(record, "number", 4)))
    thing.emit("given", record)
    assert seen == [1, 4]
    thing.connect("handled", lambda thing, record: questions.change(record))
    thing.emit("handled", record)
    assert thing.kept.number == 10
    # An emission has a copy, as with any boxed argument.
    assert record.number == 1


def test_a_class_handler_that_overrides_gets_what_c_has():
    thing = Overrides()
    assert thing.call_signal_record_in() == "0: 4 0.50"
    assert thing.call_signal_record_inout_int() == "5: 4 0.50"
    H.Thing().call_signal_record_in()
    assert (thing.kept.number, thing.kept.ratio) == (4, 0.5)


def test_what_several_handlers_give_stands_one_after_the_other():
    thing, seen = H.Thing(), []
    thing.connect("int-inout", lambda thing, number: (seen.append(number), (number + 1,))[1])
    thing.connect("int-inout", lambda thing, number: seen.append(number))
    thing.connect("int-inout", lambda thing, number: (seen.append(number), (number * 2,))[1])
    assert thing.call_signal_int_inout() == "0: 86"
    assert seen == [42, 43, 43]


def test_a_number_alone_is_no_variable_of_c(nothing_printed):
    thing = H.Thing()
    thing.connect("int-inout", lambda thing, number: 7)
    assert thing.call_signal_int_inout() == "0: 42"


def test_a_handler_that_fails_leaves_what_c_has(printed):
    thing = H.Thing()
    for signal in ("int-inout", "record-inout", "utf8-inout"):
        thing.connect(signal, lambda *args: 1 / 0)
    left = thing.call_signal_int_inout(), thing.call_signal_record_inout(), thing.call_signal_utf8_inout()
    assert left == ("0: 42", "0: 3 0.50", "0: old")
    assert [type(error) for error in printed] == [ZeroDivisionError] * 3


def test_a_tuple_with_a_wrong_value_gives_nothing(printed):
    thing = H.Thing()
    thing.connect("int-inout-int", lambda thing, number: (7, "x"))
    assert thing.call_signal_int_inout_int() == "0: 42"
    assert [type(error) for error in printed] == [TypeError]


# ---- Closures of templates ----


def test_a_template_s_partial_becomes_a_closure_of_its_function():
    class Emits(GObject.Object):
        __gsignals__ = {"s": (GObject.SignalFlags.RUN_LAST, None, (int,))}

    b, got = Emits(), []

    def handler(*args):
        got.append(["b" if arg is b else "a" if isinstance(arg, Emits) else arg for arg in args])

    for positional, keywords, is_marked in (
        ((1, 2), {}, True),
        ((1, 2), {"swap_data": b}, True),
        ((), {"swap_data": b}, True),
        ((), {}, True),
        ((1, 2), {}, False),
    ):
        partial = functools.partial(handler, *positional, **keywords)
        if is_marked:
            partial.__gtk_template__ = True
        a = Emits()
        GObject.signal_connect_closure(a, "s", partial, False)
        a.emit("s", 7)
    assert got == [["a", 7, 1, 2], ["b", 7, 1, 2], ["b", 7], ["a", 7], [1, 2, "a", 7]]


# ---- Getters ----


def test_a_getter_that_says_nothing_is_silent(printed):
    class Silent(GObject.Object):
        __gproperties__ = {
            "number": (int, "", "", 0, 9, 3, GObject.ParamFlags.READWRITE),
            "ratio": (float, "", "", 0, 9, 3, GObject.ParamFlags.READWRITE),
            "color": (H.Color, "", "", H.Color.BLUE, GObject.ParamFlags.READWRITE),
        }
        says = None

        def do_get_property(self, spec):
            return self.says

        def do_set_property(self, spec, value):
            self.was = value

    one, other = Silent(), Silent()
    for name in ("number", "ratio", "color"):
        one.bind_property(name, other, name, GObject.BindingFlags.SYNC_CREATE)
        assert other.was == 0
    assert printed == []
    one.says = "text"
    one.notify("number")
    assert [type(error) for error in printed] == [TypeError]


# ---- What C keeps ----


def test_a_writer_of_logs_gets_its_data_whatever_the_links_of_its_notification(run):
    program = """
    import sys
    from gi.repository import GLib
    def writer(level, fields, n, *data):
        print(*data)
        return GLib.LogWriterOutput.HANDLED
    GLib.log_set_writer_func(writer, "x", 5)
    GLib.log_variant("Domain", GLib.LogLevelFlags.LEVEL_MESSAGE, GLib.Variant("a{sv}", {"MESSAGE": GLib.Variant("s", "m")}))
    """
    assert run(textwrap.dedent(program)) == "x 5\n"


def test_what_a_constructor_is_given_lives_as_long_as_the_object(none_left, nothing_printed):
    class Adds:
        def __call__(self, number, data):
            return number + data

    adds = Adds()
    alive = weakref.ref(adds)
    thing = H.Thing.new_with_func(adds, 5)
    del adds
    gc.collect()
    assert thing.call_func(2) == 7
    H.Thing.new_with_func(lambda *args: 0, 5)
    assert thing.call_func(3) == 8
    del thing
    gc.collect()
    assert alive() is None


def test_what_a_setter_is_given_lives_until_the_next(live, nothing_printed):
    thing = H.Thing()
    for k in range(5):
        thing.set_func(lambda number, k: number * 10 + k, k)
        assert thing.call_func(3) == 30 + k
        assert live() == 1
    thing.set_func(None)
    assert (thing.call_func(3), live()) == (-1, 0)
    thing.set_func(lambda number: number)
    del thing
    gc.collect()
    assert live() == 0


def test_what_is_called_after_its_end_says_so(none_left, printed):
    thing, other = H.Thing(), H.Thing()
    thing.borrow_func(lambda number: number + 1)
    other.borrow_func(lambda number: number + 2)
    assert (thing.call_func(3), other.call_func(3)) == (0, 0)
    assert [type(error) for error in printed] == [RuntimeError] * 2
    assert "GijitHandlers.NumberFunc" in str(printed[0])
    assert "the call that it was passed to has returned" in str(printed[0])


def check_that_all_are_told_apart(things, printed, why):
    """C calls what each thing keeps, which has ended, while the callable that comes after it is there."""
    for k, thing in enumerate(things):
        assert thing.call_both(lambda number, k=k: number * (k + 1)) == 3 * (k + 1)
    assert [type(error) for error in printed] == [RuntimeError] * len(things)
    assert all(f"{why}. Nothing is called" in str(error) for error in printed)


def test_what_has_ended_never_reaches_another_callable(none_left, printed):
    """Each call after the first finds a trampoline ready."""
    things = [H.Thing() for _ in range(100)]
    for k, thing in enumerate(things):
        thing.borrow_func(lambda number, k=k: number + k)
    why = "the call that it was passed to has returned, for which alone it is by its typelib"
    check_that_all_are_told_apart(things, printed, why)


def test_nor_does_what_has_been_destroyed(none_left, printed):
    things = [H.Thing() for _ in range(100)]
    for k, thing in enumerate(things):
        thing.use_up_func(lambda number, k=k: number + k)
    check_that_all_are_told_apart(things, printed, "it has been destroyed")


def test_nothing_is_destroyed_in_the_place_of_another(none_left, nothing_printed):
    used_up, borrowed, thing = H.Thing(), H.Thing(), H.Thing()
    used_up.use_up_func(lambda number: 0)
    borrowed.borrow_func(lambda number: 0)
    for k in range(3):
        # It may have the trampoline of either.
        thing.set_func(lambda number, k=k: number + k)
        used_up.destroy_again(borrowed)
        assert thing.call_func(3) == 3 + k


def test_what_c_calls_with_the_data_of_another_that_is_there_is_called(none_left, nothing_printed):
    """So it is where a typelib tells wrongly which data belongs to which function."""
    for _ in range(3):
        answer = H.Thing().call_crossed(lambda number, data: number + data, 1, lambda number, data: number * data, 2)
        assert answer == 4006


def test_nor_does_what_has_no_user_data(none_left, printed):
    """Time tells these apart, until C has called one too late: from then on nothing is used again."""
    things = [H.Thing() for _ in range(100)]
    for thing in things:
        thing.borrow_bare_func(lambda number: number + 1)
    for _ in range(3900):
        H.Thing().borrow_bare_func(lambda number: number)
    assert things[0].call_both_bare(lambda number: number * 2) == 6
    for _ in range(5000):
        H.Thing().borrow_bare_func(lambda number: number)
    for thing in things[1:]:
        assert thing.call_both_bare(lambda number: number * 2) == 6
    assert [type(error) for error in printed] == [RuntimeError] * len(things)
    assert all("GijitHandlers.BareFunc" in str(error) for error in printed)
    assert all("the call that it was passed to has returned" in str(error) for error in printed)
