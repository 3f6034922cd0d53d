//! Reading GObject-introspection typelibs.
//!
//! A [`Typelib`] is a file in memory, mapped and never copied. Everything else is a *view*: a `Copy` pair of
//! a typelib and an offset ([`Function`], [`Object`], [`Type`], …), which costs nothing to make or to drop.
//! Both generations of the format are read: girepository 1.0 (up to GLib 2.78) and 2.0 (from GLib 2.80).
//!
//! # What is checked, and when
//!
//! Opening checks the header, the announced blob sizes, and the bounds of the directory, the attribute table
//! and the index of names. The rest is checked at first touch. A view can be made only of a blob that lies
//! wholly inside the file, is of the right kind, and has no impossible value in its own fields. Therefore:
//!
//! - an accessor that reads a flag or a number of its own blob cannot fail and returns it plainly;
//! - an accessor that follows an offset or an index to somewhere else returns a [`Result`].
//!
//! No input, however broken, makes this crate panic, loop, or read outside the file. [`Typelib::validate`]
//! checks a whole file at once.
//!
//! # Names of accessors
//!
//! They are those of girepository's getters without prefix (`g_function_info_get_symbol` is
//! [`Function::symbol`]), except that `methods()`, `fields()`, … count and `method(i)`, `field(i)`, … get one.
//! Strings that may be absent in the format are `Option`s; so are the numbers for which the format has a value
//! that means "none" or "unknown".
//!
//! This crate knows neither Python nor GObject: names of other namespaces stay names.

mod attribute;
mod callable;
mod constant;
mod entry;
mod error;
mod hash;
mod layout;
mod object;
mod registered;
mod typelib;
mod types;
mod validate;
mod view;

pub use attribute::Attributes;
pub use callable::{Arg, Callback, Direction, Function, Scope, Signal, Signature, Transfer, VFunc};
pub use constant::{Constant, ConstantValue};
pub use entry::{BlobType, Entry, Info};
pub use error::{Error, ErrorKind, Result};
pub use object::{Interface, Object, Property};
pub use registered::{Enum, Field, Struct, Union, Value};
pub use typelib::{Typelib, open_file};
pub use types::{ArrayType, Type, TypeTag};
pub use validate::Summary;
