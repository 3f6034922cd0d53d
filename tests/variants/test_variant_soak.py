"""Variants, values and errors are made and dropped a hundred thousand times in memory that does not grow."""

import os

import pytest

PROGRAM = """
import gc, sys
import gi
from gi import _gi
from gi.repository import Gio, GLib, GObject
V = GLib.Variant

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096

inner = V("i", 5)
data = {{"a": inner, "b": V("as", ["x", "y"])}}
thing = object()
action = Gio.SimpleAction.new("a", None)
number, text, any_value, held, boxed = (GObject.Value(t) for t in (int, str, object, GObject.Object, GLib.Bytes))
array = GObject.Value(GObject.GType.from_name("GValueArray"))
strv, nested, error_value = (GObject.Value(t) for t in (GObject.TYPE_STRV, GObject.TYPE_VALUE, GLib.Error.__gtype__))
octets = GLib.Bytes.new(b"x" * 100)
spec = GObject.param_spec_int("i", "n", "b", 0, 10, 5, GObject.ParamFlags.READABLE)
spec_value, variant_value = GObject.Value(GObject.TYPE_PARAM), GObject.Value(GObject.TYPE_VARIANT)

def refused(function, *arguments):
    try:
        function(*arguments)
    except Exception:
        return
    raise AssertionError("that should have been refused")

def work():
{body}

for i in range({n} // 10):
    work()
gc.collect()
references = [sys.getrefcount(o) for o in (inner, thing, action, octets, spec, None)]
before = resident()
for i in range({n}):
    work()
gc.collect()
grown = resident() - before
after = [sys.getrefcount(o) for o in (inner, thing, action, octets, spec, None)]
# Python itself drops some hundred references to None while its caches settle; a mistake would be one in each round.
assert all(abs(a - b) < 1000 for a, b in zip(after, references)), (references, after)
assert grown < 600_000, grown
print("flat", grown)
"""

BODIES = {
    "build": """
    V("i", 5); V("s", "x" * 50); V("a{sv}", data); V("(isas)", (1, "a", ["b" * 30])); V("ay", b"x" * 100)
    V("ai", [1, 2, 3]); V("mi", None); V("v", inner); V.new_tuple(inner, inner)
    """,
    "build with errors": """
    refused(V, "a{sv}", {"a": inner, "b": 5}); refused(V, "(isas)", (1, "a", ["b", 5])); refused(V, "Q", 1)
    refused(V, "aai", [[1], ["x"]]); refused(V, "o", 5); refused(V, "(i)", (1, 2)); refused(V, "i", 2**40)
    """,
    "unpack": """
    v = V("a{sv}", data); v.unpack(); v["a"]; v.keys(); str(v); repr(v); len(v); bool(v); v == V("a{sv}", data)
    w = V("(is)", (1, "x" * 40)); hash(w); list(w); w[0]; w[1]
    """,
    "children and serialised": """
    v = V("a{sv}", data); v.lookup_value("a", None); v.get_child_value(0); v.get_data_as_bytes(); v.unpack()
    """,
    "values": """
    number.set_value(5); number.get_value(); text.set_value("x" * 40); text.get_value()
    any_value.set_value(thing); any_value.get_value(); held.set_value(action); held.get_value()
    boxed.set_value(octets); boxed.get_value(); variant_value.set_value(inner); variant_value.get_value()
    GObject.Value(int, 5); GObject.Value(str, "x" * 40); GObject.Value(object, thing); GObject.Value()
    """,
    "values of containers": """
    array.set_value([1, "a" * 40, thing, action]); array.get_value(); strv.set_value(["a" * 40, "b"]); strv.get_value()
    nested.set_value("x" * 40); nested.get_value(); nested.set_value(number); nested.get_value()
    error_value.set_value(GLib.Error("m" * 40, "d", 1)); error_value.get_value()
    """,
    "values with errors": """
    refused(number.set_value, "x"); refused(text.set_value, 5); refused(held.set_value, 5)
    refused(strv.set_value, ["a" * 40, 5]); refused(array.set_value, ["a" * 40, 2**40])
    refused(nested.set_value, [1]); refused(GObject.Value, int, "x"); refused(error_value.set_value, 5)
    """,
    "values of calls": """
    GObject.strdup_value_contents(5); GObject.strdup_value_contents("x" * 40); GObject.strdup_value_contents(thing)
    GObject.strdup_value_contents(number); GObject.strdup_value_contents(action); spec.get_default_value()
    refused(GObject.strdup_value_contents, 2**40); number.get_int(); number.set_int(7)
    """,
    "param specs": """
    p = GObject.param_spec_int("i", "n", "b", 0, 10, 5, GObject.ParamFlags.READABLE); p.nick; p.name; repr(p)
    spec_value.set_value(p); spec_value.get_value(); _gi._gvalue_set(spec_value, spec); _gi._gvalue_get(spec_value)
    """,
    "errors": """
    e = GLib.Error("m" * 40, "d", 5); e.copy(); e.matches("d", 5); refused(GLib.file_get_contents, "/nonexistent/file")
    refused(V.parse, None, "abc", None, None); refused(V.parse_error_print_context, 5, "abc")
    """,
}


@pytest.mark.skipif(os.environ.get("GIJIT_TIER", "auto") == "auto", reason="the two executors are soaked by themselves")
@pytest.mark.parametrize("what", BODIES)
def test_memory_is_flat(run, what):
    n = int(os.environ.get("GIJIT_LEAK_CALLS", 100_000 if what in ("build", "values") else 30_000))
    body = "\n".join("    " + line.strip() for line in BODIES[what].strip().splitlines())
    assert run(PROGRAM.format(body=body, n=n), timeout=600).startswith("flat")
