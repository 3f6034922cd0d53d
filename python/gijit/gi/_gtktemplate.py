"""Gtk.Template: classes of widgets whose children and handlers stand in XML; and the scopes in which GTK 4 looks for the
functions that XML names. For GTK 3 and 4.

A class that is decorated gets its template and what of it Python wants to see: ``__gtktemplate_methods__`` {handler: name of
the method} and ``__gtktemplate_widgets__`` {child: name of the attribute}. Its objects get their children from
``__dontuse_ginstance_init__``, which ``instance_init`` calls, so that ``__init__`` and the setters of construction find them.
"""

import os
from collections.abc import Mapping, Sequence
from functools import partial

from .repository import Gio, GLib, GObject

SWAPPED = GObject.ConnectFlags.SWAPPED
AFTER = GObject.ConnectFlags.AFTER


def _gtk():
    # This module is imported by parts of Gtk's overrides.
    from .repository import Gtk

    return Gtk


def _extract_handler_and_args(obj_or_map, handler_name):
    """``(callable, arguments)`` for a name that stands in XML: of the entry or attribute of that name, which is a callable,
    or a sequence of one and its arguments.

    AttributeError if there is none, TypeError for anything else.
    """
    if isinstance(obj_or_map, Mapping):
        handler = obj_or_map.get(handler_name)
    else:
        handler = getattr(obj_or_map, handler_name, None)
    if handler is None:
        raise AttributeError(f"Handler {handler_name} not found")
    if isinstance(handler, Sequence):
        if not handler:
            raise TypeError(f"Handler {handler} tuple can not be empty")
        return handler[0], handler[1:]
    if not callable(handler):
        raise TypeError(f"Handler {handler} is not a method, function or tuple")
    return handler, ()


def connect(obj, signal_name, handler, connect_object, flags, arguments=()):
    """Connects what XML says of a signal: with ``connect_object``, if there is one, in the place of the object."""
    is_after = flags & AFTER
    if connect_object is not None:
        join = obj.connect_object_after if is_after else obj.connect_object
        return join(signal_name, handler, connect_object, *arguments)
    join = obj.connect_after if is_after else obj.connect
    return join(signal_name, handler, *arguments)


def _declared(widget, handler_name):
    """The handler of that name of an object with a template, which has it from now on. None if its class declares none."""
    name = widget.__gtktemplate_methods__.get(handler_name)
    if name is None:
        return None
    widget.__gtktemplate_handlers__.add(handler_name)
    return getattr(widget, name)


def connect_func(builder, obj, signal_name, handler_name, connect_object, flags, cls):
    """Connects a handler that the template of ``cls`` names; GTK 3. Names that the class does not declare are passed over.

    RuntimeError for one that is to be called with the objects swapped.
    """
    widget = builder.get_object(cls.__gtype_name__)
    handler = None if widget is None else _declared(widget, handler_name)
    if handler is None:
        return
    if flags & SWAPPED:
        raise RuntimeError(f"{SWAPPED!r} not supported")
    connect(obj, signal_name, handler, connect_object, flags)


def define_builder_scope():
    """A new class of scopes; GTK 4. ``scope(object_or_mapping)`` has the functions that a builder is given, one without an
    object those of the object that is being built from a template."""
    Gtk = _gtk()

    class BuilderScope(GObject.Object, Gtk.BuilderScope):
        def __init__(self, scope_object=None):
            super().__init__()
            self._scope_object = scope_object

        def do_create_closure(self, builder, function_name, flags, connect_object):
            if self._scope_object is not None:
                handler, arguments = _extract_handler_and_args(self._scope_object, function_name)
            else:
                handler, arguments = _declared(builder.get_current_object(), function_name), ()
                if handler is None:
                    return None
            if flags & Gtk.BuilderClosureFlags.SWAPPED:
                raise RuntimeError(f"{SWAPPED!r} not supported")
            closure = partial(handler, *arguments, **({} if connect_object is None else {"swap_data": connect_object}))
            # The extension takes it apart: arguments go behind the signal's, the object in the place of the emitting one.
            closure.__gtk_template__ = True
            return closure

    return BuilderScope


def register_template(cls):
    """Prepares a class that has got its template: says to GTK which children Python wants, and where its functions are.

    RuntimeError if two attributes have the same name in XML.
    """
    methods, widgets = {}, {}

    def note(kind, names, name, attribute):
        if name in names:
            raise RuntimeError(
                f"Error while exposing {kind} {name!r} as {attribute!r}, already available as {names[name]!r}"
            )
        names[name] = attribute

    for attribute, value in list(vars(cls).items()):
        if isinstance(value, CallThing):
            note("handler", methods, attribute if value._name is None else value._name, attribute)
            setattr(cls, attribute, value._func)
        elif isinstance(value, Child):
            name = attribute if value._name is None else value._name
            note("child", widgets, name, attribute)
            cls.bind_template_child_full(name, value._internal, 0)
    cls.__gtktemplate_methods__ = methods
    cls.__gtktemplate_widgets__ = widgets
    if _gtk()._version == "4.0":
        cls.set_template_scope(define_builder_scope()())
    else:
        cls.set_connect_func(connect_func, cls)
    base = cls.init_template
    cls.init_template = cls.__dontuse_ginstance_init__ = lambda self: init_template(self, cls, base)


def init_template(self, cls, base_init_template):
    """Makes the children of a new object of ``cls``, if that has not been done.

    TypeError for an object of another class, RuntimeError if a handler is declared that the template does not mention.
    """
    own = vars(self)
    if "__gtktemplate_handlers__" in own:
        return
    if type(self) is not cls:
        raise TypeError("Inheritance from classes with @Gtk.Template decorators is not allowed at this time")
    own["__gtktemplate_handlers__"] = connected = set()
    base_init_template(self)
    for name, attribute in self.__gtktemplate_widgets__.items():
        own[attribute] = self.get_template_child(cls, name)
    for name in self.__gtktemplate_methods__:
        if name not in connected:
            raise RuntimeError(
                f"Handler '{name}' was declared with @Gtk.Template.Callback but was not present in template"
            )


def validate_resource_path(path):
    """GLib.Error if there is no resource of that path."""
    try:
        Gio.resources_get_info(path, Gio.ResourceLookupFlags.NONE)
    except GLib.Error:
        # Overlays may have files where nothing is registered.
        Gio.resources_lookup_data(path, Gio.ResourceLookupFlags.NONE)


class Child:
    """A child of a template: the attribute, which has to be in the class body, is the widget in each object.

    ``name`` is the child's id, that of the attribute by default. Of an ``internal`` one, builders of others may change
    properties.
    """

    def __init__(self, name=None, **kwargs):
        self._name = name
        self._internal = kwargs.pop("internal", False)
        if kwargs:
            raise TypeError(f"Unhandled arguments: {kwargs!r}")


class CallThing:
    """What stands in a class body for a callback until the class is decorated."""

    def __init__(self, name, func):
        self._name = name
        self._func = func


class Callback:
    """Decorator for a method that the XML of the template names: by ``name``, or by its own."""

    def __init__(self, name=None):
        self._name = name

    def __call__(self, func):
        return CallThing(self._name, func)


class Template:
    """Decorator for a class of widgets with a template, which is a text, a file, or a resource: exactly one of ``string``,
    ``filename`` and ``resource_path``.

    The class has its ``__gtype_name__``, which the XML names too. TypeError for any other class, and GLib.Error if the file
    or resource cannot be read.
    """

    def __init__(self, **kwargs):
        self.string = self.filename = self.resource_path = None
        for name in ("string", "filename", "resource_path"):
            if name in kwargs:
                setattr(self, name, kwargs.pop(name))
                break
        else:
            raise TypeError("Requires one of the following arguments: string, filename, resource_path")
        if kwargs:
            raise TypeError(f"Unhandled keyword arguments {kwargs!r}")

    @classmethod
    def from_file(cls, filename):
        """A template in a file."""
        return cls(filename=filename)

    @classmethod
    def from_string(cls, string):
        """A template in a text."""
        return cls(string=string)

    @classmethod
    def from_resource(cls, resource_path):
        """A template in a resource."""
        return cls(resource_path=resource_path)

    Callback = Callback
    Child = Child

    def __call__(self, cls):
        if not isinstance(cls, type) or not issubclass(cls, _gtk().Widget):
            raise TypeError("Can only use @Gtk.Template on Widgets")
        if "__gtype_name__" not in vars(cls):
            raise TypeError(
                f"{cls.__name__!r} does not have a __gtype_name__. Set it to the name of the class in your template"
            )
        if hasattr(cls, "__gtktemplate_methods__"):
            raise TypeError("Cannot nest template classes")
        if self.resource_path is not None:
            validate_resource_path(self.resource_path)
            cls.set_template_from_resource(self.resource_path)
        else:
            if self.string is None:
                data = Gio.File.new_for_path(os.fspath(self.filename)).load_contents()[1]
            else:
                data = self.string if isinstance(self.string, bytes) else self.string.encode()
            cls.set_template(GLib.Bytes.new(data))
        register_template(cls)
        return cls
