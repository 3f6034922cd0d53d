"""The versions of what the tests of records import, and pycairo."""

import os
import sys

import gi
import pycairo

for namespace, version in (("Regress", "1.0"), ("GIMarshallingTests", "1.0")):
    gi.require_version(namespace, version)

for folder in pycairo.folders():
    sys.path.append(folder)
    known = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = f"{known}:{folder}" if known else folder
