"""Targets of dragging and dropping in GTK 3."""

from ..module import get_introspection_module

__all__ = ["_construct_target_list"]

Gtk = get_introspection_module("Gtk")


def _construct_target_list(targets):
    """A list of ``TargetEntry``; each of ``targets`` is one, or a tuple of what one is made of."""
    return [target if isinstance(target, Gtk.TargetEntry) else Gtk.TargetEntry.new(*target) for target in targets]
