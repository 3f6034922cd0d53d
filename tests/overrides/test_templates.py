"""Templates and builders: the same questions to gijit and PyGObject, and what only gijit is asked."""

import pathlib

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
#: What GTK has deprecated since, of what the questions use, warns in the process that asks first.
NEW = []


def test_templates_and_builders(gtk):
    assert not differences(PROGRAM, EXPECTED, before_3_52=OLD, since_3_52=NEW)
