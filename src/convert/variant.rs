//! `GVariant`: Python data in, by a format string, and out again.
//!
//! [`format`] reads format strings, [`build`] makes variants, [`unpack`] takes them apart. What Python sees of a
//! variant, its class and operators, belongs to the `object` room.

pub mod build;
pub mod format;
pub mod unpack;
