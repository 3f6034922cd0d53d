"""Channels, and what watches them."""

from .. import PyGIDeprecationWarning, _gi
from ..module import get_introspection_module
from . import deprecated, override

__all__ = ["IOChannel", "_io_add_watch_get_args", "io_add_watch"]

GLib = get_introspection_module("GLib")


@override
class IOChannel(GLib.IOChannel):
    """A file, pipe or socket to read from and write to, with an encoding and a buffer."""

    __module__ = "gi.overrides.GLib"

    _whence_map = {0: GLib.SeekType.SET, 1: GLib.SeekType.CUR, 2: GLib.SeekType.END}

    def __new__(cls, filedes=None, filename=None, mode=None, hwnd=None):
        if filedes is not None:
            channel = GLib.IOChannel.unix_new(filedes)
        elif filename is not None:
            channel = GLib.IOChannel.new_file(filename, mode or "r")
        elif hwnd is not None:
            channel = GLib.IOChannel.win32_new_fd(hwnd)
        else:
            raise TypeError("either a valid file descriptor, file name, or window handle must be supplied")
        return _gi.boxed_as(cls, channel)

    def __init__(self, *args, **kwargs):
        pass

    def read(self, max_count=-1):
        """At most so many bytes; all that there is if the number is negative. Empty at the end."""
        return _gi.io_channel_read(self, max_count)

    read_chars = read

    def readline(self, size_hint=-1):
        """The next line with its end. Empty at the end of the file."""
        return _gi.io_channel_read_line(self) or ""

    def readlines(self, size_hint=-1):
        """The lines that are left, and an empty one for the end of the file."""
        lines = [*self]
        lines.append("")
        return lines

    def write(self, buf, buflen=-1):
        """Writes bytes or a str; no more than ``buflen`` bytes if that is not negative. Returns how many."""
        if not isinstance(buf, bytes):
            buf = buf.encode("UTF-8")
        if 0 <= buflen < len(buf):
            buf = buf[:buflen]
        return self.write_chars(buf, len(buf))[1]

    def writelines(self, lines):
        """Writes each of the lines."""
        for line in lines:
            self.write(line)

    def seek(self, offset, whence=0):
        """Goes to a place that is counted from the beginning, from here (1), or from the end (2)."""
        try:
            kind = self._whence_map[whence]
        except KeyError:
            raise ValueError("invalid 'whence' value") from None
        return self.seek_position(offset, kind)

    def add_watch(self, condition, callback, *user_data, priority=GLib.PRIORITY_DEFAULT):
        return io_add_watch(self, priority, condition, callback, *user_data)

    add_watch = deprecated(add_watch, "GLib.io_add_watch()")

    def __iter__(self):
        return self

    def __next__(self):
        line = _gi.io_channel_read_line(self)
        if line is None:
            raise StopIteration
        return line


def _sorted(channel, priority_, condition, *cb_and_user_data, **kwargs):
    """``(subject, priority, condition, function, data)`` of a call in today's order or in an old one."""
    if isinstance(priority_, GLib.IOCondition):
        import warnings

        warnings.warn(
            "Calling io_add_watch without priority as second argument is deprecated",
            PyGIDeprecationWarning,
            stacklevel=4,
        )
        function, data = condition, cb_and_user_data
        if not callable(function):
            raise TypeError("third argument must be callable")
        condition = priority_
        priority = kwargs.get("priority", GLib.PRIORITY_DEFAULT)
    else:
        if not cb_and_user_data or not callable(cb_and_user_data[0]):
            raise TypeError("expecting callback as fourth argument")
        function, *data = cb_and_user_data
        priority = priority_
        if "priority" in kwargs:
            import warnings

            warnings.warn(
                "Calling io_add_watch with priority keyword argument is deprecated, put it as second positional argument",
                PyGIDeprecationWarning,
                stacklevel=4,
            )
    return channel, priority, condition, function, tuple(data)


def _channel_of(subject):
    """A channel for what is to be watched: a channel, a file descriptor, or an object that has one."""
    if isinstance(subject, GLib.IOChannel):
        return subject
    if isinstance(subject, int):
        return GLib.IOChannel.unix_new(subject)
    fileno = getattr(subject, "fileno", None)
    if fileno is None:
        raise TypeError(f"Must be GLib.IOChannel, a file descriptor or a file, not {type(subject).__name__}")
    return GLib.IOChannel.unix_new(fileno())


def _io_add_watch_get_args(channel, priority_, condition, *cb_and_user_data, **kwargs):
    """``(channel, priority, condition, function, data)`` for GLib's own function."""
    subject, priority, condition, function, data = _sorted(channel, priority_, condition, *cb_and_user_data, **kwargs)
    channel = _channel_of(subject)
    if channel is subject:
        return channel, priority, condition, function, data

    def transformed(_channel, condition, *data):
        return function(subject, condition, *data)

    return channel, priority, condition, transformed, data


def io_add_watch(channel, priority_, condition, *cb_and_user_data, **kwargs):
    """``io_add_watch(channel, priority, condition, function, *data)``: has ``function(channel, condition, *data)`` called.

    ``channel`` is a GLib.IOChannel, a file descriptor, or an object with ``fileno``; the function gets the same. It is
    called whenever the condition is met, until it returns something false. Returns the id of the source.
    """
    subject, *rest = _sorted(channel, priority_, condition, *cb_and_user_data, **kwargs)
    return _gi.io_add_watch(_channel_of(subject), subject, *rest)
