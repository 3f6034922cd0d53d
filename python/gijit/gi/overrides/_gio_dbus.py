"""D-Bus: methods of other programs as methods of a proxy, and objects of this one."""

from .. import PyGIWarning
from ..module import get_introspection_module
from . import override

__all__ = [
    "DBusAnnotationInfo",
    "DBusArgInfo",
    "DBusConnection",
    "DBusInterfaceInfo",
    "DBusMethodInfo",
    "DBusNodeInfo",
    "DBusProxy",
    "DBusSignalInfo",
]

GLib = get_introspection_module("GLib")
Gio = get_introspection_module("Gio")


def _not_directly(name):
    """The class of Gio with this name, with a warning for who makes an instance by calling it."""
    base = getattr(Gio, name)

    def __init__(self, *args, **kwargs):
        base.__init__(self, *args, **kwargs)
        import warnings

        warnings.warn(f"Gio.{name} shouldn't be instantiated directly.", PyGIWarning, stacklevel=2)

    members = {"__module__": "gi.overrides.Gio", "__doc__": vars(base)["__doc__"], "__init__": __init__}
    return override(type(base)(name, (base,), members))


DBusAnnotationInfo = _not_directly("DBusAnnotationInfo")
DBusArgInfo = _not_directly("DBusArgInfo")
DBusInterfaceInfo = _not_directly("DBusInterfaceInfo")
DBusMethodInfo = _not_directly("DBusMethodInfo")
DBusNodeInfo = _not_directly("DBusNodeInfo")
DBusSignalInfo = _not_directly("DBusSignalInfo")


def _no_method(connection, sender, path, interface, method, parameters, invocation):
    """Answers for an object that has no methods: GLib ends the program where nobody does."""
    invocation.return_dbus_error(
        "org.freedesktop.DBus.Error.UnknownMethod", f"{path} has no method {interface}.{method}"
    )


@override
class DBusConnection(Gio.DBusConnection):
    __module__ = "gi.overrides.Gio"
    __doc__ = vars(Gio.DBusConnection)["__doc__"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        import warnings

        warnings.warn("Gio.DBusConnection shouldn't be instantiated directly.", PyGIWarning, stacklevel=2)

    # The older of the two functions has the closures called with properties' values in places of its own.
    _register = getattr(Gio.DBusConnection, "register_object_with_closures2", Gio.DBusConnection.register_object)

    def register_object(
        self,
        object_path,
        interface_info,
        method_call_closure=None,
        get_property_closure=None,
        set_property_closure=None,
    ):
        """Offers an object with one interface to other programs; returns the number with which it can be taken back.

        ``method_call_closure(connection, sender, path, interface, method, parameters, invocation)`` is called for methods,
        ``get_property_closure(connection, sender, path, interface, property)`` returns a GLib.Variant, and
        ``set_property_closure(connection, sender, path, interface, property, value)`` whether it has set one.
        GLib.Error if the interface is there already.
        """
        return self._register(
            object_path,
            interface_info,
            _no_method if method_call_closure is None else method_call_closure,
            get_property_closure,
            set_property_closure,
        )


class _DBusProxyMethodCall:
    """A method of a proxy's object."""

    __module__ = "gi.overrides.Gio"
    __slots__ = ("_name", "_proxy")

    def __init__(self, proxy, name):
        self._proxy = proxy
        self._name = name

    def __call__(
        self,
        *args,
        result_handler=None,
        error_handler=None,
        user_data=None,
        flags=Gio.DBusCallFlags.NONE,
        timeout=-1,
    ):
        """Calls it with ``args``: nothing, or the signature of the arguments, such as "(si)", and the arguments.

        Waits for the result: None, a value, or a tuple of several; GLib.Error if there is none within ``timeout``
        milliseconds (-1: GLib's usual). With ``result_handler`` it does not wait: when there is a result,
        ``result_handler(proxy, result, user_data)`` is called, or ``error_handler(proxy, error, user_data)``; without an
        ``error_handler``, the other one gets the error too.
        """
        if args:
            signature, *values = args
            if not isinstance(signature, str):
                raise TypeError(f"first argument must be the method signature string: {signature!r}")
            parameters = GLib.Variant(signature, tuple(values))
        else:
            parameters = None
        proxy = self._proxy
        if result_handler is None:
            return _result(proxy.call_sync(self._name, parameters, flags, timeout, None))

        def finish(proxy, answer, _=None):
            try:
                result, handler = _result(proxy.call_finish(answer)), result_handler
            except Exception as error:
                # The frame, which is in the error's traceback, shall not hold the error.
                result, handler = error.with_traceback(None), error_handler or result_handler
            handler(proxy, result, user_data)

        proxy.call(self._name, parameters, flags, timeout, None, finish)
        return None


def _result(variant):
    """What a method returned: D-Bus has a tuple for it always."""
    results = variant.unpack()
    if len(results) > 1:
        return results
    return results[0] if results else None


@override
class DBusProxy(Gio.DBusProxy):
    """An interface of an object of another program. The methods of the interface are methods of this, too:
    ``proxy.Add("(ii)", 1, 2)``, with the signature of the arguments before them."""

    __module__ = "gi.overrides.Gio"

    def __getattr__(self, name):
        if name.startswith("do_"):
            # What a class may implement and this one does not.
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return _DBusProxyMethodCall(self, name)
