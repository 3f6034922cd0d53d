"""Templates and builders: the same questions to gijit and PyGObject, and what only gijit is asked."""

import pathlib
import sys

from asking import differences

PROGRAM = pathlib.Path(__file__).with_name("template_questions.py")

#: Better than PyGObject, or the same to whoever does not look inside.
EXPECTED = [
    (
        "objects have no attribute for a method",
        "child_is_in_the_dictionary",
        ".*init_template.*",
        r".*__', 'button'\].*",
    ),
    ("a template without anything says so", "no_string", ".*AssertionError.*", ".*TypeError.*"),
]
#: Only PyGObject before 3.52.
OLD = [
    ("members look different", ".*swapped.*", ".*<flags G_CONNECT_SWAPPED.*", ".*<ConnectFlags.SWAPPED: 2>.*"),
    ("the error was in the error", ".*from an empty tuple", ".*not enough arguments.*", ".*tuple can not be empty.*"),
    ("it tried twice", "subclass", ".*(Inheritance.*){2}", r".*\[[^,]*\]\)"),
]
#: Only a newer one.
NEW = [("a main loop asks nobody for asyncio's policy", "a_factory.*", ".*DeprecationWarning.*", r".*\], \[\]\)")]


def test_templates_and_builders(gtk):
    # Python warns of it since 3.14.
    new = NEW if gtk == "4" and sys.version_info >= (3, 14) else []
    assert not differences(PROGRAM, EXPECTED, before_3_52=OLD, since_3_52=new)
