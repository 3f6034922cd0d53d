//! The layout of structs, unions and instances: which fields they have, where these stand and what is in them.
//!
//! Nobody else reads fields in a typelib. A plan is pure data, as a call plan is; how a field's bytes become a Python
//! value is not known here.

use std::sync::Arc;

use gijit_repository::{Namespace, Repository};
use gijit_shape::Kind;
use gijit_typelib as typelib;
use gijit_typelib::Info;

use crate::builder::{self, Error};
use crate::{ArrayForm, Type, TypeRef};

type Result<T, E = Error> = std::result::Result<T, E>;

/// A struct, a union, or the instance of an object class.
#[derive(Debug)]
pub struct RecordPlan {
    pub of: TypeRef,
    pub form: RecordForm,
    /// In bytes; 0 where it is not known, as of instances.
    pub size: u32,
    /// In bytes; 0 where it is not known.
    pub alignment: u16,
    pub fields: Box<[FieldPlan]>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordForm {
    Struct,
    Union,
    Object,
}

/// One field.
#[derive(Debug)]
pub struct FieldPlan {
    /// Name in the typelib.
    pub name: Box<str>,
    /// The length of an array is the index of a field.
    pub ty: Type,
    /// The typelib's flag. Of an array it says whether the field is an address or the items themselves.
    pub pointer: bool,
    /// In bytes from the start of the record; None if it is not known.
    pub offset: Option<u32>,
    /// Which bits of the number at `offset` are the field's; None where it has all of them.
    pub bits: Option<Bits>,
    pub readable: bool,
    pub writable: bool,
}

/// Some bits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    pub shift: u8,
    pub width: u8,
}

/// What the bytes of a record are, as far as a calling convention asks.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    pub size: u32,
    pub alignment: u16,
    /// The scalars, those of nested records and of all members of a union among them.
    pub leaves: Vec<Leaf>,
}

/// One scalar in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// In bytes from the start.
    pub offset: u32,
    /// In bytes.
    pub size: u8,
    pub float: bool,
}

/// More scalars than this in one record are not looked at.
const MOST_LEAVES: usize = 4096;
/// How deep records may stand in records by value. Deeper ones contain themselves, which only a broken typelib says.
const DEEPEST: usize = 16;

/// The plan of the record of this name.
///
/// # Errors
/// If there is no such record, or the typelib is broken there.
pub fn record(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    name: &str,
) -> Result<RecordPlan> {
    let no_record = || Error::Container {
        namespace: namespace.full_name(),
        name: name.to_owned(),
    };
    let entry = namespace.typelib().find(name)?.ok_or_else(no_record)?;
    let read = |field: typelib::Result<typelib::Field<'_>>| {
        field_plan(repository, namespace, name, field?)
    };
    let (form, size, alignment, fields) = match entry.info()? {
        Info::Struct(info) | Info::Boxed(info) => (
            RecordForm::Struct,
            info.size(),
            info.alignment(),
            info.fields_iter().map(read).collect::<Result<_>>()?,
        ),
        Info::Union(info) => (
            RecordForm::Union,
            info.size(),
            info.alignment(),
            info.fields_iter().map(read).collect::<Result<_>>()?,
        ),
        Info::Object(info) => (
            RecordForm::Object,
            0,
            0,
            info.fields_iter().map(read).collect::<Result<_>>()?,
        ),
        _ => return Err(no_record()),
    };
    Ok(RecordPlan {
        of: TypeRef {
            namespace: namespace.name().into(),
            name: name.into(),
        },
        form,
        size,
        alignment,
        fields,
    })
}

fn field_plan(
    repository: &Repository,
    namespace: &Arc<Namespace>,
    record: &str,
    field: typelib::Field<'_>,
) -> Result<FieldPlan> {
    let name = field.name()?;
    let info = field.type_info()?;
    let known = known_bits(namespace.name(), record, name);
    let offset = match known {
        Some((offset, _)) => Some(offset),
        // Where in its word it stands is not said.
        None if field.bits() > 0 => None,
        None => field.struct_offset().map(u32::from),
    };
    Ok(FieldPlan {
        name: name.into(),
        ty: builder::value_type(repository, namespace, info)?,
        pointer: info.is_pointer(),
        offset,
        bits: known.map(|(_, bits)| bits),
        readable: field.is_readable(),
        writable: field.is_writable(),
    })
}

/// Compilers of typelibs lay out bit fields as if each were a whole number, beyond the end of what C has. Of the
/// structs that Python makes and looks into this is true of `GDate` alone, whose C layout is `guint julian_days : 32;
/// guint julian : 1, dmy : 1, day : 6, month : 4, year : 16;`.
fn known_bits(namespace: &str, record: &str, field: &str) -> Option<(u32, Bits)> {
    if (namespace, record) != ("GLib", "Date") {
        return None;
    }
    let (offset, shift, width) = match field {
        "julian_days" => (0, 0, 32),
        "julian" => (4, 0, 1),
        "dmy" => (4, 1, 1),
        "day" => (4, 2, 6),
        "month" => (4, 8, 4),
        "year" => (4, 12, 16),
        _ => return None,
    };
    // Big-endian compilers fill a word from its other end.
    let shift = if cfg!(target_endian = "big") {
        32 - shift - width
    } else {
        shift
    };
    Some((offset, Bits { shift, width }))
}

/// Whether a struct is nothing but numbers, so that its bytes can be copied without a question of ownership.
///
/// # Errors
/// If the typelib is broken there.
pub fn is_simple(repository: &Repository, of: &TypeRef) -> Result<bool> {
    is_simple_at(repository, of, 0)
}

fn is_simple_at(repository: &Repository, of: &TypeRef, depth: usize) -> Result<bool> {
    let Some(namespace) = repository.get(&of.namespace).filter(|_| depth < DEEPEST) else {
        return Ok(false);
    };
    let plan = record(repository, &namespace, &of.name)?;
    if plan.form != RecordForm::Struct {
        return Ok(false);
    }
    for field in &plan.fields {
        let simple = match &field.ty {
            Type::Scalar(kind) => *kind != Kind::GType,
            Type::Enum(..) | Type::Flags(..) => true,
            Type::Struct {
                of, pointer: false, ..
            } => is_simple_at(repository, of, depth + 1)?,
            _ => false,
        };
        if !simple {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The layout of a struct or union; None where something in it is not known.
///
/// # Errors
/// If the typelib is broken there.
pub fn layout(repository: &Repository, of: &TypeRef) -> Result<Option<Layout>> {
    let mut leaves = Vec::new();
    let Some((size, alignment)) = leaves_of(repository, of, 0, &mut leaves, 0)? else {
        return Ok(None);
    };
    let ends_inside = |leaf: &Leaf| leaf.offset + u32::from(leaf.size) <= size;
    if size == 0 || !size.is_multiple_of(u32::from(alignment.max(1))) || leaves.is_empty() {
        return Ok(None);
    }
    Ok(leaves.iter().all(ends_inside).then_some(Layout {
        size,
        alignment,
        leaves,
    }))
}

/// Appends the scalars of a record that starts at `base`; returns its size and alignment.
fn leaves_of(
    repository: &Repository,
    of: &TypeRef,
    base: u32,
    leaves: &mut Vec<Leaf>,
    depth: usize,
) -> Result<Option<(u32, u16)>> {
    let Some(namespace) = repository.get(&of.namespace).filter(|_| depth < DEEPEST) else {
        return Ok(None);
    };
    let plan = record(repository, &namespace, &of.name)?;
    for field in &plan.fields {
        let (Some(offset), None) = (field.offset, field.bits) else {
            return Ok(None);
        };
        let at = base + offset;
        if leaves_of_type(repository, &field.ty, field.pointer, at, leaves, depth)?.is_none() {
            return Ok(None);
        }
    }
    Ok(Some((plan.size, plan.alignment)))
}

/// The same for one type; returns its size.
fn leaves_of_type(
    repository: &Repository,
    ty: &Type,
    pointer: bool,
    at: u32,
    leaves: &mut Vec<Leaf>,
    depth: usize,
) -> Result<Option<u32>> {
    let scalar = match ty {
        Type::Scalar(kind) | Type::Enum(_, kind) | Type::Flags(_, kind) => {
            Some((kind.size(), matches!(kind, Kind::F32 | Kind::F64)))
        }
        // An object by value, which is as good as unknown.
        Type::Object(_) | Type::Interface(_) if !pointer => return Ok(None),
        Type::Void => return Ok(None),
        Type::Struct {
            of, pointer: false, ..
        }
        | Type::Union {
            of, pointer: false, ..
        } => {
            return Ok(leaves_of(repository, of, at, leaves, depth + 1)?.map(|(size, _)| size));
        }
        Type::Array {
            form: ArrayForm::C,
            item,
            fixed: Some(fixed),
            ..
        } if !pointer => {
            let mut size = 0;
            for _ in 0..*fixed {
                let next = at + size;
                let is_pointer = item.is_pointer();
                match leaves_of_type(repository, item, is_pointer, next, leaves, depth)? {
                    Some(item) => size += item,
                    None => return Ok(None),
                }
            }
            return Ok(Some(size));
        }
        Type::Array { .. } if !pointer => return Ok(None),
        _ => Some((8, false)),
    };
    if leaves.len() == MOST_LEAVES {
        return Ok(None);
    }
    Ok(scalar.map(|(size, float)| {
        leaves.push(Leaf {
            offset: at,
            size: size as u8,
            float,
        });
        size as u32
    }))
}
