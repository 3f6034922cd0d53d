"""Properties by name: at construction, through `props`, and by the four methods."""

import pathlib

import pytest
from asking import differences
from gi.repository import Gio, GLib, GObject

HERE = pathlib.Path(__file__).resolve().parent
#: Where the oldest peer differs from the version that gijit is.
BEFORE_3_52 = [
    ("members look different", "set (stored|kind) .*|client .*", ".*<enum G_.*", ".*"),
    (
        "a library's property at construction",
        "client made .*",
        "TypeError: could not convert value for property .*",
        "(Type|Overflow)Error: (Must be|-?[0-9]+ not in range|enum values must|could not convert|argument self: ).*",
    ),
    (
        "an object for a library's property",
        "client .*",
        "TypeError: expected GObject .*",
        "TypeError: argument self: .*",
    ),
    (
        "an object of another class",
        "client .* SocketClient",
        "NoneType None . Warning: .*",
        "TypeError: argument self.*",
    ),
]


def test_setting_does_what_it_does_in_pygobject():
    assert not differences(HERE / "setting_questions.py", before_3_52=BEFORE_3_52)


def test_properties_can_be_given_at_construction():
    action = Gio.SimpleAction(name="save", enabled=False, state=GLib.Variant("i", 5))
    assert action.get_name() == "save"
    assert action.get_enabled() is False
    assert action.get_state().unpack() == 5


def test_a_class_of_python_hands_them_on():
    class Named(Gio.SimpleAction):
        def __init__(self, **properties):
            super().__init__(name="always", **properties)

    made = Named(enabled=False)
    assert (made.props.name, made.props.enabled) == ("always", False)


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: GObject.Object(foo=1), "gobject `GObject' doesn't support property `foo'"),
        (lambda: Gio.SimpleAction(name=5), "Must be string, not int"),
        (lambda: Gio.SimpleAction("a"), r"GObject.__init__\(\) takes exactly 0 arguments \(1 given\)"),
        (lambda: GObject.new(Gio.ActionGroup), "^could not get a reference to type class"),
        (lambda: GObject.new(5), "^could not get typecode from object$"),
        (lambda: Gio.InputStream(), r"cannot create instance of abstract \(non-instantiable\) type `GInputStream'"),
    ],
)
def test_what_cannot_be_constructed_says_why(make, text):
    with pytest.raises(TypeError, match=text):
        make()


def test_props_reads_and_writes():
    action = Gio.SimpleAction(name="save")
    action.props.enabled = 0
    assert action.props.enabled is False
    assert action.get_property("enabled") is False
    action.set_property("enabled", True)
    assert action.get_properties("name", "enabled") == ("save", True)
    action.set_properties(enabled=False)
    assert action.get_enabled() is False


def test_props_refuses_in_the_words_of_pygobject():
    action = Gio.SimpleAction(name="save")
    with pytest.raises(AttributeError, match="'gi._gi.GProps' object has no attribute 'foo'"):
        assert action.props.foo
    with pytest.raises(AttributeError, match="'gi._gi.GProps' object has no attribute 'foo'"):
        action.props.foo = 1
    with pytest.raises(TypeError, match="property 'name' can only be set in constructor"):
        action.props.name = "x"
    with pytest.raises(TypeError, match="properties cannot be deleted"):
        del action.props.enabled
    with pytest.raises(TypeError, match="object of type `GSimpleAction' does not have property `foo'"):
        action.get_property("foo")
    with pytest.raises(TypeError, match=r"GObject.get_property\(\) argument 1 must be str, not int"):
        action.get_property(5)
    with pytest.raises(TypeError, match="object `GSimpleAction' doesn't support property `foo'"):
        action.set_properties(foo=2)


def test_props_of_a_class_are_its_param_specs():
    names = ["enabled", "name", "parameter_type", "state", "state_type"]
    assert dir(Gio.SimpleAction.props) == names
    assert len(Gio.SimpleAction.props) == len(list(Gio.SimpleAction.props)) == 5
    assert isinstance(Gio.SimpleAction.props.name, GObject.ParamSpec)


def test_nothing_is_left_of_a_refused_construction():
    import gc

    import gijit

    gc.collect()
    before = gijit.stats()["live_wrappers"]
    for _ in range(100):
        with pytest.raises(TypeError):
            Gio.SimpleAction(name="x", enabled=True, foo=1)
    gc.collect()
    # What earlier tests left may go meanwhile.
    assert gijit.stats()["live_wrappers"] <= before
