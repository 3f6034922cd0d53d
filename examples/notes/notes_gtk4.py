#!/usr/bin/env python3
"""Notes with GTK 4: ten thousand of them, in notebooks. An ordinary `gi` program.

Type to search, drag notes onto notebooks, click a month of the chart for the notes of that month. What is written is saved
a second later. Usage: notes_gtk4.py
"""

import asyncio
import sys

import gi

gi.require_version("Gdk", "4.0")
gi.require_version("Gtk", "4.0")
gi.require_version("Graphene", "1.0")
import chart  # noqa: E402
import store  # noqa: E402
from gi.repository import Gdk, Gio, GLib, GObject, Graphene, Gtk  # noqa: E402
from store import Note  # noqa: E402

STYLE = """
.title-entry { font-size: 150%; font-weight: bold; background: none; border: none; box-shadow: none; outline: none; }
.note-title { font-weight: bold; }
.note-row { padding: 6px 2px; }
.count { font-size: 85%; }
textview, textview text { background: none; }
.side { background: @theme_base_color; }
.notebooks row { padding: 0 10px; border-radius: 6px; margin: 1px 6px; }
.notebooks row:drop(active) { background: alpha(@theme_selected_bg_color, 0.35); box-shadow: none; }
.toast { background: @theme_fg_color; border-radius: 8px; padding: 4px 6px 4px 14px; }
.toast label, .toast button, .toast button label { color: @theme_bg_color; }
"""

ROW = """
<interface>
  <template class="NotesRow" parent="GtkBox">
    <property name="orientation">vertical</property>
    <property name="spacing">2</property>
    <style><class name="note-row"/></style>
    <child>
      <object class="GtkBox">
        <property name="spacing">8</property>
        <child>
          <object class="GtkLabel" id="heading">
            <property name="hexpand">true</property>
            <property name="xalign">0</property>
            <property name="ellipsize">end</property>
            <style><class name="note-title"/></style>
            <binding name="label">
              <closure type="gchararray" function="or_untitled">
                <lookup name="title" type="NotesNote"><lookup name="note">NotesRow</lookup></lookup>
              </closure>
            </binding>
          </object>
        </child>
        <child>
          <object class="GtkLabel">
            <style><class name="dim-label"/><class name="count"/></style>
            <binding name="label">
              <closure type="gchararray" function="when">
                <lookup name="changed" type="NotesNote"><lookup name="note">NotesRow</lookup></lookup>
              </closure>
            </binding>
          </object>
        </child>
      </object>
    </child>
    <child>
      <object class="GtkLabel">
        <property name="xalign">0</property>
        <property name="ellipsize">end</property>
        <style><class name="dim-label"/></style>
        <binding name="label">
          <closure type="gchararray" function="first_line">
            <lookup name="text" type="NotesNote"><lookup name="note">NotesRow</lookup></lookup>
          </closure>
        </binding>
      </object>
    </child>
  </template>
</interface>
"""

ITEM = """
<interface>
  <template class="GtkListItem">
    <property name="child">
      <object class="NotesRow"><binding name="note"><lookup name="item">GtkListItem</lookup></binding></object>
    </property>
  </template>
</interface>
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
  <template class="NotesWindow" parent="GtkApplicationWindow">
    <property name="title">Notes</property>
    <property name="titlebar">
      <object class="GtkHeaderBar">
        <property name="title-widget">
          <object class="GtkSearchEntry" id="search">
            <property name="width-request">340</property>
            <property name="placeholder-text">Search</property>
            <signal name="search-changed" handler="on_search"/>
            <signal name="stop-search" handler="on_stop_search"/>
          </object>
        </property>
        <child type="start">
          <object class="GtkButton">
            <property name="icon-name">list-add-symbolic</property>
            <property name="tooltip-text">New note (Ctrl+N)</property>
            <property name="action-name">win.new</property>
          </object>
        </child>
        <child type="start">
          <object class="GtkButton">
            <property name="icon-name">user-trash-symbolic</property>
            <property name="tooltip-text">Delete (Ctrl+Delete)</property>
            <property name="action-name">win.delete</property>
          </object>
        </child>
        <child type="end">
          <object class="GtkMenuButton">
            <property name="icon-name">open-menu-symbolic</property>
            <property name="tooltip-text">Menu</property>
            <property name="menu-model">menu</property>
          </object>
        </child>
      </object>
    </property>
    <property name="child">
      <object class="GtkOverlay">
        <property name="child">
          <object class="GtkBox">
            <child>
              <object class="GtkBox">
                <property name="orientation">vertical</property>
                <property name="width-request">210</property>
                <style><class name="side"/></style>
                <child>
                  <object class="GtkListBox" id="notebooks">
                    <property name="vexpand">true</property>
                    <property name="margin-top">6</property>
                    <property name="selection-mode">browse</property>
                    <style><class name="navigation-sidebar"/><class name="notebooks"/></style>
                    <signal name="row-selected" handler="on_notebook"/>
                  </object>
                </child>
                <child>
                  <object class="GtkRevealer" id="chart_revealer">
                    <property name="transition-type">slide-up</property>
                    <property name="child">
                      <object class="GtkBox">
                        <property name="orientation">vertical</property>
                        <property name="spacing">6</property>
                        <property name="margin-start">12</property>
                        <property name="margin-end">12</property>
                        <property name="margin-bottom">10</property>
                        <child>
                          <object class="GtkLabel" id="chart_label">
                            <property name="xalign">0</property>
                            <style><class name="dim-label"/><class name="count"/></style>
                          </object>
                        </child>
                        <child>
                          <object class="NotesChart" id="chart">
                            <property name="height-request">92</property>
                            <property name="has-tooltip">true</property>
                            <signal name="notify::chosen" handler="on_month"/>
                          </object>
                        </child>
                      </object>
                    </property>
                  </object>
                </child>
              </object>
            </child>
            <child><object class="GtkSeparator"/></child>
            <child>
              <object class="GtkScrolledWindow">
                <property name="width-request">300</property>
                <property name="hscrollbar-policy">never</property>
                <property name="child">
                  <object class="GtkListView" id="list">
                    <style><class name="navigation-sidebar"/></style>
                  </object>
                </property>
              </object>
            </child>
            <child><object class="GtkSeparator"/></child>
            <child>
              <object class="GtkStack" id="pages">
                <property name="hexpand">true</property>
                <child>
                  <object class="GtkStackPage">
                    <property name="name">nothing</property>
                    <property name="child">
                      <object class="GtkLabel" id="nothing">
                        <property name="label">No notes</property>
                        <style><class name="dim-label"/></style>
                      </object>
                    </property>
                  </object>
                </child>
                <child>
                  <object class="GtkStackPage">
                    <property name="name">note</property>
                    <property name="child">
                      <object class="GtkBox">
                        <property name="orientation">vertical</property>
                        <child>
                          <object class="GtkEntry" id="title_entry">
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
                            <property name="vexpand">true</property>
                            <property name="child">
                              <object class="GtkTextView" id="editor">
                                <property name="wrap-mode">word-char</property>
                                <property name="left-margin">20</property>
                                <property name="right-margin">20</property>
                                <property name="top-margin">6</property>
                                <property name="pixels-inside-wrap">4</property>
                                <property name="buffer">
                                  <object class="GtkTextBuffer" id="buffer">
                                    <signal name="changed" handler="on_edited"/>
                                  </object>
                                </property>
                              </object>
                            </property>
                          </object>
                        </child>
                      </object>
                    </property>
                  </object>
                </child>
              </object>
            </child>
          </object>
        </property>
        <child type="overlay">
          <object class="GtkLabel" id="status">
            <property name="halign">end</property>
            <property name="valign">end</property>
            <property name="margin-end">14</property>
            <property name="margin-bottom">8</property>
            <property name="can-target">false</property>
            <style><class name="dim-label"/><class name="count"/></style>
          </object>
        </child>
        <child type="overlay">
          <object class="GtkRevealer" id="toast">
            <property name="halign">center</property>
            <property name="valign">end</property>
            <property name="margin-bottom">18</property>
            <property name="child">
              <object class="GtkBox">
                <property name="spacing">10</property>
                <style><class name="toast"/></style>
                <child>
                  <object class="GtkLabel" id="toast_label">
                    <property name="ellipsize">end</property>
                    <property name="max-width-chars">40</property>
                  </object>
                </child>
                <child>
                  <object class="GtkButton">
                    <property name="label">_Undo</property>
                    <property name="use-underline">true</property>
                    <property name="has-frame">false</property>
                    <property name="action-name">win.undo</property>
                  </object>
                </child>
              </object>
            </property>
          </object>
        </child>
      </object>
    </property>
  </template>
</interface>
"""


class Chart(Gtk.Widget):
    """A bar for each of the last twelve months. ``chosen`` is the number of the one that is clicked, -1 for none."""

    __gtype_name__ = "NotesChart"
    chosen = GObject.Property(type=int, default=-1, minimum=-1, maximum=11)

    def __init__(self):
        super().__init__()
        self.months = store.months()
        self.counts = {}
        click = Gtk.GestureClick()
        click.connect("released", self.on_click)
        self.add_controller(click)
        self.connect("query-tooltip", self.on_tooltip)

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

    def on_click(self, click, presses, x, y):
        month = chart.month_at(x, self.get_width(), self.months)
        self.chosen = -1 if month in (None, self.month) else self.months.index(month)
        self.queue_draw()

    def on_tooltip(self, widget, x, y, is_keyboard, tooltip):
        month = chart.month_at(x, self.get_width(), self.months)
        tooltip.set_text(f"{store.month_name(month)}: {self.counts.get(month, 0):,}" if month else "")
        return month is not None

    def do_snapshot(self, snapshot):
        width, height = self.get_width(), self.get_height()
        context = snapshot.append_cairo(Graphene.Rect().init(0, 0, width, height))
        # GTK 4.10 has the colour without the style.
        color = self.get_color() if hasattr(self, "get_color") else self.get_style_context().get_color()
        ink = color.red, color.green, color.blue, color.alpha
        chart.draw(context, width, height, self.months, self.counts, self.month, ink)


@Gtk.Template(string=ROW)
class Row(Gtk.Box):
    """A note in the list, which can be dragged onto a notebook."""

    __gtype_name__ = "NotesRow"
    note = GObject.Property(type=Note)
    heading = Gtk.Template.Child()

    def __init__(self):
        super().__init__()
        drag = Gtk.DragSource(actions=Gdk.DragAction.MOVE)
        drag.connect("prepare", lambda drag, x, y: Gdk.ContentProvider.new_for_value(self.note))
        drag.connect("drag-begin", lambda drag, _: drag.set_icon(Gtk.WidgetPaintable.new(self.heading), 0, 0))
        self.add_controller(drag)

    @Gtk.Template.Callback()
    def or_untitled(self, row, title):
        return title or "Untitled"

    @Gtk.Template.Callback()
    def when(self, row, changed):
        return store.when(changed)

    @Gtk.Template.Callback()
    def first_line(self, row, text):
        return store.first_line(text or "")


class Notebook(Gtk.ListBoxRow):
    """A notebook in the list at the side, or all of them: takes notes that are dropped on it."""

    def __init__(self, name, on_drop):
        super().__init__()
        self.name = name
        label = Gtk.Label(label=name, xalign=0, hexpand=True)
        self.count = Gtk.Label(css_classes=["dim-label", "count"])
        box = Gtk.Box()
        box.append(label)
        box.append(self.count)
        self.set_child(box)
        if name != store.EVERYTHING:
            drop = Gtk.DropTarget.new(Note, Gdk.DragAction.MOVE)
            drop.connect("drop", lambda drop, note, x, y: on_drop(note, name))
            self.add_controller(drop)


@Gtk.Template(string=WINDOW)
class Window(Gtk.ApplicationWindow):
    __gtype_name__ = "NotesWindow"

    search = Gtk.Template.Child()
    notebooks = Gtk.Template.Child()
    chart = Gtk.Template.Child()
    chart_label = Gtk.Template.Child()
    chart_revealer = Gtk.Template.Child()
    list = Gtk.Template.Child()
    pages = Gtk.Template.Child()
    title_entry = Gtk.Template.Child()
    editor = Gtk.Template.Child()
    buffer = Gtk.Template.Child()
    status = Gtk.Template.Child()
    toast = Gtk.Template.Child()
    toast_label = Gtk.Template.Child()

    def __init__(self, application, loop):
        super().__init__(application=application)
        self.loop = loop
        self.file = store.File()
        self.settings = store.settings()
        self.note = None
        self.words = []
        self.deleted = []
        self.saving = None
        self.ready = False
        self._bind_settings()
        self._add_actions()
        self._make_list()
        for name in (store.EVERYTHING, *store.NOTEBOOKS):
            self.notebooks.append(Notebook(name, self.move))
        self.notebooks.select_row(self.notebooks.get_row_at_index(0))
        self.connect("close-request", self.on_close)
        loop.create_task(self.load())

    def _bind_settings(self):
        options = Gtk.Settings.get_default()
        self.settings.bind("width", self, "default-width", Gio.SettingsBindFlags.DEFAULT)
        self.settings.bind("height", self, "default-height", Gio.SettingsBindFlags.DEFAULT)
        self.settings.bind("show-chart", self.chart_revealer, "reveal-child", Gio.SettingsBindFlags.GET)
        self.settings.bind("dark", options, "gtk-application-prefer-dark-theme", Gio.SettingsBindFlags.GET)
        self.settings.connect("changed::sort", self.on_sort)
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
        self.notes = Gio.ListStore.new(Note)
        self.is_by_title = self.settings["sort"] == "title"
        self.filter = Gtk.CustomFilter.new(self.is_wanted)
        self.sorter = Gtk.CustomSorter.new(self.compare)
        found = Gtk.FilterListModel.new(self.notes, self.filter)
        self.found = Gtk.SortListModel.new(found, self.sorter)
        self.selection = Gtk.SingleSelection.new(self.found)
        self.selection.connect("notify::selected-item", self.on_selected)
        self.found.connect("items-changed", self.on_found)
        factory = Gtk.BuilderListItemFactory.new_from_bytes(None, GLib.Bytes.new(ITEM.encode()))
        self.list.set_factory(factory)
        self.list.set_model(self.selection)

    # What is in the file.

    async def load(self):
        """Fills the list, a batch at a time."""
        self.status.set_label("Loading…")

        async for batch in self.file.read():
            self.notes.splice(self.notes.get_n_items(), 0, batch)
        self.ready = True
        self.count()
        self.show_status()

    def changed(self):
        """Something is to be saved: in a second, unless it changes again until then."""
        if self.saving is not None:
            self.saving.cancel()
        self.saving = self.loop.create_task(self.save())

    async def save(self):
        await asyncio.sleep(1)
        self.status.set_label("Saving…")
        await self.file.write(list(self.notes))
        self.saving = None
        self.show_status()

    def on_close(self, window):
        if self.saving is not None:
            self.saving.cancel()
            self.file.write_now(list(self.notes))
        Gio.Settings.sync()
        return False

    # Which notes are shown, and in which order.

    def is_wanted(self, note):
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

    def compare(self, one, other, *_):
        if self.is_by_title:
            a, b = one.title.casefold(), other.title.casefold()
        else:
            a, b = other.changed, one.changed
        return (a > b) - (a < b)

    def on_sort(self, settings, key):
        self.is_by_title = settings[key] == "title"
        self.sorter.changed(Gtk.SorterChange.DIFFERENT)

    @Gtk.Template.Callback()
    def on_search(self, entry):
        self.words = entry.get_text().casefold().split()
        self.filter.changed(Gtk.FilterChange.DIFFERENT)

    @Gtk.Template.Callback()
    def on_stop_search(self, entry):
        entry.set_text("")
        self.list.grab_focus()

    @Gtk.Template.Callback()
    def on_notebook(self, notebooks, row):
        if self.ready:
            self.filter.changed(Gtk.FilterChange.DIFFERENT)
            self.count()

    @Gtk.Template.Callback()
    def on_month(self, chart, property):
        self.filter.changed(Gtk.FilterChange.DIFFERENT)
        self.count()

    def on_found(self, *_):
        if self.ready:
            self.show_status()

    def count(self):
        """The numbers at the side and in the chart."""
        numbers = dict.fromkeys(store.NOTEBOOKS, 0)
        chosen = self.notebooks.get_selected_row().name
        shown = []
        for note in self.notes:
            numbers[note.notebook] = numbers.get(note.notebook, 0) + 1
            if chosen in (store.EVERYTHING, note.notebook):
                shown.append(note)
        numbers[store.EVERYTHING] = self.notes.get_n_items()
        for i in range(len(store.NOTEBOOKS) + 1):
            row = self.notebooks.get_row_at_index(i)
            row.count.set_label(f"{numbers[row.name]:,}")
        self.chart.count(shown)
        month = self.chart.month
        self.chart_label.set_label("Notes per month" if month is None else store.month_name(month))

    def show_status(self):
        found, all_ = self.found.get_n_items(), self.notes.get_n_items()
        self.status.set_label(f"{all_:,} notes" if found == all_ else f"{found:,} of {all_:,} notes")

    # The note that is shown.

    def on_selected(self, selection, property):
        note = selection.get_selected_item()
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
        self.changed()

    def on_new(self, action, parameter):
        row = self.notebooks.get_selected_row()
        notebook = store.NOTEBOOKS[0] if row.name == store.EVERYTHING else row.name
        self.search.set_text("")
        self.words = []
        self.chart.chosen = -1
        note = Note(notebook=notebook, changed=GLib.get_real_time() / 1e6)
        self.notes.append(note)
        self.filter.changed(Gtk.FilterChange.DIFFERENT)
        self.show(note)
        self.count()
        self.changed()
        self.title_entry.grab_focus()

    def show(self, note):
        for i, shown in enumerate(self.found):
            if shown is note:
                self.selection.set_selected(i)
                self.list.activate_action("list.scroll-to-item", GLib.Variant("u", i))
                break

    def on_delete(self, action, parameter):
        note = self.selection.get_selected_item()
        found, place = self.notes.find(note) if note is not None else (False, 0)
        if not found:
            return
        self.notes.remove(place)
        self.deleted.append(note)
        self.toast_label.set_label(f"“{note.title or 'Untitled'}” deleted")
        self.toast.set_reveal_child(True)
        self.loop.create_task(self.hide_toast(len(self.deleted)))
        self.count()
        self.changed()

    async def hide_toast(self, number):
        await asyncio.sleep(6)
        if number == len(self.deleted):
            self.toast.set_reveal_child(False)

    def on_undo(self, action, parameter):
        self.toast.set_reveal_child(False)
        if self.deleted:
            note = self.deleted.pop()
            self.notes.append(note)
            self.show(note)
            self.count()
            self.changed()

    def move(self, note, notebook):
        """Puts a note into a notebook. Whether it was in another one."""
        if note.notebook == notebook:
            return False
        note.notebook = notebook
        self.filter.changed(Gtk.FilterChange.DIFFERENT)
        self.count()
        self.changed()
        return True


class Application(Gtk.Application):
    def __init__(self, loop):
        super().__init__(application_id="org.example.Notes4", flags=Gio.ApplicationFlags.NON_UNIQUE)
        self.loop = loop
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
        Gtk.StyleContext.add_provider_for_display(
            Gdk.Display.get_default(), style, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
        )
        self.window = Window(self, self.loop)
        self.window.present()


if __name__ == "__main__":
    GLib.set_prgname("notes")
    sys.exit(Application(store.event_loop()).run(sys.argv))
