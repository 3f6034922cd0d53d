//! How C passes values, as libffi wants to be told: needed wherever C is called, and wherever C calls.

use gijit_plan::{Kind, Type};
use libffi::raw as libffi;

use super::converter::Converter;

/// How libffi passes a value.
pub fn ffi_type(converter: &Converter) -> *mut libffi::ffi_type {
    match converter {
        Converter::Scalar(kind) | Converter::OddEnum(_, kind) => value_type(*kind),
        Converter::Enum(_) => &raw mut libffi::ffi_type_sint32,
        Converter::Flags(_) => &raw mut libffi::ffi_type_uint32,
        _ => &raw mut libffi::ffi_type_pointer,
    }
}

/// How libffi passes the bytes of a struct; None where its contents are not known. Lives for ever.
pub fn bytes_type(_ty: &Type) -> Option<*mut libffi::ffi_type> {
    None
}

/// Size in bytes of a value that is no scalar and no pointer; 0 of all others.
pub fn inline_size(converter: &Converter) -> usize {
    match converter {
        Converter::Inline(_) | Converter::Value { inline: true, .. } => converter.size().max(1),
        _ => 0,
    }
}

fn value_type(kind: Kind) -> *mut libffi::ffi_type {
    match kind {
        Kind::Void => &raw mut libffi::ffi_type_void,
        Kind::I8 => &raw mut libffi::ffi_type_sint8,
        Kind::U8 => &raw mut libffi::ffi_type_uint8,
        Kind::I16 => &raw mut libffi::ffi_type_sint16,
        Kind::U16 => &raw mut libffi::ffi_type_uint16,
        Kind::Bool | Kind::I32 | Kind::Enum => &raw mut libffi::ffi_type_sint32,
        Kind::U32 | Kind::Flags | Kind::Unichar => &raw mut libffi::ffi_type_uint32,
        Kind::I64 => &raw mut libffi::ffi_type_sint64,
        Kind::U64 | Kind::GType => &raw mut libffi::ffi_type_uint64,
        Kind::F32 => &raw mut libffi::ffi_type_float,
        Kind::F64 => &raw mut libffi::ffi_type_double,
        Kind::Utf8 | Kind::Filename | Kind::Object | Kind::Boxed => {
            &raw mut libffi::ffi_type_pointer
        }
    }
}
