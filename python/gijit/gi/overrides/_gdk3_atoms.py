"""Atoms of GDK 3, and those that C has macros for."""

from ..module import get_introspection_module
from . import override
from ._lazy import ATOMS

Gdk = get_introspection_module("Gdk")


@override
class Atom(Gdk.Atom):
    """The name of a selection, target or property, interned: equal names are the same atom."""

    __module__ = "gi.overrides.Gdk"

    def __str__(self):
        return self.name() or f"Gdk.Atom<{hash(self)}>"

    def __repr__(self):
        return f'Gdk.Atom.intern("{self.name()}", False)' if self.name() else f"<Gdk.Atom({hash(self)})>"


__all__ = ["Atom", *ATOMS]  # noqa: PLE0604 - they are texts
globals().update({name: Gdk.Atom.intern(text, False) for name, text in ATOMS.items()})
