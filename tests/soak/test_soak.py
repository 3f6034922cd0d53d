"""Ten million calls of each family: memory stays flat.

``GIJIT_SOAK_CALLS`` sets another number of calls. In the automatic mode the calls end on one of the two executors that
the other modes soak, so nothing is run twice.
"""

import gc
import os
import resource
import subprocess
import sys
import warnings
from itertools import repeat

import gi
import gijit
import pytest

gi.require_version("GijitHandlers", "1.0")
from gi.repository import GijitFixtures as F  # noqa: E402
from gi.repository import GijitHandlers as H  # noqa: E402
from gi.repository import Gio, GLib  # noqa: E402

CALLS = int(os.environ.get("GIJIT_SOAK_CALLS", 10_000_000))
#: What a run may add to the process: far below one byte a call.
SLACK = 2 << 20
PAGE = resource.getpagesize()

thing = F.Thing.new()
friend = F.Thing.new()
thing.set_friend(friend)
box = F.Box.new(1)
plain = F.Plain()
cancellable = Gio.Cancellable()
handling = H.Thing()
read = F.Access.READ
red = next(iter(F.Colour))


def _error():
    try:
        F.throws(True)
    except GLib.Error:
        pass


def _first(number, data):
    return number


def _wrong():
    try:
        F.int32_identity("x")
    except TypeError:
        pass


#: What each family calls.
FAMILIES = {
    "void": lambda f=F.nothing: f(),
    "int32": lambda f=F.int32_identity: f(123456),
    "uint64": lambda f=F.uint64_identity: f(2**64 - 1),
    "int8": lambda f=F.int8_identity: f(-5),
    "double": lambda f=F.double_identity: f(1.5),
    "float": lambda f=F.float_identity: f(1.5),
    "boolean": lambda f=F.boolean_identity: f(True),
    "unichar": lambda f=F.unichar_identity: f("€"),
    "gtype": lambda f=F.gtype_identity, t=F.Thing.__gtype__: f(t),
    "utf8 in": lambda f=F.utf8_length: f("some text"),
    "utf8 in and out": lambda f=F.utf8_copy: f("grün"),
    "utf8 given away": lambda f=F.utf8_take: f("text"),
    "filename": lambda f=F.filename_copy: f("a/b"),
    "enum": lambda f=F.enum_identity: f(red),
    "flags": lambda f=F.flags_identity: f(read),
    "object": lambda f=F.object_identity: f(thing),
    "new object": lambda f=F.Thing.new: f(),
    "object method": lambda f=thing.get_number: f(),
    "object returned": lambda f=thing.get_friend: f(),
    "interface": lambda f=F.interface_name: f(thing),
    "boxed": lambda f=F.boxed_in: f(box),
    "boxed returned": lambda f=F.boxed_return_full: f(),
    "struct": lambda f=F.struct_in: f(plain),
    "struct filled": lambda f=F.struct_out_allocated: f(),
    "out arguments": lambda f=F.outs_3: f(),
    "inout argument": lambda f=F.int32_inout: f(5),
    "error": _error,
    "wrong argument": _wrong,
    "real method": lambda f=cancellable.is_cancelled: f(),
    "callback": lambda f=handling.borrow_func: f(len),
    "callback that is called": lambda f=handling.call_crossed: f(_first, None, _first, None),
    "callback that is destroyed": lambda f=handling.use_up_func: f(len),
    "callback without user data": lambda f=handling.borrow_bare_func: f(len),
}


#: Weighed in a process of its own: once C has called one too late, as other tests have it do, the addresses of such callables
#: are not used again.
APART = {"callback without user data"}


def _resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * PAGE


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") == "auto", reason="the two executors are soaked by themselves")
@pytest.mark.parametrize("family", FAMILIES)
def test_memory_is_flat(family, record_property):
    if family in APART and "GIJIT_SOAK_APART" not in os.environ:
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"{__file__}::test_memory_is_flat[{family}]",
        ]
        done = subprocess.run(command, env={**os.environ, "GIJIT_SOAK_APART": "1"}, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
        return
    call, n = FAMILIES[family], CALLS
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in repeat(None, min(n, 200_000)):
            call()
        gc.collect()
        before = _resident(), F.heap_bytes(), gijit.stats()["live_wrappers"]
        for _ in repeat(None, n):
            call()
    gc.collect()
    grown = _resident() - before[0]
    record_property("calls", n)
    record_property("grown_bytes", grown)
    assert grown < SLACK, f"{grown} bytes more after {n} calls"
    assert F.heap_bytes() - before[1] < SLACK
    assert gijit.stats()["live_wrappers"] == before[2]
