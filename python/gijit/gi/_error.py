"""``GLib.Error``: the exception that a GError becomes."""

from functools import cache

from . import _gi


class GError(RuntimeError):
    """An error of a GLib function. ``domain`` names the group of the error, ``code`` the error in it."""

    __gtype__ = _gi.GType.from_name("GError")

    def __init__(self, message="unknown error", domain="pygi-error", code=0):
        super().__init__(message)
        self.message = message
        self.domain = domain
        self.code = code

    def __str__(self):
        return f"{self.domain}: {self.message} ({self.code})"

    def __repr__(self):
        return f"GLib.Error({self.message!r}, {self.domain!r}, {self.code!r})"

    def copy(self):
        return GError(self.message, self.domain, self.code)

    def matches(self, domain, code):
        """Whether this is the error ``code`` of ``domain``, a name or a quark."""
        return _quark(self.domain) == _quark(domain) and self.code == code

    @staticmethod
    def new_literal(domain, message, code):
        """An error of a domain that is given as its quark."""
        return GError(message, _glib("quark_to_string")(domain), code)


@cache
def _glib(name):
    from .module import get_introspection_module

    return getattr(get_introspection_module("GLib"), name)


def _quark(domain):
    return _glib("quark_from_string")(domain) if isinstance(domain, str) else domain


# Programs know it as GLib.Error; its other name is that by which it can be pickled.
GError.__name__ = "Error"
GError.__module__ = "gi.repository.GLib"
