"""GIRepository through PyGObject, in one form for its two generations: that of the older, 2.0, in which everything is a
function of the namespace. ``G`` is the namespace itself, or what makes the newer one, 3.0, look like it.

``own`` is the typelib of the one that is used: the other's cannot be loaded beside it. ``hidden`` names the facts that this
one cannot tell. Must not know what is asked of it, nor gijit.
"""

import gi

# The numbers that 2.0 gives to sorts of entries; 3.0 has a class for each.
KINDS = ("Function", "Callback", "Struct", "", "Enum", "Flags", "Object", "Interface", "Constant", "", "Union")
# What 3.0 calls otherwise: {class: {function of 2.0: method}}.
RENAMED = {
    "RegisteredType": {"get_type_init": "get_type_init_function_name"},
    "Object": {
        "get_type_init": "get_type_init_function_name",
        "get_ref_function": "get_ref_function_name",
        "get_unref_function": "get_unref_function_name",
        "get_set_value_function": "get_set_value_function_name",
        "get_get_value_function": "get_get_value_function_name",
    },
    "Arg": {"get_type": "get_type_info", "get_closure": "get_closure_index", "get_destroy": "get_destroy_index"},
    "Type": {"get_array_length": "get_array_length_index"},
    "Field": {"get_type": "get_type_info"},
    "Property": {"get_type": "get_type_info"},
    "Constant": {"get_type": "get_type_info"},
}
# Methods of 3.0 that say with a truth whether there is a number, where 2.0 has -1 for none.
MAYBE = ("get_closure_index", "get_destroy_index", "get_array_length_index", "get_array_fixed_size")
# The bits with which 2.0 says that a function or vfunc throws by its own blob; compilers write that elsewhere now. 3.0
# has another use for the one, and none for the other.
FUNCTION_THROWS, VFUNC_THROWS = 1 << 5, 1 << 3


class Repository:
    """GIRepository.Repository of 3.0 as if it were of 2.0."""

    def __init__(self, repository):
        self._repository = repository

    def __getattr__(self, name):
        return getattr(self._repository, name)

    def get_shared_library(self, namespace):
        return ",".join(self._repository.get_shared_libraries(namespace) or ()) or None


class Newer:
    """GIRepository 3.0 as if it were 2.0."""

    def __init__(self, namespace):
        self._namespace = namespace
        self.FunctionInfoFlags = namespace.FunctionInfoFlags

    def __getattr__(self, name):
        noun, found, method = name.partition("_info_")
        if not found:
            raise AttributeError(name)
        sort = {"vfunc": "VFunc"}.get(noun) or noun.title().replace("_", "")
        method = RENAMED.get(sort, {}).get(method, method)
        get = getattr(getattr(self._namespace, f"{sort}Info"), method)
        if method in MAYBE:
            wrapped = get

            def get(info):
                there, number = wrapped(info)
                return number if there else -1
        elif method == "get_discriminator_offset":
            return lambda info: get(info)[1]
        setattr(self, name, get)
        return get


def _kind_of_newer(info):
    # Flags are enumerations too.
    for number in sorted(range(len(KINDS)), key=lambda number: KINDS[number] != "Flags"):
        if KINDS[number] and isinstance(info, getattr(_namespace, f"{KINDS[number]}Info")):
            return number + 1
    raise TypeError(type(info).__name__)


if gi.version_info < (3, 51):
    gi.require_version("GIRepository", "2.0")
    from gi.repository import GIRepository as G

    default = G.Repository.get_default()
    own = "GIRepository-2.0"
    library = ".".join(str(f()) for f in (G.get_major_version, G.get_minor_version, G.get_micro_version))

    # Facts of the other generation alone.
    hidden = ()

    def kind_of(info):
        """The number of an entry's sort."""
        return int(info.get_type())

    def function_throws(info):
        """Whether its own blob says so. There is no such function where that cannot be known."""
        return bool(G.function_info_get_flags(info) & FUNCTION_THROWS)

    def vfunc_throws(info):
        return bool(G.vfunc_info_get_flags(info) & VFUNC_THROWS)

else:
    gi.require_version("GIRepository", "3.0")
    from gi.repository import GIRepository as _namespace
    from gi.repository import GLib

    G = Newer(_namespace)
    # The one that PyGObject itself uses.
    default = Repository(_namespace.Repository.dup_default())
    own = "GIRepository-3.0"
    library = f"of GLib {GLib.MAJOR_VERSION}.{GLib.MINOR_VERSION}.{GLib.MICRO_VERSION}"
    hidden = ("is_boxed", "throws_itself")
    kind_of = _kind_of_newer
    function_throws = vfunc_throws = None


def function_flags(info):
    return int(G.function_info_get_flags(info)) & ~FUNCTION_THROWS


def vfunc_flags(info):
    return int(G.vfunc_info_get_flags(info)) & ~VFUNC_THROWS
