"""Dialogs, and what GTK 3's once took as arguments."""

from ..module import get_introspection_module
from . import _SEE, current_keywords, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["Dialog"]

GLib = get_introspection_module("GLib")
Gtk = get_introspection_module("Gtk")

#: The positional arguments of old, and the names under which a warning speaks of them.
_OLD = ("title", "parent", "flags", "buttons", "_buttons_property")
_NEW = ("title", "transient_for", "flags", "add_buttons", "buttons")
#: Keywords that need a look.
_LOOK_AT = frozenset({*_OLD[1:], "add_buttons"})


def _current(args, kwargs, level):
    """Makes ``kwargs`` what ``Gtk.Dialog`` has properties for. The buttons that are to be added, or None.

    PyGTKDeprecationWarning for what was different once; ``level`` is that of the program, as ``warnings.warn`` counts
    here."""
    import warnings

    given = {**dict(zip(_OLD, args)), **kwargs}
    buttons, flags = given.get("buttons"), given.get("flags")
    if isinstance(buttons, Gtk.ButtonsType):
        buttons = None
    elif buttons is not None:
        warnings.warn(
            'The "buttons" argument must be a Gtk.ButtonsType enum value. '
            f'Please use the "add_buttons" method for adding buttons. {_SEE}',
            PyGTKDeprecationWarning,
            stacklevel=level,
        )
        kwargs.pop("buttons", None)
    if flags:
        warnings.warn(
            'The "flags" argument for dialog construction is deprecated. '
            f"Please use initializer keywords: modal=True and/or destroy_with_parent=True. {_SEE}",
            PyGTKDeprecationWarning,
            stacklevel=level,
        )
        if flags & Gtk.DialogFlags.MODAL:
            kwargs["modal"] = True
        if flags & Gtk.DialogFlags.DESTROY_WITH_PARENT:
            kwargs["destroy_with_parent"] = True
    aliases = {"transient_for": "parent", "buttons": "_buttons_property"}
    current_keywords(args, kwargs, _NEW, ("flags", "add_buttons"), aliases, {}, PyGTKDeprecationWarning, level)
    return buttons


@override
class Dialog(Gtk.Dialog):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Dialog)["__doc__"]

    if Gtk._version == "3.0":

        def __init__(self, *args, **kwargs):
            buttons = None
            if args or not _LOOK_AT.isdisjoint(kwargs):
                # Where a derived class has an initialiser, its caller is told.
                buttons = _current(args, kwargs, 3 if type(self).__init__ is Dialog.__init__ else 4)
            super().__init__(**kwargs)
            if buttons is not None:
                self.add_buttons(*buttons)

        def run(self, *args, **kwargs):
            """Shows the dialog until it has an answer, a ``Gtk.ResponseType``. Ctrl-C ends it too, with
            KeyboardInterrupt, unless the program handles that itself."""
            from .. import _ossighelper

            with (
                _ossighelper.register_sigint_fallback(self.destroy) as fallback,
                _ossighelper.get_event_loop(GLib.MainContext.default()).running(self.destroy),
            ):
                # A dialog that is not shown yet cannot be left.
                return Gtk.ResponseType.NONE if fallback.interrupted else super().run(*args, **kwargs)

        @property
        def action_area(self):
            """The box with the buttons."""
            return self.get_action_area()

        @property
        def vbox(self):
            """The box with the content."""
            return self.get_content_area()

    def add_buttons(self, *args):
        """Adds buttons: a label and what the answer is then, an int or ``Gtk.ResponseType``, for each. ValueError for an
        odd number of arguments, when those before have been added."""
        for i in range(0, len(args) - 1, 2):
            self.add_button(*args[i : i + 2])
        if len(args) % 2:
            raise ValueError("Must pass an even number of arguments")
