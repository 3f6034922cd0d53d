"""Containers of GTK 3, and what they know of each child."""

from ..module import get_introspection_module
from . import override, strip_boolean_result

__all__ = ["Container"]

Gtk = get_introspection_module("Gtk")


@override
class Container(Gtk.Container):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Container)["__doc__"]

    def __len__(self):
        return len(self.get_children())

    def __contains__(self, child):
        return child in self.get_children()

    def __iter__(self):
        return iter(self.get_children())

    def __bool__(self):
        # Also without children.
        return True

    def child_get_property(self, child, property_name, value=None):
        """The value of a child property, which a ``GObject.Value`` gets too if it is passed. ValueError if there is none
        of that name."""
        if value is None:
            pspec = self.find_child_property(property_name)
            if pspec is None:
                raise ValueError(f'Class "{self}" does not contain child property "{property_name}"')
            value = get_introspection_module("GObject").Value(pspec.value_type)
        super().child_get_property(child, property_name, value)
        return value.get_value()

    def child_get(self, child, *prop_names):
        """The values of child properties, a list. ValueError for one that does not exist."""
        return [self.child_get_property(child, name) for name in prop_names]

    def child_set(self, child, **kwargs):
        """Sets child properties."""
        for name, value in kwargs.items():
            self.child_set_property(child, name.replace("_", "-"), value)

    get_focus_chain = strip_boolean_result(Gtk.Container.get_focus_chain)
