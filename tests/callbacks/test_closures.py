"""GClosures of Python callables."""

import gc
import sys

import pytest
from gi.repository import GijitFixtures as F
from gi.repository import GIMarshallingTests as G
from gi.repository import GObject


@pytest.fixture(autouse=True)
def _none_left(none_left):
    pass


@pytest.mark.usefixtures("nothing_printed")
def test_a_callable_becomes_a_closure():
    calls = []

    def callback(*values):
        calls.append(values)
        return 42

    count = sys.getrefcount(callback)
    G.gclosure_in(callback)
    assert F.closure_call(callback, 7) == 42
    assert calls == [(), (7,)]
    assert sys.getrefcount(callback) == count


def test_what_cannot_be_called():
    with pytest.raises(TypeError, match="^Must be callable, not int$"):
        G.gclosure_in(5)


def test_an_exception_is_printed_and_the_result_is_zero(printed):
    def raises(*values):
        raise LookupError("lost")

    assert F.closure_call(raises, 7) == 0
    assert [str(error) for error in printed] == ["lost"]


def test_a_result_that_does_not_fit(printed):
    assert F.closure_call(lambda value: "x", 7) == 0
    assert [(type(error), str(error)) for error in printed] == [
        (TypeError, "can't convert return value to desired type")
    ]


@pytest.mark.usefixtures("nothing_printed")
def test_a_closure_of_c_s_is_passed_on():
    closure = G.gclosure_return()
    assert isinstance(closure, GObject.Closure)
    G.gclosure_in(closure)


@pytest.mark.usefixtures("nothing_printed")
def test_closures_call_closures():
    assert F.closure_call(lambda value: F.closure_call(lambda inner: inner + 1, value) * 2, 4) == 10


@pytest.mark.usefixtures("nothing_printed")
def test_a_closure_ends_with_its_last_reference(live):
    seen = []
    for _ in range(100):
        F.closure_call(lambda value: seen.append(live()) or 0, 1)
    gc.collect()
    assert seen == [1] * 100
    assert live() == 0
