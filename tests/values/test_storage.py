"""Enumerations and flags are as wide as C stores them, wherever a value crosses.

PyGObject reads the storage as well, but loses upper bits and refuses what is no member, so the right answers are C's.
"""

import pathlib

import pytest
from asking import ask
from storage import WIDTHS

HERE = pathlib.Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def answers():
    return ask(HERE / "storage.py", peer=False)


def expected(width, family):
    """What C says of a number of this width; the text of a `repr`, or the beginning of an error."""
    size = int(width.removeprefix("u").removeprefix("int"))
    name = f"{width.capitalize()}{family.capitalize()}"
    is_signed = family == "enum" and width.startswith("int")
    least, most = (-(1 << size - 1), (1 << size - 1) - 1) if is_signed else (0, (1 << size) - 1)
    some = [0, WIDTHS[width][1]] if family == "enum" else [1, 64]

    def bytes_of(value, behind):
        """Eight bytes that begin with the number, little-endian."""
        mask = (1 << size) - 1
        return behind & ~mask & (1 << 64) - 1 | value & mask

    field = [number for value in some for number in (value, bytes_of(value, -1))]
    right = {
        "members": f"list {some}",
        "classes": "list [True, True]",
        "inout": f"list {[value | 1 for value in some]}",
        "least": f"int {least}",
        "most": f"int {most}",
        "middle": f"int {1 << size - 2}",
        "array in": "int 0",
        "array out": "list [0, 64]",
        "callback": f"list {some}",
        "callback's result": f"list {some}",
        "field": f"list {field}",
    }
    if family == "flags":
        right["any bits"] = f"int {most}"
        right["too wide"] = f"OverflowError: {most + 1} not in range 0 to {most}"
    else:
        right["no member"] = f"TypeError: Expected a GijitStorage.{name}, but got int"
        # As in PyGObject, an enumeration that is as wide as a C int holds C ints.
        low, high = (-(1 << 31), (1 << 31) - 1) if size == 32 else (least, most)
        right["too wide"] = f"OverflowError: {1 << 70} not in range {low} to {high}"
    return {f"{width} {family} {key}": answer for key, answer in right.items()}


@pytest.mark.parametrize("family", ["enum", "flags"])
@pytest.mark.parametrize("width", WIDTHS)
def test_members_are_as_wide_as_their_storage(answers, width, family):
    start = f"{width} {family} "
    assert {key: answer for key, answer in answers.items() if key.startswith(start)} == expected(width, family)
