"""Little memory and small stacks: calls go on, or say what is wrong; nothing ends the process."""

import pytest


@pytest.mark.parametrize("tier", ["thunk", "auto"])
@pytest.mark.parametrize("loaded", [False, True])
def test_without_memory_for_the_engine_calls_stay_on_libffi(run, tier, loaded):
    program = f"""
import resource, time
from gi.repository import GijitFixtures as F
def settle():
    until = time.monotonic() + 30
    while gijit.stats()["thunks_waiting"] and time.monotonic() < until:
        time.sleep(0.01)
def hot(f, *args):
    for _ in range(50):
        value = f(*args)
    settle()
    return value
if {loaded}:
    hot(F.int32_identity, 1)
    assert gijit.stats()["engine_loaded"]
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (32 << 20),) * 2)
before = gijit.stats()["thunks_compiled"]
print(hot(F.int64_identity, 5), hot(F.utf8_copy, "text"), hot(F.double_identity, 0.5))
stats = gijit.stats()
print(stats["engine_loaded"], stats["thunks_compiled"] - before, stats["thunks_failed"] > 0)
"""
    lines = run(program, tier=tier, env={"GIJIT_THRESHOLD": "20"}).splitlines()
    assert lines == ["5 text 0.5", f"{loaded} 0 True"]


def test_llvm_without_memory_gives_itself_up(run):
    # The engine alone, as the extension calls it but for the look at what memory there is.
    program = """
import ctypes, glob, os, resource, sys
folder = os.path.join(os.path.dirname(gijit.__file__), "gi")
engine = ctypes.CDLL(glob.glob(os.path.join(folder, "_engine*.so"))[0])
class Buffer(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("len", ctypes.c_size_t), ("capacity", ctypes.c_size_t)]
old = sys.version_info < (3, 12)
layout = (ctypes.c_uint32 * 6)(sys.version_info[1], old, not old, 32, 0b11 << 5, 48 if old else 40)
def compiled(shapes, room=None):
    buffer = Buffer()
    text = "\\n".join(shapes).encode()
    if room:
        size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + room, -1))
    status = engine.gijit_engine_compile(text, ctypes.c_size_t(len(text)), layout, ctypes.byref(buffer))
    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    reply = ctypes.string_at(buffer.data, buffer.len)
    engine.gijit_engine_free(ctypes.byref(buffer))
    return status, reply if status else b""
shapes = ["keep (" + ", ".join(["i32"] * n) + ") -> i32" for n in range(1, 12)]
print(compiled(shapes[:1]))
print(compiled(shapes * 300, 12 << 20))
print(compiled(shapes[:1]))
"""
    lines = run(program).splitlines()
    assert lines[0] == "(0, b'')"
    assert lines[1] == "(1, b'LLVM is out of memory; the engine has been given up')"
    assert lines[2] == "(1, b'the engine has been given up')"


#: Each recurses from Python through C into Python.
RECURSIONS = {
    "signal": """
action = Gio.SimpleAction.new("x", None)
action.connect("activate", lambda *args: action.activate(None))
recurse = lambda: action.activate(None)
""",
    "class handler": """
class Emits(GObject.Object):
    __gsignals__ = {"said": (GObject.SignalFlags.RUN_FIRST, None, (int,))}
    def do_said(self, n):
        self.emit("said", n + 1)
emits = Emits()
recurse = lambda: emits.emit("said", 0)
""",
    "getter": """
class Asked(GObject.Object):
    @GObject.Property(type=int)
    def value(self):
        return self.get_property("value")
asked = Asked()
recurse = lambda: asked.get_property("value")
""",
    "made": """
class Makes(GObject.Object):
    def __init__(self):
        super().__init__()
        GObject.new(Makes)
recurse = lambda: GObject.new(Makes)
""",
}


@pytest.mark.parametrize("size", [256, 1024])
@pytest.mark.parametrize("way", RECURSIONS)
def test_recursion_through_c_on_a_small_stack(run, way, size):
    program = f"""
import sys, threading
from gi.repository import Gio, GLib, GObject
{RECURSIONS[way]}
# Python's own limit, of its frames, is not met.
sys.setrecursionlimit(1_000_000)
seen = []
sys.excepthook = lambda kind, *rest: seen.append(kind)
def work():
    try:
        recurse()
    except BaseException as error:
        seen.append(type(error))
threading.stack_size({size} << 10)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(*{{kind.__name__ for kind in seen}})
"""
    assert run(program) == "RecursionError\n"
