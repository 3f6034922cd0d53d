"""What Python adds to Gio, but for lists."""

import pathlib

from asking import differences

HERE = pathlib.Path(__file__).parent

ASKS = (
    "PyGObject itself asks Gio for what is deprecated",
    "settings/(get/'text'|set/text/'x')",
    r"(.*) \| DeprecationWarning: ",
    ".*",
)

#: What came to PyGObject after 3.50.
LATER = [
    (
        "names of actions were taken for texts",
        "actions/a number as name",
        "tuple.*",
        "TypeError: Must be string, not int",
    ),
    ("applications had the method of C", "actions/application", "TypeError: Item 0.*", "NoneType None"),
    (
        "connections could be made by calling their class",
        "direct/DBusConnection(/derived)?",
        "(str .*)",
        r"str .* \| PyGIWarning: ",
    ),
    (
        "the address of an explanation",
        "settings/make/.*",
        ".*wiki.gnome.org/PyGObject/.*",
        ".*wiki.gnome.org/Projects/PyGObject/.*",
    ),
    ("files could not be divided", "file/.*", "(TypeError: unsupported operand|AttributeError: 'PosixPath').*", ".*"),
]


def test_gio_as_in_pygobject():
    assert not differences(HERE / "gio_questions.py", [ASKS], before_3_52=LATER)


ANY_FORMAT = (
    "PyGObject's message for a format has its parts apart",
    r"call/(Zero/\(''|One/\('\(zz\)).*",
    r"TypeError: \(.Invalid GVariant format string '%s'.*",
    "TypeError: Invalid GVariant format string '.*'",
)

LATER_ON_THE_BUS = [
    ("messages say less of the namespace", "register/a keyword", "TypeError: Gio.*", "TypeError: DBus.*"),
    (
        "the message could not show a tuple",
        r"call/Zero/\(\(\),\)",
        ".*not enough arguments.*",
        ".*signature string: .*",
    ),
    ("flags are refused in other words", "call/flags/wrong", "TypeError: Expected a.*", "TypeError: could not.*"),
    ("keywords that mean nothing were ignored", "call/signature as keyword", "NoneType None", "TypeError: .*"),
    ("a handler that is None counted as one", "call/no handler", "NoneType None", "int 6"),
]


def test_dbus_as_in_pygobject():
    assert not differences(HERE / "dbus_questions.py", [ANY_FORMAT], before_3_52=LATER_ON_THE_BUS)
