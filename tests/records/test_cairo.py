"""cairo's structs are pycairo's objects, and the other way."""

import contextlib
import gc
import sys

import gi
import pytest

cairo = pytest.importorskip("cairo", reason="pycairo is not installed")

from gi.repository import GijitFixtures as F  # noqa: E402
from gi.repository import GObject  # noqa: E402
from gi.repository import Regress as R  # noqa: E402

with contextlib.suppress(ValueError):
    gi.require_version("Gdk", "3.0")
    gi.require_version("PangoCairo", "1.0")


@pytest.fixture
def surface():
    return cairo.ImageSurface(cairo.FORMAT_ARGB32, 10, 10)


@pytest.fixture
def context(surface):
    return cairo.Context(surface)


def needs(name):
    return pytest.mark.skipif(not hasattr(R, name), reason=f"this Regress has no {name}")


def test_it_can_be_required():
    assert gi.require_foreign("cairo") is None
    for name in ("Context", "Surface", "Matrix", "Path", "FontFace", "FontOptions", "Pattern", "ScaledFont", "Region"):
        assert gi.require_foreign("cairo", name) is None
    with pytest.raises(ImportError, match=r"^Couldn't find foreign struct converter for 'cairo\.Nothing'$"):
        gi.require_foreign("cairo", "Nothing")
    with pytest.raises(ImportError, match="^No module named 'gi._gi_nothing'$"):
        gi.require_foreign("nothing")
    with pytest.raises(ImportError, match=r"^Couldn't find foreign struct converter for 'nothing\.Nothing'$"):
        gi.require_foreign("nothing", "Nothing")
    assert gi._gi.register_foreign() is None


def test_its_module_has_no_names():
    import gi._gi_cairo

    assert [name for name in dir(gi._gi_cairo) if not name.startswith("_")] == []


def test_nothing_is_loaded_before_something_crosses(run):
    program = """
import sys
from gi.repository import GLib
GLib.get_home_dir()
print("cairo" in sys.modules)
import gi
gi.require_foreign("cairo", "Context")
print("cairo" in sys.modules)
"""
    assert run(program).split() == ["False", "True"]


def test_without_pycairo_it_cannot_be_required(run):
    program = """
import sys
sys.modules["cairo"] = None
import gi
for arguments in (("cairo",), ("cairo", "Context")):
    try:
        gi.require_foreign(*arguments)
    except ImportError as error:
        print("refused")
gi.require_version("Regress", "1.0")
from gi.repository import Regress
try:
    Regress.test_cairo_surface_none_return()
except TypeError as error:
    print(error)
"""
    lines = run(program).splitlines()
    assert lines == ["refused", "refused", "Couldn't find foreign struct converter for 'cairo.Surface'"]


# ---- Arguments and results ----


def test_contexts(context):
    assert isinstance(R.test_cairo_context_full_return(), cairo.Context)
    assert R.test_cairo_context_none_in(context) is None
    with pytest.raises(TypeError, match=r"^Expected cairo\.Context$"):
        R.test_cairo_context_none_in(object())
    with pytest.raises(TypeError, match="^Argument 0 does not allow None as a value$"):
        R.test_cairo_context_none_in(None)


@pytest.mark.parametrize(
    "name", ["test_cairo_surface_none_return", "test_cairo_surface_full_return", "test_cairo_surface_full_out"]
)
def test_surfaces_are_of_their_class(name):
    surface = getattr(R, name)()
    assert type(surface) is cairo.ImageSurface
    assert (surface.get_format(), surface.get_width(), surface.get_height()) == (cairo.FORMAT_ARGB32, 10, 10)


def test_a_surface_as_an_argument(surface):
    R.test_cairo_surface_none_in(surface)
    for wrong in (object(), 5, "x", cairo.Context(surface)):
        with pytest.raises(TypeError, match=r"^Expected cairo\.Surface$"):
            R.test_cairo_surface_none_in(wrong)


@needs("test_cairo_path_none_in")
def test_paths(context):
    context.move_to(10, 10)
    context.curve_to(10, 10, 3, 4, 5, 6)
    path = context.copy_path()
    R.test_cairo_path_none_in(path)
    assert list(R.test_cairo_path_full_in_full_return(path)) == list(path)
    assert isinstance(R.test_cairo_path_full_return(), cairo.Path)
    with pytest.raises(TypeError, match=r"^Expected cairo\.Path$"):
        R.test_cairo_path_none_in(object())


@needs("test_cairo_matrix_none_in")
def test_matrices():
    matrix = cairo.Matrix()
    R.test_cairo_matrix_none_in(matrix)
    assert R.test_cairo_matrix_none_return() == matrix
    assert R.test_cairo_matrix_out_caller_allocates() == matrix
    with pytest.raises(TypeError, match=r"^Expected cairo\.Matrix$"):
        R.test_cairo_matrix_none_in(object())


@needs("test_cairo_font_options_full_in")
def test_fonts_and_patterns(context):
    options = cairo.FontOptions()
    R.test_cairo_font_options_none_in(options)
    R.test_cairo_font_options_full_in(options)
    assert isinstance(R.test_cairo_font_options_full_return(), cairo.FontOptions)
    assert isinstance(R.test_cairo_font_options_none_return(), cairo.FontOptions)
    assert R.test_cairo_font_face_full_return(context)
    assert R.test_cairo_scaled_font_full_return(context)
    pattern = cairo.SolidPattern(1, 1, 1, 1)
    R.test_cairo_pattern_none_in(pattern)
    R.test_cairo_pattern_full_in(pattern)
    assert type(R.test_cairo_pattern_full_return()) is cairo.SolidPattern
    assert type(R.test_cairo_pattern_none_return()) is cairo.SolidPattern
    R.test_cairo_region_full_in(cairo.Region())


# ---- Gdk and Pango ----


@pytest.fixture
def gdk():
    return pytest.importorskip("gi.repository.Gdk")


def test_regions(gdk, surface, context):
    context.paint()
    extents = gdk.cairo_region_create_from_surface(surface).get_extents()
    assert (extents.width, extents.height) == (10, 10)
    gdk.cairo_region(context, cairo.Region(cairo.RectangleInt(0, 0, 42, 42)))
    assert "42" in repr(list(context.copy_path()))
    with pytest.raises(TypeError, match=r"^Expected cairo\.Region$"):
        gdk.cairo_region(context, object())


def test_rectangles_are_structs(gdk, context):
    found, rectangle = gdk.cairo_get_clip_rectangle(context)
    assert found
    assert (rectangle.x, rectangle.y, rectangle.width, rectangle.height) == (0, 0, 10, 10)
    from gi.repository import cairo as described

    own = described.RectangleInt()
    own.width = 5
    assert own.width == 5
    for name in ("Context", "FontOptions"):
        with pytest.raises(
            TypeError, match=rf"^boxed cannot be created directly; .*help\(cairo\.{name}\)$|^struct cannot"
        ):
            getattr(described, name)()


def test_font_options_of_pango(context):
    PangoCairo = pytest.importorskip("gi.repository.PangoCairo")
    layout = PangoCairo.create_layout(context)
    options = cairo.FontOptions()
    options.set_antialias(cairo.ANTIALIAS_NONE)
    PangoCairo.context_set_font_options(layout.get_context(), options)
    assert PangoCairo.context_get_font_options(layout.get_context()) == options
    PangoCairo.context_set_font_options(layout.get_context(), None)
    assert PangoCairo.context_get_font_options(layout.get_context()) is None


# ---- Values ----


def test_values(context, surface):
    gi.require_foreign("cairo")
    objects = {
        "CairoContext": context,
        "CairoSurface": surface,
        "CairoFontFace": context.get_font_face(),
        "CairoScaledFont": context.get_scaled_font(),
        "CairoPattern": context.get_source(),
    }
    for name, crossing in objects.items():
        value = GObject.Value()
        value.init(GObject.type_from_name(name))
        assert value.get_value() is None
        value.set_value(None)
        assert value.get_value() is None
        value.set_value(crossing)
        assert value.get_value() == crossing
        assert type(value.get_value()) is type(crossing)
        with pytest.raises(TypeError, match=f"^Expected cairo.{name[5:]}$"):
            value.set_value(object())


# ---- Ownership ----


def test_references_are_balanced(surface):
    data = bytearray(400)
    owner = cairo.ImageSurface.create_for_data(data, cairo.FORMAT_ARGB32, 10, 10)
    before = sys.getrefcount(data)
    for _ in range(100):
        R.test_cairo_surface_none_in(surface)
    context = cairo.Context(owner)
    for _ in range(100):
        R.test_cairo_context_none_in(context)
    del owner, context
    gc.collect()
    # The surface went with the last context: cairo has no reference that nobody owns.
    assert sys.getrefcount(data) < before


@pytest.mark.parametrize(
    "name",
    [
        "test_cairo_surface_none_return",
        "test_cairo_surface_full_return",
        "test_cairo_surface_full_out",
        "test_cairo_context_full_return",
    ],
)
def test_memory_stays_flat(name):
    function = getattr(R, name)
    found = []
    for _ in range(2):
        gc.collect()
        before = F.heap_bytes()
        for _ in range(20_000):
            function()
        gc.collect()
        found.append(F.heap_bytes() - before)
    assert min(found) < 16 << 10
