"""Documentation and signatures, as PyGObject 3.58 gives them; whole namespaces are compared in test_infos."""

import collections.abc
import inspect
import typing

import gi.docstring
import pytest
from gi import _gi
from gi.repository import Gio, GLib, GObject

COPY = (
    "copy(self, destination:Gio.File, flags:Gio.FileCopyFlags, cancellable:Gio.Cancellable=None, "
    "progress_callback:Gio.FileProgressCallback=None, progress_callback_data=None) -> bool"
)


def test_functions_are_documented_by_one_line():
    assert Gio.File.copy.__doc__ == COPY
    assert Gio.File.get_basename.__doc__ == "get_basename(self) -> str or None"
    assert Gio.File.new_for_path("/").copy.__doc__ == COPY
    assert GLib.get_home_dir.__doc__ == "get_home_dir() -> str"
    assert GLib.Variant.__info__.find_method("print").__doc__ == "print_(self, type_annotate:bool) -> str"
    new = "new(application_id:str=None, flags:Gio.ApplicationFlags) -> Gio.Application"
    assert Gio.Application.new.__doc__ == new


def test_virtual_functions_signals_and_callbacks_are_documented_too():
    application = Gio.Application.__info__
    assert application.find_vfunc("activate").__doc__ == "activate(self)"
    assert GObject.Object.__info__.get_signals()[0].__doc__ == "notify(pspec:GObject.ParamSpec)"
    callback = gi.Repository.get_default().find_by_name("Gio", "AsyncReadyCallback")
    # The name of the user data is not the same in all versions.
    text = callback.__doc__.replace("user_data", "data")
    assert text == "AsyncReadyCallback(source_object:GObject.Object=None, res:Gio.AsyncResult, data=None)"
    assert GLib.ChecksumType.__info__.__doc__ == ""
    assert Gio.File.copy.get_arguments()[0].__doc__ == ""


def test_classes_are_documented_by_their_constructors():
    header = "\n:Constructors:\n\n::\n\n"
    new = "    new(application_id:str=None, flags:Gio.ApplicationFlags) -> Gio.Application\n"
    assert Gio.Application.__doc__ == f"{header}    Application(**properties)\n{new}"
    assert GLib.Date.__doc__.startswith(f"{header}    Date()\n    new() -> GLib.Date\n")
    assert GLib.Checksum.__doc__ == f"{header}    new(checksum_type:GLib.ChecksumType) -> GLib.Checksum or None\n"
    assert Gio.File.__doc__ == ""
    assert GLib.Mutex.__doc__ == ""


def test_a_python_class_has_its_own_documentation_or_none():
    class A(GLib.Date):
        pass

    class B(A):
        """B's."""

    assert A.__doc__ is None
    assert B.__doc__ == "B's."


def test_a_program_can_write_the_documentation_itself():
    old = gi.docstring.get_doc_string_generator()
    assert old is gi.docstring._generate_doc_dispatch
    try:
        gi.docstring.set_doc_string_generator(lambda info: f"all about {info and info.get_name()}")
        assert gi.docstring.generate_doc_string(None) == "all about None"
        assert Gio.File.copy.__doc__ == "all about copy"
        assert Gio.File.__doc__ == "all about File"
        gi.docstring.set_doc_string_generator(lambda info: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            _ = Gio.File.copy.__doc__
    finally:
        gi.docstring.set_doc_string_generator(old)
    assert Gio.File.copy.__doc__ == COPY


def expect(callable_, text):
    assert str(inspect.signature(callable_)).replace("gi.repository.", "").replace("typing.", "") == text


def test_signatures_have_the_classes_themselves():
    def expected(
        self,
        destination: Gio.File,
        flags: Gio.FileCopyFlags,
        cancellable: Gio.Cancellable | None = None,
        progress_callback: collections.abc.Callable[[int, int, typing.Any], None] | None = None,
        progress_callback_data: typing.Any = None,
    ) -> bool:
        return True

    assert inspect.signature(Gio.File.copy) == inspect.signature(expected)
    assert Gio.File.copy.__signature__ == inspect.signature(expected)
    bound = inspect.signature(Gio.File.new_for_path("/").copy)
    assert list(bound.parameters) == list(inspect.signature(expected).parameters)[1:]


def test_signatures_of_every_kind_of_type():
    expect(GLib.get_home_dir, "() -> str")
    expect(GLib.setenv, "(variable: str, value: str, overwrite: bool) -> bool")
    expect(GLib.shell_parse_argv, "(command_line: str) -> tuple[bool, list[str]]")
    expect(GLib.ascii_strtod, "(nptr: str) -> tuple[float, str]")
    expect(GObject.type_depth, "(type: gobject.GType) -> int")
    expect(Gio.File.new_for_path, "(path: str) -> gi.overrides.Gio.File")
    expect(
        Gio.Application.new,
        "(application_id: str | None, flags: Gio.ApplicationFlags) -> gi.overrides.Gio.Application",
    )
    expect(GLib.idle_source_new, "() -> gi.overrides.GLib.Source")


def test_signatures_of_virtual_functions_have_the_type_first():
    signature = Gio.Application.__info__.find_vfunc("activate").__signature__
    assert str(signature) == "(type, self) -> None"
    # The arguments have a type of their own.
    seek = Gio.FileIOStream.__info__.find_vfunc("seek").__signature__
    assert list(seek.parameters) == ["type_", "self", "offset", "type", "cancellable"]


def test_signatures_of_signals_and_callbacks():
    assert list(GObject.Object.__info__.get_signals()[0].__signature__.parameters) == ["pspec"]
    callback = gi.Repository.get_default().find_by_name("Gio", "AsyncReadyCallback").__signature__
    assert list(callback.parameters)[:-1] == ["source_object", "res"]
    assert list(callback.parameters.values())[-1].default is None
    assert callback.parameters["source_object"].default is inspect.Parameter.empty


def test_a_default_never_comes_before_a_parameter_without():
    for info in gi.Repository.get_default().get_infos("GLib"):
        callables = [info] if isinstance(info, _gi.CallableInfo) else getattr(info, "get_methods", lambda: ())()
        for callable_ in callables:
            defaults = [p.default is not p.empty for p in callable_.__signature__.parameters.values()]
            assert defaults == sorted(defaults)


def test_classes_of_objects_have_no_signature():
    with pytest.raises(ValueError):
        inspect.signature(GObject.Object)


def test_only_callables_have_a_plan():
    with pytest.raises(TypeError):
        _gi._describe(GObject.Object.__info__)
    with pytest.raises(TypeError):
        _gi._describe(3)
