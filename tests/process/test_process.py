"""What a whole process may expect: imports, threads, forks, exit, and no LLVM where none is needed."""

import os
import sys

import gijit
import pytest


def test_import_of_another_gi_first_is_refused(run, tmp_path):
    (tmp_path / "gi.py").write_text("")
    program = f"""
import sys
sys.meta_path.remove(gijit._finder.Installed)
sys.path.insert(0, {str(tmp_path)!r})
import gi
try:
    gijit.install()
except ImportError as error:
    print(error)
"""
    assert "gi has been imported already" in run(program)


def test_missing_namespace_says_which(run):
    program = """
try:
    from gi.repository import NoSuchThing
except ImportError as error:
    print(error)
import gi
for args in (("NoSuchThing", "1.0"), ("Gio", "9.0"), ("Gio", 2)):
    try:
        gi.require_version(*args)
    except ValueError as error:
        print(error)
"""
    lines = run(program).splitlines()
    assert "NoSuchThing" in lines[0] and "typelib not found" in lines[0]
    assert "girepository-1.0" in lines[0], "where it was looked for"
    assert lines[1].startswith("Namespace NoSuchThing not available; looked in ")
    assert lines[2].startswith("Namespace Gio not available for version 9.0")
    assert lines[3] == "Namespace version needs to be a string."


def test_unversioned_import_warns_at_the_import_line(run):
    program = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from gi.repository import GijitFixtures
    from gi.repository import GLib
print([(w.filename, w.category.__name__) for w in caught])
"""
    assert run(program).strip() == "[('<string>', 'PyGIWarning')]"


@pytest.mark.parametrize("tier", ["ffi", "thunk"])
def test_the_gil_is_released_around_c(run, tier):
    program = """
import threading
from gi.repository import GijitFixtures as F
answers = []
thread = threading.Thread(target=lambda: answers.append(F.wait_for_permission(10_000)))
thread.start()
F.give_permission()
thread.join(20)
print(answers)
"""
    assert run(program, tier=tier).strip() == "[True]"


@pytest.mark.parametrize("tier", ["ffi", "thunk", "auto"])
def test_threads_may_call_at_once(run, tier):
    program = """
import threading
from gi.repository import GijitFixtures as F
def work():
    for i in range(3000):
        thing = F.Thing.new()
        thing.set_number(i)
        assert thing.get_number() == i
        assert F.utf8_copy("text") == "text"
        assert F.int32_identity(i) == i
threads = [threading.Thread(target=work) for _ in range(8)]
[t.start() for t in threads]
[t.join() for t in threads]
print(F.alive(F.Kind.OBJECT), gijit.stats()["live_wrappers"])
"""
    assert run(program, tier=tier, env={"GIJIT_THRESHOLD": "50"}).strip() == "0 0"


def test_a_forked_child_goes_on(run):
    program = """
import os, sys, time
from gi.repository import GijitFixtures as F
for i in range(200):
    F.int32_identity(i)
child = os.fork()
if child == 0:
    for i in range(200_000):
        assert F.int64_identity(i) == i
        assert F.uint8_identity(3) == 3
    os._exit(0)
_, status = os.waitpid(child, 0)
print(status)
"""
    for _ in range(5):
        assert run(program, tier="auto", env={"GIJIT_THRESHOLD": "20"}).strip() == "0"


def test_exit_while_compiling_is_clean(run):
    program = """
from gi.repository import GijitFixtures as F
for n in range(13):
    for name in ("ints", "doubles", "mixed"):
        for _ in range(20):
            getattr(F, f"{name}_{n}")(*range(n))
"""
    for _ in range(10):
        run(program, tier="auto", env={"GIJIT_THRESHOLD": "10"})


def test_hot_callables_are_promoted_in_the_background(run):
    program = """
import time
from gi.repository import GijitFixtures as F
f = F.int32_identity
for _ in range(200):
    f(5)
until = time.monotonic() + 20
while gijit.stats()["callables_on_thunks"] == 0 and time.monotonic() < until:
    f(5)
    time.sleep(0.01)
print(gijit.stats()["callables_on_thunks"], f(2**31 - 1))
"""
    assert run(program, tier="auto", env={"GIJIT_THRESHOLD": "100"}).strip() == f"1 {2**31 - 1}"


def test_a_hot_loop_is_promoted_by_itself(run):
    """A program that calls and calls, with no setting at all."""
    program = """
import time
from gi.repository import GijitFixtures as F
f = F.int32_identity
until = time.monotonic() + 30
while gijit.stats()["callables_on_thunks"] == 0 and time.monotonic() < until:
    for i in range(10_000):
        f(i)
print(gijit.stats()["callables_on_thunks"], f(2**31 - 1))
"""
    assert run(program, tier="auto", env={"GIJIT_THRESHOLD": None}).strip() == f"1 {2**31 - 1}"


def test_a_program_that_starts_does_not_load_the_engine(run):
    """It calls some functions some thousand times, and handlers; the compiler would cost more than it could ever give."""
    program = """
import time
from gi.repository import GijitFixtures as F, Gio, GObject
class Speaker(GObject.Object):
    __gsignals__ = {"say": (GObject.SignalFlags.RUN_LAST, None, (int,))}
speaker, heard = Speaker(), []
speaker.connect("say", lambda speaker, number: heard.append(number))
action = Gio.SimpleAction(name="a")
action.connect("notify::enabled", lambda action, pspec: heard.append(pspec.name))
for i in range(2000):
    for f in (F.int32_identity, F.int64_identity, F.uint8_identity, F.double_identity):
        f(1)
    speaker.emit("say", i)
    action.set_enabled(i % 2)
    action.get_name()
time.sleep(0.3)
stats = gijit.stats()
print(len(heard), stats["engine_loaded"], stats["thunks_waiting"], "_engine" in open("/proc/self/maps").read())
"""
    assert run(program, tier="auto", env={"GIJIT_THRESHOLD": None}).strip() == "4000 False 0 False"


def test_cold_programs_do_not_load_the_engine(run):
    program = """
from gi.repository import GijitFixtures as F
from gi.repository import GLib
for name in dir(F):
    if name.endswith(("_max", "_min", "_identity")):
        try:
            getattr(F, name)(*([1] if name.endswith("_identity") else []))
        except (TypeError, NotImplementedError):
            pass
print("_engine" in open("/proc/self/maps").read(), gijit.stats()["engine_loaded"])
"""
    assert run(program, tier="auto", env={"GIJIT_THRESHOLD": None}).strip() == "False False"


def test_without_an_engine_everything_still_works(run):
    program = """
from gi.repository import GijitFixtures as F
print(F.int32_identity(7), gijit.stats()["thunks_failed"] > 0)
"""
    assert run(program, tier="thunk", env={"GIJIT_ENGINE": "/nonexistent/engine.so"}).strip() == "7 True"


def test_an_unknown_setting_is_an_error(run):
    program = """
try:
    import gi
except ValueError as error:
    print(error)
"""
    assert run(program, tier="fast").strip() == 'GIJIT_TIER is "fast"; it can be auto, ffi or thunk'


def test_no_page_is_writable_and_executable(run):
    program = """
from gi.repository import GijitFixtures as F
F.int32_identity(1)
print(gijit.stats()["callables_on_thunks"])
print([line for line in open("/proc/self/maps") if line.split()[1].startswith("rwx")])
"""
    assert run(program, tier="thunk").splitlines() == ["1", "[]"]


def test_a_panic_in_rust_is_an_exception():
    import gi

    with pytest.raises(SystemError, match="gijit panicked, please report this: on purpose"):
        gi._gi._panic()


def test_explain_tells_plan_shape_and_code():
    from gi.repository import GijitFixtures as F

    text = gijit.explain(F.Thing.get_number)
    assert "shape: rel (obj) -> " in text
    assert "define" in text, "the IR is there"
    assert gijit.explain(F.Thing.new().get_number, code=False)
    assert "GIL: released around the C call\n" in text
    from gi.repository import Gio

    assert "GIL: released around the C call, unless the instance answers at once" in gijit.explain(
        Gio.ListModel.get_item
    )
    assert "array of" in gijit.explain(F.array_sum)
    with pytest.raises(TypeError, match="not builtin_function_or_method"):
        gijit.explain(print)


def test_a_program_runs_unchanged(tmp_path):
    import subprocess

    program = tmp_path / "program.py"
    program.write_text(
        "import sys, gi\nfrom gi.repository import GLib\nprint(sys.argv, gi.version_info, GLib.MAJOR_VERSION)"
    )
    done = subprocess.run(
        [sys.executable, "-m", "gijit", str(program), "a", "-b"],
        capture_output=True,
        text=True,
        env=os.environ,
    )
    assert done.stdout.strip() == f"['{program}', 'a', '-b'] (3, 58, 1) 2", done.stderr
