"""An exception in a callable never crosses C: it is printed, or C gets it as its own kind of error."""

import sys

import pytest
from gi.repository import GijitCells as C
from gi.repository import GLib


@pytest.fixture(autouse=True)
def _none_left(none_left):
    pass


class Boom(Exception):
    """Raised in a callable."""


def boom(*values):
    raise Boom("in a callback")


def glib_error(*values):
    raise GLib.Error("wrong", "some-domain", 7)


def test_an_exception_is_printed_and_c_sees_zero(printed):
    assert C.call_trailing(1, boom) == 0
    assert [type(error) for error in printed] == [Boom]
    # The traceback leads to where it was raised.
    frames = []
    traceback = printed[0].__traceback__
    while traceback:
        frames.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert frames == ["boom"]


def test_outs_are_zero_then(printed):
    assert C.call_outs(boom, None, 1) is False
    assert C.seen() == "False 0 NULL 0"
    assert len(printed) == 1


def test_each_exception_is_printed(printed):
    assert C.call_often(boom, None, 10) == 0
    assert len(printed) == 10


def test_the_call_goes_on_after_an_exception(printed):
    def odd_ones(value, data):
        if value % 2:
            raise Boom(value)
        return value

    assert C.call_often(odd_ones, None, 10) == 0 + 2 + 4 + 6 + 8
    assert [error.args for error in printed] == [(1,), (3,), (5,), (7,), (9,)]


def test_what_the_call_itself_raises_is_another_matter(printed):
    with pytest.raises(ZeroDivisionError):
        C.call_trailing(1, 1 / 0)
    assert printed == []


def test_wrong_arguments_are_printed(printed):
    assert C.call_trailing(1, lambda: 5) == 0
    assert C.call_trailing(1, lambda a, b: 5) == 0
    assert [type(error) for error in printed] == [TypeError] * 2


def test_a_glib_error_has_nowhere_to_go(printed):
    assert C.call_trailing(1, glib_error) == 0
    assert [error.message for error in printed] == ["wrong"]


def test_an_exception_that_was_set_before_stays(printed):
    # A destroy notification while an exception is on its way: the callable drops what holds C's last reference.
    class Holder:
        def __del__(self):
            C.call_trailing(1, boom)

    def fails():
        holder = Holder()
        raise LookupError(str(holder)[:0] or "mine")

    with pytest.raises(LookupError, match="^mine$"):
        fails()
    printed.forget()


# ---- Callbacks that can throw ----


@pytest.mark.usefixtures("nothing_printed")
def test_a_glib_error_becomes_c_s():
    assert C.call_catching(glib_error, None, 1) == "0 some-domain 7 wrong"
    assert C.call_catching(lambda value, data: 5, None, 1) == "5"


@pytest.mark.usefixtures("nothing_printed")
def test_a_glib_error_comes_back_through_c():
    with pytest.raises(GLib.Error) as caught:
        C.call_throwing(glib_error, None, 1)
    assert (caught.value.message, caught.value.domain, caught.value.code) == ("wrong", "some-domain", 7)
    assert C.call_throwing(lambda value, data: 5, None, 1) == 5


@pytest.mark.usefixtures("nothing_printed")
def test_a_subclass_is_one_too():
    class Mine(GLib.Error):
        pass

    def raises(*values):
        raise Mine("mine", "d", 1)

    assert C.call_catching(raises, None, 1) == "0 d 1 mine"


def test_other_exceptions_are_printed_all_the_same(printed):
    assert C.call_catching(boom, None, 1) == "0"
    assert C.call_throwing(boom, None, 1) == 0
    assert [type(error) for error in printed] == [Boom] * 2


def test_so_is_a_result_that_does_not_fit(printed):
    assert C.call_catching(lambda value, data: "x", None, 1) == "0"
    assert [str(error) for error in printed] == ["Must be number, not str"]


def test_so_is_a_glib_error_that_is_none(printed):
    def raises(*values):
        error = GLib.Error("wrong", "some-domain", 7)
        error.code = "seven"
        raise error

    assert C.call_catching(raises, None, 1) == "0"
    assert [type(error) for error in printed] == [TypeError]


# ---- Exceptions that end programs ----


def test_exit_in_a_callable_ends_the_program(run):
    run(
        "import sys, gi\n"
        "gi.require_version('GijitCells', '1.0')\n"
        "from gi.repository import GijitCells as C\n"
        "C.call_trailing(1, lambda value: sys.exit(value + 40))\n"
        "print('not reached')\n",
        status=41,
    )


def test_the_default_hook_prints(run):
    out = run(
        "import contextlib, io, gi\n"
        "gi.require_version('GijitCells', '1.0')\n"
        "from gi.repository import GijitCells as C\n"
        "with contextlib.redirect_stderr(io.StringIO()) as err:\n"
        "    C.call_trailing(1, lambda value: 1 / 0)\n"
        "print(err.getvalue())\n"
    )
    assert out.startswith("Traceback (most recent call last):")
    assert "ZeroDivisionError: division by zero" in out


def test_a_hook_that_fails_harms_nothing(monkeypatch, capfd):
    monkeypatch.setattr(sys, "excepthook", boom)
    assert C.call_trailing(1, glib_error) == 0
    assert "Error in sys.excepthook" in capfd.readouterr().err
