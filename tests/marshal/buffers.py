"""Objects with the buffer protocol, of every format that Python itself or NumPy can make, and what is in them.

`CASES` are (name, function that makes the object, its items as Python has them). Knows nothing of C arrays.
"""

import array
import ctypes
import struct

INTEGERS = [0, 1, 7, 100]
CASES = []


def case(name, make, items):
    CASES.append((name, make, list(items)))


def view(code, items, shape=None):
    """A memoryview of one of the formats of `struct`."""
    raw = struct.pack(f"{len(items)}{code}", *items)
    whole = memoryview(raw).cast("B")
    return whole.cast(code, shape) if shape else whole.cast(code)


def limits(code):
    """The least and the greatest number of an integer format."""
    bits = 8 * struct.calcsize(code)
    return (0, 2**bits - 1) if code.isupper() else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


for code in "bBhHiIlLqQ":
    low, high = limits(code)
    for items in (INTEGERS, [1, low, 7], [1, high, 7], []):
        case(f"array {code} {items}", lambda c=code, i=items: array.array(c, i), items)
    case(f"array {code} [200]", lambda c=code: array.array(c, [min(200, limits(c)[1])]), [min(200, high)])
case("array i of members", lambda: array.array("i", [5, -3]), [5, -3])
case("array q of members", lambda: array.array("q", [5, 5, -3]), [5, 5, -3])
for code in "fd":
    for items in ([0.5, -1.25, 3.0], [2.0, 300.0, -70000.0], [1.5, 3e9, 1e20], [float("inf")], [float("nan")]):
        # As the format holds it.
        items = list(array.array(code, items))
        case(f"array {code} {items}", lambda c=code, i=items: array.array(c, i), items)
case("array d beyond gfloat", lambda: array.array("d", [1.0, 1e300]), [1.0, 1e300])

for code in "bBhHiIlLqQnNP":
    low, high = limits("Q" if code in "NP" else "q" if code == "n" else code)
    for items in (INTEGERS, [high]):
        case(f"memoryview {code} {items}", lambda c=code, i=items: view(c, i), items)
for code in "fd":
    case(f"memoryview {code}", lambda c=code: view(c, [0.5, 7.0]), [0.5, 7.0])
# What is not 0 is true, whatever byte it is.
case("memoryview ?", lambda: memoryview(bytes([0, 1, 5])).cast("?"), [False, True, True])
case("memoryview c", lambda: memoryview(b"a\0\xff").cast("c"), [b"a", b"\0", b"\xff"])
case("memoryview c, one", lambda: memoryview(b"a").cast("c"), [b"a"])

for name, raw in (("few", b"\1\7\144"), ("high", b"\0\x7f\xff"), ("one", b"\5"), ("none", b"")):
    case(f"bytes, {name}", lambda r=raw: r, raw)
    case(f"bytearray, {name}", lambda r=raw: bytearray(r), raw)
    case(f"read-only memoryview, {name}", lambda r=raw: memoryview(bytearray(r)).toreadonly(), raw)

for ctype in "byte ubyte short ushort int uint long ulong longlong ulonglong float double".split():
    make = getattr(ctypes, f"c_{ctype}")
    case(
        f"ctypes {ctype}",
        lambda m=make: (m * 3)(1, 7, 100),
        [1.0, 7.0, 100.0] if "f" in ctype or "d" in ctype else [1, 7, 100],
    )
case("ctypes bool", lambda: (ctypes.c_bool * 2)(True, False), [True, False])
case("ctypes char", lambda: (ctypes.c_char * 2)(b"a", b"\xff"), [b"a", b"\xff"])
for ctype in "short ushort int uint longlong ulonglong float double".split():
    for order in ("__ctype_be__", "__ctype_le__"):
        make = getattr(getattr(ctypes, f"c_{ctype}"), order)
        items = [1.5, -7.0, 100.0] if ctype in ("float", "double") else [1, 7, 100]
        case(f"ctypes {ctype} {order}", lambda m=make, i=items: (m * 3)(*i), items)

for code, step in (("i", 2), ("i", -1), ("q", 2), ("q", -2), ("B", 3), ("d", -1), ("H", 2)):
    items = [1, 2, 7, 3, 100, 4]
    spread = [float(item) for item in items[::step]] if code == "d" else items[::step]
    case(
        f"every {step} of {code}", lambda c=code, s=step: memoryview(array.array(c, [1, 2, 7, 3, 100, 4]))[::s], spread
    )

try:
    import numpy
except ModuleNotFoundError:
    numpy = None


def numbers_of_numpy():
    for dtype in "i1 u1 i2 u2 i4 u4 i8 u8 >i2 >u2 >i4 >u4 >i8 >u8 <i4 <u8".split():
        bits = 8 * int(dtype[-1])
        for items in (INTEGERS, [1, 2 ** (bits - 1) - 1], [1, 2**bits - 1 if "u" in dtype else -(2 ** (bits - 1))]):
            case(f"numpy {dtype} {items}", lambda d=dtype, i=items: numpy.array(i, dtype=d), items)
    for dtype in "f2 f4 f8 >f2 >f4 >f8 g".split():
        for items in (
            [0.5, -1.25, 100.0],
            [0.0, 7.0],
            [float("inf")],
            [float("nan")],
            [6.103515625e-05, 5.960464477539063e-08],
        ):
            case(f"numpy {dtype} {items}", lambda d=dtype, i=items: numpy.array(i, dtype=d), items)
    case("numpy bool", lambda: numpy.array([True, False]), [True, False])
    case("numpy objects", lambda: numpy.array([1, 7, 100], dtype="O"), [1, 7, 100])
    case("numpy, spread", lambda: numpy.array([1, 2, 7, 3, 100, 4])[::2], [1, 7, 100])
    case("numpy, backwards", lambda: numpy.array([100, 7, 1], dtype="u2")[::-1], [1, 7, 100])
    case("numpy, of Fortran", lambda: numpy.array([100, 7, 1], dtype="f4", order="F"), [100.0, 7.0, 1.0])


if numpy:
    numbers_of_numpy()
#: More than one dimension: flat and in C order, which PyGObject refuses.
FLAT = [
    (f"{code} of 2 x 3", lambda c=code: view(c, [1, 2, 7, 3, 100, 4], [2, 3]), [1, 2, 7, 3, 100, 4])
    for code in "bBhHiIqQ"
]
if numpy:
    for dtype in ("u1", "i4", "i8", ">i4"):
        FLAT.append((f"numpy {dtype}", lambda d=dtype: numpy.array([[1, 2], [7, 3]], dtype=d), [1, 2, 7, 3]))
        FLAT.append((f"numpy {dtype}, turned", lambda d=dtype: numpy.array([[1, 2], [7, 3]], dtype=d).T, [1, 7, 2, 3]))

#: What no array of numbers takes.
NONE = [
    ("structs", lambda: (type("Pair", (ctypes.Structure,), {"_fields_": [("a", ctypes.c_int)]}) * 2)()),
    ("no dimension", lambda: memoryview(ctypes.c_int32(5))),
]
if numpy:
    NONE += [
        ("times", lambda: numpy.array(["2020-01-01"], dtype="M8[D]").astype("O")),
        ("records", lambda: numpy.zeros(2, dtype=[("a", "i4")])),
        ("no dimension of numpy", lambda: numpy.array(5)),
    ]
