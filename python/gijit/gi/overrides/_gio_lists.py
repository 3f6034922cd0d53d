"""Lists of objects. What all of them do as sequences is the extension's: ``_gi.ListModel``."""

from ..module import get_introspection_module
from . import override

__all__ = ["ListStore"]

Gio = get_introspection_module("Gio")


@override
class ListStore(Gio.ListStore):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.ListStore)["__doc__"]

    if hasattr(Gio.ListStore, "find_with_equal_func_full"):

        def find_with_equal_func(self, item, equal_func, *user_data):
            """Whether there is an item for which ``equal_func(item, other, *user_data)`` is true, and the position of the
            first."""
            # C's own function of this name has no place for data.
            return self.find_with_equal_func_full(item, equal_func, *user_data)

    def _position(self, key):
        """Where the item that an int means is. IndexError if there is none, TypeError for what is no int."""
        if not isinstance(key, int):
            raise TypeError(f"items are numbered: int or slice is expected, not {type(key).__name__}")
        length = len(self)
        position = key + length if key < 0 else key
        if not 0 <= position < length:
            raise IndexError("position is out of range")
        return position

    def __delitem__(self, key):
        if not isinstance(key, slice):
            self.remove(self._position(key))
            return
        positions = range(*key.indices(len(self)))
        if not positions:
            return
        if abs(positions.step) == 1 or len(positions) == 1:
            self.splice(min(positions[0], positions[-1]), len(positions), [])
            return
        # From the end, so that those that are left to do stay where they are.
        for position in sorted(positions, reverse=True):
            self.splice(position, 1, [])

    def __setitem__(self, key, value):
        if not isinstance(key, slice):
            position = self._position(key)
            self._expect_item(value)
            self.splice(position, 1, [value])
            return
        items = list(value)
        for item in items:
            self._expect_item(item)
        positions = range(*key.indices(len(self)))
        if positions.step == 1:
            self.splice(positions.start, len(positions), items)
            return
        if len(items) != len(positions):
            raise ValueError(
                f"attempt to assign sequence of size {len(items)} to extended slice of size {len(positions)}"
            )
        if positions.step == -1:
            if positions:
                self.splice(positions[-1], len(positions), items[::-1])
            return
        for position, item in zip(positions, items):
            self.splice(position, 1, [item])
