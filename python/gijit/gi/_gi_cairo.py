"""Makes pycairo's objects out of cairo's structs, and the other way. Importing it fails where pycairo is missing; it
has no names of its own."""

from . import _gi

_gi._load_cairo()

del _gi
