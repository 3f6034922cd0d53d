//! Checking a whole typelib at once, and counting what is in it.
//!
//! Walks everything that can be reached from the directory, through the same views that everybody else uses, so
//! what passes here cannot fail later. Beyond what views check, it makes sure that links between siblings
//! (accessor, invoker, length, closure, …) lead somewhere, and that what must be sorted or found is.
//!
//! Must not know bytes: those are the views' business.

use std::collections::HashMap;

use crate::layout::MAX_TYPE_DEPTH;
use crate::{
    Arg, Callback, Constant, Entry, Enum, Error, ErrorKind, Field, Function, Info, Interface,
    Object, Property, Result, Signal, Signature, Struct, Type, TypeTag, Typelib, Union, VFunc,
    Value,
};

/// How many items of each kind a typelib has. Signatures and complex types that several users share count once;
/// basic types count once for each use outside another type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    pub entries: usize,
    pub foreign_entries: usize,
    pub functions: usize,
    pub callbacks: usize,
    pub signals: usize,
    pub vfuncs: usize,
    pub signatures: usize,
    pub args: usize,
    pub types: usize,
    pub structs: usize,
    pub unions: usize,
    pub fields: usize,
    pub enums: usize,
    pub values: usize,
    pub objects: usize,
    pub interfaces: usize,
    pub properties: usize,
    pub constants: usize,
    pub attributes: usize,
}

impl Summary {
    /// All items together.
    pub fn total(&self) -> usize {
        self.entries
            + self.foreign_entries
            + self.functions
            + self.callbacks
            + self.signals
            + self.vfuncs
            + self.signatures
            + self.args
            + self.types
            + self.structs
            + self.unions
            + self.fields
            + self.enums
            + self.values
            + self.objects
            + self.interfaces
            + self.properties
            + self.constants
            + self.attributes
    }
}

impl Typelib {
    /// Walks and checks the whole file.
    ///
    /// Takes time in proportion to the size of the file, whatever is in it.
    ///
    /// # Errors
    /// The first fault found, in the order of the directory.
    pub fn validate(&self) -> Result<Summary> {
        let mut validator = Validator {
            lib: self,
            summary: Summary::default(),
            signatures: Seen::new(self),
            heights: HashMap::new(),
            blobs: Seen::new(self),
            work: 0,
        };
        validator.header()?;
        validator.attributes()?;
        validator.directory()?;
        Ok(validator.summary)
    }
}

/// A set of offsets.
struct Seen(Vec<u64>);

impl Seen {
    fn new(lib: &Typelib) -> Self {
        Seen(vec![0; lib.size() as usize / 64 + 1])
    }

    /// Whether it was not there before.
    fn insert(&mut self, offset: u32) -> bool {
        let bit = 1 << (offset % 64);
        let Some(word) = self.0.get_mut(offset as usize / 64) else {
            return false;
        };
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

/// How many siblings of each kind the links of a member may point to.
#[derive(Clone, Copy, Default)]
struct Siblings {
    methods: u16,
    properties: u16,
    signals: u16,
    vfuncs: u16,
    fields: u16,
}

struct Validator<'a> {
    lib: &'a Typelib,
    summary: Summary,
    signatures: Seen,
    /// Of the complex types walked so far.
    heights: HashMap<u32, u8>,
    blobs: Seen,
    work: u64,
}

impl<'a> Validator<'a> {
    fn error(&self, offset: u32, kind: ErrorKind, reason: String) -> Error {
        self.lib.error(offset, kind, reason)
    }

    /// Counts a step. Every item takes at least four bytes in a sound file, and what is shared is walked once;
    /// so a file that takes more steps than it has bytes is made of blobs inside each other.
    fn step(&mut self, offset: u32) -> Result<()> {
        self.work += 1;
        if self.work > u64::from(self.lib.size()) {
            return Err(self.error(
                offset,
                ErrorKind::Overlap,
                format!(
                    "blobs overlap: more than {} items in a file of {} bytes",
                    self.work - 1,
                    self.lib.size()
                ),
            ));
        }
        Ok(())
    }

    /// A link from the blob at `offset` to a sibling.
    fn link(&self, offset: u32, what: &str, index: Option<u16>, n: u16) -> Result<()> {
        match index {
            Some(index) if index >= n => Err(self.error(
                offset,
                ErrorKind::Index,
                format!("expected the index of its {what}, of which there are {n}, found {index}"),
            )),
            _ => Ok(()),
        }
    }

    fn header(&mut self) -> Result<()> {
        self.lib.dependencies()?;
        self.lib.shared_libraries()?;
        self.lib.c_prefix()?;
        match self.lib.name_index_error() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn attributes(&mut self) -> Result<()> {
        let mut previous = 0;
        for i in 0..self.lib.n_attributes() {
            let blob = crate::attribute::blob_of(self.lib, i);
            self.step(blob)?;
            if blob < previous {
                return Err(self.error(
                    blob,
                    ErrorKind::Attribute,
                    format!(
                        "attributes are not sorted: number {i} is for offset {blob:#x}, \
                         the one before it for {previous:#x}"
                    ),
                ));
            }
            self.lib
                .check(blob, 0, format_args!("blob with attribute {i}"))?;
            crate::attribute::pair(self.lib, i)?;
            previous = blob;
            self.summary.attributes += 1;
        }
        Ok(())
    }

    fn directory(&mut self) -> Result<()> {
        for entry in self.lib.entries() {
            self.step(entry.offset())?;
            self.summary.entries += 1;
            let name = entry.name()?;
            if !entry.is_local() {
                return Err(self.entry_error(entry, "expected a local entry, found a foreign one"));
            }
            // An empty name cannot be asked for, and two entries of one name can be found only once.
            if self.lib.has_name_index() && self.lib.find(name)?.is_none() {
                let reason = format!("the index of names does not find {name:?}");
                return Err(self.entry_error(entry, &reason));
            }
            self.info(entry)?;
        }
        for entry in self.lib.foreign_entries() {
            self.step(entry.offset())?;
            self.summary.foreign_entries += 1;
            if entry.foreign()?.is_none() {
                return Err(self.entry_error(entry, "expected a foreign entry, found a local one"));
            }
        }
        Ok(())
    }

    fn entry_error(&self, entry: Entry<'_>, reason: &str) -> Error {
        let reason = format!("entry {}: {reason}", entry.index());
        self.error(entry.offset(), ErrorKind::Directory, reason)
    }

    fn info(&mut self, entry: Entry<'a>) -> Result<()> {
        match entry.info()? {
            Info::Function(f) => {
                // Outside a type, links lead to entries of the directory, which count from 1.
                let siblings = Siblings {
                    methods: self.lib.n_entries().saturating_add(1),
                    ..Siblings::default()
                };
                self.function(f, siblings)
            }
            Info::Callback(c) => self.callback(c),
            Info::Struct(s) | Info::Boxed(s) => self.structure(s),
            Info::Enum(e) | Info::Flags(e) => self.enumeration(e),
            Info::Object(o) => self.object(o),
            Info::Interface(i) => self.interface(i),
            Info::Constant(c) => self.constant(c),
            Info::Union(u) => self.union(u),
            Info::InvalidOrUnknown => {
                let number = entry.blob_type_number();
                Err(self.entry_error(entry, &format!("blob type {number} is not defined")))
            }
        }
    }

    /// Whether the blob is walked for the first time.
    fn enter(&mut self, offset: u32) -> Result<bool> {
        self.step(offset)?;
        Ok(self.blobs.insert(offset))
    }

    fn registered(&self, name: Result<&str>, gtype: [Result<Option<&str>>; 2]) -> Result<()> {
        name?;
        for string in gtype {
            string?;
        }
        Ok(())
    }

    fn function(&mut self, f: Function<'a>, siblings: Siblings) -> Result<()> {
        if !self.enter(f.offset())? {
            return Ok(());
        }
        self.summary.functions += 1;
        f.name()?;
        f.symbol()?;
        let at = f.offset();
        self.link(at, "property", f.property_index(), siblings.properties)?;
        self.link(at, "virtual function", f.vfunc_index(), siblings.vfuncs)?;
        self.link(
            at,
            "asynchronous variant",
            f.async_function(),
            siblings.methods,
        )?;
        self.link(
            at,
            "synchronous variant",
            f.sync_function(),
            siblings.methods,
        )?;
        self.link(at, "finish function", f.finish_function(), siblings.methods)?;
        self.signature(f.signature()?)
    }

    fn callback(&mut self, c: Callback<'a>) -> Result<()> {
        if !self.enter(c.offset())? {
            return Ok(());
        }
        self.summary.callbacks += 1;
        c.name()?;
        self.signature(c.signature()?)
    }

    fn signal(&mut self, s: Signal<'a>, siblings: Siblings) -> Result<()> {
        if !self.enter(s.offset())? {
            return Ok(());
        }
        self.summary.signals += 1;
        s.name()?;
        self.link(
            s.offset(),
            "class closure",
            s.class_closure(),
            siblings.vfuncs,
        )?;
        self.signature(s.signature()?)
    }

    fn vfunc(&mut self, v: VFunc<'a>, siblings: Siblings) -> Result<()> {
        if !self.enter(v.offset())? {
            return Ok(());
        }
        self.summary.vfuncs += 1;
        v.name()?;
        let at = v.offset();
        self.link(at, "invoker", v.invoker(), siblings.methods)?;
        self.link(at, "signal", v.signal(), siblings.signals)?;
        self.link(
            at,
            "asynchronous variant",
            v.async_function(),
            siblings.vfuncs,
        )?;
        self.link(
            at,
            "synchronous variant",
            v.sync_function(),
            siblings.vfuncs,
        )?;
        self.link(at, "finish function", v.finish_function(), siblings.vfuncs)?;
        self.signature(v.signature()?)
    }

    fn signature(&mut self, s: Signature<'a>) -> Result<()> {
        self.step(s.offset())?;
        if !self.signatures.insert(s.offset()) {
            return Ok(());
        }
        self.summary.signatures += 1;
        let n = s.n_arguments();
        let result = s.return_type()?;
        self.link(s.offset(), "length argument", result.length_index(), n)?;
        self.type_(result)?;
        for arg in s.args() {
            self.arg(arg?, n)?;
        }
        Ok(())
    }

    fn arg(&mut self, a: Arg<'a>, n: u16) -> Result<()> {
        self.step(a.offset())?;
        self.summary.args += 1;
        a.name()?;
        self.link(a.offset(), "user data", a.closure(), n)?;
        self.link(a.offset(), "destroy notification", a.destroy(), n)?;
        let t = a.type_info()?;
        self.link(a.offset(), "length argument", t.length_index(), n)?;
        self.type_(t)
    }

    fn type_(&mut self, t: Type<'a>) -> Result<()> {
        self.step(t.offset())?;
        if let Some(callback) = t.embedded_callback()? {
            return self.callback(callback);
        }
        if t.tag().is_basic() {
            self.summary.types += 1;
            return Ok(());
        }
        self.height(t).map(|_| ())
    }

    /// How deeply the type nests, itself included. Views count the depth from where they start, and give up when
    /// it is too great; this makes sure that they need not, wherever they start.
    fn height(&mut self, t: Type<'a>) -> Result<u8> {
        const UNDER_WAY: u8 = u8::MAX;
        if t.tag().is_basic() {
            return Ok(0);
        }
        self.step(t.offset())?;
        match self.heights.get(&t.offset()) {
            Some(&UNDER_WAY) => {
                let reason = "the type contains itself".to_owned();
                return Err(self.error(t.offset(), ErrorKind::Type, reason));
            }
            Some(&height) => return Ok(height),
            None => {}
        }
        self.heights.insert(t.offset(), UNDER_WAY);
        self.summary.types += 1;
        if t.tag() == TypeTag::Interface {
            t.interface()?;
        }
        let mut height = 0;
        for n in 0..t.n_params() {
            // The view refuses to go deeper than the limit, so the recursion ends.
            height = height.max(self.height(t.param_type(n)?)?);
        }
        height += 1;
        if height > MAX_TYPE_DEPTH {
            let reason = format!("types are nested more than {MAX_TYPE_DEPTH} deep");
            return Err(self.error(t.offset(), ErrorKind::Type, reason));
        }
        self.heights.insert(t.offset(), height);
        Ok(height)
    }

    fn field(&mut self, f: Field<'a>, siblings: Siblings) -> Result<()> {
        self.step(f.offset())?;
        self.summary.fields += 1;
        f.name()?;
        let t = f.type_info()?;
        self.link(
            f.offset(),
            "length field",
            t.length_index(),
            siblings.fields,
        )?;
        self.type_(t)
    }

    fn structure(&mut self, s: Struct<'a>) -> Result<()> {
        if !self.enter(s.offset())? {
            return Ok(());
        }
        self.summary.structs += 1;
        self.registered(s.name(), [s.gtype_name(), s.gtype_init()])?;
        s.copy_func()?;
        s.free_func()?;
        let siblings = Siblings {
            methods: s.methods(),
            fields: s.fields(),
            ..Siblings::default()
        };
        for field in s.fields_iter() {
            self.field(field?, siblings)?;
        }
        for method in s.methods_iter() {
            self.function(method?, siblings)?;
        }
        Ok(())
    }

    fn union(&mut self, u: Union<'a>) -> Result<()> {
        if !self.enter(u.offset())? {
            return Ok(());
        }
        self.summary.unions += 1;
        self.registered(u.name(), [u.gtype_name(), u.gtype_init()])?;
        u.copy_func()?;
        u.free_func()?;
        let siblings = Siblings {
            methods: u.methods(),
            fields: u.fields(),
            ..Siblings::default()
        };
        for field in u.fields_iter() {
            self.field(field?, siblings)?;
        }
        for method in u.methods_iter() {
            self.function(method?, siblings)?;
        }
        if let Some(t) = u.discriminator_type()? {
            self.type_(t)?;
            for i in 0..u.fields() {
                if let Some(constant) = u.discriminator(i)? {
                    self.constant(constant)?;
                }
            }
        }
        Ok(())
    }

    fn enumeration(&mut self, e: Enum<'a>) -> Result<()> {
        if !self.enter(e.offset())? {
            return Ok(());
        }
        self.summary.enums += 1;
        self.registered(e.name(), [e.gtype_name(), e.gtype_init()])?;
        e.error_domain()?;
        for value in e.values_iter() {
            self.value(value?)?;
        }
        let siblings = Siblings {
            methods: e.methods(),
            ..Siblings::default()
        };
        for method in e.methods_iter() {
            self.function(method?, siblings)?;
        }
        Ok(())
    }

    fn value(&mut self, v: Value<'a>) -> Result<()> {
        self.step(v.offset())?;
        self.summary.values += 1;
        v.name().map(|_| ())
    }

    fn property(&mut self, p: Property<'a>, siblings: Siblings) -> Result<()> {
        self.step(p.offset())?;
        self.summary.properties += 1;
        p.name()?;
        self.link(p.offset(), "setter", p.setter(), siblings.methods)?;
        self.link(p.offset(), "getter", p.getter(), siblings.methods)?;
        self.type_(p.type_info()?)
    }

    fn object(&mut self, o: Object<'a>) -> Result<()> {
        if !self.enter(o.offset())? {
            return Ok(());
        }
        self.summary.objects += 1;
        self.registered(o.name(), [o.gtype_name(), o.gtype_init()])?;
        o.ref_func()?;
        o.unref_func()?;
        o.set_value_func()?;
        o.get_value_func()?;
        o.class_struct()?;
        self.ancestors(o)?;
        for i in 0..o.interfaces() {
            self.step(o.offset())?;
            o.interface(i)?;
        }
        let siblings = Siblings {
            methods: o.methods(),
            properties: o.properties(),
            signals: o.signals(),
            vfuncs: o.vfuncs(),
            fields: o.fields(),
        };
        let mut callbacks = 0;
        for field in o.fields_iter() {
            let field = field?;
            callbacks += u32::from(field.has_embedded_type());
            self.field(field, siblings)?;
        }
        if callbacks != u32::from(o.field_callbacks()) {
            return Err(self.error(
                o.offset(),
                ErrorKind::Blob,
                format!(
                    "the object announces {} fields with callbacks, but has {callbacks}",
                    o.field_callbacks()
                ),
            ));
        }
        for property in o.properties_iter() {
            self.property(property?, siblings)?;
        }
        for method in o.methods_iter() {
            self.function(method?, siblings)?;
        }
        for signal in o.signals_iter() {
            self.signal(signal?, siblings)?;
        }
        for vfunc in o.vfuncs_iter() {
            self.vfunc(vfunc?, siblings)?;
        }
        for constant in o.constants_iter() {
            self.constant(constant?)?;
        }
        Ok(())
    }

    /// Users follow parents until there is none: they must come to an end.
    fn ancestors(&mut self, object: Object<'a>) -> Result<()> {
        let mut ancestor = object;
        // Real chains are a handful long; a longer one than this is taken for a cycle.
        for _ in 0..256 {
            match ancestor.parent()? {
                Some(entry) if entry.is_local() => match entry.info()? {
                    Info::Object(parent) => ancestor = parent,
                    _ => return Ok(()),
                },
                _ => return Ok(()),
            }
        }
        Err(self.error(
            object.offset(),
            ErrorKind::Blob,
            "the object is, through its parents, derived from itself".to_owned(),
        ))
    }

    fn interface(&mut self, i: Interface<'a>) -> Result<()> {
        if !self.enter(i.offset())? {
            return Ok(());
        }
        self.summary.interfaces += 1;
        self.registered(i.name(), [i.gtype_name(), i.gtype_init()])?;
        i.iface_struct()?;
        for n in 0..i.prerequisites() {
            self.step(i.offset())?;
            i.prerequisite(n)?;
        }
        let siblings = Siblings {
            methods: i.methods(),
            properties: i.properties(),
            signals: i.signals(),
            vfuncs: i.vfuncs(),
            fields: 0,
        };
        for property in i.properties_iter() {
            self.property(property?, siblings)?;
        }
        for method in i.methods_iter() {
            self.function(method?, siblings)?;
        }
        for signal in i.signals_iter() {
            self.signal(signal?, siblings)?;
        }
        for vfunc in i.vfuncs_iter() {
            self.vfunc(vfunc?, siblings)?;
        }
        for constant in i.constants_iter() {
            self.constant(constant?)?;
        }
        Ok(())
    }

    fn constant(&mut self, c: Constant<'a>) -> Result<()> {
        if !self.enter(c.offset())? {
            return Ok(());
        }
        self.summary.constants += 1;
        c.name()?;
        self.type_(c.type_info()?)?;
        c.value().map(|_| ())
    }
}
