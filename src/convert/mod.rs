//! Python value ↔ C value for every type family: each conversion exists once.
//!
//! Both executors reach the conversions through one table ([`table::Runtime`]): `invoke` calls them by name, a
//! thunk by offset. A thunk additionally reads the commonest values in place; whatever it cannot read it hands to
//! `invoke`, so the error texts live here alone. This room knows nothing of calls, and of classes only what a
//! [`cell::TypeCell`] tells.
//!
//! Ownership is in the names: `_borrow` gives a pointer that the Python object keeps, `_dup` gives C a value of its
//! own, `_out_none` leaves C its value, `_out_full` takes it, in any case, even when the conversion fails.
//!
//! All functions here need the GIL.

pub mod array;
pub mod buffer;
pub mod cell;
pub mod classes;
pub mod converter;
pub mod enumeration;
pub mod errors;
pub mod foreign;
pub mod gtype;
pub mod gvalue;
pub mod hash;
pub mod input;
pub mod instance;
pub mod list;
pub mod loans;
pub mod native;
pub mod numbers;
pub mod output;
pub mod sequence;
pub mod special;
pub mod table;
pub mod temps;
pub mod variant;

/// An argument whose truth is asked, as in C's own functions for Python: PyO3's `bool` takes nothing else.
#[derive(Clone, Copy, Default)]
pub struct Truth(pub bool);

impl<'py> pyo3::FromPyObject<'_, 'py> for Truth {
    type Error = pyo3::PyErr;

    fn extract(object: pyo3::Borrowed<'_, 'py, pyo3::PyAny>) -> pyo3::PyResult<Truth> {
        pyo3::types::PyAnyMethods::is_truthy(&*object).map(Truth)
    }
}
