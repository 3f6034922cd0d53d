"""What Python adds to GdkPixbuf."""

import warnings

from .. import PyGIDeprecationWarning
from ..module import get_introspection_module
from . import override

__all__ = ["Pixbuf"]

GLib = get_introspection_module("GLib")
GdkPixbuf = get_introspection_module("GdkPixbuf")


@override
class Pixbuf(GdkPixbuf.Pixbuf):
    __module__ = "gi.overrides.GdkPixbuf"
    __doc__ = vars(GdkPixbuf.Pixbuf)["__doc__"]

    @classmethod
    def new_from_data(
        cls,
        data,
        colorspace,
        has_alpha,
        bits_per_sample,
        width,
        height,
        rowstride,
        destroy_fn=None,
        *destroy_fn_data,
    ):
        """An image with a copy of these pixels, which lives as long as the image."""
        if destroy_fn is not None:
            warnings.warn("destroy_fn argument deprecated", PyGIDeprecationWarning, stacklevel=2)
        if destroy_fn_data:
            warnings.warn("destroy_fn_data argument deprecated", PyGIDeprecationWarning, stacklevel=2)
        pixels = GLib.Bytes.new(data)
        return cls.new_from_bytes(pixels, colorspace, has_alpha, bits_per_sample, width, height, rowstride)
