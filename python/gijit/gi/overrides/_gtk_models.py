"""Models of trees and lists, their rows and paths.

What is done with every row (``model[i]``, ``row[column]``, going through a model, filling a store) is the extension's:
``_gi.TreeModel``, from which the namespace's class derives, ``_gi.TreeModelRow`` and ``_gi.TreeModelRowIter``.
"""

from .. import _gi
from ..module import get_introspection_module
from . import override, strip_boolean_result

__all__ = [
    "ListStore",
    "TreeModel",
    "TreeModelFilter",
    "TreeModelRow",
    "TreeModelRowIter",
    "TreePath",
    "TreeSortable",
    "TreeStore",
]

GObject = get_introspection_module("GObject")
Gtk = get_introspection_module("Gtk")


@override
class TreePath(Gtk.TreePath):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreePath)["__doc__"]

    def __new__(cls, path=0):
        """Of a number, a text such as "0:3", or numbers. TypeError for what names no row."""
        if isinstance(path, int):
            path = str(path)
        elif not isinstance(path, str):
            path = ":".join(str(number) for number in path)
        try:
            if path:
                return Gtk.TreePath.new_from_string(path)
        except TypeError:
            pass
        raise TypeError(f"could not parse subscript '{path}' as a tree path")

    def __init__(self, *args, **kwargs):
        # It has been made.
        pass

    def __str__(self):
        return self.to_string() or ""

    # Nothing is before every path.

    def __lt__(self, other):
        return other is not None and self.compare(other) < 0

    def __le__(self, other):
        return other is not None and self.compare(other) <= 0

    def __eq__(self, other):
        return other is not None and self.compare(other) == 0

    def __ne__(self, other):
        return other is None or self.compare(other) != 0

    def __gt__(self, other):
        return other is None or self.compare(other) > 0

    def __ge__(self, other):
        return other is None or self.compare(other) >= 0

    __hash__ = None

    def __iter__(self):
        return iter(self.get_indices())

    def __len__(self):
        return self.get_depth()

    def __getitem__(self, index):
        return self.get_indices()[index]


@override
class TreeModel(Gtk.TreeModel):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeModel)["__doc__"]
    __slots__ = ()

    get_iter_first = strip_boolean_result(Gtk.TreeModel.get_iter_first)
    iter_children = strip_boolean_result(Gtk.TreeModel.iter_children)
    iter_nth_child = strip_boolean_result(Gtk.TreeModel.iter_nth_child)
    iter_parent = strip_boolean_result(Gtk.TreeModel.iter_parent)
    get_iter_from_string = strip_boolean_result(Gtk.TreeModel.get_iter_from_string, ValueError, "invalid tree path")

    def _coerce_path(self, path):
        """A path, of whatever ``TreePath`` takes."""
        return path if isinstance(path, Gtk.TreePath) else TreePath(path)

    def _getiter(self, key):
        """The iterator of the row that a key names. IndexError if there is none, TypeError if it names nothing."""
        if isinstance(key, Gtk.TreeIter):
            return key
        if isinstance(key, int) and key < 0:
            index = len(self) + key
            if index < 0:
                raise IndexError(f"row index is out of bounds: {key}")
            return self.get_iter(index)
        try:
            return self.get_iter(key)
        except ValueError:
            raise IndexError(f"could not find tree path '{key}'") from None

    def __setitem__(self, key, value):
        self.set_row(self._getiter(key), value)

    def __delitem__(self, key):
        self.remove(self._getiter(key))

    def get_iter(self, path):
        """The iterator of the row at a path. ValueError if there is none."""
        found, tree_iter = Gtk.TreeModel.get_iter(self, self._coerce_path(path))
        if not found:
            raise ValueError(f"invalid tree path '{path}'")
        return tree_iter

    def iter_next(self, aiter):
        """The iterator of the row behind another, or None."""
        tree_iter = aiter.copy()
        return tree_iter if Gtk.TreeModel.iter_next(self, tree_iter) else None

    def iter_previous(self, aiter):
        """The iterator of the row before another, or None."""
        tree_iter = aiter.copy()
        return tree_iter if Gtk.TreeModel.iter_previous(self, tree_iter) else None

    def get(self, treeiter, *columns):
        """The values in columns of a row, as a tuple. ValueError for a column that there is not."""
        n_columns = self.get_n_columns()
        for column in columns:
            if not isinstance(column, int):
                raise TypeError("column numbers must be ints")
            if not 0 <= column < n_columns:
                raise ValueError("column number is out of range")
        return tuple([self.get_value(treeiter, column) for column in columns])

    def _convert_value(self, column, value):
        """A ``GObject.Value`` of a column's type."""
        if isinstance(value, GObject.Value):
            return value
        return GObject.Value(self.get_column_type(column), value)

    def _convert_row(self, row):
        """The values of a row that are not None, and their columns."""
        if isinstance(row, str):
            raise TypeError("Expected a list or tuple, but got str")
        n_columns = self.get_n_columns()
        if len(row) != n_columns:
            raise ValueError("row sequence has the incorrect number of elements")
        given = [(column, value) for column, value in enumerate(row) if value is not None]
        return [self._convert_value(*cell) for cell in given], [column for column, _ in given]

    def set_row(self, treeiter, row):
        """Sets all columns of a row, but those for which there is None."""
        for value, column in zip(*self._convert_row(row)):
            self.set_value(treeiter, column, value)

    def row_changed(self, path, iter):
        """Says that a row has changed."""
        return super().row_changed(self._coerce_path(path), iter)

    def row_inserted(self, path, iter):
        """Says that there is a new row."""
        return super().row_inserted(self._coerce_path(path), iter)

    def row_has_child_toggled(self, path, iter):
        """Says that a row has its first row below it, or has lost the last."""
        return super().row_has_child_toggled(self._coerce_path(path), iter)

    def row_deleted(self, path):
        """Says that a row has gone."""
        return super().row_deleted(self._coerce_path(path))

    def rows_reordered(self, path, iter, new_order):
        """Says that the rows below another, or all for an empty path, have a new order."""
        return super().rows_reordered(self._coerce_path(path), iter, new_order)

    def sort_new_with_model(self):
        """A model with the same rows, sorted."""
        return Gtk.TreeModelSort.new_with_model(self)


@override
class TreeSortable(Gtk.TreeSortable):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeSortable)["__doc__"]
    __slots__ = ()

    get_sort_column_id = strip_boolean_result(Gtk.TreeSortable.get_sort_column_id, fail_ret=(None, None))

    def set_sort_func(self, sort_column_id, sort_func, user_data=None):
        """Sorts by ``sort_func(model, a, b, user_data)`` where rows are sorted by that column: it is given two iterators."""
        super().set_sort_func(sort_column_id, sort_func, user_data)

    def set_default_sort_func(self, sort_func, user_data=None):
        """The same for where rows are sorted by no column."""
        super().set_default_sort_func(sort_func, user_data)


_FORMS = (
    "Argument list must be in the form of (column, value, ...), ((columns,...), (values, ...)) or {column: value}.  "
    "No -1 termination is needed."
)


def _cells(args):
    """The columns and values that ``store.set`` is given in one of its forms."""
    first = args[0]
    if isinstance(first, int):
        columns, values = args[::2], args[1::2]
    elif isinstance(first, (tuple, list)):
        if len(args) != 2:
            raise TypeError("Too many arguments" if len(args) > 2 else "Too few arguments")
        columns, values = first, args[1]
    elif isinstance(first, dict):
        columns, values = list(first), list(first.values())
    else:
        raise TypeError(_FORMS)
    if len(columns) != len(values):
        raise TypeError("The number of columns do not match the number of values")
    if not all(isinstance(column, int) for column in columns):
        raise TypeError("TypeError: Expected integer argument for column.")
    return columns, values


@override
class ListStore(Gtk.ListStore, TreeModel, TreeSortable):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.ListStore)["__doc__"]

    def __init__(self, *column_types):
        """With columns of these types."""
        Gtk.ListStore.__init__(self)
        if column_types:
            self.set_column_types(column_types)

    def set_value(self, treeiter, column, value):
        """Sets a column of a row."""
        self._set_value(treeiter, column, value)

    def set(self, treeiter, *args):
        """Sets columns of a row at once: ``(column, value, ...)``, ``(columns, values)`` or ``({column: value})``."""
        if args:
            self._set_row(treeiter, *_cells(args))

    def append(self, row=None):
        """A new row behind all others, with what is in ``row``, but for what is None; its iterator."""
        return self._insert_row(None, -1, row)

    def prepend(self, row=None):
        """The same before all others."""
        return self._insert_row(None, 0, row)

    def insert(self, position, row=None):
        """The same at a position."""
        return self._insert_row(None, position, row)

    def insert_before(self, sibling, row=None):
        """The same before another row; behind all others for None."""
        return self._insert_row(None, -1 if sibling is None else _number(self, sibling), row)

    def insert_after(self, sibling, row=None):
        """The same behind another row; before all others for None."""
        return self._insert_row(None, 0 if sibling is None else _number(self, sibling) + 1, row)


def _number(model, tree_iter):
    """Which row it is, among those that have the same above them."""
    return model.get_path(tree_iter).get_indices()[-1]


# Each version of GTK has one of the two names.
for _name, _other in (
    ("insert_with_values", "insert_with_valuesv"),
    ("insert_with_valuesv", "insert_with_values"),
):
    if not hasattr(Gtk.ListStore, _name):
        setattr(ListStore, _name, vars(Gtk.ListStore)[_other])


@override
class TreeStore(Gtk.TreeStore, TreeModel, TreeSortable):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeStore)["__doc__"]

    def __init__(self, *column_types):
        """With columns of these types."""
        Gtk.TreeStore.__init__(self)
        if column_types:
            self.set_column_types(column_types)

    def set_value(self, treeiter, column, value):
        """Sets a column of a row."""
        self._set_value(treeiter, column, value)

    def set(self, treeiter, *args):
        """Sets columns of a row at once: ``(column, value, ...)``, ``(columns, values)`` or ``({column: value})``."""
        if args:
            self._set_row(treeiter, *_cells(args))

    def append(self, parent, row=None):
        """A new row below another, or at the top for None, behind all others there, with what is in ``row``, but for what
        is None; its iterator."""
        return self._insert_row(parent, -1, row)

    def prepend(self, parent, row=None):
        """The same before all others there."""
        return self._insert_row(parent, 0, row)

    def insert(self, parent, position, row=None):
        """The same at a position."""
        return self._insert_row(parent, position, row)

    def insert_before(self, parent, sibling, row=None):
        """The same before another row, which need not be below ``parent`` if that is None; behind all others for None."""
        position = -1
        if sibling is not None:
            position = _number(self, sibling)
            parent = self.iter_parent(sibling) if parent is None else parent
        return self._insert_row(parent, position, row)

    def insert_after(self, parent, sibling, row=None):
        """The same behind another row; before all others for None."""
        position = 0
        if sibling is not None:
            position = _number(self, sibling) + 1
            parent = self.iter_parent(sibling) if parent is None else parent
        return self._insert_row(parent, position, row)


class TreeModelRow(_gi.TreeModelRow):
    """A row of a model: its values by the numbers of their columns."""

    __module__ = "gi.overrides.Gtk"

    def __init__(self, model, iter_or_path):
        if not isinstance(model, Gtk.TreeModel):
            raise TypeError(f"expected Gtk.TreeModel, {type(model).__name__} found")
        if isinstance(iter_or_path, Gtk.TreePath):
            iter_or_path = model.get_iter(iter_or_path)
        elif not isinstance(iter_or_path, Gtk.TreeIter):
            raise TypeError(f"expected Gtk.TreeIter or Gtk.TreePath, {type(iter_or_path).__name__} found")
        self.model = model
        self.iter = iter_or_path

    @property
    def path(self):
        """Where the row is, a ``TreePath``."""
        return self.model.get_path(self.iter)

    @property
    def next(self):
        """The row behind it, or None."""
        return self.get_next()

    @property
    def previous(self):
        """The row before it, or None."""
        return self.get_previous()

    @property
    def parent(self):
        """The row above it, or None."""
        return self.get_parent()

    def _row(self, tree_iter):
        return None if tree_iter is None else TreeModelRow(self.model, tree_iter)

    def get_next(self):
        """The row behind it, or None."""
        return self._row(self.model.iter_next(self.iter))

    def get_previous(self):
        """The row before it, or None."""
        return self._row(self.model.iter_previous(self.iter))

    def get_parent(self):
        """The row above it, or None."""
        return self._row(self.model.iter_parent(self.iter))

    def iterchildren(self):
        """Goes through the rows below it."""
        return TreeModelRowIter(self.model, self.model.iter_children(self.iter))

    def _items(self, key):
        """What a key that is no number stands for, as a list."""
        if isinstance(key, slice):
            return [self[column] for column in range(*key.indices(self.model.get_n_columns()))]
        if isinstance(key, tuple):
            return [self[column] for column in key]
        raise TypeError(f"indices must be integers, slice or tuple, not {type(key).__name__}")

    def _set_items(self, key, value):
        """Sets what such a key stands for."""
        if isinstance(key, slice):
            columns, what = range(*key.indices(self.model.get_n_columns())), "slice"
        elif isinstance(key, tuple):
            columns, what = key, "sequence"
        else:
            raise TypeError(f"indices must be an integer, slice or tuple, not {type(key).__name__}")
        if len(value) != len(columns):
            raise ValueError(f"attempt to assign sequence of size {len(value)} to {what} of size {len(columns)}")
        for column, item in zip(columns, value):
            self[column] = item


class TreeModelRowIter(_gi.TreeModelRowIter):
    """Goes through the rows of a model from one on, to the last that has the same above it."""

    __module__ = "gi.overrides.Gtk"

    def __init__(self, model, aiter):
        self.model = model
        self.iter = aiter


@override
class TreeModelFilter(Gtk.TreeModelFilter):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeModelFilter)["__doc__"]

    def set_visible_func(self, func, data=None):
        """Shows the rows for which ``func(model, iter, data)`` is true."""
        super().set_visible_func(func, data)

    def set_value(self, iter, column, value):
        """Sets a column of a row, in the other model."""
        self.get_model().set_value(self.convert_iter_to_child_iter(iter), column, value)


if Gtk._version == "3.0":
    from . import deprecated_init
    from ._gtk_deprecation import PyGTKDeprecationWarning

    @override
    class TreeModelSort(Gtk.TreeModelSort):
        __module__ = "gi.overrides.Gtk"
        __doc__ = vars(Gtk.TreeModelSort)["__doc__"]
        __init__ = deprecated_init(Gtk.TreeModelSort.__init__, arg_names=("model",), category=PyGTKDeprecationWarning)

    __all__ += ["TreeModelSort"]
