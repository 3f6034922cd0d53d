"""The class of a library's object is in C what Python would make of the same base, names and values."""

import ctypes
import subprocess
import sys
import textwrap

import pytest
from gi import _gi
from gi.repository import Gio, GObject
from gi.types import GObjectMeta

#: The fields of a type in C up to `tp_finalize`, in all versions of Python that there are.
FIELDS = (
    "refcnt type size name basicsize itemsize dealloc vectorcall_offset getattr setattr as_async repr as_number as_sequence "
    "as_mapping hash call str getattro setattro as_buffer flags doc traverse clear richcompare weaklistoffset iter iternext "
    "methods members getset base dict descr_get descr_set dictoffset init alloc new free is_gc bases mro cache subclasses "
    "weaklist del version_tag finalize vectorcall"
).split()
#: Those that each class has for itself; `members` is the place behind it, where it has none.
OWN = set("refcnt name doc dict members bases mro cache subclasses weaklist version_tag".split())
#: Pointers into the class itself.
INSIDE = set("as_async as_number as_sequence as_mapping as_buffer".split())
#: How many functions those tables have.
TABLES = {"as_async": 4, "as_number": 36, "as_sequence": 10, "as_mapping": 3, "as_buffer": 2}
#: Whether Python has given attributes of the class numbers yet.
VERSION_FLAG = 1 << 19


def words(address, count):
    return list((ctypes.c_size_t * count).from_address(address))


def slots(cls):
    """What a class has in C, such that it can be compared with that of another class."""
    found = dict(zip(FIELDS, words(id(cls), len(FIELDS))))
    for name, count in TABLES.items():
        if "__gtype__" in vars(cls):
            assert 0 < found[name] - id(cls) < type(cls).__basicsize__
        found[name] = words(found[name], count)
    found["flags"] &= ~VERSION_FLAG
    return {name: value for name, value in found.items() if name not in OWN}


def classes():
    for name in dir(Gio):
        cls = getattr(Gio, name, None)
        if isinstance(cls, type) and issubclass(cls, GObject.Object):
            yield from (base for base in cls.__mro__ if issubclass(base, GObject.Object) and "__info__" in vars(base))


def test_the_same_slots_as_pythons():
    seen = set()
    for cls in classes():
        if cls in seen or cls.__bases__[0] is _gi.GObject or cls.__module__.startswith("gi.overrides"):
            continue
        seen.add(cls)
        twin = type.__new__(GObjectMeta, cls.__name__, cls.__bases__, dict(vars(cls)))
        assert slots(cls) == slots(twin), cls
        assert cls.__mro__[1:] == twin.__mro__[1:]
        assert cls in cls.__bases__[0].__subclasses__()
        assert (cls.__name__, cls.__qualname__, cls.__module__) == (twin.__name__, twin.__qualname__, twin.__module__)
    assert len(seen) > 50


def run(program):
    program = "import gijit; gijit.install()\n" + textwrap.dedent(program)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    return done.stdout.split() or done.stderr


@pytest.mark.parametrize("statement", ["def __getitem__(self, key): return key * 2", "__getitem__ = dict.__getitem__"])
def test_special_methods_of_an_override_are_inherited(statement):
    program = f"""
        from gi.repository import Gio
        class Stream(Gio.InputStream):
            __module__ = "gi.overrides.Gio"
            {statement}
        from gi.overrides import override
        override(Stream)
        print("__getitem__" in vars(Stream), hasattr(Gio.MemoryInputStream, "__getitem__"))
        print(Gio.MemoryInputStream.__mro__[1] is Stream)
        try:
            print(Gio.MemoryInputStream()[3])
        except TypeError as error:
            print("TypeError")
        Stream.__len__ = lambda self: 7
        print(len(Gio.MemoryInputStream()))
    """
    answer = "6" if "key" in statement else "TypeError"
    assert run(program) == ["True", "True", "True", answer, "7"]


def test_a_base_that_wants_to_know():
    program = """
        from gi.repository import Gio
        from gi.overrides import override
        class Stream(Gio.InputStream):
            __module__ = "gi.overrides.Gio"
            def __init_subclass__(cls):
                print(cls.__name__)
        override(Stream)
        Gio.MemoryInputStream
    """
    assert run(program) == ["MemoryInputStream"]
