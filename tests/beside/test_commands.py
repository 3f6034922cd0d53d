"""What `python -m gijit doctor`, `explain` and `bench` say, with the package that is under test."""

import os
import re
import shutil
import subprocess
import sys

import gijit
import pytest
from environments import clean


def say(*args, status=0, env=None, timeout=300):
    """(standard output, standard error) of a command."""
    environment = {**os.environ, **(env or {})}
    done = subprocess.run(
        [sys.executable, "-m", "gijit", *args], env=environment, capture_output=True, text=True, timeout=timeout
    )
    assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    return done.stdout, done.stderr


def explained(name, **options):
    return say("explain", name, **options)[0]


def test_a_function():
    text = explained("GLib.ascii_strtoll", env={"GIJIT_TIER": "auto", "GIJIT_THRESHOLD": "1000"})
    assert text.startswith("GLib.ascii_strtoll(nptr: str, base: int) -> tuple[int, str]\n")
    assert "C function g_ascii_strtoll" in text
    assert "shape: rel (str, >str, u32) -> i64" in text
    assert "tier: libffi at first, a thunk after 1,000 calls" in text
    assert "GIJIT_TIER is ffi" in explained("GLib.ascii_strtoll", env={"GIJIT_TIER": "ffi"})


def test_a_function_that_stays_on_libffi():
    text = explained("GLib.quark_from_static_string")
    assert "  tier: always libffi, which does everything: no thunk, because of this: argument 'string'" in text
    assert "C keeps beyond the call" in text


def test_code():
    text = say("explain", "--code", "GLib.ascii_strtoll")[0]
    assert "define " in text and "tier:" in text


def test_a_method_and_what_has_its_name():
    text = explained("Gio.Application.activate")
    assert "Gio.Application.activate(self) -> None" in text
    assert "Gio.Application::activate, a signal: handler() -> None" in text
    assert "Gio.Application.do_activate, a virtual function" in text
    assert "entry: data (obj) -> void" in text
    only = explained("Gio.Application::activate")
    assert "a signal" in only and "a virtual function" not in only


def test_what_is_inherited():
    text = explained("Gio.SimpleAction.notify")
    assert text.startswith("Gio.SimpleAction has it from GObject.Object:\n")


def test_an_entry_that_there_is_not():
    text = explained("Gio.ActionEntry") + explained("GObject.Object.do_set_property")
    assert "always libffi's closure" in text and "argument 'value'" in text


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Gio.Application:application-id", ["a property of type utf8", "flags: readable, writable", "obj.props.application_id"]),
        ("Gio.Application.application_id", ["a property of type utf8"]),
        ("Gio.FileType", ["an enumeration", "REGULAR = 1"]),
        ("Gio.FileType.REGULAR", ["= 1"]),
        ("GLib.MAJOR_VERSION", ["GLib.MAJOR_VERSION = 2, a constant"]),
        ("Gio.Volume", ["an interface", "GType: GVolume", "do_can_eject"]),
        ("Gio.ListStore", ["a class", "derives from: GObject.Object", "implements (1): Gio.ListModel", "new(item_type)", "override"]),
        ("Gio.AsyncReadyCallback", ["a callback type", "entry: back (obj, obj, #any) -> void"]),
        ("GLib.PollFD.events", ["a field of type guint16"]),
        ("GLib", ["GLib 2.0, a namespace", "GLib-2.0.typelib"]),
        ("Gio-2.0.File", ["Gio.File, an interface"]),
    ],
)  # fmt: skip
def test_other_things(name, parts):
    text = explained(name)
    for part in parts:
        assert part in text, text


def test_what_python_adds_or_has_in_the_place():
    """Overrides: a function that the typelib has too, and names that it has not."""
    text = explained("GLib.idle_add")
    assert text.startswith("Python has a function of its own in this place") and "C function g_idle_add_full" in text
    text = explained("GLib.MainLoop.run")
    assert "Python has a function of its own in this place (" in text and "_glib_mainloop.py:" in text
    assert "C function g_main_loop_run" in text
    assert "not in the typelib: Python adds it" in explained("GObject.Object.connect")
    assert "not in the typelib: Python adds it, by an override" in explained("Gio.ListStore.__len__")
    # What is the typelib's own.
    assert "Python has" not in explained("GLib.ascii_strtoll") + explained("Gio.Cancellable.cancel")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Gioo", ["there is no namespace Gioo", "did you mean", "Gio", "doctor Gioo"]),
        ("Gio-9.0.File", ["there is no version 9.0 of Gio, but 2.0"]),
        ("GLib.Checksm", ["GLib 2.0 has no Checksm: did you mean Checksum"]),
        ("Gio.File.enumerate_childre", ["Gio.File has no enumerate_childre: did you mean enumerate_children"]),
        ("Gio.FileType.REGULA", ["did you mean REGULAR"]),
        ("Gio.Application::startupp", ["did you mean", "startup"]),
        ("no name", ["is no name such as"]),
    ],
)
def test_names_that_there_are_not(name, parts):
    out, error = say("explain", name, status=1)
    assert out == ""
    for part in parts:
        assert part in error, error


def test_usage_of_explain():
    assert "usage:" in say("explain", status=2)[1]
    assert "usage:" in say("explain", "GLib", "Gio", status=2)[1]
    assert "usage:" in say("explain", "--help")[0]


def test_every_entry_of_gio_can_be_explained(run):
    """No name of a namespace, nor of its classes, ends in an error."""
    program = """
import gi
from gijit import _explain
from gi.module import repository
gi.require_version("Gio", "2.0")
from gi.repository import Gio, GObject
number = 0
for namespace in ("Gio", "GObject"):
    for info in repository.get_infos(namespace):
        for kind in ("", *_explain._MEMBERS):
            for one in _explain._some(info, kind) if kind else [info]:
                path = f"{namespace}.{info.get_name_unescaped()}" + (f".{one.get_name_unescaped()}" if kind else "")
                number += len(list(_explain.lines_of(path)))
print(number > 10000)
"""
    assert run(program, timeout=300) == "True\n"


def doctor(*args, status=0, env=None):
    out, _ = say("doctor", *args, status=status, env=env)
    facts = {}
    for line in out.split("\n\n")[0].splitlines():
        name, _, text = line.partition(":")
        facts.setdefault(name, []).append(text.strip())
    return out, facts


def test_doctor():
    out, facts = doctor()
    assert facts["gijit"][0].startswith(gijit.__version__)
    assert facts["Python"][0].split(",")[0] == sys.version.split()[0]
    assert re.fullmatch(r"\d+\.\d+\.\d+", facts["GLib"][0])
    assert any(re.search(r"girepository-1.0: \d+$", line) for line in facts["typelibs"])
    assert facts["engine"][0].startswith("works")
    assert "Nothing is missing that gijit needs." in out


def test_doctor_on_tiers():
    assert doctor(env={"GIJIT_TIER": "ffi"})[1]["tiers"] == ["ffi: libffi alone (GIJIT_TIER=ffi)"]
    out, facts = doctor(env={"GIJIT_ENGINE": "/nowhere/engine.so"})
    assert facts["engine"][0].startswith("there is none that works") and "/nowhere/engine.so" in facts["engine"][0]
    assert "unset GIJIT_ENGINE" in out
    out, facts = doctor(env={"GIJIT_TIER": "fast"}, status=1)
    assert "unset GIJIT_TIER" in out


def test_doctor_says_what_installs_a_namespace():
    out, _ = doctor("GLib-2.0", "NoSuchThing-1.0", status=1)
    assert "no typelib of NoSuchThing-1.0" in out and "GLib-2.0:" in out
    if os.path.exists("/etc/debian_version"):
        assert "apt-get install gir1.2-nosuchthing-1.0" in out


@pytest.mark.parametrize(
    ("family", "namespace", "version", "command"),
    [
        ("debian", "Gtk", "4.0", "apt-get install gir1.2-gtk-4.0"),
        ("debian", "Gdk", "3.0", "apt-get install gir1.2-gtk-3.0"),
        ("debian", "WebKit", "6.0", "apt-get install gir1.2-webkit-6.0"),
        ("debian", "Foo", "", "apt-cache search gir1.2-foo"),
        ("fedora", "Gtk", "4.0", "dnf install '*/girepository-1.0/Gtk-4.0.typelib'"),
        ("suse", "Gtk", "4.0", "zypper install 'typelib(Gtk)'"),
        (None, "Gtk", "4.0", "girepository-1.0/Gtk-4.0.typelib"),
    ],
)
def test_what_installs_a_namespace(monkeypatch, family, namespace, version, command):
    from gijit import _doctor

    monkeypatch.setattr(_doctor, "_family", lambda: family)
    assert command in _doctor.namespace_command(namespace, version)


def test_doctor_on_displays_and_buses():
    bare = {**os.environ, "DISPLAY": "", "WAYLAND_DISPLAY": "", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}
    out, facts = doctor(env=bare)
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in facts["display"][0] and "xvfb-run" in out
    assert facts["D-Bus"][0].startswith("no session bus") and "dbus-run-session" in out
    out, facts = doctor(env={**bare, "DISPLAY": ":987"})
    if not any(os.path.exists(f"{path}/Gdk-{v}.0.typelib") for path in _folders() for v in (3, 4)):
        pytest.skip("there is no GDK")
    assert facts["display"] == ["DISPLAY=:987: cannot be opened"]
    if not shutil.which("xvfb-run"):
        pytest.skip("there is no xvfb-run")
    command = ["xvfb-run", "-a", sys.executable, "-m", "gijit", "doctor"]
    env = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
    assert re.search(r"^display: +DISPLAY=:\d+: opens \(\w*X11Display, Gdk \d\.0\)$", done.stdout, re.M), done.stdout


def _folders():
    """The folders of typelibs."""
    from gi import _gi

    return _gi.search_path()


def test_bench_from_an_installed_wheel(environment):
    """Without a PyGObject it measures gijit alone, and says how to compare."""
    command = [str(environment.python), "-c", "import gijit._bench as b; b.ROUNDS = 1; b.main()"]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, cwd="/", timeout=300)
    assert done.returncode == 0, done.stderr
    assert "no PyGObject in" in done.stdout and "--peer" in done.stdout
    assert len(re.findall(r"\d (?:ns|µs|ms)$", done.stdout, re.M)) == 12


def test_bench_beside_pygobject(environment):
    peer = os.environ.get("PEER") or os.path.join(
        os.path.dirname(__file__), *[os.pardir] * 2, ".venv-peer", "bin", "python"
    )
    if not os.path.exists(peer):
        pytest.skip("there is no PyGObject in .venv-peer: scripts/peer makes it")
    program = f"import gijit._bench as b; b.ROUNDS = 1; b.main(['--peer', {os.path.abspath(peer)!r}])"
    command = [str(environment.python), "-c", program]
    done = subprocess.run(command, env=clean(), capture_output=True, text=True, cwd="/", timeout=300)
    assert done.returncode == 0, done.stderr
    assert "PyGObject 3." in done.stdout
    assert len(re.findall(r"\d+\.\dx$", done.stdout, re.M)) == 12
