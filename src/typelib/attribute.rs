//! Attributes: pairs of strings attached to blobs, kept in one table sorted by the offset of the blob.

use crate::layout::{Kind, attribute};
use crate::{Result, Typelib};

/// The attributes of one blob, as (key, value).
#[derive(Clone)]
pub struct Attributes<'a> {
    lib: &'a Typelib,
    blob: u32,
    /// Index in the table of the next one to give.
    next: u32,
}

impl<'a> Attributes<'a> {
    pub(crate) fn of(lib: &'a Typelib, blob: u32) -> Self {
        let (_, n) = lib.attribute_table();
        // In an unsorted table this finds some place, and at worst no attributes; `validate` reports it.
        let (mut low, mut high) = (0, n);
        while low < high {
            let middle = low + (high - low) / 2;
            if blob_of(lib, middle) < blob {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Attributes {
            lib,
            blob,
            next: low,
        }
    }

    pub(crate) fn find_key(self, key: &str) -> Result<Option<&'a str>> {
        for pair in self {
            let (found, value) = pair?;
            if found == key {
                return Ok(Some(value));
            }
        }
        Ok(None)
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Result<(&'a str, &'a str)>;

    fn next(&mut self) -> Option<Self::Item> {
        let (_, n) = self.lib.attribute_table();
        if self.next >= n || blob_of(self.lib, self.next) != self.blob {
            return None;
        }
        let pair = pair(self.lib, self.next);
        self.next += 1;
        Some(pair)
    }
}

fn place(lib: &Typelib, i: u32) -> u32 {
    // The table was found to lie inside the file when the file was opened, so this cannot overflow.
    lib.attribute_table().0 + i * u32::from(lib.stride(Kind::Attribute))
}

/// Offset of the blob that attribute number `i` belongs to.
pub(crate) fn blob_of(lib: &Typelib, i: u32) -> u32 {
    lib.u32(place(lib, i) + attribute::OFFSET)
}

/// Key and value of attribute number `i`.
pub(crate) fn pair(lib: &Typelib, i: u32) -> Result<(&str, &str)> {
    let at = place(lib, i);
    let key = lib.name_at(at + attribute::NAME, "key of an attribute")?;
    let value = lib.text_at(at + attribute::VALUE, "value of an attribute")?;
    Ok((key, value))
}
