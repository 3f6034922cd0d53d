"""The info classes that class making deals with, and how virtual functions are found among the bases of a class."""

import re

from ._gi import (
    CallableInfo,
    CallbackInfo,
    ConstantInfo,
    EnumInfo,
    FunctionInfo,
    GInterface,
    InterfaceInfo,
    ObjectInfo,
    RegisteredTypeInfo,
    StructInfo,
    UnionInfo,
    VFuncInfo,
)

__all__ = [
    "CallableInfo",
    "CallbackInfo",
    "ConstantInfo",
    "EnumInfo",
    "FunctionInfo",
    "InterfaceInfo",
    "ObjectInfo",
    "RegisteredTypeInfo",
    "StructInfo",
    "UnionInfo",
    "VFuncInfo",
    "find_vfunc_conflict_in_bases",
    "find_vfunc_info_in_interface",
    "snake_case",
]


def snake_case(name):
    """``"DBusConnection"`` as ``"d_bus_connection"``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def find_vfunc_info_in_interface(bases, vfunc_name):
    """The first virtual function of this name that an interface among ``bases``, or above them, has; else None."""
    for base in bases:
        if base is GInterface or not issubclass(base, GInterface):
            continue
        info = vars(base).get("__info__") and base.__info__
        if isinstance(info, InterfaceInfo):
            found = info.find_vfunc(vfunc_name)
            if found is not None:
                return found
        found = find_vfunc_info_in_interface(base.__bases__, vfunc_name)
        if found is not None:
            return found
    return None


def find_vfunc_conflict_in_bases(vfunc, bases):
    """The first of ``bases`` that has another virtual function of the name of ``vfunc``; None if there is none."""
    for base in bases:
        info = getattr(base, "__info__", None)
        if isinstance(info, (ObjectInfo, InterfaceInfo)):
            other = info.find_vfunc(vfunc.get_name_unescaped())
            if other is not None and other != vfunc:
                return base
    return None
