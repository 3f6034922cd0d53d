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
use crate::truth::{self, Description, Place};
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
    /// Which bits of the bytes at `offset` are the field's; None where it has all of its type.
    pub bits: Option<Bits>,
    pub readable: bool,
    pub writable: bool,
}

/// Some bits of the bytes at a field's offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits {
    /// How many bits of the first byte come before them, less than 8.
    pub shift: u8,
    /// At most 57, so that they stand in eight bytes.
    pub width: u8,
}

impl Bits {
    /// How many bytes they touch.
    pub fn bytes(self) -> usize {
        usize::from(self.shift + self.width).div_ceil(8)
    }

    pub fn mask(self) -> u64 {
        u64::MAX >> (64 - u32::from(self.width))
    }

    /// By how many bits they are shifted in the number that the bytes are. Big-endian compilers fill a word from its
    /// other end.
    pub fn shift_in_number(self) -> u32 {
        let shift = u32::from(self.shift);
        if cfg!(target_endian = "big") {
            8 * self.bytes() as u32 - shift - u32::from(self.width)
        } else {
            shift
        }
    }
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
    let info = entry.info()?;
    let form = match info {
        Info::Struct(_) | Info::Boxed(_) => RecordForm::Struct,
        Info::Union(_) => RecordForm::Union,
        _ => RecordForm::Object,
    };
    let description = Description::of(&info)?.ok_or_else(no_record)?;
    let fields = description.fields.iter();
    let mut fields = fields
        .map(|field| field_plan(repository, namespace, *field))
        .collect::<Result<Box<[_]>>>()?;
    let (mut size, mut alignment) = (description.size, description.alignment);
    if let Some(row) = truth::row(namespace, name, || Ok(Some(description)))? {
        (size, alignment) = (row.size, row.alignment);
        for &(index, place) in row.fields {
            let Some(field) = fields.get_mut(usize::from(index)) else {
                continue;
            };
            (field.offset, field.bits) = match place {
                Place::At(offset) => (Some(offset), None),
                Place::Bits(offset, shift, width) => (Some(offset), Some(Bits { shift, width })),
                Place::Unlike => (None, None),
            };
        }
    }
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
    field: typelib::Field<'_>,
) -> Result<FieldPlan> {
    let info = field.type_info()?;
    Ok(FieldPlan {
        name: field.name()?.into(),
        ty: builder::value_type(repository, namespace, info)?,
        pointer: info.is_pointer(),
        // Of a bit-field the typelib does not say where in its word it stands.
        offset: (field.bits() == 0)
            .then(|| field.struct_offset().map(u32::from))
            .flatten(),
        bits: None,
        readable: field.is_readable(),
        writable: field.is_writable(),
    })
}

/// The size of the struct or union `info` of this name, in bytes; 0 where it is not known, and of everything else.
///
/// # Errors
/// If the typelib is broken there.
pub fn size(namespace: &Namespace, name: &str, info: &Info<'_>) -> typelib::Result<u32> {
    let described = match info {
        Info::Struct(info) | Info::Boxed(info) => info.size(),
        Info::Union(info) => info.size(),
        _ => return Ok(0),
    };
    let row = truth::row(namespace, name, || Description::of(info))?;
    Ok(row.map_or(described, |row| row.size))
}

/// Where the field of this name stands in the record `info`, in bytes; None where it is not known.
///
/// # Errors
/// If the typelib is broken there.
pub fn offset(
    namespace: &Namespace,
    record: &str,
    info: &Info<'_>,
    field: &str,
) -> typelib::Result<Option<u32>> {
    let Some(description) = Description::of(info)? else {
        return Ok(None);
    };
    let mut found = None;
    for (index, one) in description.fields.iter().enumerate() {
        if one.name()? == field {
            found = Some((index, one.struct_offset().map(u32::from)));
            break;
        }
    }
    let Some((index, described)) = found else {
        return Ok(None);
    };
    let row = truth::row(namespace, record, || Ok(Some(description)))?;
    let mut fields = row.map_or(&[][..], |row| row.fields).iter();
    Ok(match fields.find(|(at, _)| usize::from(*at) == index) {
        Some((_, Place::At(offset))) => Some(*offset),
        Some(_) => None,
        None => described,
    })
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
        let Some(offset) = field.offset else {
            return Ok(None);
        };
        let at = base + offset;
        if let Some(bits) = field.bits {
            // What stands in the same bytes is passed together, as a whole number is.
            leaves.push(Leaf {
                offset: at,
                size: bits.bytes() as u8,
                float: false,
            });
            continue;
        }
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
