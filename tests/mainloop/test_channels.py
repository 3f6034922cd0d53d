"""Channels, processes, and the small functions of GLib that Python changes."""

import gc
import os
import sys

import pytest
from gi import PyGIDeprecationWarning
from gi.module import get_introspection_module
from gi.repository import GLib

TEXT = "one\nzwei ♥\n\nlast"


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(TEXT.encode())
    return str(path)


def test_reading(path):
    channel = GLib.IOChannel(filename=path)
    assert channel.read(3) == b"one"
    assert channel.read(0) == b""
    assert channel.readline() == "\n"
    assert list(channel) == ["zwei ♥\n", "\n", "last"]
    assert (channel.read(), channel.readline()) == (b"", "")
    channel.seek(0)
    assert channel.readlines() == ["one\n", "zwei ♥\n", "\n", "last", ""]
    channel.seek(0)
    assert channel.read_chars() == TEXT.encode()


def test_half_a_character_is_not_read_and_ends_it(path):
    channel = GLib.IOChannel(filename=path)
    channel.seek(9)
    assert channel.read(2) == b""
    assert channel.read(3) == "♥".encode()


def test_much_is_read_whole(tmp_path):
    path = tmp_path / "much"
    data = bytes(range(1, 128)) * 1000
    path.write_bytes(data)
    assert GLib.IOChannel(filename=str(path)).read() == data
    assert GLib.IOChannel(filename=str(path)).read(100_000) == data[:100_000]


def test_what_is_not_there_yet_is_not_waited_for():
    read, write = os.pipe()
    channel = GLib.IOChannel(read)
    channel.set_encoding(None)
    channel.set_flags(channel.get_flags() | GLib.IOFlags.NONBLOCK)
    assert channel.read() == b""
    os.write(write, b"\xff\x00x")
    assert channel.read() == b"\xff\x00x"
    os.close(write)
    assert channel.read() == b""
    channel.shutdown(True)


def test_writing(tmp_path):
    path = tmp_path / "out"
    channel = GLib.IOChannel(filename=str(path), mode="w")
    assert channel.write(b"abcd", 2) == 2
    assert channel.write(b"ef", 100) == 2
    assert channel.write("♥") == 3
    channel.writelines(["x", b"y\n"])
    channel.shutdown(True)
    assert path.read_bytes() == "abef♥xy\n".encode()


def test_places(path):
    channel = GLib.IOChannel(filename=path)
    channel.seek(4)
    assert channel.read(2) == b"zw"
    channel.seek(1, 1)
    assert channel.read(1) == b"i"
    with pytest.raises(ValueError, match="invalid 'whence' value"):
        channel.seek(0, 3)


def test_errors(tmp_path):
    with pytest.raises(GLib.Error, match="No such file"):
        GLib.IOChannel(filename=str(tmp_path / "none"))
    with pytest.raises(TypeError):
        GLib.IOChannel()

    class Channel(GLib.IOChannel):
        pass

    assert type(Channel(filename=sys.executable)) is Channel


def _ended(pid):
    loop = GLib.MainLoop()
    status = []
    GLib.child_watch_add(GLib.PRIORITY_DEFAULT, pid, lambda pid, code: status.append(code) or loop.quit())
    loop.run()
    return os.waitstatus_to_exitcode(status[0])


def test_a_process_with_pipes():
    pid, stdin, stdout, stderr = GLib.spawn_async(
        ["cat"],
        flags=GLib.SpawnFlags.SEARCH_PATH | GLib.SpawnFlags.DO_NOT_REAP_CHILD,
        standard_input=True,
        standard_output=True,
    )
    assert isinstance(pid, GLib.Pid) and isinstance(pid, int) and stderr is None
    os.write(stdin, b"hello")
    os.close(stdin)
    assert os.read(stdout, 10) == b"hello"
    os.close(stdout)
    assert _ended(pid) == 0
    pid.close()


def test_a_process_is_closed_once_as_the_namespace_has_it(monkeypatch):
    closed = []
    monkeypatch.setattr(get_introspection_module("GLib"), "spawn_close_pid", closed.append)
    pids = []
    for _ in range(2):
        pid, *_ = GLib.spawn_async(["/bin/true"], flags=GLib.SpawnFlags.DO_NOT_REAP_CHILD)
        pids.append(int(pid))
        assert _ended(pid) == 0
        if len(pids) == 1:
            pid.close()
        del pid
        gc.collect()
    assert closed == pids


def test_a_process_in_its_folder_with_its_environment(tmp_path):
    pid, _, stdout, _ = GLib.spawn_async(
        [b"/bin/sh", "-c", "pwd; echo $X"],
        ["X=y"],
        str(tmp_path),
        standard_output=True,
    )
    with os.fdopen(stdout) as file:
        assert file.read().split() == [os.path.realpath(tmp_path), "y"]
    pid.close()


@pytest.mark.parametrize("reap", [True, False])
def test_python_runs_in_the_child_before_its_program(tmp_path, reap):
    path = tmp_path / "said"

    def setup(data):
        import threading

        assert threading.current_thread() is threading.main_thread()
        path.write_text(f"{data} {os.getpid() != parent}")

    parent = os.getpid()
    flags = GLib.SpawnFlags.SEARCH_PATH | (0 if reap else GLib.SpawnFlags.DO_NOT_REAP_CHILD)
    pid, *_ = GLib.spawn_async(["true"], flags=flags, child_setup=setup, user_data="data")
    assert path.read_text() == "data True"
    if not reap:
        assert _ended(pid) == 0


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"argv": ["/nowhere/nothing"]}, GLib.Error),
        ({"argv": ["true"], "working_directory": "/nowhere", "flags": GLib.SpawnFlags.SEARCH_PATH}, GLib.Error),
        ({"argv": 5}, TypeError),
        ({"argv": [5]}, TypeError),
        ({"argv": "true"}, TypeError),
        ({"argv": []}, ValueError),
        ({"argv": ["a\0b"]}, ValueError),
        ({"argv": ["true"], "envp": {"A": "b"}}, TypeError),
        ({"argv": ["true"], "child_setup": 5}, TypeError),
    ],
)
def test_processes_that_cannot_start(arguments, kind):
    with pytest.raises(kind):
        GLib.spawn_async(**arguments)


def test_small_functions():
    assert GLib.markup_escape_text("a<♥") == "a&lt;♥"
    assert GLib.markup_escape_text(b"a<b", 2) == "a&lt;"
    assert GLib.filename_from_utf8("abc", 2) == "ab"
    with pytest.warns(PyGIDeprecationWarning, match="get_current_time is deprecated; use GLib.get_real_time"):
        assert GLib.get_current_time() > 1.3e9
    with pytest.warns(PyGIDeprecationWarning, match="no longer needed"):
        GLib.threads_init()
    with pytest.warns(PyGIDeprecationWarning, match="unix_signal_add_full is deprecated"):
        assert GLib.unix_signal_add_full is not None
    poll = GLib.PollFD(3, GLib.IOCondition.IN | GLib.IOCondition.HUP)
    assert (poll.fd, poll.events, poll.revents) == (3, GLib.IOCondition.IN | GLib.IOCondition.HUP, 0)


def test_each_name_imports_only_its_part(run):
    program = """
import sys
from gi.repository import GLib
def parts(): return sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("gi.overrides.") and "LIB" in name.upper())
GLib.idle_add; print(parts())
GLib.IO_IN; print(parts())
print(GLib.Variant("i", 5).unpack(), parts())
print(type(GLib.main_context_default()).__module__, parts())
import gi.overrides.GLib as whole
print(all(getattr(GLib, name) is getattr(whole, name) for name in whole.__all__), len(parts()))
"""
    assert run(program).splitlines() == [
        "['_glib_add']",
        "['GLib', '_glib_add']",
        "5 ['GLib', '_glib_add']",
        "gi.overrides.GLib ['GLib', '_glib_add', '_glib_mainloop']",
        "True 5",
    ]


def test_lines_that_end_in_a_nul(tmp_path):
    path = tmp_path / "names"
    path.write_bytes(b"one\0two\n\0three")
    channel = GLib.IOChannel(filename=str(path))
    channel.set_encoding(None)
    assert list(channel) == ["one", "two\n", "", "three"]
    channel = GLib.IOChannel(filename=str(path))
    channel.set_encoding(None)
    channel.set_line_term("\n", 1)
    # PyGObject loses what comes after the first.
    assert channel.readline() == "one\0two\n"


def test_what_is_no_text_is_no_line(tmp_path):
    path = tmp_path / "bytes"
    path.write_bytes(b"one\n\xff\xfe\n")
    channel = GLib.IOChannel(filename=str(path))
    with pytest.raises(GLib.Error):
        channel.readlines()
    channel = GLib.IOChannel(filename=str(path))
    channel.set_encoding(None)
    assert channel.readline() == "one\n"
    with pytest.raises(UnicodeDecodeError):
        channel.readline()
    assert channel.readline() == ""
