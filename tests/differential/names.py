"""The names that the expressions of a case file see: the namespaces, odd Python values, and instances made by recipe.

Imports whatever `gi` is installed and must not know which one that is.
"""

import gc
import pathlib
import warnings

VERSIONS = {
    "GLib": "2.0",
    "GObject": "2.0",
    "Gio": "2.0",
    "Regress": "1.0",
    "GIMarshallingTests": "1.0",
    "GijitFixtures": "1.0",
    "Utility": "1.0",
}


def helper(cls):
    """Messages name a value's class with its module: that must not depend on how this file was loaded."""
    cls.__module__ = "helpers"
    return cls


@helper
class Named:
    """Fits nowhere."""


@helper
class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


@helper
class Whole:
    def __init__(self, value):
        self.value = value

    def __int__(self):
        return self.value


@helper
class Float:
    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value


@helper
class Raises:
    """Fails whatever it is asked to become."""

    def fail(self, *_):
        raise RuntimeError("asked to convert")

    __index__ = __int__ = __float__ = __bool__ = __str__ = __fspath__ = fail


@helper
class Text(str):
    __slots__ = ()


def namespace(recipes):
    """The dictionary to evaluate expressions in. `recipes` maps a class path to the expression that makes an instance."""
    import gi
    import gi.repository

    names = {"Path": pathlib.PurePosixPath}
    for cls in (Named, Index, Whole, Float, Raises, Text):
        names[cls.__name__] = cls
    for module, version in VERSIONS.items():
        gi.require_version(module, version)
    for module in VERSIONS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            names[module] = getattr(__import__("gi.repository", fromlist=[module]), module)
    gio, glib = names["Gio"], names["GLib"]
    compiled = {}

    def make(path):
        """A new instance of a class."""
        if path not in compiled:
            compiled[path] = compile(recipes[path], f"<recipe of {path}>", "eval")
        return eval(compiled[path], names)

    def bytes_of(text):
        """A GLib.Bytes, without an argument of an array type."""
        memory = gio.MemoryOutputStream.new_resizable()
        if text:
            gio.DataOutputStream.new(memory).put_string(text, None)
        memory.close(None)
        return memory.steal_as_bytes()

    def key_file():
        result = glib.KeyFile.new()
        result.set_string("group", "key", "value")
        result.set_integer("group", "number", 12)
        return result

    def file_info():
        result = gio.FileInfo.new()
        result.set_name("file.txt")
        result.set_display_name("A file")
        result.set_attribute_uint32("standard::number", 5)
        return result

    def menu():
        result = gio.Menu.new()
        result.append("label", "app.action")
        result.append_section("section", gio.Menu.new())
        return result

    fixtures = names["GijitFixtures"]

    def outcome(text):
        """What an expression gave, as something that outlives it."""
        try:
            value = eval(text, names)
            return value if isinstance(value, (bool, int, float, str, list)) else type(value).__name__
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    def calls(text):
        """What an expression gave and how often C was entered for it."""
        before = fixtures.calls()
        return [outcome(text), fixtures.calls() - before]

    def living():
        gc.collect()
        return [fixtures.alive(kind) for kind in (fixtures.Kind.OBJECT, fixtures.Kind.BOXED, fixtures.Kind.COUNTED)]

    def alive(text):
        """What an expression gave and how many more objects, boxed and counted structs there are when it is gone.

        The first evaluation may make what the library keeps for ever.
        """
        outcome(text)
        before = living()
        return [outcome(text), [after - count for after, count in zip(living(), before)]]

    names.update(calls=calls, alive=alive)
    names.update(make=make, bytes_of=bytes_of, key_file=key_file, file_info=file_info, menu=menu)
    return names


def plain(function):
    """Whether a callable is the implementation's own and not something that Python or C code put in its place."""
    import gi

    own = getattr(getattr(gi, "_gi", None), "FunctionInfo", None)
    # A constructor may come bound to its class.
    inner = getattr(function, "__func__", function)
    if own is not None:
        return isinstance(function, own) or isinstance(inner, own)
    function = inner
    return type(function).__name__ not in PYTHONS_OWN


PYTHONS_OWN = {
    "function",
    "method",
    "type",
    "property",
    "method_descriptor",
    "builtin_function_or_method",
    "getset_descriptor",
}


def resolve(path, names):
    """The introspected callable at a path; AttributeError if there is none.

    Where an override hides it, the one below the override is meant, if the implementation offers a way to it.
    """
    module, *rest = path.split(".")
    found = walk(names[module], rest)
    if not plain(found):
        below = getattr(names[module], "_introspection_module", None)
        if below is not None:
            found = walk(below, rest)
    if not plain(found):
        # A class that an override derives from the typelib's.
        owner = walk(names[module], rest[:-1])
        for base in getattr(owner, "__mro__", ()):
            if rest[-1] in vars(base) and plain(getattr(base, rest[-1])):
                return getattr(base, rest[-1])
        raise AttributeError(f"{path} is overridden in Python")
    return found


def walk(found, names):
    for name in names:
        found = getattr(found, name)
    return found
