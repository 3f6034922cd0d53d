"""Tables of GTK 3."""

from ..module import get_introspection_module
from . import deprecated_init, override
from ._gtk_deprecation import PyGTKDeprecationWarning

__all__ = ["Table"]

Gtk = get_introspection_module("Gtk")

_EXPAND_AND_FILL = Gtk.AttachOptions.EXPAND | Gtk.AttachOptions.FILL


@override
class Table(Gtk.Table):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.Table)["__doc__"]

    __init__ = deprecated_init(
        Gtk.Table.__init__,
        ("n_rows", "n_columns", "homogeneous"),
        deprecated_aliases={"n_rows": "rows", "n_columns": "columns"},
        category=PyGTKDeprecationWarning,
    )

    def attach(
        self,
        child,
        left_attach,
        right_attach,
        top_attach,
        bottom_attach,
        xoptions=_EXPAND_AND_FILL,
        yoptions=_EXPAND_AND_FILL,
        xpadding=0,
        ypadding=0,
    ):
        """Puts a widget between lines of the table."""
        super().attach(
            child, left_attach, right_attach, top_attach, bottom_attach, xoptions, yoptions, xpadding, ypadding
        )
