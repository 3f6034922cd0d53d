"""Settings as a dictionary."""

from .. import _gi
from ..module import get_introspection_module
from . import deprecated_init, override

__all__ = ["Settings"]

GLib = get_introspection_module("GLib")
Gio = get_introspection_module("Gio")


@override
class Settings(Gio.Settings):
    """Settings: what a user prefers of what a schema names, kept beyond the program.

    Keys and values are also those of a dictionary; the values are Python's, and what is set must be allowed by the schema.
    """

    __module__ = "gi.overrides.Gio"

    __init__ = deprecated_init(Gio.Settings.__init__, arg_names=("schema", "path", "backend"))

    def __contains__(self, key):
        return isinstance(key, str) and self.props.settings_schema.has_key(key)

    def __len__(self):
        return len(self.keys())

    def __iter__(self):
        yield from self.keys()

    def __bool__(self):
        # Without this, no settings would be false.
        return True

    def __getitem__(self, key):
        """The value of a key. KeyError for a key that is not in the schema: GLib would end the program."""
        return _gi.settings_get(self, key)

    def __setitem__(self, key, value):
        """Sets a key. KeyError for a key that is not in the schema, ValueError for a value that it does not allow, TypeError
        for one of another type."""
        if key not in self:
            raise KeyError(f"unknown key: {key!r}")
        described = self.props.settings_schema.get_key(key)
        kind, allowed = described.get_range().unpack()
        if kind == "range":
            least, most = allowed
            if value < least or value > most:
                raise ValueError(f"value {value} not in range ({least} - {most})")
        elif kind == "enum":
            if value not in allowed:
                raise ValueError(f"value {value} is not an allowed enum ({allowed})")
        elif kind != "type":
            raise NotImplementedError(f"Cannot handle allowed type range class {kind}")
        self.set_value(key, GLib.Variant(described.get_value_type().dup_string(), value))

    def keys(self):
        """The names of all keys, as a list."""
        return self.props.settings_schema.list_keys()
