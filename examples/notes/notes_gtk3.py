#!/usr/bin/env python3
"""Notes with GTK 3: ten thousand of them, in notebooks. An ordinary `gi` program.

Type to search, drag notes onto notebooks, click a month of the chart for the notes of that month. What is written is saved
a second later. Usage: notes_gtk3.py
"""

import asyncio
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
import chart  # noqa: E402
import store  # noqa: E402
from gi.repository import Gdk, Gio, GLib, GObject, Gtk, Pango  # noqa: E402
from store import Note  # noqa: E402

# Columns of the list.
NOTE, MARKUP, WHEN, CHANGED, TITLE = range(5)

TARGET = "application/x-example-note"

STYLE = """
.title-entry { font-size: 150%; font-weight: bold; background: none; border: none; box-shadow: none; }
textview, textview text { background: none; }
.notes:not(:selected) { border: none; }
.side { background: @theme_base_color; }
.notebooks row { padding: 9px 10px; border-radius: 6px; margin: 1px 6px; }
.notebooks row:drop(active) { background: alpha(@theme_selected_bg_color, 0.35); box-shadow: none; }
.count { font-size: 85%; }
.toast { background: @theme_fg_color; border-radius: 8px; padding: 4px 6px 4px 14px; }
.toast label, .toast button label { color: @theme_bg_color; text-shadow: none; }
"""

WINDOW = """
<interface>
  <menu id="menu">
    <section>
      <attribute name="label">Sort by</attribute>
      <item>
        <attribute name="label">Last change</attribute>
        <attribute name="action">win.sort</attribute><attribute name="target">changed</attribute>
      </item>
      <item>
        <attribute name="label">Title</attribute>
        <attribute name="action">win.sort</attribute><attribute name="target">title</attribute>
      </item>
    </section>
    <section>
      <item><attribute name="label">Months</attribute><attribute name="action">win.show-chart</attribute></item>
      <item><attribute name="label">Dark</attribute><attribute name="action">win.dark</attribute></item>
    </section>
    <section>
      <item><attribute name="label">Quit</attribute><attribute name="action">app.quit</attribute></item>
    </section>
  </menu>
  <object class="GtkTextBuffer" id="buffer">
    <signal name="changed" handler="on_edited"/>
  </object>
  <template class="NotesWindow" parent="GtkApplicationWindow">
    <property name="title">Notes</property>
    <child type="titlebar">
      <object class="GtkHeaderBar">
        <property name="visible">true</property>
        <property name="show-close-button">true</property>
        <child type="title">
          <object class="GtkSearchEntry" id="search">
            <property name="visible">true</property>
            <property name="width-request">340</property>
            <property name="placeholder-text">Search</property>
            <signal name="search-changed" handler="on_search"/>
            <signal name="stop-search" handler="on_stop_search"/>
          </object>
        </child>
        <child>
          <object class="GtkButton">
            <property name="visible">true</property>
            <property name="tooltip-text">New note (Ctrl+N)</property>
            <property name="action-name">win.new</property>
            <child>
              <object class="GtkImage">
                <property name="visible">true</property>
                <property name="icon-name">list-add-symbolic</property>
              </object>
            </child>
          </object>
        </child>
        <child>
          <object class="GtkButton">
            <property name="visible">true</property>
            <property name="tooltip-text">Delete (Ctrl+Delete)</property>
            <property name="action-name">win.delete</property>
            <child>
              <object class="GtkImage">
                <property name="visible">true</property>
                <property name="icon-name">user-trash-symbolic</property>
              </object>
            </child>
          </object>
        </child>
        <child>
          <object class="GtkMenuButton">
            <property name="visible">true</property>
            <property name="tooltip-text">Menu</property>
            <property name="menu-model">menu</property>
            <child>
              <object class="GtkImage">
                <property name="visible">true</property>
                <property name="icon-name">open-menu-symbolic</property>
              </object>
            </child>
          </object>
          <packing><property name="pack-type">end</property></packing>
        </child>
      </object>
    </child>
    <child>
      <object class="GtkOverlay">
        <property name="visible">true</property>
        <child>
          <object class="GtkBox">
            <property name="visible">true</property>
            <child>
              <object class="GtkBox">
                <property name="visible">true</property>
                <property name="orientation">vertical</property>
                <property name="width-request">210</property>
                <style><class name="side"/></style>
                <child>
                  <object class="GtkListBox" id="notebooks">
                    <property name="visible">true</property>
                    <property name="vexpand">true</property>
                    <property name="margin-top">6</property>
                    <property name="selection-mode">browse</property>
                    <style><class name="notebooks"/></style>
                    <signal name="row-selected" handler="on_notebook"/>
                  </object>
                </child>
                <child>
                  <object class="GtkRevealer" id="chart_revealer">
                    <property name="visible">true</property>
                    <property name="transition-type">slide-up</property>
                    <child>
                      <object class="GtkBox">
                        <property name="visible">true</property>
                        <property name="orientation">vertical</property>
                        <property name="spacing">6</property>
                        <property name="margin-start">12</property>
                        <property name="margin-end">12</property>
                        <property name="margin-bottom">10</property>
                        <child>
                          <object class="GtkLabel" id="chart_label">
                            <property name="visible">true</property>
                            <property name="xalign">0</property>
                            <style><class name="dim-label"/><class name="count"/></style>
                          </object>
                        </child>
                        <child>
                          <object class="NotesChart" id="chart">
                            <property name="visible">true</property>
                            <property name="height-request">92</property>
                            <property name="has-tooltip">true</property>
                            <signal name="notify::chosen" handler="on_month"/>
                          </object>
                        </child>
                      </object>
                    </child>
                  </object>
                </child>
              </object>
            </child>
            <child><object class="GtkSeparator"><property name="visible">true</property></object></child>
            <child>
              <object class="GtkScrolledWindow">
                <property name="visible">true</property>
                <property name="width-request">300</property>
                <property name="hscrollbar-policy">never</property>
                <child>
                  <object class="GtkTreeView" id="list">
                    <property name="visible">true</property>
                    <property name="headers-visible">false</property>
                    <property name="enable-search">false</property>
                    <child internal-child="selection">
                      <object class="GtkTreeSelection" id="selection">
                        <property name="mode">browse</property>
                        <signal name="changed" handler="on_selected"/>
                      </object>
                    </child>
                    <signal name="drag-data-get" handler="on_drag"/>
                  </object>
                </child>
              </object>
            </child>
            <child><object class="GtkSeparator"><property name="visible">true</property></object></child>
            <child>
              <object class="GtkStack" id="pages">
                <property name="visible">true</property>
                <property name="hexpand">true</property>
                <child>
                  <object class="GtkLabel">
                    <property name="visible">true</property>
                    <property name="label">No notes</property>
                    <style><class name="dim-label"/></style>
                  </object>
                  <packing><property name="name">nothing</property></packing>
                </child>
                <child>
                  <object class="GtkBox">
                    <property name="visible">true</property>
                    <property name="orientation">vertical</property>
                    <child>
                      <object class="GtkEntry" id="title_entry">
                        <property name="visible">true</property>
                        <property name="placeholder-text">Title</property>
                        <property name="margin-start">12</property>
                        <property name="margin-end">12</property>
                        <property name="margin-top">10</property>
                        <style><class name="title-entry"/></style>
                        <signal name="changed" handler="on_edited"/>
                      </object>
                    </child>
                    <child>
                      <object class="GtkScrolledWindow">
                        <property name="visible">true</property>
                        <property name="vexpand">true</property>
                        <child>
                          <object class="GtkTextView" id="editor">
                            <property name="visible">true</property>
                            <property name="wrap-mode">word-char</property>
                            <property name="left-margin">20</property>
                            <property name="right-margin">20</property>
                            <property name="top-margin">6</property>
                            <property name="pixels-inside-wrap">4</property>
                            <property name="buffer">buffer</property>
                          </object>
                        </child>
                      </object>
                    </child>
                  </object>
                  <packing><property name="name">note</property></packing>
                </child>
              </object>
            </child>
          </object>
        </child>
        <child type="overlay">
          <object class="GtkLabel" id="status">
            <property name="visible">true</property>
            <property name="halign">end</property>
            <property name="valign">end</property>
            <property name="margin-end">14</property>
            <property name="margin-bottom">8</property>
            <style><class name="dim-label"/><class name="count"/></style>
          </object>
          <packing><property name="pass-through">true</property></packing>
        </child>
        <child type="overlay">
          <object class="GtkRevealer" id="toast">
            <property name="visible">true</property>
            <property name="halign">center</property>
            <property name="valign">end</property>
            <property name="margin-bottom">18</property>
            <property name="transition-type">slide-up</property>
            <child>
              <object class="GtkBox">
                <property name="visible">true</property>
                <property name="spacing">10</property>
                <style><class name="toast"/></style>
                <child>
                  <object class="GtkLabel" id="toast_label">
                    <property name="visible">true</property>
                    <property name="ellipsize">end</property>
                    <property name="max-width-chars">40</property>
                  </object>
                </child>
                <child>
                  <object class="GtkButton">
                    <property name="visible">true</property>
                    <property name="label">_Undo</property>
                    <property name="use-underline">true</property>
                    <property name="relief">none</property>
                    <property name="action-name">win.undo</property>
                  </object>
                </child>
              </object>
            </child>
          </object>
        </child>
      </object>
    </child>
  </template>
</interface>
"""


class Chart(Gtk.DrawingArea):
    """A bar for each of the last twelve months. ``chosen`` is the number of the one that is clicked, -1 for none."""

    __gtype_name__ = "NotesChart"
    chosen = GObject.Property(type=int, default=-1, minimum=-1, maximum=11)

    def __init__(self):
        super().__init__()
        self.months = store.months()
        self.counts = {}
        self.add_events(Gdk.EventMask.BUTTON_PRESS_MASK | Gdk.EventMask.BUTTON_RELEASE_MASK)

    def count(self, notes):
        """Counts the notes of each month."""
        self.counts = dict.fromkeys(self.months, 0)
        for note in notes:
            month = store.month_of(note.changed)
            if month in self.counts:
                self.counts[month] += 1
        self.queue_draw()

    @property
    def month(self):
        return self.months[self.chosen] if self.chosen >= 0 else None

    def do_button_release_event(self, event):
        month = chart.month_at(event.x, self.get_allocated_width(), self.months)
        self.chosen = -1 if month in (None, self.month) else self.months.index(month)
        self.queue_draw()
        return Gdk.EVENT_STOP

    def do_query_tooltip(self, x, y, is_keyboard, tooltip):
        month = chart.month_at(x, self.get_allocated_width(), self.months)
        tooltip.set_text(f"{store.month_name(month)}: {self.counts.get(month, 0):,}" if month else "")
        return month is not None

    def do_draw(self, context):
        width, height = self.get_allocated_width(), self.get_allocated_height()
        color = self.get_style_context().get_color(self.get_state_flags())
        ink = color.red, color.green, color.blue, color.alpha
        chart.draw(context, width, height, self.months, self.counts, self.month, ink)
        return Gdk.EVENT_PROPAGATE


class Notebook(Gtk.ListBoxRow):
    """A notebook in the list at the side, or all of them: takes notes that are dropped on it."""

    def __init__(self, name, on_drop):
        super().__init__()
        self.name = name
        self.on_drop = on_drop
        self.count = Gtk.Label()
        for css in ("dim-label", "count"):
            self.count.get_style_context().add_class(css)
        box = Gtk.Box()
        box.pack_start(Gtk.Label(label=name, xalign=0), True, True, 0)
        box.pack_end(self.count, False, False, 0)
        self.add(box)
        if name != store.EVERYTHING:
            self.drag_dest_set(Gtk.DestDefaults.ALL, [target()], Gdk.DragAction.COPY)
            self.connect("drag-data-received", self.on_received)
        self.show_all()

    def on_received(self, row, context, x, y, data, info, time):
        self.on_drop(data.get_data().decode(), self.name)


def target():
    return Gtk.TargetEntry.new(TARGET, Gtk.TargetFlags.SAME_APP, 0)


@Gtk.Template(string=WINDOW)
class Window(Gtk.ApplicationWindow):
    __gtype_name__ = "NotesWindow"

    search = Gtk.Template.Child()
    notebooks = Gtk.Template.Child()
    chart = Gtk.Template.Child()
    chart_label = Gtk.Template.Child()
    chart_revealer = Gtk.Template.Child()
    list = Gtk.Template.Child()
    selection = Gtk.Template.Child()
    pages = Gtk.Template.Child()
    title_entry = Gtk.Template.Child()
    editor = Gtk.Template.Child()
    buffer = Gtk.Template.Child()
    status = Gtk.Template.Child()
    toast = Gtk.Template.Child()
    toast_label = Gtk.Template.Child()

    def __init__(self, application, loop):
        self.ready = False
        self.note = None
        super().__init__(application=application)
        self.loop = loop
        self.file = store.File()
        self.settings = store.settings()
        self.words = []
        self.deleted = []
        self.saving = None
        self.set_default_size(self.settings["width"], self.settings["height"])
        self._bind_settings()
        self._add_actions()
        self._make_list()
        for name in (store.EVERYTHING, *store.NOTEBOOKS):
            self.notebooks.add(Notebook(name, self.on_drop))
        self.notebooks.select_row(self.notebooks.get_row_at_index(0))
        self.connect("delete-event", self.on_close)
        loop.create_task(self.load())

    def _bind_settings(self):
        options = Gtk.Settings.get_default()
        self.settings.bind("show-chart", self.chart_revealer, "reveal-child", Gio.SettingsBindFlags.GET)
        self.settings.bind("dark", options, "gtk-application-prefer-dark-theme", Gio.SettingsBindFlags.GET)
        self.settings.connect("changed::sort", lambda *_: self.sort())
        for key in ("sort", "show-chart", "dark"):
            self.add_action(self.settings.create_action(key))

    def _add_actions(self):
        for name, function in {
            "new": self.on_new,
            "delete": self.on_delete,
            "undo": self.on_undo,
            "find": lambda *_: self.search.grab_focus(),
        }.items():
            action = Gio.SimpleAction.new(name, None)
            action.connect("activate", function)
            self.add_action(action)

    def _make_list(self):
        self.rows = Gtk.ListStore(Note, str, str, float, str)
        self.found = self.rows.filter_new()
        self.found.set_visible_func(self.is_wanted)
        text = Gtk.CellRendererText(ellipsize=Pango.EllipsizeMode.END, ypad=5, xpad=10)
        time = Gtk.CellRendererText(xalign=1, yalign=0, ypad=6, xpad=10, scale=0.85, sensitive=False)
        column = Gtk.TreeViewColumn("", text, markup=MARKUP)
        column.pack_start(time, False)
        column.add_attribute(time, "text", WHEN)
        column.set_sizing(Gtk.TreeViewColumnSizing.FIXED)
        self.list.append_column(column)
        # Ten thousand rows that are all as high as the first.
        self.list.set_fixed_height_mode(True)
        self.list.set_model(self.found)
        # After a move GTK would take the row out of the list.
        self.list.enable_model_drag_source(Gdk.ModifierType.BUTTON1_MASK, [target()], Gdk.DragAction.COPY)

    # What is in the file.

    async def load(self):
        """Fills the list, a batch at a time."""
        self.status.set_label("Loading…")
        async for batch in self.file.read():
            for note in batch:
                self.add_note(note)
        self.sort()
        self.ready = True
        self.count()
        self.show_status()
        if len(self.found):
            self.list.set_cursor(self.found[0].path)

    def add_note(self, note):
        note.iter = self.rows.append(self.values(note))

    def values(self, note):
        title, text = GLib.markup_escape_text(note.title or "Untitled"), store.first_line(note.text)
        markup = f"<b>{title}</b>\n<span alpha='60%'>{GLib.markup_escape_text(text)}</span>"
        return [note, markup, store.when(note.changed), note.changed, note.title.casefold()]

    def notes(self):
        return [row[NOTE] for row in self.rows]

    def changed(self):
        """Something is to be saved: in a second, unless it changes again until then."""
        if self.saving is not None:
            self.saving.cancel()
        self.saving = self.loop.create_task(self.save())

    async def save(self):
        await asyncio.sleep(1)
        self.status.set_label("Saving…")
        await self.file.write(self.notes())
        self.saving = None
        self.show_status()

    def on_close(self, window, event):
        self.settings["width"], self.settings["height"] = self.get_size()
        if self.saving is not None:
            self.saving.cancel()
            self.file.write_now(self.notes())
        Gio.Settings.sync()
        return False

    # Which notes are shown, and in which order.

    def is_wanted(self, model, iter_, data):
        note = model.get_value(iter_, NOTE)
        if note is None:
            # The row is just being made.
            return True
        row = self.notebooks.get_selected_row()
        if row is not None and row.name not in (store.EVERYTHING, note.notebook):
            return False
        month = self.chart.month
        if month is not None and store.month_of(note.changed) != month:
            return False
        if not self.words:
            return True
        text = f"{note.title}\n{note.text}".casefold()
        return all(word in text for word in self.words)

    def filter(self):
        """Asks for all notes whether they are wanted, and keeps one of them selected."""
        note = self.note
        self.found.refilter()
        if note is None or self.note is not note:
            self.list.scroll_to_point(0, 0)
        if self.selection.get_selected()[1] is None and len(self.found):
            self.list.set_cursor(self.found[0].path)
        self.show_status()

    def sort(self):
        if self.settings["sort"] == "title":
            self.rows.set_sort_column_id(TITLE, Gtk.SortType.ASCENDING)
        else:
            self.rows.set_sort_column_id(CHANGED, Gtk.SortType.DESCENDING)

    @Gtk.Template.Callback()
    def on_search(self, entry):
        self.words = entry.get_text().casefold().split()
        self.filter()

    @Gtk.Template.Callback()
    def on_stop_search(self, entry):
        entry.set_text("")
        self.list.grab_focus()

    @Gtk.Template.Callback()
    def on_notebook(self, notebooks, row):
        if self.ready:
            self.filter()
            self.count()

    @Gtk.Template.Callback()
    def on_month(self, chart, property):
        self.filter()
        self.count()

    def count(self):
        """The numbers at the side and in the chart."""
        numbers = dict.fromkeys(store.NOTEBOOKS, 0)
        chosen = self.notebooks.get_selected_row().name
        shown = []
        for note in self.notes():
            numbers[note.notebook] = numbers.get(note.notebook, 0) + 1
            if chosen in (store.EVERYTHING, note.notebook):
                shown.append(note)
        numbers[store.EVERYTHING] = len(self.rows)
        for row in self.notebooks:
            row.count.set_label(f"{numbers[row.name]:,}")
        self.chart.count(shown)
        month = self.chart.month
        self.chart_label.set_label("Notes per month" if month is None else store.month_name(month))

    def show_status(self):
        if self.ready:
            found, all_ = len(self.found), len(self.rows)
            self.status.set_label(f"{all_:,} notes" if found == all_ else f"{found:,} of {all_:,} notes")

    # The note that is shown.

    @Gtk.Template.Callback()
    def on_selected(self, selection):
        model, iter_ = selection.get_selected()
        note = None if iter_ is None else model[iter_][NOTE]
        self.pages.set_visible_child_name("nothing" if note is None else "note")
        if note is not self.note:
            # Nobody has edited it yet.
            self.note = None
            self.title_entry.set_text("" if note is None else note.title)
            self.buffer.set_text("" if note is None else note.text)
            self.note = note

    @Gtk.Template.Callback()
    def on_edited(self, *_):
        if self.note is None:
            return
        self.note.title = self.title_entry.get_text()
        start, end = self.buffer.get_bounds()
        self.note.text = self.buffer.get_text(start, end, False)
        self.rows[self.note.iter] = self.values(self.note)
        self.changed()

    def on_new(self, action, parameter):
        row = self.notebooks.get_selected_row()
        notebook = store.NOTEBOOKS[0] if row.name == store.EVERYTHING else row.name
        self.search.set_text("")
        self.words = []
        self.chart.chosen = -1
        note = Note(notebook=notebook, changed=GLib.get_real_time() / 1e6)
        self.add_note(note)
        self.filter()
        self.show_note(note)
        self.count()
        self.changed()
        self.title_entry.grab_focus()

    def show_note(self, note):
        shown, iter_ = self.found.convert_child_iter_to_iter(note.iter)
        if shown:
            path = self.found.get_path(iter_)
            self.list.set_cursor(path)
            # When the list knows how long it is now.
            GLib.idle_add(self.list.scroll_to_cell, path, None, False, 0, 0)

    def on_delete(self, action, parameter):
        note = self.note
        if note is None:
            return
        path = self.list.get_cursor()[0]
        self.rows.remove(note.iter)
        self.deleted.append(note)
        if path is not None and len(self.found):
            self.list.set_cursor(Gtk.TreePath(min(path[0], len(self.found) - 1)))
        self.toast_label.set_label(f"“{note.title or 'Untitled'}” deleted")
        self.toast.set_reveal_child(True)
        self.loop.create_task(self.hide_toast(len(self.deleted)))
        self.count()
        self.changed()
        self.show_status()

    async def hide_toast(self, number):
        await asyncio.sleep(6)
        if number == len(self.deleted):
            self.toast.set_reveal_child(False)

    def on_undo(self, action, parameter):
        self.toast.set_reveal_child(False)
        if self.deleted:
            note = self.deleted.pop()
            self.add_note(note)
            self.show_note(note)
            self.count()
            self.changed()
            self.show_status()

    # Notes that are dragged.

    @Gtk.Template.Callback()
    def on_drag(self, tree, context, data, info, time):
        model, iter_ = self.selection.get_selected()
        path = self.rows.get_path(model.convert_iter_to_child_iter(iter_))
        data.set(data.get_target(), 8, str(path).encode())

    def on_drop(self, path, notebook):
        note = self.rows[path][NOTE]
        if note.notebook != notebook:
            note.notebook = notebook
            self.filter()
            self.count()
            self.changed()


class Application(Gtk.Application):
    def __init__(self, loop):
        super().__init__(application_id="org.example.Notes3", flags=Gio.ApplicationFlags.NON_UNIQUE)
        self.loop = loop

    def do_startup(self):
        Gtk.Application.do_startup(self)
        quit_ = Gio.SimpleAction.new("quit", None)
        quit_.connect("activate", lambda *_: self.window.close())
        self.add_action(quit_)
        for action, keys in {
            "app.quit": "<Control>q",
            "win.new": "<Control>n",
            "win.delete": "<Control>Delete",
            "win.find": "<Control>f",
            "win.show-chart": "<Control>m",
            "win.dark": "<Control>d",
        }.items():
            self.set_accels_for_action(action, [keys])

    def do_activate(self):
        style = Gtk.CssProvider()
        style.load_from_data(STYLE.encode())
        Gtk.StyleContext.add_provider_for_screen(
            Gdk.Screen.get_default(), style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
        )
        self.window = Window(self, self.loop)
        self.window.present()


if __name__ == "__main__":
    GLib.set_prgname("notes")
    sys.exit(Application(store.event_loop()).run(sys.argv))
