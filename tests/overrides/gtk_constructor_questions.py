"""Questions: how GTK 3's classes take arguments that are deprecated, and what is said of that, of which line."""

import os
import warnings

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
gi.require_version("GdkPixbuf", "2.0")
from asking import Questions  # noqa: E402
from gi.repository import GdkPixbuf, Gtk  # noqa: E402

ask = Questions()
HERE = os.path.abspath(__file__)
SEE = ("https://wiki.gnome.org/Projects/PyGObject/", "https://wiki.gnome.org/PyGObject/")


def place(warning):
    """The line, by its number where it is one of this program."""
    if os.path.abspath(warning.filename) != HERE:
        return "inside"
    return warning.lineno


def asked(key, function, show=lambda made: type(made).__name__):
    """Asks what comes of a call and which warnings, and, apart from that, of which lines these are."""
    places = []

    def answered():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = function()
            except Exception as error:
                result, done = None, f"{type(error).__name__}: {error}"
            else:
                done = None
        places.extend(map(place, caught))
        texts = [(warning.category.__name__, str(warning.message).replace(*SEE)) for warning in caught]
        # What is shown may be deprecated itself.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return done or show(result), texts

    ask(key, answered)
    ask(f"lines of {key}", lambda: places)


def properties(*names):
    return lambda made: [value if isinstance(value := made.get_property(name), str) else int(value) for name in names]


POSITIONAL = {
    "Action": ("a", "b", "c", "gtk-ok"),
    "RadioAction": ("a", "b", "c", "gtk-ok", 4),
    "ActionGroup": ("a",),
    "Window": (Gtk.WindowType.POPUP,),
    "Dialog": ("a", None, 3, ("b", 1), None),
    "MessageDialog": (None, 3, Gtk.MessageType.ERROR, Gtk.ButtonsType.OK, "text"),
    "ColorSelectionDialog": ("a",),
    "FileChooserDialog": ("a", None, Gtk.FileChooserAction.SAVE, ("b", 1)),
    "FontSelectionDialog": ("a",),
    "RecentChooserDialog": ("a", None, None, ("b", 1)),
    "IconView": (None,),
    "ToolButton": ("gtk-ok",),
    "TreeModelSort": (None,),
    "TreeView": (None,),
    "Button": ("a", "gtk-ok", True, True),
    "LinkButton": ("http://a", "b"),
    "Label": ("a",),
    "Adjustment": (5, 1, 10, 2, 3, 1),
    "Table": (2, 3, True),
    "ScrolledWindow": (None, None),
    "HScrollbar": (None,),
    "VScrollbar": (None,),
    "Arrow": (Gtk.ArrowType.LEFT, Gtk.ShadowType.IN),
    "Viewport": (None, None),
    "Box": (True, 5),
    "SizeGroup": (Gtk.SizeGroupMode.BOTH,),
    "MenuItem": ("a",),
    # Those derive from others, or take nothing.
    "AboutDialog": ("a",),
    "ApplicationWindow": (Gtk.WindowType.POPUP,),
    "CheckMenuItem": ("a",),
    "Entry": ("a",),
    "Frame": ("a",),
    "ToggleAction": ("a", "b", "c", "gtk-ok"),
    "ToggleButton": ("a",),
    "VBox": (True, 5),
}
for name, arguments in POSITIONAL.items():
    cls = getattr(Gtk, name)
    for count in range(len(arguments) + 1):
        asked(f"{name}/{count}", lambda cls=cls, given=arguments[:count]: cls(*given))
    asked(f"{name}/too many", lambda cls=cls, given=arguments: cls(*given, "x", "y"))

SHOWN = {
    "Action": properties("name", "label", "tooltip", "stock-id"),
    "Adjustment": properties("value", "lower", "upper", "step-increment", "page-increment", "page-size"),
    "Arrow": properties("arrow-type", "shadow-type"),
    "Box": properties("homogeneous", "spacing"),
    "Button": properties("label", "use-stock", "use-underline"),
    "Label": properties("label"),
    "MessageDialog": properties("text", "message-type", "modal", "destroy-with-parent"),
    "RadioAction": properties("name", "value"),
    "SizeGroup": properties("mode"),
    "Table": properties("n-rows", "n-columns", "homogeneous"),
    "Window": properties("type"),
}
for name, show in SHOWN.items():
    asked(f"{name}/values", lambda name=name: getattr(Gtk, name)(*POSITIONAL[name]), show)

KEYWORDS = {
    "Adjustment": [
        {"value": 5, "lower": 1, "upper": 10, "step_incr": 2, "page_incr": 3},
        {"lower": -5, "value": -3},
        {"page_size": 2, "upper": 5, "value": 4},
        {"value": "x"},
        {"nonsense": 3},
    ],
    "Button": [
        {"stock": "gtk-ok"},
        {"stock": None},
        {"stock": "gtk-ok", "label": "x", "use_stock": False},
        {"label": "_x", "use_underline": True},
    ],
    "Label": [{"label": "x"}, {"str": "x"}],
    "MessageDialog": [
        {"message_format": "a", "type": Gtk.MessageType.ERROR},
        {"type": Gtk.MessageType.ERROR, "message_type": Gtk.MessageType.INFO},
        {"flags": 1, "text": "a"},
        {"buttons": Gtk.ButtonsType.OK},
        {"buttons": ("a", 1)},
    ],
    "SizeGroup": [{}, {"mode": Gtk.SizeGroupMode.NONE}],
    "Table": [{"rows": 2, "columns": 3}, {"n_rows": 2}],
}
for name, groups in KEYWORDS.items():
    for i, given in enumerate(groups):
        asked(f"{name}/keywords {i}", lambda name=name, given=given: getattr(Gtk, name)(**given), SHOWN[name])
asked("Label/both", lambda: Gtk.Label("x", label="y"), SHOWN["Label"])
asked("Adjustment/both", lambda: Gtk.Adjustment(1, value=2, upper=9), SHOWN["Adjustment"])
asked("RecentChooserDialog/manager", lambda: Gtk.RecentChooserDialog(manager=None))


class Own(Gtk.Dialog):
    pass


class WithInit(Gtk.Dialog):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Further(WithInit):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Message(Gtk.MessageDialog):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Chooser(Gtk.FileChooserDialog):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


def dialog(made):
    buttons = made.get_action_area().get_children()
    answers = [(button.get_label(), made.get_response_for_widget(button)) for button in buttons]
    return made.get_transient_for() is not None, made.get_modal(), made.get_destroy_with_parent(), answers


DIALOGS = [
    *(Gtk.Dialog, Gtk.MessageDialog, Gtk.FileChooserDialog, Gtk.RecentChooserDialog, Gtk.ColorSelectionDialog),
    *(Gtk.AboutDialog, Gtk.FontChooserDialog, Own, WithInit, Further, Message, Chooser),
]


def module(cls):
    return "derived" if cls.__module__ == __name__ else "dialog"


for cls in DIALOGS:
    for i, given in enumerate(
        (
            {"modal": True},
            {"flags": 1},
            {"flags": 3},
            {"flags": Gtk.DialogFlags.DESTROY_WITH_PARENT, "modal": True},
            {"flags": 0},
            {"buttons": ("a", 1, "b", 2)},
            {"buttons": ()},
            {"buttons": ("a",)},
            {"buttons": None},
            {"buttons": Gtk.ButtonsType.OK},
            {"add_buttons": ("a", 1)},
            {"nonsense": 1},
        )
    ):
        asked(f"{cls.__name__}/{module(cls)} {i} {' '.join(given)}", lambda cls=cls, given=given: cls(**given), dialog)
    for name in ("transient_for", "parent"):
        asked(f"{cls.__name__}/{name} {module(cls)}", lambda cls=cls, name=name: cls(**{name: Gtk.Window()}), dialog)


class Button(Gtk.Button):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class Window(Gtk.Window):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


class FurtherWindow(Window):
    pass


asked("derived/Button", lambda: Button("x"))
asked("derived/Button/stock", lambda: Button(stock="gtk-ok"))
asked("derived/Window", lambda: Window(Gtk.WindowType.POPUP))
asked("derived/FurtherWindow", lambda: FurtherWindow(Gtk.WindowType.POPUP))

PIXBUF = GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 2, 2)
for name, given in {"nothing": (), "None": (None,), "a pixbuf": (PIXBUF,), "two": (PIXBUF, 1)}.items():
    asked(f"IconSet/{name}", lambda given=given: Gtk.IconSet(*given))
asked("IconSet/keyword", lambda: Gtk.IconSet(pixbuf=PIXBUF))

ask.answer(apart=False)
