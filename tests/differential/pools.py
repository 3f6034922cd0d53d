"""The values that arguments are tried with: for each family ordinary, extreme and wrong ones, as Python expressions.

Knows the families alone. An expression is evaluated by the driver, in the names that its `names` module gives it.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    """One value for one argument.

    `runs` says whether C may be reached with it. Where PyGObject before 3.58 takes another form of the same value,
    `older` is that form; where it takes none and the newer refuses too, `refused` is the newer's (type, message).
    """

    spec: str
    runs: bool = True
    older: str | None = None
    refused: tuple[str, str] | None = None


def wrong(spec, **kwargs):
    return Value(spec, runs=False, **kwargs)


INTEGER_RANGES = {
    f"{'' if signed else 'u'}int{bits}": (-(1 << bits - 1) if signed else 0, (1 << bits - signed) - 1)
    for bits in (8, 16, 32, 64)
    for signed in (0, 1)
}

NUMBERS = {*INTEGER_RANGES, "float", "double"}

NOT_A_NUMBER = [
    wrong("'x'"),
    wrong("b'ab'"),
    wrong("[]"),
    wrong("{}"),
    wrong("object()"),
    wrong("int"),
    wrong("1j"),
    wrong("Named()"),
]
NOT_AN_INTEGER = ("TypeError", "expected int argument")
NOT_ONE_CHARACTER = ("TypeError", "Must be a single character")


def out_of_range(value, family):
    low, high = INTEGER_RANGES[family]
    return ("OverflowError", f"{value} not in range {low} to {high}")


def member_too_large(value):
    """PyGObject 3.58 has no way for an unregistered member that a signed 32-bit integer does not hold."""
    return ("OverflowError", f"Value {value} is not in integer range") if value > 2**31 - 1 else None


def integers(family):
    low, high = INTEGER_RANGES[family]
    values = [
        Value("1"),
        Value("0"),
        Value("5"),
        Value(str(high)),
        Value(str(high - 1)),
        Value("True"),
        Value("3.7"),
        Value("Index(7)"),
        Value("Whole(7)"),
    ]
    values += [Value(str(low)), Value(str(low + 1)), Value("-1")] if low < 0 else [wrong("-1")]
    values += [wrong(str(v)) for v in (high + 1, low - 1, 2**64, -(2**64), 2**70, 10**40)]
    values += [wrong("float('nan')"), wrong("float('inf')"), wrong("1e300"), wrong("None"), wrong("Raises()")]
    if family in ("int8", "uint8"):
        values += [Value("b'a'"), Value("'a'", older="b'a'")]
        values += [wrong(s, refused=NOT_ONE_CHARACTER) for s in ("'ab'", "''", "'é'")]
        values += [wrong("b''"), wrong("b'ab'")]
        return values + [v for v in NOT_A_NUMBER if not v.spec.startswith(("'", "b'"))]
    return values + NOT_A_NUMBER


def floats(family):
    values = [
        Value(v)
        for v in (
            "0.5",
            "0.0",
            "-0.0",
            "1",
            "-1",
            "True",
            "1.1",
            "float('inf')",
            "float('-inf')",
            "float('nan')",
            "5e-324",
            "Float(2.5)",
            "Index(7)",
        )
    ]
    values += [Value("3.4028234663852886e+38"), Value("1e-46")]
    extreme = [Value("1.7976931348623157e+308"), Value("-1.7976931348623157e+308"), Value(str(2**1000))]
    if family == "float":
        extreme = [wrong(v.spec) for v in extreme] + [wrong("3.5e38"), wrong("-1e39")]
    values += extreme
    return values + [wrong(str(2**1024)), wrong("None"), wrong("Raises()"), *NOT_A_NUMBER]


BOOLEANS = [Value(v) for v in ("True", "False", "0", "5", "'x'", "''", "[]", "None", "object()", "0.0")] + [
    wrong("Raises()")
]

CHARACTERS = [Value(v) for v in ("'a'", "'é'", "'€'", "'😀'", "'\\x00'", "'\\U0010ffff'", "'\\ud800'", "Text('b')")]
CHARACTERS += [wrong(v) for v in ("''", "'ab'", "'é😀'", "5", "None", "b'a'", "[]", "object()")]

GTYPES = [
    Value(v)
    for v in (
        "GObject.Object",
        "'gint'",
        "'void'",
        "int",
        "str",
        "float",
        "bool",
        "GijitFixtures.Colour",
        "GijitFixtures.Box",
        "GijitFixtures.Named",
        "GObject.type_from_name('gchararray')",
    )
]
GTYPES += [
    wrong(v)
    for v in ("'NoSuchType'", "GObject.TYPE_INVALID", "5", "None", "object()", "Named()", "1.5", "b'gint'", "[]")
]

NOT_TEXT = [wrong(v) for v in ("5", "b'abc'", "None", "['a']", "object()", "1.5", "True", "Named()", "str")]
TEXTS = [
    Value(v)
    for v in (
        "'abc'",
        "''",
        "'é€😀'",
        "'a\\x00b'",
        "'x' * 1000",
        "Text('sub')",
        "'const ♥ utf8'",
        "'%s%n'",
        "' 12 '",
        "'\\n'",
    )
]
TEXTS += [wrong("'\\ud800'"), *NOT_TEXT]

NOT_A_NAME = "expected str, bytes or os.PathLike object, not {}"
NAMES = [
    Value(v)
    for v in (
        "'file.txt'",
        "''",
        "'missing-é'",
        "'/missing/€😀'",
        "b'file.txt'",
        "b'\\xff'",
        "'\\udcff'",
        "Text('sub')",
        "'x' * 300",
    )
]
NAMES += [Value("Path('folder')", older="'folder'")]
NAMES += [wrong(v) for v in ("'a\\x00b'", "b'a\\x00b'", "'\\ud800'", "None")]
NAMES += [
    wrong(v, refused=("TypeError", NOT_A_NAME.format(t)))
    for v, t in (
        ("5", "int"),
        ("['a']", "list"),
        ("object()", "object"),
        ("1.5", "float"),
        ("Named()", "Named"),
        ("str", "type"),
    )
]

NOT_AN_OBJECT = [wrong(v) for v in ("5", "'x'", "object()", "[]", "1.5", "int", "Named()", "GijitFixtures.Colour.RED")]


def enums(type_, members):
    """Of an enumeration: `members` are its (name, value, nick) in order."""
    path, registered = type_.path, type_.gtype is not None
    values = [
        Value(f"{path}.{name}", refused=None if registered else member_too_large(value))
        for name, value, _ in pick(members, 4)
    ]
    known = {value for _, value, _ in members}
    values += [
        Value(str(value), refused=out_of_range(value, "int32") if value > 2**31 - 1 else None)
        for _, value, _ in pick(members, 2)
    ] + [Value(f"{members[0][1]}.25")]
    unknown = next(v for v in range(12345, 99999) if v not in known)
    values += [wrong(str(unknown))] + [
        wrong(str(v), refused=out_of_range(v, "int32")) for v in (2**31, 2**40, -(2**40)) if v not in known
    ]
    other = (
        wrong("GijitFixtures.Access.READ")
        if 1 not in known
        else wrong("GijitFixtures.Access.LAST_BIT", refused=out_of_range(2**31, "int32"))
    )
    not_an_enum = ("TypeError", "enum values must be strings or ints")
    values += [wrong("None"), other, wrong("Raises()", refused=NOT_AN_INTEGER)]
    values += [wrong(v, refused=not_an_enum) for v in ("b''", "[]", "object()", "Named()")]
    if registered:
        name, _, nick = members[0]
        values += [
            Value(repr(nick), older=f"{path}.{name}"),
            wrong("'no such nick'", refused=("TypeError", "could not convert string")),
        ]
    else:
        values += [
            wrong(
                "'x'",
                refused=(
                    "TypeError",
                    "could not convert string to enum because there is no GType associated to look up the value",
                ),
            )
        ]
    return values


def flags(type_, members):
    path, registered = type_.path, type_.gtype is not None
    names = [name for name, value, _ in members if value]
    values = [Value(f"{path}.{name}") for name, _, _ in pick(members, 3)]
    if len(names) > 1:
        values += [Value(f"{path}.{names[0]} | {path}.{names[1]}")]
    values += [Value(f"{path}(0)")]
    values += [Value(str(v), older=f"{path}({v})") for v in (0, 1, 3)]
    not_flags = ("TypeError", "flag values must be strings, ints, longs, or tuples")
    values += [wrong("None"), wrong("Raises()", refused=NOT_AN_INTEGER)]
    values += [wrong(v, refused=not_flags) for v in ("b''", "object()", "Named()")]
    values += [wrong(str(v), refused=out_of_range(v, "uint32")) for v in (-1, 2**32, -(2**40))]
    if registered:
        name, _, nick = members[0]
        values += [Value(repr(nick), older=f"{path}.{name}"), Value(f"({nick!r},)", older=f"{path}.{name}")]
        values += [wrong("'no such nick'", refused=("TypeError", "could not convert string"))]
    return values


def pick(items, count):
    """At most `count` items: the first ones and the last."""
    return items if len(items) <= count else [*items[: count - 1], items[-1]]


def scalar(family):
    if family in INTEGER_RANGES:
        return integers(family)
    return {
        "float": floats("float"),
        "double": floats("double"),
        "boolean": BOOLEANS,
        "unichar": CHARACTERS,
        "gtype": GTYPES,
        "utf8": TEXTS,
        "filename": NAMES,
    }[family]


# What the functions of GIMarshallingTests look for, which end the process when they find something else.
TESTED = {
    "int32": "-1, 0, 1, 2",
    "uint32": "0, 1, 2, 3",
    "int16": "-1, 0, 1, 2",
    "int64": "-1, 0, 1, 2",
    "uint64": "0, 1, 2, 3",
    "utf8": "'0', '1', '2'",
    "filename": "'0', '1', '2'",
}
TESTED_TABLES = {
    "int32": "{-1: 1, 0: 0, 1: -1, 2: -2}",
    "utf8": "{'-1': '1', '0': '0', '1': '-1', '2': '-2'}",
}


def container(type_, items, path=""):
    """The spec of a container with two of each item, or as many as the type has; `items` are their specs."""
    family = type_.items[0].family
    if path.startswith(("GIMarshallingTests.", "Regress.")):
        if type_.family == "ghash":
            return TESTED_TABLES.get(family, "{}")
        if family in TESTED and type_.fixed in (None, 4):
            return f"[{TESTED[family]}]"
    if type_.family == "ghash":
        return f"{{{items[0]}: {items[1]}}}"
    if type_.family == "array" and family == "uint8" and type_.fixed is None:
        return "b'some bytes'"
    return f"[{', '.join([items[0]] * (type_.fixed or 2))}]"


def containers(type_, items, path):
    usual = container(type_, items, path)
    if type_.family == "ghash":
        odd = "{object(): " + items[1] + "}", "{" + items[0] + ": object()}"
        return [Value(usual), Value("{}"), *(wrong(v) for v in ("5", "None", "object()", *odd))]
    values = [Value(usual), Value(f"list({usual})"), Value(f"tuple({usual})")]
    if type_.fixed is None:
        values += [Value("[]"), Value(f"list({usual}) * 50")]
    values += [wrong(v) for v in ("5", "None", "object()", "1.5", "Named()")]
    if type_.items[0].family != "boolean":
        # One that does not fit, also behind others that do: these must be given back.
        for spec in ("[object()]", f"[*{usual}, object()]") if type_.fixed is None else ():
            refused = None
            if type_.items[0].family == "filename":
                number = spec.count(",")
                refused = ("TypeError", f"Item {number}: {NOT_A_NAME.format('object')}")
            values.append(wrong(spec, refused=refused))
        # Where items are addresses, None is one.
        values.append(Value(f"[*{usual}, None]"))
    return values


# An integer of such a name says how much memory there is or where in it to look: only small values are safe for C.
SIZES = re.compile(
    r"len|length|size|count|^n_|^n$|num|pos|offset|index|start|end|bytes|max|end$|n_|reserved|column|line|id$|tag|fd|handle|depth|level|times|interval|timeout|usec|sec|priority|port|pid|tail"
)

# What an argument of such a name is tried with first, so that the call has a chance to succeed.
ORDINARY = {
    "utf8": [
        (r"charset|codeset|encoding", "'UTF-8'"),
        (r"object_path", "'/org/example/Object'"),
        (r"interface", "'org.example.Interface'"),
        (r"(bus|well_known|unique)_?name", "'org.example.Name'"),
        (r"uri", "'https://user@example.org:8080/path?query=1#part'"),
        (r"mime|content_type|^type$", "'text/plain'"),
        (r"type_string|signature", "'as'"),
        (r"attribute", "'standard::name'"),
        (r"locale", "'C'"),
        (r"property", "'name'"),
        (r"signal", "'notify'"),
        (r"scheme", "'https'"),
        (r"host|address", "'127.0.0.1'"),
        (r"group", "'group'"),
        (r"^key", "'key'"),
        (r"format", "'%Y-%m-%d'"),
        (r"identifier", "'UTC'"),
        (r"path", "'/a/b'"),
        (r"action", "'app.action'"),
        (r"file|dir", "'file.txt'"),
        (r"application_id|app_id", "'org.example.App'"),
        (r"version", "'1.0'"),
    ],
    "filename": [(r"dir|folder", "'folder'")],
    "int32": [
        (r"year", "2024"),
        (r"month", "2"),
        (r"day|hour|minute|second", "3"),
        (r"len|length|n_bytes|^n$", "-1"),
        (r"fd", "-1"),
        (r"port", "80"),
    ],
    "int64": [(r"len|length|size|^n$|tail", "-1")],
    "uint16": [(r"year", "2024"), (r"port", "80")],
    "uint32": [(r"day", "3"), (r"base", "10")],
    "uint8": [(r"day", "3")],
}


# For functions that end the process unless they get just this: by path and argument.
DEMANDED = [
    (
        r"GIMarshallingTests\..*(utf8_none_in|utf8_none_inout|utf8_full_inout|utf8_inout)|Regress\.test_utf8_(const_in|inout)",
        r".*",
        "'const ♥ utf8'",
    ),
    (r"Regress\.test_utf8_null_in", r".*", "None"),
    (r"GIMarshallingTests\.gtype_(in|inout)", r".*", "'void'"),
    (r"GIMarshallingTests\.gtype_string_in", r".*", "str"),
    (r"GIMarshallingTests\.time_t_.*", r".*", "1234567890"),
    (r"GIMarshallingTests\.int_(one|two)_in_utf8_two_in.*", r"a", "1"),
    (r"GIMarshallingTests\.int_two_in_utf8_two_in.*", r"b", "2"),
    (r"GIMarshallingTests\.int_two_in_utf8_two_in.*", r"c", "'3'"),
    (r"GIMarshallingTests\.int_two_in_utf8_two_in.*", r"d", "'4'"),
    (r"GIMarshallingTests\.int_one_in_utf8_two_in.*", r"b", "'2'"),
    (r"GIMarshallingTests\.int_one_in_utf8_two_in.*", r"c", "'3'"),
    (r"GIMarshallingTests\.gbytes_none_in", r".*", "GIMarshallingTests.gbytes_full_return()"),
    (r"GIMarshallingTests\.(.*_in_true|.*_inout_true_false)", r".*", "True"),
    (r"GIMarshallingTests\.(.*_in_false|.*_inout_false_true)", r".*", "False"),
]


def ordinary(argument, path=""):
    """The spec of the value that stands for an argument of the callable at `path` while another is varied."""
    family = argument.type.family
    for pattern, name, spec in DEMANDED:
        if re.fullmatch(pattern, path) and re.fullmatch(name, argument.name):
            return spec
    for pattern, spec in ORDINARY.get(family, ()):
        if re.search(pattern, argument.name):
            return spec
    return scalar(family)[0].spec


def careful(argument):
    """Whether C must see only small values of an argument."""
    return argument.type.family in INTEGER_RANGES and bool(SIZES.search(argument.name))


def zero(family):
    """What C gets for an optional argument that was left out."""
    if family in ("array", "glist", "gslist", "ghash"):
        return "None"
    return {"utf8": "None", "filename": "None", "float": "0.0", "double": "0.0", "unichar": "'\\x00'"}.get(family, "0")
