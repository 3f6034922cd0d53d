"""What ``import gi`` finds in a process that multiprocessing has started from one with gijit: puts gijit's in its place."""

import sys

del sys.modules[__name__]

import gijit  # noqa: E402

gijit.install()

import gi  # noqa: E402, F401
