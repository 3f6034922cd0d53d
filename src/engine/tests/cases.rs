//! What every kind accepts: Python values with what C must get for them, or that they must be handed on. This is the
//! table to read for what a thunk's inputs mean; nothing in it is computed by the code under test.

use gijit_shape::{Arg, Kind};

/// A Python object, as the world makes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Py {
    /// `None`.
    Nothing,
    True,
    False,
    Int(i128),
    /// An instance of a class that derives from `int`, but is not the argument's.
    IntLike(i128),
    Float(f64),
    /// An instance of a class that derives from `float`.
    FloatLike(f64),
    /// A `str` of ASCII characters.
    Ascii,
    /// A `str` that has UTF-8 and a file name.
    Wide,
    /// A `str` that has neither: lone surrogates.
    Lone,
    /// A `str` of one character.
    Char(u32),
    /// An instance of a class that derives from `str`: ASCII, but not compact.
    StrLike,
    GType(u64),
    /// A member of the argument's enumeration or flags.
    Member(i128),
    /// A wrapper of the argument's class, of one that derives from it, of another.
    Exact(u64),
    Derived(u64),
    Foreign(u64),
    /// A wrapper or member of a class, while the argument's class has not been made.
    Unmade,
    /// An `int`, while the argument's class has not been made.
    UnmadeInt(i128),
}

/// What must become of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Want {
    /// C gets these bits, extended to 64 by the type's sign.
    Bits(u64),
    /// C gets the address of the characters in the object.
    InPlace,
    /// The thunk does not look at it.
    Unseen,
    /// Somebody else must deal with the call.
    HandOn,
}

/// One row: the value, the slot that is asked for it (it need not be), the result.
pub type Case = (Py, Option<&'static str>, Want);

/// UTF-8 and file name of [`Py::Wide`].
pub const WIDE_UTF8: u64 = 0x0fe8;
pub const WIDE_FILENAME: u64 = 0xf11e;
/// The file name of [`Py::Ascii`].
pub const ASCII_FILENAME: u64 = 0xa5f1;

const fn bits(value: i128) -> Want {
    Want::Bits(value as u64)
}

/// All rows for an argument, good ones first.
pub fn cases(arg: &Arg) -> Vec<Case> {
    let mut rows = rows(arg.value.kind);
    if arg.value.kind == Kind::Any {
        return rows;
    }
    rows.push(if arg.nullable {
        (Py::Nothing, None, Want::Bits(0))
    } else {
        let asked = matches!(arg.value.kind, Kind::Object | Kind::Boxed).then_some("is_subtype");
        (Py::Nothing, asked, Want::HandOn)
    });
    rows.sort_by_key(|row| row.2 == Want::HandOn);
    rows
}

fn rows(kind: Kind) -> Vec<Case> {
    use Py::*;
    use Want::*;
    const I64: Option<&str> = Some("long_as_i64");
    const U64: Option<&str> = Some("long_as_u64");
    const F64: Option<&str> = Some("long_as_f64");
    const GET: Option<&str> = Some("enum_get");
    const DIGIT: i128 = 1 << 30;
    // Refused by every integer kind.
    let not_int = [
        (True, None, HandOn),
        (False, None, HandOn),
        (Float(1.0), None, HandOn),
        (Ascii, None, HandOn),
        (IntLike(1), None, HandOn),
        (GType(4), None, HandOn),
        (Exact(8), None, HandOn),
    ];
    let ints = |good: &[(i128, Option<&'static str>)], bad: &[(i128, Option<&'static str>)]| {
        let mut rows = Vec::new();
        rows.extend(good.iter().map(|&(v, slot)| (Int(v), slot, bits(v))));
        rows.extend(bad.iter().map(|&(v, slot)| (Int(v), slot, HandOn)));
        rows.extend(not_int);
        rows
    };
    let small = |least: i128, most: i128| {
        ints(
            &[
                (0, None),
                (1, None),
                (least, None),
                (most, None),
                (most / 2, None),
                (least / 2, None),
            ],
            &[
                (least - 1, None),
                (most + 1, None),
                (DIGIT - 1, None),
                (1 - DIGIT, None),
                (DIGIT, None),
                (-DIGIT, None),
                (DIGIT << 32, None),
                (1 << 100, None),
                // Narrow enough again if something were cut off.
                (1 << 64, None),
                (1 << 32, None),
            ],
        )
    };
    match kind {
        Kind::Void => unreachable!("no argument is void"),
        Kind::Bool => vec![
            (True, None, bits(1)),
            (False, None, bits(0)),
            (Int(1), None, HandOn),
            (Int(0), None, HandOn),
            (Float(0.0), None, HandOn),
            (Ascii, None, HandOn),
        ],
        Kind::I8 => small(-128, 127),
        Kind::U8 => small(0, 255),
        Kind::I16 => small(-32768, 32767),
        Kind::U16 => small(0, 65535),
        Kind::I32 => ints(
            &[
                (0, None),
                (7, None),
                (-7, None),
                (DIGIT - 1, None),
                (1 - DIGIT, None),
                (DIGIT, I64),
                (-DIGIT, I64),
                (i32::MAX.into(), I64),
                (i32::MIN.into(), I64),
            ],
            &[
                (i128::from(i32::MAX) + 1, I64),
                (i128::from(i32::MIN) - 1, I64),
                (1 << 32, I64),
                (i64::MAX.into(), I64),
                (1 << 64, I64),
                (-(1 << 100), I64),
            ],
        ),
        Kind::U32 => ints(
            &[
                (0, None),
                (7, None),
                (DIGIT - 1, None),
                (DIGIT, I64),
                (u32::MAX.into(), I64),
                (i128::from(i32::MAX) + 1, I64),
            ],
            &[
                (-1, None),
                (1 - DIGIT, None),
                (-DIGIT, I64),
                (1 << 32, I64),
                (i64::MIN.into(), I64),
                (1 << 64, I64),
            ],
        ),
        Kind::I64 => ints(
            &[
                (0, None),
                (7, None),
                (-7, None),
                (DIGIT - 1, None),
                (1 - DIGIT, None),
                (DIGIT, I64),
                (-DIGIT, I64),
                (i64::MAX.into(), I64),
                (i64::MIN.into(), I64),
            ],
            &[
                (i128::from(i64::MAX) + 1, I64),
                (i128::from(i64::MIN) - 1, I64),
                (1 << 100, I64),
            ],
        ),
        Kind::U64 => ints(
            &[
                (0, None),
                (7, None),
                (DIGIT - 1, None),
                (DIGIT, U64),
                (i128::from(i64::MAX) + 1, U64),
                (u64::MAX.into(), U64),
            ],
            &[
                (-1, None),
                (1 - DIGIT, None),
                (-DIGIT, U64),
                (i64::MIN.into(), U64),
                (1 << 64, U64),
            ],
        ),
        Kind::F64 | Kind::F32 => {
            let c = |value: f64| {
                Bits(if kind == Kind::F64 {
                    value.to_bits()
                } else {
                    (value as f32).to_bits().into()
                })
            };
            let beyond = f64::from_bits(f64::from(f32::MAX).to_bits() + 1);
            let wide = |value: f64| {
                if kind == Kind::F64 {
                    (Float(value), None, c(value))
                } else {
                    (Float(value), None, HandOn)
                }
            };
            let fine = |value: f64| (Float(value), None, c(value));
            vec![
                fine(1.5),
                fine(0.0),
                fine(-0.0),
                fine(0.1),
                fine(1e-300),
                fine(f64::from(f32::MAX)),
                fine(-f64::from(f32::MAX)),
                fine(f64::from(f32::MIN_POSITIVE)),
                fine(f64::INFINITY),
                fine(f64::NEG_INFINITY),
                fine(f64::NAN),
                wide(beyond),
                wide(-beyond),
                wide(1e39),
                wide(f64::MAX),
                wide(f64::MIN),
                (Int(5), F64, c(5.0)),
                (Int(0), F64, c(0.0)),
                (Int(-DIGIT * DIGIT), F64, c(-(DIGIT as f64) * DIGIT as f64)),
                (Int(1 << 100), F64, HandOn),
                (True, None, HandOn),
                (IntLike(1), None, HandOn),
                (FloatLike(1.5), None, HandOn),
                (Ascii, None, HandOn),
            ]
        }
        Kind::Unichar => vec![
            (Char(0x41), Some("unichar_get"), bits(0x41)),
            (Char(0), Some("unichar_get"), bits(0)),
            (Char(0x1_f600), Some("unichar_get"), bits(0x1_f600)),
            (Wide, Some("unichar_get"), HandOn),
            (StrLike, None, HandOn),
            (Int(65), None, HandOn),
        ],
        Kind::GType => vec![
            (GType(0x5555_0000_1234), None, bits(0x5555_0000_1234)),
            (GType(24 << 2), None, bits(24 << 2)),
            (GType(0), None, HandOn),
            (Int(24), None, HandOn),
            (Ascii, None, HandOn),
            (Exact(8), None, HandOn),
        ],
        Kind::Utf8 => vec![
            (Ascii, None, InPlace),
            (Wide, Some("utf8_borrow"), Bits(WIDE_UTF8)),
            (Lone, Some("utf8_borrow"), HandOn),
            (StrLike, None, HandOn),
            (Int(0), None, HandOn),
        ],
        Kind::Filename => vec![
            (Ascii, Some("filename_borrow"), Bits(ASCII_FILENAME)),
            (Wide, Some("filename_borrow"), Bits(WIDE_FILENAME)),
            (Lone, Some("filename_borrow"), HandOn),
            (StrLike, None, HandOn),
            (Int(0), None, HandOn),
        ],
        Kind::Enum => {
            let member = |value: i128, slot| (Member(value), slot, bits(value));
            let beyond = |value: i128, slot| (Member(value), slot, HandOn);
            vec![
                member(0, None),
                member(3, None),
                member(-3, None),
                member(DIGIT - 1, None),
                member(i32::MAX.into(), I64),
                member(i32::MIN.into(), I64),
                beyond(1 << 31, I64),
                beyond(-(1 << 31) - 1, I64),
                beyond(1 << 64, I64),
                (Int(3), GET, bits(3)),
                (Int(-100), GET, bits(-100)),
                (Int(0), GET, bits(0)),
                (Int(101), GET, HandOn),
                (Int(1 << 70), GET, HandOn),
                (UnmadeInt(3), GET, HandOn),
                (IntLike(3), None, HandOn),
                (Ascii, None, HandOn),
                (Unmade, None, HandOn),
            ]
        }
        Kind::Flags => {
            let member = |value: i128, slot| (Member(value), slot, bits(value));
            let beyond = |value: i128, slot| (Member(value), slot, HandOn);
            vec![
                member(0, None),
                member(6, None),
                member(1 << 31, I64),
                member(u32::MAX.into(), I64),
                beyond(-1, None),
                beyond(-(1 << 31), I64),
                beyond(1 << 32, I64),
                (Int(6), None, bits(6)),
                (Int(1 << 31), I64, bits(1 << 31)),
                (Int(-1), None, HandOn),
                (Int(1 << 32), I64, HandOn),
                (UnmadeInt(6), None, HandOn),
                (IntLike(6), None, HandOn),
                (True, None, HandOn),
                (Unmade, None, HandOn),
            ]
        }
        Kind::Object | Kind::Boxed => vec![
            (Exact(0xaaaa_0000), None, Bits(0xaaaa_0000)),
            (Derived(0xaaaa_1000), Some("is_subtype"), Bits(0xaaaa_1000)),
            (Foreign(0xaaaa_2000), Some("is_subtype"), HandOn),
            (Exact(0), None, HandOn),
            (Derived(0), Some("is_subtype"), HandOn),
            (Int(0), Some("is_subtype"), HandOn),
            (Unmade, None, HandOn),
        ],
        Kind::Value => unreachable!("C fills it"),
        Kind::Any => [Int(1), Nothing, Ascii, Foreign(0xaaaa_3000), True]
            .map(|py| (py, None, Unseen))
            .to_vec(),
    }
}
