"""Overrides for the library that GObject-introspection's tests share: one of each kind."""

from ..module import get_introspection_module
from . import override

__all__ = ["OVERRIDES_CONSTANT", "OverridesObject", "OverridesStruct"]

GIMarshallingTests = get_introspection_module("GIMarshallingTests")

OVERRIDES_CONSTANT = 7


@override
class OverridesStruct(GIMarshallingTests.OverridesStruct):
    """A struct that takes its field when it is made."""

    def __new__(cls, long_):
        return super().__new__(cls)

    def __init__(self, long_):
        super().__init__()
        self.long_ = long_

    def method(self):
        return super().method() / 7


@override
class OverridesObject(GIMarshallingTests.OverridesObject):
    """An object with another constructor."""

    def __init__(self, long_):
        super().__init__()

    @classmethod
    def new(cls, long_):
        self = super().new()
        return self

    def method(self):
        """Overridden doc string."""
        return super().method() / 7
