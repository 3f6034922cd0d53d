//! Where everything lies: sizes and field offsets of the typelib format, major version 4.
//!
//! All numbers of the format stand here and nowhere else. Units are bytes, offsets count from the start of the blob;
//! integers are little-endian and bit 0 is the lowest. (Typelibs are written in the order of the machine that they are
//! for; those of big-endian machines are refused, with a message that says so.) The source of the facts is the layout
//! that `girepository/gitypelib-internal.h` declares, in gobject-introspection up to 1.84 and in GLib from 2.80. Both
//! generations have the same blob sizes: the newer one only gives a meaning to bits that used to be reserved, and
//! therefore zero.

/// First bytes of every typelib.
pub const MAGIC: &[u8; 16] = b"GOBJ\nMETADATA\r\n\x1a";

/// The only major version that exists in the wild, and the only one read.
pub const MAJOR_VERSION: u8 = 4;

/// Name strings longer than this are refused, so that no lookup can be made to scan a whole file.
pub const MAX_NAME: usize = 2048;

/// Other strings (attribute values, lists of libraries).
pub const MAX_TEXT: usize = 1 << 20;

/// Types nest in each other (an array of arrays of lists); real files reach four levels.
pub const MAX_TYPE_DEPTH: u8 = 32;

/// "None" in the 10-bit fields that hold the index of a sibling.
pub const NO_SIBLING: u16 = 0x3ff;

/// "Unknown" in the 16-bit fields that hold an offset inside a C struct.
pub const NO_STRUCT_OFFSET: u16 = 0xffff;

pub mod header {
    pub const SIZE: usize = 112;
    pub const MAJOR: u32 = 16;
    pub const MINOR: u32 = 17;
    pub const N_ENTRIES: u32 = 20;
    pub const N_LOCAL_ENTRIES: u32 = 22;
    pub const DIRECTORY: u32 = 24;
    pub const N_ATTRIBUTES: u32 = 28;
    pub const ATTRIBUTES: u32 = 32;
    pub const DEPENDENCIES: u32 = 36;
    pub const FILE_SIZE: u32 = 40;
    pub const NAMESPACE: u32 = 44;
    pub const NS_VERSION: u32 = 48;
    pub const SHARED_LIBRARY: u32 = 52;
    pub const C_PREFIX: u32 = 56;
    pub const BLOB_SIZES: u32 = 60;
    pub const SECTIONS: u32 = 96;
}

/// Kinds of blob, in the order in which the header lists their sizes.
#[derive(Clone, Copy)]
#[repr(usize)]
pub enum Kind {
    Entry,
    Function,
    Callback,
    Signal,
    VFunc,
    Arg,
    Property,
    Field,
    Value,
    Attribute,
    Constant,
    // Between these two is the size of error domains, which left the format long ago.
    Signature = 12,
    Enum,
    Struct,
    Object,
    Interface,
    Union,
}

/// For each [`Kind`]: what to call it in a message, and the least size that holds every field that is read.
/// A header may announce a larger size (fields appended by a later format); never a smaller one.
pub const KINDS: [(&str, u16); 18] = [
    ("directory entry", 12),
    ("function", 20),
    ("callback", 12),
    ("signal", 16),
    ("virtual function", 20),
    ("argument", 16),
    ("property", 16),
    ("field", 16),
    ("value", 12),
    ("attribute", 12),
    ("constant", 24),
    ("error domain", 0),
    ("signature", 8),
    ("enumeration", 24),
    ("struct", 32),
    ("object", 60),
    ("interface", 40),
    ("union", 40),
];

impl Kind {
    pub fn noun(self) -> &'static str {
        KINDS[self as usize].0
    }
}

pub mod section {
    pub const SIZE: u32 = 8;
    pub const ID: u32 = 0;
    pub const OFFSET: u32 = 4;
    pub const END: u32 = 0;
    pub const DIRECTORY_INDEX: u32 = 1;
    /// Only one kind of section exists; a list longer than this is not a list.
    pub const MAX: u32 = 64;
}

/// Common to all blobs that a directory entry can point to.
pub mod common {
    pub const BLOB_TYPE: u32 = 0;
    pub const FLAGS: u32 = 2;
    pub const NAME: u32 = 4;
    pub const DEPRECATED: u16 = 1 << 0;
}

/// Common to structs, unions, enumerations, objects and interfaces.
pub mod registered {
    pub const UNREGISTERED: u16 = 1 << 1;
    pub const GTYPE_NAME: u32 = 8;
    pub const GTYPE_INIT: u32 = 12;
}

pub mod entry {
    pub const BLOB_TYPE: u32 = 0;
    pub const FLAGS: u32 = 2;
    pub const LOCAL: u16 = 1 << 0;
    pub const NAME: u32 = 4;
    pub const OFFSET: u32 = 8;
}

pub mod function {
    pub const SETTER: u16 = 1 << 1;
    pub const GETTER: u16 = 1 << 2;
    pub const CONSTRUCTOR: u16 = 1 << 3;
    pub const WRAPS_VFUNC: u16 = 1 << 4;
    pub const THROWS: u16 = 1 << 5;
    pub const INDEX_SHIFT: u16 = 6;
    pub const SYMBOL: u32 = 8;
    pub const SIGNATURE: u32 = 12;
    pub const MORE_FLAGS: u32 = 16;
    pub const STATIC: u16 = 1 << 0;
    /// From GLib 2.84; zero before.
    pub const ASYNC: u16 = 1 << 1;
    pub const SYNC_OR_ASYNC_SHIFT: u16 = 2;
    pub const FINISH: u32 = 18;
}

pub mod callback {
    pub const SIGNATURE: u32 = 8;
}

pub mod signal {
    pub const FLAGS: u32 = 0;
    pub const DEPRECATED: u16 = 1 << 0;
    pub const G_SIGNAL_FLAGS_SHIFT: u16 = 1;
    pub const G_SIGNAL_FLAGS_MASK: u16 = 0x7f;
    pub const HAS_CLASS_CLOSURE: u16 = 1 << 8;
    pub const TRUE_STOPS_EMIT: u16 = 1 << 9;
    pub const CLASS_CLOSURE: u32 = 2;
    pub const NAME: u32 = 4;
    pub const SIGNATURE: u32 = 12;
}

pub mod vfunc {
    pub const NAME: u32 = 0;
    pub const FLAGS: u32 = 4;
    pub const MUST_CHAIN_UP: u16 = 1 << 0;
    pub const MUST_BE_IMPLEMENTED: u16 = 1 << 1;
    pub const MUST_NOT_BE_IMPLEMENTED: u16 = 1 << 2;
    pub const CLASS_CLOSURE: u16 = 1 << 3;
    pub const THROWS: u16 = 1 << 4;
    /// From GLib 2.84; zero before.
    pub const ASYNC: u16 = 1 << 5;
    pub const SYNC_OR_ASYNC_SHIFT: u16 = 6;
    pub const SIGNAL: u32 = 6;
    pub const STRUCT_OFFSET: u32 = 8;
    pub const INVOKER: u32 = 10;
    /// In the word of the invoker; newer GLib only.
    pub const STATIC: u16 = 1 << 10;
    pub const FINISH: u32 = 12;
    pub const SIGNATURE: u32 = 16;
}

pub mod signature {
    pub const RETURN_TYPE: u32 = 0;
    pub const FLAGS: u32 = 4;
    pub const MAY_RETURN_NULL: u16 = 1 << 0;
    pub const CALLER_OWNS_VALUE: u16 = 1 << 1;
    pub const CALLER_OWNS_CONTAINER: u16 = 1 << 2;
    pub const SKIP_RETURN: u16 = 1 << 3;
    pub const INSTANCE_TRANSFER: u16 = 1 << 4;
    pub const THROWS: u16 = 1 << 5;
    pub const N_ARGUMENTS: u32 = 6;
}

pub mod arg {
    pub const NAME: u32 = 0;
    pub const FLAGS: u32 = 4;
    pub const IN: u16 = 1 << 0;
    pub const OUT: u16 = 1 << 1;
    pub const CALLER_ALLOCATES: u16 = 1 << 2;
    pub const NULLABLE: u16 = 1 << 3;
    pub const OPTIONAL: u16 = 1 << 4;
    pub const TRANSFER: u16 = 1 << 5;
    pub const TRANSFER_CONTAINER: u16 = 1 << 6;
    pub const RETURN_VALUE: u16 = 1 << 7;
    pub const SCOPE_SHIFT: u16 = 8;
    pub const SCOPE_MASK: u16 = 0x7;
    pub const SKIP: u16 = 1 << 11;
    pub const CLOSURE: u32 = 8;
    pub const DESTROY: u32 = 9;
    pub const TYPE: u32 = 12;
}

pub mod property {
    pub const NAME: u32 = 0;
    pub const FLAGS: u32 = 4;
    pub const DEPRECATED: u32 = 1 << 0;
    pub const READABLE: u32 = 1 << 1;
    pub const WRITABLE: u32 = 1 << 2;
    pub const CONSTRUCT: u32 = 1 << 3;
    pub const CONSTRUCT_ONLY: u32 = 1 << 4;
    pub const TRANSFER: u32 = 1 << 5;
    pub const TRANSFER_CONTAINER: u32 = 1 << 6;
    pub const SETTER_SHIFT: u32 = 7;
    pub const GETTER_SHIFT: u32 = 17;
    pub const TYPE: u32 = 12;
}

pub mod field {
    pub const NAME: u32 = 0;
    pub const FLAGS: u32 = 4;
    pub const READABLE: u8 = 1 << 0;
    pub const WRITABLE: u8 = 1 << 1;
    pub const EMBEDDED_TYPE: u8 = 1 << 2;
    pub const BITS: u32 = 5;
    pub const STRUCT_OFFSET: u32 = 6;
    pub const TYPE: u32 = 12;
}

pub mod value {
    pub const FLAGS: u32 = 0;
    pub const DEPRECATED: u32 = 1 << 0;
    pub const UNSIGNED: u32 = 1 << 1;
    pub const NAME: u32 = 4;
    pub const VALUE: u32 = 8;
}

pub mod attribute {
    pub const OFFSET: u32 = 0;
    pub const NAME: u32 = 4;
    pub const VALUE: u32 = 8;
}

pub mod constant {
    pub const TYPE: u32 = 8;
    pub const SIZE: u32 = 12;
    pub const OFFSET: u32 = 16;
}

pub mod enumeration {
    pub const STORAGE_SHIFT: u16 = 2;
    pub const STORAGE_MASK: u16 = 0x1f;
    pub const N_VALUES: u32 = 16;
    pub const N_METHODS: u32 = 18;
    pub const ERROR_DOMAIN: u32 = 20;
}

pub mod structure {
    pub const GTYPE_STRUCT: u16 = 1 << 2;
    pub const ALIGNMENT_SHIFT: u16 = 3;
    pub const ALIGNMENT_MASK: u16 = 0x3f;
    pub const FOREIGN: u16 = 1 << 9;
    pub const SIZE: u32 = 16;
    pub const N_FIELDS: u32 = 20;
    pub const N_METHODS: u32 = 22;
    /// From gobject-introspection 1.76; zero before.
    pub const COPY_FUNC: u32 = 24;
    pub const FREE_FUNC: u32 = 28;
}

pub mod union {
    pub const DISCRIMINATED: u16 = 1 << 2;
    pub const DISCRIMINATOR_OFFSET: u32 = 32;
    pub const DISCRIMINATOR_TYPE: u32 = 36;
}

pub mod object {
    pub const ABSTRACT: u16 = 1 << 1;
    pub const FUNDAMENTAL: u16 = 1 << 2;
    pub const FINAL: u16 = 1 << 3;
    pub const PARENT: u32 = 16;
    pub const GTYPE_STRUCT: u32 = 18;
    pub const N_INTERFACES: u32 = 20;
    pub const N_FIELDS: u32 = 22;
    pub const N_PROPERTIES: u32 = 24;
    pub const N_METHODS: u32 = 26;
    pub const N_SIGNALS: u32 = 28;
    pub const N_VFUNCS: u32 = 30;
    pub const N_CONSTANTS: u32 = 32;
    pub const N_FIELD_CALLBACKS: u32 = 34;
    pub const REF_FUNC: u32 = 36;
    pub const UNREF_FUNC: u32 = 40;
    pub const SET_VALUE_FUNC: u32 = 44;
    pub const GET_VALUE_FUNC: u32 = 48;
}

pub mod interface {
    pub const GTYPE_STRUCT: u32 = 16;
    pub const N_PREREQUISITES: u32 = 18;
    pub const N_PROPERTIES: u32 = 20;
    pub const N_METHODS: u32 = 22;
    pub const N_SIGNALS: u32 = 24;
    pub const N_VFUNCS: u32 = 26;
    pub const N_CONSTANTS: u32 = 28;
}

/// A reference to a type is one 32-bit word: a basic type if its low 24 bits are zero, else the offset of a type blob.
pub mod type_word {
    pub const OFFSET_BITS: u32 = 0x00ff_ffff;
    pub const POINTER: u32 = 1 << 24;
    pub const TAG_SHIFT: u32 = 27;
}

/// Type blobs (interface, array, list, hash table, error) start with one byte of pointer flag and tag.
pub mod type_blob {
    pub const POINTER: u8 = 1 << 0;
    pub const TAG_SHIFT: u8 = 3;
    /// Second byte of an array.
    pub const ARRAY_FLAGS: u32 = 1;
    pub const ZERO_TERMINATED: u8 = 1 << 0;
    pub const HAS_LENGTH: u8 = 1 << 1;
    pub const HAS_SIZE: u8 = 1 << 2;
    pub const ARRAY_TYPE_SHIFT: u8 = 3;
    pub const ARRAY_TYPE_MASK: u8 = 0x3;
    /// Array: length or size. Interface: entry. List and hash table: number of parameter types.
    pub const OPERAND: u32 = 2;
    /// First type word of an array, a list or a hash table.
    pub const PARAMS: u32 = 4;
}
