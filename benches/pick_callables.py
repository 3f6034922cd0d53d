#!/usr/bin/env python3
"""Writes callables.tsv: some 1,300 different C functions that any program may call once, with arguments, on any machine.

The rows about first calls and about LLVM staying away need many different functions that are harmless and take and give
only what gijit's first conversions cover. This program chooses them on PyGObject: by their types and names first, then by
calling each in a process of its own and keeping those that end well and say nothing. It needs Linux and the typelibs below,
must run as an ordinary user, and is run again by hand when the list is to change. It measures nothing.

A line of the list: OWNER <tab> NAME <tab> ARGUMENTS, where OWNER is the expression of a namespace, a class, or a new
instance. Usage: pick_callables.py > callables.tsv
"""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator

import gi

gi.require_version("GIRepository", "2.0")
from gi.repository import GIRepository as R  # noqa: E402

NAMESPACES = {
    "GLib": "2.0",
    "GObject": "2.0",
    "Gio": "2.0",
    "Pango": "1.0",
    "GdkPixbuf": "2.0",
    "Gdk": "4.0",
    "Gsk": "4.0",
    "Gtk": "4.0",
    "Graphene": "1.0",
}
T = R.TypeTag
SCALARS = {
    T.BOOLEAN: "True",
    T.INT8: "1",
    T.UINT8: "1",
    T.INT16: "1",
    T.UINT16: "1",
    T.INT32: "1",
    T.UINT32: "1",
    T.INT64: "1",
    T.UINT64: "1",
    T.FLOAT: "1.0",
    T.DOUBLE: "1.0",
    T.UNICHAR: "'a'",
}
# Not for everybody at any time: they end, block, free, change the process or the machine, or talk to another one.
DANGEROUS = re.compile(
    r"(^|_)(free|unref|ref|exit|abort|quit|run|kill|lock|trylock|unlock|wait|spawn|fork|close|destroy|remove|delete|unlink|trap|breakpoint"
    r"|assert|assertion|usleep|poll|iteration|push|pop|alloc|alloc0|malloc|malloc0|test|init|atexit|prgname|setenv|unsetenv|environ|thread|atomic|bus|dbus"
    r"|async|finish|sync|connect|send|receive|read|write|launch|open|mount|eject|trash|steal|take|release|emit|clear|dup|handler|log|print|printerr"
    r"|warning|message|critical|error_literal|mem|slice|rand|random|timeout|idle|child|source|register|tmp|mkdir|rename|chdir|logv|blow|chunk|cancel"
    r"|disconnect|attach|acquire|default|vfs|portal|network|resolver|proxy|monitor|display|clipboard|backend|unix|desktop|app|volume|load|save"
    r"|module|plugin|on|blocking|cache|string_chunk|intern|static"
    # These write to, free or step out of the text that they are given.
    r"|strfreev|strlcpy|strlcat|strncpy|strnfill|stpcpy|strdelimit|strcanon|strreverse|strchug|strchomp|prev_char|find_prev|pointer_to_offset|offset_to_pointer"
    r"|reset|stop|pending)(_|$)"
)
GETTER = re.compile(
    r"^(get|is|has|can|peek|to|hash|list|should|was|contains|equal|n|set|length|width|height|depth|min|max|near)(_|$)"
)
# Constructors whose arguments must mean something. The rest is found by asking every class.
INSTANCES = [
    "Gio.DataInputStream.new(Gio.MemoryInputStream.new())",
    "Gio.DataOutputStream.new(Gio.MemoryOutputStream.new_resizable())",
    "Gio.BufferedInputStream.new(Gio.MemoryInputStream.new())",
    "Gio.BufferedOutputStream.new(Gio.MemoryOutputStream.new_resizable())",
    "Gio.File.new_for_path('/usr')",
    "Gio.InetAddress.new_from_string('127.0.0.1')",
    "Gio.InetSocketAddress.new_from_string('127.0.0.1', 80)",
    "Gio.InetAddressMask.new_from_string('10.0.0.0/8')",
    "Gio.Icon.new_for_string('folder')",
    "Gio.ThemedIcon.new('folder')",
    "Gio.FileIcon.new(Gio.File.new_for_path('/usr'))",
    "Gio.NetworkAddress.new('localhost', 80)",
    "Gio.NetworkService.new('http', 'tcp', 'localhost')",
    "Gio.File.new_for_path('/usr').query_info('standard::*', Gio.FileQueryInfoFlags.NONE, None)",
    "GLib.DateTime.new_utc(2024, 2, 29, 12, 30, 15.0)",
    "GLib.Date.new_dmy(29, GLib.DateMonth.FEBRUARY, 2024)",
    "GLib.Uri.parse('http://user@localhost:8080/path?q#f', GLib.UriFlags.NONE)",
    "GLib.TimeZone.new_utc()",
    "GLib.MainLoop.new(None, False)",
    "GLib.Regex.new('a+', 0, 0)",
    "GLib.BookmarkFile.new()",
    "Pango.FontDescription.from_string('Sans Bold 12')",
    "Pango.Language.from_string('en')",
    "Pango.TabArray.new(2, True)",
    "Pango.AttrList.new()",
    "GdkPixbuf.Pixbuf.new(GdkPixbuf.Colorspace.RGB, False, 8, 4, 4)",
    "Gdk.ContentFormats.new(None)",
    "Gdk.ContentFormatsBuilder.new()",
    "Gsk.Transform.new()",
    "Gsk.RoundedRect()",
    "Gdk.RGBA()",
    "Gdk.Rectangle()",
    "Graphene.Rect.zero()",
    "Graphene.Point.zero()",
    "Graphene.Point3D.zero()",
    "Graphene.Vec2.one()",
    "Graphene.Vec3.one()",
    "Graphene.Vec4.one()",
    "Graphene.Size.zero()",
    "Graphene.Box.one()",
]


def tag_of(type_info):
    return R.type_info_get_tag(type_info)


def dangerous_class(name: str) -> bool:
    """The same test for the words of a class name, such as the monitor in UnixMountMonitor."""
    return DANGEROUS.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()) is not None


def literal(type_info, nullable: bool) -> str | None:
    """An argument for a parameter of this type, as Python source; None if there is no harmless one."""
    tag = tag_of(type_info)
    if R.type_info_is_pointer(type_info):
        if nullable and tag in (T.INTERFACE, T.UTF8):
            return "None"
        return "'a'" if tag == T.UTF8 else None
    if tag == T.INTERFACE:
        target = R.type_info_get_interface(type_info)
        if target.get_type() in (R.InfoType.ENUM, R.InfoType.FLAGS) and R.enum_info_get_n_values(target):
            value = R.enum_info_get_value(target, 0).get_name().upper().replace("-", "_")
            return f"{target.get_namespace()}.{target.get_name()}.{value}" if value.isidentifier() else None
    return SCALARS.get(tag)


def gives_covered(type_info) -> bool:
    """Whether a result of this type is one of the covered families, and not a container, a variant, a value or foreign."""
    tag = tag_of(type_info)
    if tag == T.INTERFACE:
        target = R.type_info_get_interface(type_info)
        kind = target.get_type()
        if kind in (R.InfoType.ENUM, R.InfoType.FLAGS):
            return True
        name = f"{target.get_namespace()}.{target.get_name()}"
        if name in ("GLib.Variant", "GObject.Value", "GObject.ParamSpec", "GObject.Closure", "GLib.Bytes"):
            return False
        if kind in (R.InfoType.STRUCT, R.InfoType.BOXED):
            return (
                R.type_info_is_pointer(type_info)
                and not R.struct_info_is_foreign(target)
                and not name.startswith("cairo.")
            )
        return kind in (R.InfoType.OBJECT, R.InfoType.INTERFACE)
    if tag == T.VOID:
        return not R.type_info_is_pointer(type_info)
    if tag in (T.UTF8, T.FILENAME):
        return True
    return (tag in SCALARS or tag == T.GTYPE) and not R.type_info_is_pointer(type_info)


def arguments_of(function) -> str | None:
    """A tuple of arguments, as source; None if some argument or result is outside what is wanted."""
    if not gives_covered(R.callable_info_get_return_type(function)):
        return None
    given = []
    for index in range(R.callable_info_get_n_args(function)):
        argument = R.callable_info_get_arg(function, index)
        direction = R.arg_info_get_direction(argument)
        type_info = R.arg_info_get_type(argument)
        if direction == R.Direction.OUT:
            # An output's type is its own: the pointer to it is implied.
            plain = tag_of(type_info) in SCALARS or tag_of(type_info) in (T.UTF8, T.GTYPE)
            if not plain or R.arg_info_is_caller_allocates(argument):
                return None
            continue
        if direction != R.Direction.IN or R.arg_info_get_ownership_transfer(argument) != R.Transfer.NOTHING:
            return None
        value = literal(type_info, R.arg_info_may_be_null(argument))
        if value is None:
            return None
        given.append(value)
    return f"({', '.join(given)}{',' if len(given) == 1 else ''})"


def methods_of(info) -> Iterator:
    for prefix, kind in (
        ("object", R.InfoType.OBJECT),
        ("interface", R.InfoType.INTERFACE),
        ("struct", R.InfoType.STRUCT),
    ):
        if info.get_type() == kind:
            for index in range(getattr(R, f"{prefix}_info_get_n_methods")(info)):
                yield getattr(R, f"{prefix}_info_get_method")(info, index)


def instance_sources(repository) -> Iterator[str]:
    yield from INSTANCES
    for namespace in NAMESPACES:
        for index in range(repository.get_n_infos(namespace)):
            info = repository.get_info(namespace, index)
            if dangerous_class(info.get_name()):
                continue
            for method in methods_of(info):
                flags = R.function_info_get_flags(method)
                if flags & R.FunctionInfoFlags.IS_CONSTRUCTOR and not DANGEROUS.search(method.get_name()):
                    values = arguments_of(method)
                    if values is not None:
                        yield f"{namespace}.{info.get_name()}.{method.get_name()}{values.replace(',)', ')')}"


def survives(source: str, scope: dict) -> bool:
    """Whether a process of its own runs this to its end in half a second, with no error and not a word."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        try:
            result = eval(source, scope)
            del result
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        words = pipe.read()
    return os.waitpid(child, 0)[1] == 0 and not words


def replay(lines: list[str], scope: dict) -> None:
    """Calls everything of the list in this process, twice, on shared instances, and announces each line by its number."""
    warnings.simplefilter("error")
    owners: dict[str, object] = {}
    for index, line in enumerate(lines):
        os.write(1, f"{index}\n".encode())
        owner, name, values = line.split("\t")
        if owner not in owners:
            owners[owner] = eval(owner, scope)
        for _ in range(2):
            getattr(owners[owner], name)(*eval(values, scope))
    # The instances go too: a call may have left one in a state that cannot be freed.
    owners.clear()
    os.write(1, b"end\n")


def first_failure(lines: list[str]) -> int | None:
    """The place of the line after which a fresh process that replays the list fails, speaks or hangs; None if none does."""
    child = subprocess.Popen(
        [sys.executable, __file__, "--replay"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        said = child.communicate("\n".join(lines), timeout=20)[0]
    except subprocess.TimeoutExpired:
        child.kill()
        said = child.communicate()[0]
    words = said.splitlines()
    if child.returncode == 0 and words == [*map(str, range(len(lines))), "end"]:
        return None
    # The first word out of turn belongs to the call announced just before it.
    in_turn = next((place for place, word in enumerate(words) if word != str(place)), len(words))
    print(*words[in_turn : in_turn + 3], sep="\n", file=sys.stderr)
    return max(0, min(in_turn, len(lines)) - 1)


def candidates(repository, scope: dict) -> Iterator[tuple[str, str, str, str]]:
    """(C symbol, owner, name, arguments), the static functions first and then the methods, instance by instance."""
    for namespace in NAMESPACES:
        for index in range(repository.get_n_infos(namespace)):
            info = repository.get_info(namespace, index)
            if info.get_type() != R.InfoType.FUNCTION and dangerous_class(info.get_name()):
                continue
            functions = [info] if info.get_type() == R.InfoType.FUNCTION else methods_of(info)
            owner = namespace if info.get_type() == R.InfoType.FUNCTION else f"{namespace}.{info.get_name()}"
            for function in functions:
                if not R.callable_info_is_method(function):
                    values = arguments_of(function)
                    name = function.get_name()
                    if (
                        values is not None
                        and not function.is_deprecated()
                        and not DANGEROUS.search(name)
                        and not name.startswith("set_")
                    ):
                        yield R.function_info_get_symbol(function), owner, name, values
    for source in instance_sources(repository):
        if not survives(source, scope):
            continue
        try:
            instance = eval(source, scope)
        except Exception:
            continue
        if instance is None:
            continue
        for class_ in type(instance).__mro__:
            info = class_.__dict__.get("__info__")
            if info is None:
                continue
            known = repository.find_by_name(info.get_namespace(), info.get_name())
            if known is None or info.get_namespace() not in NAMESPACES:
                continue
            for method in methods_of(known):
                name = method.get_name()
                flags = R.function_info_get_flags(method)
                if not flags & R.FunctionInfoFlags.IS_METHOD or not GETTER.search(name) or DANGEROUS.search(name):
                    continue
                values = arguments_of(method)
                if values is not None and not method.is_deprecated():
                    yield R.function_info_get_symbol(method), source, name, values


def main() -> None:
    if os.geteuid() == 0:
        sys.exit("pick_callables.py calls whatever it finds: run it as an ordinary user")
    os.chdir(tempfile.mkdtemp(prefix="gijit-pick-"))
    repository = R.Repository.get_default()
    scope: dict = {}
    for namespace, version in NAMESPACES.items():
        gi.require_version(namespace, version)
        scope[namespace] = getattr(__import__("gi.repository", fromlist=[namespace]), namespace)
        repository.require(namespace, version, 0)
    if sys.argv[1:] == ["--replay"]:
        replay(sys.stdin.read().split("\n"), scope)
        return
    # What GLib complains about must be heard: on PyGObject its criticals are Python warnings.
    warnings.simplefilter("always")
    seen: set[str] = set()
    chosen: list[str] = []
    print(
        "# Written by pick_callables.py: run that again. OWNER, NAME and ARGUMENTS of functions that anybody may call once."
    )
    for symbol, owner, name, values in candidates(repository, scope):
        if symbol in seen or not name.isidentifier():
            continue
        source = f"({owner}).{name}"
        if survives(f"1 / (type({source}).__name__ == 'FunctionInfo')", scope) and survives(
            f"[{source}{values}, {source}{values}]", scope
        ):
            seen.add(symbol)
            chosen.append(f"{owner}\t{name}\t{values}")
    while (bad := first_failure(chosen)) is not None:
        print("left out, for it fails after all before it:", chosen.pop(bad), file=sys.stderr)
    print(*chosen, sep="\n")
    print(f"{len(chosen)} functions", file=sys.stderr)


if __name__ == "__main__":
    main()
