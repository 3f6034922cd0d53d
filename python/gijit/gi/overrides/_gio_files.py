"""What lists or reads files, and volumes."""

from .. import PyGIWarning
from ..module import get_introspection_module
from . import override

__all__ = ["DataInputStream", "FileEnumerator", "VolumeMonitor"]

Gio = get_introspection_module("Gio")


@override
class FileEnumerator(Gio.FileEnumerator):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.FileEnumerator)["__doc__"]

    def __iter__(self):
        return self

    def __next__(self):
        """What is known of the next file."""
        info = self.next_file(None)
        if info is None:
            raise StopIteration
        return info


@override
class DataInputStream(Gio.DataInputStream):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.DataInputStream)["__doc__"]

    def __iter__(self):
        return self

    def __next__(self):
        """The next line, without its end. GLib.Error if it is not UTF-8."""
        line = self.read_line_utf8(None)[0]
        if line is None:
            raise StopIteration
        return line


@override
class VolumeMonitor(Gio.VolumeMonitor):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.VolumeMonitor)["__doc__"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        import warnings

        warnings.warn(
            "Gio.VolumeMonitor shouldn't be instantiated directly, use Gio.VolumeMonitor.get() instead.",
            PyGIWarning,
            stacklevel=2,
        )
