"""Menus of GTK 3."""

from ..module import get_introspection_module
from . import override

__all__ = ["Menu"]

Gtk = get_introspection_module("Gtk")


@override
class Menu(Gtk.Menu):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Menu)["__doc__"]

    def popup(self, parent_menu_shell, parent_menu_item, func, data, button, activate_time):
        """Shows the menu where ``func(menu, x, y, data)`` says, ``(x, y, push_in)``, or at the pointer if it is None."""
        self.popup_for_device(None, parent_menu_shell, parent_menu_item, func, data, button, activate_time)
