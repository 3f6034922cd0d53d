"""Programs that run by ``python -m gijit``, or call ``gijit.install()``: what they find as ``__main__``, and what processes
that ``multiprocessing`` starts from them find."""

import subprocess
import sys
import textwrap
import zipfile

import pytest


@pytest.fixture
def start(tmp_path):
    """Writes a program and runs it with gijit in its folder; returns what it printed."""

    def start(text, *, name="program.py", arguments=(), by=("-m", "gijit"), status=0, errors=""):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(textwrap.dedent(text))
        done = subprocess.run(
            [sys.executable, *by, *(arguments or [name])],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (status, errors), done.stdout + done.stderr
        return done.stdout.splitlines()

    return start


MAIN = """
    import atexit, os, pickle, sys, threading, time

    class Thing:
        pass

    main = sys.modules["__main__"]
    print(vars(main) is globals(), __name__, __spec__, os.path.isabs(__file__), os.path.samefile(__file__, sys.argv[0]))
    print(os.path.samefile(sys.path[0], os.getcwd()), sys.argv[1:])

    def late(name):
        print(name, pickle.loads(pickle.dumps(Thing())).__class__ is Thing, sys.modules["__main__"] is main)

    atexit.register(late, "atexit")
    threading.Timer(0.2, late, ["thread"]).start()
"""


def test_the_program_is_main_until_the_end(start):
    lines = start(MAIN, arguments=["program.py", "-x", "y"])
    assert lines == ["True __main__ None True True", "True ['-x', 'y']", "thread True True", "atexit True True"]


def test_a_module_is_main_until_the_end(start, tmp_path):
    program = MAIN.replace("__spec__", "__spec__.name")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("")
    lines = start(program, name="package/module.py", arguments=["-m", "package.module", "a"])
    assert lines == ["True __main__ package.module True True", "True ['a']", "thread True True", "atexit True True"]


def test_folders_and_archives_are_programs_too(start, tmp_path):
    text = "import sys; print(__name__, sys.argv, sys.modules['__main__'].__dict__ is globals())"
    assert start(text, name="folder/__main__.py", arguments=["folder", "b"]) == ["__main__ ['folder', 'b'] True"]
    with zipfile.ZipFile(tmp_path / "archive", "w") as archive:
        archive.writestr("__main__.py", text)
    assert start("", arguments=["archive"]) == ["__main__ ['archive'] True"]


def test_a_program_is_found_behind_a_link(start, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "helper.py").write_text("value = 5")
    (tmp_path / "link.py").symlink_to(tmp_path / "real" / "program.py")
    assert start("import helper; print(helper.value)", name="real/program.py", arguments=["link.py"]) == ["5"]


def test_what_the_module_of_a_program_is_not(start):
    # Nothing of gijit's own is among its names.
    lines = start("print(sorted(globals()))")
    plain = ["__annotations__", "__builtins__", "__cached__", "__doc__", "__file__", "__loader__", "__name__"]
    known = {*plain, "__package__", "__spec__"}
    assert set(eval(lines[0])) <= known


def test_exit_in_a_callback_is_quiet(start):
    start(
        """
        import sys
        from gi.repository import GLib

        pid = GLib.spawn_async(["/bin/true"], flags=GLib.SpawnFlags.DO_NOT_REAP_CHILD)[0]
        GLib.timeout_add(10, lambda: sys.exit(4))
        sources = [GLib.timeout_source_new(1), GLib.Idle(), GLib.Timeout(5), GLib.Source()]
        GLib.MainLoop().run()
        """,
        status=4,
    )


CHILDREN = """
    import multiprocessing as mp
    from gi.repository import Gio

    def child(q):
        import gi
        q.put((Gio.File.new_for_path("/tmp").get_path(), hasattr(gi, "_gijit")))

    if __name__ == "__main__":
        for method in ("fork", "spawn", "forkserver"):
            context = mp.get_context(method)
            q = context.Queue()
            process = context.Process(target=child, args=(q,))
            process.start()
            print(method, *q.get(timeout=60))
            process.join(60)
            print(process.exitcode)
"""


OF_CHILDREN = [line for method in ("fork", "spawn", "forkserver") for line in (f"{method} /tmp True", "0")]


def test_children_have_gi(start):
    assert start(CHILDREN) == OF_CHILDREN


def test_children_of_a_program_that_installs_gijit_have_gi(start):
    # Only the parent calls it.
    program = textwrap.dedent(CHILDREN).replace(
        "from gi", "if __name__ == '__main__':\n    import gijit; gijit.install()\nfrom gi", 1
    )
    assert start(program, by=()) == OF_CHILDREN


def test_a_pool_of_processes_has_gi(start):
    lines = start(
        """
        import concurrent.futures, multiprocessing
        from gi.repository import GLib

        def work(n):
            return GLib.ascii_strtoll(str(n), 10)[0]

        if __name__ == "__main__":
            context = multiprocessing.get_context("spawn")
            with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
                print(list(pool.map(work, range(4))))
        """
    )
    assert lines == ["[0, 1, 2, 3]"]


def test_the_search_path_is_left_alone_without_children(start):
    assert start("import gi, sys; print([p for p in sys.path if p.endswith('path')])") == ["[]"]


def test_who_asks_for_a_namespace_gets_no_exception(run):
    program = """
import importlib.util
print(type(importlib.util.find_spec("gi.repository.Nope")).__name__, importlib.util.find_spec("gi.repository.GLib").name)
try:
    from gi.repository import Nope
except ImportError as error:
    print(error)
try:
    import gi.repository.Nope
except ImportError as error:
    print(error)
import sys
print([name for name in sys.modules if "Nope" in name])
"""
    lines = run(program).splitlines()
    assert lines[0] == "ModuleSpec gi.repository.GLib" and lines[3] == "[]"
    assert all(line.startswith("cannot import name Nope, introspection typelib not found in /") for line in lines[1:3])
