"""Questions: an object that this program offers on a bus of its own, and proxies for it. They build on one another, so all
are answered by one process: by the client in the main thread, while the service runs in another."""

import os
import subprocess
import threading
import warnings

import gi
from asking import _answer
from gi.repository import Gio, GLib

XML = """<node><interface name='test.Gijit'>
<method name='Zero'/>
<method name='One'><arg type='i' direction='in'/><arg type='i' direction='out'/></method>
<method name='Two'><arg type='s' direction='in'/><arg type='i' direction='out'/><arg type='s' direction='out'/></method>
<method name='Pair'><arg type='(is)' direction='out'/></method>
<method name='Dict'><arg type='a{sv}' direction='in'/><arg type='a{sv}' direction='out'/></method>
<method name='Fail'/><method name='Late'/><method name='Raise'/>
<property name='Number' type='i' access='readwrite'/>
<property name='Text' type='s' access='read'/>
<property name='Bad' type='i' access='read'/>
<signal name='Rang'><arg type='i'/></signal>
</interface></node>"""

# One that this program alone uses, and that ends with it.
daemon = subprocess.Popen(
    ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"],
    stdout=subprocess.PIPE,
    stderr=subprocess.DEVNULL,
    text=True,
)
ADDRESS = daemon.stdout.readline().strip()
FLAGS = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
INTERFACE = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
PROPERTIES = "org.freedesktop.DBus.Properties"


def connect():
    return Gio.DBusConnection.new_for_address_sync(ADDRESS, FLAGS, None, None)


def ask(key, function):
    print(key, _answer(function), sep="\t", flush=True)


class Service(threading.Thread):
    """Offers the object at several paths, and notes how it is called."""

    def __init__(self):
        super().__init__(daemon=True)
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.notes = []
        self.number = 5

    def run(self):
        self.context.push_thread_default()
        self.connection = connect()
        register = self.connection.register_object
        ask("register/number", lambda: register("/whole", INTERFACE, self.called, self.get, self.set) > 0)
        ask("register/twice", lambda: register("/whole", INTERFACE, self.called, self.get, self.set))
        ask(
            "register/keywords",
            lambda: (
                register(
                    object_path="/keywords",
                    interface_info=INTERFACE,
                    method_call_closure=self.called,
                    get_property_closure=self.get,
                )
                > 0
            ),
        )
        ask("register/methods only", lambda: register("/methods", INTERFACE, self.called) > 0)
        ask("register/not callable", lambda: register("/wrong", INTERFACE, 5))
        ask("register/no interface", lambda: register("/wrong", None, self.called))
        ask("register/a keyword", lambda: register("/wrong", INTERFACE, self.called, nothing=5))
        number = register("/gone", INTERFACE, self.called)
        ask("register/back", lambda: self.connection.unregister_object(number))
        bus = "org.freedesktop.DBus"
        name = GLib.Variant("(su)", ("test.Gijit", 0))
        self.connection.call_sync(bus, "/org/freedesktop/DBus", bus, "RequestName", name, None, 0, -1, None)
        self.ready.set()
        self.loop.run()

    def called(self, *args):
        connection, sender, path, interface, name, parameters, invocation = args
        self.notes.append((type(connection).__name__, sender[0], path, interface, name, parameters.unpack()))
        if name == "One":
            invocation.return_value(GLib.Variant("(i)", (parameters.unpack()[0] + 1,)))
        elif name == "Two":
            invocation.return_value(GLib.Variant("(is)", (3, *parameters.unpack())))
        elif name == "Pair":
            invocation.return_value(GLib.Variant("((is))", ((3, "x"),)))
        elif name == "Dict":
            invocation.return_value(GLib.Variant.new_tuple(parameters.get_child_value(0)))
        elif name == "Late":
            later = GLib.timeout_source_new(400)
            later.set_callback(lambda *_: invocation.return_value(None))
            later.attach(self.context)
        elif name == "Fail":
            invocation.return_dbus_error("test.Error", "bad things")
        elif name == "Raise":
            try:
                raise GLib.Error("nothing there", "g-io-error-quark", 1)
            except GLib.Error as error:
                invocation.return_gerror(error)
        else:
            invocation.return_value(None)

    def get(self, *args):
        connection, sender, path, interface, name = args
        self.notes.append((type(connection).__name__, sender[0], path, interface, "get", name))
        return {"Number": GLib.Variant("i", self.number), "Text": GLib.Variant("s", "text")}.get(name)

    def set(self, *args):
        connection, sender, path, interface, name, value = args[:6]
        self.notes.append((type(connection).__name__, sender[0], path, interface, "set", name, value.unpack()))
        self.number = value.unpack()
        return True


print("version", gi.version_info, sep="\t", flush=True)
service = Service()
service.start()
assert service.ready.wait(20)
client = connect()


def proxy_for(path, interface="test.Gijit", flags=Gio.DBusProxyFlags.NONE):
    return Gio.DBusProxy.new_sync(client, flags, None, "test.Gijit", path, interface, None)


def remote_error(method):
    try:
        method()
    except GLib.Error as error:
        return error.domain, error.code, Gio.DBusError.get_remote_error(error)


proxy = proxy_for("/whole")
ask("proxy/class", lambda: (type(proxy).__name__, type(proxy).__module__))
ask("proxy/cached", lambda: (proxy.get_cached_property("Number"), sorted(proxy.get_cached_property_names())))
ask("proxy/method", lambda: (type(proxy.One).__name__, callable(proxy.One), proxy.One is proxy.One))
ask("proxy/attribute", lambda: (setattr(proxy, "mine", 5), proxy.mine))
ask("proxy/own", lambda: proxy.get_interface_name())

EMPTY = {}
MANY = {"a": GLib.Variant("i", 5), "b": GLib.Variant("as", ["x"])}
CALLS = {
    "Zero": [(), ("()",), ("",), (None,), ((),), (5,)],
    "One": [
        ("(i)", 5),
        ("(i)",),
        ("(i)", 1, 2),
        ("i", 1),
        (5,),
        ("(zz)", 1),
        ("(i)", "a"),
        ("(i)", 2**40),
        ("(s)", "a"),
    ],
    "Two": [("(s)", "a"), ("(s)", "ä"), ("(s)", None)],
    "Pair": [()],
    "Dict": [("(a{sv})", EMPTY), ("(a{sv})", MANY), ("(a{sv})", {"a": 5})],
    "Fail": [()],
    "Raise": [()],
    "Missing": [()],
}
for name, calls in CALLS.items():
    for args in calls:
        ask(f"call/{name}/{args!r}", lambda name=name, args=args: getattr(proxy, name)(*args))
ask("call/remote error", lambda: remote_error(proxy.Fail))
ask("call/timeout", lambda: proxy.Late(timeout=50))
ask("call/timeout/wrong", lambda: proxy.Zero(timeout="x"))
ask("call/flags", lambda: proxy.Zero(flags=Gio.DBusCallFlags.NO_AUTO_START))
ask("call/flags/wrong", lambda: proxy.Zero(flags="x"))
ask("call/signature as keyword", lambda: proxy.Zero(signature="()"))
ask("call/no handler", lambda: proxy.One("(i)", 5, result_handler=None))
ask("call/error handler alone", lambda: proxy.Fail(error_handler=print))


def run(loop):
    with warnings.catch_warnings():
        # PyGObject asks asyncio for what Python 3.14 calls deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        loop.run()


def told(method, *args, error=True, **more):
    """What the handlers of a call that does not wait are told."""
    loop, found = GLib.MainLoop(), []

    def handler(kind):
        def handle(*args):
            found.append((kind, args[0] is proxy, *map(repr, args[1:])))
            loop.quit()

        return handle

    if error:
        more["error_handler"] = handler("error")
    returned = method(*args, result_handler=handler("result"), **more)
    run(loop)
    return returned, found


ask("async/none", lambda: told(proxy.Zero))
ask("async/one", lambda: told(proxy.One, "(i)", 5))
ask("async/two", lambda: told(proxy.Two, "(s)", "x"))
ask("async/data", lambda: told(proxy.Two, "(s)", "x", user_data=7))
ask("async/error", lambda: told(proxy.Fail))
ask("async/error/data", lambda: told(proxy.Fail, user_data=7))
ask("async/error/no handler", lambda: told(proxy.Fail, error=False))
ask("async/error/no handler/data", lambda: told(proxy.Fail, error=False, user_data=7))
ask("async/timeout", lambda: told(proxy.Late, timeout=50))
ask("async/wrong", lambda: proxy.One("(i)", "a", result_handler=print))

properties = proxy_for("/whole", PROPERTIES)
ask("property/get", lambda: properties.Get("(ss)", "test.Gijit", "Number"))
ask("property/set", lambda: properties.Set("(ssv)", "test.Gijit", "Number", GLib.Variant("i", 9)))
ask("property/get again", lambda: properties.Get("(ss)", "test.Gijit", "Number"))
ask("property/get/text", lambda: properties.Get("(ss)", "test.Gijit", "Text"))
ask("property/get/none", lambda: properties.Get("(ss)", "test.Gijit", "Bad"))
ask("property/get/missing", lambda: properties.Get("(ss)", "test.Gijit", "Missing"))
ask("property/set/read-only", lambda: properties.Set("(ssv)", "test.Gijit", "Text", GLib.Variant("s", "x")))
ask("property/set/wrong", lambda: properties.Set("(ssv)", "test.Gijit", "Number", GLib.Variant("s", "x")))
keywords = proxy_for("/keywords", PROPERTIES)
ask("property/keywords/get", lambda: keywords.Get("(ss)", "test.Gijit", "Number"))
methods = proxy_for("/methods", flags=Gio.DBusProxyFlags.DO_NOT_LOAD_PROPERTIES)
ask("methods only", lambda: methods.One("(i)", 1))


def heard():
    loop, found = GLib.MainLoop(), []

    def handle(proxy, sender, name, parameters, *data):
        found.append((sender[0], name, parameters, data))
        loop.quit()

    handler = proxy.connect("g-signal", handle, "data")
    service.connection.emit_signal(None, "/whole", "test.Gijit", "Rang", GLib.Variant("(i)", (5,)))
    run(loop)
    proxy.disconnect(handler)
    return found


ask("signal", heard)
print("service", sorted(set(map(repr, service.notes))), sep="\t", flush=True)
daemon.terminate()
daemon.wait()
os._exit(0)
