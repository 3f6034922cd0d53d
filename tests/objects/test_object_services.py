"""What every object has besides properties and signals: weak references, ``__gdoc__``, saved state, fundamental types."""

import copy
import gc
import sys
import weakref

import pytest
from gi.repository import Gio, GObject


def test_weak_ref_knows_the_object_while_it_lives():
    action = Gio.SimpleAction(name="a")
    reference = action.weak_ref()
    assert type(reference).__name__ == "GObjectWeakRef" and type(reference) is GObject.GObjectWeakRef
    assert reference() is action and action.__grefcount__ == 1
    del action
    assert reference() is None
    with pytest.raises(ValueError, match="weak ref already unreffed"):
        reference.unref()


def test_weak_ref_outlives_the_wrapper():
    store = Gio.ListStore(item_type=Gio.SimpleAction)
    store.append(Gio.SimpleAction(name="a"))
    action = store.get_item(0)
    reference, python_reference = action.weak_ref(), weakref.ref(action)
    del action
    assert python_reference() is None
    assert reference().get_name() == "a"
    store.remove_all()
    assert reference() is None


def test_weak_ref_calls_back_with_its_data():
    calls = []
    action = Gio.SimpleAction(name="a")
    action.weak_ref(lambda *args: calls.append(args), 1, 2)
    gc.collect()
    assert not calls
    del action
    assert calls == [(1, 2)]


def test_unref_takes_the_callback_back():
    calls = []
    callback = lambda *args: calls.append(args)  # noqa: E731
    before = sys.getrefcount(callback)
    action = Gio.SimpleAction(name="a")
    reference = action.weak_ref(callback)
    reference.unref()
    assert reference() is None and sys.getrefcount(callback) == before
    with pytest.raises(ValueError):
        reference.unref()
    del action
    assert not calls


def test_weak_ref_refuses_what_it_cannot():
    action = Gio.SimpleAction(name="a")
    with pytest.raises(TypeError):
        action.weak_ref(callback=print)
    reference = action.weak_ref()
    with pytest.raises(TypeError, match="takes at most 0 arguments"):
        reference(1)
    with pytest.raises(TypeError):
        type(reference)()


def test_exceptions_of_callbacks_are_printed(monkeypatch):
    printed = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, value, traceback: printed.append(kind))
    action = Gio.SimpleAction(name="a")
    action.weak_ref(lambda: 1 / 0)
    del action
    assert printed == [ZeroDivisionError]


def test_gdoc_lists_signals_and_properties():
    text = Gio.Cancellable.__gdoc__
    assert text == (
        "Object GCancellable\n\nSignals from GCancellable:\n  cancelled ()\n\nSignals from GObject:\n  notify (GParam)\n\n"
    )
    assert Gio.Cancellable().__gdoc__ == text
    assert Gio.File.__gdoc__ == "Interface GFile\n\nSignals from GObject:\n  notify (GParam)\n\n"
    assert "  command-line (GApplicationCommandLine) -> gint\n" in Gio.Application.__gdoc__
    assert "Properties from GApplication:\n  application-id -> gchararray: " in Gio.Application.__gdoc__
    assert GObject.GInterface.__gdoc__

    class Mine(Gio.Cancellable):
        """words of mine"""

    assert Mine.__gdoc__.startswith(f"Object {Mine.__gtype__.name}\n\nwords of mine\n\nSignals from GCancellable:")


def test_class_assignment_is_remembered():
    class One(Gio.SimpleAction):
        pass

    class Two(One):
        pass

    store = Gio.ListStore(item_type=Gio.SimpleAction)
    action = One(name="a")
    action.__class__ = Two
    action.attribute = 5
    store.append(action)
    del action
    again = store.get_item(0)
    assert type(again) is Two and again.attribute == 5 and again.__gtype__ is not None


def test_slots_are_dropped():
    with pytest.warns(Warning, match="shouldn't use __slots__"):

        class Slots(GObject.Object):
            __slots__ = ("attribute",)

    made = Slots()
    made.attribute = made.other = 5
    assert vars(made) == {"attribute": 5, "other": 5}


def test_objects_without_an_instance():
    empty = Gio.Cancellable.__new__(Gio.Cancellable)
    assert "uninitialized" in repr(empty) and hash(empty) == 0
    with pytest.raises(TypeError, match="GObject instance is not yet created"):
        _ = empty.__grefcount__
    with pytest.raises(ValueError):
        _ = empty.__gpointer__
    with pytest.raises(TypeError):
        copy.copy(empty)


def test_methods_of_the_class_struct():
    spec = Gio.SimpleAction.find_property("name")
    assert spec.name == "name" and spec.owner_type == Gio.SimpleAction.__gtype__
    assert "enabled" in [spec.name for spec in Gio.SimpleAction.list_properties()]

    class Mine(Gio.SimpleAction):
        pass

    assert Mine.find_property("name").name == "name"


def test_interfaces_and_base_types_cannot_be_made():
    for kind in (GObject.GInterface, Gio.File, GObject.GBoxed, GObject.GPointer):
        with pytest.raises(NotImplementedError):
            kind()


def test_property_descriptions_cannot_be_made():
    with pytest.raises(TypeError):
        GObject.ParamSpec()
    spec = Gio.SimpleAction.find_property("name")
    reference = weakref.ref(spec)
    assert reference() is spec
    del spec
    assert reference() is None


def test_a_binding_may_end_while_it_is_made():
    """A transform runs before `bind_property` returns, and may end the binding: that is what is returned all the same."""
    seen = []

    def transform(binding, value):
        seen.append(binding)
        binding.unbind()
        return value

    one, other = Gio.SimpleAction.new("one", None), Gio.SimpleAction.new("other", None)
    binding = one.bind_property("enabled", other, "enabled", GObject.BindingFlags.SYNC_CREATE, transform)
    assert seen == [binding]
    assert binding.dup_source() is None
    one.set_enabled(False)
    assert seen == [binding]


def test_the_collector_minds_weak_references_that_a_finaliser_makes(monkeypatch):
    complaints, made = [], []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)

    class Late(GObject.Object):
        def __del__(self):
            made.append(weakref.ref(self))

    one, other = Late(), Late()
    one.both = other.both = [one, other]
    del one, other
    gc.collect()
    assert [reference() for reference in made] == [None, None]
    assert not complaints
