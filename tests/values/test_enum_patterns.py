"""Enumerations of a library are what Python makes of the same members."""

import enum
import types

import pytest
from gi import _enum

MEMBERS = [
    {"A": 0, "B": 1, "C": 2},
    {"A": 0, "B": 0, "C": 5},
    {"B": 2, "A": 1, "ALIAS": 2, "ZERO": 0, "BOTH": 3, "ALL": -1},
    {"ONE": 4},
    {"A": 1, "ALL": 15, "B": 2},
    {"HIGH": 1 << 31, "LOW": 1},
    {"SEVERAL": 3},
    {"LOWEST": -2147483648},
]


def described(value, cls):
    """A value of a class's namespace, such that it can be compared with that of another class."""
    if isinstance(value, cls):
        return "member", int(value), {**vars(value), "__objclass__": value.__objclass__ is cls}
    if isinstance(value, enum.property):
        return "redirect", value.name, value.clsname, described(getattr(value, "member", None), cls)
    if isinstance(value, list):
        return [described(item, cls) for item in value]
    if isinstance(value, dict):
        return [(key, described(item, cls)) for key, item in value.items()]
    if isinstance(value, (staticmethod, types.MethodType)):
        return value.__func__
    return value


@pytest.mark.skipif(not hasattr(enum, "_simple_enum"), reason="Python makes none in a simple way")
@pytest.mark.parametrize("members", MEMBERS, ids=" ".join)
@pytest.mark.parametrize("base", ["GEnum", "GFlags", "PlainEnum", "PlainFlags"])
def test_as_python_makes_them(base, members):
    base = getattr(_enum, base)
    more = {"__module__": "made", "__qualname__": "Made", "__gtype__": None}
    ours = _enum._of_pattern(base, "Made", members, more)
    pythons = enum._simple_enum(base)(type("Made", (), {**members, **more}))
    assert {name: described(value, ours) for name, value in vars(ours).items()} == {
        name: described(value, pythons) for name, value in vars(pythons).items()
    }
    assert type(ours) is type(pythons) and ours.__mro__[1:] == pythons.__mro__[1:]
    assert [repr(member) for member in ours] == [repr(member) for member in pythons]
    assert all(ours[name] is getattr(ours, name) is ours(value) for name, value in members.items())


@pytest.mark.skipif(not hasattr(enum, "_simple_enum"), reason="Python makes none in a simple way")
@pytest.mark.parametrize("name", ["name", "value", "real", "_A", "__A", ""])
def test_what_is_left_to_python(name):
    assert _enum._of_pattern(_enum.PlainEnum, "Made", {"A": 1, name: 2}, {"__module__": "made"}) is None
