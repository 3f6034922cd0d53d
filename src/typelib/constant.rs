//! Constants and their values.

use crate::layout::{Kind, common, constant};
use crate::types::{Type, TypeTag};
use crate::view::{check_blob, check_blob_type, named, view};
use crate::{ErrorKind, Result, Typelib};

/// The value of a [`Constant`], by its type.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ConstantValue<'a> {
    Boolean(bool),
    Int8(i8),
    UInt8(u8),
    Int16(i16),
    UInt16(u16),
    Int32(i32),
    UInt32(u32),
    Int64(i64),
    UInt64(u64),
    Float(f32),
    Double(f64),
    Utf8(&'a str),
    /// A file name: bytes without NUL, in no particular encoding.
    Filename(&'a [u8]),
    /// A type for which the format defines no values; compilers write none.
    Other(&'a [u8]),
}

view! {
    /// A constant of the namespace, or of an object or interface.
    Constant
}
named!(Constant, common::NAME, "constant");

impl<'a> Constant<'a> {
    /// The constant whose [`Constant::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Constant)?;
        check_blob_type(lib, offset, Kind::Constant, &[9])?;
        Ok(Constant { lib, offset })
    }

    pub fn is_deprecated(self) -> bool {
        self.u16(common::FLAGS) & common::DEPRECATED != 0
    }

    pub fn type_info(self) -> Result<Type<'a>> {
        Type::of_word(self.lib, self.offset + constant::TYPE)
    }

    /// The bytes of the value as they are in the file; strings with their NUL.
    pub fn raw(self) -> Result<&'a [u8]> {
        let (offset, size) = (self.u32(constant::OFFSET), self.u32(constant::SIZE));
        self.lib
            .check(offset, size.into(), format_args!("value of a constant"))?;
        let start = offset as usize;
        Ok(self
            .lib
            .data()
            .get(start..start + size as usize)
            .unwrap_or_default())
    }

    /// The value.
    ///
    /// # Errors
    /// If the type is broken, the size of the value is not that of the type, or a string is not one.
    pub fn value(self) -> Result<ConstantValue<'a>> {
        use ConstantValue as V;
        let tag = self.type_info()?.tag();
        Ok(match tag {
            // C stores a `gboolean`.
            TypeTag::Boolean => V::Boolean(u32::from_le_bytes(self.number(tag)?) != 0),
            TypeTag::Int8 => V::Int8(i8::from_le_bytes(self.number(tag)?)),
            TypeTag::UInt8 => V::UInt8(u8::from_le_bytes(self.number(tag)?)),
            TypeTag::Int16 => V::Int16(i16::from_le_bytes(self.number(tag)?)),
            TypeTag::UInt16 => V::UInt16(u16::from_le_bytes(self.number(tag)?)),
            TypeTag::Int32 => V::Int32(i32::from_le_bytes(self.number(tag)?)),
            TypeTag::UInt32 => V::UInt32(u32::from_le_bytes(self.number(tag)?)),
            TypeTag::Int64 => V::Int64(i64::from_le_bytes(self.number(tag)?)),
            TypeTag::UInt64 => V::UInt64(u64::from_le_bytes(self.number(tag)?)),
            TypeTag::Float => V::Float(f32::from_le_bytes(self.number(tag)?)),
            TypeTag::Double => V::Double(f64::from_le_bytes(self.number(tag)?)),
            TypeTag::Utf8 => {
                let bytes = self.text()?;
                V::Utf8(
                    std::str::from_utf8(bytes).map_err(|e| {
                        self.bad(format!("the value of a constant is not UTF-8: {e}"))
                    })?,
                )
            }
            TypeTag::Filename => V::Filename(self.text()?),
            _ => V::Other(self.raw()?),
        })
    }

    fn bad(self, reason: String) -> crate::Error {
        let offset = self.u32(constant::OFFSET);
        self.lib.error(offset, ErrorKind::Blob, reason)
    }

    fn number<const N: usize>(self, tag: TypeTag) -> Result<[u8; N]> {
        let raw = self.raw()?;
        raw.try_into().map_err(|_| {
            self.bad(format!(
                "expected {N} bytes for a constant of type {tag:?}, found {}",
                raw.len()
            ))
        })
    }

    fn text(self) -> Result<&'a [u8]> {
        match self.raw()? {
            [text @ .., 0] if !text.contains(&0) => Ok(text),
            raw => Err(self.bad(format!(
                "expected a string constant with one NUL, at its end, found {} bytes without it",
                raw.len()
            ))),
        }
    }
}
