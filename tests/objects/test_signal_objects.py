"""`GObject.Signal` by itself, the functions of GObject around signals, and the methods of `GObject.Object` that wait
for their first use. What signals do is in test_emissions.py."""

import pathlib
import textwrap

import pytest
from asking import differences
from gi import _gi, _signalhelper
from gi.repository import Gio, GObject

HERE = pathlib.Path(__file__).resolve().parent

#: Where the oldest peer differs from the version that gijit is.
BEFORE_3_52 = [
    ("the page has moved", "threads_init", "NoneType None.*wiki.gnome.org.*", "NoneType None.*pygobject.gnome.org.*"),
    (
        "deprecated",
        "object (private reference|floats)",
        r"tuple \(.*\)",
        r"tuple \(.*\)( . PyGIDeprecationWarning: ){2}",
    ),
]


def test_every_answer_is_that_of_pygobject():
    assert not differences(HERE / "signal_questions.py", before_3_52=BEFORE_3_52)


def test_a_method_that_waits_imports_its_module_and_is_then_a_function(run):
    program = """
    import sys, types
    from gi.repository import Gio, GObject
    def loaded():
        return "gi.overrides.GObject" in sys.modules
    action = Gio.SimpleAction()
    print(loaded(), GObject.Object.__module__, "freeze_notify" in dir(action), loaded())
    with action.freeze_notify():
        print(loaded(), isinstance(GObject.Object.freeze_notify, types.FunctionType), GObject.Object.freeze_notify.__qualname__)
    """
    lines = run(textwrap.dedent(program)).splitlines()
    assert lines == ["False gi.overrides.GObject True False", "True True Object.freeze_notify"]


def test_a_method_that_waits_is_found_by_whoever_imports_no_namespace(run):
    program = """
    from gi.module import get_introspection_module
    Object = get_introspection_module("GObject").Object
    try:
        Object().ref()
    except RuntimeError as error:
        print(error)
    """
    assert run(textwrap.dedent(program)).strip() == "This method is currently unsupported."


def test_notifications_wait_until_the_context_is_left():
    action = Gio.SimpleAction(enabled=True)
    references = action.__grefcount__
    with pytest.raises(ValueError), action.freeze_notify():
        assert action.__grefcount__ == references
        raise ValueError
    assert action.__grefcount__ == references


def test_connect_data_counts_its_data():
    swapped = GObject.ConnectFlags.SWAPPED
    for data in ((), (1, 2)):
        with pytest.raises(ValueError, match="requires exactly one argument for user data"):
            GObject.Object().connect_data("notify", print, *data, connect_flags=swapped)


def test_the_override_module_has_all_names_of_the_namespace():
    from gi.overrides import GObject as module

    assert module.Object is GObject.Object and module.Property is GObject.Property
    assert not hasattr(module, "nonesuch")


def test_a_signal_of_a_virtual_functions_name_implements_it():
    class Overrides(Gio.Application):
        @GObject.SignalOverride
        def activate(self):
            pass

    assert vars(Overrides)["do_activate"] is vars(Overrides)["activate"].func


def test_entries_that_are_no_dict_are_refused():
    with pytest.raises(TypeError, match="__gsignals__ attribute not a dict!"):
        _signalhelper.install_signals(type("Bad", (), {"__gsignals__": None}))


def test_the_class_that_programs_know_is_in_front_of_the_typelibs():
    override, own, base, _ = GObject.Object.__mro__
    assert (override.__module__, own.__module__, base) == ("gi.overrides.GObject", "gi.repository.GObject", _gi.GObject)
    assert override.__name__ == own.__name__ == "Object" and override.__doc__ == own.__doc__
    assert Gio.SimpleAction.__mro__[1:4] == (override, own, base)
    assert type(GObject.Object()) is override is GObject.TYPE_OBJECT.pytype
