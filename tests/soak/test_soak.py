"""Ten million calls of each family: memory stays flat.

``GIJIT_SOAK_CALLS`` sets another number of calls. In the automatic mode the calls end on one of the two executors that
the other modes soak, so nothing is run twice.
"""

import gc
import os
import resource
import warnings
from itertools import repeat

import gijit
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import Gio, GLib

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
read = F.Access.READ
red = next(iter(F.Colour))


def _error():
    try:
        F.throws(True)
    except GLib.Error:
        pass


def _wrong():
    try:
        F.int32_identity("x")
    except TypeError:
        pass


#: Family → (call, divisor of the number of calls: errors and new objects cost a hundred times an integer).
FAMILIES = {
    "void": (lambda f=F.nothing: f(), 1),
    "int32": (lambda f=F.int32_identity: f(123456), 1),
    "uint64": (lambda f=F.uint64_identity: f(2**64 - 1), 1),
    "int8": (lambda f=F.int8_identity: f(-5), 1),
    "double": (lambda f=F.double_identity: f(1.5), 1),
    "float": (lambda f=F.float_identity: f(1.5), 1),
    "boolean": (lambda f=F.boolean_identity: f(True), 1),
    "unichar": (lambda f=F.unichar_identity: f("€"), 1),
    "gtype": (lambda f=F.gtype_identity, t=F.Thing.__gtype__: f(t), 1),
    "utf8 in": (lambda f=F.utf8_length: f("some text"), 1),
    "utf8 in and out": (lambda f=F.utf8_copy: f("grün"), 1),
    "utf8 given away": (lambda f=F.utf8_take: f("text"), 1),
    "filename": (lambda f=F.filename_copy: f("a/b"), 1),
    "enum": (lambda f=F.enum_identity: f(red), 1),
    "flags": (lambda f=F.flags_identity: f(read), 1),
    "object": (lambda f=F.object_identity: f(thing), 1),
    "new object": (lambda f=F.Thing.new: f(), 4),
    "object method": (lambda f=thing.get_number: f(), 1),
    "object returned": (lambda f=thing.get_friend: f(), 1),
    "interface": (lambda f=F.interface_name: f(thing), 1),
    "boxed": (lambda f=F.boxed_in: f(box), 1),
    "boxed returned": (lambda f=F.boxed_return_full: f(), 2),
    "struct": (lambda f=F.struct_in: f(plain), 1),
    "struct filled": (lambda f=F.struct_out_allocated: f(), 2),
    "out arguments": (lambda f=F.outs_3: f(), 2),
    "inout argument": (lambda f=F.int32_inout: f(5), 1),
    "error": (_error, 10),
    "wrong argument": (_wrong, 10),
    "real method": (lambda f=cancellable.is_cancelled: f(), 1),
}


def _resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * PAGE


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") == "auto", reason="the two executors are soaked by themselves")
@pytest.mark.parametrize("family", FAMILIES)
def test_memory_is_flat(family, record_property):
    call, weight = FAMILIES[family]
    n = CALLS // weight
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
