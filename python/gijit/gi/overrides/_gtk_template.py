"""Templates of widgets, as GTK's namespace has them: all of the work is done in ``gi._gtktemplate``."""

from .._gtktemplate import Template, _extract_handler_and_args

__all__ = ["Template", "_extract_handler_and_args"]
