"""Says what every field of every struct and union of some namespaces reads as, in a value that has just been made.

Runs under gijit and under PyGObject alike, in a process of its own, and prints one JSON object: from
"Namespace.Type.field" to the text of the value or of the error. Addresses and numbers of GTypes are left out, and
members of enumerations are told by their numbers, since the texts differ between the versions of PyGObject.
"""

import json
import os
import re
import sys
import warnings

import gi
from gi.module import get_introspection_module


def text(value):
    if isinstance(value, int) and type(value) not in (int, bool):
        return f"{type(value).__name__} {int(value)}"
    if isinstance(value, list):
        return f"[{', '.join(map(text, value))}]"
    shown = re.sub(r"0x([0-9a-f]+|\(nil\))", "0x", repr(value))
    return re.sub(r"(<GType \S+) \(\d+\)>", r"\1>", shown)


def error(raised):
    return f"{type(raised).__name__}: {raised}"


def fields(path, record):
    try:
        value = record()
    except Exception as raised:
        yield path, error(raised)
        return
    yield path, text(value)
    for field in record.__info__.get_fields():
        name = field.get_name()
        try:
            yield f"{path}.{name}", text(getattr(value, name))
        except Exception as raised:
            yield f"{path}.{name}", error(raised)


def apart(path, record):
    """What `fields` says, from a process of its own: looking into a value that is not fit for it may end PyGObject."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            json.dump(dict(fields(path, record)), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return json.loads(said) if status == 0 else {path: f"ends with status {status}"}


def main(namespaces):
    warnings.simplefilter("ignore")
    found = {}
    for namespace in namespaces:
        namespace, _, version = namespace.partition("-")
        gi.require_version(namespace, version)
        module = get_introspection_module(namespace)
        for info in gi.Repository.get_default().get_infos(namespace):
            name = info.get_name()
            try:
                record = getattr(module, name)
            except (AttributeError, NotImplementedError):
                continue
            if isinstance(record, type) and issubclass(record, (gi._gi.Struct, gi._gi.Boxed)):
                found.update(apart(f"{namespace}.{name}", record))
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1].split(","))
