//! Instances: objects and their wrappers, from construction to the end.
//!
//! [`base`] is what all wrappers share; [`wrapper`] the types `GObject` and `GInterface`, and the way from C to Python; [`fundamental`] the same for
//! instances that are no objects; [`construction`] what runs at both ends of an object's life; [`weakref`] what knows an
//! object without keeping it. How classes are made is not known here.

pub mod base;
pub mod construction;
pub mod fundamental;
pub mod weakref;
pub mod wrapper;
