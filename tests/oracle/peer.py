"""What PyGObject's GIRepository says about one typelib, as lines of facts.

Runs in the environment of the peer (PyGObject), one process for each typelib, since one process cannot hold two versions
of a namespace. Must not know gijit. Usage: peer.py TYPELIB, or peer.py --version, which prints, each on a line: what runs,
the typelib that this is done with, and the names of facts that it cannot tell.

A fact is one line: path, name of the fact, value, with tabs between. A path is unique and made of indices; the order is that
of the walk. A value is `-` for none, 0 or 1 for a truth, a decimal number (also for enumerations and flags), text in
double quotes with backslash, tab, newline and carriage return escaped, or `double:` and the bits of a floating-point number.

Everything comes from gi.repository.GIRepository, except the values of constants: the function for them is hidden from
introspection, so they come from the info classes in which PyGObject itself keeps the metadata.
Attributes cannot be iterated through PyGObject (it gets the ownership of the iterator wrong and crashes): every key that
occurs in the file is asked of every item instead. The keys are read from the file's own table.
"""

import os
import struct
import sys
from functools import partial

# Python is started without this file's folder on its path, so that a gi beside the caller is none of its.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))

import gi
import gi._gi
import girepository
from girepository import G, kind_of

NONE = "-"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

FUNCTION, CALLBACK, STRUCT, BOXED, ENUM, FLAGS, OBJECT, INTERFACE, CONSTANT = range(1, 10)
UNION = 11
TAG_ARRAY, TAG_INTERFACE, TAG_GLIST, TAG_GSLIST, TAG_GHASH = range(15, 20)
PARAMETERS = {TAG_ARRAY: 1, TAG_GLIST: 1, TAG_GSLIST: 1, TAG_GHASH: 2}
IS_ACCESSOR = G.FunctionInfoFlags.IS_GETTER | G.FunctionInfoFlags.IS_SETTER
WRAPS_VFUNC = G.FunctionInfoFlags.WRAPS_VFUNC

REGISTERED = (
    ("type_name", G.registered_type_info_get_type_name),
    ("type_init", G.registered_type_info_get_type_init),
)
CALLABLE = (
    ("can_throw", G.callable_info_can_throw_gerror),
    ("is_method", G.callable_info_is_method),
    ("skip_return", G.callable_info_skip_return),
    ("return_nullable", G.callable_info_may_return_null),
    ("return_transfer", G.callable_info_get_caller_owns),
    ("instance_transfer", G.callable_info_get_instance_ownership_transfer),
)
FUNCTION_FACTS = (
    ("symbol", G.function_info_get_symbol),
    ("flags", girepository.function_flags),
    ("throws_itself", girepository.function_throws),
)
ARG = (
    ("direction", G.arg_info_get_direction),
    ("caller_allocates", G.arg_info_is_caller_allocates),
    ("optional", G.arg_info_is_optional),
    ("nullable", G.arg_info_may_be_null),
    ("skip", G.arg_info_is_skip),
    ("return_value", G.arg_info_is_return_value),
    ("transfer", G.arg_info_get_ownership_transfer),
    ("scope", G.arg_info_get_scope),
    ("closure", G.arg_info_get_closure),
    ("destroy", G.arg_info_get_destroy),
)
ARRAY_FACTS = (
    ("array_type", G.type_info_get_array_type),
    ("length", G.type_info_get_array_length),
    ("fixed_size", G.type_info_get_array_fixed_size),
    ("zero_terminated", G.type_info_is_zero_terminated),
)
FIELD = (("flags", G.field_info_get_flags), ("size", G.field_info_get_size), ("offset", G.field_info_get_offset))
PROPERTY = (("flags", G.property_info_get_flags), ("transfer", G.property_info_get_ownership_transfer))
PROPERTY_LINKS = (("getter", G.property_info_get_getter), ("setter", G.property_info_get_setter))
SIGNAL = (("flags", G.signal_info_get_flags), ("true_stops_emit", G.signal_info_true_stops_emit))
VFUNC = (
    ("flags", girepository.vfunc_flags),
    ("throws_itself", girepository.vfunc_throws),
    ("offset", G.vfunc_info_get_offset),
)
VFUNC_LINKS = (("invoker", G.vfunc_info_get_invoker), ("signal", G.vfunc_info_get_signal))
ENUM_FACTS = (("storage_type", G.enum_info_get_storage_type), ("error_domain", G.enum_info_get_error_domain))
STRUCT_FACTS = (
    ("size", G.struct_info_get_size),
    ("alignment", G.struct_info_get_alignment),
    ("is_gtype_struct", G.struct_info_is_gtype_struct),
    ("is_foreign", G.struct_info_is_foreign),
)
UNION_FACTS = (
    ("size", G.union_info_get_size),
    ("alignment", G.union_info_get_alignment),
    ("is_discriminated", G.union_info_is_discriminated),
)
OBJECT_FACTS = (
    ("is_abstract", G.object_info_get_abstract),
    ("is_fundamental", G.object_info_get_fundamental),
    ("is_final", G.object_info_get_final),
    ("object_type_name", G.object_info_get_type_name),
    ("object_type_init", G.object_info_get_type_init),
    ("ref", G.object_info_get_ref_function),
    ("unref", G.object_info_get_unref_function),
    ("set_value", G.object_info_get_set_value_function),
    ("get_value", G.object_info_get_get_value_function),
)
OBJECT_LINKS = (("parent", G.object_info_get_parent), ("class_struct", G.object_info_get_class_struct))


def text(value):
    return f'"{value.translate(ESCAPES)}"'


def show(value):
    if value is None:
        return NONE
    if isinstance(value, str):
        return text(value)
    if isinstance(value, float):
        return "double:" + struct.pack(">d", value).hex()
    return str(int(value))


def full_name(info):
    return NONE if info is None else text(f"{info.get_namespace()}.{info.get_name()}")


def own_name(info):
    return NONE if info is None else text(info.get_name())


def attribute_keys(data):
    """The distinct keys in a typelib's table of attributes, sorted."""
    (count, table) = struct.unpack_from("<II", data, 28)
    (stride,) = struct.unpack_from("<H", data, 60 + 2 * 9)
    keys = set()
    for i in range(count):
        (key,) = struct.unpack_from("<I", data, table + i * stride + 4)
        keys.add(data[key : data.index(0, key)].decode())
    return sorted(keys)


def counter(owner, noun):
    """The function that says how many members of one sort there are."""
    plural = "properties" if noun == "property" else f"{noun}s"
    return getattr(G, f"{owner}_info_get_n_{plural}")


class Walk:
    def __init__(self, namespace, keys, write):
        self.namespace = namespace
        self.keys = keys
        self.write = write

    def fact(self, path, name, value):
        self.write(f"{path}\t{name}\t{value}\n")

    def facts(self, path, table, info):
        write = self.write
        for name, get in table:
            if get is not None:
                write(f"{path}\t{name}\t{show(get(info))}\n")

    def base(self, path, info, find=None):
        self.fact(path, "name", text(info.get_name()))
        self.fact(path, "deprecated", show(info.is_deprecated()))
        for key in self.keys:
            value = info.get_attribute(key)
            if value is not None:
                self.fact(path, f"attribute {key}", text(value))
        if find is not None:
            found = find(info.get_name())
            self.fact(path, "found", show(found is not None and found.equal(info)))

    def members(self, path, owner, noun, info, visit, find=False):
        """The members of `info` of one sort; `visit` gets (path, member, index). `find`: whether names can be looked up."""
        n = counter(owner, noun)(info)
        get = getattr(G, f"{owner}_info_get_{noun}")
        lookup = partial(getattr(G, f"{owner}_info_find_{noun}"), info) if find else None
        self.fact(path, f"n_{noun}", n)
        for i in range(n):
            member = get(info, i)
            member_path = f"{path}/{noun}{i}"
            self.base(member_path, member, lookup)
            visit(member_path, member, i)

    def listed(self, path, owner, noun, info):
        """The names of other entries that `info` lists."""
        n = counter(owner, noun)(info)
        get = getattr(G, f"{owner}_info_get_{noun}")
        self.fact(path, f"n_{noun}", n)
        for i in range(n):
            self.fact(path, f"{noun}{i}", full_name(get(info, i)))

    # Types.

    def type(self, path, info):
        tag = int(G.type_info_get_tag(info))
        self.fact(path, "tag", tag)
        self.fact(path, "pointer", show(G.type_info_is_pointer(info)))
        if tag == TAG_ARRAY:
            self.facts(path, ARRAY_FACTS, info)
        elif tag == TAG_INTERFACE:
            named = G.type_info_get_interface(info)
            self.fact(path, "interface", full_name(named))
            if named.get_namespace() == self.namespace:
                self.fact(path, "interface_kind", kind_of(named))
            # What stands in the directory has no container: this is the callback type of a field.
            embedded = named.get_container() is not None
            self.fact(path, "embedded", show(embedded))
            if embedded:
                self.base(f"{path}/callback", named)
                self.callable(f"{path}/callback", named)
        for i in range(PARAMETERS.get(tag, 0)):
            self.type(f"{path}/{i}", G.type_info_get_param_type(info, i))

    # Callables.

    def callable(self, path, info, _index=None):
        self.facts(path, CALLABLE, info)
        for key in self.keys:
            value = G.callable_info_get_return_attribute(info, key)
            if value is not None:
                self.fact(path, f"return_attribute {key}", text(value))
        self.type(f"{path}/return", G.callable_info_get_return_type(info))
        self.members(path, "callable", "arg", info, self.arg)

    def arg(self, path, info, _index):
        self.facts(path, ARG, info)
        self.type(f"{path}/type", G.arg_info_get_type(info))

    def function(self, path, info, _index=None):
        self.facts(path, FUNCTION_FACTS, info)
        flags = G.function_info_get_flags(info)
        # Without these flags the library returns whatever has index 0.
        if flags & IS_ACCESSOR:
            self.fact(path, "property", own_name(G.function_info_get_property(info)))
        elif flags & WRAPS_VFUNC:
            self.fact(path, "vfunc", own_name(G.function_info_get_vfunc(info)))
        self.callable(path, info)

    def signal(self, path, info, _index):
        self.facts(path, SIGNAL, info)
        self.fact(path, "class_closure", own_name(G.signal_info_get_class_closure(info)))
        self.callable(path, info)

    def vfunc(self, path, info, _index):
        self.facts(path, VFUNC, info)
        for name, get in VFUNC_LINKS:
            self.fact(path, name, own_name(get(info)))
        self.callable(path, info)

    # Other members.

    def field(self, path, info, _index):
        self.facts(path, FIELD, info)
        self.type(f"{path}/type", G.field_info_get_type(info))

    def property(self, path, info, _index):
        self.facts(path, PROPERTY, info)
        for name, get in PROPERTY_LINKS:
            self.fact(path, name, own_name(get(info)))
        self.type(f"{path}/type", G.property_info_get_type(info))

    def value(self, path, info, _index):
        self.fact(path, "value", G.value_info_get_value(info))

    def constant(self, path, info, plain):
        """`plain` is the same constant as one of PyGObject's own info objects."""
        self.fact(path, "value", show(plain.get_value()))
        self.type(f"{path}/type", G.constant_info_get_type(info))

    def constants(self, path, owner, info, plain):
        plain_constants = plain.get_constants() if counter(owner, "constant")(info) else ()

        def visit(member_path, member, i):
            self.constant(member_path, member, plain_constants[i])

        self.members(path, owner, "constant", info, visit)

    # Entries.

    def struct(self, path, info):
        self.facts(path, REGISTERED, info)
        self.facts(path, STRUCT_FACTS, info)
        self.members(path, "struct", "field", info, self.field, find=True)
        self.members(path, "struct", "method", info, self.function, find=True)

    def union(self, path, info):
        self.facts(path, REGISTERED, info)
        self.facts(path, UNION_FACTS, info)
        if G.union_info_is_discriminated(info):
            self.fact(path, "discriminator_offset", G.union_info_get_discriminator_offset(info))
            self.type(f"{path}/discriminator", G.union_info_get_discriminator_type(info))
            n = G.union_info_get_n_fields(info)
            self.fact(path, "n_discriminator", n)
            for i in range(n):
                discriminator = G.union_info_get_discriminator(info, i)
                self.base(f"{path}/discriminator{i}", discriminator)
                self.type(f"{path}/discriminator{i}/type", G.constant_info_get_type(discriminator))
        self.members(path, "union", "field", info, self.field)
        self.members(path, "union", "method", info, self.function, find=True)

    def enum(self, path, info):
        self.facts(path, REGISTERED, info)
        self.facts(path, ENUM_FACTS, info)
        self.members(path, "enum", "value", info, self.value)
        self.members(path, "enum", "method", info, self.function)

    def object(self, path, info, plain):
        self.facts(path, REGISTERED, info)
        self.facts(path, OBJECT_FACTS, info)
        for name, get in OBJECT_LINKS:
            self.fact(path, name, full_name(get(info)))
        self.listed(path, "object", "interface", info)
        self.members(path, "object", "field", info, self.field)
        self.class_members(path, "object", info, plain)

    def interface(self, path, info, plain):
        self.facts(path, REGISTERED, info)
        self.fact(path, "iface_struct", full_name(G.interface_info_get_iface_struct(info)))
        self.listed(path, "interface", "prerequisite", info)
        self.class_members(path, "interface", info, plain)

    def class_members(self, path, owner, info, plain):
        self.members(path, owner, "property", info, self.property)
        self.members(path, owner, "method", info, self.function, find=True)
        self.members(path, owner, "signal", info, self.signal, find=True)
        self.members(path, owner, "vfunc", info, self.vfunc, find=True)
        self.constants(path, owner, info, plain)

    def typelib(self, repository):
        namespace = self.namespace
        self.fact("", "namespace", text(namespace))
        self.fact("", "version", show(repository.get_version(namespace)))
        self.fact("", "c_prefix", show(repository.get_c_prefix(namespace)))
        self.fact("", "shared_library", show(repository.get_shared_library(namespace) or None))
        self.fact("", "dependencies", text("|".join(repository.get_immediate_dependencies(namespace))))
        count = repository.get_n_infos(namespace)
        self.fact("", "n_entries", count)
        plain = gi._gi.Repository.get_default().get_infos(namespace)
        for i in range(count):
            self.entry(repository, i, plain[i])

    def entry(self, repository, index, plain):
        info = repository.get_info(self.namespace, index)
        path = f"{index}:{info.get_name()}"
        kind = kind_of(info)
        # The newer library says of what has only a GType that it is a struct.
        self.fact(path, "kind", STRUCT if kind == BOXED else kind)
        if "is_boxed" not in girepository.hidden:
            self.fact(path, "is_boxed", show(kind == BOXED))
        self.fact(path, "namespace", text(info.get_namespace()))
        self.base(path, info, partial(repository.find_by_name, self.namespace))
        if kind == FUNCTION:
            self.function(path, info)
        elif kind == CALLBACK:
            self.callable(path, info)
        elif kind in (STRUCT, BOXED):
            self.struct(path, info)
        elif kind in (ENUM, FLAGS):
            self.enum(path, info)
        elif kind == OBJECT:
            self.object(path, info, plain)
        elif kind == INTERFACE:
            self.interface(path, info, plain)
        elif kind == CONSTANT:
            self.constant(path, info, plain)
        elif kind == UNION:
            self.union(path, info)


def versions():
    return f"PyGObject {gi.__version__}, girepository {girepository.library}"


def main():
    (argument,) = sys.argv[1:]
    if argument == "--version":
        print(versions(), girepository.own, *girepository.hidden, sep="\n")
        return
    folder, file = os.path.split(os.path.abspath(argument))
    namespace, version = file.removesuffix(".typelib").rsplit("-", 1)
    repository = girepository.default
    # The caller's GI_TYPELIB_PATH makes sure that no file of the same name is found elsewhere.
    repository.require(namespace, version, 0)
    found = repository.get_typelib_path(namespace)
    if not os.path.samefile(found, argument):
        sys.exit(f"{argument} was asked for, {found} was loaded")
    with open(argument, "rb") as file:
        keys = attribute_keys(file.read())
    out = open(sys.stdout.fileno(), "w", encoding="utf-8", errors="surrogateescape", newline="\n", buffering=1 << 20)
    Walk(namespace, keys, out.write).typelib(repository)
    out.flush()


if __name__ == "__main__":
    main()
