"""Reads callables.tsv, the list of functions that anybody may call once, and finds them in `gi`.

How they are chosen is in pick_callables.py; what is measured with them is in cold.py and thousand.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

VERSIONS = {
    "Gdk": "4.0",
    "GdkPixbuf": "2.0",
    "Gio": "2.0",
    "GLib": "2.0",
    "GObject": "2.0",
    "Graphene": "1.0",
    "Gsk": "4.0",
    "Gtk": "4.0",
    "Pango": "1.0",
}


class Call(NamedTuple):
    """One function: the object to look its name up in, the name, the arguments, and the line that it came from."""

    owner: Any
    name: str
    arguments: tuple[Any, ...]
    source: str


def calls(namespaces: set[str] | None = None, wanted: int | None = None) -> Iterator[Call]:
    """The functions of the list whose owner is in `namespaces` (None: all), at most `wanted`; owners are made on the way.

    An owner that this machine lacks (another library version) is skipped with all its functions. A name or a method
    that is missing shows when the caller looks it up.
    """
    import gi

    lines = [
        line.split("\t")
        for line in (Path(__file__).parent / "callables.tsv").read_text().splitlines()
        if line[:1] != "#"
    ]
    scope: dict[str, Any] = {}
    for name, version in VERSIONS.items():
        if namespaces is None or name in namespaces:
            gi.require_version(name, version)
            scope[name] = getattr(__import__("gi.repository", fromlist=[name]), name)
    owners: dict[str, Any] = {}
    given = 0
    for owner, name, arguments in lines:
        if owner.split(".")[0] not in scope or given == wanted:
            continue
        if owner not in owners:
            try:
                owners[owner] = eval(owner, scope)
            except (AttributeError, TypeError, NotImplementedError):
                owners[owner] = None
        try:
            values = eval(arguments, scope)
        except (AttributeError, NameError):
            continue
        if owners[owner] is not None:
            given += 1
            yield Call(owners[owner], name, values, f"{owner}.{name}{arguments}")
