//! Structs, unions and enumerations, with the fields and values that they consist of.

use crate::entry::BlobType;
use crate::layout::{
    Kind, NO_STRUCT_OFFSET, common, enumeration, field, registered, structure, union, value,
};
use crate::types::{Type, TypeTag};
use crate::view::{check_blob, check_blob_type, find_member, members, named, nth, view};
use crate::{Callback, Constant, ErrorKind, Function, Result, Typelib};

/// What all types that GObject's type system can know have in common: `is_deprecated`, `unregistered`,
/// `gtype_name`, `gtype_init`.
macro_rules! registered_type {
    ($view:ident) => {
        impl<'a> $view<'a> {
            fn flag(self, bit: u16) -> bool {
                self.u16(common::FLAGS) & bit != 0
            }

            pub fn is_deprecated(self) -> bool {
                self.flag(common::DEPRECATED)
            }

            /// The name of its GType; `None` if it has no GType.
            pub fn gtype_name(self) -> $crate::Result<Option<&'a str>> {
                self.lib
                    .optional_name_at(self.offset + registered::GTYPE_NAME, "GType name")
            }

            /// The C symbol that returns its GType (`intern` for those that GObject itself knows);
            /// `None` if it has no GType.
            pub fn gtype_init(self) -> $crate::Result<Option<&'a str>> {
                self.lib
                    .optional_name_at(self.offset + registered::GTYPE_INIT, "GType function")
            }
        }
    };
}
pub(crate) use registered_type;

/// Whether a type can be without a GType, and its functions to copy and free.
macro_rules! boxed_type {
    ($view:ident) => {
        impl<'a> $view<'a> {
            /// Whether it is marked as having no GType.
            pub fn unregistered(self) -> bool {
                self.flag(registered::UNREGISTERED)
            }

            /// Size in bytes in C; 0 if unknown.
            pub fn size(self) -> u32 {
                self.u32(structure::SIZE)
            }

            /// Alignment in bytes in C.
            pub fn alignment(self) -> u16 {
                self.u16(common::FLAGS) >> structure::ALIGNMENT_SHIFT & structure::ALIGNMENT_MASK
            }

            /// C symbol of the function that copies one, if it has one of its own.
            pub fn copy_func(self) -> Result<Option<&'a str>> {
                self.lib
                    .optional_name_at(self.offset + structure::COPY_FUNC, "copy function")
            }

            /// C symbol of the function that frees one, if it has one of its own.
            pub fn free_func(self) -> Result<Option<&'a str>> {
                self.lib
                    .optional_name_at(self.offset + structure::FREE_FUNC, "free function")
            }
        }
    };
}

/// Fields lie one after the other, but those with an embedded callback type are longer: they must be walked.
/// `$first` is a method that gives the offset of the first.
macro_rules! fields {
    ($view:ident, $count_field:expr, $first:ident) => {
        impl<'a> $view<'a> {
            /// How many fields it has.
            pub fn fields(self) -> u16 {
                self.u16($count_field)
            }

            /// The field of this index, from 0. Steps over those before it: for all of them use the iterator.
            pub fn field(self, i: u16) -> $crate::Result<$crate::Field<'a>> {
                let n = self.fields();
                if i >= n {
                    return Err($crate::view::no_such_member(
                        self.lib,
                        self.offset,
                        "field",
                        i,
                        n,
                    ));
                }
                let offset = $crate::registered::skip_fields(self.lib, self.$first(), i)?;
                $crate::Field::at(self.lib, $crate::registered::saturate(offset))
            }

            /// All fields in order. Ends after the first error, since the next field cannot be found then.
            pub fn fields_iter(self) -> impl Iterator<Item = $crate::Result<$crate::Field<'a>>> {
                $crate::registered::walk_fields(self.lib, self.$first(), self.fields())
            }

            /// The field of this name, if there is one. Looks at one after the other.
            pub fn find_field(self, name: &str) -> $crate::Result<Option<$crate::Field<'a>>> {
                for field in self.fields_iter() {
                    let field = field?;
                    if field.has_name(name)? {
                        return Ok(Some(field));
                    }
                }
                Ok(None)
            }
        }
    };
}
pub(crate) use fields;

pub(crate) fn saturate(offset: u64) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// Offset behind `n` fields that start at `offset`.
pub(crate) fn skip_fields(lib: &Typelib, mut offset: u64, n: u16) -> Result<u64> {
    for _ in 0..n {
        offset += Field::at(lib, saturate(offset))?.full_size();
    }
    Ok(offset)
}

pub(crate) fn walk_fields(
    lib: &Typelib,
    first: u64,
    n: u16,
) -> impl Iterator<Item = Result<Field<'_>>> {
    let mut offset = first;
    let mut left = n;
    std::iter::from_fn(move || {
        left = left.checked_sub(1)?;
        let field = Field::at(lib, saturate(offset));
        match &field {
            Ok(field) => offset += field.full_size(),
            Err(_) => left = 0,
        }
        Some(field)
    })
}

view! {
    /// A C struct: a plain one, a boxed type, or the class struct of an object or interface.
    Struct
}
named!(Struct, common::NAME, "struct");
registered_type!(Struct);
boxed_type!(Struct);
fields!(Struct, structure::N_FIELDS, first_field);
members!(
    Struct,
    Function,
    Kind::Function,
    "method",
    structure::N_METHODS,
    methods,
    method,
    methods_iter,
    first_method
);
find_member!(Struct, Function, "method", methods_iter, find_method);

impl<'a> Struct<'a> {
    /// The struct whose [`Struct::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Struct)?;
        let allowed = [BlobType::Struct as u16, BlobType::Boxed as u16];
        check_blob_type(lib, offset, Kind::Struct, &allowed)?;
        Ok(Struct { lib, offset })
    }

    fn first_field(self) -> u64 {
        u64::from(self.offset) + u64::from(self.lib.stride(Kind::Struct))
    }

    fn first_method(self) -> Result<u64> {
        skip_fields(self.lib, self.first_field(), self.fields())
    }

    /// Whether it is the class or interface struct of a type.
    pub fn is_gtype_struct(self) -> bool {
        self.flag(structure::GTYPE_STRUCT)
    }

    /// Whether its instances belong to another binding, as those of cairo do.
    pub fn is_foreign(self) -> bool {
        self.flag(structure::FOREIGN)
    }
}

view! {
    /// A C union.
    Union
}
named!(Union, common::NAME, "union");
registered_type!(Union);
boxed_type!(Union);
fields!(Union, structure::N_FIELDS, first_field);
members!(
    Union,
    Function,
    Kind::Function,
    "method",
    structure::N_METHODS,
    methods,
    method,
    methods_iter,
    first_method
);
find_member!(Union, Function, "method", methods_iter, find_method);

impl<'a> Union<'a> {
    /// The union whose [`Union::offset`] this is.
    ///
    /// # Errors
    /// If there is none.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Union)?;
        let allowed = [BlobType::Union as u16, BlobType::Boxed as u16];
        check_blob_type(lib, offset, Kind::Union, &allowed)?;
        Ok(Union { lib, offset })
    }

    fn first_field(self) -> u64 {
        u64::from(self.offset) + u64::from(self.lib.stride(Kind::Union))
    }

    fn first_method(self) -> Result<u64> {
        skip_fields(self.lib, self.first_field(), self.fields())
    }

    /// Whether a member says which of the others is meant. Known compilers never write it.
    pub fn is_discriminated(self) -> bool {
        self.flag(union::DISCRIMINATED)
    }

    /// Offset in bytes of the discriminator in the union; `None` if it is not discriminated.
    pub fn discriminator_offset(self) -> Option<i32> {
        self.is_discriminated()
            .then(|| self.u32(union::DISCRIMINATOR_OFFSET).cast_signed())
    }

    /// Type of the discriminator; `None` if it is not discriminated.
    pub fn discriminator_type(self) -> Result<Option<Type<'a>>> {
        self.is_discriminated()
            .then(|| Type::of_word(self.lib, self.offset + union::DISCRIMINATOR_TYPE))
            .transpose()
    }

    /// Value of the discriminator that means field number `i`; `None` if it is not discriminated.
    pub fn discriminator(self, i: u16) -> Result<Option<Constant<'a>>> {
        if !self.is_discriminated() {
            return Ok(None);
        }
        let n = self.fields();
        if i >= n {
            return Err(crate::view::no_such_member(
                self.lib,
                self.offset,
                "discriminator",
                i,
                n,
            ));
        }
        let methods = u64::from(self.methods()) * u64::from(self.lib.stride(Kind::Function));
        let first = self.first_method()? + methods;
        Constant::at(self.lib, nth(self.lib, first, Kind::Constant, i)).map(Some)
    }
}

view! {
    /// An enumeration or a set of flags.
    Enum
}
named!(Enum, common::NAME, "enumeration");
registered_type!(Enum);
members!(
    Enum,
    Value,
    Kind::Value,
    "value",
    enumeration::N_VALUES,
    values,
    value,
    values_iter,
    first_value
);
members!(
    Enum,
    Function,
    Kind::Function,
    "method",
    enumeration::N_METHODS,
    methods,
    method,
    methods_iter,
    first_method
);
find_member!(Enum, Value, "value", values_iter, find_value);
find_member!(Enum, Function, "method", methods_iter, find_method);

impl<'a> Enum<'a> {
    /// The enumeration whose [`Enum::offset`] this is.
    ///
    /// # Errors
    /// If there is none, or its storage type is not an integer.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Enum)?;
        let allowed = [BlobType::Enum as u16, BlobType::Flags as u16];
        check_blob_type(lib, offset, Kind::Enum, &allowed)?;
        let this = Enum { lib, offset };
        let storage = this.storage_number();
        if !matches!(
            TypeTag::from_number(storage),
            Some(tag) if (TypeTag::Int8..=TypeTag::UInt64).contains(&tag)
        ) {
            return Err(lib.error(
                offset + common::FLAGS,
                ErrorKind::Blob,
                format!(
                    "expected an integer as the storage type of an enumeration, found tag {storage}"
                ),
            ));
        }
        Ok(this)
    }

    fn first_value(self) -> Result<u64> {
        Ok(u64::from(self.offset) + u64::from(self.lib.stride(Kind::Enum)))
    }

    fn first_method(self) -> Result<u64> {
        let values = u64::from(self.values()) * u64::from(self.lib.stride(Kind::Value));
        Ok(self.first_value()? + values)
    }

    fn storage_number(self) -> u8 {
        (self.u16(common::FLAGS) >> enumeration::STORAGE_SHIFT & enumeration::STORAGE_MASK) as u8
    }

    /// Whether its values are bits to be combined.
    pub fn is_flags(self) -> bool {
        self.u16(common::BLOB_TYPE) == BlobType::Flags as u16
    }

    /// Whether it is marked as having no GType.
    pub fn unregistered(self) -> bool {
        self.flag(registered::UNREGISTERED)
    }

    /// The integer type that C stores it in.
    pub fn storage_type(self) -> TypeTag {
        TypeTag::from_number(self.storage_number()).unwrap_or(TypeTag::Int32)
    }

    /// The quark string of the error domain whose codes these are.
    pub fn error_domain(self) -> Result<Option<&'a str>> {
        self.lib
            .optional_name_at(self.offset + enumeration::ERROR_DOMAIN, "error domain")
    }
}

view! {
    /// One value of an enumeration.
    Value
}
named!(Value, value::NAME, "value");

impl<'a> Value<'a> {
    /// The value whose [`Value::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Value)?;
        Ok(Value { lib, offset })
    }

    pub fn is_deprecated(self) -> bool {
        self.u32(value::FLAGS) & value::DEPRECATED != 0
    }

    /// The number. The format has 32 bits for it and says whether they are signed.
    pub fn value(self) -> i64 {
        let bits = self.u32(value::VALUE);
        if self.u32(value::FLAGS) & value::UNSIGNED != 0 {
            i64::from(bits)
        } else {
            i64::from(bits.cast_signed())
        }
    }
}

view! {
    /// A field of a struct, a union or an object.
    Field
}
named!(Field, field::NAME, "field");

impl<'a> Field<'a> {
    /// The field whose [`Field::offset`] this is. Nothing in the bytes says that it is one.
    ///
    /// # Errors
    /// If it does not fit into the file.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        check_blob(lib, offset, Kind::Field)?;
        Ok(Field { lib, offset })
    }

    fn flag(self, bit: u8) -> bool {
        self.u8(field::FLAGS) & bit != 0
    }

    /// With the callback that may follow.
    pub(crate) fn full_size(self) -> u64 {
        let own = u64::from(self.lib.stride(Kind::Field));
        if self.has_embedded_type() {
            own + u64::from(self.lib.stride(Kind::Callback))
        } else {
            own
        }
    }

    /// The format has no such flag for fields: always false.
    pub fn is_deprecated(self) -> bool {
        false
    }

    pub fn is_readable(self) -> bool {
        self.flag(field::READABLE)
    }

    pub fn is_writable(self) -> bool {
        self.flag(field::WRITABLE)
    }

    /// girepository's `GIFieldInfoFlags`: readable 1, writable 2.
    pub fn flags(self) -> u32 {
        u32::from(self.is_readable()) | u32::from(self.is_writable()) << 1
    }

    /// Width in bits of a bit field, else 0. girepository calls this the size; known compilers leave it 0.
    pub fn bits(self) -> u8 {
        self.u8(field::BITS)
    }

    /// The same under girepository's name, in bits.
    pub fn size(self) -> u8 {
        self.bits()
    }

    /// Where the field is in its struct, in bytes, if known.
    pub fn struct_offset(self) -> Option<u16> {
        Some(self.u16(field::STRUCT_OFFSET)).filter(|&offset| offset != NO_STRUCT_OFFSET)
    }

    /// Whether its type is an anonymous callback.
    pub fn has_embedded_type(self) -> bool {
        self.flag(field::EMBEDDED_TYPE)
    }

    /// The anonymous callback that is its type, if it is one.
    pub fn embedded_callback(self) -> Result<Option<Callback<'a>>> {
        self.has_embedded_type()
            .then(|| {
                let offset = u64::from(self.offset) + u64::from(self.lib.stride(Kind::Field));
                Callback::at(self.lib, saturate(offset))
            })
            .transpose()
    }

    pub fn type_info(self) -> Result<Type<'a>> {
        match self.embedded_callback()? {
            Some(callback) => Ok(Type::embedded(callback)),
            None => Type::of_word(self.lib, self.offset + field::TYPE),
        }
    }
}
