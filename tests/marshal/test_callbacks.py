"""Callbacks: scopes, user data, errors, outputs, foreign threads, functions of C; and that each is freed when it is over."""

import functools
import gc
import os
import sys
import threading

import pytest
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F
from gi.repository import GLib


def live_closures():
    """How many trampolines there are, where the implementation counts them."""
    try:
        import gijit
    except ImportError:
        return 0
    return gijit.stats()["live_closures"]


@pytest.fixture(autouse=True)
def nothing_is_left():
    C.notified_drop()
    gc.collect()
    before = live_closures()
    yield
    C.notified_drop()
    gc.collect()
    assert live_closures() == before


@pytest.fixture
def hooked(monkeypatch):
    """The exceptions that went to sys.excepthook."""
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, traceback: caught.append((kind.__name__, str(error))))
    yield caught
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)


class Recorder:
    def __init__(self, result=5):
        self.calls, self.result = [], result

    def __call__(self, *args):
        self.calls.append(args)
        return self.result


# User data


def test_trailing_user_data_is_any_number_of_arguments():
    for data in ((), ("d",), ("d", 2, None)):
        seen = Recorder()
        assert C.call_trailing(1, seen, *data) == 5
        assert seen.calls == [(1, *data)]


def test_user_data_that_is_not_last_is_one_argument():
    seen = Recorder()
    assert C.call_not_trailing(seen, "d", 3) == 5
    assert C.call_not_trailing(seen, value=3) == 5
    assert C.call_not_trailing(seen, value=3, user_data=("a", "b")) == 5
    assert seen.calls == [(3, "d"), (3, None), (3, ("a", "b"))]
    with pytest.raises(TypeError, match="takes exactly 3 arguments"):
        C.call_not_trailing(seen, 3)


def test_user_data_stands_where_the_callback_has_it():
    seen = Recorder()
    assert C.call_middle(seen, "d", 1, 2) == 5
    assert seen.calls == [(1, "d", 2)]


def test_two_callbacks_may_share_their_data():
    first, second = Recorder(4), Recorder(6)
    assert C.call_two(first, second, "d", 3) == 6
    assert (first.calls, second.calls) == ([(3, "d")], [(4, "d")])


def test_a_callback_without_data():
    seen = Recorder()
    assert C.call_without_data(seen, 3) == 5
    assert seen.calls == [(3,)]


def test_a_nullable_callback():
    assert C.call_nullable(None, None, 3) == -1
    assert C.call_nullable(Recorder(), None, 3) == 5
    C.notified_nullable(None)
    with pytest.raises(TypeError, match="does not allow None"):
        C.call_trailing(1, None)


def test_user_data_goes_back_as_it_is():
    data = object()
    seen = Recorder()
    before = sys.getrefcount(data)
    C.call_not_trailing(seen, data, 3)
    assert seen.calls[0][1] is data
    del seen
    assert sys.getrefcount(data) == before


# What can be called


def test_anything_callable_is_a_callback():
    class Holder:
        def method(self, value):
            return value + 1

        @staticmethod
        def static(value):
            return value + 1

        @classmethod
        def of_class(cls, value):
            return value + 1

    plus = functools.partial(lambda one, value: value + one, 1)
    for function in (Holder().method, Holder.static, Holder.of_class, plus, lambda v: v + 1, (1).__add__, Recorder(8)):
        assert C.call_without_data(function, 7) == 8
    assert C.call_without_data(int, 7) == 7


def test_what_cannot_be_called_is_refused():
    before = F.calls()
    for wrong in (5, "f", [], object()):
        with pytest.raises(TypeError) as caught:
            C.call_trailing(1, wrong)
        text = f"Callback needs to be a function or method not {type(wrong).__name__}"
        assert str(caught.value) == text
    assert F.calls() == before


# Scopes


def test_scope_call_is_over_when_the_call_is():
    def function(value, data):
        return value

    data = []
    before = sys.getrefcount(function), sys.getrefcount(data), live_closures()
    for _ in range(100):
        assert C.call_trailing(3, function, data) == 3
    assert (sys.getrefcount(function), sys.getrefcount(data), live_closures()) == before


def test_scope_call_is_over_when_a_later_argument_is_refused():
    def function(value, data):
        return value

    before = sys.getrefcount(function), live_closures()
    for _ in range(100):
        with pytest.raises(TypeError):
            C.call_not_trailing(function, None, "x")
    assert (sys.getrefcount(function), live_closures()) == before


def test_scope_call_may_be_called_often():
    assert C.call_often(lambda value: value, None, 0) == 0
    assert C.call_often(lambda value, _: value, None, 1000) == sum(range(1000))


def test_callbacks_nest():
    def deeper(value):
        return value if value == 0 else 1 + C.call_without_data(deeper, value - 1)

    assert C.call_without_data(deeper, 60) == 60


def test_scope_async_is_over_after_its_one_call():
    seen = Recorder()
    before = sys.getrefcount(seen)
    C.async_keep(seen, "d")
    assert sys.getrefcount(seen) > before
    gc.collect()
    assert C.async_run(3) == 5
    assert C.async_run(3) == -1
    assert seen.calls == [(3, "d")]
    # What was running may be freed a little later: with the next callback.
    C.call_void(lambda: None)
    assert sys.getrefcount(seen) == before


def test_scope_async_on_a_foreign_thread():
    names = []
    C.async_keep(lambda value, data: names.append((data, threading.get_ident())) or value, "d")
    assert C.async_run_in_thread(4) == 4
    assert names[0][0] == "d" and names[0][1] != threading.get_ident()
    C.call_void(lambda: None)


def test_an_async_callback_may_start_the_next():
    order = []

    def first(value):
        order.append(value)
        C.async_keep(second)
        return 1

    def second(value):
        order.append(value)
        return 2

    C.async_keep(first)
    assert [C.async_run(10), C.async_run(20), C.async_run(30)] == [1, 2, -1]
    assert order == [10, 20]
    C.call_void(lambda: None)


def test_scope_notified_lives_until_it_is_dropped():
    seen = Recorder()
    data = []
    before = sys.getrefcount(seen), sys.getrefcount(data), live_closures()
    C.notified_keep(seen, data)
    gc.collect()
    for value in range(10):
        assert C.notified_run(value) == 5
    assert all(args[1] is data for args in seen.calls)
    seen.calls.clear()
    first = C.notified_drop()
    assert (sys.getrefcount(seen), sys.getrefcount(data), live_closures()) == before
    C.notified_keep(seen, data)
    C.notified_keep(seen, data)
    assert C.notified_drop() == first + 2
    assert (sys.getrefcount(seen), sys.getrefcount(data), live_closures()) == before


def test_a_bound_method_keeps_its_object():
    class Holder:
        def method(self, value):
            return value * 2

    C.notified_keep(Holder().method)
    gc.collect()
    assert C.notified_run(21) == 42


def test_many_may_be_kept():
    for number in range(200):
        C.notified_add(lambda value, data: value + data, number)
    assert C.notified_run(1) == sum(range(200)) + 200
    C.notified_drop()


def test_a_callback_may_be_dropped_before_the_call_returns():
    seen = Recorder()
    before = sys.getrefcount(seen)
    assert C.notified_at_once(seen, "d", 3) == 5
    assert sys.getrefcount(seen) == before


def test_a_callback_may_drop_itself():
    def function(value, data):
        C.notified_drop()
        # Its own trampoline and data are gone now, if they do not wait for the end of the call.
        return value + len(data)

    C.notified_keep(function, ["d"])
    assert C.notified_run_once(3) == 4


def test_a_destroy_notify_stands_in_no_argument():
    C.notified_middle(lambda value, data: 7, "d", 3)
    assert C.notified_run(1) == 7
    with pytest.raises(TypeError, match="takes exactly"):
        C.notified_middle(lambda value, data: 7, "d", None, 3)


def test_dropped_on_a_foreign_thread():
    seen = Recorder()
    before = sys.getrefcount(seen), live_closures()
    C.notified_keep(seen, "d")
    assert C.notified_run_thread(2) == 5
    C.notified_drop_thread()
    assert (sys.getrefcount(seen), live_closures()) == before


def test_destroy_without_data_still_works(run):
    """C has nothing to give to the destroy notify, so it cannot say whose end it is: the callback stays."""
    program = """
from gi.repository import GijitCells as C
C.notified_without_data(lambda value: value * 2)
print(C.notified_run(21), C.notified_drop())
"""
    assert run(program).strip() == "42 1"


def test_scope_forever_stays(run):
    program = """
from gi.repository import GijitCells as C
calls = []
C.forever_keep(lambda value, data: calls.append((value, data)) or value, "d")
import gc
gc.collect()
print([C.forever_run(value) for value in range(5)], len(calls), gijit.stats()["live_closures"])
"""
    assert run(program).strip() == "[0, 1, 2, 3, 4] 5 1"


# Errors


def test_an_error_in_a_callback_is_reported_and_c_sees_zero(hooked):
    def function(value):
        raise ZeroDivisionError("in a callback")

    assert C.call_without_data(function, 3) == 0
    assert hooked == [("ZeroDivisionError", "in a callback")]


def test_a_result_of_the_wrong_type_is_reported_and_c_sees_zero(hooked):
    assert C.call_without_data(lambda value: "x", 3) == 0
    assert C.call_without_data(lambda value: 2**40, 3) == 0
    assert C.call_without_data(lambda value: None, 3) == 0
    assert [kind for kind, _ in hooked] == ["TypeError", "OverflowError", "TypeError"]
    assert hooked[0][1] == "Must be number, not str"


def test_the_wrong_number_of_parameters_is_reported(hooked):
    assert C.call_without_data(lambda: 1, 3) == 0
    assert hooked[0][0] == "TypeError"


def test_a_glib_error_goes_on_where_the_callback_can_throw(hooked):
    def function(value, *data):
        raise GLib.Error("no good", "gijit-fixtures-error-quark", 7)

    with pytest.raises(GLib.Error) as caught:
        C.call_throwing(function, None, 3)
    assert (caught.value.message, caught.value.domain, caught.value.code) == (
        "no good",
        "gijit-fixtures-error-quark",
        7,
    )
    assert C.call_catching(function, None, 3) == "0 gijit-fixtures-error-quark 7 no good"
    assert hooked == []


def test_any_other_error_is_reported_where_the_callback_can_throw(hooked):
    def function(value, *data):
        raise KeyError("x")

    assert C.call_catching(function, None, 3) == "0"
    assert C.call_throwing(function, None, 3) == 0
    assert [kind for kind, _ in hooked] == ["KeyError"] * 2


def test_a_glib_error_is_reported_where_the_callback_cannot_throw(hooked):
    def function(value):
        raise GLib.Error("no good", "gijit-fixtures-error-quark", 7)

    assert C.call_without_data(function, 3) == 0
    assert [kind for kind, _ in hooked] == ["GError"] or [kind for kind, _ in hooked] == ["Error"]


def test_a_throwing_callback_that_succeeds():
    assert C.call_throwing(lambda value, *data: value * 2, None, 3) == 6
    assert C.call_catching(lambda value, *data: value * 2, None, 3) == "6"


def test_an_error_after_many_calls_leaves_nothing(hooked):
    def function(value):
        raise ValueError(value)

    before = sys.getrefcount(function)
    for _ in range(1000):
        C.call_without_data(function, 1)
        hooked.clear()
    for name in ("last_type", "last_value", "last_traceback", "last_exc"):
        if hasattr(sys, name):
            delattr(sys, name)
    assert sys.getrefcount(function) == before


# Outputs


def outs(function):
    C.seen()
    result = C.call_outs(function, None, 7)
    return result, C.seen()


def test_outputs_come_in_a_tuple():
    seen = []
    result = outs(lambda *args: seen.append(args) or (True, 1, "x", 2.5))
    assert result == (True, "True 1 x 2.5")
    assert seen == [(7, 0.5)] or seen == [(7, 0.5, None)]


def test_a_lone_value_is_the_first_of_several():
    result, seen = outs(lambda *args: True)
    # What only goes in and out may stay as it was.
    assert result is True and seen in ("True 0 NULL 0", "True 0 NULL 0.5")


def test_surplus_outputs_are_not_looked_at():
    assert outs(lambda *args: (True, 1, "x", 2.5, 3, 4)) == (True, "True 1 x 2.5")


def test_too_few_outputs_are_an_error(hooked):
    """What goes both ways stays then as C had it."""
    for few in ((), (True,), (True, 1), (True, 1, "x")):
        assert outs(lambda *args, few=few: few) == (False, "False 0 NULL 0.5")
    assert [kind for kind, _ in hooked] == ["TypeError"] * 4


def test_an_exception_leaves_all_zero(hooked):
    """What goes both ways, too: so PyGObject has it."""
    assert outs(lambda *args: 1 / 0) == (False, "False 0 NULL 0")
    assert hooked.pop()[0] == "ZeroDivisionError"


def test_a_wrong_output_leaves_nothing_behind(hooked):
    for wrong in ((True, "x", "x", 2.5), (True, 1, 5, 2.5), (True, 1, "x", "y")):
        assert outs(lambda *args, wrong=wrong: wrong) == (False, "False 0 NULL 0.5")
        assert hooked.pop()[0] == "TypeError"
    heap = None
    for _ in range(3):
        before = F.heap_bytes()
        for _ in range(300):
            outs(lambda *args: (True, 1, "x" * 100, "y"))
            hooked.clear()
        heap = F.heap_bytes() - before
    assert heap < 300 * 16


def test_the_only_output_may_stand_alone_or_in_a_tuple():
    for answer in (6, (6,)):
        C.seen()
        C.call_only_out(lambda *args, answer=answer: answer, None)
        assert C.seen() == "6"


def test_outputs_that_c_does_not_want_go_nowhere():
    C.seen()
    C.call_optional_out(lambda *args: (1, "text"), None, True)
    assert C.seen() == "1 text"
    before = F.heap_bytes()
    for _ in range(300):
        C.call_optional_out(lambda *args: (1, "text" * 50), None, False)
        assert C.seen() == "-99 NULL"
    assert F.heap_bytes() - before < 300 * 16


# Threads


def test_a_callback_on_a_thread_that_python_has_never_seen():
    idents = []
    assert C.call_in_thread(lambda value, data: idents.append(threading.get_ident()) or value * 2, None, 21) == 42
    assert idents[0] != threading.get_ident()


def test_callbacks_on_many_threads_at_once():
    assert C.call_in_threads(lambda value, data: value, None, 8, 500) == 8 * sum(range(500))


def test_an_error_on_a_foreign_thread_is_reported(hooked):
    def function(value, data):
        raise ValueError("over there")

    assert C.call_in_thread(function, None, 1) == 0
    assert hooked == [("ValueError", "over there")]


def test_a_foreign_thread_calls_while_python_goes_on():
    calls = []
    C.notified_start(lambda value, data: calls.append(value) or 1, "d", 2000)
    spun = 0
    while len(calls) < 1000 and spun < 10**8:
        spun += 1
    assert C.notified_join() == 2000
    assert calls == list(range(2000))


def test_foreign_threads_do_not_leak():
    def function(value, data):
        return value

    for _ in range(20):
        C.call_in_thread(function, None, 1)
    before = F.heap_bytes(), sys.getallocatedblocks()
    for _ in range(200):
        C.call_in_thread(function, None, 1)
    assert F.heap_bytes() - before[0] < 200 * 64
    assert sys.getallocatedblocks() - before[1] < 200


def test_threads_of_python_may_all_use_callbacks():
    failures = []

    def work(number):
        try:
            for i in range(300):
                assert C.call_trailing(i, lambda value, data: value + data, number) == i + number
                assert C.call_often(lambda value, _: 1, None, 5) == 5
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


# Functions of C


def test_a_function_of_c_is_callable():
    function = C.plain_callback_out_none()
    assert [function(value) for value in (0, 4, -1)] == [1, 41, -9]
    assert type(function).__name__ == "CCallback"
    with pytest.raises(TypeError):
        function()
    with pytest.raises(TypeError, match="Must be number, not str"):
        function("x")


def test_a_function_of_c_goes_back_to_c():
    function = C.plain_callback_out_none()
    assert C.function_run(function, 2) == 21
    assert C.function_run(lambda value: value - 1, 2) == 1


def test_a_function_of_c_that_is_null_is_none():
    C.set_mode(C.Mode.NULL)
    try:
        assert C.plain_callback_out_none_nullable() is None
    finally:
        C.set_mode(C.Mode.SAMPLES)


def test_the_data_of_a_function_of_c_comes_by_itself():
    result = C.function_with_data()
    function = result[0] if isinstance(result, tuple) else result
    assert function(2) == 42


# The process


@pytest.mark.parametrize("keep", ["notified_keep", "forever_keep", "async_keep"])
def test_a_kept_callback_does_not_hinder_the_exit(run, keep):
    program = f"""
from gi.repository import GijitCells as C
C.{keep}(lambda value, data: value, [])
print("end")
"""
    assert run(program).strip() == "end"


def test_a_foreign_thread_that_still_calls_does_not_hinder_the_exit(run):
    program = """
import sys
from gi.repository import GijitCells as C
calls = []
C.notified_start(lambda value, data: calls.append(value) or 1, [], 100_000_000)
while len(calls) < 100:
    pass
print("end")
sys.stdout.flush()
"""
    assert run(program).strip() == "end"


# Leaks


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") == "auto", reason="LLVM may be loaded meanwhile")
@pytest.mark.parametrize(
    "once",
    [
        lambda: C.call_trailing(1, lambda value, *data: value, "d", "e"),
        lambda: C.call_outs(lambda *args: (True, 1, "text", 0.5), None, 1),
        lambda: C.call_catching(lambda *args: 1, None, 1),
        lambda: (C.notified_keep(lambda *args: 1, "d"), C.notified_run(1), C.notified_drop()),
        lambda: (C.async_keep(lambda *args: 1, "d"), C.async_run(1)),
        lambda: C.plain_callback_out_none()(1),
        lambda: C.function_run(C.plain_callback_out_none(), 1),
    ],
    ids=["call", "outs", "throwing", "notified", "async", "function", "function back"],
)
def test_nothing_grows(once):
    for _ in range(50):
        once()
    gc.collect()
    before = F.heap_bytes(), sys.getallocatedblocks(), live_closures()
    for _ in range(1000):
        once()
    gc.collect()
    C.call_void(lambda: None)
    assert F.heap_bytes() - before[0] < 1000 * 16
    assert sys.getallocatedblocks() - before[1] < 500
    assert live_closures() <= before[2] + 1
