"""Virtual functions: implemented in Python, called by C, and by Python up the chain."""

import gc
import os
import subprocess
import sys
import weakref

import gi
import pytest
from gi.repository import GLib, GObject

gi.require_version("GIMarshallingTests", "1.0")
from gi.repository import GIMarshallingTests as M  # noqa: E402


def test_c_calls_what_python_implements():
    class Sub(M.Object):
        def do_method_int8_in(self, number):
            self.seen = number

        def do_method_int8_out(self):
            return 42

        def do_vfunc_return_value_and_multiple_out_parameters(self):
            return 1, 2, 3

    sub = Sub()
    sub.method_int8_in(5)
    assert sub.seen == 5
    assert sub.method_int8_out() == 42
    assert tuple(sub.vfunc_return_value_and_multiple_out_parameters()) == (1, 2, 3)


class Doubling(M.Object):
    def do_method_with_default_implementation(self, number):
        M.Object.do_method_with_default_implementation(self, number * 2)


class Adding(Doubling):
    def do_method_with_default_implementation(self, number):
        super().do_method_with_default_implementation(number + 1)


@pytest.mark.parametrize(("cls", "number"), [(M.Object, 4), (Doubling, 8), (Adding, 10)])
def test_chaining_up(cls, number):
    made = cls()
    made.method_with_default_implementation(4)
    assert made.props.int == number


def test_super_means_what_is_below_python():
    class Sub(M.Object):
        def do_method_with_default_implementation(self, number):
            super().do_method_with_default_implementation(self, number + 1)

    made = Sub()
    made.method_with_default_implementation(4)
    assert made.props.int == 5


def test_an_object_that_c_makes_has_them_too():
    class Sub(M.Object):
        def do_method_int8_out(self):
            return 7

    made = M.Object.new(1)
    assert type(made) is M.Object
    assert GObject.Object.newv(Sub.__gtype__, []).method_int8_out() == 7


class Implementing(GObject.Object, M.Interface):
    def do_test_int8_in(self, number):
        self.seen = number


def test_an_interface_implemented():
    made = Implementing()
    M.test_interface_test_int8_in(made, 42)
    assert made.seen == 42


def test_a_subclass_implements_an_interface_of_its_parent_again():
    class Sub(Implementing):
        def do_test_int8_in(self, number):
            self.seen = -number

    sub, made = Sub(), Implementing()
    M.test_interface_test_int8_in(sub, 42)
    M.test_interface_test_int8_in(made, 42)
    assert (sub.seen, made.seen) == (-42, 42)


def test_a_plain_base_implements():
    class Mixin:
        def do_method_int8_out(self):
            return 9

    class Sub(Mixin, M.Object):
        pass

    assert Sub().method_int8_out() == 9


def test_a_name_for_two_is_refused_and_longer_names_tell_them_apart():
    with pytest.raises(TypeError, match=r"Interface or of .*Interface2: call it do_interface_test_int8_in"):

        class Both(GObject.Object, M.Interface, M.Interface2):
            def do_test_int8_in(self, number):
                pass

    class Apart(GObject.Object, M.Interface, M.Interface2):
        def do_interface_test_int8_in(self, number):
            self.seen = number

    apart = Apart()
    M.test_interface_test_int8_in(apart, 3)
    assert apart.seen == 3


def test_what_nobody_implements():
    with pytest.raises(GLib.Error, match="is not implemented by GIMarshallingTestsObject") as caught:
        M.Object.do_method_int8_in(M.Object(), 3)
    assert caught.value.domain == "gi-invoke-error-quark"


def test_wrong_arguments():
    for args in ((), (5,), (M.Object(),), (M.Object(), "text"), (GObject.Object(), 5)):
        with pytest.raises(TypeError):
            M.Object.do_method_with_default_implementation(*args)


def test_an_exception_is_printed_and_c_sees_zero(monkeypatch):
    caught = []
    monkeypatch.setattr("sys.excepthook", lambda kind, error, traceback: caught.append(error))

    class Sub(M.Object):
        def do_method_int8_out(self):
            raise ValueError("no")

    assert Sub().method_int8_out() == 0
    assert [str(error) for error in caught] == ["no"]


def test_an_error_goes_to_c():
    class Sub(M.Object):
        def do_vfunc_meth_with_err(self, number):
            if number == 42:
                return True
            raise GLib.Error("unexpected", "domain", 5)

    assert Sub().vfunc_meth_with_error(42)
    with pytest.raises(GLib.Error, match="unexpected"):
        Sub().vfunc_meth_with_error(1)


def test_a_floating_argument_stays_its_callers():
    class Sub(M.Object):
        def do_vfunc_in_object_transfer_none(self, made):
            self.seen = weakref.ref(made)
            self.count = made.__grefcount__

    sub = Sub()
    left, floating = sub.get_ref_info_for_vfunc_in_object_transfer_none(GObject.InitiallyUnowned)
    gc.collect()
    assert (sub.count, left, floating) == (2, 1, False)
    assert sub.seen() is None


@pytest.mark.parametrize("way", ["return", "out"])
def test_a_floating_result_where_c_expects_any_object_is_no_longer_floating(way):
    """Such C sinks nothing: it gets a reference that counts, and gives it back here."""

    class Sub(M.Object):
        def made(self):
            made = GObject.InitiallyUnowned()
            self.seen = weakref.ref(made)
            return made

        do_vfunc_return_object_transfer_none = do_vfunc_out_object_transfer_none = made

    sub = Sub()
    with pytest.warns(RuntimeWarning, match="Expecting to marshal a borrowed reference"):
        count, floating = getattr(sub, f"get_ref_info_for_vfunc_{way}_object_transfer_none")()
    assert (count, floating) == (1, False)
    gc.collect()
    assert sub.seen() is None


def test_classes_tell_what_can_be_implemented():
    assert "do_method_with_default_implementation" in vars(M.Object)
    assert "do_method_with_default_implementation" not in vars(M.SubObject)
    assert not hasattr(GObject.Object, "do_finalize")


ENTRIES = """
import gijit, sys, threading, time
gijit.install()
from gi.repository import Gio, GLib, GObject

class Action(GObject.Object, Gio.Action):
    enabled = GObject.Property(type=bool, default=True)
    name = GObject.Property(type=str)
    state = GObject.Property(type=GObject.TYPE_VARIANT)
    state_type = GObject.Property(type=GLib.VariantType)
    parameter_type = GObject.Property(type=GLib.VariantType)

    def do_get_enabled(self):
        if self.name == "bad":
            raise ValueError("no")
        return self.enabled

    def do_get_name(self):
        return self.name

action, ask = Action(name="first"), Gio.Action.get_enabled
for _ in range(200):
    assert ask(action) is True
    assert Gio.Action.get_name(action) == "first"
seen = []
sys.excepthook = lambda kind, error, trace: seen.append(str(error))
action.name = "bad"
assert ask(action) is False and seen == ["no"]
action.name = "other"
assert ask(action) is True and Gio.Action.get_name(action) == "other"
threads = [threading.Thread(target=lambda: [ask(action) for _ in range(2000)]) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sys.getrefcount(Action.do_get_enabled) < 20
while gijit.stats()["thunks_waiting"]:
    time.sleep(0.01)
assert ask(action) is True and Gio.Action.get_name(action) == "other"
print(gijit.stats()["thunks_compiled"], gijit.stats()["thunks_failed"])
"""


@pytest.mark.parametrize("tier, threshold, compiles", [("ffi", 20, False), ("thunk", 20, True), ("auto", 20, True)])
def test_entries_of_virtual_functions_are_compiled(tier, threshold, compiles):
    """In each tier the same happens; where code is compiled, C's way back is, too."""
    done = subprocess.run(
        [sys.executable, "-c", ENTRIES],
        env={**os.environ, "GIJIT_TIER": tier, "GIJIT_THRESHOLD": str(threshold)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    compiled, failed = map(int, done.stdout.split())
    # The two functions that are called are two shapes; what C calls back is two more.
    assert failed == 0 and (compiled >= 4 if compiles else compiled == 0)
