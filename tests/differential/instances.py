"""How to make an instance of a class, as a Python expression: by hand where it takes knowledge, else by search.

Expressions use covered calls alone. Runs under the peer's Python; a candidate counts when a forked child made an
instance with it.
"""

import os
import select
import signal
import sys

import confine
import names
import pools
import surface

BY_HAND = {
    "GLib.Bytes": "bytes_of('hello')",
    "GLib.KeyFile": "key_file()",
    "GLib.Date": "GLib.Date.new_dmy(3, GLib.DateMonth.FEBRUARY, 2024)",
    "GLib.DateTime": "GLib.DateTime.new_utc(2024, 2, 29, 12, 30, 15.5)",
    "GLib.TimeZone": "GLib.TimeZone.new_utc()",
    "GLib.Uri": "GLib.Uri.parse('https://user@example.org:8080/a/b?c=d#e', GLib.UriFlags.NONE)",
    "GLib.Regex": "GLib.Regex.new('a(?<n>b*)c', GLib.RegexCompileFlags(0), GLib.RegexMatchFlags(0))",
    "GLib.MainLoop": "GLib.MainLoop.new(GLib.MainContext.new(), False)",
    "GLib.MainContext": "GLib.MainContext.new()",
    "GLib.Source": "GLib.timeout_source_new(1000)",
    "GLib.Checksum": "GLib.Checksum.new(GLib.ChecksumType.SHA256)",
    "GLib.VariantType": "GLib.VariantType.new('(sa{sv})')",
    "GLib.VariantBuilder": "GLib.VariantBuilder.new(GLib.VariantType.new('a{sv}'))",
    "GLib.Variant": "GLib.Variant.new_string('text')",
    "GLib.PatternSpec": "GLib.PatternSpec.new('a*c')",
    "GLib.Rand": "GLib.Rand.new_with_seed(5)",
    "GLib.String": "GLib.String.new('abc')",
    "GLib.Dir": "GLib.Dir.open('folder', 0)",
    "GLib.MappedFile": "GLib.MappedFile.new('file.txt', False)",
    "GLib.IOChannel": "GLib.IOChannel.new_file('file.txt', 'r')",
    "GObject.Object": "GijitFixtures.object_make(GijitFixtures.Thing)",
    "GObject.InitiallyUnowned": "GijitFixtures.Floater.new()",
    "Gio.File": "Gio.File.new_for_path('file.txt')",
    "Gio.FileInfo": "file_info()",
    "Gio.InputStream": "Gio.MemoryInputStream.new_from_bytes(bytes_of('one\\ntwo\\n'))",
    "Gio.MemoryInputStream": "Gio.MemoryInputStream.new_from_bytes(bytes_of('one\\ntwo\\n'))",
    "Gio.FileInputStream": "Gio.File.new_for_path('file.txt').read(None)",
    "Gio.OutputStream": "Gio.MemoryOutputStream.new_resizable()",
    "Gio.MemoryOutputStream": "Gio.MemoryOutputStream.new_resizable()",
    "Gio.FileOutputStream": "Gio.File.new_for_path('file.txt').append_to(Gio.FileCreateFlags.NONE, None)",
    "Gio.FileIOStream": "Gio.File.new_for_path('file.txt').open_readwrite(None)",
    "Gio.FileEnumerator": "Gio.File.new_for_path('.').enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, None)",
    "Gio.DataInputStream": "Gio.DataInputStream.new(make('Gio.InputStream'))",
    "Gio.DataOutputStream": "Gio.DataOutputStream.new(make('Gio.OutputStream'))",
    "Gio.BufferedInputStream": "Gio.BufferedInputStream.new(make('Gio.InputStream'))",
    "Gio.BufferedOutputStream": "Gio.BufferedOutputStream.new(make('Gio.OutputStream'))",
    "Gio.FilterInputStream": "make('Gio.BufferedInputStream')",
    "Gio.FilterOutputStream": "make('Gio.BufferedOutputStream')",
    "Gio.IOStream": "Gio.SimpleIOStream.new(make('Gio.InputStream'), make('Gio.OutputStream'))",
    "Gio.Icon": "Gio.ThemedIcon.new('folder')",
    "Gio.LoadableIcon": "Gio.FileIcon.new(make('Gio.File'))",
    "Gio.Emblem": "Gio.Emblem.new(make('Gio.Icon'))",
    "Gio.EmblemedIcon": "Gio.EmblemedIcon.new(make('Gio.Icon'), None)",
    "Gio.InetAddress": "Gio.InetAddress.new_from_string('127.0.0.1')",
    "Gio.InetSocketAddress": "Gio.InetSocketAddress.new(make('Gio.InetAddress'), 80)",
    "Gio.SocketAddress": "Gio.InetSocketAddress.new(make('Gio.InetAddress'), 80)",
    "Gio.SocketConnectable": "Gio.NetworkAddress.new('127.0.0.1', 80)",
    "Gio.UnixSocketAddress": "Gio.UnixSocketAddress.new('socket')",
    "Gio.Socket": "Gio.Socket.new(Gio.SocketFamily.IPV4, Gio.SocketType.STREAM, Gio.SocketProtocol.TCP)",
    "Gio.InetAddressMask": "Gio.InetAddressMask.new_from_string('127.0.0.0/8')",
    "Gio.Action": "Gio.SimpleAction.new('name', None)",
    "Gio.SimpleAction": "Gio.SimpleAction.new('name', None)",
    "Gio.ActionGroup": "Gio.SimpleActionGroup.new()",
    "Gio.ActionMap": "Gio.SimpleActionGroup.new()",
    "Gio.ListModel": "Gio.ListStore.new(GijitFixtures.Thing)",
    "Gio.ListStore": "Gio.ListStore.new(GijitFixtures.Thing)",
    "Gio.MenuModel": "menu()",
    "Gio.Menu": "menu()",
    "Gio.MenuAttributeIter": "menu().iterate_item_attributes(0)",
    "Gio.MenuLinkIter": "menu().iterate_item_links(1)",
    "Gio.TcpConnection": "make('Gio.Socket').connection_factory_create_connection()",
    "Gio.UnixConnection": "Gio.Socket.new(Gio.SocketFamily.UNIX, Gio.SocketType.STREAM, "
    "Gio.SocketProtocol.DEFAULT).connection_factory_create_connection()",
    "Gio.MenuItem": "Gio.MenuItem.new('label', 'app.action')",
    "Gio.Application": "Gio.Application.new('org.example.App', Gio.ApplicationFlags.NON_UNIQUE)",
    "Gio.Converter": "Gio.ZlibCompressor.new(Gio.ZlibCompressorFormat.RAW, 5)",
    "Gio.ZlibCompressor": "Gio.ZlibCompressor.new(Gio.ZlibCompressorFormat.RAW, 5)",
    "Gio.ZlibDecompressor": "Gio.ZlibDecompressor.new(Gio.ZlibCompressorFormat.RAW)",
    "Gio.CharsetConverter": "Gio.CharsetConverter.new('UTF-8', 'ISO-8859-1')",
    "Gio.DBusMessage": "Gio.DBusMessage.new_signal('/org/example/Object', 'org.example.Interface', 'Changed')",
    "Gio.DBusNodeInfo": "Gio.DBusNodeInfo.new_for_xml(\"<node><interface name='a.b'><method name='M'/></interface></node>\")",
    "Gio.FileAttributeMatcher": "Gio.FileAttributeMatcher.new('standard::*')",
    "Gio.SrvTarget": "Gio.SrvTarget.new('example.org', 80, 1, 2)",
    "Gio.AppInfo": "Gio.AppInfo.create_from_commandline('/bin/true %U', 'True', Gio.AppInfoCreateFlags.NONE)",
    "Gio.AsyncResult": "GijitFixtures.object_make(Gio.SimpleAsyncResult)",
    "GijitFixtures.Thing": "GijitFixtures.Thing.new_with_name('thing')",
    "GijitFixtures.Named": "GijitFixtures.Named.new_private('named')",
    "GijitFixtures.Box": "GijitFixtures.Box.new(3)",
    "GijitFixtures.Point": "GijitFixtures.Point.new_at(3., 4.)",
    "GIMarshallingTests.Object": "GIMarshallingTests.Object.new(42)",
    "GIMarshallingTests.BoxedStruct": "GIMarshallingTests.boxed_struct_returnv()",
    "GijitFixtures.Plain": "GijitFixtures.struct_out_full()",
}
# Instances that hold on to memory of their maker, start threads or wait for somebody.
NEVER = {
    *(
        "GLib.MatchInfo",
        "GLib.Thread",
        "GLib.Mutex",
        "GLib.RecMutex",
        "GLib.RWLock",
        "GLib.Cond",
        "GLib.Private",
        "GLib.Once",
    ),
    *(
        "GLib.ThreadPool",
        "GLib.TestCase",
        "GLib.TestSuite",
        "GLib.Hook",
        "GLib.HookList",
        "GLib.Sequence",
        "GLib.SequenceIter",
    ),
    *(
        "Gio.Settings",
        "Gio.SettingsSchemaSource",
        "Gio.VolumeMonitor",
        "Gio.NetworkMonitor",
        "Gio.PowerProfileMonitor",
        "Gio.MemoryMonitor",
    ),
    *(
        "Gio.SimpleProxyResolver",
        "Gio.DBusConnection",
        "Gio.DBusProxy",
        "Gio.DBusServer",
        "Gio.Subprocess",
        "Gio.UnixMountMonitor",
        "Gio.ThreadedSocketService",
    ),
}
SECONDS = 5


class Instances:
    """Finds recipes for the classes of the given namespaces.

    `callables` are all covered ones, `skipped` says which not to use; expressions are tried in the folder `scratch`.
    """

    def __init__(self, namespaces, callables, skipped, scratch):
        self.scratch = scratch
        self.recipes = {}
        self.names = names.namespace(self.recipes)
        self.kinds = {path: (kind, info) for namespace in namespaces for path, kind, info in surface.classes(namespace)}
        self.makers = {}
        for callable_ in callables:
            if (
                callable_.kind != "method"
                and callable_.result is not None
                and callable_.result.path
                and not skipped(callable_.path)
            ):
                self.makers.setdefault(callable_.result.path, []).append(callable_)
        self.tried = set()
        for path, expression in BY_HAND.items():
            if path.split(".")[0] in self.names:
                self.recipes[path] = expression
        for path in list(BY_HAND):
            if path in self.recipes and not self.works(path, self.recipes[path]):
                # A library's version decides what it has.
                print(f"the recipe for {path} makes none here: {self.recipes.pop(path)}", file=sys.stderr)

    def expression(self, path):
        """The expression `make('…')` for a class, or None if no way to make one was found."""
        if path not in self.recipes and path not in self.tried:
            self.tried.add(path)
            if path not in NEVER:
                for candidate in self.candidates(path):
                    if self.works(path, candidate):
                        self.recipes[path] = candidate
                        break
        return f"make({path!r})" if path in self.recipes else None

    def candidates(self, path):
        for maker in sorted(
            self.makers.get(path, ()), key=lambda m: (m.kind != "constructor", m.throws, len(m.arguments), m.path)
        ):
            if maker.outputs or maker.kind == "function" and path.startswith("GLib."):
                continue
            specs = [self.ordinary(argument, maker.path) for argument in maker.arguments]
            if None not in specs:
                yield f"{maker.path}({', '.join(specs)})"
        if path not in self.kinds:
            return
        kind, info = self.kinds[path]
        if kind == "object" and not info.get_abstract():
            yield f"GijitFixtures.object_make({path})"
        if kind in ("struct", "union") and info.get_size() > 0:
            yield f"{path}()"
        if kind in ("object", "interface"):
            for other, (other_kind, other_info) in self.kinds.items():
                if (
                    other_kind == "object"
                    and other != path
                    and derives(other_info, path)
                    and (expression := self.expression(other))
                ):
                    yield expression

    def ordinary(self, argument, callable_path=""):
        """The spec of a value that an argument takes, None if there is none."""
        type_ = argument.type
        if type_.family in ("enum", "flags"):
            members = self.members(type_.path)
            return f"{type_.path}.{members[0][0]}" if members else None
        if type_.items:
            items = [self.ordinary(surface.Argument("item", item, "in"), "") for item in type_.items]
            return None if None in items else pools.container(type_, items, callable_path)
        if type_.path is None:
            return pools.ordinary(argument, callable_path)
        if type_.path == "GLib.Bytes" and callable_path.startswith("GIMarshallingTests"):
            return pools.ordinary(argument, callable_path)
        found = self.expression(type_.path)
        return "None" if found is None and argument.nullable else found

    def fits(self, path, wanted):
        """Whether an instance of one class is also one of another."""
        return path in self.kinds and self.kinds[path][0] == "object" and derives(self.kinds[path][1], wanted)

    def members(self, path):
        """Of an enumeration or flags: (name in Python, value, nick)."""
        namespace, name = path.split(".")
        info = surface.gi.Repository.get_default().find_by_name(namespace, name)
        return [
            (v.get_name_unescaped().upper().replace("-", "_"), v.get_value(), v.get_name_unescaped().replace("_", "-"))
            for v in info.get_values()
        ]

    def works(self, path, expression):
        """Whether an expression makes an instance of a class, tried in a child."""
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(reader)
                null = os.open(os.devnull, os.O_RDWR)
                for descriptor in (0, 1, 2):
                    os.dup2(null, descriptor)
                confine.to_folder(self.scratch)
                made = eval(expression, self.names)
                cls = names.walk(self.names[path.split(".")[0]], path.split(".")[1:])
                os.write(writer, b"y" if isinstance(made, cls) else b"n")
            finally:
                os._exit(0)
        os.close(writer)
        ready, _, _ = select.select([reader], [], [], SECONDS)
        answer = os.read(reader, 1) if ready else b""
        os.close(reader)
        if not ready:
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        return answer == b"y"


def derives(info, path):
    """Whether a class is below another or implements an interface."""
    while info is not None:
        if surface.class_path(info) == path or any(surface.class_path(i) == path for i in info.get_interfaces()):
            return True
        info = info.get_parent()
    return False
