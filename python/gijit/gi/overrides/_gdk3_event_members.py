"""The members of the union that events of GDK 3 are. Each has the union's methods, and is made when it is asked for."""

from functools import cache

from ..module import get_introspection_module
from . import strip_boolean_result
from ._lazy import EVENT_MEMBERS
from ._one_by_one import one_by_one

__all__ = list(EVENT_MEMBERS)

Gdk = get_introspection_module("Gdk")


@cache
def _methods():
    """All methods of events."""
    methods = {name: value for name, value in vars(Gdk.Event).items() if callable(value) and not name.startswith("__")}
    for name in ("get_axis", "get_coords", "get_root_coords", "get_state"):
        methods[name] = strip_boolean_result(methods[name])
    return methods


def _class(name):
    base = getattr(Gdk, name)
    return type(base)(name, (base,), {**_methods(), "__module__": "gi.overrides.Gdk", "__doc__": vars(base)["__doc__"]})


make, __getattr__ = one_by_one(globals(), EVENT_MEMBERS, _class)
