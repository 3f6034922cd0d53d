"""Which names the override modules of this package change or add, so that they can wait until one is asked for.

A module that stands here must list the same names in its ``__all__``; the tests compare.
"""

_SELECTIONS = ("PRIMARY", "SECONDARY", "CLIPBOARD")
_SELECTION_TYPES = ("ATOM", "BITMAP", "COLORMAP", "DRAWABLE", "INTEGER", "PIXMAP", "STRING", "WINDOW")
_TARGETS = ("BITMAP", "COLORMAP", "DRAWABLE", "PIXMAP", "STRING")

#: Names of GDK 3's well-known atoms → their texts. Macros of C that no typelib has.
ATOMS = {
    **{f"SELECTION_{name}": name for name in _SELECTIONS},
    **{f"SELECTION_TYPE_{name}": name for name in _SELECTION_TYPES},
    **{f"TARGET_{name}": name for name in _TARGETS},
}

#: The members of GDK 3's union of events.
EVENT_MEMBERS = [
    f"Event{name}"
    for name in (
        "Any Button Configure Crossing DND Expose Focus GrabBroken Key Motion OwnerChange Property Proximity Scroll Selection "
        "Setting Touch Visibility WindowState"
    ).split()
]

#: Classes of GTK 3 that have another initialiser and nothing else: their positional arguments of old.
INITIALISERS = {
    "Action": "name label tooltip stock_id",
    "Arrow": "arrow_type shadow_type",
    "Box": "homogeneous spacing",
    "ColorSelectionDialog": "title",
    "FileChooserDialog": "title parent action buttons",
    "FontSelectionDialog": "title",
    "HScrollbar": "adjustment",
    "Label": "label",
    "LinkButton": "uri label",
    "MenuItem": "label",
    "RadioAction": "name label tooltip stock_id value",
    "RecentChooserDialog": "title parent recent_manager buttons",
    "ScrolledWindow": "hadjustment vadjustment",
    "SizeGroup": "mode",
    "ToolButton": "stock_id",
    "VScrollbar": "adjustment",
    "Viewport": "hadjustment vadjustment",
}

_IN_PARTS = {
    "Gdk": {
        "_gdk3_atoms": f"Atom {' '.join(ATOMS)}",
        "_gdk3_event_members": " ".join(EVENT_MEMBERS),
        "_gdk3_events": "Event EventType",
        "_gdk3_windows": "Cursor DragContext Window rectangle_intersect rectangle_union",
        "_gdk4": "FileList PaintableFlags",
        "_gdk_colours": "Color RGBA color_parse",
    },
    "GLib": {
        "_glib_add": "idle_add timeout_add timeout_add_seconds",
        "_glib_iochannel": "IOChannel _io_add_watch_get_args io_add_watch",
        "_glib_mainloop": "MainContext MainLoop PollFD",
        "_glib_source": "Idle Source Timeout _child_watch_add_get_args child_watch_add",
    },
    "Gtk": {
        "_gtk3_actions": "ActionGroup UIManager",
        "_gtk3_button": "Button",
        "_gtk3_container": "Container",
        "_gtk3_initialisers": " ".join(INITIALISERS),
        "_gtk3_main": "main main_iteration main_iteration_do main_quit",
        "_gtk3_menu": "Menu",
        "_gtk3_message": "MessageDialog",
        "_gtk3_paned": "Paned",
        "_gtk3_stock": "IconSet stock_lookup",
        "_gtk3_table": "Table",
        "_gtk3_targets": "_construct_target_list",
        "_gtk_adjustment": "Adjustment",
        "_gtk_builder": "Builder",
        "_gtk_css": "CssProvider",
        "_gtk_deprecation": "PyGTKDeprecationWarning",
        "_gtk_dialog": "Dialog",
        "_gtk_editing": "Editable IMContext",
        "_gtk_models": (
            "ListStore TreeModel TreeModelFilter TreeModelRow TreeModelRowIter TreeModelSort TreePath TreeSortable TreeStore"
        ),
        "_gtk_recent": "RecentInfo",
        "_gtk_sorter": "CustomSorter",
        "_gtk_views": "ComboBox IconView TreeSelection TreeView TreeViewColumn",
        "_gtk_template": "Template _extract_handler_and_args",
        "_gtk_text": "TextBuffer TextIter",
        "_gtk_widget": "Widget",
        "_gtk_window": "Window",
    },
    "Gio": {
        "_gio_application": "ActionMap Application MenuItem",
        "_gio_dbus": (
            "DBusAnnotationInfo DBusArgInfo DBusConnection DBusInterfaceInfo DBusMethodInfo DBusNodeInfo DBusProxy "
            "DBusSignalInfo"
        ),
        "_gio_file": "File",
        "_gio_files": "DataInputStream FileEnumerator VolumeMonitor",
        "_gio_lists": "ListStore",
        "_gio_settings": "Settings",
    },
}

#: Names of a namespace, in any of its versions, that are in other modules than the one of its name: {name: module}.
PARTS = {
    namespace: {name: part for part, names in parts.items() for name in names.split()}
    for namespace, parts in _IN_PARTS.items()
}

#: Those of GTK's that only one version has, and those that both have.
_GTK3 = {name for name, part in PARTS["Gtk"].items() if part.startswith("_gtk3_")}
_GTK3.add("TreeModelSort")
_GTK4 = {"CustomSorter"}
_GTK = PARTS["Gtk"].keys() - _GTK3 - _GTK4

_GLIB = (
    "IO_ERR IO_HUP IO_IN IO_NVAL IO_OUT IO_PRI Pid filename_from_utf8 get_current_time markup_escape_text spawn_async "
    "threads_init"
)

#: By namespace, or by namespace and version where versions differ.
NAMES = {
    "GIMarshallingTests": frozenset({"OVERRIDES_CONSTANT", "OverridesObject", "OverridesStruct"}),
    "GLib": frozenset({*_GLIB.split(), *PARTS["GLib"]}),
    "GObject": frozenset(
        "Binding Float remove_emission_hook signal_accumulator_first_wins signal_accumulator_true_handled "
        "signal_handler_block signal_list_ids signal_list_names signal_lookup signal_parse_name signal_query "
        "threads_init type_from_name type_parent type_register".split()
    ),
    "Gdk-3.0": frozenset(name for name, part in PARTS["Gdk"].items() if part != "_gdk4"),
    "Gdk-4.0": frozenset({"RGBA", "FileList", "PaintableFlags"}),
    "GdkPixbuf": frozenset({"Pixbuf"}),
    "Gio": frozenset(PARTS["Gio"]),
    "GioUnix": frozenset({"DesktopAppInfo", "FDMessage", "InputStream", "MountMonitor", "OutputStream"}),
    "Gtk-3.0": frozenset({*_GTK, *_GTK3}),
    "Gtk-4.0": frozenset({*_GTK, *_GTK4}),
    "Pango": frozenset({"FontDescription", "Layout"}),
}


#: Methods of ``GObject.Object`` that Python attributes stand for, and others that would break the ownership of wrappers.
DATA_ACCESS = ("get_data", "get_qdata", "set_data", "steal_data", "steal_qdata", "replace_data", "replace_qdata")
UNSUPPORTED = (
    "bind_property_full compat_control force_floating interface_find_property interface_install_property "
    "interface_list_properties notify_by_pspec ref ref_sink unref watch_closure"
).split()

#: Methods that the module for GObject adds to ``GObject.Object``. The class is made without it.
METHODS = (
    *DATA_ACCESS,
    *UNSUPPORTED,
    *("_force_floating", "_ref", "_ref_sink", "_unref"),
    *("connect_data", "emit_stop_by_name", "freeze_notify", "handler_block", "stop_emission"),
)


def names_of(module):
    """The names for an introspection module. None where nothing is known about its override module."""
    versioned = NAMES.get(f"{module._namespace}-{module._version}")
    return NAMES.get(module._namespace) if versioned is None else versioned


#: Names that a namespace has in its typelib, and that are deprecated there all the same (see ``_deprecated``).
SHADOWED = {"GObject": frozenset({"MainContext", "MainLoop", "OptionGroup", "PollFD", "Source"})}
