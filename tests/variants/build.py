"""Questions: `GLib.Variant` of Python data, good and bad."""

from asking import Questions
from gi.repository import GLib

V = GLib.Variant
ask = Questions()


class MyInt(int):
    pass


class Index:
    def __index__(self):
        return 7


class Iterable:
    def __iter__(self):
        return iter([1, 2])


class Mapping:
    def keys(self):
        return ["a"]

    def items(self):
        return [("a", 1)]

    def __getitem__(self, key):
        return 1

    def __iter__(self):
        return iter(["a"])

    def __len__(self):
        return 1


class Sequence:
    def __len__(self):
        return 2

    def __getitem__(self, i):
        if i > 1:
            raise IndexError
        return i


class Reversed(dict):
    def items(self):
        return reversed(list(super().items()))


def variant():
    return V.new_int32(3)


NUMBERS = [0, 1, -1, 127, 128, 255, 256, -129, 32767, 32768, 65536, 2**31 - 1, 2**31, 2**32, 2**63, 2**64, -(2**63) - 1]
OTHERS = [1.9, True, None, "1", "a", "", "é", b"a", b"", [], MyInt(5), 1e400]
CASES = [(leaf, thing) for leaf in "ynqiuxthd" for thing in NUMBERS + OTHERS]
CASES += [("b", thing) for thing in (0, 5, None, "x", "", [], [0])]
CASES += [(text, thing) for text in "sog" for thing in ("x", "/a", "a", "ai", "(", "", "a\0b", "é€", 5, b"x", None)]
CASES += [("v", thing) for thing in (5, "x", None, [])]
CASES += [
    ("()", ()),
    ("()", None),
    ("()", (1,)),
    ("()", []),
    ("()", 5),
    ("(i)", (1,)),
    ("(i)", [1]),
    ("(i)", 1),
    ("(i)", ("x",)),
    ("(ii)", (1,)),
    ("(ii)", (1, 2, 3)),
    ("(ii)", [1, 2]),
    ("(ii)", "ab"),
    ("(ss)", "ab"),
    ("(ss)", {"a": 1, "b": 2}),
    ("(is)", (1, 2)),
    ("(s)", "hello"),
    ("((i)s)", ((1,), "a")),
    ("((si)(ub))", (("hello", -1), (42, True))),
    ("ai", []),
    ("ai", [1, 2]),
    ("ai", (1, 2)),
    ("ai", None),
    ("ai", 5),
    ("ai", "ab"),
    ("ai", b"ab"),
    ("ai", {1: 2}),
    ("ai", range(3)),
    ("ai", [1, "x"]),
    ("ai", [None]),
    ("ai", [2**31]),
    ("ab", [1, 0, "", None]),
    ("an", [-1, 2]),
    ("aq", [1, 65535]),
    ("au", [1]),
    ("ax", [-1]),
    ("at", [2**64 - 1]),
    ("ah", [1]),
    ("ad", [1, 1.5]),
    ("as", ["a", "b"]),
    ("as", "ab"),
    ("as", ["a", 1]),
    ("as", None),
    ("as", {"a": 1}),
    ("aai", [[1], [2, 3]]),
    ("aai", [[]]),
    ("aai", [1]),
    ("ay", b"abc"),
    ("ay", b""),
    ("ay", bytearray(b"abc")),
    ("ay", memoryview(b"abc")[::2]),
    ("ay", [1, 2]),
    ("ay", [256]),
    ("ay", None),
    ("ay", 5),
    ("a{si}", {}),
    ("a{si}", {"a": 1}),
    ("a{si}", {"a": 1, "b": 2}),
    ("a{si}", Reversed({"a": 1, "b": 2})),
    ("a{si}", None),
    ("a{si}", [("a", 1)]),
    ("a{si}", [["a", 1]]),
    ("a{si}", [("a",)]),
    ("a{si}", [("a", 1, 2)]),
    ("a{si}", ["ab"]),
    ("a{si}", ["abc"]),
    ("a{si}", [5]),
    ("a{si}", 5),
    ("a{si}", {"a": "x"}),
    ("a{si}", {1: 2}),
    ("a{sv}", {"a": 1}),
    ("a{sv}", {"a": None}),
    ("a{is}", {1: "a"}),
    ("a{sa{sv}}", {"a": None}),
    ("{si}", ("a", 1)),
    ("{si}", {"a": 1}),
    ("{si}", ["a", 1]),
    ("{si}", ("a",)),
    ("mi", None),
    ("mi", 5),
    ("mi", "x"),
    ("ms", None),
    ("ms", "x"),
    ("mai", []),
    ("mai", None),
    ("m()", ()),
    ("mmi", None),
    ("mmi", 5),
    ("mv", None),
    ("ami", [None, 1]),
    ("m(is)", (1, "a")),
    ("m(is)", None),
    ("ma{si}", {"a": 1}),
    ("m{si}", ("a", 1)),
    ("(a(ii))", ([(5, 6)],)),
    ("(ia{sa{sb}}s)", (1, {"a": {"a1": True}, "c": {}}, "foo")),
]
FORMATS = (
    "Q|(ii|(ii))|a{si|a{si}}|a{iii}|a{vi}|a{(i)i}|a|m|ii|i5|as*|*|?|&s|@i|^as|)|}|(i|{i}|{si|i |é|(é)|a{sé}|(*)|a*|m*"
).split("|")


def made(form, thing):
    variant = V(form, thing)
    return variant.print_(True), variant.format_string, variant.get_type_string()


for form, thing in CASES:
    key = f"{form} {type(thing).__name__} {thing!r}".encode("unicode_escape").decode().partition(" at 0x")[0]
    ask(key, lambda form=form, thing=thing: made(form, thing))
for name, thing in {
    "an index": Index(),
    "a variant": variant(),
    "an iterable": Iterable(),
    "a mapping": Mapping(),
    "a sequence": Sequence(),
    "half a character": "\udc80",
}.items():
    for form in ("i", "s", "ai", "(ii)", "a{si}", "v", "as", "d"):
        ask(f"{form} of {name}", lambda form=form, thing=thing: made(form, thing))
for form in ("ai", "(ii)", "a{si}"):
    ask(f"{form} of an iterator", lambda form=form: made(form, iter([1, 2])))
ask("a{sv}", lambda: made("a{sv}", {"a": variant(), "b": V("as", ["x"])}))
ask("nested a{sv}", lambda: made("a{sa{sv}}", {"a": {"b": V.new_string("c")}}))
ask("v of v", lambda: made("v", V("v", variant())))
for form in FORMATS:
    ask(f"format {form.encode('unicode_escape').decode()}", lambda form=form: made(form, 1))
for form in (None, 5, b"i", "", "i\0", "a" * 130 + "i"):
    ask(f"format {form!r}", lambda form=form: made(form, 1))
ask("no arguments", lambda: V())
ask("one argument", lambda: V("i"))
ask("three arguments", lambda: V("i", 1, 2))
ask("keywords", lambda: V(format_string="i", value=5))
ask("a keyword", lambda: V("i", value=5))
ask("an unknown keyword", lambda: V("i", val=5))
ask("new_tuple()", lambda: V.new_tuple())
ask("new_tuple(variants)", lambda: V.new_tuple(V("i", 1), V("s", "a")))
ask("new_tuple(number)", lambda: V.new_tuple(5))
ask("new_tuple(list)", lambda: V.new_tuple([V("i", 1)]))

ask.answer()
