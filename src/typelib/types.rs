//! Types: of arguments, results, fields, properties and constants.
//!
//! A type is referred to by one word. Basic types are in the word itself; of the others the word holds the offset
//! of a type blob, which may contain further words (elements of arrays, lists and hash tables). The type of a
//! field may also be a callback that lies right behind the field.

use crate::entry::Entry;
use crate::layout::{MAX_TYPE_DEPTH, header, type_blob, type_word};
use crate::{Callback, ErrorKind, Result, Typelib};

/// The kind of a type, with the numbers of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TypeTag {
    Void = 0,
    Boolean = 1,
    Int8 = 2,
    UInt8 = 3,
    Int16 = 4,
    UInt16 = 5,
    Int32 = 6,
    UInt32 = 7,
    Int64 = 8,
    UInt64 = 9,
    Float = 10,
    Double = 11,
    GType = 12,
    Utf8 = 13,
    Filename = 14,
    Array = 15,
    /// Anything that has a name: see [`Type::interface`].
    Interface = 16,
    GList = 17,
    GSList = 18,
    GHash = 19,
    Error = 20,
    UniChar = 21,
}

impl TypeTag {
    /// The tag of this number, if the format defines one.
    pub fn from_number(number: u8) -> Option<Self> {
        use TypeTag::*;
        const ALL: [TypeTag; 22] = [
            Void, Boolean, Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Float, Double,
            GType, Utf8, Filename, Array, Interface, GList, GSList, GHash, Error, UniChar,
        ];
        ALL.get(usize::from(number)).copied()
    }

    /// Whether the type is complete in itself: neither a container, nor an error, nor named.
    pub fn is_basic(self) -> bool {
        self <= TypeTag::Filename || self == TypeTag::UniChar
    }

    /// Whether it is an integer or floating-point number (which boolean, GType and character are not).
    pub fn is_numeric(self) -> bool {
        (TypeTag::Int8..=TypeTag::Double).contains(&self)
    }

    /// Whether it has parameter types: arrays, lists and hash tables.
    pub fn is_container(self) -> bool {
        self.n_params() > 0
    }

    fn n_params(self) -> u16 {
        match self {
            TypeTag::Array | TypeTag::GList | TypeTag::GSList => 1,
            TypeTag::GHash => 2,
            _ => 0,
        }
    }
}

/// What holds the elements of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ArrayType {
    /// A plain C array.
    C = 0,
    /// A `GArray`.
    Array = 1,
    PtrArray = 2,
    ByteArray = 3,
}

/// A type. Its tag and shape were checked when it was made.
#[derive(Clone, Copy)]
pub struct Type<'a> {
    lib: &'a Typelib,
    /// A basic type: of its word. An embedded callback: of the callback blob. Any other: of its type blob.
    offset: u32,
    tag: TypeTag,
    is_embedded: bool,
    depth: u8,
}

impl<'a> Type<'a> {
    /// The type that the word at `word` refers to.
    pub(crate) fn of_word(lib: &'a Typelib, word: u32) -> Result<Self> {
        Self::nested(lib, word, 0)
    }

    fn nested(lib: &'a Typelib, word: u32, depth: u8) -> Result<Self> {
        lib.check(word, 4, format_args!("type"))?;
        let contents = lib.u32(word);
        let blob = if contents & type_word::OFFSET_BITS == 0 {
            word
        } else {
            contents
        };
        let mut this = Self::at(lib, blob)?;
        if blob == contents && this.tag.is_basic() {
            return Err(lib.error(
                word,
                ErrorKind::Type,
                format!("expected a type blob at {blob:#x}, found a basic type there"),
            ));
        }
        if depth >= MAX_TYPE_DEPTH && !this.tag.is_basic() {
            return Err(lib.error(
                word,
                ErrorKind::Type,
                format!("types are nested more than {MAX_TYPE_DEPTH} deep"),
            ));
        }
        this.depth = depth;
        Ok(this)
    }

    /// The type whose [`Type::offset`] this is. (Of an embedded callback type use [`Callback::at`].)
    ///
    /// # Errors
    /// If there is no sound type.
    pub fn at(lib: &'a Typelib, offset: u32) -> Result<Self> {
        lib.check(offset, 4, format_args!("type"))?;
        let bad = |reason: String| lib.error(offset, ErrorKind::Type, reason);
        if (offset as usize) < header::SIZE {
            return Err(bad(
                "expected a type here, found the file's header".to_owned()
            ));
        }
        let word = lib.u32(offset);
        let in_word = word & type_word::OFFSET_BITS == 0;
        let number = if in_word {
            (word >> type_word::TAG_SHIFT) as u8
        } else {
            lib.u8(offset) >> type_blob::TAG_SHIFT
        };
        let tag = TypeTag::from_number(number)
            .filter(|tag| tag.is_basic() == in_word)
            .ok_or_else(|| {
                let expected = if in_word { "basic" } else { "complex" };
                bad(format!(
                    "expected the tag of a {expected} type, found {number}"
                ))
            })?;
        let n_params = tag.n_params();
        lib.check(
            offset,
            4 + 4 * u64::from(n_params),
            format_args!("{tag:?} type"),
        )?;
        if tag != TypeTag::Array && n_params > 0 {
            let found = lib.u16(offset + type_blob::OPERAND);
            if found != n_params {
                return Err(bad(format!(
                    "expected {n_params} parameter types for a {tag:?}, found {found}"
                )));
            }
        }
        Ok(Type {
            lib,
            offset,
            tag,
            is_embedded: false,
            depth: 0,
        })
    }

    pub(crate) fn embedded(callback: Callback<'a>) -> Self {
        Type {
            lib: callback.lib,
            offset: callback.offset,
            tag: TypeTag::Interface,
            is_embedded: true,
            depth: 0,
        }
    }

    /// Identifies the type within its typelib. Equal complex types often share one blob, hence one offset.
    pub fn offset(self) -> u32 {
        self.offset
    }

    /// The file that this is a type of.
    pub fn typelib(self) -> &'a Typelib {
        self.lib
    }

    pub fn tag(self) -> TypeTag {
        self.tag
    }

    /// Whether C sees a pointer to it. For an `out` argument, the pointer that makes it `out` does not count.
    pub fn is_pointer(self) -> bool {
        if self.is_embedded {
            // girepository says so: a callback itself is what is stored.
            false
        } else if self.tag.is_basic() {
            self.lib.u32(self.offset) & type_word::POINTER != 0
        } else {
            self.lib.u8(self.offset) & type_blob::POINTER != 0
        }
    }

    /// What a type of tag [`TypeTag::Interface`] names: an entry here or in another namespace, or the anonymous
    /// callback of a field.
    ///
    /// # Errors
    /// If the type has another tag, or names an entry that the directory does not have.
    pub fn interface(self) -> Result<Entry<'a>> {
        if self.is_embedded {
            return Callback::at(self.lib, self.offset).map(Entry::of_embedded);
        }
        if self.tag != TypeTag::Interface {
            return Err(self.lib.error(
                self.offset,
                ErrorKind::Type,
                format!("expected a type with a name, found {:?}", self.tag),
            ));
        }
        let index = self.lib.u16(self.offset + type_blob::OPERAND);
        self.lib.entry(index).map_err(|_| {
            self.lib.error(
                self.offset,
                ErrorKind::Directory,
                format!(
                    "expected an entry from 1 to {} for this type, found {index}",
                    self.lib.n_entries()
                ),
            )
        })
    }

    /// The anonymous callback type of a field, if it is one.
    pub fn embedded_callback(self) -> Result<Option<Callback<'a>>> {
        self.is_embedded
            .then(|| Callback::at(self.lib, self.offset))
            .transpose()
    }

    /// Number of parameter types: one for arrays and lists, two for hash tables (key, value), else none.
    pub fn n_params(self) -> u16 {
        self.tag.n_params()
    }

    /// Parameter type number `n`, from 0: of the elements of an array or list; key and value of a hash table.
    ///
    /// # Errors
    /// If there are not so many, the type is broken, or types are nested too deeply (which a cycle is).
    pub fn param_type(self, n: u16) -> Result<Type<'a>> {
        let count = self.n_params();
        if n >= count {
            let noun = "parameter type";
            return Err(crate::view::no_such_member(
                self.lib,
                self.offset,
                noun,
                n,
                count,
            ));
        }
        let word = self.offset + type_blob::PARAMS + 4 * u32::from(n);
        Self::nested(self.lib, word, self.depth + 1)
    }

    /// What holds the elements; `None` if this is no array.
    pub fn array_type(self) -> Option<ArrayType> {
        let flags = self.array_flags()?;
        Some(
            match (flags >> type_blob::ARRAY_TYPE_SHIFT) & type_blob::ARRAY_TYPE_MASK {
                0 => ArrayType::C,
                1 => ArrayType::Array,
                2 => ArrayType::PtrArray,
                _ => ArrayType::ByteArray,
            },
        )
    }

    /// Whether an array ends with a zero element. If it also has a length argument, that may be -1 in C.
    pub fn zero_terminated(self) -> bool {
        self.has_array_flag(type_blob::ZERO_TERMINATED)
    }

    /// Index of the argument (or, for a field, of the field) that holds the length of an array.
    pub fn length_index(self) -> Option<u16> {
        self.has_array_flag(type_blob::HAS_LENGTH)
            .then(|| self.lib.u16(self.offset + type_blob::OPERAND))
    }

    /// Number of elements of an array of fixed length.
    pub fn fixed_size(self) -> Option<u16> {
        self.has_array_flag(type_blob::HAS_SIZE)
            .then(|| self.lib.u16(self.offset + type_blob::OPERAND))
    }

    fn array_flags(self) -> Option<u8> {
        (self.tag == TypeTag::Array).then(|| self.lib.u8(self.offset + type_blob::ARRAY_FLAGS))
    }

    fn has_array_flag(self, flag: u8) -> bool {
        self.array_flags().is_some_and(|flags| flags & flag != 0)
    }
}

impl PartialEq for Type<'_> {
    /// Whether both are the same place of the same file; equal types may also be at different places.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.lib, other.lib) && self.offset == other.offset
    }
}

impl Eq for Type<'_> {}

impl std::fmt::Debug for Type<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let pointer = if self.is_pointer() { "*" } else { "" };
        write!(f, "Type({:?}{pointer} at {:#x})", self.tag, self.offset)
    }
}
