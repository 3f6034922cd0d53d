"""Turns what a call gave, value or exception, into JSON that two implementations can be compared by.

Addresses disappear; floats keep every bit; instances become their class and GType, with the answers of a few of their
getters and, for objects, their reference count. Knows no implementation.
"""

import enum
import re

ADDRESS = re.compile(r"\b0x[0-9a-f]+\b")
GTYPE_NUMBER = re.compile(r"(<GType \S+ )\(\d+\)")
# What g_mkstemp() and its kin put for XXXXXX.
RANDOM_NAME = re.compile(r"(?<=[./-])[A-Z0-9]{6}\b")
# Deep enough for anything that covered types can nest.
DEEPEST = 4


class Observer:
    """`probes` maps a class path to the names of getters to ask; `refs` counts the references of a GObject."""

    def __init__(self, probes, refs, base):
        self.probes, self.refs, self.base = probes, refs, base
        # The folder in which the call runs; its name differs from run to run.
        self.scratch = None

    def value(self, value, probing=True, depth=0):
        kind = type(value)
        if value is None or kind in (bool, int, str, bytes):
            return [kind.__name__, self.mask(repr(value))]
        if kind is float:
            return ["float", "nan" if value != value else value.hex()]
        if kind.__name__ == "GType":
            return ["GType", value.name]
        if isinstance(value, int) and kind.__name__ != "int":
            return self.member(value, kind)
        if isinstance(value, str):
            return ["str:" + kind.__name__, self.mask(str.__repr__(value))]
        if isinstance(value, tuple) and depth < DEEPEST:
            fields = sorted(name for name in set(dir(value)) - set(dir(tuple)) if not name.startswith("_"))
            return ["tuple", fields, [self.value(item, probing, depth + 1) for item in value]]
        if isinstance(value, list) and depth < DEEPEST:
            return ["list", [self.value(item, probing, depth + 1) for item in value]]
        if isinstance(value, dict) and depth < DEEPEST:
            # In no order: that of a hash table is nobody's promise.
            pairs = [[self.value(part, probing, depth + 1) for part in pair] for pair in value.items()]
            return ["dict", sorted(pairs, key=repr)]
        return self.instance(value, probing)

    def member(self, value, kind):
        """A member of an enumeration or a set of flags, however the implementation makes those."""
        if issubclass(kind, enum.Flag) or any(base.__name__ == "GFlags" for base in kind.__mro__):
            return ["flags", class_name(kind), int(value)]
        if not issubclass(kind, enum.Enum) and int(value) not in getattr(kind, "__enum_values__", (int(value),)):
            # PyGObject before 3.58 makes a member of any number.
            return ["int", repr(int(value))]
        return ["enum", class_name(kind), int(value)]

    def instance(self, value, probing):
        kind = type(value)
        gtype = getattr(kind, "__gtype__", None)
        seen = ["instance", class_name(kind), getattr(gtype, "name", None)]
        if isinstance(value, self.base):
            seen.append({"refs": self.refs(value)})
        elif probing or gtype is not None:
            seen.append({})
        if probing:
            for path in (class_name(cls) for cls in kind.__mro__):
                for name in self.probes.get(path, ()):
                    seen[-1][name] = self.probe(value, name)
        return seen

    def mask(self, text):
        text = RANDOM_NAME.sub("XXXXXX", text)
        text = GTYPE_NUMBER.sub(r"\1(…)", ADDRESS.sub("0x…", text))
        return text if self.scratch is None else text.replace(self.scratch, "<scratch>")

    def probe(self, value, name):
        try:
            return self.value(getattr(value, name)(), probing=False)
        except Exception as error:
            return self.exception(error)

    def exception(self, error):
        """An exception by the name of its class and its message; for a GError also its parts."""
        seen = ["raise", type(error).__name__, self.mask(message(error))]
        if hasattr(error, "domain") and hasattr(error, "code"):
            seen += [error.domain, error.code, self.mask(error.message)]
        return seen


def message(error):
    try:
        return str(error)
    except Exception as second:
        return f"<no message: {type(second).__name__}>"


def class_name(cls):
    """A class as its namespace and name, wherever an implementation or an override defined it."""
    return f"{(cls.__module__ or '').rsplit('.', 1)[-1]}.{cls.__name__}"
