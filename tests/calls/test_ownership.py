"""Who owns what: the fixtures count the living, and every count comes back."""

import gc
import time

import gijit
import pytest
from gi.repository import GijitFixtures as F

LOOPS = 2000


def settle(once):
    """Lets ``once`` reach the tier on which it stays: the engine's own memory is not what is measured here."""
    stats = gijit.stats()
    if stats["tier"] != "auto":
        return
    for _ in range(stats["threshold"] + 100):
        once()
    until = time.monotonic() + 60
    while gijit.stats()["thunks_waiting"] and time.monotonic() < until:
        time.sleep(0.01)
    once()


def alive():
    gc.collect()
    kinds = (F.Kind.OBJECT, F.Kind.BOXED, F.Kind.COUNTED, F.Kind.PLAIN, F.Kind.FUNDAMENTAL)
    return [F.alive(kind) for kind in kinds]


CALLS = {
    "object made and dropped": lambda: F.Thing.new(),
    "object returned, transfer full": lambda: F.object_make(F.Thing),
    "object out, transfer full": lambda: F.object_out_full(),
    "object out, transfer none": lambda: F.object_out_none(),
    "object given away": lambda: F.object_take(F.Thing.new()),
    "null object given away": lambda: F.object_take_nullable(None),
    "object in and out": lambda: F.object_inout_full(F.Thing.new()),
    "floating object": lambda: F.Floater.new(),
    "floating object returned full": lambda: F.Floater.new().return_full(),
    "interface": lambda: F.interface_out_full(),
    "object of a type without metadata": lambda: F.Named.new_private("x"),
    "boxed made": lambda: F.Box.new(1),
    "boxed returned, transfer none": lambda: F.boxed_return_none(),
    "boxed returned, transfer full": lambda: F.boxed_return_full(),
    "boxed out, transfer none": lambda: F.boxed_out_none(),
    "boxed out, transfer full": lambda: F.boxed_out_full(),
    "boxed given away": lambda: F.boxed_take(F.Box.new(1)),
    "boxed in and out": lambda: F.boxed_inout_full(F.Box.new(1)),
    "reference-counted boxed": lambda: F.Counted.new(),
    "struct returned": lambda: F.struct_out_full(),
    "struct filled": lambda: F.struct_out_allocated(),
    "union filled": lambda: F.union_out_allocated(),
    "fundamental": lambda: F.Fundamental.new(5),
    "several owned outputs": lambda: F.outs_all(),
    "error with owned outputs": lambda: F.throws_with_outs(True),
    "error with an owned return value": lambda: F.throws_string(""),
    "error of an object": lambda: F.throws_object(True),
    "text given away": lambda: F.utf8_take("text"),
    "text that is no text, owned": lambda: F.utf8_return_invalid_full(),
    "skipped return value": lambda: F.skip_return(3),
}


@pytest.mark.parametrize("name", CALLS)
def test_everything_comes_back(name):
    call = CALLS[name]

    def once():
        try:
            call()
        except Exception as error:
            return type(error).__name__
        return None

    first = once()
    once()
    if first in ("TypeError", "NotImplementedError"):
        pytest.fail(f"the call itself is wrong: {first}")
    settle(once)
    before = alive(), F.heap_bytes(), gijit.stats()["live_wrappers"]
    for _ in range(LOOPS):
        once()
    assert (alive(), gijit.stats()["live_wrappers"]) == (before[0], before[2])
    assert F.heap_bytes() - before[1] < LOOPS * 8, "C memory grows"


def test_an_object_lives_as_long_as_its_wrapper():
    thing = F.Thing.new()
    assert thing.__grefcount__ == 1
    same = F.object_identity(thing)
    assert same is thing and thing.__grefcount__ == 1
    other = F.Thing.new()
    other.set_friend(thing)
    assert thing.__grefcount__ == 2
    del same
    before = alive()[0]
    del other
    assert alive()[0] == before - 1
    assert thing.__grefcount__ == 1


def test_bad_arguments_leave_nothing_behind():
    before = alive(), F.calls()
    for _ in range(LOOPS):
        with pytest.raises(TypeError):
            F.object_inout_full(5)
        with pytest.raises(TypeError):
            F.utf8_join("text", "more", 5)
    after = alive(), F.calls()
    assert after == before


def test_a_failing_first_call_releases_what_was_written(run):
    """How a boxed value is freed is known once its class has been made: also when nothing else has made it yet."""
    program = """
from gi.repository import GijitFixtures as F
kinds = F.Kind.OBJECT, F.Kind.BOXED
for _ in range(3):
    try:
        F.throws_with_outs(True)
    except Exception as error:
        print(type(error).__name__, *(F.alive(kind) for kind in kinds))
"""
    assert run(program).splitlines() == ["Error 0 0"] * 3


def test_attributes_outlive_the_wrapper_while_c_keeps_the_object():
    import gc
    import weakref

    from gi.repository import Gio

    store = Gio.ListStore.new(Gio.SimpleAction.__gtype__)
    action = Gio.SimpleAction.new("save", None)
    action.note = ["kept"]
    store.append(action)
    del action
    again = store.get_item(0)
    assert again.note == ["kept"]
    # A cycle through the attributes is no garbage while C holds the object, and is when it does not.
    again.me = again
    watched = weakref.ref(again)
    del again
    gc.collect()
    assert watched() is not None
    store.remove_all()
    gc.collect()
    assert watched() is None


def test_attributes_die_with_the_object():
    import gc
    import weakref

    from gi.repository import Gio

    class Value:
        pass

    store = Gio.ListStore.new(Gio.SimpleAction.__gtype__)
    action = Gio.SimpleAction.new("save", None)
    action.value = Value()
    watched = weakref.ref(action.value)
    store.append(action)
    del action
    gc.collect()
    assert watched() is not None
    store.remove_all()
    assert watched() is None
