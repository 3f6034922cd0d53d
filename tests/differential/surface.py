"""Walks the typelib of a namespace, through PyGObject's info classes, to every callable whose types are covered.

Knows what "covered" means and nothing of values, instances or results. Runs under the peer's Python only.
"""

import os
from dataclasses import dataclass, field

import gi
from gi import _gi

TAGS = {getattr(_gi.TypeTag, name): name.lower() for name in dir(_gi.TypeTag) if name.isupper()}
DIRECTIONS = {_gi.Direction.IN: "in", _gi.Direction.OUT: "out", _gi.Direction.INOUT: "inout"}
SCALARS = {
    *("int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"),
    *("float", "double", "boolean", "unichar", "gtype", "utf8", "filename"),
}
# What containers may hold here; a list, a hash table or an array of pointers holds numbers in place of them.
ITEMS = {*SCALARS} - {"unichar", "gtype"}
PACKED = {"int8", "uint8", "int16", "uint16", "int32", "uint32", "boolean", "utf8", "filename"}
CONTAINERS = {"array", "glist", "gslist", "ghash"}
# Structs that conversion treats as something other than a pointer to a struct; they come with later families.
SPECIAL_STRUCTS = {
    *("GLib.Error", "GObject.Value", "GObject.Closure", "GObject.CClosure"),
    *("GObject.TypeClass", "GObject.TypeInterface", "GObject.TypeInstance"),
    *("GLib.Array", "GLib.ByteArray", "GLib.PtrArray", "GLib.List", "GLib.SList", "GLib.HashTable"),
}


@dataclass
class Type:
    """A covered type: its family and, for what has a class, the path of that class; how an enumeration is stored.

    Of a container also the types of what is in it (of a hash table the keys and the values), and the number of items if
    the type says it.
    """

    family: str
    path: str | None = None
    gtype: str | None = None
    unsigned: bool = False
    items: tuple = ()
    fixed: int | None = None

    def __str__(self):
        if self.items:
            return f"{self.family}({', '.join(map(str, self.items))})"
        return self.family if self.path is None else f"{self.family}:{self.path}"


@dataclass
class Argument:
    """One C argument, the instance included. `name` is the name in C: that is what keywords go by."""

    name: str
    type: Type
    direction: str
    nullable: bool = False
    optional: bool = False
    owned: bool = False
    is_self: bool = False


@dataclass
class Callable:
    """A callable as Python reaches it. `arguments` are those that a caller passes, in order.

    `path` is how Python reaches it, `name` what messages call it: they differ where the name is a Python keyword.
    """

    path: str
    name: str
    symbol: str
    kind: str
    arguments: list[Argument] = field(default_factory=list)
    outputs: list[Argument] = field(default_factory=list)
    result: Type | None = None
    throws: bool = False
    deprecated: bool = False


class Uncovered(Exception):
    """Says which argument of which type keeps a callable out."""


def type_of(info):
    """An argument's type info: the method got its present name after 3.50."""
    return info.get_type_info() if hasattr(info, "get_type_info") else info.get_type()


def class_path(info):
    return f"{info.get_namespace()}.{info.get_name()}"


def classify(info, by_value_allowed=False):
    """The covered Type of a type info, or None for void; raises Uncovered with the reason."""
    tag = TAGS[info.get_tag()]
    if tag == "void":
        if info.is_pointer():
            raise Uncovered("untyped pointer")
        return None
    if tag in SCALARS:
        if info.is_pointer() and tag not in ("utf8", "filename"):
            raise Uncovered(f"pointer to {tag}")
        return Type(tag)
    if tag in CONTAINERS:
        return container(info, tag)
    if tag != "interface":
        raise Uncovered(tag)

    interface = info.get_interface()
    path = class_path(interface)
    name = type(interface).__name__
    if name == "EnumInfo":
        family = "flags" if is_flags(interface) else "enum"
        return Type(family, path, gtype_name(interface), TAGS[interface.get_storage_type()] == "uint32")
    if name in ("StructInfo", "UnionInfo"):
        if path in SPECIAL_STRUCTS or (name == "StructInfo" and interface.is_gtype_struct()):
            raise Uncovered(f"special struct {path}")
        if name == "StructInfo" and interface.is_foreign():
            raise Uncovered(f"foreign struct {path}")
        if not info.is_pointer() and not by_value_allowed:
            raise Uncovered(f"{path} by value")
        return Type("union" if name == "UnionInfo" else "struct", path, gtype_name(interface))
    if name == "ObjectInfo":
        if not gobject_derived(interface):
            raise Uncovered(f"fundamental {path}")
        return Type("object", path, gtype_name(interface))
    if name == "InterfaceInfo":
        return Type("interface", path, gtype_name(interface))
    raise Uncovered(f"{name} {path}")


def number(info, *names):
    """What the first of these methods that there is says of an array type; -1 for nothing.

    PyGObject 3.58 takes it for the end of the world when there is nothing to say.
    """
    ask = next(getattr(info, name) for name in names if hasattr(info, name))
    if gi.version_info >= (3, 52):
        child = os.fork()
        if child == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            ask()
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            return -1
    return ask()


def fixed_size(info):
    return number(info, "get_array_fixed_size")


def length(info):
    """The index of the argument that holds the length of an array type."""
    return number(info, "get_array_length", "get_array_length_index")


def container(info, tag):
    """The Type of an array, list or hash table."""
    wanted = PACKED
    fixed = None
    if tag == "array":
        form = info.get_array_type()
        if form == _gi.ArrayType.C:
            size = fixed_size(info)
            if size > 0:
                fixed = size
            elif not info.is_zero_terminated() and length(info) < 0:
                raise Uncovered("array of unknown length")
        if form != _gi.ArrayType.PTR_ARRAY:
            wanted = ITEMS
    items = tuple(classify(info.get_param_type(i)) for i in range(2 if tag == "ghash" else 1))
    for item in items:
        if item is None or item.family not in wanted and item.family not in ("object", "interface"):
            raise Uncovered(f"{tag} of {item}")
    return Type(tag, items=items, fixed=fixed)


def lengths(infos):
    """The indices of the arguments that are lengths of these arrays."""
    arrays = [info for info in infos if TAGS[info.get_tag()] == "array"]
    return {length(info) for info in arrays} - {-1}


def is_flags(info):
    # EnumInfo says whether it is flags; how depends on the version.
    return bool(info.is_flags())


def gtype_name(info):
    name = info.get_g_type().name
    return None if name in ("void", "invalid") else name


def gobject_derived(info):
    while info is not None:
        if class_path(info) == "GObject.Object":
            return True
        info = info.get_parent()
    return False


def describe(function, path, kind, container=None):
    """The Callable for a function info; raises Uncovered if any type in it is not covered."""
    result = classify(function.get_return_type())
    name = f"{path.rpartition('.')[0]}.{function.get_name_unescaped()}"
    found = Callable(path, name, function.get_symbol(), kind, result=result)
    found.throws = bool(function.can_throw_gerror())
    found.deprecated = bool(function.is_deprecated())
    if kind == "method":
        own = own_type(container)
        found.arguments.append(Argument("self", own, "in", is_self=True))
    arguments = list(function.get_arguments())
    hidden = lengths([function.get_return_type(), *map(type_of, arguments)])
    for index, argument in enumerate(arguments):
        if index in hidden:
            continue
        direction = DIRECTIONS[argument.get_direction()]
        try:
            kind_of = classify(
                type_of(argument), by_value_allowed=direction == "out" and argument.is_caller_allocates()
            )
        except Uncovered as reason:
            raise Uncovered(f"argument {argument.get_name_unescaped()}: {reason}") from None
        if (
            kind_of is not None
            and kind_of.family in CONTAINERS
            and argument.is_caller_allocates()
            and direction != "in"
        ):
            raise Uncovered(f"argument {argument.get_name_unescaped()}: {kind_of} of the caller")
        if kind_of is None:
            raise Uncovered(f"argument {argument.get_name_unescaped()}: void")
        described = Argument(
            argument.get_name_unescaped(),
            kind_of,
            direction,
            nullable=bool(argument.may_be_null()),
            optional=bool(argument.is_optional()),
            owned=argument.get_ownership_transfer() == _gi.Transfer.EVERYTHING,
        )
        if direction != "out":
            found.arguments.append(described)
        if direction != "in":
            found.outputs.append(described)
    return found


def own_type(container):
    name = type(container).__name__
    path = class_path(container)
    if name == "ObjectInfo":
        if not gobject_derived(container):
            raise Uncovered(f"fundamental {path}")
        return Type("object", path, gtype_name(container))
    if name == "InterfaceInfo":
        return Type("interface", path, gtype_name(container))
    if path in SPECIAL_STRUCTS or (name == "StructInfo" and (container.is_gtype_struct() or container.is_foreign())):
        raise Uncovered(f"special struct {path}")
    return Type("union" if name == "UnionInfo" else "struct", path, gtype_name(container))


def kind_of(function, container):
    if container is None:
        return "function"
    if function.is_constructor():
        return "constructor"
    return "method" if function.is_method() else "static"


def walk(namespace, version):
    """Every function of a namespace: (path, Callable, None) if covered, else (path, None, reason)."""
    repository = gi.Repository.get_default()
    repository.require(namespace, version)
    for info in repository.get_infos(namespace):
        if type(info).__name__ == "FunctionInfo":
            functions = [(f"{namespace}.{info.get_name()}", info, None)]
        elif hasattr(info, "get_methods"):
            functions = [(f"{class_path(info)}.{f.get_name()}", f, info) for f in info.get_methods()]
        else:
            continue
        for path, function, container in functions:
            try:
                yield path, describe(function, path, kind_of(function, container), container), None
            except Uncovered as reason:
                yield path, None, str(reason)


def classes(namespace):
    """Every class of a namespace: (path, kind, info), kind one of object, interface, struct, union, enum, flags."""
    for info in gi.Repository.get_default().get_infos(namespace):
        name = type(info).__name__
        if name == "ObjectInfo" and gobject_derived(info):
            yield class_path(info), "object", info
        elif name in ("InterfaceInfo", "UnionInfo"):
            yield class_path(info), name.removesuffix("Info").lower(), info
        elif name == "StructInfo" and not info.is_gtype_struct() and not info.is_foreign():
            yield class_path(info), "struct", info
        elif name == "EnumInfo":
            yield class_path(info), "flags" if is_flags(info) else "enum", info
