"""Files."""

import os

from ..module import get_introspection_module
from . import override

__all__ = ["File"]

Gio = get_introspection_module("Gio")


@override
class File(Gio.File):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.File)["__doc__"]

    def __fspath__(self):
        """The local path. TypeError for a file that has none."""
        path = self.peek_path()
        if not path:
            raise TypeError("File has no associated path.")
        return path

    def __truediv__(self, subpath):
        """The file at a path (str, bytes, or anything that has one): a local one if that is absolute, else one below this."""
        path = os.fspath(subpath)
        return Gio.File.new_for_path(path) if os.path.isabs(path) else self.resolve_relative_path(path)
