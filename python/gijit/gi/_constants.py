"""The GTypes that every program knows, by the names that ``GObject`` gives them."""

from . import _gi

_of = _gi.GType.from_name

TYPE_INVALID = _gi.TYPE_INVALID
TYPE_NONE = _of("void")
TYPE_INTERFACE = _of("GInterface")
TYPE_CHAR = _of("gchar")
TYPE_UCHAR = _of("guchar")
TYPE_BOOLEAN = _of("gboolean")
TYPE_INT = _of("gint")
TYPE_UINT = _of("guint")
TYPE_LONG = _of("glong")
TYPE_ULONG = _of("gulong")
TYPE_INT64 = _of("gint64")
TYPE_UINT64 = _of("guint64")
TYPE_ENUM = _of("GEnum")
TYPE_FLAGS = _of("GFlags")
TYPE_FLOAT = _of("gfloat")
TYPE_DOUBLE = _of("gdouble")
TYPE_STRING = _of("gchararray")
TYPE_POINTER = _of("gpointer")
TYPE_BOXED = _of("GBoxed")
TYPE_PARAM = _of("GParam")
TYPE_OBJECT = _of("GObject")
TYPE_PYOBJECT = _of("PyObject")
TYPE_GTYPE = _of("GType")
TYPE_STRV = _of("GStrv")
TYPE_VARIANT = _of("GVariant")
#: GObject has no type of its own for characters.
TYPE_UNICHAR = TYPE_UINT
