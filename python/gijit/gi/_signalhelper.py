"""Signals that a class statement defines: ``GObject.Signal``, and how a class's become its ``__gsignals__``.

Compat surface, section 3.5.
"""

import sys
from collections import ChainMap
from types import FunctionType, MethodType

from . import _gi

_RUN_FIRST = 1


class Signal(str):
    """A signal of a GObject class, which is also its name.

    Use it as ``moved = Signal(arg_types=(int, int))``, or as a decorator of the class handler, with or without
    arguments; the handler's annotations are then the types, unless ``return_type`` or ``arg_types`` is given. A signal
    without a name is called as its attribute is.

    ``flags`` are a ``GObject.SignalFlags``; ``accumulator(hint, accumulated, returned[, accu_data])`` returns whether
    the emission goes on, and the new accumulated value. An instance has a bound signal in its place.
    """

    class BoundSignal(str):
        """A signal of one object: what is connected to it, and emits it, without its name."""

        __slots__ = ("gobj", "signal")

        def __new__(cls, name, *args, **kwargs):
            return str.__new__(cls, name)

        def __init__(self, signal, gobj):
            self.signal = signal
            self.gobj = gobj

        def __repr__(self):
            return f'BoundSignal("{self}")'

        def __call__(self, *args, **kwargs):
            """Runs the class handler that the signal was made of; handlers that are connected are not called."""
            return self.signal.func(self.gobj, *args, **kwargs)

        def connect(self, callback, *args, **kwargs):
            """As ``connect`` of the object."""
            return self.gobj.connect(self, callback, *args, **kwargs)

        def connect_detailed(self, callback, detail, *args, **kwargs):
            """Connects to emissions with this detail."""
            return self.gobj.connect(f"{self.signal}::{detail}", callback, *args, **kwargs)

        def disconnect(self, handler_id):
            """Takes back what ``connect`` has returned an id for."""
            self.gobj.disconnect(handler_id)

        def emit(self, *args, **kwargs):
            """As ``emit`` of the object."""
            return self.gobj.emit(self.signal, *args, **kwargs)

    def __new__(cls, name="", *args, **kwargs):
        return str.__new__(cls, name.__name__ if callable(name) else name)

    def __init__(
        self,
        name="",
        func=None,
        flags=_RUN_FIRST,
        return_type=None,
        arg_types=None,
        doc="",
        accumulator=None,
        accu_data=None,
    ):
        if func is None and callable(name):
            func = name
        if func is not None:
            doc = doc or getattr(func, "__doc__", "")
            if not (return_type or arg_types):
                return_type, arg_types = get_signal_annotations(func)
        self.func = func
        self.flags = flags
        self.return_type = return_type
        self.arg_types = () if arg_types is None else arg_types
        self.__doc__ = doc
        self.accumulator = accumulator
        self.accu_data = accu_data

    def __get__(self, instance, owner=None):
        return self if instance is None else self.BoundSignal(self, instance)

    def __call__(self, obj, *args, **kwargs):
        """Of an object, runs the class handler; of a function, is the signal with it for a class handler."""
        if isinstance(obj, _gi.GObject):
            self.func(obj, *args, **kwargs)
            return None
        return self._with(str(self) or getattr(obj, "__name__", ""), obj)

    def copy(self, newName=None):
        """The same signal under another name."""
        return self._with(str(self) if newName is None else newName, self.func)

    def _with(self, name, func):
        return type(self)(
            name=name,
            func=func,
            flags=self.flags,
            return_type=self.return_type,
            arg_types=self.arg_types,
            doc=self.__doc__,
            accumulator=self.accumulator,
            accu_data=self.accu_data,
        )

    def get_signal_args(self):
        """The signal as an entry of ``__gsignals__``: (flags, return type, argument types, accumulator, its data)."""
        return (self.flags, self.return_type, self.arg_types, self.accumulator, self.accu_data)


class SignalOverride(Signal):
    """Another class handler for a signal that a base of the class has. Used as ``Signal`` is."""

    def get_signal_args(self):
        """What marks an override in ``__gsignals__``."""
        return "override"


def get_signal_annotations(func):
    """The types that a function's annotations give a signal: (return type, argument types), without those of ``self``
    and of arguments that only have keywords. (None, ()) for what is no function of Python."""
    if isinstance(func, MethodType):
        func = func.__func__
    if not isinstance(func, FunctionType):
        return None, ()
    code = func.__code__
    names = ("return", *code.co_varnames[: code.co_argcount])
    types = {name: _annotated(func, func.__annotations__[name]) for name in names if name in func.__annotations__}
    return types.pop("return", None), tuple(types.values())


def _annotated(func, annotation):
    """What an annotation stands for, where a module has it as text (``from __future__ import annotations``). A text that
    is no expression of Python's is left: it may be the name of a GType."""
    if not isinstance(annotation, str):
        return annotation
    namespace = func.__globals__
    # The class statement comes after the function's own module, and what is around the statement after that.
    frame = sys._getframe(1)
    around = []
    while frame is not None:
        if frame.f_globals is namespace and frame.f_locals is not namespace:
            around.append(frame.f_locals)
        frame = frame.f_back
    try:
        return eval(annotation, namespace, ChainMap(*around))
    except (NameError, SyntaxError):
        return annotation


def install_signals(cls):
    """Makes entries of ``__gsignals__`` of the Signal objects of a class, and methods ``do_<name>`` of their functions.

    Signals without a name get their attribute's. A method ``do_<name>`` that is there, or in a base that Python has
    made, remains the class handler. ValueError where two signals have one name.
    """
    namespace = vars(cls)
    entries = namespace.get("__gsignals__", {})
    if not isinstance(entries, dict):
        raise TypeError("__gsignals__ attribute not a dict!")
    entries = dict(entries)
    taken = {name.replace("_", "-") for name in entries if isinstance(name, str)}
    handlers = {}
    for attribute, signal in list(namespace.items()):
        if not isinstance(signal, Signal):
            continue
        if not str(signal):
            signal = signal.copy(attribute)
            setattr(cls, attribute, signal)
        name = str(signal)
        key = name.replace("_", "-")
        if key in taken:
            raise ValueError(f'Signal "{attribute}" has already been registered.')
        taken.add(key)
        entries[name] = signal.get_signal_args()
        if signal.func is not None:
            handlers["do_" + key.replace("-", "_")] = signal.func
    cls.__gsignals__ = entries
    for name, function in handlers.items():
        known = next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)
        # A virtual function of a library is there to be implemented.
        if known is None or isinstance(known, _gi.CallableInfo):
            setattr(cls, name, function)
