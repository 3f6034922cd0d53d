"""What Python adds to GLib."""

from ..module import get_introspection_module

__all__ = ["IO_ERR", "IO_HUP", "IO_IN", "IO_NVAL", "IO_OUT", "IO_PRI"]

GLib = get_introspection_module("GLib")

IO_ERR = GLib.IOCondition.ERR
IO_HUP = GLib.IOCondition.HUP
IO_IN = GLib.IOCondition.IN
IO_NVAL = GLib.IOCondition.NVAL
IO_OUT = GLib.IOCondition.OUT
IO_PRI = GLib.IOCondition.PRI
