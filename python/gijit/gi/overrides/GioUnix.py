"""What Python adds to Gio's namespace for Unix: methods that the typelibs of GLib before 2.86 have as functions."""

from .. import _gi
from ..module import get_introspection_module
from . import override
from ._lazy import NAMES

__all__ = sorted(NAMES["GioUnix"])  # noqa: PLE0605 - the names are texts

GioUnix = get_introspection_module("GioUnix")


def _method(function):
    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    method.__name__ = function.__name__
    method.__doc__ = function.__doc__
    return method


def _whole(name, prefix):
    """The class of this name, with the functions as methods whose names begin so and that take an instance first."""
    base = getattr(GioUnix, name)
    methods = {}
    for symbol in dir(GioUnix):
        method = symbol.removeprefix(prefix)
        if method == symbol or hasattr(base, method):
            continue
        function = getattr(GioUnix, symbol)
        arguments = function.get_arguments() if isinstance(function, _gi.FunctionInfo) else ()
        of = arguments[0].get_type_info().get_interface() if arguments else None
        if of is not None and of.equal(base.__info__):
            methods[method] = _method(function)
    if not methods:
        return base
    members = {"__module__": "gi.overrides.GioUnix", "__doc__": vars(base)["__doc__"], **methods}
    return override(type(base)(name, (base,), members))


DesktopAppInfo = _whole("DesktopAppInfo", "desktop_app_info_")
FDMessage = _whole("FDMessage", "fd_message_")
InputStream = _whole("InputStream", "input_stream_")
MountMonitor = _whole("MountMonitor", "mount_monitor_")
OutputStream = _whole("OutputStream", "output_stream_")
