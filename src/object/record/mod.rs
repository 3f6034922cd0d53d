//! Records: structs, unions and boxed values, which C knows by their address.
//!
//! [`boxed`] is the base types, and who owns what a wrapper shows; [`field`] the fields; [`value`] and [`variant`] the two
//! records that Python gives a class with more to it. How classes are made is not known here.

pub mod boxed;
pub mod field;
pub mod value;
pub mod variant;
