"""What Python adds to GTK: the same questions to gijit and PyGObject, and what only gijit is asked."""

import pathlib
import sys
import textwrap

import gi
import pytest
from asking import differences

HERE = pathlib.Path(__file__).parent

CONSTRUCTORS = [
    # IconSet's own call of what GTK has deprecated is inside in both.
    ("a dialog's warnings are the program's", "lines of (?!IconSet).*", r"list \[.*'inside'.*\]", r"list \[[\d, ]+\]"),
]
OLD_CONSTRUCTORS = [
    ("members looked different", "SizeGroup/.*", ".*mode=<enum GTK_SIZE_GROUP_VERTICAL.*", ".*mode=2 See.*"),
    ("a value's error", ".*", ".*could not convert value for property.*", ".*(Must be|enum values must be).*"),
]

QUESTIONS = []
#: Only PyGObject from then on.
NEW = [
    ("how it finds asyncio's loop is deprecated", "(main|message)/.*", ".*DeprecationWarning: .*", "((?!Warning).)*"),
]
#: Only an older one.
OLD = [
    ("a bool had no default", "button/focus_missing", ".*takes exactly 2 arguments.*", ".*None, False.*"),
    ("the address has moved", "adjustment/(old|positional)", ".*org/PyGObject.*", ".*org/Projects/PyGObject.*"),
]


@pytest.mark.parametrize("gtk", ["3"], indirect=True)
def test_constructors_as_in_pygobject(gtk):
    assert not differences(HERE / "gtk_constructor_questions.py", CONSTRUCTORS, before_3_52=OLD_CONSTRUCTORS)


def test_widgets_texts_and_dialogs_as_in_pygobject(gtk):
    is_3 = gtk == "3"
    assert not differences(
        HERE / "gtk_questions.py",
        QUESTIONS,
        before_3_52=OLD if is_3 else (),
        since_3_52=NEW if is_3 and sys.version_info >= (3, 14) else (),
    )


def printed(run, display, program):
    return run(textwrap.dedent(program), env=display).splitlines()


PARTS = """
def parts():
    return sorted(name.rpartition(".")[2] for name in sys.modules if name.startswith("gi.overrides._gtk"))
"""


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_importing_gtk_imports_no_part_and_a_name_its_own(run, display, version):
    if version not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    program = f"""
import sys, gi
gi.require_version("Gtk", "{version}")
from gi.repository import Gtk
{PARTS}
print(parts(), "gi.overrides.Gtk" in sys.modules)
Gtk.Orientation, Gtk.check_version
print(parts())
Gtk.Adjustment
print(parts())
"""
    nothing, still_nothing, adjustment = printed(run, display, program)
    assert (nothing, still_nothing) == ("[] False", "[]")
    assert adjustment == "['_gtk_adjustment', '_gtk_deprecation']"


def test_classes_with_another_initialiser_are_made_one_by_one(run, display):
    program = f"""
import sys, threading, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
{PARTS}
Gtk.Label
from gi.overrides import _gtk3_initialisers as part
print(parts(), sorted(set(part.INITIALISERS) & set(vars(part))))
# Also of that which a class derives from, and of that which C makes.
print(Gtk.VBox.__mro__[1] is Gtk.Box, Gtk.VBox.__mro__[1].__module__, type(Gtk.ScrolledWindow.new()).__module__)
sys.setswitchinterval(1e-6)
barrier, found = threading.Barrier(8), []
def ask():
    barrier.wait()
    found.append((Gtk.ToolButton, Gtk.ImageMenuItem, Gtk.FileChooserDialog))
threads = [threading.Thread(target=ask) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(found), len(set(found)), [cls.__module__ for cls in found[0]])
from gi.overrides.Gtk import MenuItem, Viewport
print(MenuItem is Gtk.MenuItem, Viewport is Gtk.Viewport, Gtk.ImageMenuItem.__mro__[1] is MenuItem)
print("Arrow" in dir(Gtk), Gtk.Arrow.__doc__.splitlines()[0])
"""
    parts, base, threads, by_name, described = printed(run, display, program)
    assert parts == "['_gtk3_initialisers', '_gtk_deprecation', '_gtk_widget'] ['Label']"
    assert base == "True gi.overrides.Gtk gi.overrides.Gtk"
    assert threads == "8 1 ['gi.overrides.Gtk', 'gi.repository.Gtk', 'gi.overrides.Gtk']"
    assert by_name == "True True True"
    assert described.startswith("True ")


DIALOGS = """
import sys, warnings, gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gtk
class Own(Gtk.Dialog):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
def lines(make, *args, **kwargs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        make(*args, **kwargs)  # Line 12.
    return [warning.lineno for warning in caught if warning.filename == "<string>"], len(caught)
for cls in (Gtk.Dialog, Gtk.MessageDialog, Gtk.FileChooserDialog, Gtk.AboutDialog, Own):
    print(cls.__name__, lines(cls, parent=Gtk.Window(), flags=1, buttons=("a", 1)))
print(lines(Gtk.Dialog, "a"), lines(Gtk.AboutDialog, "a"), lines(Gtk.Dialog, "a", None, 1, ("a", 1)))
"""


def test_a_dialogs_warnings_are_those_of_the_line_that_makes_it(run, display):
    # In PyGObject two of three are, and the others' is a line of its own.
    lines = printed(run, display, DIALOGS)
    assert lines[:-1] == [
        f"{name} ([12, 12, 12], 3)" for name in ("Dialog", "MessageDialog", "FileChooserDialog", "AboutDialog", "Own")
    ]
    assert lines[-1] == "([12], 1) ([12], 1) ([12, 12, 12], 3)"


FROM_C = """
<interface>
  <object class="GtkWindow" id="window"/>
  <object class="GtkTextBuffer" id="buffer"/>
  <object class="GtkAdjustment" id="adjustment"/>
  <object class="GtkLabel" id="label"/>
  <object class="GtkEntry" id="entry"/>
</interface>
"""


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_what_c_makes_has_the_classes_of_the_overrides(run, display, version):
    if version not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    program = f"""
import gi
gi.require_version("Gtk", "{version}")
from gi.repository import Gtk, GObject
builder = Gtk.Builder()
builder.add_from_string('''{FROM_C}''')
found = {{type(object).__name__: object for object in builder.get_objects()}}
print(*sorted(found))
print(*sorted(name for name, object in found.items() if type(object).__module__ == "gi.overrides.Gtk"))
buffer, entry = found["TextBuffer"], found["Entry"]
buffer.insert(buffer.get_start_iter(), "abc")
start, end = buffer.get_bounds()
print(buffer.props.text, type(start).__module__, start.forward_search("nope", 0, None), entry.insert_text("x", 0))
print(type(Gtk.Adjustment.new(1, 0, 2, 1, 1, 0)) is Gtk.Adjustment, isinstance(entry, Gtk.Editable))

class Own(Gtk.TextBuffer):
    def insert(self, iter, text, length=-1):
        super().insert(iter, text.upper(), length)

class Field(Gtk.Entry):
    pass

own = Own()
own.insert(own.get_start_iter(), "abc")
print(own.props.text, Own.__gtype__.parent.name, Field().insert_text("abc", 0), GObject.new(Own).create_tag("x").props.name)
"""
    names, overridden, used, kept, derived = printed(run, display, program)
    assert names == "Adjustment Entry Label TextBuffer Window"
    assert overridden == ("Adjustment Label TextBuffer Window" if version == "3.0" else "Adjustment TextBuffer Window")
    assert used == "abc gi.overrides.Gtk None 1"
    assert kept == "True True"
    assert derived == "ABC GtkTextBuffer 3 x"


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_without_a_display_windows_say_so(run, version):
    if version not in gi.Repository.get_default().enumerate_versions("Gtk"):
        pytest.skip(f"there is no GTK {version}")
    program = f"""
import gi
gi.require_version("Gtk", "{version}")
from gi.repository import Gtk
from gi.overrides.Gtk import initialized
class Own(Gtk.Window):
    pass
for make in (Gtk.Window, Gtk.ApplicationWindow, Gtk.Dialog, Own, lambda: Gtk.Window(title="x")):
    try:
        make()
    except RuntimeError as error:
        print(error)
print(initialized, Gtk.initialized)
"""
    lines = run(program, env={"DISPLAY": "", "WAYLAND_DISPLAY": ""}).splitlines()
    assert lines == ["Gtk couldn't be initialized. Use Gtk.init_check() if you want to handle this case."] * 5 + [
        "False False"
    ]


def test_gtk_3_takes_its_arguments_from_the_program(run, display):
    program = """
    import sys
    sys.argv = ["program", "--name=x", "file"]
    import gi
    gi.require_version("Gtk", "3.0")
    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk, Gtk
    import gi.overrides.Gdk, gi.overrides.Gtk
    print(sys.argv, Gtk.initialized, Gdk.initialized, Gdk.argv)
    print(gi.overrides.Gtk.initialized, gi.overrides.Gdk.initialized, gi.overrides.Gdk.argv)
    """
    lines = printed(run, display, program)
    assert lines == ["['program', 'file'] True True ['program', 'file']", "True True ['program', 'file']"]


def test_gtk_is_not_initialised_where_the_program_does_it(run, display):
    program = """
    import sys
    sys.argv = ["program", "--name=x"]
    import gi
    gi.disable_legacy_autoinit()
    gi.require_version("Gtk", "3.0")
    from gi.repository import Gtk
    print(sys.argv, hasattr(Gtk, "initialized"), Gtk.init_check(sys.argv)[0], type(Gtk.Window()).__name__)
    """
    assert printed(run, display, program) == ["['program', '--name=x'] False True Window"]


def test_gdk_3_says_which_gdkx11_is_meant(run, display):
    program = """
    import warnings
    import gi
    gi.require_version("Gdk", "3.0")
    from gi.repository import Gdk
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        from gi.repository import GdkX11
    print(GdkX11._version, len(caught), isinstance(Gdk.Display.get_default(), GdkX11.X11Display))
    """
    assert printed(run, display, program) == ["3.0 0 True"]
