"""Attributes of GLib and GObject that have moved: PyGObject still has them, with a warning, and so have we.

Each is a path to what it stands for, which is looked up when it is used.
"""

from importlib import import_module

from .. import _gi

_MEMBERS = {
    ("IO_FLAG_", "IOFlags"): "APPEND GET_MASK IS_READABLE IS_SEEKABLE MASK NONBLOCK SET_MASK",
    ("IO_STATUS_", "IOStatus"): "AGAIN EOF ERROR NORMAL",
    ("OPTION_ERROR_", "OptionError"): "BAD_VALUE FAILED UNKNOWN_OPTION",
    ("OPTION_FLAG_", "OptionFlags"): "FILENAME HIDDEN IN_MAIN NOALIAS NO_ARG OPTIONAL_ARG REVERSE",
    ("SPAWN_", "SpawnFlags"): (
        "CHILD_INHERITS_STDIN DO_NOT_REAP_CHILD FILE_AND_ARGV_ZERO LEAVE_DESCRIPTORS_OPEN SEARCH_PATH "
        "STDERR_TO_DEV_NULL STDOUT_TO_DEV_NULL"
    ),
}

_DIRECTORIES = "DESKTOP DOCUMENTS DOWNLOAD MUSIC PICTURES PUBLIC_SHARE TEMPLATES VIDEOS"

#: Types with a least and a greatest number.
_LIMITS = "DOUBLE FLOAT INT INT16 INT32 INT64 INT8 LONG OFFSET SHORT SSIZE"

#: What GObject has of GLib's under the same name.
_OF_GLIB = (
    "GError IO_ERR IO_HUP IO_IN IO_NVAL IO_OUT IO_PRI Idle MainContext MainLoop OPTION_REMAINING OptionContext OptionGroup "
    "PRIORITY_DEFAULT PRIORITY_DEFAULT_IDLE PRIORITY_HIGH PRIORITY_HIGH_IDLE PRIORITY_LOW Pid PollFD Source Timeout "
    "child_watch_add filename_display_basename filename_display_name filename_from_utf8 get_application_name "
    "get_current_time get_prgname glib_version idle_add io_add_watch main_context_default main_depth markup_escape_text "
    "set_application_name set_prgname source_remove spawn_async timeout_add timeout_add_seconds uri_list_extract_uris"
)

_FLAGS = {
    ("PARAM_", "ParamFlags"): "CONSTRUCT CONSTRUCT_ONLY LAX_VALIDATION READABLE READWRITE WRITABLE",
    ("SIGNAL_", "SignalFlags"): "ACTION DETAILED NO_HOOKS NO_RECURSE RUN_CLEANUP RUN_FIRST RUN_LAST",
}


def _glib():
    names = {
        prefix + member: f"GLib.{group}.{member}"
        for (prefix, group), members in _MEMBERS.items()
        for member in members.split()
    }
    names["IO_FLAG_IS_WRITEABLE"] = "GLib.IOFlags.IS_WRITABLE"
    names.update({f"USER_DIRECTORY_{name}": f"GLib.UserDirectory.DIRECTORY_{name}" for name in _DIRECTORIES.split()})
    names["glib_version"] = "(GLib.MAJOR_VERSION, GLib.MINOR_VERSION, GLib.MICRO_VERSION)"
    names["pyglib_version"] = "gi.version_info"
    in_part = _gi.enumerate_versions("GLibUnix")
    names["unix_signal_add_full"] = "GLibUnix.signal_add" if in_part else "GLib.unix_signal_add"
    return names


def _gobject():
    moved = [name for name in _glib() if name.startswith(("IO_", "OPTION_", "SPAWN_"))]
    names = {name: f"GLib.{name}" for name in [*moved, *_OF_GLIB.split()]}
    for limit in _LIMITS.split():
        names[f"G_MAX{limit}"] = f"GLib.MAX{limit}"
        names[f"G_MIN{limit}"] = f"GLib.MIN{limit}"
    for limit in "SIZE UINT UINT16 UINT32 UINT64 UINT8 ULONG USHORT".split():
        names[f"G_MAX{limit}"] = f"GLib.MAX{limit}"
    for (prefix, group), members in _FLAGS.items():
        names.update({prefix + member: f"GObject.{group}.{member}" for member in members.split()})
    names["GParamSpec"] = "GObject.ParamSpec"
    names["property"] = "GObject.Property"
    return names


class Moved:
    """The value of such an attribute."""

    def __init__(self, path):
        self.path = path

    def get(self):
        if self.path.startswith("("):
            return tuple(Moved(path).get() for path in self.path[1:-1].split(", "))
        first, *names = self.path.split(".")
        if first == "GLib" and names[0] in (moved := _glib()):
            return Moved(moved[names[0]]).get()
        value = import_module("gi" if first == "gi" else f"gi.repository.{first}")
        for name in names:
            value = getattr(value, name)
        return value


def of(namespace):
    """The moved attributes of a namespace: {name: path}."""
    return {"GLib": _glib, "GObject": _gobject}.get(namespace, dict)()
