//! What all views have in common: a typelib, a checked offset, an identity, a name, attributes.

use crate::layout::Kind;
use crate::{Error, ErrorKind, Result, Typelib};

/// Checks that a blob of `kind` lies wholly inside the file and not in its header.
pub(crate) fn check_blob(lib: &Typelib, offset: u32, kind: Kind) -> Result<()> {
    lib.check(
        offset,
        lib.stride(kind).into(),
        format_args!("{}", kind.noun()),
    )?;
    if (offset as usize) < crate::layout::header::SIZE {
        return Err(lib.error(
            offset,
            ErrorKind::Blob,
            format!("expected {} here, found the file's header", kind.noun()),
        ));
    }
    Ok(())
}

/// Checks the number that a blob which can stand in the directory begins with.
pub(crate) fn check_blob_type(
    lib: &Typelib,
    offset: u32,
    kind: Kind,
    allowed: &[u16],
) -> Result<()> {
    let found = lib.u16(offset + crate::layout::common::BLOB_TYPE);
    if allowed.contains(&found) {
        return Ok(());
    }
    Err(lib.error(
        offset,
        ErrorKind::Blob,
        format!(
            "expected {} (blob type {}), found blob type {found}",
            kind.noun(),
            allowed[0]
        ),
    ))
}

/// Offset of the blob number `i` of an array that starts at `base`; saturates, and the blob's own check then fails.
pub(crate) fn nth(lib: &Typelib, base: u64, kind: Kind, i: u16) -> u32 {
    let offset = base + u64::from(i) * u64::from(lib.stride(kind));
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cold]
pub(crate) fn no_such_member(lib: &Typelib, offset: u32, noun: &str, i: u16, n: u16) -> Error {
    lib.error(
        offset,
        ErrorKind::Index,
        format!("expected {noun} number 0 up to, not including, {n}, found {i}"),
    )
}

/// Declares a view with identity and attributes.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name<'a> {
            pub(crate) lib: &'a $crate::Typelib,
            pub(crate) offset: u32,
        }

        impl<'a> $name<'a> {
            /// Where the blob is, in bytes from the start of the file. It identifies the view within its
            /// typelib, and `at` makes the view again.
            pub fn offset(self) -> u32 {
                self.offset
            }

            /// The file that this is a view of.
            pub fn typelib(self) -> &'a $crate::Typelib {
                self.lib
            }

            /// The attributes of this blob, in the order of the file.
            pub fn attributes(self) -> $crate::Attributes<'a> {
                $crate::Attributes::of(self.lib, self.offset)
            }

            /// The value of the first attribute with this key.
            pub fn attribute(self, key: &str) -> $crate::Result<Option<&'a str>> {
                self.attributes().find_key(key)
            }

            // Not every kind of blob has fields of every width.
            #[allow(dead_code)]
            pub(crate) fn u8(self, field: u32) -> u8 {
                self.lib.u8(self.offset + field)
            }

            #[allow(dead_code)]
            pub(crate) fn u16(self, field: u32) -> u16 {
                self.lib.u16(self.offset + field)
            }

            #[allow(dead_code)]
            pub(crate) fn u32(self, field: u32) -> u32 {
                self.lib.u32(self.offset + field)
            }
        }

        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                std::ptr::eq(self.lib, other.lib) && self.offset == other.offset
            }
        }

        impl Eq for $name<'_> {}

        impl std::hash::Hash for $name<'_> {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                std::ptr::from_ref(self.lib).hash(state);
                self.offset.hash(state);
            }
        }
    };
}

/// Gives a view its name (from the offset stored at `$field`) and a readable `Debug`.
macro_rules! named {
    ($name:ident, $field:expr, $what:literal) => {
        impl<'a> $name<'a> {
            #[doc = concat!("The name of the ", $what, ".")]
            pub fn name(self) -> $crate::Result<&'a str> {
                self.lib
                    .name_at(self.offset + $field, concat!($what, " name"))
            }

            /// Compares the name without reading it as text first.
            #[allow(dead_code)]
            pub(crate) fn has_name(self, name: &str) -> $crate::Result<bool> {
                let offset = self.u32($field);
                let data = self.lib.data().get(offset as usize..).unwrap_or_default();
                if offset != 0
                    && data.get(..name.len()) == Some(name.as_bytes())
                    && data.get(name.len()) == Some(&0)
                {
                    return Ok(true);
                }
                // Not equal; but a name that cannot be read is a fault and no difference.
                self.name().map(|_| false)
            }
        }

        impl std::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let name = self.name().unwrap_or("?");
                write!(
                    f,
                    "{}({name} at {:#x} of {})",
                    stringify!($name),
                    self.offset,
                    self.lib.namespace()
                )
            }
        }
    };
}

/// Count, getter and iterator for an array of member blobs. `$base` is a method that gives the array's offset.
macro_rules! members {
    ($view:ident, $member:ident, $kind:expr, $noun:literal, $count_field:expr,
     $count:ident, $get:ident, $iter:ident, $base:ident) => {
        impl<'a> $view<'a> {
            #[doc = concat!("How many of these it has: ", $noun, ".")]
            pub fn $count(self) -> u16 {
                self.u16($count_field)
            }

            #[doc = concat!("The ", $noun, " of this index, from 0.")]
            pub fn $get(self, i: u16) -> $crate::Result<$member<'a>> {
                let n = self.$count();
                if i >= n {
                    return Err($crate::view::no_such_member(
                        self.lib,
                        self.offset,
                        $noun,
                        i,
                        n,
                    ));
                }
                let base = self.$base()?;
                $member::at(self.lib, $crate::view::nth(self.lib, base, $kind, i))
            }

            #[doc = concat!("All of these, in order: ", $noun, ".")]
            pub fn $iter(self) -> impl Iterator<Item = $crate::Result<$member<'a>>> {
                let (base, n) = match self.$base() {
                    Ok(base) => (Ok(base), self.$count()),
                    // Report once why there is nothing.
                    Err(e) => (Err(e), 1),
                };
                (0..n).map(move |i| {
                    let base = base.clone()?;
                    $member::at(self.lib, $crate::view::nth(self.lib, base, $kind, i))
                })
            }
        }
    };
}

/// A lookup by name in an array of members.
macro_rules! find_member {
    ($view:ident, $member:ident, $noun:literal, $iter:ident, $find:ident) => {
        impl<'a> $view<'a> {
            #[doc = concat!("The ", $noun, " of this name, if there is one. Looks at one after the other.")]
            pub fn $find(self, name: &str) -> $crate::Result<Option<$member<'a>>> {
                for member in self.$iter() {
                    let member = member?;
                    if member.has_name(name)? {
                        return Ok(Some(member));
                    }
                }
                Ok(None)
            }
        }
    };
}

pub(crate) use {find_member, members, named, view};
