"""Facts: what Python gets and gives where C calls it, for every signal, and for every virtual function and callback of which
an argument is not simply an input, in all installed typelibs.

gijit is asked what it has made ready for each. For PyGObject the rules of which arguments its closures pass are applied to
what the girepository library reads: a second reading of the same typelibs.
"""

import glob
import os
import warnings

import gi
from gi.repository import GObject

try:
    from gi._gi import _handled
except ImportError:
    _handled = None
from gi._gi import CallbackInfo, Direction, InterfaceInfo, ObjectInfo, Repository

WORDS = {"gboolean": "boolean", "gfloat": "number", "gdouble": "number", "float": "number", "double": "number"}
WORDS |= {"utf8": "text", "filename": "text", "gunichar": "text", "GType": "gtype", "error": "error"}


def typelibs():
    folders = [os.environ.get("GIJIT_TYPELIBS"), "/usr/lib/girepository-1.0"]
    folders += glob.glob("/usr/lib/*/girepository-1.0")
    found = {os.path.basename(path)[: -len(".typelib")] for folder in folders if folder
             for path in glob.glob(f"{folder}/*.typelib")}  # fmt: skip
    return sorted(found)


def kind(of):
    tag = of.get_tag_as_string()
    if tag == "interface":
        named = of.get_interface()
        names = named.get_namespace(), named.get_name()
        if names == ("GLib", "Error"):
            return ("error",)
        what = type(named).__name__
        word = {"CallbackInfo": "callback", "UnresolvedInfo": "unresolved"}.get(what, "named")
        return (word, *names)
    if tag == "array":
        return ("array", kind(of.get_param_type(0)))
    if tag in ("glist", "gslist"):
        return ("list", kind(of.get_param_type(0)))
    if tag == "ghash":
        return ("hash", kind(of.get_param_type(0)), kind(of.get_param_type(1)))
    if tag == "void":
        return ("pointer",) if of.is_pointer() else ("void",)
    return (WORDS.get(tag, "integer"),)


def type_of(arg):
    return arg.get_type_info() if hasattr(arg, "get_type_info") else arg.get_type()


def rules(info, role):
    """What a closure of PyGObject's passes on, and what it wants back."""
    args = info.get_arguments()
    returns = kind(info.get_return_type()) != ("void",)
    given = [None] if returns else []
    if role == "signal":
        return [(arg.get_name_unescaped(), kind(type_of(arg))) for arg in args], given
    served = set()
    for arg in args:
        if kind(type_of(arg))[0] == "callback":
            served |= {arg.get_closure_index(), arg.get_destroy_index()}
    data = [i for i, arg in enumerate(args) if getattr(arg, "get_closure_index", lambda: -1)() == i]
    if not data and role == "callback":
        is_data = lambda arg: arg.get_direction() == Direction.IN and kind(type_of(arg)) == ("pointer",)  # noqa: E731
        data = [i for i, arg in enumerate(args) if i not in served and is_data(arg)][:1]
    got = []
    for i, arg in enumerate(args):
        if i in data:
            got.append((arg.get_name_unescaped(), "data"))
        elif i not in served and arg.get_direction() != Direction.OUT:
            got.append((arg.get_name_unescaped(), kind(type_of(arg))))
    given += [arg.get_name_unescaped() for arg in args if arg.get_direction() != Direction.IN]
    return got, given


def made(info, role, gtype):
    """The same, as gijit has it. Libraries register some signals when they are initialised."""
    try:
        found = _handled(info, gtype)
    except NotImplementedError:
        return "none"
    if found is None:
        return "none" if GObject.signal_lookup(info.get_name_unescaped(), gtype) else "absent"
    got, given = found
    if role == "signal":
        # Variables of C's are gijit's own.
        return [arg[:2] for arg in got], [name for name in given if name is None]
    got = [(name, "data" if way == "data" else kind) for name, kind, way in got if name != "self"]
    return got, list(given)


def is_told(info, role):
    args = info.get_arguments()
    if role != "signal" and all(arg.get_direction() == Direction.IN for arg in args):
        return False
    # PyGObject's infos of before 3.52 do not say which user data belongs to which callback.
    knows = all(hasattr(arg, "get_closure_index") for arg in args)
    return role == "signal" or knows or not any(kind(type_of(arg))[0] in ("callback", "pointer") for arg in args)


def tell(key, info, role, gtype=None):
    if not is_told(info, role):
        return
    answer = made(info, role, gtype) if _handled else rules(info, role)
    if role == "signal" and _handled and isinstance(answer, tuple):
        answer = answer[0][1:], answer[1]
    print(f"{key} {role} {info.get_name_unescaped()}", answer, sep="\t", flush=True)


def tell_all(key, info):
    if isinstance(info, CallbackInfo):
        return tell(key, info, "callback")
    for vfunc in info.get_vfuncs():
        tell(key, vfunc, "vfunc")
    if info.get_signals():
        gtype = info.get_g_type()
        for signal in info.get_signals():
            tell(key, signal, "signal", gtype)


def in_child(run):
    child = os.fork()
    if child == 0:
        run()
        os._exit(0)
    return os.waitpid(child, 0)[1]


def tell_namespace(typelib):
    namespace, _, version = typelib.partition("-")
    try:
        Repository.get_default().require(namespace, version)
    except Exception:
        return
    for info in Repository.get_default().get_infos(namespace):
        if isinstance(info, (ObjectInfo, InterfaceInfo, CallbackInfo)):
            key = f"{typelib} {info.get_name_unescaped()}"
            if in_child(lambda info=info, key=key: tell_all(key, info)):
                print(key, "crash", sep="\t", flush=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print("version", gi.version_info, sep="\t", flush=True)
    for typelib in typelibs():
        in_child(lambda typelib=typelib: tell_namespace(typelib))
