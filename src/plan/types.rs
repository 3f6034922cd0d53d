//! What a type is: one row for each family of types, and one for each of GObject's fundamental types.
//!
//! Whoever wants to know how C has a value, how a thunk opens it, which conversion it takes, which class it has or what a
//! `GValue` of it is, asks here: plans and shapes, converters, libffi's descriptions, fields, properties, signals and the C
//! interface. Nobody else tells the families apart for that; tests of this room and of `convert` walk all rows and hold
//! the answers against each other.

use crate::{ArrayForm, Direction, Kind, StructForm, Transfer, Type, TypeRef};

/// What is known of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    pub passed: Passing,
    pub opened: Opened,
    pub conversion: Conversion,
    /// What has a class of its own in Python.
    pub named: Option<Named<'a>>,
    /// What a `GValue` of it is; None where no value holds it.
    pub value: Option<Fundamental>,
    pub owned: Ownership,
}

/// How C has a value, as an argument, in a field or in an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passing {
    /// There is no value.
    Nothing,
    /// A number, of the width and sign of its kind.
    Number(Kind),
    Address,
    /// The bytes of a record, so many of them; 0 where nobody knows.
    Bytes(u32),
}

/// How a thunk has a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opened {
    /// As a word of this kind.
    As(Kind),
    /// As a word of this kind where C gives it, else as any other word.
    Given(Kind),
    /// As a word of this kind where C borrows it, else as any other word.
    Lent(Kind),
    /// Not at all, and why.
    Never(&'static str),
}

/// Which conversion a value takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// A number, boolean, character or GType.
    Scalar,
    /// An address that is an int in Python.
    Pointer,
    Utf8,
    Filename,
    /// A member of an enumeration, or flags.
    Member,
    /// A pointer to an instance with a type in it.
    Object,
    /// A struct or union; behind an address, or its bytes.
    Record,
    /// The same, of another binding.
    Foreign,
    /// A pointer to a class or interface struct.
    Class,
    /// A `GValue`: what is in it.
    Value,
    Closure,
    Variant,
    Error,
    Array,
    List,
    Hash,
    Callback,
    /// None, and why.
    Unknown(&'static str),
}

/// What whoever owns a value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// Nothing: numbers, bare addresses, and what lives for ever.
    Nothing,
    /// Memory, which `g_free` frees.
    Memory,
    /// A reference.
    Reference,
    /// A copy, which functions of its type make and free.
    Copy,
    /// Memory that no function copies: what is not given away is C's, and seen while something keeps it.
    Shared,
    /// A container, and what the transfer says of its items.
    Items,
}

/// A type that has a class, and what a type cell knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named<'a> {
    pub of: &'a TypeRef,
    pub family: Family,
    /// In bytes, of a struct or union; 0 where it is not known.
    pub size: u32,
}

/// The families of named types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    Enum,
    Flags,
    Object,
    Interface,
    Struct,
    Union,
}

const NO_TYPE: &str = "the typelib gives it no type";
const NOT_DESCRIBED: &str = "no loaded namespace describes the type";
const ODD_WIDTH: &str = "enumerations of this width go over libffi alone";

impl Type {
    /// The row of a type.
    #[rustfmt::skip]
    pub fn row(&self) -> Row<'_> {
        use Conversion as C;
        use Fundamental as F;
        use Opened::{As, Given, Lent, Never};
        use Ownership as O;
        use Passing::{Address, Nothing, Number};

        match self {
            // Family                             C has it as              a thunk opens it            conversion                    class                         a GValue             owned as
            Type::Void              =>        row(Nothing,                 Never(NO_TYPE),             C::Unknown(NO_TYPE),          None,                         None,                O::Nothing),
            Type::Pointer           =>        row(Address,                 Given(Kind::U64),           C::Pointer,                   None,                         Some(F::Pointer),    O::Nothing),
            Type::Scalar(kind)      =>        row(Number(*kind),           As(*kind),                  C::Scalar,                    None,                         F::of_scalar(*kind), O::Nothing),
            Type::ScalarPointer(_)  =>        row(Address,                 As(Kind::Any),              C::Pointer,                   None,                         Some(F::Pointer),    O::Nothing),
            Type::Utf8              =>        row(Address,                 As(Kind::Utf8),             C::Utf8,                      None,                         Some(F::String),     O::Memory),
            Type::Filename          =>        row(Address,                 As(Kind::Filename),         C::Filename,                  None,                         Some(F::String),     O::Memory),
            Type::Enum(of, kind)    =>        row(Number(*kind),           member(Kind::Enum, *kind),  C::Member,                    class(of, Family::Enum),      Some(F::Enum),       O::Nothing),
            Type::Flags(of, kind)   =>        row(Number(*kind),           member(Kind::Flags, *kind), C::Member,                    class(of, Family::Flags),     Some(F::Flags),      O::Nothing),
            Type::Object(of)        =>        row(Address,                 As(Kind::Object),           C::Object,                    class(of, Family::Object),    Some(F::Object),     O::Reference),
            Type::Interface(of)     =>        row(Address,                 As(Kind::Object),           C::Object,                    class(of, Family::Interface), Some(F::Interface),  O::Reference),
            Type::Struct { of, form, pointer, size } => {
                let passed = record(*pointer, *size);
                let class = Some(Named { of, family: Family::Struct, size: *size });
                match form {
                    StructForm::Plain   =>    row(passed,                  As(Kind::Boxed),            C::Record,                    class,                        Some(F::Boxed),      O::Copy),
                    StructForm::Bare    =>    row(passed,                  As(Kind::Boxed),            C::Record,                    class,                        Some(F::Pointer),    O::Shared),
                    StructForm::Class   =>    row(passed,                  As(Kind::Any),              behind(*pointer, C::Class),   class,                        Some(F::Pointer),    O::Nothing),
                    StructForm::Foreign =>    row(passed,                  As(Kind::Any),              C::Foreign,                   class,                        Some(F::Boxed),      O::Copy),
                    StructForm::Value   =>    row(passed,                  As(Kind::Any),              C::Value,                     class,                        Some(F::Boxed),      O::Copy),
                    StructForm::Closure =>    row(passed,                  As(Kind::Any),              behind(*pointer, C::Closure), class,                        Some(F::Boxed),      O::Reference),
                    // Nobody has the bytes of one, whatever a typelib says.
                    StructForm::Variant =>    row(Address,                 Lent(Kind::Boxed),          C::Variant,                   class,                        Some(F::Variant),    O::Reference),
                }
            }
            Type::Union { of, pointer, size } => {
                let class = Some(Named { of, family: Family::Union, size: *size });
                // Whether it has a GType, by which it could be copied, is not known here.
                                              row(record(*pointer, *size), As(Kind::Boxed),            C::Record,                    class,                        Some(F::Boxed),      O::Shared)
            }
            Type::Callback(_)       =>        row(Address,                 As(Kind::Any),              C::Callback,                  None,                         Some(F::Pointer),    O::Nothing),
            Type::Array { form, .. } => {
                let value = if *form == ArrayForm::C && !is_strv(self) { F::Pointer } else { F::Boxed };
                                              row(Address,                 As(Kind::Any),              C::Array,                     None,                         Some(value),         O::Items)
            }
            Type::List(_) | Type::SList(_) => row(Address,                 As(Kind::Any),              C::List,                      None,                         Some(F::Pointer),    O::Items),
            Type::Hash(_)           =>        row(Address,                 As(Kind::Any),              C::Hash,                      None,                         Some(F::Boxed),      O::Items),
            Type::Error             =>        row(Address,                 As(Kind::Any),              C::Error,                     None,                         Some(F::Boxed),      O::Copy),
            Type::Unresolved(_)     =>        row(Address,                 Never(NOT_DESCRIBED),       C::Unknown(NOT_DESCRIBED),    None,                         None,                O::Nothing),
        }
    }

    /// The type where nothing but addresses stand: that of a record is meant by it, whatever a typelib says.
    pub fn by_address(mut self) -> Type {
        if let Type::Struct { pointer, .. } | Type::Union { pointer, .. } = &mut self {
            *pointer = true;
        }
        self
    }

    /// Whether the C value is an address, so that NULL is possible.
    pub fn is_pointer(&self) -> bool {
        self.row().passed == Passing::Address
    }
}

fn row<'a>(
    passed: Passing,
    opened: Opened,
    conversion: Conversion,
    named: Option<Named<'a>>,
    value: Option<Fundamental>,
    owned: Ownership,
) -> Row<'a> {
    Row {
        passed,
        opened,
        conversion,
        named,
        value,
        owned,
    }
}

/// What GObject calls `GStrv`.
fn is_strv(ty: &Type) -> bool {
    let text = |item: &Type| *item == Type::Utf8;
    matches!(ty, Type::Array { item, zero_terminated: true, .. } if text(item))
}

fn class(of: &TypeRef, family: Family) -> Option<Named<'_>> {
    Some(Named {
        of,
        family,
        size: 0,
    })
}

fn record(pointer: bool, size: u32) -> Passing {
    if pointer {
        Passing::Address
    } else {
        Passing::Bytes(size)
    }
}

/// What is particular only behind an address; the bytes are those of any record.
fn behind(pointer: bool, conversion: Conversion) -> Conversion {
    if pointer {
        conversion
    } else {
        Conversion::Record
    }
}

/// A thunk knows enumerations and flags as wide as a C `int`, which all compilers make that do not say otherwise.
fn member(kind: Kind, storage: Kind) -> Opened {
    if storage.size() == kind.size() {
        Opened::As(kind)
    } else {
        Opened::Never(ODD_WIDTH)
    }
}

impl Opened {
    /// The kind of a value that goes this way.
    ///
    /// # Errors
    /// Why there is none.
    pub fn kind(self, direction: Direction, transfer: Transfer) -> Result<Kind, &'static str> {
        match self {
            Opened::As(kind) => Ok(kind),
            Opened::Given(kind) if direction == Direction::Out => Ok(kind),
            Opened::Lent(kind) if direction == Direction::In && transfer == Transfer::None => {
                Ok(kind)
            }
            Opened::Given(_) | Opened::Lent(_) => Ok(Kind::Any),
            Opened::Never(why) => Err(why),
        }
    }
}

impl Passing {
    /// Size in bytes of the C value; 0 where there is none or nobody knows.
    pub fn size(self) -> usize {
        match self {
            Passing::Nothing => 0,
            Passing::Number(kind) => kind.size(),
            Passing::Address => Kind::Any.size(),
            Passing::Bytes(size) => size as usize,
        }
    }

    /// The kind of the word that C passes; of the bytes of a record that of their address.
    pub fn kind(self) -> Kind {
        match self {
            Passing::Nothing => Kind::Void,
            Passing::Number(kind) => kind,
            Passing::Address | Passing::Bytes(_) => Kind::Any,
        }
    }

    /// Whether it is the bytes of a record.
    pub fn is_bytes(self) -> bool {
        matches!(self, Passing::Bytes(_))
    }
}

/// The bits of a number as a whole word, its sign in the upper ones.
pub fn widened(kind: Kind, bits: u64) -> u64 {
    match kind {
        Kind::I8 => bits as i8 as i64 as u64,
        Kind::U8 => bits as u8 as u64,
        Kind::I16 => bits as i16 as i64 as u64,
        Kind::U16 => bits as u16 as u64,
        Kind::I32 | Kind::Bool | Kind::Enum => bits as i32 as i64 as u64,
        Kind::U32 | Kind::F32 | Kind::Unichar | Kind::Flags => bits as u32 as u64,
        _ => bits,
    }
}

// ---- GObject ----

/// GObject's fundamental types: what the types of values come down to. The number of one, times four, is its GType.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fundamental {
    Interface = 2,
    Char = 3,
    UChar = 4,
    Boolean = 5,
    Int = 6,
    UInt = 7,
    Long = 8,
    ULong = 9,
    Int64 = 10,
    UInt64 = 11,
    Enum = 12,
    Flags = 13,
    Float = 14,
    Double = 15,
    String = 16,
    Pointer = 17,
    Boxed = 18,
    Param = 19,
    Object = 20,
    Variant = 21,
}

/// What is known of a fundamental type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueRow {
    pub of: Fundamental,
    /// Which number it is to Python; None of all that is none, and of enumerations and flags.
    pub number: Option<Kind>,
    /// How C passes it, where it calls handlers.
    pub passed: Passing,
    /// What stands in the data of a `GValue`, which has a number in the C type that is next to it.
    pub held: Kind,
    /// The classes that types of it have.
    pub family: Option<Family>,
}

impl Fundamental {
    #[rustfmt::skip]
    pub const ALL: [ValueRow; 20] = {
        use Fundamental as F;
        use Passing::{Address, Number};
        //                number            C passes               a GValue's data    classes
        [
            value(F::Interface, None,            Address,               Kind::Any,  Some(Family::Interface)),
            value(F::Char,      Some(Kind::I8),  Number(Kind::I8),      Kind::I32,  None),
            value(F::UChar,     Some(Kind::U8),  Number(Kind::U8),      Kind::U32,  None),
            value(F::Boolean,   Some(Kind::Bool), Number(Kind::Bool),   Kind::Bool, None),
            value(F::Int,       Some(Kind::I32), Number(Kind::I32),     Kind::I32,  None),
            value(F::UInt,      Some(Kind::U32), Number(Kind::U32),     Kind::U32,  None),
            value(F::Long,      Some(Kind::I64), Number(Kind::I64),     Kind::I64,  None),
            value(F::ULong,     Some(Kind::U64), Number(Kind::U64),     Kind::U64,  None),
            value(F::Int64,     Some(Kind::I64), Number(Kind::I64),     Kind::I64,  None),
            value(F::UInt64,    Some(Kind::U64), Number(Kind::U64),     Kind::U64,  None),
            value(F::Enum,      None,            Number(Kind::I32),     Kind::I64,  Some(Family::Enum)),
            value(F::Flags,     None,            Number(Kind::U32),     Kind::U64,  Some(Family::Flags)),
            value(F::Float,     Some(Kind::F32), Number(Kind::F32),     Kind::F32,  None),
            value(F::Double,    Some(Kind::F64), Number(Kind::F64),     Kind::F64,  None),
            value(F::String,    None,            Address,               Kind::Any,  None),
            value(F::Pointer,   None,            Address,               Kind::Any,  None),
            value(F::Boxed,     None,            Address,               Kind::Any,  Some(Family::Struct)),
            value(F::Param,     None,            Address,               Kind::Any,  Some(Family::Object)),
            value(F::Object,    None,            Address,               Kind::Any,  Some(Family::Object)),
            value(F::Variant,   None,            Address,               Kind::Any,  Some(Family::Struct)),
        ]
    };

    /// Which numbers of fundamental types are numbers: a bit for each.
    const NUMBERS: u32 = {
        let (mut bits, mut i) = (0, 0);
        while i < Self::ALL.len() {
            if Self::ALL[i].number.is_some() {
                bits |= 1 << Self::ALL[i].of as u32;
            }
            i += 1;
        }
        bits
    };

    /// The row of a fundamental type.
    #[inline]
    pub const fn row(self) -> &'static ValueRow {
        &Self::ALL[self as usize - Fundamental::Interface as usize]
    }

    /// Its GType.
    #[inline]
    pub const fn gtype(self) -> usize {
        (self as usize) << 2
    }

    /// The fundamental type with this GType; None for all others, those that derive from one among them.
    #[inline]
    pub fn of(gtype: usize) -> Option<Fundamental> {
        let place = (gtype >> 2).checked_sub(Fundamental::Interface as usize)?;
        let row = Self::ALL.get(place)?;
        (gtype & 3 == 0).then_some(row.of)
    }

    /// Whether a GType is one of GObject's own numbers, whose values are no more than their bits.
    #[inline]
    pub const fn is_number(gtype: usize) -> bool {
        gtype < 128 && gtype & 3 == 0 && Self::NUMBERS & (1 << (gtype >> 2)) != 0
    }

    /// What a value of a scalar is; None for those that are not as wide as any.
    fn of_scalar(kind: Kind) -> Option<Fundamental> {
        Some(match kind {
            Kind::Bool => Fundamental::Boolean,
            Kind::I8 => Fundamental::Char,
            Kind::U8 => Fundamental::UChar,
            Kind::I32 => Fundamental::Int,
            Kind::U32 | Kind::Unichar => Fundamental::UInt,
            Kind::I64 => Fundamental::Int64,
            Kind::U64 => Fundamental::UInt64,
            Kind::F32 => Fundamental::Float,
            Kind::F64 => Fundamental::Double,
            Kind::GType => Fundamental::Pointer,
            _ => return None,
        })
    }

    /// Whether the data of a value of this begins with what C passes of a type, a record by its address: libraries and
    /// typelibs do not always agree on what a signal passes.
    pub fn holds(self, ty: &Type) -> bool {
        use Conversion as C;
        let Row {
            passed, conversion, ..
        } = ty.row();
        let is_address = !matches!(passed, Passing::Number(_) | Passing::Nothing);
        match self {
            Fundamental::Float | Fundamental::Double => passed == self.row().passed,
            Fundamental::String => matches!(conversion, C::Utf8 | C::Filename | C::Pointer),
            Fundamental::Variant => conversion == C::Variant,
            Fundamental::Object | Fundamental::Interface | Fundamental::Param => {
                conversion == C::Object
            }
            Fundamental::Boxed => {
                let others = [C::Utf8, C::Filename, C::Object, C::Variant, C::Callback];
                is_address && !others.contains(&conversion)
            }
            Fundamental::Pointer => is_address || *ty == Type::Scalar(Kind::GType),
            // A value has small numbers as wide ones.
            _ => match passed {
                Passing::Number(Kind::F32 | Kind::F64) => false,
                Passing::Number(kind) => kind.size().max(4) == self.row().passed.size().max(4),
                _ => false,
            },
        }
    }

    /// The type of what a value of this holds, where the fundamental type says all of it.
    pub fn as_type(self) -> Option<Type> {
        match self {
            Fundamental::String => Some(Type::Utf8),
            Fundamental::Pointer => Some(Type::Pointer),
            _ => self.row().number.map(Type::Scalar),
        }
    }
}

const fn value(
    of: Fundamental,
    number: Option<Kind>,
    passed: Passing,
    held: Kind,
    family: Option<Family>,
) -> ValueRow {
    ValueRow {
        of,
        number,
        passed,
        held,
        family,
    }
}
