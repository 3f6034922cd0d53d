"""Builders: objects from XML, whose handlers and functions are Python's."""

from .._gtktemplate import _extract_handler_and_args, connect, define_builder_scope
from ..module import get_introspection_module
from . import override

__all__ = ["Builder"]

Gtk = get_introspection_module("Gtk")


def _length(text):
    """How long a text is in C. TypeError for anything else."""
    if not isinstance(text, str):
        raise TypeError("buffer must be a string")
    return len(text.encode())


@override
class Builder(Gtk.Builder):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Builder)["__doc__"]

    if Gtk._version == "4.0":
        BuilderScope = define_builder_scope()

        def __init__(self, scope_object_or_map=None):
            """With a mapping or an object, whose entries or attributes are the functions that the XML names: callables,
            or tuples of a callable and what is passed behind the signal's arguments."""
            super().__init__()
            if scope_object_or_map:
                self.set_scope(Builder.BuilderScope(scope_object_or_map))

    else:

        def connect_signals(self, obj_or_map):
            """Connects the handlers that the XML names: entries of a mapping or attributes of an object, each a callable
            or a tuple of a callable and what is passed behind the signal's arguments. What is not there is an error that
            is printed."""
            self.connect_signals_full(_connect, obj_or_map)

    def add_from_string(self, buffer):
        """Makes all objects of an XML text. TypeError if it is not a str, GLib.Error if it is no good."""
        return super().add_from_string(buffer, _length(buffer))

    def add_objects_from_string(self, buffer, object_ids):
        """Makes the objects of an XML text that have one of these names, and those inside them."""
        return super().add_objects_from_string(buffer, _length(buffer), object_ids)


def _connect(builder, obj, signal_name, handler_name, connect_object, flags, obj_or_map):
    handler, arguments = _extract_handler_and_args(obj_or_map, handler_name)
    connect(obj, signal_name, handler, connect_object, flags, arguments)
