"""Gives every flag, number and basic type in a typelib a random value that the format allows.

Real files leave many combinations out; girepository defines what each of them means. What is not touched is whatever
leads elsewhere in the file (offsets, names, counts), and nothing is set to what girepository would run astray with
(an index beyond the siblings). Knows the format of typelibs, from its own description of it, and nothing else.
"""

import random
import struct

# Blob sizes in the header, in its order.
KINDS = (
    "entry function callback signal vfunc arg property field value attribute constant error_domain "
    "signature enum struct object interface union"
).split()
BASIC_TAGS = (*range(15), 21)
TAG_ARRAY, TAG_GLIST, TAG_GSLIST, TAG_GHASH = 15, 17, 18, 19
NO_SIBLING = 0x3FF


class Scrambler:
    def __init__(self, data, seed):
        self.data = bytearray(data)
        self.random = random.Random(seed)
        sizes = struct.unpack_from(f"<{len(KINDS)}H", data, 60)
        self.size = dict(zip(KINDS, sizes, strict=True))
        # Blobs that several others share keep their first random value.
        self.done = set()

    def u16(self, at):
        return struct.unpack_from("<H", self.data, at)[0]

    def u32(self, at):
        return struct.unpack_from("<I", self.data, at)[0]

    def put(self, code, at, value):
        struct.pack_into("<" + code, self.data, at, value)

    def bits(self, code, at, mask):
        """Random values for the bits of `mask`; the others stay."""
        (old,) = struct.unpack_from("<" + code, self.data, at)
        self.put(code, at, (old & ~mask) | (self.random.getrandbits(32) & mask))

    def chance(self):
        return self.random.random() < 0.5

    def index(self, n):
        """A sibling out of `n`, or none."""
        return self.random.randrange(n) if n and self.chance() else NO_SIBLING

    def run(self):
        n_local = self.u16(22)
        directory = self.u32(24)
        for i in range(n_local):
            kind, _flags, _name, blob = struct.unpack_from("<HHII", self.data, directory + i * self.size["entry"])
            {
                1: self.function,
                2: self.callback,
                3: self.struct,
                4: self.struct,
                5: self.enum,
                6: self.enum,
                7: self.object,
                8: self.interface,
                9: self.constant,
                11: self.union,
            }[kind](blob)
        return bytes(self.data)

    # Each of these scrambles one blob, or some blobs in a row and returns the place behind them.

    def type(self, word):
        contents = self.u32(word)
        if contents & 0xFFFFFF == 0:
            tag, pointer = self.random.choice(BASIC_TAGS), self.chance()
            self.put("I", word, tag << 27 | pointer << 24)
            return
        if contents in self.done:
            return
        self.done.add(contents)
        tag = self.data[contents] >> 3
        self.bits("B", contents, 0x1)
        if tag == TAG_ARRAY:
            # Length and size share one number; a file has one of them or none.
            length_or_size = self.random.choice((0, 0b010, 0b100))
            flags = self.chance() | length_or_size | self.random.randrange(4) << 3
            self.put("B", contents + 1, flags)
            self.put("H", contents + 2, self.random.getrandbits(15))
        for i in range({TAG_ARRAY: 1, TAG_GLIST: 1, TAG_GSLIST: 1, TAG_GHASH: 2}.get(tag, 0)):
            self.type(contents + 4 + 4 * i)

    def signature(self, at):
        if at in self.done:
            return
        self.done.add(at)
        self.type(at)
        self.bits("H", at + 4, 0x3F)
        n = self.u16(at + 6)
        for i in range(n):
            self.arg(at + self.size["signature"] + i * self.size["arg"], n)

    def arg(self, at, n):
        self.put("H", at + 4, self.random.getrandbits(8) | self.random.randrange(5) << 8 | self.chance() << 11)
        for link in (8, 9):
            self.put("b", at + link, self.random.randrange(-1, min(n, 128)))
        self.type(at + 12)

    def function(self, at, n_properties=0, n_vfuncs=0):
        kind = self.random.choice(("plain", "getter", "setter", "wrapper"))
        flags = self.chance() | self.chance() << 3 | self.chance() << 5
        if kind in ("getter", "setter") and n_properties:
            flags |= (1 << 2 if kind == "getter" else 1 << 1) | self.random.randrange(n_properties) << 6
        elif kind == "wrapper" and n_vfuncs:
            flags |= 1 << 4 | self.random.randrange(n_vfuncs) << 6
        self.put("H", at + 2, flags)
        self.bits("H", at + 16, 0x1)
        self.signature(self.u32(at + 12))

    def callback(self, at):
        self.bits("H", at + 2, 0x1)
        self.signature(self.u32(at + 8))

    def signal(self, at, n_vfuncs):
        flags = self.random.getrandbits(8) | self.chance() << 9
        if n_vfuncs and self.chance():
            flags |= 1 << 8
            self.put("H", at + 2, self.random.randrange(n_vfuncs))
        self.put("H", at, flags)
        self.signature(self.u32(at + 12))

    def vfunc(self, at, n_methods, n_signals):
        flags = self.random.getrandbits(3) | self.chance() << 4
        if n_signals and self.chance():
            flags |= 1 << 3
            self.put("H", at + 6, self.random.randrange(n_signals))
        self.put("H", at + 4, flags)
        self.offset(at + 8)
        self.put("H", at + 10, self.index(n_methods))
        self.signature(self.u32(at + 16))

    def offset(self, at):
        self.put("H", at, 0xFFFF if self.random.random() < 0.1 else self.random.getrandbits(16))

    def property(self, at, n_methods):
        setter, getter = self.index(n_methods), self.index(n_methods)
        if setter == getter == 0:
            # Files from before these fields existed have zeros there. gijit takes that as none, girepository does not.
            setter = NO_SIBLING
        self.put("I", at + 4, self.random.getrandbits(7) | setter << 7 | getter << 17)
        self.type(at + 12)

    def fields(self, at, n):
        for _ in range(n):
            embedded = self.data[at + 4] & 0x4
            self.bits("B", at + 4, 0x3)
            self.bits("B", at + 5, 0xFF)
            self.offset(at + 6)
            if embedded:
                self.callback(at + self.size["field"])
                at += self.size["callback"]
            else:
                self.type(at + 12)
            at += self.size["field"]
        return at

    def functions(self, at, n, n_properties=0, n_vfuncs=0):
        for i in range(n):
            self.function(at + i * self.size["function"], n_properties, n_vfuncs)
        return at + n * self.size["function"]

    def constant(self, at):
        # The type must go on fitting the value.
        self.bits("H", at + 2, 0x1)

    def struct(self, at):
        self.bits("H", at + 2, 0x3FF & ~0x2)
        self.bits("I", at + 16, 0xFFFFFF)
        n_fields, n_methods = self.u16(at + 20), self.u16(at + 22)
        self.functions(self.fields(at + self.size["struct"], n_fields), n_methods)

    def union(self, at):
        # Not the flag that there is a discriminator: the values for it would have to follow.
        self.bits("H", at + 2, 0x1 | 0x3F << 3)
        self.bits("I", at + 16, 0xFFFFFF)
        n_fields, n_methods = self.u16(at + 20), self.u16(at + 22)
        self.functions(self.fields(at + self.size["union"], n_fields), n_methods)

    def enum(self, at):
        self.put("H", at + 2, (self.u16(at + 2) & 0x2) | self.chance() | self.random.randrange(2, 10) << 2)
        n_values, n_methods = self.u16(at + 16), self.u16(at + 18)
        at += self.size["enum"]
        for _ in range(n_values):
            self.bits("I", at, 0x3)
            self.bits("I", at + 8, 0xFFFFFFFF)
            at += self.size["value"]
        self.functions(at, n_methods)

    def object(self, at):
        self.bits("H", at + 2, 0xF)
        n_interfaces, n_fields, *counts = struct.unpack_from("<7H", self.data, at + 20)
        at += self.size["object"] + 2 * (n_interfaces + n_interfaces % 2)
        self.members(self.fields(at, n_fields), *counts)

    def interface(self, at):
        self.bits("H", at + 2, 0x1)
        n_prerequisites, *counts = struct.unpack_from("<6H", self.data, at + 18)
        self.members(at + self.size["interface"] + 2 * (n_prerequisites + n_prerequisites % 2), *counts)

    def members(self, at, n_properties, n_methods, n_signals, n_vfuncs, n_constants):
        for _ in range(n_properties):
            self.property(at, n_methods)
            at += self.size["property"]
        at = self.functions(at, n_methods, n_properties, n_vfuncs)
        for _ in range(n_signals):
            self.signal(at, n_vfuncs)
            at += self.size["signal"]
        for _ in range(n_vfuncs):
            self.vfunc(at, n_methods, n_signals)
            at += self.size["vfunc"]
        for _ in range(n_constants):
            self.constant(at)
            at += self.size["constant"]


def scramble(data, seed):
    """A typelib like `data`, with random flags and numbers; the same for the same seed."""
    return Scrambler(data, seed).run()
