//! The limits of C's number types, as GLib names them (compat surface, sections 1.6 and 4.1).

use std::ffi::{c_int, c_long, c_short, c_uint, c_ulong, c_ushort};

use pyo3::prelude::*;

/// Adds `G_MININT` and the like.
pub fn add(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("G_MINFLOAT", f64::from(f32::MIN_POSITIVE))?;
    module.add("G_MAXFLOAT", f64::from(f32::MAX))?;
    module.add("G_MINDOUBLE", f64::MIN_POSITIVE)?;
    module.add("G_MAXDOUBLE", f64::MAX)?;
    module.add("G_MINSHORT", c_short::MIN)?;
    module.add("G_MAXSHORT", c_short::MAX)?;
    module.add("G_MAXUSHORT", c_ushort::MAX)?;
    module.add("G_MININT", c_int::MIN)?;
    module.add("G_MAXINT", c_int::MAX)?;
    module.add("G_MAXUINT", c_uint::MAX)?;
    module.add("G_MINLONG", c_long::MIN)?;
    module.add("G_MAXLONG", c_long::MAX)?;
    module.add("G_MAXULONG", c_ulong::MAX)?;
    module.add("G_MAXSIZE", usize::MAX)?;
    module.add("G_MINSSIZE", isize::MIN)?;
    module.add("G_MAXSSIZE", isize::MAX)?;
    module.add("G_MINOFFSET", i64::MIN)?;
    module.add("G_MAXOFFSET", i64::MAX)
}
