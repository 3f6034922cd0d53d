"""Fundamental types of which no typelib says how their instances are referred to: by the values of their type, or not
at all. None of them is taken for a GObject."""

import gc

import gi
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import GObject


@pytest.fixture(autouse=True)
def _all_given_back():
    F.Token.get_shared()
    gc.collect()
    before = F.alive(F.Kind.FUNDAMENTAL)
    yield
    gc.collect()
    assert F.alive(F.Kind.FUNDAMENTAL) == before


def test_an_instance_that_c_gives():
    tokens = [F.Token.new(i) for i in range(5)]
    assert [token.get_number() for token in tokens] == list(range(5))
    assert [token.get_refs() for token in tokens] == [1] * 5
    assert isinstance(tokens[0], F.Token)
    assert not isinstance(tokens[0], GObject.Object)


def test_an_instance_that_c_lends():
    for _ in range(3000):
        shared = F.Token.get_shared()
    assert (shared.get_number(), shared.get_refs()) == (44, 2)
    again = F.Token.get_shared()
    assert again == shared
    assert shared.get_refs() == 3
    del again
    gc.collect()
    assert shared.get_refs() == 2


def test_an_instance_that_c_takes():
    token = F.Token.new(5)
    for _ in range(3000):
        assert token.consume() == 2
    assert token.get_refs() == 1


def test_a_type_that_is_not_described():
    token = F.Token.new_special(7)
    assert token.get_number() == 7
    assert isinstance(token, F.Token)
    assert type(token) is not F.Token
    assert token.consume() == 2
    assert token.get_refs() == 1


def test_an_instance_that_python_makes():
    token = F.Token()
    assert (token.get_number(), token.get_refs()) == (0, 1)


def test_values_hold_it():
    token = F.Token.new(3)
    value = GObject.Value(F.Token, token)
    assert token.get_refs() == 2
    assert value.get_value() == token
    del value
    gc.collect()
    assert token.get_refs() == 1


def test_a_type_without_references():
    stamps = [F.Stamp.get(i) for i in range(4)]
    assert [stamp.get_number() for stamp in stamps] == [0, 1, 2, 3]
    assert not isinstance(stamps[0], GObject.Object)
    for _ in range(3000):
        assert F.Stamp.get(2) == stamps[2]
    del stamps
    gc.collect()
    assert F.Stamp.get(2).get_number() == 2


INFOS = """import gi
gi.require_version("GIRepository", "3.0")
from gi.repository import GIRepository
repository = GIRepository.Repository.dup_default()
repository.require("Gio", "2.0", 0)
for namespace, name in (("Gio", "File"), ("GLib", "MAXINT8"), ("GLib", "Date")) * 50:
    info = repository.find_by_name(namespace, name)
print(type(info).__name__, info.get_name())
"""


def test_the_infos_of_girepository(run):
    """Twenty classes of which the typelib names no functions."""
    if "3.0" not in gi.Repository.get_default().enumerate_versions("GIRepository"):
        pytest.skip("GLib is older")
    printed = run(INFOS)
    assert printed.split() == ["StructInfo", "Date"]
