"""A callable lives as long as its scope says: not shorter, and not longer."""

import gc
import sys
import warnings
import weakref

import pytest
from gi.module import get_introspection_module
from gi.repository import GijitCells as C
from gi.repository import Gio, GLib, Regress

pytestmark = pytest.mark.usefixtures("nothing_printed")


class Callable:
    """Something to call whose end can be seen; notes what it was called with."""

    def __init__(self, result=None):
        self.calls = []
        self.result = result

    def __call__(self, *values):
        self.calls.append(values)
        return values[0] if self.result is None else self.result


def gone(reference):
    gc.collect()
    return reference() is None


# ---- Scope call ----


def test_call_ends_with_the_call(live):
    function, data = Callable(), object()
    counts = sys.getrefcount(function), sys.getrefcount(data)
    for value in range(100):
        assert C.call_trailing(value, function, data) == value
    assert live() == 0
    function.calls.clear()
    assert (sys.getrefcount(function), sys.getrefcount(data)) == counts


def test_call_holds_the_callable_while_c_runs(live):
    seen = []

    def nested(value):
        seen.append(live())
        return value if value == 0 else C.call_trailing(value - 1, nested)

    # A hundred at once, each with a trampoline of its own.
    assert C.call_trailing(99, nested) == 0
    assert seen == list(range(1, 101))
    assert live() == 0


def test_a_temporary_callable_lives_through_the_call():
    assert C.call_often(lambda value, data: value + data, 1000, 100) == sum(range(100)) + 100 * 1000


def test_callables_do_not_mix():
    def outer(value):
        return C.call_trailing(value, lambda inner: inner * 2) + C.call_trailing(value, lambda inner: inner * 3)

    assert C.call_trailing(7, outer) == 35


@pytest.mark.usefixtures("none_left")
def test_nothing_is_left_of_a_call_that_did_not_happen():
    function, data = Callable(), object()
    counts = sys.getrefcount(function), sys.getrefcount(data)
    for scope in (
        lambda: C.call_not_trailing(function, data, "no number"),
        lambda: C.notified_middle(function, data, "no number"),
        lambda: C.notified_at_once(function, data, "no number"),
    ):
        for _ in range(10):
            with pytest.raises(TypeError, match="Must be number, not str"):
                scope()
    assert (sys.getrefcount(function), sys.getrefcount(data)) == counts
    assert function.calls == []


@pytest.mark.parametrize("wrong", [5, "text", object(), (), []], ids=repr)
def test_what_cannot_be_called_is_refused(wrong):
    with pytest.raises(TypeError, match=f"^Callback needs to be a function or method not {type(wrong).__name__}$"):
        C.call_trailing(1, wrong)


def test_none_is_no_callback():
    assert C.call_nullable(None, None, 5) == -1
    assert C.call_nullable(None, "data", 5) == -1
    with pytest.raises(TypeError, match="^Argument 1 does not allow None as a value$"):
        C.call_trailing(1, None)


@pytest.mark.parametrize(
    "function",
    [int, abs, lambda value: value, Callable().__call__, Callable(), (5).__add__, [5, 6, 7, 8].__getitem__],
    ids=["class", "builtin", "lambda", "method", "instance", "slot", "bound builtin"],
)
def test_anything_that_can_be_called_is_called(function):
    assert C.call_trailing(3, function) == function(3)


# ---- Scope async ----


def test_async_ends_with_its_invocation(live):
    function, data = Callable(), object()
    counts = sys.getrefcount(function), sys.getrefcount(data)
    C.async_keep(function, data)
    assert live() == 1
    assert (sys.getrefcount(function), sys.getrefcount(data)) == (counts[0] + 1, counts[1] + 1)
    assert C.async_run(11) == 11
    assert live() == 0
    assert function.calls == [(11, data)]
    function.calls.clear()
    assert (sys.getrefcount(function), sys.getrefcount(data)) == counts


def test_async_holds_a_temporary_until_then():
    function = Callable()
    reference = weakref.ref(function)
    C.async_keep(function)
    del function
    assert not gone(reference)
    C.async_run(1)
    assert gone(reference)


def test_async_callable_may_start_the_next(live):
    values = []

    def again(value):
        values.append(value)
        if value < 5:
            C.async_keep(again)
        return value

    C.async_keep(again)
    for value in range(6):
        assert C.async_run(value) == value
    assert values == list(range(6))
    assert C.async_run(9) == -1
    assert live() == 0


def test_async_ends_even_if_it_raises(live, printed):
    def raises(value):
        raise LookupError("lost")

    count = sys.getrefcount(raises)
    C.async_keep(raises)
    assert C.async_run(1) == 0
    assert [str(error) for error in printed] == ["lost"]
    printed.forget()
    assert live() == 0
    assert sys.getrefcount(raises) == count


# ---- Scope notified ----


@pytest.fixture
def kept():
    """Whatever C keeps goes at the end."""
    C.notified_drop()
    yield
    C.notified_drop()


@pytest.mark.parametrize("drop", [C.notified_drop, C.notified_drop_thread], ids=["here", "thread"])
def test_notified_ends_with_its_notification(drop, live, kept):
    function, data = Callable(), object()
    counts = sys.getrefcount(function), sys.getrefcount(data)
    before = C.notified_drop()
    C.notified_keep(function, data)
    assert live() == 1
    for value in range(50):
        assert C.notified_run(value) == value
    assert (sys.getrefcount(function), sys.getrefcount(data)) == (counts[0] + 1, counts[1] + 1 + 50)
    assert drop() == before + 1
    assert live() == 0
    function.calls.clear()
    assert (sys.getrefcount(function), sys.getrefcount(data)) == counts


def test_notified_in_any_order(live, kept):
    functions = [Callable() for _ in range(40)]
    for function in functions:
        C.notified_add(function)
    assert live() == 40
    assert C.notified_run(2) == 80
    C.notified_drop()
    assert live() == 0
    references = [weakref.ref(function) for function in functions]
    del functions, function
    assert all(gone(reference) for reference in references)


def test_notified_more_than_trampolines_are_kept_ready(live, kept):
    # Past any list of idle ones: some are freed, and the next round makes new ones.
    for _ in range(3):
        for n in range(500):
            C.notified_add(lambda value, add: value + add, n)
        assert C.notified_run(1) == sum(range(500)) + 500
        assert live() == 500
        C.notified_drop()
        assert live() == 0


def test_notification_in_the_call(live):
    function = Callable()
    reference = weakref.ref(function)
    assert C.notified_at_once(function, None, 8) == 8
    assert live() == 0
    del function
    assert gone(reference)


def test_notification_while_the_callable_runs(live, kept):
    class Data:
        pass

    data = Data()
    reference = weakref.ref(data)
    seen = []

    def ends_itself(value, data):
        C.notified_drop()
        seen.append(live())
        # What it was called with is still there.
        assert isinstance(data, Data)
        return value

    C.notified_keep(ends_itself, data)
    del data
    assert C.notified_run(6) == 6
    assert seen == [0]
    assert live() == 0
    assert gone(reference)


def test_what_the_end_sets_free_may_call_again(live, kept):
    class Last:
        def __call__(self, value):
            return value

        def __del__(self):
            C.notified_add(lambda value: value + 100)

    C.notified_keep(Last())
    C.notified_drop()
    assert live() == 1
    assert C.notified_run(1) == 101
    C.notified_drop()
    assert live() == 0


def test_none_is_not_notified(live):
    C.notified_nullable(None)
    C.notified_nullable(None, "data")
    assert live() == 0


def test_without_user_data_there_is_nothing_to_notify_with(live, kept):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        C.notified_without_data(lambda value: value + 1)
    assert [(warning.category, str(warning.message)) for warning in caught] == [
        (
            RuntimeWarning,
            "Callables passed to GijitCells.notified_without_data will leak references because the method does not "
            "support a user_data argument. See: https://bugzilla.gnome.org/show_bug.cgi?id=685598",
        )
    ]
    assert caught[0].filename == __file__
    assert C.notified_run(1) == 2
    C.notified_drop()
    assert live() == 1


def test_that_warning_as_an_error(live, kept):
    function = Callable()
    count = sys.getrefcount(function)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            C.notified_without_data(function)
    assert live() == 0
    assert sys.getrefcount(function) == count


def test_sources_of_the_main_loop(live):
    ticks = []
    loop = GLib.MainLoop.new(None, False)

    def tick(*data):
        ticks.append(data)
        if len(ticks) == 3:
            loop.quit()
        return len(ticks) < 3

    # The function of the library itself, which Python's own one does not use.
    get_introspection_module("GLib").idle_add(GLib.PRIORITY_DEFAULT_IDLE, tick, "data")
    assert live() == 1
    loop.run()
    assert ticks == [("data",)] * 3
    assert live() == 0


# ---- Scope forever ----


def test_forever_is_never_freed(live):
    function = Callable()
    reference = weakref.ref(function)
    C.forever_keep(function, "data")
    del function
    assert not gone(reference)
    assert C.forever_run(3) == 3
    assert C.forever_run(4) == 4
    assert reference().calls == [(3, "data"), (4, "data")]
    assert live() == 1


@pytest.mark.skipif(GLib.MINOR_VERSION >= 82, reason="GLib passes closures there")
@pytest.mark.parametrize(("data", "got"), [("x", ("x",)), (("x", "y"), ("x", "y")), (None, (None,))], ids=repr)
def test_data_of_one_of_two_callbacks(data, got, live, tmp_path):
    # Beside data that takes all further arguments, a tuple is taken apart.
    source = tmp_path / "source"
    source.write_bytes(b"x" * 1000)
    progress, ended = Callable(), []
    loop = GLib.MainLoop.new(None, False)

    def done(file, result, *data):
        ended.append((file.copy_finish(result), data))
        loop.quit()

    file, target = (Gio.File.new_for_path(str(path)) for path in (source, tmp_path / "target"))
    file.copy_async(target, Gio.FileCopyFlags.OVERWRITE, 0, None, progress, data, done, "a", "b")
    assert live() == 2
    loop.run()
    assert ended == [(True, ("a", "b"))]
    assert {values[2:] for values in progress.calls} == {got}
    # Nothing says when the first of them is not needed any more.
    assert live() == 1


# ---- Regress ----


def test_regress_async(live):
    calls = []
    C_async = Regress.test_callback_async
    for n in range(5):
        C_async(lambda data: calls.append(data) or data, n)
    assert live() == 5
    assert Regress.test_callback_thaw_async() in range(5)
    assert sorted(calls) == list(range(5))
    assert live() == 0


def test_regress_destroy_notify(live):
    calls = []
    for n in range(5):
        assert Regress.test_callback_destroy_notify(lambda data: calls.append(data) or 7, n) == 7
    assert live() == 5
    assert Regress.test_callback_thaw_notifications() == 35
    assert sorted(calls) == sorted([*range(5)] * 2)
    assert live() == 0


def test_a_function_that_frees_data_is_a_callback(live):
    freed = []
    stream = Gio.MemoryInputStream.new_from_data(b"some bytes", lambda data: freed.append(data))
    assert stream.read_bytes(4, None).get_data() == b"some"
    assert (freed, live()) == ([], 1)
    del stream
    gc.collect()
    # There is no argument that its user data could be passed in.
    assert freed == [None]
    assert live() == 0
