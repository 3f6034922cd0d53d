"""What Python adds to GLib's namespace for Unix, which only newer GLibs have."""

from ..module import get_introspection_module
from . import deprecated_attr

__all__ = []

GLibUnix = get_introspection_module("GLibUnix")

if hasattr(GLibUnix, "signal_add"):
    signal_add_full = GLibUnix.signal_add
    __all__ += ["signal_add_full"]
    deprecated_attr("GLibUnix", "signal_add_full", "GLibUnix.signal_add")
