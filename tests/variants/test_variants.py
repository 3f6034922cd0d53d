"""Variants, errors and bytes are PyGObject's."""

import pathlib

import pytest
from asking import differences
from gi.repository import GLib

HERE = pathlib.Path(__file__).resolve().parent

OURS_SAYS = "TypeError: Invalid GVariant format string '.*'"
KEY = r" \[('a'|'zz'|None|1\.0|0:2)\]"
EXPECTED = {
    "build.py": [
        (
            "the text is formatted",
            "format .*",
            r"TypeError: \(\"Invalid GVariant format string '%s'\", .*\)",
            OURS_SAYS,
        ),
        ("what is no definite type is no format", "format .*", "TypeError: Could not create .*", OURS_SAYS),
        ("half a character cannot be shown", ".* of half a character", r"(.*) \\udc80", r".* \?"),
    ],
    "use.py": [
        (
            "GLib is not asked for what is no text",
            ".*'(a|zz)'.",
            "KeyError: .* Warning: assertion .*",
            "KeyError: '(a|zz)'",
        ),
    ],
}
#: What has changed in PyGObject between the oldest peer and the version that gijit is.
BEFORE_3_52 = {
    "build.py": [("one character is a byte", "y str .*", "TypeError: Must be number, not str", ".*")],
    "use.py": [
        ("an index is an int", ".*" + KEY, ".*", "ValueError: Key must be an integer for arrays, tuples and strings"),
        ("the hint of what to do", "Bytes.* of str", r"TypeError: (Item 0: )?.*", "TypeError: .* use .encode.*"),
    ],
}


@pytest.mark.parametrize("program", sorted(EXPECTED))
def test_every_answer_is_that_of_pygobject(program):
    assert not differences(HERE / program, EXPECTED[program], before_3_52=BEFORE_3_52[program])


# ---- What PyGObject cannot do, or should not be asked ----


def test_formats_that_abort_pygobject_are_errors():
    for form in ("r", "(r)", "ar"):
        with pytest.raises(TypeError, match="Invalid GVariant format string"):
            GLib.Variant(form, ())


def test_none_is_no_tuple_and_no_entry():
    for form in ("(i)", "{si}"):
        with pytest.raises(TypeError, match="non iterable value"):
            GLib.Variant(form, None)
    with pytest.raises(TypeError, match="expected|Expected"):
        GLib.Variant.new_tuple(None)


def test_an_error_without_text_is_an_error():
    for field in ("message", "domain"):
        error = GLib.Error()
        setattr(error, field, None)
        with pytest.raises(TypeError, match="Must be string, not NoneType"):
            GLib.Variant.parse_error_print_context(error, "abc")


def test_an_error_matches_by_name_too():
    error = GLib.Error("m", "d", 5)
    assert error.matches("d", 5) and not error.matches("e", 5)
    assert GLib.Error("m", GLib.quark_from_string("d"), 5).matches("d", 5)


def test_a_list_that_changes_while_it_is_converted():
    class Growing:
        def __init__(self, things):
            self.things = things

        def __index__(self):
            del self.things[1:]
            return 1

    things = []
    things += [Growing(things), 2, 3]
    assert GLib.Variant("ai", things).unpack() == [1]
    things[:] = [Growing(things), 2]
    with pytest.raises(TypeError, match="number of elements"):
        GLib.Variant("(ii)", things)


def test_a_dict_that_changes_while_it_is_converted():
    class Adding:
        def __index__(self):
            things["b"] = 2
            return 1

    things = {"a": Adding()}
    with pytest.raises(RuntimeError, match="changed size"):
        GLib.Variant("a{si}", things)


def test_bad_items_deep_inside_leave_nothing_behind():
    for form, thing in [
        ("a{sa{sv}}", {"a": {"b": GLib.Variant("i", 1), "c": 5}}),
        ("(sas)", ("a", ["b", 5])),
        ("aaai", [[[1], [2]], [[3, "x"]]]),
    ]:
        with pytest.raises(TypeError):
            GLib.Variant(form, thing)


def test_formats_may_be_made_up_without_end():
    for n in range(3000):
        form = "(" + "isb"[n % 3] * (n % 40) + "i" * (n % 7) + ")"
        with pytest.raises(TypeError):
            GLib.Variant(form, 5)


def test_a_variant_of_variants_is_as_deep_as_it_may_be():
    deep = GLib.Variant("i", 1)
    for _ in range(100):
        deep = GLib.Variant("v", deep)
    assert deep.unpack() == 1


def test_variants_cross_in_containers():
    dictionary = GLib.VariantDict.new(None)
    dictionary.insert_value("a", GLib.Variant("(is)", (1, "x")))
    assert dictionary.end().unpack() == {"a": (1, "x")}
