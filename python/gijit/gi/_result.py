"""The result tuple: several outputs of one call, with names."""

from operator import itemgetter


class ResultTuple(tuple):
    """What a function with several outputs returns: a tuple whose items also have the outputs' names."""

    __slots__ = ()
    _names = ()

    def __repr__(self):
        items = (f"{name}={item!r}" if name else repr(item) for name, item in zip(self._names, self))
        return f"({', '.join(items)})"

    def __reduce__(self):
        return tuple, (tuple(self),)

    def __dir__(self):
        return sorted({*super().__dir__(), *filter(None, self._names)})

    @staticmethod
    def _new_type(names):
        return new_type(names)


def new_type(names):
    """The class for results with these names, None for one without."""
    fields = {name: property(itemgetter(i)) for i, name in enumerate(names) if name}
    return type("_ResultTuple", (ResultTuple,), {"__slots__": (), "_names": tuple(names), **fields})
