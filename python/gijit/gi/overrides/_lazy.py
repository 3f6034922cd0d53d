"""Which names the override modules of this package change or add, so that they can wait until one is asked for.

A module that stands here must list the same names in its ``__all__``; the tests compare.
"""

NAMES = {
    "GIMarshallingTests": frozenset({"OVERRIDES_CONSTANT", "OverridesObject", "OverridesStruct"}),
    "GLib": frozenset({"IO_ERR", "IO_HUP", "IO_IN", "IO_NVAL", "IO_OUT", "IO_PRI"}),
    "GObject": frozenset({"Float", "type_from_name", "type_parent"}),
}

#: Names that a namespace has in its typelib, and that are deprecated there all the same (see ``_deprecated``).
SHADOWED = {"GObject": frozenset({"MainContext", "MainLoop", "OptionGroup", "PollFD", "Source"})}
