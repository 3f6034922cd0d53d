"""What Python adds to Gio, but for lists, and to its part for Unix."""

import pathlib
import shutil
import subprocess

import pytest
from asking import differences

HERE = pathlib.Path(__file__).parent

ASKS = (
    "PyGObject itself asks Gio for what is deprecated",
    "settings/(get/'text'|set/text/'x')",
    r"(.*) \| DeprecationWarning: ",
    ".*",
)

#: What came to PyGObject after 3.50.
LATER = [
    (
        "names of actions were taken for texts",
        "actions/a number as name",
        "tuple.*",
        "TypeError: Must be string, not int",
    ),
    (
        "applications had the method of C",
        "actions/application",
        "TypeError: .*Expected Gio.ActionEntry.*",
        "NoneType None",
    ),
    (
        "connections could be made by calling their class",
        "direct/DBusConnection(/derived)?",
        "(str .*)",
        r"str .* \| PyGIWarning: ",
    ),
    (
        "the address of an explanation",
        "settings/make/.*",
        ".*wiki.gnome.org/PyGObject/.*",
        ".*wiki.gnome.org/Projects/PyGObject/.*",
    ),
    ("files could not be divided", "file/.*", "(TypeError: unsupported operand|AttributeError: 'PosixPath').*", ".*"),
]


def test_gio_as_in_pygobject():
    assert not differences(HERE / "gio_questions.py", [ASKS], before_3_52=LATER)


ANY_FORMAT = (
    "PyGObject's message for a format has its parts apart",
    r"call/(Zero/\(''|One/\('\(zz\)).*",
    r"TypeError: \(.Invalid GVariant format string '%s'.*",
    "TypeError: Invalid GVariant format string '.*'",
)

LATER_ON_THE_BUS = [
    ("messages say less of the namespace", "register/a keyword", "TypeError: Gio.*", "TypeError: DBus.*"),
    (
        "the message could not show a tuple",
        r"call/Zero/\(\(\),\)",
        ".*not enough arguments.*",
        ".*signature string: .*",
    ),
    ("flags are refused in other words", "call/flags/wrong", "TypeError: Expected a.*", "TypeError: could not.*"),
    ("keywords that mean nothing were ignored", "call/signature as keyword", "NoneType None", "TypeError: .*"),
    ("a handler that is None counted as one", "call/no handler", "NoneType None", "int 6"),
]


def test_dbus_as_in_pygobject():
    assert not differences(HERE / "dbus_questions.py", [ANY_FORMAT], before_3_52=LATER_ON_THE_BUS)


STREAM = """<class name="{0}" c:type="GUnix{0}" glib:type-name="GUnix{0}" glib:get-type="g_unix_{1}_get_type" parent="Gio.{0}">
{2}</class><function name="{1}_get_fd" c:identifier="g_unix_{1}_get_fd">
<return-value transfer-ownership="none"><type name="gint" c:type="gint"/></return-value>
<parameters><parameter name="stream" transfer-ownership="none"><type name="{0}" c:type="GUnix{0}*"/></parameter></parameters>
</function>"""
NEW = """<constructor name="new" c:identifier="g_unix_{1}_new">
<return-value transfer-ownership="full"><type name="{0}" c:type="GUnix{0}*"/></return-value><parameters>
<parameter name="fd" transfer-ownership="none"><type name="gint" c:type="gint"/></parameter>
<parameter name="close_fd" transfer-ownership="none"><type name="gboolean" c:type="gboolean"/></parameter>
</parameters></constructor>"""
PLAIN = """<class name="{0}" c:type="G{1}" glib:type-name="G{1}" glib:get-type="{2}" parent="{3}"></class>"""
UNIX = """<?xml version="1.0"?>
<repository version="1.2" xmlns="http://www.gtk.org/introspection/core/1.0"
    xmlns:c="http://www.gtk.org/introspection/c/1.0" xmlns:glib="http://www.gtk.org/introspection/glib/1.0">
<include name="Gio" version="2.0"/>
<namespace name="GioUnix" version="2.0" shared-library="libgio-2.0.so.0" c:identifier-prefixes="GUnix" c:symbol-prefixes="g_unix">
{0}</namespace></repository>"""


def test_functions_of_older_typelibs_are_methods_of_streams(run, tmp_path):
    """The namespace as GLib before 2.86 describes it, as far as this goes."""
    compiler = shutil.which("g-ir-compiler") or shutil.which("gi-compile-repository")
    if compiler is None:
        pytest.skip("there is no compiler of typelibs")
    streams = [("InputStream", "input_stream"), ("OutputStream", "output_stream")]
    entries = [STREAM.format(*names, NEW.format(*names)) for names in streams]
    entries += [
        PLAIN.format("DesktopAppInfo", "DesktopAppInfo", "g_desktop_app_info_get_type", "GObject.Object"),
        PLAIN.format("FDMessage", "UnixFDMessage", "g_unix_fd_message_get_type", "Gio.SocketControlMessage"),
        PLAIN.format("MountMonitor", "UnixMountMonitor", "g_unix_mount_monitor_get_type", "GObject.Object"),
    ]
    gir = tmp_path / "GioUnix-2.0.gir"
    gir.write_text(UNIX.format("".join(entries)))
    subprocess.run([compiler, str(gir), "-o", str(tmp_path / "GioUnix-2.0.typelib")], check=True)
    program = """
import os
import gi
gi.Repository.get_default().prepend_search_path({folder!r})
from gi.repository import GioUnix
r, w = os.pipe()
streams = GioUnix.InputStream.new(r, True), GioUnix.OutputStream.new(w, True)
print([stream.get_fd() for stream in streams] == [r, w], GioUnix.input_stream_get_fd(streams[0]) == r)
print(GioUnix.InputStream.__module__, hasattr(GioUnix.InputStream, "new_from_fd"), GioUnix.FDMessage.__module__)
"""
    words = run(program.replace("{folder!r}", repr(str(tmp_path)))).split()
    assert words == ["True", "True", "gi.overrides.GioUnix", "False", "gi.repository.GioUnix"]
