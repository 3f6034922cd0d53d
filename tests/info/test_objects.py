"""Info objects as Python objects: what they are, what they refuse, and what PyGObject cannot be asked about."""

import copy
import gc
import sys
import weakref

import pytest
from gi import Repository, _gi
from gi.repository import Gio, GLib, GObject

REPOSITORY = Repository.get_default()

CALLABLE = ["FunctionInfo", "VFuncInfo", "SignalInfo", "CallbackInfo"]
REGISTERED = ["EnumInfo", "UnionInfo", "StructInfo", "ObjectInfo", "InterfaceInfo"]
OTHER = [
    "ConstantInfo",
    "ValueInfo",
    "FieldInfo",
    "PropertyInfo",
    "ArgInfo",
    "TypeInfo",
    "ErrorDomainInfo",
    "UnresolvedInfo",
]


def find(name, *members):
    info = REPOSITORY.find_by_name(*name.split("."))
    for getter, member in members:
        (info,) = (child for child in getattr(info, getter)() if child.get_name() == member)
    return info


def test_classes_derive_from_each_other():
    for name in CALLABLE:
        assert getattr(_gi, name).__mro__[-3:] == (_gi.CallableInfo, _gi.BaseInfo, object)
    for name in REGISTERED:
        assert getattr(_gi, name).__mro__[1:] == (_gi.RegisteredTypeInfo, _gi.BaseInfo, object)
    for name in OTHER:
        assert getattr(_gi, name).__mro__[1:] == (_gi.BaseInfo, object)


def test_classes_have_the_module_that_pygobject_gives_them():
    for name in [*CALLABLE, *REGISTERED, *OTHER, "BaseInfo", "CallableInfo", "RegisteredTypeInfo"]:
        builtin = name in ("StructInfo", "ObjectInfo", "InterfaceInfo")
        assert getattr(_gi, name).__module__ == ("builtins" if builtin else "gi")
        assert getattr(_gi, name).__name__ == name


@pytest.mark.parametrize("name", [*CALLABLE, *REGISTERED, *OTHER, "BaseInfo", "CallableInfo", "RegisteredTypeInfo"])
def test_nobody_makes_an_info_but_the_repository(name):
    cls = getattr(_gi, name)
    with pytest.raises(TypeError):
        cls()
    with pytest.raises(TypeError):
        object.__new__(cls)
    subclass = type("Sub", (cls,), {})
    with pytest.raises(TypeError):
        subclass()
    with pytest.raises(TypeError):
        object.__new__(subclass)


def test_a_class_of_infos_cannot_be_put_in_place_of_another():
    arg = GLib.getenv.get_arguments()[0]
    with pytest.raises(TypeError):
        arg.__class__ = _gi.TypeInfo
    with pytest.raises(TypeError):
        _gi.TypeInfo.get_tag(arg)
    with pytest.raises(TypeError):
        _gi.BaseInfo.get_name(3)


@pytest.mark.parametrize(
    "info, text",
    [
        (lambda: find("GObject.Object"), "ObjectInfo(Object)"),
        (lambda: find("Gio.File"), "InterfaceInfo(File)"),
        (lambda: find("GLib.List"), "StructInfo(List)"),
        (lambda: find("GLib.DoubleIEEE754"), "gi.UnionInfo(DoubleIEEE754)"),
        (lambda: find("GLib.ChecksumType"), "gi.EnumInfo(ChecksumType)"),
        (lambda: find("Gio.AsyncReadyCallback"), "gi.CallbackInfo(AsyncReadyCallback)"),
        (lambda: Gio.File.copy, "gi.FunctionInfo(copy)"),
        (lambda: Gio.File.copy.get_arguments()[0], "gi.ArgInfo(destination)"),
        (lambda: Gio.File.copy.get_return_type(), "gi.TypeInfo(type_type_instance)"),
    ],
)
def test_an_info_shows_its_class_and_its_name(info, text):
    assert repr(info()) == text


def test_infos_are_equal_if_they_are_about_the_same_thing():
    first, second = find("GObject.Object"), find("GObject.Object")
    assert first is not second
    assert first == second and not first != second and first.equal(second) is True
    assert first != find("GObject.ParamSpec") and first.equal(find("GObject.ParamSpec")) is False
    assert first != "Object" and not first == 3
    assert first.equal(3) is NotImplemented
    assert find("Gio.File").find_method("copy") == Gio.File.copy
    assert Gio.File.copy != Gio.File.move
    with pytest.raises(TypeError):
        first < second  # noqa: B015


def test_infos_have_no_hash_but_weak_references():
    for info in (find("GObject.Object"), Gio.File.copy, Gio.File.copy.get_arguments()[0]):
        with pytest.raises(TypeError):
            hash(info)
        reference = weakref.ref(info)
        assert reference() is info
    info = find("GObject.Object")
    reference = weakref.ref(info)
    del info
    assert reference() is None


def test_infos_cannot_be_copied_or_changed():
    info = find("GObject.Object")
    with pytest.raises(TypeError):
        copy.copy(info)
    with pytest.raises(AttributeError):
        info.something = 1
    with pytest.raises(TypeError):
        _gi.BaseInfo.something = 1


def test_functions_have_the_attributes_of_infos_and_no_others():
    assert Gio.File.copy.__name__ == "copy"
    assert Gio.File.copy.__module__ == "gi.repository.Gio"
    for name in ("__self__", "__qualname__", "__dict__", "__info__"):
        assert not hasattr(Gio.File.copy, name)
    assert _gi.FunctionInfo.__doc__ is None


def test_names_are_escaped_where_python_needs_it():
    method = GLib.Variant.__info__.find_method("print")
    assert (method.get_name(), method.__name__, method.get_name_unescaped()) == ("print_", "print_", "print")
    # Dashes stay.
    signal = find("Gio.ActionGroup", ("get_signals", "action-added"))
    assert signal.get_name() == signal.__name__ == signal.get_name_unescaped() == "action-added"


def test_methods_found_through_infos_can_be_called():
    checksum = find("GLib.Checksum")
    path = Gio.File.new_for_path("/etc")
    assert find("Gio.File").find_method("get_path")(path) == "/etc"
    assert find("Gio.File").find_method("get_path").invoke(path) == "/etc"
    assert find("GLib.get_prgname").invoke() == GLib.get_prgname()
    assert find("Gio.File").find_method("new_for_path")("/usr").get_path() == "/usr"
    assert checksum.find_method("no such method") is None
    with pytest.raises(TypeError, match="Must be string, not int"):
        checksum.find_method(3)


def test_what_is_no_function_cannot_be_called():
    for info, error in (
        (find("GObject.Object", ("get_vfuncs", "notify")), TypeError),
        (find("GObject.Object", ("get_signals", "notify")), TypeError),
        (find("Gio.AsyncReadyCallback"), TypeError),
    ):
        with pytest.raises(error):
            info()
        with pytest.raises(error):
            info.invoke()


def test_a_virtual_function_binds_to_the_type_of_its_class():
    vfunc = find("Gio.Application", ("get_vfuncs", "activate"))
    bound = vfunc.__get__(None, Gio.Application)
    assert bound.__func__ is vfunc
    assert bound.__self__ == Gio.Application.__gtype__
    with pytest.raises(AttributeError):
        vfunc.__get__(None, int)


def test_a_method_knows_the_virtual_function_it_calls():
    interface = find("Gio.File")
    method = interface.find_method("copy")
    assert method.get_vfunc() == interface.find_vfunc("copy")
    assert interface.find_vfunc("copy").get_invoker() == method
    assert interface.find_method("new_for_path").get_vfunc() is None
    assert GLib.getenv.get_vfunc() is None


def test_an_accessor_knows_its_property():
    application = find("Gio.Application")
    names = {method.get_name(): method.get_property() for method in application.get_methods()}
    assert names["get_application_id"] == find("Gio.Application", ("get_properties", "application-id"))
    assert names["activate"] is None


def test_an_asynchronous_function_knows_the_one_that_finishes_it():
    interface = find("Gio.File")
    finish = interface.find_method("load_contents_async").get_finish_func()
    assert finish == interface.find_method("load_contents_finish")
    assert interface.find_method("load_contents_finish").get_finish_func() is None
    assert interface.find_method("load_contents").get_finish_func() is None
    assert Gio.bus_get.get_finish_func() == Gio.bus_get_finish
    assert GLib.getenv.get_finish_func() is None


def test_array_questions_about_other_types_have_an_answer():
    """PyGObject aborts the process here."""
    ty = GLib.get_prgname.get_return_type()
    assert ty.get_tag_as_string() == "utf8"
    assert (ty.get_array_type(), ty.get_array_length_index(), ty.get_array_fixed_size()) == (-1, -1, -1)
    assert ty.is_zero_terminated() is False
    assert ty.get_param_type(0) is None and ty.get_param_type(-1) is None and ty.get_param_type(100000) is None
    with pytest.raises(TypeError):
        ty.get_param_type("0")


def test_a_type_without_a_gtype_is_void():
    assert find("GLib.List").get_g_type() == GObject.GType(None)
    assert find("GLib.List").get_type_name() is None and find("GLib.List").get_type_init() is None
    assert find("GObject.Object").get_g_type().name == "GObject"
    assert find("GLib.Variant").get_g_type().name == "GVariant"


def test_missing_attributes_of_a_result_are_an_error():
    with pytest.raises(AttributeError, match="no such key"):
        GLib.getenv.get_return_attribute("no such key")


def test_fields_have_no_access_until_records_have():
    field = find("GLib.List").get_fields()[0]
    with pytest.raises((NotImplementedError, TypeError)):
        field.get_value(3)
    with pytest.raises((NotImplementedError, TypeError)):
        field.set_value(3, 4)
    with pytest.raises(TypeError):
        field.set_value(3)


def test_classes_have_their_info():
    assert GObject.Object.__info__ == find("GObject.Object")
    assert isinstance(Gio.File.__info__, _gi.InterfaceInfo)
    assert isinstance(GLib.Checksum.__info__, _gi.StructInfo)
    assert isinstance(GLib.DoubleIEEE754.__info__, _gi.UnionInfo)
    assert isinstance(GLib.ChecksumType.__info__, _gi.EnumInfo)
    assert GLib.ChecksumType.MD5.__info__ == find("GLib.ChecksumType")
    assert GLib.Checksum.__info__ is GLib.Checksum.__info__
    assert Gio.Cancellable().__info__ == find("Gio.Cancellable")
    # A class that no namespace describes has that of its parent or interface.
    assert isinstance(type(Gio.File.new_for_path("/")).__info__, _gi.BaseInfo)


def test_the_info_of_a_class_can_be_replaced():
    old = GLib.DateTime.__info__
    GLib.DateTime.__info__ = "not an info"
    try:
        assert GLib.DateTime.__info__ == "not an info"
    finally:
        GLib.DateTime.__info__ = old
    assert GLib.DateTime.__info__ is old


def test_numbers_have_names():
    assert (_gi.Direction.IN, _gi.Direction.OUT, _gi.Direction.INOUT) == (0, 1, 2)
    assert (_gi.Transfer.NOTHING, _gi.Transfer.CONTAINER, _gi.Transfer.EVERYTHING) == (0, 1, 2)
    assert _gi.TypeTag.UNICHAR == 21 and _gi.ArrayType.BYTE_ARRAY == 3 and _gi.ScopeType.NOTIFIED == 3
    assert _gi.FunctionInfoFlags.WRAPS_VFUNC == 16 and _gi.VFuncInfoFlags.NOT_OVERRIDE == 4
    assert _gi.FieldInfoFlags.IS_WRITABLE == 2


def test_infos_are_freed():
    def use():
        for info in REPOSITORY.get_infos("GObject"):
            for method in getattr(info, "get_methods", lambda: ())():
                for arg in method.get_arguments():
                    assert arg.get_container() == method
                    arg.get_type_info().get_interface(), repr(arg), arg.get_attribute("x")
            assert info == info and info.get_container() is None

    def blocks():
        gc.collect()
        return sys.getallocatedblocks()

    use()
    before = blocks()
    for _ in range(5):
        use()
    assert abs(blocks() - before) < 200
