//! Rows: where Python touches the models of lists and trees, `Gio.ListModel` and `Gtk.TreeModel`, a row at a time.
//!
//! Compat surface, sections 4.4 and 4.8. What programs do ten thousand times (ask for rows, go through them, fill a
//! store) is here; the rest of these classes is Python's, in `gi.overrides`. Nothing here is a
//! shorter way around a model: it is asked by the functions of C's interfaces, which a model in Python implements, and
//! by its own methods where a class has put others in the place of the library's ([`usual`]). Neither Gio nor GTK is
//! linked: their functions are found by the namespaces that are loaded ([`library`]).

mod fill;
pub mod library;
mod list;
mod model;
mod place;
mod row;
mod tree;
mod usual;

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::python::error::Result;

/// The types that classes derive from.
pub struct Types {
    /// `Gio.ListModel`.
    pub list_model: *mut PyTypeObject,
    /// `Gtk.TreeModel`.
    pub tree_model: *mut PyTypeObject,
    /// `Gtk.TreeModelRow`.
    pub row: *mut PyTypeObject,
    /// `Gtk.TreeModelRowIter`.
    pub row_iter: *mut PyTypeObject,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

/// Makes the types; once, after those that they derive from.
pub fn initialise() -> Result<()> {
    list::initialise()?;
    let _ = TYPES.set(Types {
        list_model: list::make_type()?,
        tree_model: tree::make_type()?,
        row: row::make_row_type()?,
        row_iter: row::make_iter_type()?,
    });
    Ok(())
}

pub fn types() -> &'static Types {
    TYPES.get().expect("the types are made at initialisation")
}

/// What the collector's visits of an object have in common: each of its references, but for those that are NULL.
///
/// # Safety
/// As the collector's protocol has it.
unsafe fn visit<const N: usize>(
    referents: [*mut PyObject; N],
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    for referent in referents {
        if !referent.is_null() {
            // SAFETY: by the caller's word.
            let result = unsafe { visit(referent, arg) };
            if result != 0 {
                return result;
            }
        }
    }
    0
}
