"""Widgets: coordinates, children, styles and drag targets."""

from ..module import get_introspection_module
from . import override, strip_boolean_result

__all__ = ["Widget"]

Gtk = get_introspection_module("Gtk")

if Gtk._version == "3.0":

    def _target_list(targets):
        if targets is None or isinstance(targets, Gtk.TargetList):
            return targets
        from ._gtk3_targets import _construct_target_list

        return Gtk.TargetList.new(_construct_target_list(targets))

    class _Frozen:
        """Thaws the notifications of child properties at the end of a ``with``."""

        def __init__(self, widget):
            self._widget = widget

        def __enter__(self):
            pass

        def __exit__(self, *_):
            self._widget.thaw_child_notify()


@override
class Widget(Gtk.Widget):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Widget)["__doc__"]

    translate_coordinates = strip_boolean_result(Gtk.Widget.translate_coordinates)

    if Gtk._version == "3.0":

        def freeze_child_notify(self):
            """Holds back notifications of child properties, until ``thaw_child_notify`` or, where the result is used in a
            ``with``, until the end of that."""
            super().freeze_child_notify()
            return _Frozen(self)

        def drag_dest_set_target_list(self, target_list):
            """What may be dropped here: a ``Gtk.TargetList``, None, or ``Gtk.TargetEntry`` or ``(target, flags, info)``
            each."""
            super().drag_dest_set_target_list(_target_list(target_list))

        def drag_source_set_target_list(self, target_list):
            """What may be dragged from here, as for ``drag_dest_set_target_list``."""
            super().drag_source_set_target_list(_target_list(target_list))

        def style_get_property(self, property_name, value=None):
            """The value of a style property, which a ``GObject.Value`` gets too if it is passed. ValueError if there is
            none of that name."""
            if value is None:
                pspec = self.find_style_property(property_name)
                if pspec is None:
                    raise ValueError(f'Class "{self}" does not contain style property "{property_name}"')
                value = get_introspection_module("GObject").Value(pspec.value_type)
            super().style_get_property(property_name, value)
            return value.get_value()

    else:

        def __iter__(self):
            child = self.get_first_child()
            while child is not None:
                yield child
                child = child.get_next_sibling()

        def __contains__(self, child):
            return any(found is child for found in self)
