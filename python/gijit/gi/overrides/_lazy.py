"""Which names the override modules of this package change or add, so that they can wait until one is asked for.

A module that stands here must list the same names in its ``__all__``; the tests compare.
"""

NAMES = {
    "GIMarshallingTests": frozenset({"OVERRIDES_CONSTANT", "OverridesObject", "OverridesStruct"}),
    "GObject": frozenset({"Float", "type_from_name", "type_parent"}),
}
