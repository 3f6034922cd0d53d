"""What Python adds to GObject: functions of the namespace, and methods of ``GObject.Object`` that are rarely used.

Compat surface, section 4.3. What most programs use is elsewhere: the methods of objects in the extension, ``Property``
and ``Signal`` in ``_propertyhelper`` and ``_signalhelper``.
"""

import warnings
from collections import namedtuple

from .. import PyGIDeprecationWarning, _constants, _gi
from ..module import get_introspection_module
from . import _lazy, override

__all__ = [
    "Binding",
    "Float",
    "remove_emission_hook",
    "signal_accumulator_first_wins",
    "signal_accumulator_true_handled",
    "signal_handler_block",
    "signal_list_ids",
    "signal_list_names",
    "signal_lookup",
    "signal_parse_name",
    "signal_query",
    "threads_init",
    "type_from_name",
    "type_parent",
    "type_register",
]

GObject = get_introspection_module("GObject")


def __getattr__(name):
    """All else of the namespace: ``gi.overrides.GObject.Object`` is ``GObject.Object``."""
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(GObject, name)


class Float(float):
    """A number that travels as a ``gfloat`` where a plain float would be a ``gdouble``: in a GValue without a type."""

    __gtype__ = _constants.TYPE_FLOAT


# ---- Types ----


def type_from_name(name):
    """The GType with this name. RuntimeError if there is none."""
    gtype = GObject.type_from_name(name)
    if gtype == _constants.TYPE_INVALID:
        raise RuntimeError(f"unknown type name: {name}")
    return gtype


def type_parent(type_):
    """The GType that a GType derives from. RuntimeError for one that derives from none."""
    parent = GObject.type_parent(type_)
    if parent == _constants.TYPE_INVALID:
        raise RuntimeError("no parent for type")
    return parent


def type_register(class_, type_name=None):
    """The class. It has been registered with GObject by its class statement; this is for programs of a time when it
    was not."""
    if not isinstance(class_, type):
        raise TypeError(f"gobject.type_register() argument 1 must be type, not {type(class_).__name__}")
    return class_


def threads_init():
    """Does nothing: threads need no preparation."""
    warnings.warn(
        "threads_init() does nothing since PyGObject 3.11: "
        "https://pygobject.gnome.org/guide/threading.html#threads-faq",
        PyGIDeprecationWarning,
        stacklevel=2,
    )


# ---- Signals ----

#: What a signal is, as ``signal_query`` says it; the last is a tuple of GTypes.
SignalQuery = namedtuple("SignalQuery", "signal_id signal_name itype signal_flags return_type param_types")


def _type_with_signals(type_):
    """The GType of a type, class or object. TypeError if nothing of that type can have signals."""
    gtype = type_ if isinstance(type_, _gi.GType) else getattr(type_, "__gtype__", None)
    if gtype is None:
        gtype = _gi.GType(type_)
    if not gtype.is_instantiatable() and not gtype.is_interface():
        raise TypeError(f"type must be instantiable or an interface, got {gtype!r}")
    return gtype


def signal_list_ids(type_):
    """The ids of the signals that a type itself has, as a list. TypeError for types without signals."""
    return GObject.signal_list_ids(_type_with_signals(type_))


def signal_list_names(type_):
    """Their names, as a tuple."""
    return tuple(GObject.signal_name(signal_id) for signal_id in signal_list_ids(type_))


def signal_lookup(name, type_):
    """The id of the signal that a type has, or gets from another, under this name; 0 if there is none."""
    return GObject.signal_lookup(name, _type_with_signals(type_))


def signal_query(id_or_name, type_=None):
    """What a signal is: a SignalQuery, or None if there is no such signal. A name needs a type to look it up in."""
    if isinstance(id_or_name, str):
        if type_ is None:
            raise TypeError("signal_query() needs the type that has the signal, or the signal's id")
        id_or_name = signal_lookup(id_or_name, type_)
    found = GObject.signal_query(id_or_name)
    # A GLib that returns the query has room for it, and says that there is no signal by an id of 0.
    if found is None or found.signal_id == 0:
        return None
    return SignalQuery(
        found.signal_id,
        found.signal_name,
        found.itype,
        found.signal_flags,
        found.return_type,
        tuple(found.param_types),
    )


def signal_parse_name(detailed_signal, itype, force_detail_quark):
    """The ids of a signal and of its detail, 0 for none, as a tuple. ValueError for a name that the type does not know.

    A detail that nobody has used becomes known with ``force_detail_quark``.
    """
    found, signal_id, detail = GObject.signal_parse_name(detailed_signal, itype, force_detail_quark)
    if not found:
        raise ValueError(f"{itype!r}: unknown signal name: {detailed_signal}")
    return signal_id, detail


def remove_emission_hook(obj, detailed_signal, hook_id):
    """Takes back what ``add_emission_hook`` has returned ``hook_id`` for."""
    signal_id, _ = signal_parse_name(detailed_signal, obj, True)
    GObject.signal_remove_emission_hook(signal_id, hook_id)


def signal_accumulator_first_wins(ihint, return_accu, handler_return, user_data=None):
    """An accumulator: the first handler that is called decides, the others are not called."""
    return False, handler_return


def signal_accumulator_true_handled(ihint, return_accu, handler_return, user_data=None):
    """An accumulator: the first handler that returns True decides, those after it are not called."""
    return not handler_return, handler_return


class _HandlerBlockManager:
    """A handler is blocked; leaving the context unblocks it."""

    def __init__(self, obj, handler_id):
        self.obj = obj
        self.handler_id = handler_id

    def __enter__(self):
        pass

    def __exit__(self, kind, error, traceback):
        GObject.signal_handler_unblock(self.obj, self.handler_id)


def signal_handler_block(obj, handler_id):
    """Blocks a handler of an object: it is not called. The result is a context manager that unblocks it in the end."""
    GObject.signal_handler_block(obj, handler_id)
    return _HandlerBlockManager(obj, handler_id)


# ---- Objects ----


def _swapped(handler, datum):
    """A handler that gets ``datum`` first, and its object last."""
    return lambda instance, *args: handler(datum, *args, instance)


class _FreezeNotifyManager:
    """Notifications of an object are held back; leaving the context sends them."""

    def __init__(self, obj):
        self.obj = obj

    def __enter__(self):
        pass

    def __exit__(self, kind, error, traceback):
        self.obj.thaw_notify()


#: What the typelib has under the names of methods that Python offers differently, or not at all.
_NATIVE = {method.get_name(): method for method in GObject.Object.__info__.get_methods()}


def _warn(text):
    warnings.warn(text, PyGIDeprecationWarning, stacklevel=3)


class _Methods:
    def connect_data(self, detailed_signal, handler, *data, connect_flags=0):
        """Connects a handler in the way that ``connect_flags``, a ``GObject.ConnectFlags``, says; returns its id.

        With SWAPPED, which needs exactly one datum (else ValueError), that is the first argument and the object the
        last.
        """
        after = connect_flags & GObject.ConnectFlags.AFTER
        if connect_flags & GObject.ConnectFlags.SWAPPED:
            if len(data) != 1:
                raise ValueError(
                    f"Using GObject.ConnectFlags.SWAPPED requires exactly one argument for user data, got: [{data}]"
                )
            handler, data = _swapped(handler, *data), ()
        connect = self.connect_after if after else self.connect
        return connect(detailed_signal, handler, *data)

    def freeze_notify(self):
        """Holds back notifications until ``thaw_notify``. The result is a context manager that calls it in the end."""
        _NATIVE["freeze_notify"](self)
        return _FreezeNotifyManager(self)

    def handler_block(self, handler_id):
        """Blocks a handler: it is not called. The result is a context manager that unblocks it in the end."""
        return signal_handler_block(self, handler_id)

    def emit_stop_by_name(self, detailed_signal):
        """Deprecated: ``stop_emission_by_name``."""
        _warn("Deprecated, please use stop_emission_by_name.")
        return self.stop_emission_by_name(detailed_signal)

    def stop_emission(self, detailed_signal):
        """Deprecated: ``stop_emission_by_name``."""
        _warn("Deprecated, please use stop_emission_by_name.")
        return self.stop_emission_by_name(detailed_signal)

    def _ref(self):
        """Takes a reference. Deprecated: wrappers do so."""
        _warn("Deprecated, do not explicitly reference GObjects.")
        return _NATIVE["ref"](self)

    def _ref_sink(self):
        """Takes a reference, or the one that nobody has. Deprecated: wrappers do so."""
        _warn("Deprecated, do not explicitly reference GObjects.")
        return _NATIVE["ref_sink"](self)

    def _unref(self):
        """Gives up a reference. Deprecated: wrappers do so."""
        _warn("Deprecated, do not explicitly reference GObjects.")
        return _NATIVE["unref"](self)

    def _force_floating(self):
        """Makes the reference one that nobody has. Deprecated."""
        _warn("Deprecated, do not explicitly float GObjects.")
        return _NATIVE["force_floating"](self)

    def _unsupported_method(self, *args, **kwargs):
        raise RuntimeError("This method is currently unsupported.")

    def _unsupported_data_method(self, *args, **kwargs):
        raise RuntimeError("Data access methods are unsupported. Use normal Python attributes instead")


def _methods():
    """The methods that this module adds to ``GObject.Object``, by name: those of ``_lazy.METHODS``."""
    found = {name: value for name, value in vars(_Methods).items() if not name.startswith("__")}
    for name, function in found.items():
        function.__qualname__ = f"Object.{name}"
    found.update(dict.fromkeys(_lazy.DATA_ACCESS, found.pop("_unsupported_data_method")))
    found.update(dict.fromkeys(_lazy.UNSUPPORTED, found.pop("_unsupported_method")))
    return found


METHODS = _methods()
for _name in METHODS:
    setattr(GObject.Object, _name, METHODS[_name])


@override
class Binding(GObject.Binding):
    """What ties two properties together."""

    def __call__(self):
        """The binding itself. Deprecated: there is nothing to call it for."""
        _warn(
            "Using parentheses (binding()) to retrieve the Binding object is no longer needed because the binding is "
            'returned directly from "bind_property.'
        )
        return self
