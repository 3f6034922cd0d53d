"""The C interface as extension modules find it: ``pygobject_init()`` of ``pygobject.h`` imports this module."""

from ._gi import _PyGObject_API, pygobject_version

__all__ = ["_PyGObject_API", "pygobject_version"]
