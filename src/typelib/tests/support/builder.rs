//! Builds a typelib from nothing, byte by byte as the format says, without the reader's own tables of offsets:
//! a small namespace, `Synth`, that has what files of the newer generation have (asynchronous links, static virtual
//! functions, copy and free functions) and what compilers never write although the format has it.

/// Bits 24 and 27–31 of a type word: pointer, tag.
const UTF8: u32 = 13 << 27 | 1 << 24;
const INT32: u32 = 6 << 27;
const UINT8: u32 = 3 << 27;
const VOID: u32 = 0;
const NONE: u16 = 0x3ff;

pub struct Builder {
    pub data: Vec<u8>,
    /// Bytes to append to each blob, as a later version of the format could.
    extra: u16,
}

/// Offsets of some blobs, for tests to compare with.
pub struct Synth {
    pub data: Vec<u8>,
    pub load_signature: u32,
    pub list_of_lists: u32,
}

impl Builder {
    fn align(&mut self) -> u32 {
        while !self.data.len().is_multiple_of(4) {
            self.data.push(0);
        }
        self.data.len() as u32
    }

    fn put(&mut self, bytes: &[u8]) -> u32 {
        let at = self.align();
        self.data.extend_from_slice(bytes);
        at
    }

    fn string(&mut self, s: &str) -> u32 {
        let at = self.data.len() as u32;
        self.data.extend_from_slice(s.as_bytes());
        self.data.push(0);
        at
    }

    fn set_u16(&mut self, at: usize, value: u16) {
        self.data[at..at + 2].copy_from_slice(&value.to_le_bytes());
    }

    fn set_u32(&mut self, at: usize, value: u32) {
        self.data[at..at + 4].copy_from_slice(&value.to_le_bytes());
    }

    fn blob(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut bytes = parts.concat();
        // Not zeros: nobody may take the padding for fields.
        bytes.extend(std::iter::repeat_n(0xEE, usize::from(self.extra)));
        bytes
    }

    fn signature(&mut self, return_type: u32, flags: u16, args: &[Vec<u8>]) -> u32 {
        let head = self.blob(&[&w(return_type), &h(flags), &h(args.len() as u16)]);
        let bytes = [head, args.concat()].concat();
        self.put(&bytes)
    }

    fn arg(&mut self, name: &str, flags: u32, closure: i8, destroy: i8, ty: u32) -> Vec<u8> {
        let name = self.string(name);
        self.blob(&[
            &w(name),
            &w(flags),
            &[closure.cast_unsigned(), destroy.cast_unsigned(), 0, 0],
            &w(ty),
        ])
    }

    fn function(&mut self, f: &Fun<'_>) -> Vec<u8> {
        let (name, symbol) = (self.string(f.name), self.string(f.symbol));
        self.blob(&[
            &h(1),
            &h(f.flags | f.index << 6),
            &w(name),
            &w(symbol),
            &w(f.signature),
            &h(u16::from(f.is_static) | u16::from(f.is_async) << 1 | f.other << 2),
            &h(f.finish),
        ])
    }

    fn callback(&mut self, name: &str, signature: u32) -> Vec<u8> {
        let name = self.string(name);
        self.blob(&[&h(2), &h(0), &w(name), &w(signature)])
    }

    fn constant(&mut self, name: &str, ty: u32, value: &[u8]) -> Vec<u8> {
        let name = self.string(name);
        let at = self.put(value);
        self.blob(&[
            &h(9),
            &h(0),
            &w(name),
            &w(ty),
            &w(value.len() as u32),
            &w(at),
            &w(0),
        ])
    }

    fn field(&mut self, name: &str, bits: u8, struct_offset: u16, ty: u32) -> Vec<u8> {
        let name = self.string(name);
        self.blob(&[&w(name), &[0b01, bits], &h(struct_offset), &w(0), &w(ty)])
    }

    /// A field followed by its callback.
    fn callback_field(&mut self, name: &str, signature: u32) -> Vec<u8> {
        let callback = self.callback(name, signature);
        let name = self.string(name);
        let own = self.blob(&[&w(name), &[0b101, 0], &h(0xffff), &w(0), &w(2)]);
        [own, callback].concat()
    }

    fn value(&mut self, name: &str, flags: u32, value: u32) -> Vec<u8> {
        let name = self.string(name);
        self.blob(&[&w(flags), &w(name), &w(value)])
    }

    fn property(&mut self, name: &str, flags: u32, setter: u16, getter: u16, ty: u32) -> Vec<u8> {
        let name = self.string(name);
        let flags = flags | u32::from(setter) << 7 | u32::from(getter) << 17;
        self.blob(&[&w(name), &w(flags), &w(0), &w(ty)])
    }

    fn vfunc(&mut self, v: &VFun<'_>) -> Vec<u8> {
        let name = self.string(v.name);
        self.blob(&[
            &w(name),
            &h(v.flags | u16::from(v.is_async) << 5 | v.other << 6),
            &h(v.signal),
            &h(v.struct_offset),
            &h(v.invoker | u16::from(v.is_static) << 10),
            &h(v.finish),
            &h(0),
            &w(v.signature),
        ])
    }

    fn signal(&mut self, name: &str, flags: u16, class_closure: u16, signature: u32) -> Vec<u8> {
        let name = self.string(name);
        self.blob(&[&h(flags), &h(class_closure), &w(name), &w(0), &w(signature)])
    }
}

struct Fun<'a> {
    name: &'a str,
    symbol: &'a str,
    flags: u16,
    index: u16,
    signature: u32,
    is_static: bool,
    is_async: bool,
    other: u16,
    finish: u16,
}

impl Default for Fun<'_> {
    fn default() -> Self {
        Fun {
            name: "f",
            symbol: "synth_f",
            flags: 0,
            index: 0,
            signature: 0,
            is_static: false,
            is_async: false,
            other: NONE,
            finish: NONE,
        }
    }
}

struct VFun<'a> {
    name: &'a str,
    flags: u16,
    is_async: bool,
    other: u16,
    signal: u16,
    struct_offset: u16,
    invoker: u16,
    is_static: bool,
    finish: u16,
    signature: u32,
}

fn w(value: u32) -> [u8; 4] {
    value.to_le_bytes()
}

fn h(value: u16) -> [u8; 2] {
    value.to_le_bytes()
}

/// The namespace `Synth` 1.0; every blob has `extra` more bytes than today's format needs.
pub fn synth(extra: u16) -> Synth {
    const N_ENTRIES: u16 = 14;
    const N_LOCAL: u16 = 12;
    let mut b = Builder {
        data: vec![0; 112],
        extra,
    };
    b.data[..16].copy_from_slice(b"GOBJ\nMETADATA\r\n\x1a");
    b.data[16] = 4;
    b.set_u16(20, N_ENTRIES);
    b.set_u16(22, N_LOCAL);
    let sizes: [u16; 18] = [
        12, 20, 12, 16, 20, 16, 16, 16, 12, 12, 24, 16, 8, 24, 32, 60, 40, 40,
    ];
    for (i, size) in sizes.into_iter().enumerate() {
        b.set_u16(60 + 2 * i, size + extra);
    }
    // A section that nobody knows, then the end.
    let sections = b.put(&[w(77), w(112), w(0), w(0)].concat());
    b.set_u32(96, sections);
    let directory = b.align();
    b.set_u32(24, directory);
    let entry_size = usize::from(12 + extra);
    b.data
        .resize(b.data.len() + entry_size * usize::from(N_ENTRIES), 0xEE);
    for (at, text) in [
        (36, "GObject-2.0|Gio-2.0|With-Dash-1.0"),
        (44, "Synth"),
        (48, "1.0"),
        (52, "libsynth.so.1,libother.so.0"),
        (56, "Synth,Syn"),
    ] {
        let offset = b.string(text);
        b.set_u32(at, offset);
    }
    let entry = |b: &mut Builder, index: u16, ty: u16, local: bool, name: &str, offset: u32| {
        let name = b.string(name);
        let at = directory as usize + entry_size * usize::from(index - 1);
        b.set_u16(at, ty);
        b.set_u16(at + 2, u16::from(local));
        b.set_u32(at + 4, name);
        b.set_u32(at + 8, offset);
    };

    // Types: byte 0 is pointer and tag << 3.
    let object_type = b.put(&[1 | 16 << 3, 0, 4, 0]);
    let ready_type = b.put(&[1 | 16 << 3, 0, 14, 0]);
    let kind_type = b.put(&[16 << 3, 0, 6, 0]);
    let list_of_utf8 = b.put(&[&[1 | 17 << 3, 0][..], &h(1), &w(UTF8)].concat());
    let list_of_lists = b.put(&[&[1 | 18 << 3, 0][..], &h(1), &w(list_of_utf8)].concat());
    let hash = b.put(&[&[1 | 19 << 3, 0][..], &h(2), &w(UTF8), &w(object_type)].concat());
    let error = b.put(&[1 | 20 << 3, 0, 0, 0]);
    // Zero-terminated, length in argument 1, C array.
    let bytes_with_length = b.put(&[&[1 | 15 << 3, 0b011][..], &h(1), &w(UINT8)].concat());
    // Fixed size 5, GPtrArray.
    let five = b.put(
        &[
            &[1 | 15 << 3, 0b10 << 3 | 0b100][..],
            &h(5),
            &w(object_type),
        ]
        .concat(),
    );

    // Arguments. Flags: in 1, out 2, caller allocates 4, nullable 8, optional 16, transfer 32, container 64,
    // return value 128, scope << 8, skip 1 << 11.
    let args = [
        b.arg("data", 1 | 8, -1, -1, bytes_with_length),
        b.arg("length", 1, -1, -1, INT32),
        b.arg("result", 2 | 16 | 32, -1, -1, hash),
        b.arg("callback", 1 | 3 << 8, 4, 5, ready_type),
        b.arg("user_data", 1, -1, -1, VOID | 1 << 24),
        b.arg("destroy", 1 | 2 << 8 | 1 << 11, -1, -1, ready_type),
        b.arg("both", 1 | 2 | 4 | 64, -1, -1, five),
        b.arg("error", 2 | 128, -1, -1, error),
    ];
    // Return: may be null 1, owns value 2, owns container 4, skip 8, takes the instance 16, throws 32.
    let load_signature = b.signature(list_of_lists, 1 | 4 | 16 | 32, &args);
    let plain = b.signature(VOID, 0, &[]);
    let returns_kind = b.signature(kind_type, 2 | 8, &[]);

    // 1–3: functions outside a type link by entry.
    let f = Fun {
        is_static: true,
        ..Fun::default()
    };
    for (index, fun) in [
        (
            1,
            Fun {
                name: "load",
                symbol: "synth_load",
                flags: 1,
                signature: load_signature,
                other: 2,
                ..f
            },
        ),
        (
            2,
            Fun {
                name: "load_async",
                symbol: "synth_load_async",
                signature: plain,
                is_async: true,
                other: 1,
                finish: 3,
                ..f
            },
        ),
        (
            3,
            Fun {
                name: "load_finish",
                symbol: "synth_load_finish",
                flags: 1 << 5,
                signature: returns_kind,
                ..f
            },
        ),
    ] {
        let bytes = b.function(&fun);
        let at = b.put(&bytes);
        entry(&mut b, index, 1, true, fun.name, at);
    }

    // 4: an object with everything. Methods: a getter, then an asynchronous family, then an old-style function.
    let methods = [
        Fun {
            name: "get_size",
            symbol: "synth_loader_get_size",
            flags: 1 << 2,
            index: 1,
            signature: plain,
            ..Fun::default()
        },
        Fun {
            name: "read",
            symbol: "synth_loader_read",
            signature: plain,
            other: 2,
            ..Fun::default()
        },
        Fun {
            name: "read_async",
            symbol: "synth_loader_read_async",
            signature: plain,
            is_async: true,
            other: 1,
            finish: 3,
            ..Fun::default()
        },
        Fun {
            name: "read_finish",
            symbol: "synth_loader_read_finish",
            flags: 1 << 5,
            signature: plain,
            ..Fun::default()
        },
        Fun {
            name: "new",
            symbol: "synth_loader_new",
            flags: 1 << 3,
            signature: plain,
            // As an older compiler leaves them.
            other: 0,
            finish: 0,
            ..Fun::default()
        },
        Fun {
            name: "do_read",
            symbol: "synth_loader_do_read",
            flags: 1 << 4,
            index: 1,
            signature: plain,
            // Asynchronous, but with neither a synchronous variant nor a finish function.
            is_async: true,
            ..Fun::default()
        },
    ]
    .map(|fun| b.function(&fun));
    let vfuncs = [
        VFun {
            name: "read",
            flags: 1 | 8 | 16,
            is_async: false,
            other: 1,
            signal: 0,
            struct_offset: 136,
            invoker: 1,
            is_static: false,
            finish: NONE,
            signature: plain,
        },
        VFun {
            name: "read_async",
            flags: 2,
            is_async: true,
            other: 0,
            signal: 0,
            struct_offset: 144,
            invoker: NONE,
            is_static: false,
            finish: 2,
            signature: plain,
        },
        VFun {
            name: "read_finish",
            flags: 4,
            is_async: false,
            other: NONE,
            signal: 0,
            struct_offset: 0xffff,
            invoker: 3,
            is_static: true,
            finish: NONE,
            signature: plain,
        },
    ]
    .map(|v| b.vfunc(&v));
    let fields = [
        b.field("parent", 0, 0, object_type),
        b.callback_field("hook", load_signature),
        b.field("flag", 3, 24, INT32),
    ];
    let properties = [
        b.property("name", 1 | 2 | 4 | 32, NONE, NONE, UTF8),
        b.property("size", 2 | 64, NONE, 0, INT32),
        // Bits that an older compiler left zero.
        b.property("old", 2 | 4, 0, 0, INT32),
    ];
    let signals = [
        b.signal("loaded", 1 << 2 | 1 << 5 | 1 << 8 | 1 << 9, 0, plain),
        b.signal("failed", 1 | 1 << 1, 0, load_signature),
    ];
    let constants = [b.constant("LIMIT", INT32, &(-7i32).to_le_bytes())];
    let strings = [
        "Loader",
        "SynthLoader",
        "synth_loader_get_type",
        "synth_loader_ref",
        "synth_loader_unref",
        "synth_value_set_loader",
        "synth_value_get_loader",
    ]
    .map(|s| b.string(s));
    let head = b.blob(&[
        &h(7),
        &h(0b1110),
        &w(strings[0]),
        &w(strings[1]),
        &w(strings[2]),
        &h(13),
        &h(5),
        // Interfaces, fields, properties, methods, signals, vfuncs, constants, fields with callbacks.
        &[1u16, 3, 3, 6, 2, 3, 1, 1].map(h).concat(),
        &w(strings[3]),
        &w(strings[4]),
        &w(strings[5]),
        &w(strings[6]),
        &w(0),
        &w(0),
    ]);
    let object = [
        head,
        // One interface, and padding to a whole word.
        [h(10), h(0)].concat(),
        fields.concat(),
        properties.concat(),
        methods.concat(),
        signals.concat(),
        vfuncs.concat(),
        constants.concat(),
    ]
    .concat();
    let at = b.put(&object);
    entry(&mut b, 4, 7, true, "Loader", at);

    // 5: the class struct, with a method behind an embedded callback, and functions to copy and free.
    let hook = b.callback_field("hook", plain);
    let last = b.field("last", 0, 8, UTF8);
    let method = b.function(&Fun {
        name: "dup",
        symbol: "synth_loader_class_dup",
        signature: plain,
        ..Fun::default()
    });
    let strings = [
        "LoaderClass",
        "synth_loader_class_copy",
        "synth_loader_class_free",
    ]
    .map(|s| b.string(s));
    let head = b.blob(&[
        &h(3),
        // Unregistered, class struct, alignment 8, foreign.
        &h(1 << 1 | 1 << 2 | 8 << 3 | 1 << 9),
        &w(strings[0]),
        &w(0),
        &w(0),
        &w(24),
        &h(2),
        &h(1),
        &w(strings[1]),
        &w(strings[2]),
    ]);
    let class = [head, hook, last, method].concat();
    let class_at = b.put(&class);
    entry(&mut b, 5, 3, true, "LoaderClass", class_at);

    // 6: an error enumeration in eight bits. 7: flags.
    for (index, ty, name, storage, domain) in [
        (6u16, 5u16, "Kind", 2u16, "synth-kind-quark"),
        (7, 6, "Flags", 7, ""),
    ] {
        let values = [
            b.value("minus", 0, u32::MAX),
            b.value("large", 1 | 2, u32::MAX),
        ];
        let method = b.function(&Fun {
            name: "quark",
            symbol: "synth_quark",
            signature: plain,
            is_static: true,
            ..Fun::default()
        });
        let strings = [
            name.to_owned(),
            format!("Synth{name}"),
            format!("synth_{name}_get_type"),
        ]
        .map(|s| b.string(&s));
        let domain = if domain.is_empty() {
            0
        } else {
            b.string(domain)
        };
        let head = b.blob(&[
            &h(ty),
            &h(storage << 2),
            &w(strings[0]),
            &w(strings[1]),
            &w(strings[2]),
            &h(2),
            &h(1),
            &w(domain),
        ]);
        let at = b.put(&[head, values.concat(), method].concat());
        entry(&mut b, index, ty, true, name, at);
    }

    // 8: a discriminated union.
    let fields = [
        b.field("number", 0, 0, INT32),
        b.callback_field("call", plain),
    ];
    let method = b.function(&Fun {
        name: "which",
        symbol: "synth_event_which",
        signature: returns_kind,
        ..Fun::default()
    });
    let constants = [
        b.constant("one", UINT8, &[1]),
        b.constant("two", UINT8, &[2]),
    ];
    let strings = ["Event", "SynthEvent", "synth_event_get_type"].map(|s| b.string(s));
    let head = b.blob(&[
        &h(11),
        &h(1 << 2 | 4 << 3),
        &w(strings[0]),
        &w(strings[1]),
        &w(strings[2]),
        &w(16),
        &h(2),
        &h(1),
        &w(0),
        &w(0),
        &w(12),
        &w(UINT8),
    ]);
    let union = [head, fields.concat(), method, constants.concat()].concat();
    let at = b.put(&union);
    entry(&mut b, 8, 11, true, "Event", at);

    // 9: a string constant.
    let constant = b.constant("GREETING", UTF8, "héllo\0".as_bytes());
    let at = b.put(&constant);
    entry(&mut b, 9, 9, true, "GREETING", at);

    // 10: an interface.
    let strings = ["Readable", "SynthReadable", "synth_readable_get_type"].map(|s| b.string(s));
    let head = b.blob(&[
        &h(8),
        &h(1),
        &w(strings[0]),
        &w(strings[1]),
        &w(strings[2]),
        &h(5),
        // Prerequisites, properties, methods, signals, vfuncs, constants, padding.
        &[2u16, 1, 1, 1, 1, 1, 0].map(h).concat(),
        &w(0),
        &w(0),
    ]);
    let property = b.property("ready", 2, NONE, 0, INT32);
    let method = b.function(&Fun {
        name: "is_ready",
        symbol: "synth_readable_is_ready",
        signature: plain,
        ..Fun::default()
    });
    let signal = b.signal("changed", 1 << 1, 0, plain);
    let vfunc = b.vfunc(&VFun {
        name: "is_ready",
        flags: 0,
        is_async: false,
        // As an older compiler leaves them.
        other: 0,
        signal: 0,
        struct_offset: 16,
        invoker: 0,
        is_static: false,
        finish: 0,
        signature: plain,
    });
    let constant = b.constant("PI", 11 << 27, &std::f64::consts::PI.to_le_bytes());
    let members = [property, method, signal, vfunc, constant].concat();
    let at = b.put(&[head, [h(4), h(13)].concat(), members].concat());
    entry(&mut b, 10, 8, true, "Readable", at);

    // 11: a named callback type. 12: a boxed type, as no compiler writes any more.
    let callback = b.callback("Notify", returns_kind);
    let at = b.put(&callback);
    entry(&mut b, 11, 2, true, "Notify", at);
    let strings = ["Box", "SynthBox", "synth_box_get_type"].map(|s| b.string(s));
    let boxed = b.blob(&[
        &h(4),
        &h(0),
        &w(strings[0]),
        &w(strings[1]),
        &w(strings[2]),
        &w(0),
        &h(0),
        &h(0),
        &w(0),
        &w(0),
    ]);
    let at = b.put(&boxed);
    entry(&mut b, 12, 4, true, "Box", at);

    // 13, 14: elsewhere.
    for (index, namespace, name) in [(13, "GObject", "Object"), (14, "Gio", "AsyncReadyCallback")] {
        let namespace = b.string(namespace);
        entry(&mut b, index, 0, false, name, namespace);
    }

    // Attributes, sorted by offset.
    let mut attributes = [
        (load_signature, "result", "of load"),
        (class_at, "first", "one"),
        (class_at, "second", "two"),
    ];
    attributes.sort_by_key(|a| a.0);
    let mut table = Vec::new();
    for (blob, key, value) in attributes {
        let (key, value) = (b.string(key), b.string(value));
        table.extend(b.blob(&[&w(blob), &w(key), &w(value)]));
    }
    let at = b.put(&table);
    b.set_u32(28, attributes.len() as u32);
    b.set_u32(32, at);

    b.align();
    let size = b.data.len() as u32;
    b.set_u32(40, size);
    Synth {
        data: b.data,
        load_signature,
        list_of_lists,
    }
}
