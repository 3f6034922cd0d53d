"""PyGTK's names for GTK 3: gone, as from PyGObject. The import says what to do."""

# Without the module's name, since `from gi import pygtkcompat` passes over an error that has it.
raise ModuleNotFoundError(
    "No module named 'gi.pygtkcompat': PyGObject 3.58 has no names of PyGTK's any more; use gi.repository.Gtk and "
    "gi.repository.Gdk themselves"
)
