"""GDK: the same questions to gijit and PyGObject."""

import importlib.util
import os
import pathlib

import pycairo
import pytest
from asking import differences

PROGRAM = pathlib.Path(__file__).with_name("gdk_questions.py")

EXPECTED = {
    "3": [
        ("nothing deprecated is used to compare", "color eq", ".*Color.equal is deprecated.*", r".*True\), \[\]\)"),
        ("the warning is at the caller's line", "cursor of .*", ".*'overrides'.*", ".*'gdk_questions.py'.*"),
        ("a pointer to numbers is an address, no number", r"event \d+", ".*'axes': 0.0.*", ".*'axes': 0,.*"),
        ("no member is looked for in itself", r"event (set )?28", ".*RecursionError.*", "(?!.*RecursionError).*"),
    ],
    "4": [
        ("what makes them is no mistake", "files .*", ".*Passing arguments to gi.types.Boxed.*", ".*\\[\\]\\)"),
    ],
}
#: Only PyGObject before 3.52.
OLD = {
    "3": [
        ("members look different", "event repr .*|an_empty_event", ".*<enum GDK_.*", ".*<EventType.*"),
        ("members look different", "motion_member", ".*<flags GDK_.*", ".*<ModifierType.*"),
        ("enums come as texts now", "cursor of text", ".*Expected a Gdk.CursorType.*", ".*GdkX11.X11Cursor.*"),
        ("another text", r"event (repr |set )?30", "ValueError: invalid.*", "ValueError: 30 is not a valid EventType"),
    ],
    "4": [("colours of GDK 4 had nothing", "rgba.*", ".*", ".*")],
}


@pytest.fixture
def cairo(monkeypatch):
    """pycairo, for gijit too."""
    if importlib.util.find_spec("cairo") is None:
        folders = pycairo.folders()
        if not folders:
            pytest.skip("pycairo is not installed")
        monkeypatch.setenv("PYTHONPATH", *folders, prepend=os.pathsep)


def test_gdk(gtk, cairo):
    assert not differences(PROGRAM, EXPECTED[gtk], before_3_52=OLD[gtk])
