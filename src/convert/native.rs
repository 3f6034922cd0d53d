//! How C passes values, as libffi wants to be told: needed wherever C is called, and wherever C calls.

use std::collections::HashMap;
use std::ptr;
use std::sync::{LazyLock, Mutex};

use gijit_plan::record::{self, Layout, Leaf};
use gijit_plan::types::Passing;
use gijit_plan::{Kind, Type, TypeRef};
use libffi::raw as libffi;

use crate::convert::converter::Converter;
use crate::process::repository;

/// How libffi passes a value.
pub fn ffi_type(converter: &Converter) -> *mut libffi::ffi_type {
    value_type(converter.passed().kind())
}

/// How libffi passes the bytes of a struct or union; None where its contents are not known. Lives for ever.
pub fn bytes_type(ty: &Type) -> Option<*mut libffi::ffi_type> {
    let of = ty.row().named?.of;
    let known = || {
        TYPES
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    };
    if let Some(described) = known().get(of) {
        return described.map(|described| described as *mut _);
    }
    let layout = record::layout(repository(), of).ok().flatten();
    let described = layout
        .and_then(|layout| units(&layout))
        .map(|units| aggregate(units) as usize);
    known().insert(of.clone(), described);
    described.map(|described| described as *mut _)
}

/// Descriptions that have been made, as addresses; None of what cannot be described. Bounded by the typelibs in use.
static TYPES: LazyLock<Mutex<HashMap<TypeRef, Option<usize>>>> = LazyLock::new(Default::default);

/// The numbers that a record is passed as: as large as it, aligned as it, and in the same registers.
///
/// On x86-64 the eight bytes of a register are passed as floating point only if nothing but floating point stands in
/// them, in any member of a union; what is larger than two registers goes to memory, where only its size matters. So
/// the description is made of whole registers, and need not know about unions. Elsewhere what passes as floating point
/// depends on all of the record (a "homogeneous aggregate"), and its scalars are described one after the other,
/// without unions and gaps.
fn units(layout: &Layout) -> Option<Vec<*mut libffi::ffi_type>> {
    let alignment = u32::from(layout.alignment);
    let whole = [1, 2, 4, 8].contains(&alignment) && layout.size.is_multiple_of(alignment);
    let integer = |bytes: u32| match bytes {
        1 => &raw mut libffi::ffi_type_uint8,
        2 => &raw mut libffi::ffi_type_uint16,
        4 => &raw mut libffi::ffi_type_uint32,
        _ => &raw mut libffi::ffi_type_uint64,
    };
    if !whole {
        return None;
    }
    if cfg!(target_arch = "x86_64") {
        let mut units = Vec::new();
        for start in (0..layout.size).step_by(8) {
            let end = layout.size.min(start + 8);
            let inside =
                |leaf: &&Leaf| leaf.offset < end && leaf.offset + u32::from(leaf.size) > start;
            let mut floats = layout.leaves.iter().filter(inside).peekable();
            let is_float =
                layout.size <= 16 && floats.peek().is_some() && floats.all(|leaf| leaf.float);
            let unit = if is_float && alignment == 8 && end - start == 8 {
                (&raw mut libffi::ffi_type_double, 8)
            } else if is_float {
                (&raw mut libffi::ffi_type_float, 4)
            } else {
                (integer(alignment), alignment)
            };
            units.extend((start..end).step_by(unit.1 as usize).map(|_| unit.0));
        }
        return Some(units);
    }
    let mut units = Vec::new();
    let mut end = 0;
    for leaf in &layout.leaves {
        if leaf.offset != end {
            return None;
        }
        end += u32::from(leaf.size);
        units.push(match (leaf.float, leaf.size) {
            (true, 4) => &raw mut libffi::ffi_type_float,
            (true, _) => &raw mut libffi::ffi_type_double,
            (false, size) => integer(u32::from(size)),
        });
    }
    (end == layout.size).then_some(units)
}

/// A struct of these members. Lives for ever.
fn aggregate(mut members: Vec<*mut libffi::ffi_type>) -> *mut libffi::ffi_type {
    members.push(ptr::null_mut());
    Box::into_raw(Box::new(libffi::ffi_type {
        // Both are found out by libffi.
        size: 0,
        alignment: 0,
        type_: libffi::FFI_TYPE_STRUCT,
        elements: members.leak().as_mut_ptr(),
    }))
}

/// Size in bytes of a value that is no scalar and no pointer; 0 of all others.
pub fn inline_size(converter: &Converter) -> usize {
    match converter.passed() {
        Passing::Bytes(size) => size.max(1) as usize,
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
        Kind::Utf8 | Kind::Filename | Kind::Object | Kind::Boxed | Kind::Value | Kind::Any => {
            &raw mut libffi::ffi_type_pointer
        }
    }
}
