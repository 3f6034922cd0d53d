//! Directory entries, and what they lead to.

use crate::layout::{MAX_NAME, common, entry};
use crate::{
    Attributes, Callback, Constant, Enum, ErrorKind, Function, Interface, Object, Result, Struct,
    Typelib, Union,
};

/// What kind of thing a directory entry is, as the format numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum BlobType {
    /// Also what entries of other namespaces may carry.
    Invalid = 0,
    Function = 1,
    Callback = 2,
    Struct = 3,
    /// A struct in all but number; no known compiler writes it any more.
    Boxed = 4,
    Enum = 5,
    Flags = 6,
    Object = 7,
    Interface = 8,
    Constant = 9,
    /// Was an error domain once.
    Invalid0 = 10,
    Union = 11,
    /// A number that the format does not define.
    Unknown = u16::MAX,
}

impl BlobType {
    pub(crate) fn from_number(number: u16) -> Self {
        match number {
            0 => BlobType::Invalid,
            1 => BlobType::Function,
            2 => BlobType::Callback,
            3 => BlobType::Struct,
            4 => BlobType::Boxed,
            5 => BlobType::Enum,
            6 => BlobType::Flags,
            7 => BlobType::Object,
            8 => BlobType::Interface,
            9 => BlobType::Constant,
            10 => BlobType::Invalid0,
            11 => BlobType::Union,
            _ => BlobType::Unknown,
        }
    }
}

/// The description that a local entry leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Info<'a> {
    Function(Function<'a>),
    Callback(Callback<'a>),
    Struct(Struct<'a>),
    Boxed(Struct<'a>),
    Enum(Enum<'a>),
    Flags(Enum<'a>),
    Object(Object<'a>),
    Interface(Interface<'a>),
    Constant(Constant<'a>),
    Union(Union<'a>),
    /// The entry belongs to another namespace (see [`Entry::foreign`]), or its kind is not defined.
    InvalidOrUnknown,
}

/// One entry of the directory; or the anonymous callback type of a field, which no directory lists.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    lib: &'a Typelib,
    /// 0 for the type of a field.
    index: u16,
    /// Of the entry itself; for the type of a field, of its callback blob.
    offset: u32,
}

impl<'a> Entry<'a> {
    /// The caller knows that the entry lies inside the file.
    pub(crate) fn in_directory(lib: &'a Typelib, index: u16, offset: u32) -> Self {
        Entry { lib, index, offset }
    }

    pub(crate) fn of_embedded(callback: Callback<'a>) -> Self {
        Entry {
            lib: callback.lib,
            index: 0,
            offset: callback.offset,
        }
    }

    fn is_embedded(self) -> bool {
        self.index == 0
    }

    /// The file that this is an entry of.
    pub fn typelib(self) -> &'a Typelib {
        self.lib
    }

    /// Position in the directory, from 1; 0 for the callback type of a field, which has none.
    pub fn index(self) -> u16 {
        self.index
    }

    /// Where the entry itself is, in bytes from the start of the file. What it leads to is at another place.
    pub fn offset(self) -> u32 {
        self.offset
    }

    /// The name, without namespace.
    pub fn name(self) -> Result<&'a str> {
        let field = if self.is_embedded() {
            common::NAME
        } else {
            entry::NAME
        };
        self.lib.name_at(self.offset + field, "name of an entry")
    }

    pub(crate) fn has_name(self, name: &str) -> Result<bool> {
        let offset = self.lib.u32(self.offset + entry::NAME);
        let found = self.lib.c_string(offset, "name of an entry", MAX_NAME)?;
        Ok(found == name.as_bytes())
    }

    /// Whether it is described in this file, and not in that of another namespace.
    pub fn is_local(self) -> bool {
        self.is_embedded() || self.lib.u16(self.offset + entry::FLAGS) & entry::LOCAL != 0
    }

    /// What kind of thing it is. For entries of other namespaces this may be `Invalid`: it is not known here.
    pub fn blob_type(self) -> BlobType {
        BlobType::from_number(self.blob_type_number())
    }

    /// The number behind [`Entry::blob_type`], also where it is not defined.
    pub fn blob_type_number(self) -> u16 {
        // An entry and a blob both start with it.
        self.lib.u16(self.offset + entry::BLOB_TYPE)
    }

    /// Namespace and name of an entry that is described elsewhere; `None` for a local one.
    pub fn foreign(self) -> Result<Option<(&'a str, &'a str)>> {
        if self.is_local() {
            return Ok(None);
        }
        let namespace = self
            .lib
            .name_at(self.offset + entry::OFFSET, "namespace of an entry")?;
        Ok(Some((namespace, self.name()?)))
    }

    /// The namespace that it belongs to, this one or another.
    pub fn namespace(self) -> Result<&'a str> {
        Ok(match self.foreign()? {
            Some((namespace, _)) => namespace,
            None => self.lib.namespace(),
        })
    }

    /// Where the blob of a local entry is.
    fn blob(self) -> u32 {
        if self.is_embedded() {
            self.offset
        } else {
            self.lib.u32(self.offset + entry::OFFSET)
        }
    }

    /// The name of the GType that the entry describes, such as `GtkLabel`, if it does.
    ///
    /// # Errors
    /// As of [`Entry::info`], or if the name cannot be read.
    pub fn gtype_name(self) -> Result<Option<&'a str>> {
        match self.info()? {
            Info::Struct(s) | Info::Boxed(s) => s.gtype_name(),
            Info::Union(u) => u.gtype_name(),
            Info::Enum(e) | Info::Flags(e) => e.gtype_name(),
            Info::Object(o) => o.gtype_name(),
            Info::Interface(i) => i.gtype_name(),
            Info::Function(_) | Info::Callback(_) | Info::Constant(_) | Info::InvalidOrUnknown => {
                Ok(None)
            }
        }
    }

    /// The description itself.
    ///
    /// # Errors
    /// If there is no blob of the announced kind where the entry points to.
    pub fn info(self) -> Result<Info<'a>> {
        if !self.is_local() {
            return Ok(Info::InvalidOrUnknown);
        }
        let (lib, blob) = (self.lib, self.blob());
        let info = match self.blob_type() {
            BlobType::Function => Info::Function(Function::at(lib, blob)?),
            BlobType::Callback => Info::Callback(Callback::at(lib, blob)?),
            BlobType::Struct => Info::Struct(Struct::at(lib, blob)?),
            BlobType::Boxed => Info::Boxed(Struct::at(lib, blob)?),
            BlobType::Enum => Info::Enum(Enum::at(lib, blob)?),
            BlobType::Flags => Info::Flags(Enum::at(lib, blob)?),
            BlobType::Object => Info::Object(Object::at(lib, blob)?),
            BlobType::Interface => Info::Interface(Interface::at(lib, blob)?),
            BlobType::Constant => Info::Constant(Constant::at(lib, blob)?),
            BlobType::Union => Info::Union(Union::at(lib, blob)?),
            BlobType::Invalid | BlobType::Invalid0 | BlobType::Unknown => {
                return Ok(Info::InvalidOrUnknown);
            }
        };
        // Some views serve two kinds (flags and enumerations); the entry and the blob must mean the same one.
        let (expected, found) = (self.blob_type_number(), lib.u16(blob));
        if expected != found {
            return Err(lib.error(
                blob,
                ErrorKind::Blob,
                format!("expected blob type {expected}, as the directory says, found {found}"),
            ));
        }
        Ok(info)
    }

    /// The attributes of what a local entry leads to; none for a foreign one.
    pub fn attributes(self) -> Attributes<'a> {
        // No blob is at offset 0, so no attribute is of it.
        let blob = if self.is_local() { self.blob() } else { 0 };
        Attributes::of(self.lib, blob)
    }

    /// This entry, for a place that allows entries of other namespaces and some kinds of local ones.
    pub(crate) fn expect(self, at: u32, what: &str, allowed: &[BlobType]) -> Result<Self> {
        if self.is_local() && !allowed.contains(&self.blob_type()) {
            return Err(self.lib.error(
                at,
                ErrorKind::Directory,
                format!(
                    "expected {what}, found entry {} of blob type {}",
                    self.index,
                    self.blob_type_number()
                ),
            ));
        }
        Ok(self)
    }
}

impl PartialEq for Entry<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.lib, other.lib) && self.offset == other.offset
    }
}

impl Eq for Entry<'_> {}

impl std::fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Entry({} {}.{}, {:?})",
            self.index,
            self.namespace().unwrap_or("?"),
            self.name().unwrap_or("?"),
            self.blob_type()
        )
    }
}
