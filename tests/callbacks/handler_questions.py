"""Questions: what a handler of a signal, a virtual function and a callback get of each kind of argument, and what C has when
they have returned. The kinds are those of the fixture library GijitHandlers.

What PyGObject cannot be asked is left out here: records that go both ways, which it reads as addresses (its process ends);
what a virtual function or callback gives in arrays or inside structs, which it frees itself; pointers that go both ways
where the callable fails. test_handlers.py asks gijit.
"""

import re
import sys

import gi
from asking import Questions

gi.require_version("GijitHandlers", "1.0")
from gi.repository import GijitHandlers as H  # noqa: E402
from gi.repository import GObject  # noqa: E402

ROLES = ("signal", "vfunc", "callback")
PREFIX = "call_callback_"
KINDS = sorted(name[len(PREFIX) :] for name in dir(H.Thing) if name.startswith(PREFIX))
BLUE = 5


def made(of, number):
    record = of()
    record.number, record.ratio = number, 1.5
    return record


def written(text):
    note = H.Note()
    note.text = text
    return note


# What is given for a kind, without its way.
VALUES = {
    "int": lambda: 9,
    "int64": lambda: 1 << 41,
    "double": lambda: 3.5,
    "bool": lambda: True,
    "enum": lambda: H.Color.GREEN,
    "utf8": lambda: "new",
    "object": lambda: GObject.Object(),
    "record": lambda: made(H.Record, 8),
    "plain": lambda: made(H.Plain, 8),
    "note": lambda: written("new"),
    "value": lambda: 6,
    "array": lambda: [7, 8],
    "two": lambda: (4.5, 5.5),
}


def shown(value):
    if isinstance(value, (H.Record, H.Plain)):
        return f"{type(value).__name__} {value.number} {value.ratio}"
    if isinstance(value, H.Note):
        return f"Note {value.text}"
    return f"{type(value).__name__} {int(value) if isinstance(value, H.Color) else value!r}"


def change(value):
    if isinstance(value, (H.Record, H.Plain)):
        value.number, value.ratio = 9, 2.5


class Answering(H.Thing):
    """Its virtual functions are answered by the instance's ``answer``."""

    for name in KINDS:
        exec(f"def do_{name}(self, *args): return self.answer(*args)")
    del name


def asked(role, kind, answer, keep=lambda arg: None):
    """What a handler got, what it printed, and what C has."""
    got, printed = [], []

    def handler(*args):
        got.extend(map(shown, args))
        for arg in args:
            change(arg)
            keep(arg)
        return answer()

    thing = Answering()
    hook, sys.excepthook = sys.excepthook, lambda of, error, traceback: printed.append(of.__name__)
    try:
        call = getattr(thing, f"call_{role}_{kind}")
        if role == "callback":
            left = call(handler)
        elif role == "signal":
            thing.connect(kind.replace("_", "-"), lambda thing, *args: handler(*args))
            left = call()
        else:
            thing.answer = handler
            left = call()
    finally:
        sys.excepthook = hook
    return got, printed, left


def fail():
    raise ValueError("on purpose")


def answers(kind):
    """{what it is called: what a handler returns}"""
    family, way = kind.split("_")[:2]
    result = (7,) if kind.endswith("_int") else ()
    yield "nothing", lambda: None
    yield "an exception", fail
    if result:
        yield "its result", lambda: 7
    if way != "in":
        value = VALUES[family]
        values = (lambda: value()) if family == "two" else (lambda: (value(),))
        yield "all of them", lambda: (*result, *values())


UNANSWERABLE = (
    r"(vfunc|callback) ((plain|record)_inout.*|(array_(in)?|note_)out.*: all of them|(array|utf8)_inout_int.*)"
)


def main():
    ask = Questions()
    for role in ROLES:
        for kind in KINDS:
            for name, answer in answers(kind):
                key = f"{role} {kind}: {name}"
                if not re.fullmatch(UNANSWERABLE, key):
                    ask(key, lambda role=role, kind=kind, answer=answer: asked(role, kind, answer))
    ask.answer()


if __name__ == "__main__":
    main()
