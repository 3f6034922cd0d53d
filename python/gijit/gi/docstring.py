"""Documentation of functions and classes, written from what their typelib says.

A program may put a generator of its own in place of this one: a callable that takes an info object (``gi._gi.BaseInfo``)
and returns text.
"""

from . import _gi
from ._plan import plan_of

_HINTS = {
    "boolean": "bool",
    "integer": "int",
    "number": "float",
    "text": "str",
    "gtype": "GType",
    "error": "error",
    "array": "list",
    "list": "list",
    "hash": "dict",
}


def _hint(type_):
    """The type as one word; empty for a pointer to anything."""
    kind = type_[0]
    if kind in ("named", "callback", "unresolved"):
        return f"{type_[1]}.{type_[2]}"
    return _HINTS.get(kind, "")


def _named(name, type_):
    hint = _hint(type_)
    return f"{name}:{hint}" if hint else name


def _callable_line(info):
    """``name(self, first:int, second:str=None) -> bool, out:str``"""
    plan = plan_of(info)
    parameters = ["self"] if plan.role in ("method", "vfunc") else []
    parameters += [
        _named(arg.name, arg.type)
        + ("=None" if arg.nullable or plan.is_optional_data(arg) else "=<optional>" if arg.optional else "")
        for arg in plan.parameters()
    ]
    line = f"{plan.name}({', '.join(parameters)})"
    results = []
    for name, type_, nullable in plan.results():
        if name is None:
            if hint := _hint(type_):
                results.append(hint + (" or None" if nullable else ""))
        else:
            results.append(_named(name, type_))
    return f"{line} -> {', '.join(results)}" if results else line


def _constructors(info):
    """How instances of a class are made, as a list in reStructuredText; empty where nobody can make one."""
    if isinstance(info, _gi.StructInfo):
        direct = f"{info.get_name()}()" if info.get_size() > 0 else None
    else:
        direct = f"{info.get_name()}(**properties)"
    lines = [_callable_line(method) for method in info.get_methods() if method.is_constructor()]
    if direct is not None:
        lines.insert(0, direct)
    if not lines:
        return ""
    return "\n:Constructors:\n\n::\n\n" + "".join(f"    {line}\n" for line in lines)


def _generate_doc_dispatch(info):
    """The documentation of any info."""
    if isinstance(info, _gi.CallableInfo):
        return _callable_line(info)
    if isinstance(info, (_gi.ObjectInfo, _gi.StructInfo)):
        return _constructors(info)
    return ""


_generator = _generate_doc_dispatch


def set_doc_string_generator(func):
    """Let ``func(info)`` write all documentation from now on."""
    global _generator
    _generator = func


def get_doc_string_generator():
    """What writes the documentation: ``_generate_doc_dispatch`` unless a program has set another."""
    return _generator


def generate_doc_string(info):
    """The documentation of an info, by the generator that is in force."""
    return _generator(info)
