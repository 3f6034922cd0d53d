"""What shows models: views, their columns, and what is selected in them."""

from ..module import get_introspection_module
from . import override, strip_boolean_result
from ._gtk_models import TreePath

__all__ = ["ComboBox", "IconView", "TreeSelection", "TreeView", "TreeViewColumn"]

Gtk = get_introspection_module("Gtk")


def _path(path):
    """A path, of whatever ``TreePath`` takes."""
    return path if isinstance(path, Gtk.TreePath) else TreePath(path)


if Gtk._version == "3.0":
    from . import deprecated_init
    from ._gtk_deprecation import PyGTKDeprecationWarning

    def _takes_model(init):
        """The ``__init__`` of a class that once took its model as an argument without a name."""
        return deprecated_init(init, arg_names=("model",), category=PyGTKDeprecationWarning)


@override
class TreeView(Gtk.TreeView):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeView)["__doc__"]

    get_path_at_pos = strip_boolean_result(Gtk.TreeView.get_path_at_pos)
    get_visible_range = strip_boolean_result(Gtk.TreeView.get_visible_range)
    get_dest_row_at_pos = strip_boolean_result(Gtk.TreeView.get_dest_row_at_pos)

    if Gtk._version == "3.0":
        __init__ = _takes_model(Gtk.TreeView.__init__)

        def enable_model_drag_source(self, start_button_mask, targets, actions):
            """Lets rows be dragged; each target is a ``TargetEntry``, or a tuple of what one is made of."""
            from ._gtk3_targets import _construct_target_list

            super().enable_model_drag_source(start_button_mask, _construct_target_list(targets), actions)

        def enable_model_drag_dest(self, targets, actions):
            """Lets things be dropped between rows; targets as for ``enable_model_drag_source``."""
            from ._gtk3_targets import _construct_target_list

            super().enable_model_drag_dest(_construct_target_list(targets), actions)

    def scroll_to_cell(self, path, column=None, use_align=False, row_align=0.0, col_align=0.0):
        """Shows a row, and a column of it if one is given."""
        super().scroll_to_cell(_path(path), column, use_align, row_align, col_align)

    def set_cursor(self, path, column=None, start_editing=False):
        """Puts the cursor on a row, and on a column of it if one is given."""
        super().set_cursor(_path(path), column, start_editing)

    def get_cell_area(self, path, column=None):
        """Where a cell is, or a row without a column."""
        return super().get_cell_area(_path(path), column)

    def insert_column_with_attributes(self, position, title, cell, **kwargs):
        """A new column at a position, from the end if that is negative; each attribute is that of the cell renderer that a
        column of the model sets."""
        column = TreeViewColumn()
        column.set_title(title)
        column.pack_start(cell, False)
        self.insert_column(column, position)
        column.set_attributes(cell, **kwargs)


@override
class TreeViewColumn(Gtk.TreeViewColumn):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeViewColumn)["__doc__"]

    cell_get_position = strip_boolean_result(Gtk.TreeViewColumn.cell_get_position)

    def __init__(self, title="", cell_renderer=None, **attributes):
        """With a renderer, and for its attributes the numbers of columns of the model that set them."""
        super().__init__(title=title)
        if cell_renderer:
            self.pack_start(cell_renderer, True)
        for name, column in attributes.items():
            self.add_attribute(cell_renderer, name, column)

    def set_cell_data_func(self, cell_renderer, func, func_data=None):
        """Has ``func(column, cell_renderer, model, iter, func_data)`` called before a cell is drawn; None for nothing."""
        super().set_cell_data_func(cell_renderer, func, func_data)

    def set_attributes(self, cell_renderer, **attributes):
        """Sets which columns of the model set attributes of a renderer, and no others."""
        super().clear_attributes(cell_renderer)
        for name, column in attributes.items():
            super().add_attribute(cell_renderer, name, column)


@override
class TreeSelection(Gtk.TreeSelection):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TreeSelection)["__doc__"]

    def select_path(self, path):
        """Selects a row."""
        super().select_path(_path(path))

    def get_selected(self):
        """The model, and the iterator of the row that is selected, or None."""
        found, model, tree_iter = super().get_selected()
        return model, tree_iter if found else None

    def get_selected_rows(self):
        """The model, and the paths of the rows that are selected."""
        rows, model = super().get_selected_rows()
        return model, rows


@override
class IconView(Gtk.IconView):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.IconView)["__doc__"]

    if Gtk._version == "3.0":
        __init__ = _takes_model(Gtk.IconView.__init__)

    get_item_at_pos = strip_boolean_result(Gtk.IconView.get_item_at_pos)
    get_visible_range = strip_boolean_result(Gtk.IconView.get_visible_range)
    get_dest_item_at_pos = strip_boolean_result(Gtk.IconView.get_dest_item_at_pos)


@override
class ComboBox(Gtk.ComboBox):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.ComboBox)["__doc__"]

    get_active_iter = strip_boolean_result(Gtk.ComboBox.get_active_iter)
