//! Every row of the table of types, held against C and against the other columns.

use std::ffi::{c_int, c_long, c_uint, c_ulong, c_void};

use gijit_plan::types::{Conversion, Family, Fundamental, Named, Opened, Passing, widened};
use gijit_plan::{ArrayForm, Direction, Kind, StructForm, Transfer, Type, TypeRef};

const SCALARS: [Kind; 13] = [
    Kind::Bool,
    Kind::I8,
    Kind::U8,
    Kind::I16,
    Kind::U16,
    Kind::I32,
    Kind::U32,
    Kind::I64,
    Kind::U64,
    Kind::F32,
    Kind::F64,
    Kind::Unichar,
    Kind::GType,
];

/// What a typelib can say that an enumeration is stored as.
const STORAGES: [Kind; 8] = [
    Kind::I8,
    Kind::U8,
    Kind::I16,
    Kind::U16,
    Kind::I32,
    Kind::U32,
    Kind::I64,
    Kind::U64,
];

const FORMS: [StructForm; 7] = [
    StructForm::Plain,
    StructForm::Bare,
    StructForm::Class,
    StructForm::Foreign,
    StructForm::Value,
    StructForm::Closure,
    StructForm::Variant,
];

const SIZE: u32 = 24;

fn of() -> TypeRef {
    TypeRef {
        namespace: "Some".into(),
        name: "Type".into(),
    }
}

/// One type of each family that there is, with all that a row depends on.
fn every_type() -> Vec<Type> {
    let mut types = vec![
        Type::Void,
        Type::Pointer,
        Type::Utf8,
        Type::Filename,
        Type::Object(of()),
        Type::Interface(of()),
        Type::Callback(of()),
        Type::List(Box::new(Type::Utf8)),
        Type::SList(Box::new(Type::Utf8)),
        Type::Hash(Box::new((Type::Utf8, Type::Utf8))),
        Type::Error,
        Type::Unresolved(of()),
    ];
    for kind in SCALARS {
        types.extend([Type::Scalar(kind), Type::ScalarPointer(kind)]);
    }
    for storage in STORAGES {
        types.extend([Type::Enum(of(), storage), Type::Flags(of(), storage)]);
    }
    for pointer in [false, true] {
        types.extend(FORMS.map(|form| Type::Struct {
            of: of(),
            pointer,
            size: SIZE,
            form,
        }));
        types.push(Type::Union {
            of: of(),
            pointer,
            size: SIZE,
        });
    }
    let forms = [
        ArrayForm::C,
        ArrayForm::GArray,
        ArrayForm::PtrArray,
        ArrayForm::ByteArray,
    ];
    types.extend(forms.map(|form| Type::Array {
        form,
        item: Box::new(Type::Utf8),
        zero_terminated: true,
        length: None,
        fixed: None,
    }));
    types
}

/// What stands in a typelib's words for a C type, as C has it.
fn c_size(ty: &Type) -> usize {
    match ty {
        Type::Void => 0,
        Type::Scalar(kind) | Type::Enum(_, kind) | Type::Flags(_, kind) => match kind {
            Kind::I8 | Kind::U8 => 1,
            Kind::I16 | Kind::U16 => 2,
            Kind::Bool | Kind::I32 => size_of::<c_int>(),
            Kind::U32 | Kind::Unichar => size_of::<c_uint>(),
            Kind::I64 | Kind::U64 => 8,
            Kind::F32 => size_of::<f32>(),
            Kind::F64 => size_of::<f64>(),
            // A `gsize`.
            Kind::GType => size_of::<usize>(),
            other => panic!("{other:?} is no scalar"),
        },
        Type::Struct {
            form: StructForm::Variant,
            ..
        } => size_of::<*const c_void>(),
        Type::Struct { pointer: false, .. } | Type::Union { pointer: false, .. } => SIZE as usize,
        _ => size_of::<*const c_void>(),
    }
}

#[test]
fn every_type_is_as_large_as_in_c() {
    for ty in every_type() {
        let passed = ty.row().passed;
        assert_eq!(passed.size(), c_size(&ty), "{ty:?}");
        assert_eq!(
            ty.is_pointer(),
            passed == Passing::Address && passed.kind() == Kind::Any,
            "{ty:?}"
        );
    }
}

#[test]
fn a_thunk_opens_a_value_as_wide_as_c_has_it() {
    for ty in every_type() {
        let row = ty.row();
        for direction in [Direction::In, Direction::Out, Direction::InOut] {
            for transfer in [Transfer::None, Transfer::Container, Transfer::Full] {
                let Ok(kind) = row.opened.kind(direction, transfer) else {
                    let known = matches!(row.opened, Opened::Never(why) if !why.is_empty());
                    assert!(known, "{ty:?}");
                    continue;
                };
                match row.passed {
                    Passing::Nothing => panic!("{ty:?} is opened, and there is nothing"),
                    Passing::Number(number) => {
                        assert_eq!(kind.size(), number.size(), "{ty:?}");
                        assert!(!kind.is_pointer(), "{ty:?}");
                    }
                    Passing::Address => assert_eq!(kind.size(), 8, "{ty:?}"),
                    // The address of memory for it.
                    Passing::Bytes(_) => assert!(kind.is_pointer(), "{ty:?}"),
                }
            }
        }
    }
}

#[test]
fn who_has_a_class_has_a_conversion_that_asks_for_it() {
    for ty in every_type() {
        let row = ty.row();
        let family = match row.conversion {
            Conversion::Member => vec![Family::Enum, Family::Flags],
            Conversion::Object => vec![Family::Object, Family::Interface],
            Conversion::Record => vec![Family::Struct, Family::Union],
            Conversion::Foreign
            | Conversion::Class
            | Conversion::Value
            | Conversion::Closure
            | Conversion::Variant => vec![Family::Struct],
            _ => vec![],
        };
        match row.named {
            None => assert!(family.is_empty(), "{ty:?}"),
            Some(Named {
                of: named,
                family: found,
                size,
            }) => {
                assert!(family.contains(&found), "{ty:?}");
                assert_eq!(named, &of());
                let record = matches!(found, Family::Struct | Family::Union);
                assert_eq!(size, if record { SIZE } else { 0 }, "{ty:?}");
            }
        }
    }
}

/// How many bytes a value's data and a register have of it: what C passes must be what values hold.
#[test]
fn a_value_is_passed_as_the_type_is_that_it_holds() {
    for ty in every_type() {
        let row = ty.row();
        let Some(value) = row.value else {
            continue;
        };
        let value = value.row();
        match (row.passed, value.passed) {
            // The GType is a pointer to GObject.
            (Passing::Number(Kind::GType), Passing::Address) => {}
            // No GValue is as wide as some storages; GObject's are a C int.
            (Passing::Number(_), Passing::Number(_)) if row.conversion == Conversion::Member => {}
            (Passing::Number(kind), Passing::Number(held)) => {
                assert_eq!(kind.size(), held.size(), "{ty:?}");
                assert_eq!(widened(kind, u64::MAX), widened(held, u64::MAX), "{ty:?}");
            }
            // Of a struct a value holds the address.
            (Passing::Address | Passing::Bytes(_), Passing::Address) => {}
            other => panic!("{ty:?}: {other:?}"),
        }
        if let Some(family) = value.family
            && let Some(named) = row.named
        {
            let union = named.family == Family::Union && family == Family::Struct;
            assert!(family == named.family || union, "{ty:?}");
        }
    }
}

#[test]
fn fundamental_types_are_found_by_their_gtypes() {
    for (i, row) in Fundamental::ALL.iter().enumerate() {
        assert_eq!(row.of as usize, i + 2);
        assert_eq!(row.of.row(), row);
        let gtype = row.of.gtype();
        assert_eq!(gtype, (i + 2) * 4);
        assert_eq!(Fundamental::of(gtype), Some(row.of));
        assert_eq!(Fundamental::is_number(gtype), row.number.is_some());
        for off in 1..4 {
            assert_eq!(Fundamental::of(gtype + off), None);
            assert!(!Fundamental::is_number(gtype + off));
        }
        assert!(row.held.size() >= row.passed.size());
        if let Some(number) = row.number {
            assert_eq!(row.passed, Passing::Number(number));
            assert_eq!(row.of.as_type(), Some(Type::Scalar(number)));
        }
    }
    for none in [0, 4, 88, 255 * 4, 1 << 20, 1 << 40, usize::MAX] {
        assert_eq!(Fundamental::of(none), None);
        assert!(!Fundamental::is_number(none));
    }
    assert_eq!(Fundamental::Long.row().held.size(), size_of::<c_long>());
    assert_eq!(Fundamental::ULong.row().held.size(), size_of::<c_ulong>());
}

#[test]
fn numbers_are_widened_with_their_sign() {
    for (kind, bits, expected) in [
        (Kind::I8, 0xf0, 0xffff_ffff_ffff_fff0),
        (Kind::U8, 0xfff0, 0xf0),
        (Kind::I16, 0x8000, 0xffff_ffff_ffff_8000),
        (Kind::U16, 0x1_8000, 0x8000),
        (Kind::I32, 0x8000_0000, 0xffff_ffff_8000_0000),
        (Kind::U32, 0x1_8000_0000, 0x8000_0000),
        (Kind::Bool, 1, 1),
        (Kind::Unichar, 0x1_0000_0041, 0x41),
        (Kind::I64, 1 << 63, 1 << 63),
        (Kind::F64, 1.5f64.to_bits(), 1.5f64.to_bits()),
    ] {
        assert_eq!(widened(kind, bits), expected, "{kind:?}");
    }
}
