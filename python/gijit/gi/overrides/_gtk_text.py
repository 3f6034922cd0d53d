"""Text with tags and marks."""

from ..module import get_introspection_module
from . import override, strip_boolean_result

__all__ = ["TextBuffer", "TextIter"]

Gtk = get_introspection_module("Gtk")


def _check(text):
    if not isinstance(text, str):
        raise TypeError(f"text must be a string, not {type(text)}")


@override
class TextBuffer(Gtk.TextBuffer):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TextBuffer)["__doc__"]

    def create_tag(self, tag_name=None, **properties):
        """A new tag in the buffer's table, with these properties."""
        tag = Gtk.TextTag(name=tag_name, **properties)
        self.get_tag_table().add(tag)
        return tag

    def create_mark(self, mark_name, where, left_gravity=False):
        """A new mark at a ``Gtk.TextIter``, named or not, which stays left of what is inserted there, or right of it."""
        return super().create_mark(mark_name, where, left_gravity)

    def set_text(self, text, length=-1):
        """Replaces the text; by the first ``length`` bytes only, unless it is negative."""
        super().set_text(text, length)

    def insert(self, iter, text, length=-1):
        """Inserts text; the first ``length`` bytes only, unless it is negative. ``iter`` is behind it then. TypeError if
        it is not a str."""
        _check(text)
        super().insert(iter, text, length)

    def insert_with_tags(self, iter, text, *tags):
        """Inserts text and gives it all these tags. ``iter`` is behind it then."""
        offset = iter.get_offset()
        self.insert(iter, text)
        if tags:
            start = self.get_iter_at_offset(offset)
            for tag in tags:
                self.apply_tag(tag, start, iter)

    def insert_with_tags_by_name(self, iter, text, *tags):
        """The same with names of tags. ValueError for one that the buffer has not, before anything is inserted."""
        found = []
        for name in tags:
            tag = self.get_tag_table().lookup(name)
            if tag is None:
                raise ValueError(f"unknown text tag: {name}")
            found.append(tag)
        self.insert_with_tags(iter, text, *found)

    def insert_at_cursor(self, text, length=-1):
        """Inserts text at the cursor; the first ``length`` bytes only, unless it is negative. TypeError if it is not a
        str."""
        _check(text)
        super().insert_at_cursor(text, length)

    get_selection_bounds = strip_boolean_result(Gtk.TextBuffer.get_selection_bounds, fail_ret=())


@override
class TextIter(Gtk.TextIter):
    __module__ = "gi.overrides.Gtk"
    __doc__ = vars(Gtk.TextIter)["__doc__"]

    forward_search = strip_boolean_result(Gtk.TextIter.forward_search)
    backward_search = strip_boolean_result(Gtk.TextIter.backward_search)
