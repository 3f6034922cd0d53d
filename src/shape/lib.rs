//! What a thunk is told: the call shape, the layout of the objects it reads, and the interface of the engine.
//!
//! This crate is the contract between the extension module, which knows Python and plans but not LLVM, and the
//! engine, which knows LLVM but neither plans nor typelibs. It is pure data and has no dependencies.
//!
//! A [`Shape`] is a callable with everything particular taken away: types are reduced to the way in which they
//! travel, and names, addresses, GTypes and Python classes are gone. Callables of one shape share one thunk. The
//! text form of a shape is its key: it is what the engine receives, what `gijit.explain` prints, and what names
//! the golden files. It reads
//!
//! ```text
//! rel (inst, str?=, >i32) -> bool !
//! │    │     │ ││  │         │    └ throws a GError
//! │    │     │ ││  │         └ what C returns
//! │    │     │ ││  └ out argument (`<>` inout, `*>` out in memory that the caller allocates)
//! │    │     │ │└ may be missing at the end of the call: NULL or FALSE then
//! │    │     │ └ nullable: None is NULL
//! │    │     └ kind; a `+` behind it is transfer full
//! │    └ C arguments in C order, the instance of a method first
//! └ the GIL is released around the C call (`keep`: it is not)
//! ```
//!
//! What a thunk does not open itself is `any`: arrays, lists, hash tables, callbacks, values, variants and the like.
//! It lies in a frame, one word for each C argument and one for the return value, which the callable's own functions
//! fill and read; the thunk passes the words on. A hidden argument lies there too, and Python does not see it.
//!
//! ```text
//! rel (obj, any, #u64, any=, #any, ...) -> any
//!           │    │                 └ more arguments may follow, which the frame takes
//!           │    └ hidden: a length, user data or a destroy notification
//!           └ a word in the frame (`<*>any` in memory that C changes)
//! ```

pub mod abi;
pub mod engine;
pub mod entry;
pub mod layout;

use std::fmt;
use std::str::FromStr;

/// How a value travels: its width and sign in C, and which conversion it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No value; only as a return type.
    Void,
    /// `gboolean`, a C `int`.
    Bool,
    I8,
    U8,
    I16,
    U16,
    I32,
    U32,
    I64,
    U64,
    F32,
    F64,
    /// `gunichar`, a `guint32` that is a `str` of one character in Python.
    Unichar,
    /// `GType`, as wide as a pointer.
    GType,
    /// `char *` in UTF-8.
    Utf8,
    /// `char *` in the file system's encoding.
    Filename,
    /// A member of an enumeration, a C `int`.
    Enum,
    /// A set of flags, a C `unsigned int`.
    Flags,
    /// A pointer to an object or an interface's instance.
    Object,
    /// A pointer to a boxed, struct or union value.
    Boxed,
    /// A `GValue` that C fills, in the thunk's own memory: what is in it. Only [`Direction::CallerAllocates`].
    Value,
    /// A pointer that the thunk does not open: how it is made and what becomes of it only the callable knows, also
    /// whether it may be NULL and who owns it.
    Any,
}

impl Kind {
    /// Every kind with its name in the text form.
    pub const ALL: [(Kind, &'static str); 22] = [
        (Kind::Void, "void"),
        (Kind::Bool, "bool"),
        (Kind::I8, "i8"),
        (Kind::U8, "u8"),
        (Kind::I16, "i16"),
        (Kind::U16, "u16"),
        (Kind::I32, "i32"),
        (Kind::U32, "u32"),
        (Kind::I64, "i64"),
        (Kind::U64, "u64"),
        (Kind::F32, "f32"),
        (Kind::F64, "f64"),
        (Kind::Unichar, "char"),
        (Kind::GType, "gtype"),
        (Kind::Utf8, "str"),
        (Kind::Filename, "path"),
        (Kind::Enum, "enum"),
        (Kind::Flags, "flags"),
        (Kind::Object, "obj"),
        (Kind::Boxed, "box"),
        (Kind::Value, "val"),
        (Kind::Any, "any"),
    ];

    /// The kind's name in the text form.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(kind, _)| *kind == self)
            .expect("ALL lists every kind")
            .1
    }

    /// Whether C sees a pointer.
    pub fn is_pointer(self) -> bool {
        matches!(
            self,
            Kind::Utf8 | Kind::Filename | Kind::Object | Kind::Boxed | Kind::Value | Kind::Any
        )
    }

    /// Size in bytes of the C value (8 for pointers; 0 for `Void`).
    pub fn size(self) -> usize {
        match self {
            Kind::Void => 0,
            Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 => 2,
            Kind::Bool
            | Kind::I32
            | Kind::U32
            | Kind::F32
            | Kind::Unichar
            | Kind::Enum
            | Kind::Flags => 4,
            _ => 8,
        }
    }
}

/// Which way an argument goes, seen from the callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    In,
    /// C gets the address of a zeroed slot.
    Out,
    /// C gets the address of a slot that holds the converted argument.
    InOut,
    /// C gets the address of memory that the caller allocated and C fills; only [`Kind::Boxed`], [`Kind::Value`] and
    /// [`Kind::Any`].
    CallerAllocates,
    /// C gets the address of memory with the converted argument, which it changes; only [`Kind::Any`].
    InPlace,
}

/// A value that goes to or comes from C, with its ownership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    pub kind: Kind,
    /// Transfer full: the receiver owns it. Only pointer kinds that the thunk opens.
    pub full: bool,
}

/// One C argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Arg {
    pub value: Value,
    pub direction: Direction,
    /// None goes in as NULL; only pointer kinds that the thunk opens.
    pub nullable: bool,
    /// May be missing at the end of the positional arguments: NULL, or FALSE for a boolean. If an input has this,
    /// so have all inputs behind it.
    pub optional: bool,
    /// Python neither passes nor gets it: what another value needs beside it, filled and read where that is.
    pub hidden: bool,
}

impl Arg {
    /// Whether Python passes a value for it.
    pub fn is_input(&self) -> bool {
        !self.hidden
            && matches!(
                self.direction,
                Direction::In | Direction::InOut | Direction::InPlace
            )
    }

    /// Whether Python gets a value from it.
    pub fn is_output(&self) -> bool {
        !self.hidden && !matches!(self.direction, Direction::In)
    }

    /// Whether its word in the frame is what C reads or writes.
    pub fn is_in_frame(&self) -> bool {
        self.hidden || self.value.kind == Kind::Any
    }
}

/// What becomes of the GIL around the C call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Gil {
    Keep,
    Release,
    /// The instance, the first argument, says whether it is released.
    Ask,
}

impl Gil {
    /// Every way with how the text form begins.
    const STARTS: [(Gil, &'static str); 3] = [
        (Gil::Keep, "keep ("),
        (Gil::Release, "rel ("),
        (Gil::Ask, "ask ("),
    ];
}

/// A call shape: all that a thunk's code depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// All C arguments in C order, the instance first; the trailing `GError **` is [`Shape::throws`] instead.
    pub args: Vec<Arg>,
    /// Python may pass more than there are inputs: the callable takes the rest for user data.
    pub takes_more: bool,
    pub ret: Value,
    /// The return value is not given to Python (it is still released if it is owned).
    pub skip_return: bool,
    pub throws: bool,
    pub gil: Gil,
}

impl Shape {
    /// The most positional arguments that Python may pass, but for those that [`Shape::takes_more`] is about.
    pub fn max_inputs(&self) -> usize {
        self.args.iter().filter(|arg| arg.is_input()).count()
    }

    /// The fewest positional arguments that Python must pass.
    pub fn min_inputs(&self) -> usize {
        self.args
            .iter()
            .filter(|arg| arg.is_input() && !arg.optional)
            .count()
    }

    /// Number of values that Python gets: the return value unless void or skipped, then the outputs.
    pub fn n_outputs(&self) -> usize {
        usize::from(self.returns_value()) + self.args.iter().filter(|arg| arg.is_output()).count()
    }

    /// Whether C's return value is given to Python.
    pub fn returns_value(&self) -> bool {
        self.ret.kind != Kind::Void && !self.skip_return
    }

    /// Whether something is made for C in the frame before the call: what has been made must be given back.
    pub fn fills_frame(&self) -> bool {
        self.args.iter().any(|arg| {
            arg.value.kind == Kind::Any
                && (arg.is_input() || arg.direction == Direction::CallerAllocates)
        })
    }

    /// Whether anything lies in the frame.
    pub fn has_frame(&self) -> bool {
        self.ret.kind == Kind::Any || self.args.iter().any(Arg::is_in_frame)
    }

    /// Checks the rules that the fields' comments state.
    pub fn check(&self) -> Result<(), &'static str> {
        let opened = |kind: Kind| kind.is_pointer() && kind != Kind::Any;
        if self.ret.full && !opened(self.ret.kind) {
            return Err("only opened pointers have transfer full");
        }
        let has_instance = |arg: &Arg| {
            let is_usual = arg.direction == Direction::In && !arg.nullable && !arg.hidden;
            is_usual && arg.value.kind == Kind::Object
        };
        if self.gil == Gil::Ask && !self.args.first().is_some_and(has_instance) {
            return Err("there is no instance to ask");
        }
        if self.ret.kind == Kind::Value {
            return Err("a value is filled by C");
        }
        if self.takes_more && !self.fills_frame() {
            return Err("nothing takes more arguments");
        }
        let mut optional = false;
        for arg in &self.args {
            let kind = arg.value.kind;
            if kind == Kind::Void {
                return Err("an argument cannot be void");
            }
            if (arg.value.full || arg.nullable) && (arg.hidden || !opened(kind)) {
                return Err("only opened pointers have transfer full or are nullable");
            }
            match arg.direction {
                Direction::CallerAllocates if arg.hidden => {
                    return Err("memory is not hidden");
                }
                Direction::CallerAllocates
                    if !matches!(kind, Kind::Boxed | Kind::Value | Kind::Any) =>
                {
                    return Err("only structs are allocated by the caller");
                }
                Direction::In | Direction::Out | Direction::InOut if kind == Kind::Value => {
                    return Err("a value is filled by C");
                }
                Direction::InPlace if arg.hidden || kind != Kind::Any => {
                    return Err("only what is not opened is changed in place");
                }
                _ => {}
            }
            if arg.is_input() {
                if optional && !arg.optional {
                    return Err("a required input behind an optional one");
                }
                optional = arg.optional;
                let has_default = arg.nullable || matches!(kind, Kind::Bool | Kind::Any);
                if arg.optional && !has_default {
                    return Err("only nullable pointers and booleans can be left out");
                }
            } else if arg.optional {
                return Err("only inputs can be left out");
            }
        }
        Ok(())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let start = Gil::STARTS.iter().find(|(gil, _)| *gil == self.gil);
        f.write_str(start.expect("STARTS lists every way").1)?;
        for (i, arg) in self.args.iter().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            f.write_str(if arg.hidden { "#" } else { "" })?;
            f.write_str(match arg.direction {
                Direction::In => "",
                Direction::Out => ">",
                Direction::InOut => "<>",
                Direction::CallerAllocates => "*>",
                Direction::InPlace => "<*>",
            })?;
            write_value(f, arg.value)?;
            if arg.nullable {
                f.write_str("?")?;
            }
            if arg.optional {
                f.write_str("=")?;
            }
        }
        if self.takes_more {
            f.write_str(", ...")?;
        }
        f.write_str(") -> ")?;
        if self.skip_return {
            f.write_str("~")?;
        }
        write_value(f, self.ret)?;
        f.write_str(if self.throws { " !" } else { "" })
    }
}

fn write_value(f: &mut fmt::Formatter<'_>, value: Value) -> fmt::Result {
    f.write_str(value.kind.name())?;
    f.write_str(if value.full { "+" } else { "" })
}

/// A text that is not a shape, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub text: String,
    pub reason: &'static str,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a call shape: {:?}: {}", self.text, self.reason)
    }
}

impl std::error::Error for ParseError {}

impl FromStr for Shape {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map_err(|reason| ParseError {
            text: text.to_owned(),
            reason,
        })
    }
}

fn parse(text: &str) -> Result<Shape, &'static str> {
    let (gil, rest) = Gil::STARTS
        .iter()
        .find_map(|(gil, start)| Some((*gil, text.strip_prefix(start)?)))
        .ok_or("it must begin with `keep (`, `rel (` or `ask (`")?;
    let (args, rest) = rest.split_once(") -> ").ok_or("`) -> ` is missing")?;
    let (ret, throws) = match rest.strip_suffix(" !") {
        Some(ret) => (ret, true),
        None => (rest, false),
    };
    let (args, takes_more) = match args.strip_suffix(", ...") {
        Some(args) => (args, true),
        None => (args, false),
    };
    let (ret, skip_return) = match ret.strip_prefix('~') {
        Some(ret) => (ret, true),
        None => (ret, false),
    };
    let mut shape = Shape {
        args: Vec::new(),
        takes_more,
        ret: parse_value(ret)?,
        skip_return,
        throws,
        gil,
    };
    if !args.is_empty() {
        for arg in args.split(", ") {
            shape.args.push(parse_arg(arg)?);
        }
    }
    shape.check()?;
    Ok(shape)
}

fn parse_arg(text: &str) -> Result<Arg, &'static str> {
    let (text, hidden) = match text.strip_prefix('#') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (direction, text) = if let Some(text) = text.strip_prefix("<>") {
        (Direction::InOut, text)
    } else if let Some(text) = text.strip_prefix("<*>") {
        (Direction::InPlace, text)
    } else if let Some(text) = text.strip_prefix("*>") {
        (Direction::CallerAllocates, text)
    } else if let Some(text) = text.strip_prefix('>') {
        (Direction::Out, text)
    } else {
        (Direction::In, text)
    };
    let (text, optional) = match text.strip_suffix('=') {
        Some(text) => (text, true),
        None => (text, false),
    };
    let (text, nullable) = match text.strip_suffix('?') {
        Some(text) => (text, true),
        None => (text, false),
    };
    Ok(Arg {
        value: parse_value(text)?,
        direction,
        nullable,
        optional,
        hidden,
    })
}

fn parse_value(text: &str) -> Result<Value, &'static str> {
    let (name, full) = match text.strip_suffix('+') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let kind = Kind::ALL
        .iter()
        .find(|(_, known)| *known == name)
        .ok_or("unknown kind")?
        .0;
    Ok(Value { kind, full })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_reads_back_from_its_text() {
        for text in [
            "rel () -> void",
            "keep (i32) -> i32",
            "ask (obj, i32) -> i32",
            "rel (obj, str?=, >i32, *>box, bool=) -> ~bool !",
            "rel (obj+?, box+, path) -> str+ !",
            "rel (obj, box, i32, *>val) -> void",
            "rel (obj, any, #u64, <>any, #<>i32, >any, #>u8, *>any, <*>any, any=, #any, ...) -> ~any !",
        ] {
            assert_eq!(text.parse::<Shape>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn bad_texts_say_what_is_wrong() {
        for (text, reason) in [
            ("", "it must begin with `keep (`, `rel (` or `ask (`"),
            ("ask (i32) -> void", "there is no instance to ask"),
            ("rel (i32", "`) -> ` is missing"),
            ("rel (i33) -> void", "unknown kind"),
            ("rel (void) -> void", "an argument cannot be void"),
            (
                "rel (i32+) -> void",
                "only opened pointers have transfer full or are nullable",
            ),
            (
                "rel (any?) -> void",
                "only opened pointers have transfer full or are nullable",
            ),
            ("rel () -> any+", "only opened pointers have transfer full"),
            (
                "rel (*>i32) -> void",
                "only structs are allocated by the caller",
            ),
            ("rel (val) -> void", "a value is filled by C"),
            ("rel () -> val", "a value is filled by C"),
            ("rel (any, #*>any) -> void", "memory is not hidden"),
            (
                "rel (<*>box) -> void",
                "only what is not opened is changed in place",
            ),
            ("rel (i32, ...) -> void", "nothing takes more arguments"),
            ("rel (#i32=) -> void", "only inputs can be left out"),
            (
                "rel (i32=) -> void",
                "only nullable pointers and booleans can be left out",
            ),
            ("rel (>str?=) -> void", "only inputs can be left out"),
        ] {
            assert_eq!(text.parse::<Shape>().unwrap_err().reason, reason, "{text}");
        }
    }

    #[test]
    fn counts_follow_directions() {
        let shape: Shape = "rel (obj, >i32, <>i32, bool=) -> ~bool !".parse().unwrap();
        assert_eq!(
            (shape.min_inputs(), shape.max_inputs(), shape.n_outputs()),
            (2, 3, 2)
        );
        let shape: Shape = "rel (obj, any, #u64, <*>any=, #>i32, ...) -> any"
            .parse()
            .unwrap();
        assert_eq!(
            (shape.min_inputs(), shape.max_inputs(), shape.n_outputs()),
            (2, 3, 2)
        );
    }
}
