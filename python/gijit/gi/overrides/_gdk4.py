"""What Python adds to GDK 4 alone."""

from ..module import get_introspection_module
from . import override

__all__ = ["FileList", "PaintableFlags"]

Gdk = get_introspection_module("Gdk")

PaintableFlags = Gdk.PaintableFlags
# As the C names were once described.
for _name in ("SIZE", "CONTENTS"):
    if not hasattr(PaintableFlags, _name):
        setattr(PaintableFlags, _name, getattr(PaintableFlags, f"STATIC_{_name}"))


@override
class FileList(Gdk.FileList):
    """Files that are dragged or copied: of a list or tuple of ``Gio.File``. TypeError for anything else."""

    __module__ = "gi.overrides.Gdk"

    def __new__(cls, files):
        from ..repository import Gio

        if not isinstance(files, (list, tuple)) or not all(isinstance(file, Gio.File) for file in files):
            raise TypeError("Constructor requires a list or tuple of Gio.File instances")
        return cls.new_from_list(list(files))

    def __init__(self, files):
        pass

    def __iter__(self):
        return iter(self.get_files())

    def __len__(self):
        return len(self.get_files())

    def __getitem__(self, index):
        return self.get_files()[index]
