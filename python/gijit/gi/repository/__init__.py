"""The namespaces: ``from gi.repository import Gio``."""

import sys

from ..importer import DynamicImporter

sys.meta_path.append(DynamicImporter("gi.repository"))
