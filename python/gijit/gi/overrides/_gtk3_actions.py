"""Actions of GTK 3 in groups, and the menus that are made of them."""

from ..module import get_class, get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["ActionGroup", "UIManager"]

Gtk = get_introspection_module("Gtk")


def _each(entries):
    try:
        return iter(entries)
    except TypeError:
        raise TypeError("entries must be iterable") from None


def _connect(action, signal, callback, user_data):
    if callback is not None:
        action.connect(signal, callback, *(() if user_data is None else (user_data,)))


@override
class ActionGroup(Gtk.ActionGroup):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.ActionGroup)["__doc__"]

    __init__ = deprecated_init(Gtk.ActionGroup.__init__, ("name",), category=PyGTKDeprecationWarning)

    def add_actions(self, entries, user_data=None):
        """Adds an action for each of ``(name, stock_id, label, accelerator, tooltip, callback)``, of which all but the name
        may be None or left out. Callbacks get the action, and ``user_data`` unless it is None. TypeError for entries that
        cannot be iterated or have more members."""

        def add(name, stock_id=None, label=None, accelerator=None, tooltip=None, callback=None):
            action = get_class("Gtk", "Action")(name=name, label=label, tooltip=tooltip, stock_id=stock_id)
            _connect(action, "activate", callback, user_data)
            self.add_action_with_accel(action, accelerator)

        for entry in _each(entries):
            add(*entry)

    def add_toggle_actions(self, entries, user_data=None):
        """The same for actions that are on or off, with a bool that says which at the end of each entry."""

        def add(name, stock_id=None, label=None, accelerator=None, tooltip=None, callback=None, is_active=False):
            action = Gtk.ToggleAction(name=name, label=label, tooltip=tooltip, stock_id=stock_id)
            action.set_active(is_active)
            _connect(action, "activate", callback, user_data)
            self.add_action_with_accel(action, accelerator)

        for entry in _each(entries):
            add(*entry)

    def add_radio_actions(self, entries, value=None, on_change=None, user_data=None):
        """Adds actions of which one is on: ``(name, stock_id, label, accelerator, tooltip, value)``. That with ``value``
        is on first. ``on_change`` gets the first of the group, that which is on, and ``user_data`` unless it is None."""
        first = None

        def add(name, stock_id=None, label=None, accelerator=None, tooltip=None, entry_value=0):
            action = get_class("Gtk", "RadioAction")(
                name=name, label=label, tooltip=tooltip, stock_id=stock_id, value=entry_value
            )
            action.join_group(first)
            if value == entry_value:
                action.set_active(True)
            self.add_action_with_accel(action, accelerator)
            return action

        for entry in _each(entries):
            action = add(*entry)
            first = first or action
        if first is not None:
            _connect(first, "changed", on_change, user_data)


@override
class UIManager(Gtk.UIManager):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.UIManager)["__doc__"]

    def add_ui_from_string(self, buffer):
        """Adds what a text in XML describes. The number with which it is taken out again. TypeError if it is not a str,
        GLib.Error if it is not understood."""
        if not isinstance(buffer, str):
            raise TypeError("buffer must be a string")
        return super().add_ui_from_string(buffer, len(buffer.encode()))

    # The names of the arguments are those that programs of PyGObject know.
    def insert_action_group(self, buffer, length=-1):
        """Inserts an action group, ``buffer``, at position ``length``; at the end if that is negative."""
        super().insert_action_group(buffer, length)
