"""What Python adds to GDK."""

from ..module import get_introspection_module
from . import override
from ._lazy import ATOMS

__all__ = []

Gdk = get_introspection_module("Gdk")

if Gdk._version == "3.0":

    @override
    class Atom(Gdk.Atom):
        """The name of a selection, target or property, interned: equal names are the same atom."""

        def __str__(self):
            return self.name() or "NONE"

        def __repr__(self):
            return f'Gdk.Atom.intern("{self.name()}", False)' if self.name() else "<Gdk.Atom NONE>"

    __all__ += ["Atom", *ATOMS]  # noqa: PLE0604 - they are texts
    globals().update({name: Gdk.Atom.intern(text, False) for name, text in ATOMS.items()})
