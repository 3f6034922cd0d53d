"""``gi.Repository``: what is loaded, what can be, and what it says where PyGObject's crashes."""

import os

import gi
import gi.importer
import gi.module
import pytest
from gi import _gi

REPOSITORY = gi.Repository.get_default()


def test_there_is_one_repository():
    assert gi.Repository is _gi.Repository
    assert gi.Repository.get_default() is REPOSITORY is gi.module.repository is gi.importer.repository
    with pytest.raises(TypeError):
        gi.Repository()


def test_a_namespace_is_required():
    assert REPOSITORY.require("GLib") is None
    assert REPOSITORY.require("GLib", None) is None
    assert REPOSITORY.require("GLib", "2.0", True) is None
    assert REPOSITORY.require(namespace="GLib", version="2.0", lazy=True) is None
    with pytest.raises(
        gi._gi.RepositoryError, match="Requiring namespace 'GLib' version '1.0', but '2.0' is already loaded"
    ):
        REPOSITORY.require("GLib", "1.0")
    with pytest.raises(gi._gi.RepositoryError, match="Typelib file for namespace 'Nope', version '3.0' not found"):
        REPOSITORY.require("Nope", "3.0")
    with pytest.raises(gi._gi.RepositoryError, match=r"Typelib file for namespace 'Nope' \(any version\) not found"):
        REPOSITORY.require(namespace="Nope")


class Undecided:
    def __bool__(self):
        raise ValueError("no truth")


@pytest.mark.parametrize("truth", [0, 1, None, "", "x", [], [0], 0.5])
def test_what_is_true_or_not_is_any_object(truth):
    assert REPOSITORY.require("GLib", "2.0", truth) is None
    assert REPOSITORY.require("GLib", "2.0", lazy=truth) is None
    from gi.repository import Gio, GLib

    action = Gio.SimpleAction.new("a", None)
    if not truth:
        assert _gi.pygobject_new_full(hash(action), truth) is action
    pid, *files = GLib.spawn_async(["/bin/true"], standard_output=truth)
    assert [isinstance(file, int) for file in files] == [False, bool(truth), False]
    for file in filter(None, files):
        os.close(file)


def test_what_has_no_truth_is_refused():
    from gi.repository import GLib

    for call in (
        lambda: REPOSITORY.require("GLib", "2.0", Undecided()),
        lambda: GLib.spawn_async(["/bin/true"], standard_error=Undecided()),
        lambda: _gi.pygobject_new_full(0, Undecided()),
    ):
        with pytest.raises(ValueError, match="^no truth"):
            call()


def test_it_knows_what_is_loaded():
    REPOSITORY.require("Gio", "2.0")
    assert {"GLib", "GObject", "Gio"} <= set(REPOSITORY.get_loaded_namespaces())
    assert REPOSITORY.is_registered("Gio") is True
    assert REPOSITORY.is_registered("Gio", None) is True
    assert REPOSITORY.is_registered(namespace="Gio", version="2.0") is True
    assert REPOSITORY.is_registered("Gio", "") is False
    assert REPOSITORY.is_registered("Gio", "99.0") is False
    assert REPOSITORY.is_registered("Nope") is False
    assert REPOSITORY.get_version("Gio") == "2.0"
    assert os.path.basename(REPOSITORY.get_typelib_path(namespace="Gio")) == "Gio-2.0.typelib"
    assert "2.0" in REPOSITORY.enumerate_versions("GLib")
    assert REPOSITORY.enumerate_versions("Nope") == []


def test_it_knows_what_a_namespace_depends_on():
    assert REPOSITORY.get_dependencies("GLib") == REPOSITORY.get_immediate_dependencies("GLib") == []
    assert REPOSITORY.get_dependencies("GObject") == ["GLib-2.0"]
    assert REPOSITORY.get_immediate_dependencies(namespace="GObject") == ["GLib-2.0"]
    assert {"GLib-2.0", "GObject-2.0"} <= set(REPOSITORY.get_dependencies("Gio"))


def test_entries_are_found():
    infos = REPOSITORY.get_infos("GObject")
    assert isinstance(infos, tuple) and len(infos) > 200
    assert all(REPOSITORY.find_by_name("GObject", info.get_name_unescaped()) == info for info in infos)
    assert REPOSITORY.find_by_name(namespace="GLib", name="List").get_name() == "List"
    assert REPOSITORY.find_by_name("GLib", "nope") is None
    assert REPOSITORY.find_by_name("Nope", "nope") is None


@pytest.mark.parametrize(
    "method", ["get_version", "get_typelib_path", "get_dependencies", "get_immediate_dependencies", "get_infos"]
)
def test_what_is_not_loaded_is_an_error(method):
    with pytest.raises(RuntimeError, match="Namespace 'Nope' not loaded"):
        getattr(REPOSITORY, method)("Nope")


@pytest.mark.parametrize(
    "call",
    [
        lambda: REPOSITORY.is_registered(),
        lambda: REPOSITORY.is_registered(None),
        lambda: REPOSITORY.get_dependencies(),
        lambda: REPOSITORY.find_by_name("GLib"),
        lambda: REPOSITORY.find_by_name("GLib", 3),
        lambda: REPOSITORY.prepend_search_path(3),
        lambda: REPOSITORY.prepend_library_path(directory=3),
        lambda: REPOSITORY.get_loaded_namespaces(1),
    ],
)
def test_wrong_arguments_are_type_errors(call):
    with pytest.raises(TypeError):
        call()


def test_folders_are_searched_first(run):
    program = """
import gi, os, shutil, tempfile
repository = gi.Repository.get_default()
repository.require("GLib")
with tempfile.TemporaryDirectory() as folder:
    shutil.copy(repository.get_typelib_path("GLib"), os.path.join(folder, "Nowhere-1.0.typelib"))
    assert repository.enumerate_versions("Nowhere") == []
    assert repository.prepend_search_path(directory=folder) is None
    print(repository.enumerate_versions("Nowhere"), gi._gi.search_path()[0] == folder)
    print(repository.prepend_library_path(folder))
"""
    assert run(program).split() == ["['1.0']", "True", "None"]


def test_the_classes_of_parents_and_interfaces_are_found():
    from gi.repository import Gio, GObject

    assert gi.module.get_parent_for_object(Gio.Application.__info__) is GObject.Object
    assert gi.module.get_parent_for_object(GObject.Object.__info__) is GObject.Object
    assert gi.module.get_interfaces_for_object(Gio.SimpleAction.__info__) == [Gio.Action]
    assert gi.module.get_interfaces_for_object(GObject.Object.__info__) == []


def test_virtual_functions_are_found_among_bases():
    import gi.types
    from gi.repository import Gio, GObject

    activate = Gio.Action.__info__.find_vfunc("activate")
    find, conflict = gi.types.find_vfunc_info_in_interface, gi.types.find_vfunc_conflict_in_bases
    assert find((Gio.Action,), "activate") == activate
    assert find((object, GObject.Object, Gio.Action), "activate") == activate
    assert find((Gio.SimpleAction,), "activate") == activate
    assert find((Gio.Action,), "nope") is None
    assert find((GObject.Object,), "notify") is None
    assert find((GObject.GInterface,), "activate") is None
    assert conflict(activate, (Gio.Action,)) is None
    assert conflict(activate, (Gio.Action, Gio.Application)) is Gio.Application
    assert conflict(Gio.Application.__info__.find_vfunc("activate"), (Gio.Application, Gio.Action)) is Gio.Action
    assert conflict(activate, (object, int)) is None


@pytest.mark.parametrize(
    "name, snake",
    [
        ("GObjectFooBar", "g_object_foo_bar"),
        ("DBusConnection", "d_bus_connection"),
        ("GLib", "g_lib"),
        ("TestABC2Def", "test_abc2_def"),
        ("X", "x"),
        ("HTTPServer", "http_server"),
    ],
)
def test_class_names_are_put_into_words(name, snake):
    import gi.types

    assert gi.types.snake_case(name) == snake


def test_an_import_without_a_version_is_told_to_the_importing_line(run):
    program = """
import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    from gi.repository import cairo
    from gi.repository import GLib, Gio
import gi
for warning in caught:
    print(warning.category.__name__, warning.filename, warning.lineno, "gi.require_version('cairo', '1.0')" in str(warning.message))
"""
    assert run(program).split() == ["PyGIWarning", "<string>", "6", "True"]
