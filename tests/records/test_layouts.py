"""Records that their typelib gets wrong: bit-fields, vector types, embedded records; and what nobody knows the size of.

src/plan/tests/layouts.rs walks all records; this is what Python sees.
"""

import ctypes
import shutil
import subprocess

import gi
import pytest
from gi.repository import GijitFixtures as F
from gi.repository import GLib


@pytest.fixture(scope="module")
def layout():
    try:
        gi.require_version("Pango", "1.0")
        gi.require_version("PangoCairo", "1.0")
    except ValueError:
        pytest.skip("there is no PangoCairo")
    from gi.repository import Pango, PangoCairo

    return Pango.Layout.new(PangoCairo.FontMap.get_default().create_context())


@pytest.fixture(scope="module")
def graphene():
    try:
        gi.require_version("Graphene", "1.0")
    except ValueError:
        pytest.skip("there is no Graphene")
    from gi.repository import Graphene

    return Graphene


def test_arrays_of_records_with_bit_fields_have_the_right_step(layout):
    layout.set_text("a b", -1)
    attributes = layout.get_log_attrs()
    assert len(attributes) == 4
    # The end of a text counts as the end of a paragraph.
    assert [attribute.is_white for attribute in attributes] == [0, 1, 0, 1]
    assert [attribute.is_word_start for attribute in attributes] == [1, 0, 1, 0]
    assert [attribute.is_word_end for attribute in attributes] == [0, 1, 0, 1]


C_PROGRAM = r"""
#include <stdio.h>
#include <pango/pangocairo.h>

int
main (void)
{
  PangoLayout *layout = pango_layout_new (pango_font_map_create_context (pango_cairo_font_map_get_default ()));
  const PangoLogAttr *attributes;
  gint n;

  pango_layout_set_text (layout, "a b", -1);
  attributes = pango_layout_get_log_attrs_readonly (layout, &n);
  for (gint i = 0; i < n; i++)
    printf ("%u%u%u ", attributes[i].is_white, attributes[i].is_word_start, attributes[i].is_word_end);
  return 0;
}
"""


def test_c_says_the_same_of_them(layout, tmp_path):
    found = shutil.which("pkg-config") and shutil.which("cc")
    flags = ["pkg-config", "--cflags", "--libs", "pangocairo"]
    found = found and subprocess.run(flags, capture_output=True, text=True)
    if not found or found.returncode:
        pytest.skip("there is no C compiler, or none of Pango's headers")
    source, program = tmp_path / "white.c", tmp_path / "white"
    source.write_text(C_PROGRAM)
    subprocess.run(["cc", source, "-o", program, *found.stdout.split()], check=True)
    said = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    layout.set_text("a b", -1)
    bits = ((a.is_white, a.is_word_start, a.is_word_end) for a in layout.get_log_attrs())
    assert said.split() == ["".join(map(str, map(int, each))) for each in bits]


def test_glyphs_of_a_run(layout):
    layout.set_text("abcabc", -1)
    string = layout.get_line_readonly(0).runs[0].glyphs
    glyphs = [(glyph.glyph, glyph.geometry.width) for glyph in string.glyphs]
    assert len(glyphs) == 6
    assert glyphs[:3] == glyphs[3:]
    assert len(set(glyphs[:3])) == 3
    assert sum(width for _, width in glyphs) == string.get_width()
    assert all(glyph.attr.is_cluster_start == 1 for glyph in string.glyphs)


def test_bit_fields_are_written_alone(layout):
    from gi.repository import Pango

    attribute = Pango.LogAttr()
    names = ("is_line_break", "is_white", "is_cursor_position", "break_inserts_hyphen")
    assert [getattr(attribute, name) for name in names] == [0, 0, 0, 0]
    attribute.is_white = 1
    attribute.break_inserts_hyphen = 1
    assert [getattr(attribute, name) for name in names] == [0, 1, 0, 1]
    attribute.is_white = 0
    assert [getattr(attribute, name) for name in names] == [0, 0, 0, 1]
    with pytest.raises(OverflowError, match="^2 not in range 0 to 1$"):
        attribute.is_white = 2
    with pytest.raises(OverflowError, match="-1 not in range"):
        attribute.is_white = -1
    assert attribute.is_white == 0
    visual = Pango.GlyphVisAttr()
    visual.is_cluster_start = 1
    assert (visual.is_cluster_start, visual.is_color) == (1, 0)
    # Three bits, in a word with another field.
    for text, direction in (("a", Pango.Direction.LTR), ("\u05d0", Pango.Direction.RTL)):
        layout.set_text(text, -1)
        line = layout.get_line_readonly(0)
        assert line.resolved_dir == direction == line.get_resolved_direction()


def test_bit_fields_of_glib():
    config = GLib.ScannerConfig()
    config.case_sensitive = 1
    config.scan_float = 1
    assert (config.case_sensitive, config.skip_comment_multi, config.scan_float) == (1, 0, 1)
    date = GLib.Date.new_dmy(29, GLib.DateMonth.FEBRUARY, 2024)
    assert (date.day, date.month, date.year, date.dmy) == (29, 2, 2024, 1)
    date.month = 3
    assert (date.get_day(), date.get_month(), date.get_year()) == (29, GLib.DateMonth.MARCH, 2024)


def test_bit_fields_of_an_event():
    try:
        gi.require_version("Gdk", "3.0")
        from gi.repository import Gdk
    except (ImportError, ValueError):
        pytest.skip("there is no GDK 3, or it is another")
    key = Gdk.EventKey()
    key.group = 5
    assert (key.group, key.is_modifier) == (5, 0)
    key.is_modifier = 1
    assert (key.group, key.is_modifier, key.hardware_keycode) == (5, 1, 0)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Vec2", 16),
        ("Vec3", 16),
        ("Vec4", 16),
        ("Matrix", 64),
        ("Box", 32),
        ("Ray", 32),
        ("Frustum", 192),
        ("Sphere", 32),
    ],
)
def test_vector_types_have_their_alignment_and_size(graphene, name, size):
    usable = ctypes.CDLL(None).malloc_usable_size
    usable.argtypes, usable.restype = [ctypes.c_void_p], ctypes.c_size_t
    for _ in range(20):
        value = getattr(graphene, name)()
        address = int(repr(value).rsplit(" at 0x", 1)[1].rstrip(")>"), 16)
        assert address % 16 == 0
        assert usable(address) >= size


def test_vector_types_that_c_fills(graphene):
    matrix = graphene.Matrix()
    matrix.init_from_float([float(number) for number in range(16)])
    assert [matrix.get_row(i).get_w() for i in range(4)] == [3, 7, 11, 15]
    transposed = matrix.transpose()
    assert transposed.get_row(0).get_w() == 12
    box = graphene.Box()
    point = graphene.Point3D
    box.init(point().init(0, 0, 0), point().init(1, 2, 3))
    corners = {(vertex.get_x(), vertex.get_y(), vertex.get_z()) for vertex in box.get_vertices()}
    assert corners == {(x, y, z) for x in (0, 1) for y in (0, 2) for z in (0, 3)}


def test_what_nobody_knows_the_size_of_is_refused():
    text = "^GijitFixtures.opaque_fill\\(\\): the caller must allocate argument 'opaque', and the size of this {} is not known$"
    for _ in range(3):
        with pytest.raises(TypeError, match=text.format("GijitFixtures.Opaque")):
            F.opaque_fill()
    text = "^GijitFixtures.text_fill\\(\\): the caller must allocate argument 'buffer', and the size of this {} is not known$"
    for _ in range(3):
        with pytest.raises(TypeError, match=text.format("utf8")):
            F.text_fill(5)
    assert F.filled() == 0


def test_a_text_buffer_of_glib_is_refused():
    if GLib.check_version(2, 76, 0) is None:
        pytest.skip("newer typelibs may say more of it")
    with pytest.raises(TypeError, match="argument 'outbuf'"):
        GLib.unichar_to_utf8("a")
