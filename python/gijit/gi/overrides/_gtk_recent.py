"""Files that were used lately."""

from ..module import get_introspection_module
from . import override, strip_boolean_result

__all__ = ["RecentInfo"]

Gtk = get_introspection_module("Gtk")


@override
class RecentInfo(Gtk.RecentInfo):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.RecentInfo)["__doc__"]

    get_application_info = strip_boolean_result(Gtk.RecentInfo.get_application_info)
