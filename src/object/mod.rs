//! The Python types: GObject, interface, fundamental, boxed, struct, union, enum, flags, GType, Error.
//!
//! [`wrapper`], [`boxed`] and [`gtype`] are the base types, with the layouts that C extensions know;
//! [`class`] makes the classes of a namespace on top of them; [`registry`] finds the class of a GType.

pub mod accessor;
mod arguments;
pub mod binding;
pub mod boxed;
pub mod cells;
pub mod class;
pub mod construction;
pub mod declare;
pub mod described;
pub mod enumeration;
pub mod error;
pub mod field;
pub mod fundamental;
pub mod gdoc;
pub mod gtype;
pub mod initialisers;
pub mod native;
pub mod overrides;
pub mod paramspec;
pub mod property;
pub mod registry;
pub mod result;
pub mod signal;
pub mod signature;
pub mod source;
pub mod subclass;
pub mod typed;
pub mod types;
pub mod value;
pub mod variant;
pub mod weakref;
pub mod wrapper;

use gobject_sys::GClosure;
use pyo3::ffi::PyObject;

use crate::closure;
use crate::convert::table::{self, FrameFunctions, Hooks, ObjectFunctions};
use crate::convert::{Result, cell};
use crate::invoke::frame;

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
        frame: FrameFunctions {
            fill: frame::frame_fill,
            end: frame::frame_end,
            out: frame::frame_out,
            drop: frame::frame_drop,
        },
        entry: closure::entry::FUNCTIONS,
    });
    table::publish_hooks(Hooks {
        error_class: || error::class().unwrap_or(std::ptr::null_mut()),
        error_new: error::new,
        variant_new: boxed::variant_new,
        boxed_tie: boxed::tie,
        is_member: field::is_member,
        closure_new,
        callback_output: closure::pointer::output,
        callback_input: closure::pointer::input,
        boxed_lend: boxed::lend,
        boxed_settle: boxed::settle,
        cell_of_type: cells::of_type,
        gobject_of: wrapper::gobject_of,
        fundamental_of: fundamental::instance_of,
        boxed_of: cells::boxed_of,
        pointer_of: cells::pointer_of,
        pointer_new: boxed::pointer_of_gtype,
        value_functions: cells::value_functions,
    });
    wrapper::initialise()?;
    weakref::initialise()?;
    property::initialise(wrapper::types().gobject)?;
    gdoc::initialise([wrapper::types().gobject, wrapper::types().interface])?;
    boxed::initialise()?;
    field::initialise()?;
    native::initialise()?;
    cell::set_resolver(class::resolve);
    Ok(())
}

/// A floating GClosure of a callable; NULL with an exception set.
///
/// # Safety
/// `callable` is live.
unsafe fn closure_new(callable: *mut PyObject) -> *mut GClosure {
    let none = std::ptr::null_mut();
    // SAFETY: passed on.
    let made = crate::guard(|| unsafe { closure::gclosure::new(callable, none, none, None) });
    made.unwrap_or(std::ptr::null_mut())
}
