"""Which names the override modules of this package change or add, so that they can wait until one is asked for.

A module that stands here must list the same names in its ``__all__``; the tests compare.
"""

_SELECTIONS = ("PRIMARY", "SECONDARY", "CLIPBOARD")
_SELECTION_TYPES = ("ATOM", "BITMAP", "COLORMAP", "DRAWABLE", "INTEGER", "PIXMAP", "STRING", "WINDOW")
_TARGETS = ("BITMAP", "COLORMAP", "DRAWABLE", "PIXMAP", "STRING")

#: Names of GDK 3's well-known atoms → their texts. Macros of C that no typelib has.
ATOMS = {
    **{f"SELECTION_{name}": name for name in _SELECTIONS},
    **{f"SELECTION_TYPE_{name}": name for name in _SELECTION_TYPES},
    **{f"TARGET_{name}": name for name in _TARGETS},
}

#: By namespace, or by namespace and version where versions differ.
NAMES = {
    "GIMarshallingTests": frozenset({"OVERRIDES_CONSTANT", "OverridesObject", "OverridesStruct"}),
    "GLib": frozenset({"IO_ERR", "IO_HUP", "IO_IN", "IO_NVAL", "IO_OUT", "IO_PRI"}),
    "GObject": frozenset({"Float", "type_from_name", "type_parent"}),
    "Gdk-3.0": frozenset({"Atom", *ATOMS}),
    "Gdk-4.0": frozenset(),
}


def names_of(module):
    """The names for an introspection module. None where nothing is known about its override module."""
    versioned = NAMES.get(f"{module._namespace}-{module._version}")
    return NAMES.get(module._namespace) if versioned is None else versioned


#: Names that a namespace has in its typelib, and that are deprecated there all the same (see ``_deprecated``).
SHADOWED = {"GObject": frozenset({"MainContext", "MainLoop", "OptionGroup", "PollFD", "Source"})}
