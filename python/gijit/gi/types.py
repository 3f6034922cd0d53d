"""The metaclasses of GObject classes and of records, the info classes that class making deals with, and how virtual functions are found
among the bases of a class."""

import sys
import warnings

from . import _gi
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
    hook_up_vfunc_implementation,
)

__all__ = [
    "CallableInfo",
    "CallbackInfo",
    "ConstantInfo",
    "EnumInfo",
    "FunctionInfo",
    "GObjectMeta",
    "InterfaceInfo",
    "MetaClassHelper",
    "ObjectInfo",
    "RegisteredTypeInfo",
    "StructInfo",
    "StructMeta",
    "UnionInfo",
    "VFuncInfo",
    "find_vfunc_conflict_in_bases",
    "find_vfunc_info_in_interface",
    "snake_case",
]


def snake_case(name):
    """``"DBusConnection"`` as ``"d_bus_connection"``."""
    # Here, since this module is loaded with the first class.
    import re

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


def mro(cls):
    """The linearisation of ``cls`` and its bases as Python's C3, but where interfaces contradict each other (one class
    names them in another order than the next), the first that is named comes first instead of an error."""
    return [cls, *_merged(cls.__bases__, tolerant=True)]


def _merged(bases, tolerant):
    """The linearisations of ``bases`` as one, in C3's order. TypeError where there is none."""
    found = []
    chains = [list(base.__mro__) for base in bases] + [list(bases)] * bool(bases)
    while chains:
        heads = [chain[0] for chain in chains]
        head = next((head for head in heads if not any(head in other[1:] for other in chains)), None)
        if head is None and tolerant:
            # An interface may go before its turn; a class may not.
            head = next((head for head in heads if _is_interface(head)), None)
        if head is None:
            names = ", ".join(base.__name__ for base in bases)
            raise TypeError(f"Cannot create a consistent method resolution order (MRO) for bases {names}")
        found.append(head)
        chains = [rest for chain in chains if (rest := [entry for entry in chain if entry is not head])]
    return found


def _is_interface(cls):
    return issubclass(cls, GInterface) and not issubclass(cls, _gi.GObject)


def _contradict(bases):
    """Whether Python finds no order for these bases."""
    try:
        _merged([base for base in bases if isinstance(base, type)], tolerant=False)
    except TypeError:
        return True
    return False


def _is_of_interface(vfunc):
    return isinstance(vfunc.get_container(), InterfaceInfo)


def _implementations(cls):
    """The virtual functions that a class implements: pairs of info and function.

    Methods named ``do_*`` count that the class has itself, or that it gets from bases which are plain Python classes.
    TypeError where such a name means two virtual functions; ``do_<type>_<name>``, with the type's name in snake case,
    tells which.
    """
    seen = set()
    for base in cls.__mro__:
        if "__info__" in vars(base):
            # A library's: C implements what it has.
            continue
        # What a GObject class implements its own registration has seen to.
        known = base is not cls and hasattr(base, "__gtype__")
        for name, function in vars(base).items():
            if (
                name.startswith("do_")
                and name not in seen
                and callable(function)
                and not isinstance(function, VFuncInfo)
            ):
                seen.add(name)
                if known:
                    continue
                vfunc = _find_vfunc(cls, name[3:])
                if vfunc is not None:
                    yield vfunc, function


def _find_vfunc(cls, name):
    """The info of the virtual function that a method ``do_<name>`` of a class implements; None if there is none."""
    for base in cls.__mro__:
        found = vars(base).get(f"do_{name}")
        if isinstance(found, VFuncInfo):
            break
    else:
        found = find_vfunc_info_in_interface(cls.__bases__, name)
        if found is None and name == "constructed":
            # The root's, which is a method of the base type. That do_dispose is called the extension sees to.
            return _gi.Repository.get_default().find_by_name("GObject", "Object").find_vfunc(name)
    if found is not None:
        other = find_vfunc_conflict_in_bases(found, cls.__bases__)
        if other is None:
            return found
        owner, other = found.get_container(), other.__info__
        raise TypeError(
            f"do_{name}() of class {cls.__module__}.{cls.__qualname__} could implement a virtual function of "
            f"{owner.get_namespace()}.{owner.get_name()} or of {other.get_namespace()}.{other.get_name()}: "
            f"call it do_{snake_case(owner.get_name())}_{name}() or do_{snake_case(other.get_name())}_{name}()"
        )
    for base in cls.__mro__:
        info = vars(base).get("__info__") and base.__info__
        if isinstance(info, (ObjectInfo, InterfaceInfo)):
            prefix = snake_case(info.get_name()) + "_"
            if name.startswith(prefix):
                found = info.find_vfunc(name[len(prefix) :])
                if found is not None:
                    return found
    return None


def _is_of_library(namespace):
    """Whether a class with these attributes stands for a type that GObject has already."""
    return "__gtype__" in namespace or namespace.get("__module__", "").startswith("gi.overrides.")


class _GObjectMetaBase(type):
    """Registers the classes that a program derives from GObject's."""

    def __new__(meta, name, bases, namespace, **kwargs):
        if "__slots__" in namespace and not _is_of_library(namespace):
            # What stands in a slot would go with the wrapper, while the object lives on.
            namespace = {key: value for key, value in namespace.items() if key != "__slots__"}
        try:
            return super().__new__(meta, name, bases, namespace, **kwargs)
        except TypeError:
            if not _contradict(bases):
                raise
        # Only such a class has a metaclass with an `mro` of its own, and only while it is made: from 3.13 on, Python never
        # caches an attribute of a class whose metaclass has one.
        ordered = type(meta.__name__, (meta,), {"mro": mro})
        cls = super().__new__(ordered, name, bases, namespace, **kwargs)
        cls.__class__ = meta
        return cls

    def __init__(cls, name, bases, namespace, **kwargs):
        super().__init__(name, bases, namespace, **kwargs)
        if "__gtype__" in namespace or cls.__module__.startswith("gi.overrides."):
            # A class that GObject knows, or one that takes its place in Python.
            if bases == (_gi.GObject,):
                _override(cls)
            return
        if "__slots__" in namespace:
            from . import PyGIWarning

            text = f"GObject derived class {name} shouldn't use __slots__."
            warnings.warn(text, PyGIWarning, stacklevel=_stack_level(cls))
        if helper := _helper_of(namespace, "_signalhelper", "Signal"):
            helper.install_signals(cls)
        implemented = list(_implementations(cls))
        again = [info.get_container().get_g_type() for info, _ in implemented if _is_of_interface(info)]
        accessors = None
        if helper := _helper_of(namespace, "_propertyhelper", "Property"):
            accessors = helper.install_properties(cls)
        _gi.type_register(cls, namespace.get("__gtype_name__"), again, accessors)
        for declared in ("__gproperties__", "__gsignals__"):
            # They are GObject's now.
            if declared in vars(cls):
                delattr(cls, declared)
        for info, function in implemented:
            hook_up_vfunc_implementation(info, cls.__gtype__, function)


def _helper_of(namespace, module, name):
    """The module of this package, if it has been imported and there are objects of its class ``name`` in a class's
    namespace: nobody else can have made them."""
    module = sys.modules.get(f"{__package__}.{module}")
    if module is not None:
        wanted = getattr(module, name)
        for value in namespace.values():
            if isinstance(value, wanted):
                return module
    return None


class _Waiting:
    """A method of ``GObject.Object`` whose override module is imported when it is used for the first time."""

    __slots__ = ("name",)

    def __init__(self, name):
        self.name = name

    def __get__(self, instance, owner=None):
        from . import overrides
        from .repository import GObject  # noqa: F401

        overrides._load_pending("GObject")
        from .overrides.GObject import METHODS

        return METHODS[self.name].__get__(instance, owner)


def _override(cls):
    """Puts the class that programs know as ``GObject.Object`` in front of the typelib's, which has just been made.

    It is a class of the override module for GObject, and made here so that no program must import that for it.
    """
    from .overrides._lazy import METHODS

    body = {name: _Waiting(name) for name in METHODS}
    # A program's class says more of its signals than this, which is GObject's then; but it can be asked.
    body.update(__module__="gi.overrides.GObject", __doc__=vars(cls)["__doc__"], __gsignals__={})
    _gi.override_class("GObject", "Object", type(cls)("Object", (cls,), body))


def _stack_level(cls):
    """How many frames up the class statement is: past the ``__init__`` of every metaclass."""
    above = set(type.__mro__)
    return 1 + sum("__init__" in vars(meta) for meta in type(cls).__mro__ if meta not in above)


class MetaClassHelper:
    """What the metaclasses of library classes have in common: each method puts one kind of what ``__info__`` lists into the
    class. The extension makes classes with all of it; these are for who makes one by hand."""

    def _setup_methods(cls):
        """Methods, constructors and functions."""
        for method in cls.__info__.get_methods():
            setattr(cls, method.__name__, method)

    def _setup_class_methods(cls):
        """Methods of the class struct, but for names that the class has."""
        struct = cls.__info__.get_class_struct()
        for method in struct.get_methods() if struct is not None else ():
            if not hasattr(cls, method.__name__):
                setattr(cls, method.__name__, classmethod(method))

    def _setup_fields(cls):
        """Fields, as properties."""
        for field in cls.__info__.get_fields():
            setattr(cls, field.get_name().replace("-", "_"), property(field.get_value, field.set_value))

    def _setup_constants(cls):
        """Constants."""
        for constant in cls.__info__.get_constants():
            setattr(cls, constant.get_name(), constant.get_value())

    def _setup_vfuncs(cls):
        """Virtual functions that the class implements by methods ``do_*``: GObject calls those from now on."""
        for info, function in _implementations(cls):
            hook_up_vfunc_implementation(info, cls.__gtype__, function)

    def _setup_native_vfuncs(cls):
        """The library's virtual functions, as methods ``do_*``."""
        for vfunc in cls.__info__.get_vfuncs():
            setattr(cls, f"do_{vfunc.get_name_unescaped()}", vfunc)


class GObjectMeta(_GObjectMetaBase, MetaClassHelper):
    """The metaclass of all GObject classes and interfaces."""


class StructMeta(type, MetaClassHelper):
    """The metaclass of structs, unions and boxed types."""
