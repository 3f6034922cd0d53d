//! What C says of the records that their typelib gets wrong.
//!
//! A typelib has no word for bit-fields, for the alignment of vector types or for `long double`: its compiler gives each
//! of them the place of a number or a pointer, and counts on from there. Nothing in the typelib says where that
//! happened. So `scripts/layouts` asks the C compiler, and what differs stands in a table, [`crate::layouts`], which it
//! writes. A row holds for one description: of another release's typelib, which may know better or describe
//! another struct, the table says nothing unless it has a row of its own for it.

use gijit_repository::Namespace;
use gijit_typelib::{Field, Info, Result};

use crate::layouts::ROWS;

/// One record as C has it.
#[derive(Debug)]
pub(crate) struct Row {
    /// Name and version.
    pub namespace: (&'static str, &'static str),
    pub record: &'static str,
    /// The [`fingerprint`] of the description that this corrects.
    pub described: u32,
    /// In bytes; 0 of an instance, which typelibs do not measure.
    pub size: u32,
    pub alignment: u16,
    /// The fields that differ, by their indices.
    pub fields: &'static [(u16, Place)],
}

/// Where C has a field.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place {
    /// All of its type, from this byte on.
    At(u32),
    /// `width` bits, the first of them `shift` bits behind the start of this byte.
    Bits(u32, u8, u8),
    /// Its type is not the one that the typelib names: nobody can read it.
    Unlike,
}

/// Size, alignment and the fields' offsets, as a typelib describes them: all that a row depends on. Fields are looked
/// at by name, offset and the tag of their type.
#[derive(Debug)]
pub struct Description<'a> {
    pub size: u32,
    pub alignment: u16,
    pub fields: Vec<Field<'a>>,
}

impl<'a> Description<'a> {
    /// None of what is no record.
    ///
    /// # Errors
    /// If the typelib is broken there.
    pub fn of(info: &Info<'a>) -> Result<Option<Self>> {
        let (size, alignment, fields) = match info {
            Info::Struct(info) | Info::Boxed(info) => (
                info.size(),
                info.alignment(),
                info.fields_iter().collect::<Result<_>>()?,
            ),
            Info::Union(info) => (
                info.size(),
                info.alignment(),
                info.fields_iter().collect::<Result<_>>()?,
            ),
            Info::Object(info) => (0, 0, info.fields_iter().collect::<Result<_>>()?),
            _ => return Ok(None),
        };
        Ok(Some(Description {
            size,
            alignment,
            fields,
        }))
    }

    /// A number that another description has only by a rare chance (FNV-1a).
    ///
    /// # Errors
    /// If the typelib is broken there.
    pub fn fingerprint(&self) -> Result<u32> {
        let mut hash = 0x811c_9dc5_u32;
        let mut add = |bytes: &[u8]| {
            for byte in bytes {
                hash = (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
            }
        };
        add(&self.size.to_le_bytes());
        add(&self.alignment.to_le_bytes());
        for field in &self.fields {
            let ty = field.type_info()?;
            add(field.name()?.as_bytes());
            add(&field.struct_offset().unwrap_or(u16::MAX).to_le_bytes());
            add(&[0, ty.tag() as u8, u8::from(ty.is_pointer())]);
        }
        Ok(hash)
    }
}

/// The row for a record, if its typelib gets it wrong.
///
/// # Errors
/// If the typelib is broken there.
pub(crate) fn row<'a>(
    namespace: &Namespace,
    record: &str,
    description: impl FnOnce() -> Result<Option<Description<'a>>>,
) -> Result<Option<&'static Row>> {
    // Elsewhere other rules may hold, and typelibs describe other sizes.
    if cfg!(not(target_pointer_width = "64")) {
        return Ok(None);
    }
    let key = ((namespace.name(), namespace.version()), record);
    let key_of = |row: &Row| (row.namespace, row.record);
    let first = ROWS.partition_point(|row| key_of(row) < key);
    let rows = &ROWS[first..];
    let rows = &rows[..rows.iter().take_while(|row| key_of(row) == key).count()];
    if rows.is_empty() {
        return Ok(None);
    }
    let Some(description) = description()? else {
        return Ok(None);
    };
    let fingerprint = description.fingerprint()?;
    Ok(rows.iter().find(|row| row.described == fingerprint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_can_be_served() {
        let key = |row: &Row| (row.namespace, row.record, row.described);
        assert!(ROWS.is_sorted_by(|a, b| key(a) < key(b)));
        assert!(ROWS.len() > 200);
        for row in ROWS {
            // What memory is aligned to that is allocated for a record.
            assert!(row.alignment <= 16, "{row:?}");
            let mut last = None;
            for (index, place) in row.fields {
                assert!(last < Some(*index), "{row:?}");
                last = Some(*index);
                if let Place::Bits(_, shift, width) = place {
                    assert!(*shift < 8 && *width > 0 && shift + width <= 64, "{row:?}");
                }
            }
        }
    }
}
