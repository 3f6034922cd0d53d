//! Prints everything that this crate reads from one typelib, as lines of facts, to be compared with what another
//! reader of the format says. Usage: `dump FILE`.
//!
//! A fact is one line: path, name of the fact, value, with tabs between. Names, values and order are those of
//! `tests/oracle/peer.py`, whose first lines describe them; numbers are girepository's. So this program also knows
//! where girepository has a number for what is `None` here (-1, 0xffff), and where it has less to say than the format.

use std::fmt::{Display, Write as _};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use gijit_typelib::{
    Arg, Attributes, Callback, Constant, ConstantValue, Entry, Enum, Field, Function, Info,
    Interface, Object, Property, Result, Signal, Signature, Struct, Type, TypeTag, Typelib, Union,
    VFunc, Value,
};

/// girepository's number for "not known" in the offset of a field or of a virtual function.
const NO_OFFSET: u16 = 0xffff;
/// Bits that only the older girepository shows, so that they are facts of their own: `throws_itself`.
const FUNCTION_THROWS: u32 = 1 << 5;
const VFUNC_THROWS: u32 = 1 << 3;

/// girepository's number for the kind of what a lookup by name did not find.
const UNRESOLVED: u16 = 19;
const STRUCT: u16 = 3;
const BOXED: u16 = 4;

/// A lookup by name among members.
type Find<'f, T> = &'f dyn Fn(&str) -> Result<Option<T>>;

struct Dump<W> {
    out: W,
    path: String,
    /// The first failure to write; there is nobody to hand it to half-way through a walk.
    failure: Option<io::Error>,
}

impl<W: Write> Dump<W> {
    fn fact(&mut self, name: impl Display, value: impl Display) {
        if self.failure.is_none() {
            self.failure = writeln!(self.out, "{}\t{name}\t{value}", self.path).err();
        }
    }

    fn truth(&mut self, name: &str, value: bool) {
        self.fact(name, u8::from(value));
    }

    fn text(&mut self, name: impl Display, value: &str) {
        self.fact(name, quoted(value));
    }

    fn optional_text(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.fact(name, '-'),
        }
    }

    /// Runs `walk` with `step` appended to the path.
    fn below<T>(&mut self, step: impl Display, walk: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('/');
        }
        // Writing to a String cannot fail.
        let _ = write!(self.path, "{step}");
        let result = walk(self);
        self.path.truncate(length);
        result
    }

    /// What every kind of item has. `found` says whether a lookup by name leads back to it, where there is one.
    fn base(
        &mut self,
        name: &str,
        deprecated: bool,
        attributes: Attributes<'_>,
        found: Option<bool>,
    ) -> Result<()> {
        self.text("name", name);
        self.truth("deprecated", deprecated);
        self.attributes("attribute", attributes)?;
        if let Some(found) = found {
            self.truth("found", found);
        }
        Ok(())
    }

    /// All of them, a repeated key as well. The other side cannot see their order, hence sorted.
    fn attributes(&mut self, what: &str, attributes: Attributes<'_>) -> Result<()> {
        let mut pairs = attributes.collect::<Result<Vec<_>>>()?;
        pairs.sort_by_key(|&(key, _)| key);
        for (key, value) in pairs {
            self.text(format_args!("{what} {key}"), value);
        }
        Ok(())
    }

    fn full_name(&mut self, name: &str, entry: Option<Entry<'_>>) -> Result<()> {
        match entry {
            Some(entry) => {
                let full = format!("{}.{}", entry.namespace()?, entry.name()?);
                self.text(name, &full);
            }
            None => self.fact(name, '-'),
        }
        Ok(())
    }

    fn listed<'a>(
        &mut self,
        noun: &str,
        n: u16,
        get: impl Fn(u16) -> Result<Entry<'a>>,
    ) -> Result<()> {
        self.fact(format_args!("n_{noun}"), n);
        for i in 0..n {
            self.full_name(&format!("{noun}{i}"), Some(get(i)?))?;
        }
        Ok(())
    }

    // Types.

    fn type_info(&mut self, step: impl Display, info: Type<'_>) -> Result<()> {
        self.below(step, |dump| {
            dump.fact("tag", info.tag() as u8);
            dump.truth("pointer", info.is_pointer());
            if let Some(array_type) = info.array_type() {
                dump.fact("array_type", array_type as u8);
                dump.fact("length", or_minus_one(info.length_index()));
                dump.fact("fixed_size", or_minus_one(info.fixed_size()));
                dump.truth("zero_terminated", info.zero_terminated());
            }
            if info.tag() == TypeTag::Interface {
                let named = info.interface()?;
                dump.full_name("interface", Some(named))?;
                if let Some(kind) = own_kind(named)? {
                    dump.fact("interface_kind", kind);
                }
                let embedded = info.embedded_callback()?;
                dump.truth("embedded", embedded.is_some());
                if let Some(callback) = embedded {
                    dump.below("callback", |dump| dump.embedded(callback))?;
                }
            }
            for i in 0..info.n_params() {
                dump.type_info(i, info.param_type(i)?)?;
            }
            Ok(())
        })
    }

    fn embedded(&mut self, callback: Callback<'_>) -> Result<()> {
        let (name, attributes) = (callback.name()?, callback.attributes());
        self.base(name, callback.is_deprecated(), attributes, None)?;
        self.callback(callback)
    }

    // Callables.

    fn signature(
        &mut self,
        signature: Signature<'_>,
        can_throw: bool,
        is_method: bool,
    ) -> Result<()> {
        self.truth("can_throw", can_throw);
        self.truth("is_method", is_method);
        self.truth("skip_return", signature.skip_return());
        self.truth("return_nullable", signature.may_return_null());
        self.fact("return_transfer", signature.caller_owns() as u8);
        self.fact(
            "instance_transfer",
            signature.instance_transfer_ownership() as u8,
        );
        self.attributes("return_attribute", signature.attributes())?;
        self.type_info("return", signature.return_type()?)?;
        self.fact("n_arg", signature.n_arguments());
        for (i, arg) in signature.args().enumerate() {
            let arg = arg?;
            self.below(format_args!("arg{i}"), |dump| dump.arg(arg))?;
        }
        Ok(())
    }

    fn arg(&mut self, arg: Arg<'_>) -> Result<()> {
        self.base(arg.name()?, arg.is_deprecated(), arg.attributes(), None)?;
        self.fact("direction", arg.direction() as u8);
        self.truth("caller_allocates", arg.caller_allocates());
        self.truth("optional", arg.optional());
        self.truth("nullable", arg.nullable());
        self.truth("skip", arg.skip());
        self.truth("return_value", arg.return_value());
        self.fact("transfer", arg.transfer_ownership() as u8);
        self.fact("scope", arg.scope() as u8);
        self.fact("closure", or_minus_one(arg.closure()));
        self.fact("destroy", or_minus_one(arg.destroy()));
        self.type_info("type", arg.type_info()?)
    }

    fn callback(&mut self, callback: Callback<'_>) -> Result<()> {
        let signature = callback.signature()?;
        self.signature(signature, signature.throws(), false)
    }

    /// A function outside a type, or what the members of all kinds of type have in common.
    fn function(&mut self, function: Function<'_>, siblings: Siblings<'_>) -> Result<()> {
        self.text("symbol", function.symbol()?);
        self.fact("flags", function.flags() & !FUNCTION_THROWS);
        self.truth("throws_itself", function.throws());
        if let Some(i) = function.property_index() {
            let property = siblings.property(i)?;
            self.optional_text("property", property.map(Property::name).transpose()?);
        } else if let Some(i) = function.vfunc_index() {
            let vfunc = siblings.in_interface().vfunc(i)?;
            self.optional_text("vfunc", vfunc.map(VFunc::name).transpose()?);
        }
        let can_throw = function.can_throw_gerror()?;
        self.signature(function.signature()?, can_throw, function.is_method())
    }

    fn methods<'a>(
        &mut self,
        methods: impl Iterator<Item = Result<Function<'a>>>,
        n: u16,
        siblings: Siblings<'_>,
        find: Option<Find<'_, Function<'a>>>,
    ) -> Result<()> {
        self.fact("n_method", n);
        for (i, method) in methods.enumerate() {
            let method = method?;
            self.below(format_args!("method{i}"), |dump| {
                let name = method.name()?;
                let found = find.map(|find| find(name)).transpose()?;
                let found = found.map(|found| found == Some(method));
                dump.base(name, method.is_deprecated(), method.attributes(), found)?;
                dump.function(method, siblings)
            })?;
        }
        Ok(())
    }

    fn signal(&mut self, signal: Signal<'_>, siblings: Siblings<'_>) -> Result<()> {
        self.fact("flags", signal.flags());
        self.truth("true_stops_emit", signal.true_stops_emit());
        let closure = siblings
            .in_interface()
            .linked(signal.class_closure(), Siblings::vfunc)?;
        self.optional_text("class_closure", closure.map(VFunc::name).transpose()?);
        let signature = signal.signature()?;
        self.signature(signature, signature.throws(), true)
    }

    fn vfunc(&mut self, vfunc: VFunc<'_>, siblings: Siblings<'_>) -> Result<()> {
        self.fact("flags", vfunc.flags() & !VFUNC_THROWS);
        self.truth("throws_itself", vfunc.throws());
        self.fact("offset", vfunc.struct_offset().unwrap_or(NO_OFFSET));
        let invoker = siblings.linked(vfunc.invoker(), Siblings::method)?;
        self.optional_text("invoker", invoker.map(Function::name).transpose()?);
        let signal = siblings
            .in_interface()
            .linked(vfunc.signal(), Siblings::signal)?;
        self.optional_text("signal", signal.map(Signal::name).transpose()?);
        let can_throw = vfunc.can_throw_gerror()?;
        self.signature(vfunc.signature()?, can_throw, !vfunc.is_static())
    }

    // Other members.

    fn fields<'a>(
        &mut self,
        fields: impl Iterator<Item = Result<Field<'a>>>,
        n: u16,
        find: Option<Find<'_, Field<'a>>>,
    ) -> Result<()> {
        self.fact("n_field", n);
        for (i, field) in fields.enumerate() {
            let field = field?;
            self.below(format_args!("field{i}"), |dump| {
                let name = field.name()?;
                let found = find.map(|find| find(name)).transpose()?;
                let found = found.map(|found| found == Some(field));
                dump.base(name, field.is_deprecated(), field.attributes(), found)?;
                dump.fact("flags", field.flags());
                dump.fact("size", field.size());
                dump.fact("offset", field.struct_offset().unwrap_or(NO_OFFSET));
                dump.type_info("type", field.type_info()?)
            })?;
        }
        Ok(())
    }

    fn property(&mut self, property: Property<'_>, siblings: Siblings<'_>) -> Result<()> {
        self.fact("flags", property.flags());
        self.fact("transfer", property.transfer_ownership() as u8);
        let getter = siblings.linked(property.getter(), Siblings::method)?;
        self.optional_text("getter", getter.map(Function::name).transpose()?);
        let setter = siblings.linked(property.setter(), Siblings::method)?;
        self.optional_text("setter", setter.map(Function::name).transpose()?);
        self.type_info("type", property.type_info()?)
    }

    fn value(&mut self, value: Value<'_>) -> Result<()> {
        let (name, attributes) = (value.name()?, value.attributes());
        self.base(name, value.is_deprecated(), attributes, None)?;
        self.fact("value", value.value());
        Ok(())
    }

    fn constant(&mut self, constant: Constant<'_>) -> Result<()> {
        use ConstantValue as V;
        match constant.value()? {
            V::Boolean(value) => self.truth("value", value),
            V::Int8(value) => self.fact("value", value),
            V::UInt8(value) => self.fact("value", value),
            V::Int16(value) => self.fact("value", value),
            V::UInt16(value) => self.fact("value", value),
            V::Int32(value) => self.fact("value", value),
            V::UInt32(value) => self.fact("value", value),
            V::Int64(value) => self.fact("value", value),
            V::UInt64(value) => self.fact("value", value),
            V::Float(value) => self.double(value.into()),
            V::Double(value) => self.double(value),
            V::Utf8(value) => self.text("value", value),
            V::Filename(value) => self.text("value", &String::from_utf8_lossy(value)),
            // Compilers write such constants without their value. PyGObject converts zero bits by the type then.
            V::Other([]) => match constant.type_info()?.interface()?.info()? {
                Info::Enum(_) | Info::Flags(_) => self.fact("value", 0),
                _ => self.fact("value", '-'),
            },
            other => self.fact("value", format_args!("{other:?}")),
        }
        self.type_info("type", constant.type_info()?)
    }

    fn double(&mut self, value: f64) {
        self.fact("value", format_args!("double:{:016x}", value.to_bits()));
    }

    // Members of objects and interfaces.

    fn members(&mut self, of: Siblings<'_>) -> Result<()> {
        let n = of.n_properties();
        self.fact("n_property", n);
        for i in 0..n {
            if let Some(property) = of.property(i)? {
                self.below(format_args!("property{i}"), |dump| {
                    let (name, deprecated) = (property.name()?, property.is_deprecated());
                    dump.base(name, deprecated, property.attributes(), None)?;
                    dump.property(property, of)
                })?;
            }
        }
        match of {
            Siblings::Object(object) => {
                let find = |name: &str| object.find_method(name);
                self.methods(object.methods_iter(), object.methods(), of, Some(&find))?;
            }
            Siblings::Interface(interface) => {
                let find = |name: &str| interface.find_method(name);
                let n = interface.methods();
                self.methods(interface.methods_iter(), n, of, Some(&find))?;
            }
            Siblings::None => {}
        }
        let n = of.n_signals();
        self.fact("n_signal", n);
        for i in 0..n {
            if let Some(signal) = of.signal(i)? {
                self.below(format_args!("signal{i}"), |dump| {
                    let (name, deprecated) = (signal.name()?, signal.is_deprecated());
                    let found = Some(of.find_signal(name)? == Some(signal));
                    dump.base(name, deprecated, signal.attributes(), found)?;
                    dump.signal(signal, of)
                })?;
            }
        }
        let n = of.n_vfuncs();
        self.fact("n_vfunc", n);
        for i in 0..n {
            if let Some(vfunc) = of.vfunc(i)? {
                self.below(format_args!("vfunc{i}"), |dump| {
                    let (name, deprecated) = (vfunc.name()?, vfunc.is_deprecated());
                    let found = Some(of.find_vfunc(name)? == Some(vfunc));
                    dump.base(name, deprecated, vfunc.attributes(), found)?;
                    dump.vfunc(vfunc, of)
                })?;
            }
        }
        let n = of.n_constants();
        self.fact("n_constant", n);
        for i in 0..n {
            if let Some(constant) = of.constant(i)? {
                self.below(format_args!("constant{i}"), |dump| {
                    let (name, deprecated) = (constant.name()?, constant.is_deprecated());
                    dump.base(name, deprecated, constant.attributes(), None)?;
                    dump.constant(constant)
                })?;
            }
        }
        Ok(())
    }

    // Entries.

    fn registered(&mut self, name: Option<&str>, init: Option<&str>) {
        self.optional_text("type_name", name);
        self.optional_text("type_init", init);
    }

    fn structure(&mut self, info: Struct<'_>) -> Result<()> {
        self.registered(info.gtype_name()?, info.gtype_init()?);
        self.fact("size", info.size());
        self.fact("alignment", info.alignment());
        self.truth("is_gtype_struct", info.is_gtype_struct());
        self.truth("is_foreign", info.is_foreign());
        let find = |name: &str| info.find_field(name);
        self.fields(info.fields_iter(), info.fields(), Some(&find))?;
        let find = |name: &str| info.find_method(name);
        let (methods, n) = (info.methods_iter(), info.methods());
        self.methods(methods, n, Siblings::None, Some(&find))
    }

    fn union(&mut self, info: Union<'_>) -> Result<()> {
        self.registered(info.gtype_name()?, info.gtype_init()?);
        self.fact("size", info.size());
        self.fact("alignment", info.alignment());
        self.truth("is_discriminated", info.is_discriminated());
        if let (Some(offset), Some(of)) = (info.discriminator_offset(), info.discriminator_type()?)
        {
            self.fact("discriminator_offset", offset);
            self.type_info("discriminator", of)?;
            self.fact("n_discriminator", info.fields());
            for i in 0..info.fields() {
                if let Some(constant) = info.discriminator(i)? {
                    self.below(format_args!("discriminator{i}"), |dump| {
                        let (name, deprecated) = (constant.name()?, constant.is_deprecated());
                        dump.base(name, deprecated, constant.attributes(), None)?;
                        dump.type_info("type", constant.type_info()?)
                    })?;
                }
            }
        }
        self.fields(info.fields_iter(), info.fields(), None)?;
        let find = |name: &str| info.find_method(name);
        let (methods, n) = (info.methods_iter(), info.methods());
        self.methods(methods, n, Siblings::None, Some(&find))
    }

    fn enumeration(&mut self, info: Enum<'_>) -> Result<()> {
        self.registered(info.gtype_name()?, info.gtype_init()?);
        self.fact("storage_type", info.storage_type() as u8);
        self.optional_text("error_domain", info.error_domain()?);
        self.fact("n_value", info.values());
        for (i, value) in info.values_iter().enumerate() {
            let value = value?;
            self.below(format_args!("value{i}"), |dump| dump.value(value))?;
        }
        self.methods(info.methods_iter(), info.methods(), Siblings::None, None)
    }

    fn object(&mut self, info: Object<'_>) -> Result<()> {
        self.registered(info.gtype_name()?, info.gtype_init()?);
        self.truth("is_abstract", info.is_abstract());
        self.truth("is_fundamental", info.is_fundamental());
        self.truth("is_final", info.is_final());
        self.optional_text("object_type_name", info.gtype_name()?);
        self.optional_text("object_type_init", info.gtype_init()?);
        self.optional_text("ref", info.ref_func()?);
        self.optional_text("unref", info.unref_func()?);
        self.optional_text("set_value", info.set_value_func()?);
        self.optional_text("get_value", info.get_value_func()?);
        self.full_name("parent", info.parent()?)?;
        self.full_name("class_struct", info.class_struct()?)?;
        self.listed("interface", info.interfaces(), |i| info.interface(i))?;
        self.fields(info.fields_iter(), info.fields(), None)?;
        self.members(Siblings::Object(info))
    }

    fn interface(&mut self, info: Interface<'_>) -> Result<()> {
        self.registered(info.gtype_name()?, info.gtype_init()?);
        self.full_name("iface_struct", info.iface_struct()?)?;
        self.listed("prerequisite", info.prerequisites(), |i| {
            info.prerequisite(i)
        })?;
        self.members(Siblings::Interface(info))
    }

    fn entry(&mut self, entry: Entry<'_>) -> Result<()> {
        let name = entry.name()?;
        // girepository counts entries from 0.
        self.below(format_args!("{}:{name}", entry.index() - 1), |dump| {
            let info = entry.info()?;
            let deprecated = match info {
                Info::Function(info) => info.is_deprecated(),
                Info::Callback(info) => info.is_deprecated(),
                Info::Struct(info) | Info::Boxed(info) => info.is_deprecated(),
                Info::Enum(info) | Info::Flags(info) => info.is_deprecated(),
                Info::Object(info) => info.is_deprecated(),
                Info::Interface(info) => info.is_deprecated(),
                Info::Constant(info) => info.is_deprecated(),
                // Compilers write it, but girepository, of both generations, does not look.
                Info::Union(_) => false,
                Info::InvalidOrUnknown => false,
            };
            // The newer girepository has no class for what has only a GType, and says that it is a struct.
            let kind = entry.blob_type_number();
            dump.fact("kind", if kind == BOXED { STRUCT } else { kind });
            dump.truth("is_boxed", kind == BOXED);
            dump.text("namespace", entry.namespace()?);
            let found = entry.typelib().find(name)? == Some(entry);
            dump.base(name, deprecated, entry.attributes(), Some(found))?;
            match info {
                Info::Function(info) => dump.function(info, Siblings::None),
                Info::Callback(info) => dump.callback(info),
                Info::Struct(info) | Info::Boxed(info) => dump.structure(info),
                Info::Enum(info) | Info::Flags(info) => dump.enumeration(info),
                Info::Object(info) => dump.object(info),
                Info::Interface(info) => dump.interface(info),
                Info::Constant(info) => dump.constant(info),
                Info::Union(info) => dump.union(info),
                Info::InvalidOrUnknown => Ok(()),
            }
        })
    }

    fn typelib(&mut self, lib: &Typelib) -> Result<()> {
        self.text("namespace", lib.namespace());
        self.text("version", lib.version());
        self.text("c_prefix", lib.c_prefix()?);
        let libraries = lib.shared_libraries()?.join(",");
        let libraries = Some(libraries.as_str()).filter(|list| !list.is_empty());
        self.optional_text("shared_library", libraries);
        let dependencies = lib.dependencies()?;
        let dependencies: Vec<_> = dependencies
            .iter()
            .map(|(namespace, version)| format!("{namespace}-{version}"))
            .collect();
        self.text("dependencies", &dependencies.join("|"));
        self.fact("n_entries", lib.n_local_entries());
        for entry in lib.entries() {
            self.entry(entry)?;
        }
        Ok(())
    }
}

/// The type that members belong to, for the links from one member to another. A link whose index leads nowhere is an
/// error; a link in a type that has no such members is none, as in girepository.
#[derive(Clone, Copy)]
enum Siblings<'a> {
    Object(Object<'a>),
    Interface(Interface<'a>),
    None,
}

macro_rules! sibling {
    ($get:ident, $member:ident) => {
        fn $get(self, i: u16) -> Result<Option<$member<'a>>> {
            match self {
                Siblings::Object(object) => object.$get(i).map(Some),
                Siblings::Interface(interface) => interface.$get(i).map(Some),
                Siblings::None => Ok(None),
            }
        }
    };
}

macro_rules! count {
    ($name:ident, $count:ident) => {
        fn $name(self) -> u16 {
            match self {
                Siblings::Object(object) => object.$count(),
                Siblings::Interface(interface) => interface.$count(),
                Siblings::None => 0,
            }
        }
    };
}

macro_rules! find {
    ($find:ident, $member:ident) => {
        fn $find(self, name: &str) -> Result<Option<$member<'a>>> {
            match self {
                Siblings::Object(object) => object.$find(name),
                Siblings::Interface(interface) => interface.$find(name),
                Siblings::None => Ok(None),
            }
        }
    };
}

impl<'a> Siblings<'a> {
    sibling!(property, Property);
    sibling!(method, Function);
    sibling!(signal, Signal);
    sibling!(vfunc, VFunc);
    sibling!(constant, Constant);
    count!(n_properties, properties);
    count!(n_signals, signals);
    count!(n_vfuncs, vfuncs);
    count!(n_constants, constants);
    find!(find_signal, Signal);
    find!(find_vfunc, VFunc);

    /// For the links that girepository follows in interfaces only, although the format has them in objects too.
    fn in_interface(self) -> Self {
        match self {
            Siblings::Interface(_) => self,
            Siblings::Object(_) | Siblings::None => Siblings::None,
        }
    }

    fn linked<T>(
        self,
        link: Option<u16>,
        get: impl FnOnce(Self, u16) -> Result<Option<T>>,
    ) -> Result<Option<T>> {
        match link {
            Some(i) => get(self, i),
            None => Ok(None),
        }
    }
}

/// The number of the kind of a thing in its own namespace. Some files have entries that announce a thing of their own
/// namespace as foreign: as every foreign one it is looked up by name then, and may turn out not to exist.
fn own_kind(entry: Entry<'_>) -> Result<Option<u16>> {
    if entry.is_local() {
        return Ok(Some(entry.blob_type_number()));
    }
    let lib = entry.typelib();
    if entry.namespace()? != lib.namespace() {
        return Ok(None);
    }
    let found = lib.find(entry.name()?)?;
    Ok(Some(found.map_or(UNRESOLVED, Entry::blob_type_number)))
}

fn or_minus_one(number: Option<u16>) -> i32 {
    number.map_or(-1, i32::from)
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '\\' => quoted.push_str("\\\\"),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    let [file] = arguments.as_slice() else {
        eprintln!("usage: dump FILE");
        return ExitCode::from(2);
    };
    let mut dump = Dump {
        out: BufWriter::new(io::stdout().lock()),
        path: String::new(),
        failure: None,
    };
    let walked = Typelib::open(Path::new(file)).and_then(|lib| dump.typelib(&lib));
    if let Err(error) = walked {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    if let Some(error) = dump.failure.or(dump.out.flush().err()) {
        eprintln!("cannot write: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
