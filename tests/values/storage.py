"""Questions about enumerations and flags that C stores as numbers of every width: run by ``test_storage.py``, under
gijit or PyGObject, with a copy of GijitStorage's typelib that says so.
"""

import os
import pathlib
import struct
import tempfile

#: The tag of the storage, and the member that each enumeration has besides 0.
WIDTHS = {
    "int8": (2, -3),
    "uint8": (3, 200),
    "int16": (4, -300),
    "uint16": (5, 60000),
    "int64": (8, -70000),
    "uint64": (9, 70000),
}


def patch(folder):
    """Writes the storage of every enumeration into a copy of the typelib: a tag, in five bits of the blob."""
    name = "GijitStorage-1.0.typelib"
    found = [pathlib.Path(place, name) for place in os.environ["GI_TYPELIB_PATH"].split(":")]
    data = bytearray(next(path for path in found if path.exists()).read_bytes())
    (n_local,) = struct.unpack_from("<H", data, 22)
    (directory,) = struct.unpack_from("<I", data, 24)
    patched = 0
    for i in range(n_local):
        blob_type, _, name_at, offset = struct.unpack_from("<HHII", data, directory + 12 * i)
        if blob_type not in (5, 6):
            continue
        entry = data[name_at : data.index(0, name_at)].decode().lower()
        tag, _ = WIDTHS[entry.removesuffix("enum").removesuffix("flags")]
        (bits,) = struct.unpack_from("<H", data, offset + 2)
        struct.pack_into("<H", data, offset + 2, bits & ~(31 << 2) | tag << 2)
        patched += 1
    assert patched == 2 * len(WIDTHS)
    pathlib.Path(folder, name).write_bytes(data)


def ask(questions):
    import gi

    gi.require_version("GijitStorage", "1.0")
    from gi.repository import GijitStorage as S

    for width, (_, member) in WIDTHS.items():
        for family in ("enum", "flags"):
            function = lambda name, start=f"{width}_{family}_": getattr(S, start + name)  # noqa: E731
            title = width.capitalize() + family.capitalize()
            kind = getattr(S, title)
            size = int(width[-2:].lstrip("t"))
            least = -(1 << (size - 1)) if family == "enum" and width[0] == "i" else 0
            most = (1 << (size - (least < 0))) - 1
            some = [0, member] if family == "enum" else [1, 64]

            def out(value, function=function):
                return int(function("out")(value if value < 1 << 63 else value - (1 << 64)))

            def each(name, convert, some=some, function=function, kind=kind):
                return [convert(function(name)(kind(value))) for value in some]

            def sum_of(some=some, function=function, kind=kind):
                return function("sum")([kind(value) for value in some]) - sum(some)

            def called(some=some, function=function, kind=kind):
                back = lambda value: kind(value)  # noqa: E731
                return [int(function("call")(back, kind(value))) for value in some]

            def lent(some=some, function=function, kind=kind):
                return [function("called")(lambda value: value, kind(value)) for value in some]

            def field(some=some, function=function, kind=kind, title=title):
                record = getattr(S, title + "Record")()
                seen = []
                for value in some:
                    function("fill")(record, value)
                    seen.append(int(record.value))
                    function("fill")(record, 0)
                    record.value = kind(value)
                    seen.append(function("bytes")(record))
                return seen

            key = f"{width} {family}"
            questions(f"{key} members", lambda each=each: each("identity", int))
            questions(f"{key} classes", lambda each=each, kind=kind: each("identity", lambda got: type(got) is kind))
            questions(f"{key} inout", lambda each=each: each("inout", int))
            questions(f"{key} least", lambda out=out, least=least: out(least))
            questions(f"{key} most", lambda out=out, most=most: out(most))
            questions(f"{key} middle", lambda out=out, size=size: out(1 << (size - 2)))
            questions(f"{key} array in", sum_of)
            questions(f"{key} array out", lambda function=function: [int(got) for got in function("list")(0, 64)])
            questions(f"{key} callback", called)
            questions(f"{key} callback's result", lent)
            questions(f"{key} field", field)
            if family == "flags":
                questions(f"{key} any bits", lambda function=function, most=most: int(function("identity")(most)))
                questions(f"{key} too wide", lambda function=function, most=most: function("identity")(most + 1))
            else:
                questions(f"{key} no member", lambda function=function: function("identity")(99))
                questions(f"{key} too wide", lambda function=function: function("identity")(1 << 70))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        patch(folder)
        os.environ["GI_TYPELIB_PATH"] = f"{folder}:{os.environ['GI_TYPELIB_PATH']}"
        from asking import Questions

        questions = Questions()
        ask(questions)
        questions.answer()
