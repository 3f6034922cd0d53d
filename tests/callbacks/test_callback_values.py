"""What C gives a callable, what it gets back, and what happens to values that do not fit.

Every type family crosses in the cells of ``tests/marshal``; here is how many values there are and in which order.
"""

import gc

import pytest
from gi.repository import GijitCallbacks as Callbacks
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F
from gi.repository import GIMarshallingTests as G
from gi.repository import GLib, GObject, Regress


@pytest.fixture(autouse=True)
def _none_left(none_left):
    pass


def outs(answer):
    """What C sees of an answer to: return a boolean, give a number and a text, change a double (0.5)."""
    got = []

    def callback(*values):
        got.append(values)
        return answer

    returned = C.call_outs(callback, None, 7)
    assert got == [(7, 0.5, None)]
    return returned, C.seen()


# ---- User data ----


def noting():
    calls = []

    def callback(*values):
        calls.append(values)
        return 5

    return calls, callback


@pytest.mark.parametrize("data", [(), ("x",), (None,), ("x", "y"), (("x", "y"),)], ids=repr)
def test_trailing_data_is_appended_as_it_is(data):
    calls, callback = noting()
    assert C.call_trailing(1, callback, *data) == 5
    assert calls == [(1, *data)]


@pytest.mark.parametrize("data", ["x", None, ("x", "y")], ids=repr)
def test_data_by_keyword_is_one_value(data):
    calls, callback = noting()
    C.call_trailing(1, callback, user_data=data)
    C.call_trailing(func=callback, value=1, user_data=data)
    assert calls == [(1, data)] * 2


@pytest.mark.parametrize("data", ["x", None, ("x", "y")], ids=repr)
def test_data_in_the_middle_is_one_value(data):
    calls, callback = noting()
    C.call_not_trailing(callback, data, 1)
    C.call_data_first(data, callback, 1)
    assert calls == [(1, data)] * 2


def test_data_in_the_middle_that_is_left_out_is_none():
    calls, callback = noting()
    C.call_not_trailing(func=callback, value=1)
    assert calls == [(1, None)]


def test_data_goes_where_the_callback_has_it():
    calls, callback = noting()
    C.call_middle(callback, "data", 1, 2)
    assert calls == [(1, "data", 2)]


def test_callbacks_that_share_their_data():
    calls, callback = noting()
    more, another = noting()
    assert C.call_two(callback, another, "data", 1) == 5
    assert (calls, more) == ([(1, "data")], [(5, "data")])


def test_no_data_no_argument():
    calls, callback = noting()
    assert C.call_without_data(callback, 1) == 5
    assert calls == [(1,)]


def test_data_with_keywords_and_positions_mixed():
    _, callback = noting()
    with pytest.raises(TypeError, match="cannot use variable user data arguments with keyword arguments"):
        C.call_trailing(1, callback, "x", "y", func=callback)


# ---- Results ----


@pytest.mark.usefixtures("nothing_printed")
def test_several_results_are_a_tuple():
    assert outs((True, 4, "text", 2.5)) == (True, "True 4 text 2.5")
    assert outs((False, -1, None, -2.5)) == (False, "False -1 NULL -2.5")


@pytest.mark.usefixtures("nothing_printed")
def test_what_a_tuple_has_too_much_is_ignored():
    assert outs((True, 4, "text", 2.5, "more")) == (True, "True 4 text 2.5")
    assert C.call_trailing(1, lambda value: (3, 4)) == 3


@pytest.mark.usefixtures("nothing_printed")
@pytest.mark.parametrize("answer", [True, [False, 4, "text", 2.5]], ids=repr)
def test_a_single_result_is_the_first_and_the_others_are_zero(answer):
    # What goes both ways stays as it was.
    assert outs(answer) == (True, "True 0 NULL 0.5")


@pytest.mark.usefixtures("nothing_printed")
def test_a_tuple_of_one():
    assert C.call_trailing(1, lambda value: (3,)) == 3
    C.call_only_out(lambda data: (9,), None)
    assert C.seen() == "9"


@pytest.mark.parametrize("answer", [(), (True,), (True, 4), (True, 4, "text")], ids=repr)
def test_too_short_a_tuple_is_an_error(answer, printed):
    assert outs(answer) == (False, "False 0 NULL 0.5")
    assert [(type(error), str(error)) for error in printed] == [
        (TypeError, f"GijitCells.OutsFunc must return a tuple of 4 items, not {len(answer)}")
    ]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ((True, "x", "text", 2.5), "Must be number, not str"),
        ((True, 2**31, "text", 2.5), "2147483648 not in range -2147483648 to 2147483647"),
        ((True, 4, 5, 2.5), "Must be string, not int"),
        ((True, 4, "text", "x"), "Must be number, not str"),
    ],
    ids=repr,
)
def test_what_does_not_fit_gives_nothing(answer, text, printed):
    # Nothing is written, not even what does fit: what goes both ways stays as it was.
    assert outs(answer) == (False, "False 0 NULL 0.5")
    assert [str(error) for error in printed] == [text]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        ("x", "Must be number, not str"),
        (None, "Must be number, not NoneType"),
        (2**40, "1099511627776 not in range -2147483648 to 2147483647"),
        ((), "GijitCells.DataFunc must return a tuple of 1 items, not 0"),
    ],
    ids=repr,
)
def test_a_result_that_does_not_fit_is_zero(answer, text, printed):
    assert C.call_trailing(1, lambda value: answer) == 0
    assert [str(error) for error in printed] == [text]


@pytest.mark.usefixtures("nothing_printed")
def test_results_of_nothing_are_ignored():
    for answer in (None, 5, "text", (1, 2), object()):
        C.call_void(lambda data, answer=answer: answer, None)


@pytest.mark.usefixtures("nothing_printed")
def test_numbers_are_converted_as_in_calls():
    assert C.call_trailing(1, lambda value: 2.7) == 2
    assert C.call_trailing(1, lambda value: True) == 1
    assert C.call_trailing(-(2**31), lambda value: value) == -(2**31)


@pytest.mark.usefixtures("nothing_printed")
def test_one_out():
    C.call_only_out(lambda data: 9, None)
    assert C.seen() == "9"


def test_one_out_that_does_not_fit(printed):
    C.call_only_out(lambda data: None, None)
    assert C.seen() == "0"
    assert [str(error) for error in printed] == ["Must be number, not NoneType"]


@pytest.mark.usefixtures("nothing_printed")
def test_outs_that_c_does_not_want():
    C.call_optional_out(lambda data: (5, "text"), None, True)
    assert C.seen() == "5 text"
    C.call_optional_out(lambda data: (5, "text"), None, False)
    assert C.seen() == "-99 NULL"


@pytest.mark.usefixtures("nothing_printed")
class TestGIMarshallingTests:
    """The answers that its functions pass on."""

    def test_return(self):
        assert G.callback_return_value_only(lambda: 42) == 42

    def test_out(self):
        assert G.callback_one_out_parameter(lambda: 1.5) == 1.5

    def test_outs(self):
        assert tuple(G.callback_multiple_out_parameters(lambda: (1.5, 2.5))) == (1.5, 2.5)

    def test_return_and_out(self):
        assert tuple(G.callback_return_value_and_one_out_parameter(lambda: (2**62, -(2**62)))) == (2**62, -(2**62))

    def test_return_and_outs(self):
        assert tuple(G.callback_return_value_and_multiple_out_parameters(lambda: (1, -2, 3))) == (1, -2, 3)


# ---- Arrays and their lengths ----


@pytest.mark.usefixtures("nothing_printed")
def test_lengths_are_arguments_of_their_own():
    calls = []

    def callback(*values):
        calls.append(values)
        return len(calls)

    assert Regress.test_array_callback(callback) == 3
    assert calls == [([-1, 0, 1, 2], 4, ["one", "two", "three"], 3)] * 2


@pytest.mark.usefixtures("nothing_printed")
@pytest.mark.parametrize(
    "answer", [lambda items: (items[1:], len(items) - 1), lambda items: items[1:]], ids=["with", "without"]
)
def test_a_length_may_be_returned_with_its_array(answer):
    calls = []

    def callback(items, n):
        calls.append((items, n))
        return answer(items)

    # Regress checks what it gets.
    assert Regress.test_array_inout_callback(callback) == 3
    assert calls == [([-2, -1, 0, 1, 2], 5), ([-1, 0, 1, 2], 4)]


# ---- Values that C lends ----


@pytest.mark.usefixtures("nothing_printed")
def test_hash_tables_and_errors():
    got = []
    Regress.test_hash_table_callback({"a": 1, "b": 2}, got.append)
    Regress.test_gerror_callback(got.append)
    Regress.test_null_gerror_callback(got.append)
    Regress.test_owned_gerror_callback(got.append)
    assert got[0] == {"a": 1, "b": 2}
    assert isinstance(got[1], GLib.Error)
    assert (got[1].domain, got[1].code, got[1].message) == ("g-io-error-quark", 15, "regression test error")
    assert got[2] is None
    assert (got[3].code, got[3].message) == (14, "regression test owned error")


@pytest.mark.usefixtures("nothing_printed")
def test_a_boxed_value_is_c_s_own_during_the_call_and_a_copy_afterwards():
    addresses = []
    kept = []

    def look(box, data):
        addresses.append(repr(box).rsplit(" at ", 1)[1])

    def keep(box, data):
        look(box, data)
        kept.append(box)

    G.callback_owned_boxed(look, None)
    G.callback_owned_boxed(keep, None)
    G.callback_owned_boxed(look, None)
    assert len(set(addresses)) == 1
    assert repr(kept[0]).rsplit(" at ", 1)[1] != addresses[0]


@pytest.mark.usefixtures("nothing_printed")
def test_an_object_that_only_the_result_holds():
    with pytest.warns(
        RuntimeWarning, match="Expecting to marshal a borrowed reference for <GijitFixtures.Thing object"
    ):
        C_none(lambda data: F.Thing.new())
    thing = F.Thing.new()
    for _ in range(3):
        C_none(lambda data: thing)
        C_full(lambda data: thing)
        C_full(lambda data: F.Thing.new())
    assert thing.__grefcount__ == 1


@pytest.mark.usefixtures("nothing_printed")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("call", [F.make_and_sink, F.make_and_pass])
@pytest.mark.parametrize("make", [F.Floater.new, F.Floater, lambda: GObject.new(F.Floater)])
def test_an_object_that_only_the_result_holds_floats_if_it_can(call, make):
    """As one does that C has just made: whoever takes it has the only reference."""
    floater = call(lambda data: make(), None)
    assert floater.__grefcount__ == 1
    assert not floater.is_floating()
    gone = []
    floater.weak_ref(gone.append, True)
    del floater
    gc.collect()
    assert gone == [True]


@pytest.mark.usefixtures("nothing_printed")
@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("call", [F.make_and_sink, F.make_and_pass])
def test_an_object_that_somebody_holds_is_not_touched(call):
    floater = F.Floater.new()
    for _ in range(3):
        assert call(lambda data: floater, None) is floater
        assert (floater.__grefcount__, floater.is_floating()) == (1, False)


def test_that_warning_as_an_error(printed):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        C_none(lambda data: F.Thing.new())
    assert [type(error) for error in printed] == [RuntimeWarning]


def C_none(callback):
    Callbacks.plain_object_cb_return_none(callback, None)


def C_full(callback):
    Callbacks.plain_object_cb_return_full(callback, None)
