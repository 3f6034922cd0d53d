"""Every answer of every info object of a namespace, one line for each object.

Runs in two environments, that of gijit and that of PyGObject, each in a process of its own; must not know which one it
is in. Usage: walk.py NAMESPACE-VERSION [QUESTION...]; questions are those that not all versions of PyGObject can answer.

A line is the path of an object, its class, and its answers, with tabs between. Which questions are asked follows from
the classes themselves: all methods that take no argument. Not asked is what crashes PyGObject or gets a random answer there:
the array questions of what is no array, the property of what is no accessor, the virtual function of a method.
"""

import importlib
import re
import sys

import gi._gi as infos

#: Methods with arguments, and one that PyGObject answers at random.
SKIPPED = {"equal", "get_attribute", "get_return_attribute", "get_param_type", "invoke", "get_vfunc"}
#: Asked only on request. Some versions do not have them; the last aborts the process for most arrays from 3.52.
ON_REQUEST = {"__signature__", "get_finish_func", "get_array_fixed_size"}
#: Names that PyGObject had before 3.52.
OLD = {
    "get_type_info": "get_type",
    "get_closure_index": "get_closure",
    "get_destroy_index": "get_destroy",
    "get_array_length_index": "get_array_length",
}
ARRAY = {"get_array_type", "get_array_fixed_size", "get_array_length_index", "is_zero_terminated"}
CHILDREN = ["get_methods", "get_fields", "get_properties", "get_signals", "get_vfuncs", "get_constants", "get_values"]
CHILDREN += ["get_arguments"]
TYPES = ["get_return_type", "get_type_info"]
ATTRIBUTES = ("deprecated", "gobject.property.set", "org.gtk.Property.get", "no such key")

_questions = {}
requested = []


def questions(info):
    cls = type(info)
    if cls not in _questions:
        asked = sorted(
            name
            for name in dir(cls)
            if name.startswith(("get_", "is_", "may_", "can_", "skip_", "true_"))
            and name not in SKIPPED | ON_REQUEST
            and name not in OLD.values()
            and not (name == "get_value" and isinstance(info, infos.FieldInfo))
        )
        asked += [new for new, old in OLD.items() if new not in asked and has_old(cls, old)]
        asked += [name for name in requested if hasattr(cls, name)]
        _questions[cls] = sorted(asked)
    return _questions[cls]


def has_old(cls, name):
    # BaseInfo itself had a `get_type`, of another meaning.
    return hasattr(cls, name) and getattr(infos.BaseInfo, name, None) is not getattr(cls, name)


def ask(info, question):
    method = getattr(info, question, None)
    return (method or getattr(info, OLD[question]))()


def name(info):
    return f"{type(info).__name__}:{info.get_namespace()}.{info.get_name()}"


def show(answer):
    if isinstance(answer, infos.BaseInfo):
        container = answer.get_container()
        return f"{name(container)}/{name(answer)}" if container is not None else name(answer)
    if isinstance(answer, (tuple, list)):
        return f"[{' '.join(map(show, answer))}]"
    if isinstance(answer, infos.GType):
        return f"GType:{answer.name}"
    return repr(answer)


def answer(info, question):
    if isinstance(info, infos.TypeInfo) and question in ARRAY and info.get_tag() != infos.TypeTag.ARRAY:
        return "not asked"
    if question == "get_property" and not info.get_flags() & 12:
        return "not asked"
    if question in ("__signature__", "get_finish_func"):
        # PyGObject looks for the function's symbol and for classes before it tells, and not all libraries have all that
        # their typelibs say.
        try:
            return signature(info.__signature__) if question == "__signature__" else show(info.get_finish_func())
        except Exception:
            return "cannot tell"
    value = ask(info, question)
    if question == "get_flags" and isinstance(info, infos.FunctionInfo):
        # Above these are bits that the versions of girepository do not agree about.
        value &= 0b11111
    if question == "get_flags" and isinstance(info, infos.VFuncInfo):
        value &= 0b111
    if question == "get_value" and isinstance(info, infos.ConstantInfo):
        # A number of an enumeration is not the same in all versions.
        value = int(value) if isinstance(value, int) else value
    return show(value)


def signature(signature):
    """As text; classes of overrides go by the name of what they override, and the one for errors has two names."""
    text = (
        str(signature)
        .replace("typing.", "")
        .replace("gi.overrides.", "gi.repository.")
        .replace("GLib.GError", "GLib.Error")
    )
    # PyGObject's constructors are class methods.
    text = text.replace("(cls, ", "(").replace("(cls)", "()")
    # Python says it in one of two ways, by version.
    return re.sub(r"Optional\[((?:[^\[\]]|\[[^\[\]]*\])*)\]", r"\1 | None", text)


def finds(info):
    """Whether each member is found by its name, the first one of that name where there are several."""
    for kind in ("method", "field", "signal", "vfunc"):
        find, members = getattr(info, f"find_{kind}", None), getattr(info, f"get_{kind}s", None)
        if find is None or members is None:
            continue
        first = {}
        for member in members():
            first.setdefault(member.get_name_unescaped(), member)
        yield f"find_{kind}={all(find(key) == member for key, member in first.items())}{find('no such name')}"


def walk(path, info):
    parts = [path, type(info).__name__, info.__name__, info.__module__]
    parts += [f"{question}={answer(info, question)}" for question in questions(info)]
    parts += [f"{key}={info.get_attribute(key)!r}" for key in ATTRIBUTES]
    parts += finds(info)
    parts.append(f"__doc__={info.__doc__!r}")
    parts.append(f"equal={info == info and info.equal(info) is True and not info != info}")
    print("\t".join(parts))
    for question in CHILDREN:
        members = getattr(info, question, None)
        for i, member in enumerate(members() if members is not None else ()):
            walk(f"{path}/{question[4:]}{i}", member)
    for question in TYPES:
        if question in questions(info):
            walk_type(f"{path}/{question[4:]}", ask(info, question))


def walk_type(path, info):
    walk(path, info)
    tag = info.get_tag()
    if tag in (infos.TypeTag.ARRAY, infos.TypeTag.GLIST, infos.TypeTag.GSLIST, infos.TypeTag.GHASH):
        for i in range(2 if tag == infos.TypeTag.GHASH else 1):
            walk_type(f"{path}/param{i}", info.get_param_type(i))
    if tag == infos.TypeTag.INTERFACE:
        named = info.get_interface()
        # The type of a field may be a callback that has no entry of its own.
        if isinstance(named, infos.CallbackInfo) and named.get_container() is not None:
            walk(f"{path}/callback", named)


def main(namespace, version):
    repository = infos.Repository.get_default()
    repository.require(namespace, version)
    if "__signature__" in requested:
        # Signatures show classes, which overrides may have replaced.
        importlib.import_module(f"gi.repository.{namespace}")
    for i, info in enumerate(repository.get_infos(namespace)):
        walk(f"{namespace}/{i}", info)


if __name__ == "__main__":
    requested += sys.argv[2:]
    main(*sys.argv[1].rsplit("-", 1))
