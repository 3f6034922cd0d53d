"""GValues and ParamSpecs are PyGObject's."""

import pathlib
import sys

import pytest
from asking import differences, unexplained
from gi.repository import Gio, GObject

HERE = pathlib.Path(__file__).resolve().parent

SILENT = "PyGObject fails without an exception"
#: A member as text: from Python 3.11 on it is its number.
MEMBER = r"str '\d'" if sys.version_info >= (3, 11) else r"str '(FileType|ApplicationFlags)\.[A-Z_|]+'"
EXPECTED = {
    "matrix.py": [
        (SILENT, ".* GStrv .*", "SystemError: .*", "TypeError: Must be a list or tuple of strings, not .*"),
        (SILENT, ".* GValueArray half a character", "SystemError: .*", "UnicodeEncodeError: .*"),
        (SILENT, ".* GValueArray variant", "SystemError: .*", "TypeError: .* does not have a length"),
        ("PyGObject prints it in decimal", "generic gpointer capsule", "GPointer .* 0x4096>", "GPointer .* 0x1000>"),
        (
            "our set_value calls no deprecated function",
            "Value gchar .*",
            "(.*) \\| DeprecationWarning: ",
            "int 1|TypeError: .*",
        ),
    ],
    "interface.py": [],
}
#: What has changed in PyGObject between the oldest peer and the version that gijit is.
BEFORE_3_52 = {
    "matrix.py": [
        ("any number is an enumeration's", ".* GFileType .*", "TypeError: enum values must be.*", ".*"),
        ("a number that no member has is plain", "generic GFileType .*", r"FileType -?\d+", r"int -?\d+"),
        ("flags may be any number", ".* GApplicationFlags .*", "TypeError: flag values must be.*", ".*"),
        ("no crash", ".* GValue .*", "crash", ".*"),
        ("one character is a byte", "Value gu?char .*", "TypeError: Must be number, not .*[sS]tr", ".*"),
        ("members are numbers", "Value gchararray (enum|flags)", "TypeError: .*<(enum|flags) .*", "TypeError: .*"),
        ("members are numbers", "generic gchararray (enum|flags)", "str '<.*", MEMBER),
    ],
    "interface.py": [
        ("the Python class", "(enum|flags) (enum|flags)_class", "(Enum|Flags)Class .*", "G(Enum|Flags)Meta .*"),
    ],
}


@pytest.mark.parametrize("program", sorted(EXPECTED))
def test_every_answer_is_that_of_pygobject(program):
    assert not differences(HERE / program, EXPECTED[program], before_3_52=BEFORE_3_52[program])


def test_another_answer_is_a_difference():
    ours = {str(i): "int 5" for i in range(30)}
    theirs = {**ours, "3": "int 6", "4": "crash"}
    different, idle = unexplained(ours, theirs, [("why", "4", "crash", "int 5"), ("stale", "5", ".*", ".*")])
    assert len(different) == 1 and different[0].startswith("3\n")
    assert [entry[0] for entry in idle] == ["stale"]


@pytest.mark.parametrize("ty", [GObject.TYPE_NONE, GObject.TYPE_INTERFACE, Gio.File, GObject.TypePlugin])
def test_a_type_that_no_value_can_have(ty):
    """GObject would only complain. Of an interface there are values only where it says what implements it."""
    if ty is Gio.File:
        assert GObject.Value(ty).get_value() is None
        return
    for args in ((ty,), (ty, None), (ty, 1)):
        with pytest.raises(TypeError, match="Invalid type"):
            GObject.Value(*args)
