"""In every Python process of a test run, ``import gi`` means gijit."""

import gijit

gijit.install()
