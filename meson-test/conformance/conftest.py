"""Stands in for the suite's own conftest, which lies beside it as suite_conftest.py: does what that does, and goes on
where it fails, so that a gi that cannot yet do all of it can be tested all the same. The failure is recorded as a
failure of the test ``[conftest]`` of the file.
"""

import importlib.util
import os
import sys
import traceback
import warnings

_here = os.path.dirname(os.path.abspath(__file__))
_spec = importlib.util.spec_from_file_location("suite_conftest", os.path.join(_here, "suite_conftest.py"))
suite_conftest = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(suite_conftest)

pytest_runtest_call = suite_conftest.pytest_runtest_call
pytest_sessionfinish = suite_conftest.pytest_sessionfinish


def _limp():
    """What tests cannot do without, of what may have been left undone."""
    for folder in (os.path.dirname(_here), _here):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    import gi

    gtk = os.environ.get("TEST_GTK_VERSION", "3.0")
    for namespace, version in (
        ("GIRepository", "3.0"),
        ("Gtk", gtk),
        ("Gdk", gtk),
        ("GdkPixbuf", "2.0"),
        ("Pango", "1.0"),
        ("PangoCairo", "1.0"),
        ("Atk", "1.0"),
        ("GIMarshallingTests", "1.0"),
        ("Regress", "1.0"),
        ("GLib", "2.0"),
        ("Gio", "2.0"),
        ("GObject", "2.0"),
    ):
        try:
            gi.require_version(namespace, version)
        except ValueError:
            sys.modules.setdefault("gi.repository." + namespace, None)
    warnings.simplefilter("default", gi.PyGIDeprecationWarning)
    try:
        from gi.repository import Gtk

        Gtk.init_check() if gtk == "4.0" else Gtk.init_check([])
    except (ImportError, NotImplementedError, AttributeError):
        pass


def pytest_configure(config):
    recorder = config.pluginmanager.get_plugin("recorder")
    try:
        suite_conftest.pytest_configure(config)
    except Exception as error:
        recorder.note("[conftest]", "failed", traceback.format_exc(), f"{type(error).__name__}: {error}")
        _limp()
    else:
        recorder.note("[conftest]", "passed")
