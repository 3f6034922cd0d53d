"""Applications, their actions and menus."""

from ..module import get_introspection_module
from . import override

__all__ = ["ActionMap", "Application", "MenuItem"]

GLib = get_introspection_module("GLib")
Gio = get_introspection_module("Gio")


def _action(user_data, name, activate=None, parameter_type=None, state=None, change_state=None):
    """The action of an entry: what a tuple may have, and its defaults."""
    if parameter_type is not None:
        if not GLib.VariantType.string_is_valid(parameter_type):
            raise TypeError(
                f"The type string '{parameter_type}' given as the parameter type for action '{name}' is not a valid "
                "GVariant type string. "
            )
        parameter_type = GLib.VariantType.new(parameter_type)
    if state is not None:
        action = Gio.SimpleAction.new_stateful(name, parameter_type, GLib.Variant.parse(None, state, None, None))
        if change_state is not None:
            action.connect("change-state", change_state, user_data)
    elif change_state is not None:
        raise ValueError(f"Stateless action '{name}' should give None for 'change_state', not '{change_state}'.")
    else:
        action = Gio.SimpleAction.new(name, parameter_type)
    if activate is not None:
        action.connect("activate", activate, user_data)
    return action


@override
class ActionMap(Gio.ActionMap):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.ActionMap)["__doc__"]

    def add_action_entries(self, entries, user_data=None):
        """Adds an action for each of the entries: ``(name, activate, parameter_type, state, change_state)``, of which all
        but the name may be left out or None.

        ``activate(action, parameter, user_data)`` and ``change_state(action, value, user_data)`` are called when the
        action is used, ``parameter_type`` is a type string such as "s", and ``state`` the text of the first state.
        TypeError for what is no entry or no type, ValueError for ``change_state`` without a state, GLib.Error for a text
        that is no state. Entries before the wrong one have been added.
        """
        try:
            entries = iter(entries)
        except TypeError:
            raise TypeError("entries must be iterable") from None
        for entry in entries:
            self.add_action(_action(user_data, *entry))


@override
class Application(Gio.Application):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.Application)["__doc__"]

    def run(self, *args, **kwargs):
        """Runs until the application ends; returns its exit status. Ctrl-C ends it too, with KeyboardInterrupt, unless
        the program handles that itself."""
        from .. import _ossighelper

        with (
            _ossighelper.register_sigint_fallback(self.quit) as fallback,
            _ossighelper.get_event_loop(GLib.MainContext.default()).running(self.quit),
        ):
            # Nobody can quit an application that does not run yet.
            return 0 if fallback.interrupted else super().run(*args, **kwargs)

    def create_asyncio_task(self, coro):
        """A task of asyncio's for a coroutine, until whose end the application is held."""
        import asyncio

        self.hold()
        try:
            task = asyncio.get_event_loop().create_task(coro)
        except BaseException:
            self.release()
            raise
        task.add_done_callback(lambda _: self.release())
        return task


@override
class MenuItem(Gio.MenuItem):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.MenuItem)["__doc__"]

    def set_attribute(self, attributes):
        """Sets each of the attributes: ``(name, format, value)``, the last two as ``GLib.Variant`` takes them."""
        for name, format_string, value in attributes:
            self.set_attribute_value(name, GLib.Variant(format_string, value))
