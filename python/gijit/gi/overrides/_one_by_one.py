"""Override modules that make each of their classes when it is asked for."""

from _thread import RLock

from . import override


def one_by_one(module, names, class_of):
    """The functions ``make`` and ``__getattr__`` of a module (its ``globals()``) that offers ``names``: ``class_of(name)``
    is what takes the place of the namespace's own class."""
    # A class is made while its lock is held, and in the order of inheritance: so no two threads wait for each other.
    locks = {name: RLock() for name in names}
    being_made = set()

    def make(name):
        """Makes the class of that name, unless it is there. False while this thread is making it."""
        with locks[name]:
            if name not in module:
                if name in being_made:
                    return False
                being_made.add(name)
                try:
                    module[name] = override(class_of(name))
                finally:
                    being_made.discard(name)
        return True

    def __getattr__(name):
        if name not in locks or not make(name):
            raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")
        return module[name]

    return make, __getattr__
