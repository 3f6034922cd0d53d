"""Questions: everything that can be done with a variant."""

import copy
import pickle

from asking import Questions
from gi.repository import GLib

V = GLib.Variant
ask = Questions()

VARIANTS = [
    ("i", 5),
    ("y", 7),
    ("b", True),
    ("h", 3),
    ("d", 1.5),
    ("s", "héllo"),
    ("s", ""),
    ("o", "/a"),
    ("g", "ai"),
    ("g", ""),
    ("v", V("i", 5)),
    ("v", V("v", V("s", "x"))),
    ("()", ()),
    ("(i)", (1,)),
    ("(is)", (1, "a")),
    ("ai", []),
    ("ai", [1, 2, 3]),
    ("as", ["a", "b"]),
    ("ay", b"ab"),
    ("a{si}", {}),
    ("a{si}", {"a": 1, "b": 2}),
    ("a{is}", {1: "a"}),
    ("a{sv}", {"a": V("i", 5)}),
    ("{si}", ("a", 1)),
    ("mi", None),
    ("mi", 5),
    ("mi", 0),
    ("mai", []),
    ("mai", [1]),
    ("m()", ()),
    ("mmi", 5),
    ("ms", "abc"),
    ("ami", [None, 1]),
    ("a(is)", [(1, "a")]),
    ("x", -5),
    ("t", 5),
    ("q", 1),
    ("n", 0),
    ("a{s(ib)}", {"a": (1, True)}),
    ("ma{si}", {"a": 1}),
    ("mv", V("i", 3)),
    ("a{oi}", {"/a": 1}),
    ("v", V("a{si}", {"a": 1})),
    ("a{ia{si}}", {1: {"a": 2}}),
    ("ab", [True, False]),
    ("an", [-1]),
    ("aq", [1]),
    ("au", [2**32 - 1]),
    ("ax", [-(2**63)]),
    ("at", [2**64 - 1]),
    ("ad", [1.5]),
    ("ah", [1]),
]
USES = {
    "unpack": lambda v: v.unpack(),
    "len": len,
    "bool": bool,
    "str": str,
    "repr": repr,
    "keys": lambda v: v.keys(),
    "[0]": lambda v: v[0],
    "[-1]": lambda v: v[-1],
    "[9]": lambda v: v[9],
    "[-9]": lambda v: v[-9],
    "['a']": lambda v: v["a"],
    "['zz']": lambda v: v["zz"],
    "[None]": lambda v: v[None],
    "[1.0]": lambda v: v[1.0],
    "[True]": lambda v: v[True],
    "[0:2]": lambda v: v[0:2],
    "list": list,
    "in": lambda v: 1 in v,
    "'a' in": lambda v: "a" in v,
    "get_string": lambda v: v.get_string(),
    "hash": lambda v: hash(v) == hash((v.get_type_string(), v.unpack())),
    "iter": lambda v: type(iter(v)).__name__,
    "format_string": lambda v: v.format_string,
    "dict": lambda v: dict(v),
    "__nonzero__": lambda v: v.__nonzero__(),
    "reversed": lambda v: list(reversed(v)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": pickle.dumps,
    "same": lambda v: (v == v.get_normal_form(), v != v.get_normal_form()),
    "unpack what was parsed": lambda v: V.parse(v.get_type(), v.print_(True), None, None).unpack(),
    "unpack what was stored": lambda v: V.new_from_bytes(v.get_type(), v.get_data_as_bytes(), False).unpack(),
}
for form, thing in VARIANTS:
    variant = V(form, thing)
    for name, use in USES.items():
        key = f"{form} {variant.print_(False)} {name}".encode("unicode_escape").decode()
        ask(key, lambda variant=variant, use=use: use(variant))

five = V.new_int32(5)
ask("format of a constructor's", lambda: five.format_string)
ask("repr of a constructor's", lambda: repr(five))
ask("a child", lambda: V("(is)", (1, "a")).get_child_value(1))
ask("an attribute", lambda: (setattr(five, "foo", 5), five.foo))
for name, other in {
    "a number": 5,
    "a str": "5",
    "None": None,
    "another type": V("x", 5),
    "another value": V("i", 6),
    "the same": V("i", 5),
}.items():
    ask(f"equal to {name}", lambda other=other: (five == other, five != other, other == five))
ask("less than a number", lambda: five < 5)
ask("in a set", lambda: V("s", "a") in {V("s", "a"), V("s", "b")})
for signature in (
    "()|s|as|(s)|(iso)|(s(ss)i(ii))|(s(ss)iaiaasa(ii))|(a{iv}(ii)((ss)a{s(ss)}))||{si}|a{si}|ss|(|((|(mi)|(ami)|(ma{si}i)"
    "|(i|(i))|(é)|(z)"
).split("|"):
    key = signature.encode("unicode_escape").decode()
    ask(f"split_signature {key}", lambda signature=signature: V.split_signature(signature))
ask("split_signature of an instance", lambda: five.split_signature("(ii)"))


class Derived(V):
    def __init__(self, *args):
        raise AssertionError("not reached")


ask("derived", lambda: type(Derived("i", 5)) is V)
ask("derived, constructor", lambda: Derived.new_int32(5))
ask("isinstance", lambda: (isinstance(five, V), type(five) is V, type(V("v", five).get_variant()) is V))
ask("new_array", lambda: V.new_array(None, [five]))
ask("new_dict_entry", lambda: V.new_dict_entry(V("s", "a"), five))
ask("new_maybe", lambda: V.new_maybe(None, five))
ask("new_strv", lambda: V.new_strv(["a", "b"]).get_strv())
ask("new_bytestring", lambda: V.new_bytestring(b"foo").get_bytestring())
ask("lookup_value", lambda: V("a{sv}", {"a": five}).lookup_value("a", None))
ask("VariantDict", lambda: GLib.VariantDict.new(V("a{sv}", {"a": five})).lookup_value("a", None))
ask("parse", lambda: V.parse(None, "[1, 2]", None, None))
ask("parse error", lambda: V.parse(None, "abc", None, None))

# ---- GLib.Error and GLib.Bytes ----

E = GLib.Error
QUARK = GLib.quark_from_string("d")


def told(**fields):
    error = E()
    for name, thing in fields.items():
        if thing is ...:
            delattr(error, name)
        else:
            setattr(error, name, thing)
    return V.parse_error_print_context(error, "abc")


ask("Error()", lambda: (E().message, E().domain, E().code, str(E()), repr(E()), E().args))
ask("Error of three", lambda: (str(E("m", "d", 5)), repr(E("m", "d", 5)), E("m", "d", 5).args))
ask("Error of four", lambda: E("m", "d", 5, 6))
ask("Error by keywords", lambda: E(message="m", domain="d", code=3))
ask("Error by an unknown keyword", lambda: E(foo=1))
ask("Error.copy", lambda: E("m", "d", 5).copy())
ask("Error copied", lambda: (copy.copy(E("m", "d", 5)), copy.deepcopy(E("m", "d", 5))))
ask("Error pickled", lambda: pickle.loads(pickle.dumps(E("m", "d", 5))))
ask("Error.matches", lambda: [E("m", "d", 5).matches(*w) for w in [(QUARK, 5), (QUARK, 6), (0, 5), (QUARK, "5")]])
ask("Error.matches other", lambda: [E("m", "d", 5).matches(*w) for w in [(QUARK, 5.0), (-1, 5), (2**40, 5), (None, 5)]])
ask("Error with a quark", lambda: (E(domain=42, code=24).matches(42, 24), E(domain=42, code=24).matches("d", 24)))
ask("Error.new_literal", lambda: E.new_literal(QUARK, "m", 5))
ask("Error.new_literal of a name", lambda: E.new_literal("d", "m", 5))
ask("Error as a class", lambda: (E.__name__, E.__qualname__, E.__module__, E.__gtype__.name, GLib.GError is E))
ask("Error in vain", lambda: E("m", "d", 5) == E("m", "d", 5))
ask("no Error", lambda: V.parse_error_print_context(42, "abc"))
ask("None for an Error", lambda: V.parse_error_print_context(None, "abc"))
for fields in (
    {"message": 42},
    {"message": ...},
    {"message": b"x"},
    {"message": "\udc80"},
    {"domain": 42},
    {"domain": ...},
    {"domain": 1},
    {"code": "x"},
    {"code": ...},
    {"code": None},
    {"code": 2**40},
    {"code": 1.5},
    {"code": -1},
    {"code": True},
):
    ask(f"Error with {fields}".replace("\udc80", "half a character"), lambda fields=fields: told(**fields))
ask("Error raised", lambda: GLib.file_get_contents("/nonexistent/file"))

B = GLib.Bytes
for name, things in {
    "nothing": [],
    "bytes": [b"ab"],
    "no bytes": [b""],
    "None": [None],
    "bytearray": [bytearray(b"ab")],
    "memoryview": [memoryview(b"abcd")[::2]],
    "list": [[1, 2]],
    "str": ["ab"],
    "number": [5],
    "two": [b"a", b"b"],
}.items():
    if things:
        ask(f"Bytes of {name}", lambda things=things: B(*things).get_data())
    ask(f"Bytes.new of {name}", lambda things=things: B.new(*things or [None]).get_data())
ask("Bytes by keyword", lambda: B(data=b"a").get_data())
ask("Bytes and len", lambda: len(B(b"a")))
ask("Bytes and bytes", lambda: bytes(B(b"a")))
ask("Bytes are equal", lambda: (B(b"a") == B(b"a"), B(b"a").equal(B(b"a")), B(b"a").compare(B(b"b"))))
ask("Bytes as data", lambda: (B(b"ab").unref_to_data(), B(b"ab").unref_to_array(), B(b"abc").get_size()))
ask("Bytes of other Bytes", lambda: B.new_from_bytes(B(b"abc"), 1, 2).get_data())
ask("Bytes.new_take", lambda: B.new_take(b"ab").get_data())

ask.answer()
