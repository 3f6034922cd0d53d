//! What the rooms below are told: the table that thunks call, and what conversions need of classes.

use pyo3::ffi::{self, PyTypeObject};

use crate::closure::{self, entry};
use crate::convert::table::{self, Hooks, Runtime};
use crate::convert::{enumeration, gvalue, input, instance, output};
use crate::invoke::frame;
use crate::object::class::cells;
use crate::object::instance::{base, fundamental, wrapper};
use crate::object::record::boxed::lent;
use crate::object::record::{boxed, field};
use crate::object::rows::library;
use crate::object::{closure_new, error, gtype, result};

/// Publishes the table and the hooks; once, at initialisation.
pub fn publish(gtype_type: *mut PyTypeObject) {
    // SAFETY: only takes the addresses of statics of the interpreter, which is initialised.
    let (long_type, float_type, unicode_type, none, true_, false_) = unsafe {
        (
            &raw mut ffi::PyLong_Type,
            &raw mut ffi::PyFloat_Type,
            &raw mut ffi::PyUnicode_Type,
            ffi::Py_None(),
            ffi::Py_True(),
            ffi::Py_False(),
        )
    };
    table::publish(Runtime {
        long_type,
        float_type,
        unicode_type,
        gtype_type,
        none,
        true_,
        false_,
        save_thread: ffi::PyEval_SaveThread,
        restore_thread: crate::python::restore,
        is_subtype: ffi::PyType_IsSubtype,
        long_as_i64: input::long_as_i64,
        long_as_u64: input::long_as_u64,
        long_as_f64: input::long_as_f64,
        utf8_borrow: input::utf8_borrow,
        filename_borrow: input::filename_borrow,
        unichar_get: input::unichar_get,
        string_dup: input::string_dup,
        object_dup: instance::object_dup,
        boxed_dup: instance::boxed_dup,
        i64_out: ffi::PyLong_FromLongLong,
        u64_out: ffi::PyLong_FromUnsignedLongLong,
        f64_out: ffi::PyFloat_FromDouble,
        unichar_out: output::unichar_out,
        gtype_out: gtype::gtype_out,
        utf8_out_none: output::utf8_out_none,
        utf8_out_full: output::utf8_out_full,
        filename_out_none: output::filename_out_none,
        filename_out_full: output::filename_out_full,
        enum_out: enumeration::enum_out,
        flags_out: enumeration::flags_out,
        object_out_none: wrapper::object_out_none,
        object_out_full: wrapper::object_out_full,
        boxed_out_none: boxed::boxed_out_none,
        boxed_out_full: boxed::boxed_out_full,
        string_drop: output::string_drop,
        object_drop: instance::object_drop,
        boxed_drop: instance::boxed_drop,
        boxed_alloc: instance::boxed_alloc,
        allocated_out: boxed::allocated_out,
        allocated_drop: instance::allocated_drop,
        raise_gerror: error::raise_gerror,
        result_tuple: result::result_tuple,
        decref: output::decref,
        frame_fill: frame::frame_fill,
        frame_end: frame::frame_end,
        frame_out: frame::frame_out,
        frame_drop: frame::frame_drop,
        enum_get: enumeration::enum_get,
        entry_begin: entry::begin,
        object_argument: entry::object_argument,
        entry_call: entry::call,
        entry_give: entry::give,
        entry_failed: entry::failed,
        entry_end: entry::end,
        record_argument: entry::record_argument,
        record_settle: entry::record_settle,
        value_out: gvalue::value_out,
        value_drop: gvalue::value_drop,
        save_thread_for: library::save_thread_for,
    });
    table::publish_hooks(Hooks {
        error_class: || error::class().unwrap_or(std::ptr::null_mut()),
        error_new: error::new,
        variant_new: boxed::variant_new,
        boxed_tie: lent::tie,
        boxed_keep: boxed::keep,
        is_member: field::is_member,
        closure_new,
        callback_output: closure::pointer::output,
        callback_input: closure::pointer::input,
        boxed_lend: lent::lend,
        boxed_mark: lent::mark,
        boxed_settle: lent::settle,
        boxed_is_gone: lent::is_gone,
        cell_of_type: cells::of_type,
        gobject_of: base::gobject_of,
        fundamental_of: fundamental::instance_of,
        boxed_of: cells::boxed_of,
        pointer_of: cells::pointer_of,
        pointer_new: boxed::pointer_of_gtype,
        value_functions: cells::value_functions,
    });
}
