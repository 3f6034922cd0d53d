"""The containers of the cells on the Python side: how one is made of a family's values, how one is shown.

The texts are those that C shows, but for what only Python has: `b[…]` is a bytes object. Knows nothing of directions.
"""

from collections.abc import Mapping

from values import FAMILIES, WrongType, show

LISTS = (
    "fixed",
    "zero",
    "sized",
    "before",
    "shared",
    "garray",
    "owning_garray",
    "gptrarray",
    "owning_gptrarray",
    "glist",
    "gslist",
)
BYTES = ("fixed", "zero", "sized", "before", "shared", "garray", "owning_garray", "gbytearray")
HASHES = ("ghash_key", "ghash_value", "owning_ghash")


class Sequence:
    """A sequence by its methods alone."""

    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


class Mapped(Mapping):
    """A mapping by its methods alone."""

    def __init__(self, items):
        self.items_ = items

    def __len__(self):
        return len(self.items_)

    def __iter__(self):
        return iter(self.items_)

    def __getitem__(self, key):
        return self.items_[key]


def row(container, family, count, made):
    """A container of the first `count` of `made`."""
    if container in HASHES:
        if container == "ghash_key":
            numbers = [FAMILIES["int32"].make(i) for i in range(count)]
            return dict(zip(made[:count], numbers))
        return {FAMILIES["utf8"].make(i): made[i] for i in range(count)}
    return list(made[:count])


def make(cell, count, replace=None):
    """What is passed for a cell whose family has `count` values. `replace`: (index, value) put in the place of one.

    The index of a container of containers is that of the item in its second row.
    """
    family, outer, inner = cell["family"], cell["outer"], cell["inner"]
    made = [FAMILIES[family].make(i) for i in range(count)]
    if outer == "plain":
        return replace[1] if replace else made[0]
    if not inner:
        if replace:
            made[replace[0]] = replace[1]
        elif outer == "gbytearray":
            return bytes(made)
        return row(outer, family, count, made)
    rows = []
    for i in range(count):
        these = list(made)
        if replace and i == 1:
            these[replace[0]] = replace[1]
        rows.append(row(inner, family, i + 1, these))
    return row(outer, family, count, rows)


def show_list(texts, raw=False):
    return f"{'b' if raw else ''}[{', '.join(texts)}]"


def show_mapping(pairs):
    return "{" + ", ".join(sorted(f"{key}: {value}" for key, value in pairs)) + "}"


def shown(container, family, value, inner=""):
    """The text of what came out."""
    if container == "plain" or value is None:
        return show(family, value)

    def item(item):
        return shown(inner, family, item) if inner else show(family, item)

    if container in HASHES:
        if type(value) is not dict:
            raise WrongType(f"{type(value).__name__} for a mapping")
        if container == "ghash_key":
            return show_mapping((item(key), show("int32", number)) for key, number in value.items())
        return show_mapping((show("utf8", key), item(part)) for key, part in value.items())
    if type(value) is bytes:
        return show_list([str(byte) for byte in value], raw=True)
    if type(value) is not list:
        raise WrongType(f"{type(value).__name__} for a list")
    return show_list([item(part) for part in value])
