"""Functions of C that Python gets by their address."""

import copy

import gi
import pytest
from gi.repository import GijitCells as C
from gi.repository import GijitFixtures as F

CCallback = gi._gi.CCallback


@pytest.fixture
def plus_forty():
    return C.function_with_data()


def test_its_class(plus_forty):
    assert type(plus_forty) is CCallback
    assert (CCallback.__module__, CCallback.__name__, CCallback.__mro__) == ("gi", "CCallback", (CCallback, object))
    assert repr(plus_forty).startswith("<gi.CCallback object at 0x")
    assert not hasattr(plus_forty, "__dict__")
    with pytest.raises(TypeError, match="^cannot create 'gi.CCallback' instances$"):
        CCallback()
    with pytest.raises(TypeError):
        copy.copy(plus_forty)


def test_it_is_called_with_its_data(plus_forty):
    before = F.calls()
    assert plus_forty(3) == 43
    assert plus_forty(value=-40) == 0
    assert F.calls() == before + 2


@pytest.mark.parametrize(
    ("values", "names", "text"),
    [
        ((), {}, r"GijitCells.DataFunc() takes exactly 1 argument (0 given)"),
        ((1, 2), {}, r"GijitCells.DataFunc() takes exactly 1 argument (2 given)"),
        ((), {"other": 1}, r"GijitCells.DataFunc() got an unexpected keyword argument 'other'"),
        (("x",), {}, r"Must be number, not str"),
        ((2**31,), {}, r"2147483648 not in range -2147483648 to 2147483647"),
    ],
    ids=repr,
)
def test_what_it_refuses(plus_forty, values, names, text):
    before = F.calls()
    with pytest.raises((TypeError, OverflowError)) as caught:
        plus_forty(*values, **names)
    assert str(caught.value) == text
    assert F.calls() == before


def test_it_is_a_callable_like_any_other(plus_forty, none_left, nothing_printed):
    assert C.call_trailing(2, plus_forty) == 42
    assert C.function_run(plus_forty, 1) == 41
    assert list(map(plus_forty, range(3))) == [40, 41, 42]
    C.async_keep(plus_forty)
    assert C.async_run(5) == 45


def test_it_holds_nothing(plus_forty, live):
    for _ in range(1000):
        C.function_with_data()
    assert live() == 0
