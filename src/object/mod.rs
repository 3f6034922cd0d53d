//! The Python types: GObject, interface, fundamental, boxed, struct, union, enum, flags, GType, Error.
//!
//! [`wrapper`], [`boxed`] and [`gtype`] are the base types, with the layouts that C extensions know;
//! [`class`] makes the classes of a namespace on top of them; [`registry`] finds the class of a GType.

pub mod boxed;
pub mod class;
pub mod enumeration;
pub mod error;
pub mod gtype;
pub mod registry;
pub mod result;
pub mod state;
pub mod subclass;
pub mod types;
pub mod wrapper;

use crate::convert::table::{self, Hooks, ObjectFunctions};
use crate::convert::{self, Result, cell};

/// Makes the base types and publishes the runtime table; once, at initialisation.
pub fn initialise() -> Result<()> {
    let gtype_type = gtype::initialise()?;
    table::publish(ObjectFunctions {
        gtype_type,
        gtype_out: gtype::gtype_out,
        object_out_none: wrapper::object_out_none,
        object_out_full: wrapper::object_out_full,
        boxed_out_none: boxed::boxed_out_none,
        boxed_out_full: boxed::boxed_out_full,
        allocated_out: boxed::allocated_out,
        raise_gerror: error::raise_gerror,
        result_tuple: result::result_tuple,
    });
    table::publish_hooks(Hooks {
        error_class: || error::class().unwrap_or(std::ptr::null_mut()),
        error_new: error::new,
        variant_new: boxed::variant_new,
        closure_new: |_| {
            convert::not_implemented("closures come later");
            std::ptr::null_mut()
        },
    });
    wrapper::initialise()?;
    boxed::initialise()?;
    cell::set_resolver(class::resolve);
    Ok(())
}
