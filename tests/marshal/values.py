"""The values of every type family on the Python side: how one is made, how one is shown, what is wrong for it.

`show` gives the text that C shows for the same value, and refuses a value of any other type. Runs under any ``gi``;
knows nothing of containers, directions or cells.
"""

import os
import re

import gi

for namespace in ("GijitFixtures", "GijitCells", "GijitCallbacks"):
    gi.require_version(namespace, "1.0")
from gi.repository import GijitCallbacks, GijitCells, GLib, GObject  # noqa: E402
from gi.repository import GijitFixtures as F  # noqa: E402

__all__ = ["FAMILIES", "GijitCallbacks", "GijitCells", "WrongType", "show"]
C = GijitCells
GType = type(GObject.Object.__gtype__)
INTEGERS = {
    f"{'' if signed else 'u'}int{bits}": (-(1 << bits - 1) if signed else 0, (1 << bits - signed) - 1)
    for bits in (8, 16, 32, 64)
    for signed in (0, 1)
}
DOMAIN = "gijit-cells-error-quark"


class WrongType(Exception):
    """A value came out as something else than its family's type."""


def typed(value, *types):
    if type(value) not in types:
        raise WrongType(f"{type(value).__module__}.{type(value).__name__}: {value!r}")
    return value


class Odd:
    """Nothing that any family takes."""

    def __repr__(self):
        return "<odd>"


class Untrue:
    def __bool__(self):
        raise ZeroDivisionError("no truth in it")


def thing(number):
    made = F.Thing.new()
    made.set_number(number)
    return made


def point(number):
    made = F.Point()
    made.x, made.y = number, number * 10
    return made


def plain(number):
    made = F.Plain()
    made.number = number
    return made


def either(number):
    made = F.Either()
    made.integer = number
    return made


def error(number):
    return GLib.Error(f"message {number}", DOMAIN, number)


def spoilt_error():
    made = error(1)
    made.message = 5
    return made


def show_value(value):
    if isinstance(value, F.Thing):
        return f"GijitFixturesThing {value.get_number()}"
    return {int: "gint", str: "gchararray"}[type(typed(value, int, str))] + f" {value}"


def show_error(value):
    text = typed(value, GLib.Error).message
    whole = value.domain == DOMAIN and text == f"message {value.code}"
    return text if whole else f"{text} ({value.domain}, {value.code})"


def address(value):
    """Where a struct lies, by its repr."""
    return int(re.search(r" at 0x([0-9a-f]+)\)>", repr(value))[1], 16)


def show_class(value):
    return f"class {C.class_name(address(value))}"


class Family:
    """`make(index)` and `show(value)`; `wrong`: names and makers of values that it does not take."""

    def __init__(self, make, show, **wrong):
        self.make, self.show = make, show
        self.wrong = {name: maker if callable(maker) else (lambda v=maker: v) for name, maker in wrong.items()}


def of(values, show, **wrong):
    """A family whose values need no making."""
    return Family(lambda index: values[index], show, **wrong)


def integer(name):
    least, most = INTEGERS[name]
    return of(
        [least if least else 1, 7, most],
        lambda value: str(typed(value, int)),
        text="xy",
        odd=Odd,
        items=list,
        above=most + 1,
        below=least - 1,
        huge=10**30,
        infinite=float("inf"),
    )


OTHERS = {
    "boolean": of([True, False], lambda v: str(typed(v, bool)), untrue=Untrue),
    "float": of(
        [0.5, -1.25, 3e38], lambda v: format(typed(v, float), ".6g"), text="x", odd=Odd, above=1e39, huge=10**400
    ),
    "double": of([0.5, -1.25, 1e308], lambda v: format(typed(v, float), ".12g"), text="x", odd=Odd, huge=10**400),
    "unichar": of(
        ["a", "€", "😀"], lambda v: f"U+{ord(typed(v, str) or chr(0)):X}", number=5, two="ab", raw=b"a", odd=Odd
    ),
    "gtype": of(
        [GObject.TYPE_INT, F.Thing.__gtype__, GObject.TYPE_STRING],
        lambda v: typed(v, GType).name,
        number=5,
        unknown="NoSuchType",
        odd=Odd,
    ),
    "enum": of(
        [F.Colour.GREEN, F.Colour.DARK_BLUE],
        lambda v: str(int(typed(v, F.Colour))),
        number=12345,
        unknown="no such colour",
        odd=Odd,
        other=lambda: F.PlainEnum.TWO,
    ),
    "flags": of(
        [F.Access.READ, F.Access.READ_WRITE, F.Access.LAST_BIT],
        lambda v: str(int(typed(v, F.Access))),
        unknown="no such access",
        odd=Odd,
        huge=2**40,
    ),
    "plain_enum": of(
        [F.PlainEnum.ONE, F.PlainEnum.MINUS_ONE, F.PlainEnum.TWO],
        lambda v: str(int(typed(v, F.PlainEnum))),
        number=12345,
        text="one",
        odd=Odd,
    ),
    "plain_flags": of(
        [F.PlainFlags.FIRST, F.PlainFlags.SECOND | F.PlainFlags.THIRD, F.PlainFlags.THIRD],
        lambda v: str(int(typed(v, F.PlainFlags))),
        text="first",
        odd=Odd,
        huge=2**40,
    ),
    "utf8": of(["one", "zwölf", "drei €"], lambda v: typed(v, str), number=5, raw=b"raw", surrogate="\ud800", odd=Odd),
    "filename": of(
        ["plain", "grün", os.fsdecode(b"raw\xff")],
        lambda v: "".join(chr(b) if 32 <= b < 127 else f"\\{b:03o}" for b in os.fsencode(typed(v, str))),
        number=5,
        nul="a\0b",
        odd=Odd,
    ),
    "object": Family(
        lambda i: thing(i + 1),
        lambda v: f"Thing {typed(v, F.Thing).get_number()}",
        number=5,
        odd=Odd,
        other=lambda: F.Floater.new(),
        type=lambda: F.Thing,
        bare=lambda: F.Thing.__new__(F.Thing),
    ),
    "interface": Family(
        lambda i: F.Thing.new_with_name(str(i + 1)),
        lambda v: f"name {typed(v, F.Thing).get_name()}",
        number=5,
        odd=Odd,
        other=lambda: F.Floater.new(),
    ),
    "fundamental": Family(
        lambda i: F.Fundamental.new(i + 1),
        lambda v: f"Fundamental {typed(v, F.Fundamental).get_number()}",
        number=5,
        odd=Odd,
        other=lambda: thing(1),
    ),
    "param_spec": Family(
        C.make_param_spec,
        lambda v: typed(v, GObject.ParamSpecInt if hasattr(GObject, "ParamSpecInt") else GObject.ParamSpec).name,
        number=5,
        odd=Odd,
        other=lambda: thing(1),
    ),
    "boxed": Family(
        lambda i: F.Box.new(i + 1),
        lambda v: f"Box {typed(v, F.Box).get_number()}",
        number=5,
        odd=Odd,
        other=lambda: point(1),
    ),
    "point": Family(
        lambda i: point(i + 1),
        lambda v: f"({typed(v, F.Point).x:g}, {v.y:g})",
        number=5,
        odd=Odd,
        other=lambda: F.Box.new(1),
    ),
    "boxed_union": Family(
        lambda i: F.BoxedUnion.new(i + 1),
        lambda v: f"union {typed(v, F.BoxedUnion).get_integer()}",
        number=5,
        odd=Odd,
        other=lambda: F.Box.new(1),
    ),
    "struct": Family(
        lambda i: plain(i + 1),
        lambda v: f"Plain {typed(v, F.Plain).number}",
        number=5,
        odd=Odd,
        other=lambda: F.Box.new(1),
    ),
    "union": Family(
        lambda i: either(i + 1),
        lambda v: f"either {typed(v, F.Either).integer}",
        number=5,
        odd=Odd,
        other=lambda: F.Box.new(1),
    ),
    "opaque": Family(
        C.Handle.get,
        lambda v: f"handle {typed(v, C.Handle).get_number()}",
        number=5,
        odd=Odd,
        other=lambda: F.Box.new(1),
    ),
    "disguised": Family(
        C.Atom.get,
        lambda v: f"atom {typed(v, C.Atom).get_number()}",
        number=5,
        odd=Odd,
        other=lambda: F.Box.new(1),
    ),
    "value": Family(lambda i: [5, "text", thing(2)][i], show_value, huge=2**40),
    "variant": Family(
        lambda i: [
            lambda: GLib.Variant.new_int32(5),
            lambda: GLib.Variant.new_string("text"),
            lambda: GLib.Variant.new_uint32(7),
        ][i](),
        lambda v: typed(v, GLib.Variant).print_(True),
        number=5,
        text="text",
        odd=Odd,
        other=lambda: point(1),
    ),
    "error": Family(
        lambda i: error(i + 1), show_error, number=5, odd=Odd, other=lambda: ValueError("x"), spoilt=spoilt_error
    ),
    "closure": Family(
        lambda i: lambda: i + 1,
        lambda v: f"closure {C.run_closure(typed(v, GObject.Closure))}",
        number=5,
        text="x",
        odd=Odd,
    ),
    "type_class": Family(
        lambda i: C.fixed_type_class_return_none()[i],
        lambda v: show_class(typed(v, GObject.TypeClass)),
        number=5,
        odd=Odd,
    ),
    "class_struct": Family(
        lambda i: [F.Thing, F.SpecialThing][i],
        lambda v: show_class(typed(v, F.ThingClass)),
        number=5,
        odd=Odd,
        plain=lambda: int,
    ),
    "bytes": Family(
        lambda i: GLib.Bytes.new([b"a", b"bc", b"def"][i]),
        lambda v: f"bytes {typed(v, GLib.Bytes).get_data().decode()}",
        number=5,
        raw=b"abc",
        odd=Odd,
    ),
    "pointer": of(
        [0x10, 0x7FFFFFFFFFFF, 0x20],
        lambda v: hex(typed(v, int)) if v else "0",
        text="x",
        broken=1.5,
        odd=Odd,
        huge=2**70,
    ),
    "callback": Family(
        lambda i: lambda value: value * 10 + i + 1, lambda v: f"function {v(0)}", number=5, text="x", odd=Odd
    ),
}

FAMILIES = {**{name: integer(name) for name in INTEGERS}, **OTHERS}
for name in ("point", "boxed_union", "struct", "union", "value"):
    FAMILIES[f"{name}_flat"] = FAMILIES[name]


def show(family, value):
    """The text of one value; None by itself is what C calls NULL."""
    return "None" if value is None else FAMILIES[family].show(value)
