"""``python -m gijit explain NAME``: what something in a namespace is, and how its calls are carried out.

It asks the typelib, not the overrides, and says where Python has put something of its own in the place.
"""

import os
import re
import sys
import warnings

USAGE = """\
usage: python -m gijit explain [--code] NAMESPACE[-VERSION][.NAME]

NAME is that of a function, class, struct, enumeration, constant or callback type, or CLASS.NAME with a method, property,
signal, virtual function, field or value of the class, its own or inherited. Gtk-3.0.Widget.show asks for a version;
without one it is the newest. --code adds the LLVM IR and the assembly of a function's thunk.
"""

_ROUTE = re.compile(r"([A-Za-z_]\w*)(?:-(\d+(?:\.\d+)*))?(?:\.(.+))?$")


class Unknown(Exception):
    """A name that there is not; the message says what there is."""


def _near(name, names):
    """What somebody may have meant, as the end of a sentence."""
    from difflib import get_close_matches

    names = sorted(set(names))
    found = get_close_matches(name, names, 4, 0.6)
    if not found:
        plain = {other.lower().replace("_", "").replace("-", ""): other for other in names}
        found = [plain[key] for key in get_close_matches(name.lower().replace("_", ""), plain, 4, 0.6)]
    found += [other for other in names if name.lower() in other.lower() and other not in found][: 4 - len(found)]
    return f": did you mean {', '.join(found)}?" if found else ""


def _namespace(name, version):
    """The introspection module of a namespace, loaded. Unknown if there is none."""
    import gi
    from gi._gi import enumerate_versions, search_path
    from gi.module import get_introspection_module

    versions = list(enumerate_versions(name))
    if not versions:
        import glob
        import os

        files = [path for folder in search_path() for path in glob.glob(os.path.join(folder, "*.typelib"))]
        known = {os.path.basename(path).rpartition("-")[0] for path in files}
        raise Unknown(
            f"there is no namespace {name}{_near(name, known)}\n"
            f"Its typelib is not in {', '.join(search_path())}: python -m gijit doctor {name} says what installs it."
        )
    if version is not None and version not in versions:
        raise Unknown(f"there is no version {version} of {name}, but {', '.join(sorted(versions))}")
    if version is not None:
        gi.require_version(name, version)
    return get_introspection_module(name, version)


def _kind(info):
    """What an info is called, in the field's terms."""
    from gi import _gi

    if isinstance(info, _gi.EnumInfo):
        return "flags" if info.is_flags() else "enumeration"
    for name, text in (
        ("FunctionInfo", "function"),
        ("CallbackInfo", "callback type"),
        ("VFuncInfo", "virtual function"),
        ("SignalInfo", "signal"),
        ("PropertyInfo", "property"),
        ("ObjectInfo", "class"),
        ("InterfaceInfo", "interface"),
        ("StructInfo", "struct"),
        ("UnionInfo", "union"),
        ("ConstantInfo", "constant"),
        ("FieldInfo", "field"),
        ("ValueInfo", "value"),
    ):
        if isinstance(info, getattr(_gi, name)):
            return text
    return type(info).__name__


def _some(info, method):
    """What a container has of one kind; empty where it cannot have any."""
    get = getattr(info, f"get_{method}", None)
    return list(get()) if get is not None else []


#: What the members of a container are found by, in this order.
_MEMBERS = ("methods", "properties", "signals", "vfuncs", "fields", "values", "constants")


def _named(member):
    name = member.get_name()
    yield name
    unescaped = member.get_name_unescaped()
    yield unescaped
    yield unescaped.replace("-", "_")
    if _kind(member) == "virtual function":
        yield f"do_{name}"
    elif _kind(member) == "value":
        yield name.upper()


def _ancestors(info):
    """A container, then those that it inherits from, nearest first."""
    queue, seen = [info], set()
    while queue:
        one = queue.pop(0)
        key = (one.get_namespace(), one.get_name())
        if key in seen:
            continue
        seen.add(key)
        yield one
        parent = one.get_parent() if hasattr(one, "get_parent") else None
        queue += [parent] if parent is not None else []
        queue += _some(one, "interfaces") + _some(one, "prerequisites")


def _members(info, name):
    """The members of that name in the first container that has any: (container, [member])."""
    wanted = name.lstrip(":")
    for container in _ancestors(info):
        found = [m for kind in _MEMBERS for m in _some(container, kind) if wanted in _named(m)]
        if name.startswith("::"):
            found = [m for m in found if _kind(m) == "signal"]
        elif name.startswith(":"):
            found = [m for m in found if _kind(m) == "property"]
        if found:
            return container, found
    names = [n for one in _ancestors(info) for kind in _MEMBERS for m in _some(one, kind) for n in _named(m)]
    path = f"{info.get_namespace()}.{info.get_name()}"
    raise Unknown(f"{path} has no {wanted}{_near(wanted, names)}")


def _signature(info):
    import inspect

    from gi._signature import generate_signature

    try:
        signature = generate_signature(info)
    except Exception as error:
        return f"(...)  [no signature: {error}]"
    text = str(signature)
    return text if inspect.Signature.empty is not signature.return_annotation else f"{text} -> None"


def _type(info):
    """A type as its typelib has it."""
    tag = info.get_tag_as_string()
    interface = info.get_interface() if tag == "interface" else None
    if interface is not None:
        return f"{interface.get_namespace()}.{interface.get_name()}"
    if tag in ("array", "glist", "gslist", "ghash"):
        items = [info.get_param_type(i) for i in range(2 if tag == "ghash" else 1)]
        return f"{tag} of {', '.join(_type(item) for item in items if item is not None)}"
    return tag


def _flags(value, names):
    """The names of the flags that are set in a number."""
    return ", ".join(name for bit, name in names.items() if int(value) & bit) or "none"


_PARAM = {1: "readable", 2: "writable", 4: "construct", 8: "construct only"}
_SIGNAL = {
    1: "run first",
    2: "run last",
    4: "run cleanup",
    8: "no recurse",
    16: "detailed",
    32: "action",
    64: "no hooks",
}


def _path(info):
    container = info.get_container()
    own = info.get_name()
    inside = f"{container.get_name()}.{own}" if container is not None else own
    return f"{info.get_namespace()}.{inside}"


def _tier():
    import gijit

    stats = gijit.stats()
    if stats["tier"] == "ffi":
        return "libffi: GIJIT_TIER is ffi"
    if stats["tier"] == "thunk":
        return "thunk, made at the first call: GIJIT_TIER is thunk"
    much = "" if os.environ.get("GIJIT_THRESHOLD") else ", in a process that calls much"
    return f"libffi at first, a thunk after {stats['threshold']:,} calls{much}"


def _function(info, code):
    import gijit

    yield f"{_path(info)}{_signature(info)}"
    try:
        text = gijit.explain(info, code=code)
    except Exception as error:
        yield f"  cannot be called: {error}"
        return
    lines = text.splitlines()
    for line in lines:
        if line.startswith("  tier: cold"):
            line = f"  tier: {_tier()}"
        yield line
    reason = next((line.partition(": ")[2] for line in lines if line.startswith("  no shape: ")), None)
    if reason is not None:
        yield f"  tier: always libffi, which does everything: no thunk, because of this: {reason}"


def _entry(info):
    """A callable that C calls: a signal's handler, a virtual function, a callback."""
    kind = _kind(info)
    if kind == "signal":
        yield f"{_path(info).rpartition('.')[0]}::{info.get_name()}, a signal: handler{_signature(info)}"
        yield f"  flags: {_flags(info.get_flags(), _SIGNAL)}"
    elif kind == "virtual function":
        yield f"{_path(info).rpartition('.')[0]}.do_{info.get_name()}, a virtual function: {_signature(info)}"
        invoker = info.get_invoker()
        if invoker is not None:
            yield f"  called by: {_path(invoker)}"
    else:
        yield f"{_path(info)}, a callback type: {_signature(info)}"
    from gi._gi import _explain_entry

    text, entry, why = _explain_entry(info)
    # The lines that say how Python would call it are not about this direction.
    yield from (
        line
        for line in text.splitlines()[1:]
        if not line.startswith(("  Python:", "  GIL:", "  shape:", "  no shape:"))
    )
    if entry is not None:
        yield f"  entry: {entry}"
        yield f"  tier: {_tier().replace('a thunk', 'an entry')}"
    else:
        yield f"  tier: always libffi's closure, which does everything: no entry, because of this: {why}"


def _property(info):
    yield f"{_path(info).rpartition('.')[0]}:{info.get_name()}, a property of type {_type(info.get_type_info())}"
    yield f"  flags: {_flags(info.get_flags(), _PARAM)}"
    yield f"  Python: obj.props.{info.get_name().replace('-', '_')}"


def _list(title, names):
    import textwrap

    names = list(names)
    if names:
        text = f"{title} ({len(names)}): {', '.join(names)}"
        yield textwrap.fill(text, 118, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False)


def _container(info):
    kind = _kind(info)
    path = f"{info.get_namespace()}.{info.get_name()}"
    ancestors = list(_ancestors(info))[1:]
    line = [path]
    parent = info.get_parent() if hasattr(info, "get_parent") else None
    while parent is not None:
        line.append(f"{parent.get_namespace()}.{parent.get_name()}")
        parent = parent.get_parent()
    yield f"{path}, {'an' if kind[0] in 'aeiou' else 'a'} {kind}"
    name = info.get_type_name() if hasattr(info, "get_type_name") else None
    yield f"  GType: {name or 'none'}"
    if len(line) > 1:
        yield f"  derives from: {' < '.join(line[1:])}"
    yield from _list(
        "implements", [f"{one.get_namespace()}.{one.get_name()}" for one in ancestors if _kind(one) == "interface"]
    )
    if hasattr(info, "get_size"):
        yield f"  size: {info.get_size()} bytes by the typelib"
    from gi.overrides._lazy import names_of

    module = _module_of(info)
    if info.get_name() in (names_of(module) or ()):
        yield "  Python has a class of its own in this place (an override), with what the typelib says behind it"
    methods = _some(info, "methods")
    constructors = [m for m in methods if m.is_constructor()]
    yield from _list("constructors", (f"{m.get_name()}{_plain(m)}" for m in constructors))
    yield from _list("methods", (m.get_name() for m in methods if m.is_method()))
    yield from _list("functions", (m.get_name() for m in methods if not m.is_method() and not m.is_constructor()))
    for kind in ("properties", "signals", "vfuncs", "fields", "constants"):
        title = "virtual functions" if kind == "vfuncs" else kind
        yield from _list(title, (("do_" if kind == "vfuncs" else "") + m.get_name() for m in _some(info, kind)))
    yield from _list("values", (f"{m.get_name().upper()} = {m.get_value()}" for m in _some(info, "values")))


def _plain(function):
    return f"({', '.join(arg.get_name() for arg in function.get_arguments())})"


def _module_of(info):
    from gi.module import get_introspection_module

    return get_introspection_module(info.get_namespace())


def _whole(module):
    """A namespace."""
    from gi import _gi
    from gi.module import repository

    namespace = module._namespace
    infos = repository.get_infos(namespace)
    yield f"{namespace} {module._version}, a namespace"
    yield f"  typelib: {module.__path__[0]}"
    yield f"  versions here: {', '.join(sorted(_gi.enumerate_versions(namespace)))}"
    yield f"  needs: {', '.join(f'{name}-{version}' for name, version in _gi.immediate_dependencies(namespace)) or 'nothing'}"
    kinds = {}
    for info in infos:
        kinds[_kind(info)] = kinds.get(_kind(info), 0) + 1
    yield f"  has: {', '.join(f'{number} x {kind}' for kind, number in sorted(kinds.items()))}"


def _of_python(namespace, first, last):
    """What an override of Python's has put under a name, or under a name of a class: a function or another value. None
    where the name is the typelib's own, or nobody's."""
    from importlib import import_module

    from gi import _gi

    try:
        value = getattr(import_module(f"gi.repository.{namespace}"), first, None)
    except Exception:
        # A namespace that cannot be imported here, as it wants a display: nothing is known of its overrides.
        return None
    if not last:
        from gi.overrides._lazy import names_of

        if value is None or isinstance(value, _gi.BaseInfo):
            return None
        listed = names_of(_namespace(namespace, None)) or ()
        in_typelib = _gi.Repository.get_default().find_by_name(namespace, first) is not None
        return value if first in listed and not (in_typelib and isinstance(value, type)) else None
    for base in getattr(value, "__mro__", ()):
        if last in vars(base):
            member = vars(base)[last]
            member = getattr(member, "__func__", member)
            is_own = isinstance(member, property) or callable(member) and not isinstance(member, _gi.BaseInfo)
            return member if is_own and base is not object else None
    return None


def _where(function):
    """Where a function of Python's stands, as words; nothing for what has no code of its own."""
    code = getattr(getattr(function, "fget", function), "__code__", None)
    return "" if code is None else f" ({code.co_filename}:{code.co_firstlineno})"


def _added(rest, namespace, value):
    """What is there by an override alone."""
    import inspect

    text = ""
    if callable(value):
        try:
            text = str(inspect.signature(value))
        except (TypeError, ValueError):
            text = "(...)"
    else:
        text = "" if isinstance(value, property) else f" = {value!r}"
    yield f"{namespace}.{rest}{text}"
    yield f"  not in the typelib: Python adds it, by an override{_where(value)}"


def lines_of(route, code=False):
    """The explanation, line by line. Unknown for a name that there is not."""
    from gi import _gi
    from gi.module import repository

    match = _ROUTE.match(route)
    if match is None:
        raise Unknown(f"{route!r} is no name such as Gtk.Widget.show")
    namespace, version, rest = match.groups()
    module = _namespace(namespace, version)
    if rest is None:
        yield from _whole(module)
        return
    first, sign, last = rest.partition(":")
    last = sign + last
    if not sign:
        first, _, last = rest.partition(".")
    info = repository.find_by_name(namespace, first)
    added = _of_python(namespace, first, last.lstrip(":"))
    if info is None:
        if added is not None:
            yield from _added(rest, namespace, added)
            return
        names = [one.get_name() for one in repository.get_infos(namespace)]
        raise Unknown(f"{namespace} {module._version} has no {first}{_near(first, names)}")
    found = [info]
    if last:
        try:
            container, found = _members(info, last)
        except Unknown:
            if added is None:
                raise
            yield from _added(rest, namespace, added)
            return
        if container is not info and (container.get_namespace(), container.get_name()) != (namespace, first):
            yield f"{namespace}.{first} has it from {container.get_namespace()}.{container.get_name()}:"
    for one in found:
        if isinstance(one, _gi.FunctionInfo):
            if added is not None:
                yield f"Python has a function of its own in this place{_where(added)}. What it may call:"
            yield from _function(one, code)
        elif isinstance(one, _gi.CallableInfo):
            yield from _entry(one)
        elif isinstance(one, _gi.PropertyInfo):
            yield from _property(one)
        elif isinstance(one, (_gi.ConstantInfo, _gi.ValueInfo)):
            yield f"{_path(one)} = {one.get_value()!r}, a {_kind(one)}"
        elif isinstance(one, _gi.FieldInfo):
            place = f"at byte {one.get_offset()} by the typelib"
            yield f"{_path(one)}, a field of type {_type(one.get_type_info())}, {place}"
        else:
            yield from _container(one)


def main(args):
    code = "--code" in args
    names = [arg for arg in args if arg != "--code"]
    if len(names) != 1 or names[0].startswith("-"):
        print(USAGE, end="", file=sys.stdout if names in (["-h"], ["--help"]) else sys.stderr)
        return 0 if names in (["-h"], ["--help"]) else 2
    import gijit

    gijit.install()
    import gi

    # Nobody wants windows here.
    gi.disable_legacy_autoinit()
    warnings.simplefilter("ignore")
    try:
        for line in lines_of(names[0], code):
            print(line)
    except Unknown as error:
        print(f"gijit explain: {error}", file=sys.stderr)
        return 1
    return 0
