//! The call plan: everything about one callable that can be known without calling it.
//!
//! A plan is pure data, immutable once published and shared between threads. Whatever derives from metadata
//! derives from here: both executors, callbacks, signatures, error texts, `explain`. It does not know how it is
//! executed, and it knows neither Python nor LLVM. Nobody but [`builder`] reads callables in a typelib.

pub mod builder;
pub mod compared;
mod explain;
pub mod keeps;
#[rustfmt::skip]
mod layouts;
mod operation;
mod questions;
pub mod record;
pub mod shape;
pub mod truth;
pub mod types;
mod written;

use std::fmt;

pub use operation::Operation;

pub use gijit_shape::{Kind, Shape};

/// One callable: a function, method, constructor, virtual function, callback or signal.
#[derive(Debug)]
pub struct CallPlan {
    pub namespace: Box<str>,
    /// Name of the class, struct, enumeration … that holds it.
    pub container: Option<Box<str>>,
    /// Name in the typelib, not escaped for Python.
    pub name: Box<str>,
    /// The C symbol; only for functions, methods and constructors.
    pub symbol: Option<Box<str>>,
    pub role: Role,
    /// All C arguments in C order, the instance of a method, virtual function or signal first. The trailing
    /// `GError **` is [`CallPlan::throws`] instead, and a signal handler's user data is not listed.
    pub args: Box<[Arg]>,
    pub ret: Return,
    pub throws: bool,
    /// C indices of the arguments that Python passes, in Python's order. Among them is user data that is not the
    /// last of them (see [`CallPlan::user_data_varargs`]).
    pub inputs: Box<[u16]>,
    /// C index of the user data to which go all positional arguments behind `inputs`, or a single keyword argument
    /// of its name. Where several callbacks have user data, this is that of the last one, if nothing follows it.
    pub user_data_varargs: Option<u16>,
    /// What Python gets, in order: none is None, one is itself, several are a result tuple.
    pub outputs: Box<[Output]>,
    /// Deprecated, with the typelib's message if it has one.
    pub deprecated: Option<Option<Box<str>>>,
    pub gil: GilPolicy,
    /// How it is called natively, or what stands in the way.
    pub shape: Result<Shape, Unsupported>,
    /// What it starts, if it returns before that has ended.
    pub operation: Option<Operation>,
    /// Name of the function that finishes this asynchronous one, if the typelib links them.
    pub finish: Option<Box<str>>,
    /// The arguments that C needs beyond the call.
    pub keeps: Box<[keeps::Keep]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Function,
    Method,
    Constructor,
    VFunc,
    Callback,
    Signal,
}

/// Whether the GIL is released around the C call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GilPolicy {
    /// The callee may block on something that itself waits for the GIL.
    Release,
    /// It has been proved that it cannot.
    Keep,
    /// The callee only asks its instance, and some of those wait for nobody.
    Ask,
}

/// One C argument.
#[derive(Debug)]
pub struct Arg {
    /// Name in the typelib; `self` for the instance.
    pub name: Box<str>,
    pub ty: Type,
    pub direction: Direction,
    pub transfer: Transfer,
    /// NULL may be passed (in) or come back (out).
    pub nullable: bool,
    /// The address itself may be NULL: the caller may decline an output.
    pub optional: bool,
    pub caller_allocates: bool,
    /// C replaces the items of an array that goes in, or writes text where it is said to read some.
    pub filled: bool,
    pub job: Job,
    /// How long a callback argument is needed.
    pub scope: Scope,
    /// C index of the user data that belongs to this callback.
    pub closure: Option<u16>,
    /// C index of the destroy notify that belongs to this callback.
    pub destroy: Option<u16>,
    /// Value when Python leaves the argument out.
    pub default: Option<Default>,
}

/// What an argument is for, seen from Python: only [`Job::Value`] and [`Job::Instance`] are visible there, and
/// user data of another argument's callback.
///
/// This is so where Python calls. A callback or virtual function that Python implements gets lengths as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    Value,
    /// The object that a method is called on.
    Instance,
    /// The length of the arrays with these first C index (several arrays may share one length).
    Length {
        of: u16,
    },
    /// The length of a returned array.
    ReturnLength,
    /// User data of the callback at this C index: of the first, if several share it. With its own index, it is the
    /// user data that a callback itself gets, and hidden.
    UserData {
        of: u16,
    },
    /// Destroy notify of the callback at this C index.
    Destroy {
        of: u16,
    },
}

/// The value of an argument that is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// NULL; for an argument that goes both ways, a slot with NULL or zero.
    Null,
    False,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    In,
    Out,
    InOut,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    None,
    Container,
    Full,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    Invalid,
    Call,
    /// "call" in the typelib, but of a constructor or setter: what these are given is for the object, as long as it lives.
    Object,
    Async,
    Notified,
    Forever,
}

#[derive(Debug)]
pub struct Return {
    pub ty: Type,
    pub transfer: Transfer,
    pub nullable: bool,
    /// Python does not see it.
    pub skip: bool,
}

/// One value that Python gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    Return,
    /// The argument with this C index.
    Arg(u16),
}

/// A type as a C value has it. `pointer` is the typelib's flag: for records, whether C sees an address or the
/// bytes; for scalars, whether it is an array or buffer in disguise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Void,
    /// `gpointer`.
    Pointer,
    /// A number, boolean, character or `GType`: one of the scalar kinds.
    Scalar(Kind),
    /// A pointer to a scalar that is neither an output nor an array.
    ScalarPointer(Kind),
    Utf8,
    Filename,
    /// An enumeration, with the number as which C stores it: one as wide as an `int` almost always.
    Enum(TypeRef, Kind),
    /// The same for flags.
    Flags(TypeRef, Kind),
    /// An object class, fundamental or `GObject`.
    Object(TypeRef),
    Interface(TypeRef),
    /// A struct, boxed or not. `size` is in bytes, 0 where the struct is opaque.
    Struct {
        of: TypeRef,
        pointer: bool,
        size: u32,
        form: StructForm,
    },
    Union {
        of: TypeRef,
        pointer: bool,
        size: u32,
    },
    Callback(TypeRef),
    Array {
        form: ArrayForm,
        item: Box<Type>,
        zero_terminated: bool,
        /// C index of the argument that holds the length (the instance counted).
        length: Option<u16>,
        fixed: Option<u16>,
    },
    List(Box<Type>),
    SList(Box<Type>),
    Hash(Box<(Type, Type)>),
    Error,
    /// A type that the typelib names but does not describe.
    Unresolved(TypeRef),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArrayForm {
    C,
    GArray,
    PtrArray,
    ByteArray,
}

/// Structs of which a Python value is not simply a wrapper around the pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StructForm {
    Plain,
    /// As a plain one, but without a GType: there is no function that copies or frees it.
    Bare,
    /// The class or interface struct of a type.
    Class,
    /// Wrapped by another binding, as those of cairo are.
    Foreign,
    /// `GObject.Value`
    Value,
    /// `GObject.Closure`
    Closure,
    /// `GLib.Variant`
    Variant,
}

/// A type that has a name in a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeRef {
    pub namespace: Box<str>,
    pub name: Box<str>,
}

/// Why a call has no shape, so that no thunk can make it: the first value that C does not get as a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// Name of the argument; None for the return value.
    pub arg: Option<Box<str>>,
    /// The type, as [`Type`] prints it.
    pub ty: String,
    pub reason: &'static str,
}

impl CallPlan {
    /// `NS.Container.name`, or `NS.name`, or, as PyGObject writes callables in errors, with the parentheses that
    /// the caller adds.
    pub fn full_name(&self) -> String {
        match &self.container {
            Some(container) => format!("{}.{}.{}", self.namespace, container, self.name),
            None => format!("{}.{}", self.namespace, self.name),
        }
    }
}

impl Arg {
    /// The name under which Python may pass it: keywords get an underscore.
    pub fn python_name(&self) -> String {
        python_name(&self.name)
    }

    /// Whether C fills memory of the caller's: the bytes of a record, an array that is marked so, or what has its address
    /// as its value, so that nobody knows how much C writes there: a text, or a record that is closed.
    pub fn is_memory(&self) -> bool {
        let is_out = self.direction == Direction::Out;
        match &self.ty {
            _ if self.direction == Direction::In => false,
            ty if ty.row().passed.is_bytes() => true,
            Type::Array { .. } => self.caller_allocates,
            Type::Utf8 | Type::Filename | Type::Pointer => self.caller_allocates && is_out,
            Type::Struct { size: 0, .. } | Type::Union { size: 0, .. } => {
                self.caller_allocates && is_out
            }
            _ => false,
        }
    }

    /// Whether C reads a value from it; Python passes one only for those in [`CallPlan::inputs`].
    pub fn is_input(&self) -> bool {
        self.direction != Direction::Out
    }
}

/// A name as Python can write it: `-` becomes `_`, and reserved words (and `print`, which was one) get a trailing
/// underscore.
pub fn python_name(name: &str) -> String {
    const RESERVED: [&str; 36] = [
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "print", "raise",
        "return", "try", "while", "with", "yield",
    ];
    let mut name = name.replace('-', "_");
    if RESERVED.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

impl fmt::Display for TypeRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.namespace, self.name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Void => f.write_str("void"),
            Type::Pointer => f.write_str("gpointer"),
            Type::Scalar(kind) => f.write_str(c_name(*kind)),
            Type::ScalarPointer(kind) => write!(f, "{} *", c_name(*kind)),
            Type::Utf8 => f.write_str("utf8"),
            Type::Filename => f.write_str("filename"),
            Type::Enum(of, _) | Type::Flags(of, _) => of.fmt(f),
            Type::Object(of) | Type::Interface(of) => of.fmt(f),
            Type::Struct { of, .. } | Type::Union { of, .. } => of.fmt(f),
            Type::Callback(of) | Type::Unresolved(of) => of.fmt(f),
            Type::Array { form, item, .. } => match form {
                ArrayForm::C => write!(f, "array of {item}"),
                ArrayForm::GArray => write!(f, "GLib.Array of {item}"),
                ArrayForm::PtrArray => write!(f, "GLib.PtrArray of {item}"),
                ArrayForm::ByteArray => f.write_str("GLib.ByteArray"),
            },
            Type::List(item) => write!(f, "GLib.List of {item}"),
            Type::SList(item) => write!(f, "GLib.SList of {item}"),
            Type::Hash(pair) => write!(f, "GLib.HashTable of {} to {}", pair.0, pair.1),
            Type::Error => f.write_str("GLib.Error"),
        }
    }
}

/// GLib's name of a scalar kind.
pub fn c_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Bool => "gboolean",
        Kind::I8 => "gint8",
        Kind::U8 => "guint8",
        Kind::I16 => "gint16",
        Kind::U16 => "guint16",
        Kind::I32 => "gint32",
        Kind::U32 => "guint32",
        Kind::I64 => "gint64",
        Kind::U64 => "guint64",
        Kind::F32 => "gfloat",
        Kind::F64 => "gdouble",
        Kind::Unichar => "gunichar",
        Kind::GType => "GType",
        other => other.name(),
    }
}
