"""Enumerations whose members have names that Python would not take."""

import pytest
from gi import _enum
from gi.repository import Gio, GLib, GObject


@pytest.mark.parametrize("is_flags", [False, True])
@pytest.mark.parametrize("plain", [False, True])
def test_a_member_without_a_name(monkeypatch, is_flags, plain):
    # As before Python 3.11, and as it is now.
    if plain:
        monkeypatch.setattr(_enum, "_simple_enum", None)
    made = _enum.make("Made", "made", [("ONE", 1), ("", 4), ("TWO", 2), ("ONE", 8)], is_flags, None)
    assert made(4).name == "" and made(4) == 4 and made(4) is made(4)
    assert made.ONE == 1 and made(2) is made.TWO
    assert isinstance(made(4), made)
    assert made.__name__ == "Made" and made.__module__ == "made"


def test_members_are_attributes_of_each_other():
    """In all versions of Python but 3.11 they are so without us."""

    class Colour(GObject.GEnum):
        red = 0
        blue = 1

    assert GLib.UnicodeType.CONTROL.FORMAT is GLib.UnicodeType.FORMAT
    assert Gio.ApplicationFlags.IS_SERVICE.IS_LAUNCHER is Gio.ApplicationFlags.IS_LAUNCHER
    assert Colour.red.blue is Colour.blue
    assert not hasattr(GLib.UnicodeType.CONTROL, "NOTHING_OF_IT")
    with pytest.raises(AttributeError, match="NOTHING_OF_IT"):
        print(GLib.UnicodeType.CONTROL.NOTHING_OF_IT)
