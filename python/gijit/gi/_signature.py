"""``inspect.Signature`` of functions, methods, virtual functions, signals and callback types."""

from collections.abc import Callable
from inspect import Parameter, Signature
from typing import Any, Optional

from . import _gi
from ._plan import plan_of
from .module import get_class, repository

_CLASSES = {
    "void": None,
    "pointer": Any,
    "boolean": bool,
    "integer": int,
    "number": float,
    "text": str,
    "gtype": _gi.GType,
}


def _optional(annotation):
    try:
        return annotation | None
    except TypeError:
        # A type that is only a name.
        return Optional[annotation]  # noqa: UP045


def _annotation(type_, pending=()):
    """What stands for a type in a signature. ``pending`` are the callback types that this one is part of."""
    kind = type_[0]
    if kind == "error":
        return get_class("GLib", "Error")
    if kind == "named":
        return get_class(*type_[1:])
    if kind == "callback":
        return _callback(*type_[1:], pending)
    if kind == "unresolved":
        return f"{type_[1]}.{type_[2]}"
    if kind in ("array", "list"):
        return list[_annotation(type_[1], pending)]
    if kind == "hash":
        return dict[_annotation(type_[1], pending), _annotation(type_[2], pending)]
    return _CLASSES[kind]


def _callback(namespace, name, pending):
    info = repository.find_by_name(namespace, name)
    if not isinstance(info, _gi.CallbackInfo) or (namespace, name) in pending:
        return f"{namespace}.{name}"
    plan = plan_of(info)
    pending = (*pending, (namespace, name))
    return Callable[[_parameter(arg, pending) for arg in plan.parameters()], _returned(plan, pending)]


def _parameter(arg, pending=()):
    annotation = _annotation(arg.type, pending)
    return _optional(annotation) if arg.nullable and annotation is not Any else annotation


def _returned(plan, pending=()):
    results = []
    for _, type_, nullable in plan.results():
        annotation = _annotation(type_, pending)
        results.append(_optional(annotation) if nullable else annotation)
    if not results:
        return None
    return results[0] if len(results) == 1 else tuple[tuple(results)]


def _first_names(plan):
    if plan.role == "method":
        return ["self"]
    if plan.role == "vfunc":
        return ["type", "self"]
    return []


def generate_signature(info):
    """The signature of a CallableInfo, as Python calls it or, for a callback type, is called."""
    plan = plan_of(info)
    shown = plan.parameters()
    taken = {arg.name for arg in plan.args if arg.job != "instance"}
    parameters = []
    # A default must not come before a parameter that has none.
    optional = True
    for arg in reversed(shown):
        default = Parameter.empty
        if arg.nullable or plan.is_optional_data(arg):
            default = None
        elif arg.optional:
            default = ...
        optional = optional and default is not Parameter.empty
        parameters.append(
            Parameter(
                arg.name,
                Parameter.POSITIONAL_OR_KEYWORD,
                default=default if optional else Parameter.empty,
                annotation=_parameter(arg),
            )
        )
    for name in reversed(_first_names(plan)):
        while name in taken:
            name += "_"
        parameters.append(Parameter(name, Parameter.POSITIONAL_OR_KEYWORD))
    parameters.reverse()
    return Signature(parameters, return_annotation=_returned(plan))
