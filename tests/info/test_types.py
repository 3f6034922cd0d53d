"""What a type is has one answer: the table of types, converters, cells, libffi, thunks and GObject agree on every type
that a typelib mentions.
"""

import ctypes

import gi
import pytest
from gi._gi import _typed

NAMESPACES = [
    ("GijitFixtures", "1.0"),
    ("GijitHandlers", "1.0"),
    ("Regress", "1.0"),
    ("GIMarshallingTests", "1.0"),
    ("GLib", "2.0"),
    ("GObject", "2.0"),
    ("Gio", "2.0"),
    ("cairo", "1.0"),
]

#: FFI_TYPE_*: of a number, by its size and whether it has a sign. Anything else is a pointer.
FFI_POINTER = 14
FFI_NUMBERS = {
    ("I", 1): 6,
    ("U", 1): 5,
    ("I", 2): 8,
    ("U", 2): 7,
    ("I", 4): 10,
    ("U", 4): 9,
    ("I", 8): 12,
    ("U", 8): 11,
    ("F", 4): 2,
    ("F", 8): 3,
}
#: Kinds whose names do not say what C has.
C_NUMBERS = {"Bool": ("I", 4), "Unichar": ("U", 4), "GType": ("U", 8)}

#: The conversions of what a class in Python stands for.
WITH_CLASS = {"Member", "Object", "Record", "Foreign", "Class", "Value", "Closure", "Variant"}

#: What its owner has of a value of each conversion.
OWNED = {
    "Scalar": {"Nothing"},
    "Member": {"Nothing"},
    "Pointer": {"Nothing"},
    "Callback": {"Nothing"},
    "Class": {"Nothing"},
    "Utf8": {"Memory"},
    "Filename": {"Memory"},
    "Object": {"Reference"},
    "Closure": {"Reference"},
    "Variant": {"Reference"},
    "Record": {"Copy", "Shared", "Nothing", "Reference"},
    "Foreign": {"Copy"},
    "Value": {"Copy"},
    "Error": {"Copy"},
    "Array": {"Items"},
    "List": {"Items"},
    "Hash": {"Items"},
}

#: What GObject calls the values of each conversion.
VALUES = {
    "Pointer": {"gpointer"},
    "Utf8": {"gchararray"},
    "Filename": {"gchararray"},
    "Member": {"GEnum", "GFlags"},
    "Object": {"GObject", "GInterface"},
    "Record": {"GBoxed", "gpointer"},
    "Foreign": {"GBoxed"},
    "Class": {"gpointer"},
    "Value": {"GBoxed"},
    "Closure": {"GBoxed"},
    "Variant": {"GVariant"},
    "Error": {"GBoxed"},
    "Array": {"GBoxed", "gpointer"},
    "List": {"gpointer"},
    "Hash": {"GBoxed"},
    "Callback": {"gpointer"},
}
NUMBERS = {
    "Bool": "gboolean",
    "I8": "gchar",
    "U8": "guchar",
    "I16": None,
    "U16": None,
    "I32": "gint",
    "U32": "guint",
    "I64": "gint64",
    "U64": "guint64",
    "F32": "gfloat",
    "F64": "gdouble",
    "Unichar": "guint",
    "GType": "gpointer",
}


def callables(namespace, version):
    """Infos of all functions, methods, virtual functions, callbacks and signals."""
    repository = gi.Repository.get_default()
    repository.require(namespace, version)
    for info in repository.get_infos(namespace):
        if isinstance(info, gi._gi.CallableInfo):
            yield info
        for list_of in ("get_methods", "get_vfuncs", "get_signals"):
            if hasattr(info, list_of):
                yield from getattr(info, list_of)()


def number(passed):
    """The kind in `Number(I32)`, and how C has it: sign and size."""
    kind = passed.removeprefix("Number(").removesuffix(")")
    return kind, C_NUMBERS.get(kind) or (kind[0], int(kind[1:]) // 8)


def problems(fact):
    """What does not fit in the answers about one type."""
    passed, conversion = fact["passed"], fact["conversion"]
    pointer = ctypes.sizeof(ctypes.c_void_p)
    if passed.startswith("Number"):
        kind, (sign, size) = number(passed)
        yield "size", fact["size"] == size
        yield "libffi", (fact["libffi's type"], fact["libffi's size"]) == (FFI_NUMBERS[sign, size], size)
        yield "inline", fact["inline size"] == 0
        yield "pointer", not fact["is pointer"]
        yield "kind", fact["kind"] is None or fact["kind"][1:] == (size, False)
        if conversion == "Scalar":
            yield "value", fact["value"] == NUMBERS[kind]
        else:
            yield "conversion", conversion == "Member"
    elif passed.startswith("Bytes"):
        size = int(passed.removeprefix("Bytes(").removesuffix(")"))
        yield "size", fact["size"] == size
        yield "inline", fact["inline size"] == max(size, 1) or (size == 0 and conversion == "Foreign")
        yield "pointer", not fact["is pointer"]
        yield "class", fact["named"] is not None and fact["named"][1] == size
        yield "kind", fact["kind"] is None or fact["kind"][2]
    elif passed == "Address":
        yield "size", fact["size"] == pointer
        yield "libffi", (fact["libffi's type"], fact["libffi's size"]) == (FFI_POINTER, pointer)
        yield "inline", fact["inline size"] == 0
        yield "pointer", fact["is pointer"]
        yield "kind", fact["kind"] is None or fact["kind"][1] == pointer
    else:
        yield "nothing", passed == "Nothing" and fact["size"] == 0 and fact["kind"] is None
        return
    # Of cairo's bytes the wrapping binding knows the size, and the typelib not.
    if not (conversion == "Foreign" and fact["size"] == 0):
        yield "converter", (fact["converter"], fact["converter's size"]) == (passed, fact["size"])
    yield "converter's pointer", fact["converter is pointer"] == fact["is pointer"]
    yield "cell", fact["cell"] == fact["named"]
    yield "class", (fact["named"] is not None) == (conversion in WITH_CLASS)
    yield "owner", fact["owned"] in OWNED.get(conversion, {"Nothing"})
    yield "plain", fact["is plain"] == passed.startswith("Number")
    if fact["owned"] == "Shared":
        # Python has C's own.
        yield "lent", fact["may lend"] == (passed == "Address")
    if conversion in VALUES:
        yield "value", fact["value"] in VALUES[conversion]


@pytest.mark.parametrize(("namespace", "version"), NAMESPACES, ids=[name for name, _ in NAMESPACES])
def test_all_parts_agree_on_what_a_type_is(namespace, version):
    wrong, seen = {}, 0
    for info in callables(namespace, version):
        for fact in _typed(info):
            seen += 1
            for what, fits in problems(fact):
                if not fits:
                    wrong.setdefault(f"{fact['type']}: {what}", fact)
    assert seen > 100 or namespace == "cairo"
    assert wrong == {}


def test_every_conversion_is_seen():
    """The walk meets all families."""
    seen = set()
    for namespace, version in NAMESPACES:
        for info in callables(namespace, version):
            seen.update(fact["conversion"] for fact in _typed(info))
    assert seen - {entry for entry in seen if entry.startswith("Unknown")} == {*VALUES, "Scalar"}
