"""Questions: what C sees of a buffer of each format, as an array of each kind of number."""

import os
import sys

import gi
from asking import Questions

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
gi.require_version("GijitCells", "1.0")
from buffers import CASES  # noqa: E402
from gi.repository import GijitCells as C  # noqa: E402

ask = Questions()
INTEGERS = [f"{sign}int{bits}" for bits in (8, 16, 32, 64) for sign in ("", "u")]


def seen(function, make):
    C.seen()
    function(make())
    return C.seen()


for family in (*INTEGERS, "float", "double", "boolean", "unichar", "gtype"):
    for way in ("sized {} in none", "sized {} in full", "garray {} in full"):
        way = way.format(family)
        function = getattr(C, way.replace(" ", "_"))
        for name, make, _items in CASES:
            # The peer has no NumPy, as a rule.
            if "numpy" not in name:
                ask(f"{way}: {name}", lambda f=function, m=make: seen(f, m))
ask.answer()
