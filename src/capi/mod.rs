//! The C interface for other extension modules: the table that `pygobject.h` describes, and the capsule that holds it.
//!
//! Compat surface, section 6. Thin: each function turns C's way of calling into one of the other rooms'. Callers hold
//! the GIL; a function that fails sets an exception and returns what C expects then. The order of the table is its ABI.

mod boxed;
mod enums;
pub mod log;
mod objects;
mod runtime;
mod types;
mod values;

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use glib_sys::GError;
use gobject_sys::{GClosure, GInterfaceInfo, GObject, GParamSpec, GParameter, GValue};
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::closure::gclosure::ExceptionHandler;
use crate::convert::gvalue::custom::{FromValue, ToValue};
use crate::object;
use crate::object::class::initialisers::ClassInit;
use crate::python::error::{Raised, Result};

/// The capsule's name, which extensions ask for.
const NAME: &CStr = c"gobject._PyGObject_API";

type Object = *mut PyObject;
type Type = *mut PyTypeObject;
type Text = *const c_char;
type Register = unsafe extern "C" fn(Object, Text, usize, Type);
type Add = unsafe extern "C" fn(Object, Text, Text, usize) -> Object;

/// `struct _PyGObject_Functions`.
#[repr(C)]
struct Functions {
    register_class: unsafe extern "C" fn(Object, Text, usize, Type, Object),
    register_wrapper: unsafe extern "C" fn(Object),
    lookup_class: unsafe extern "C" fn(usize) -> Type,
    newgobj: unsafe extern "C" fn(*mut GObject) -> Object,
    closure_new: unsafe extern "C" fn(Object, Object, Object) -> *mut GClosure,
    object_watch_closure: unsafe extern "C" fn(Object, *mut GClosure),
    destroy_notify: unsafe extern "C" fn(*mut c_void),
    type_from_object: unsafe extern "C" fn(Object) -> usize,
    type_wrapper_new: unsafe extern "C" fn(usize) -> Object,
    enum_get_value: unsafe extern "C" fn(usize, Object, *mut c_int) -> c_int,
    flags_get_value: unsafe extern "C" fn(usize, Object, *mut u32) -> c_int,
    register_gtype_custom: unsafe extern "C" fn(usize, Option<FromValue>, Option<ToValue>),
    value_from_pyobject: unsafe extern "C" fn(*mut GValue, Object) -> c_int,
    value_as_pyobject: unsafe extern "C" fn(*const GValue, c_int) -> Object,
    register_interface: Register,
    boxed_type: Type,
    register_boxed: Register,
    boxed_new: unsafe extern "C" fn(usize, *mut c_void, c_int, c_int) -> Object,
    pointer_type: Type,
    register_pointer: Register,
    pointer_new: unsafe extern "C" fn(usize, *mut c_void) -> Object,
    enum_add_constants: unsafe extern "C" fn(Object, usize, Text),
    flags_add_constants: unsafe extern "C" fn(Object, usize, Text),
    constant_strip_prefix: unsafe extern "C" fn(Text, Text) -> Text,
    error_check: unsafe extern "C" fn(*mut *mut GError) -> c_int,
    set_thread_block_funcs: unsafe extern "C" fn(*mut c_void, *mut c_void),
    block_threads: *mut c_void,
    unblock_threads: *mut c_void,
    paramspec_type: Type,
    paramspec_new: unsafe extern "C" fn(*mut GParamSpec) -> Object,
    paramspec_get: unsafe extern "C" fn(Object) -> *mut GParamSpec,
    pyobj_to_unichar_conv: unsafe extern "C" fn(Object, *mut c_void) -> c_int,
    parse_constructor_args: unsafe extern "C" fn(
        usize,
        *const Text,
        *const Text,
        *mut GParameter,
        *mut u32,
        *const Object,
    ) -> c_int,
    param_gvalue_as_pyobject:
        unsafe extern "C" fn(*const GValue, c_int, *const GParamSpec) -> Object,
    gvalue_from_param_pyobject:
        unsafe extern "C" fn(*mut GValue, Object, *const GParamSpec) -> c_int,
    enum_type: Type,
    enum_add: Add,
    enum_from_gtype: unsafe extern "C" fn(usize, c_int) -> Object,
    flags_type: Type,
    flags_add: Add,
    flags_from_gtype: unsafe extern "C" fn(usize, u32) -> Object,
    threads_enabled: c_int,
    enable_threads: unsafe extern "C" fn() -> c_int,
    gil_state_ensure: unsafe extern "C" fn() -> c_int,
    gil_state_release: unsafe extern "C" fn(c_int),
    register_class_init: unsafe extern "C" fn(usize, Option<ClassInit>),
    register_interface_info: unsafe extern "C" fn(usize, *const GInterfaceInfo),
    closure_set_exception_handler: unsafe extern "C" fn(*mut GClosure, Option<ExceptionHandler>),
    add_warning_redirection: unsafe extern "C" fn(Text, Object),
    disable_warning_redirections: unsafe extern "C" fn(),
    reserved_1: *mut c_void,
    gerror_exception_check: unsafe extern "C" fn(*mut *mut GError) -> c_int,
    reserved_2: *mut c_void,
    type_from_object_strict: unsafe extern "C" fn(Object, c_int) -> usize,
    newgobj_full: unsafe extern "C" fn(*mut GObject, c_int, *mut c_void) -> Object,
    object_type: Type,
    value_from_pyobject_with_error: unsafe extern "C" fn(*mut GValue, Object) -> c_int,
}

const _: () = assert!(size_of::<Functions>() == 57 * size_of::<*const c_void>());

/// The table, made at the first need: its types are those of the room above.
fn functions() -> Result<*mut Functions> {
    static TABLE: OnceLock<usize> = OnceLock::new();
    if let Some(table) = TABLE.get() {
        return Ok(*table as *mut Functions);
    }
    let enumeration = |name: &CStr| -> Result<Type> {
        static ENUM: OnceLock<usize> = OnceLock::new();
        static FLAGS: OnceLock<usize> = OnceLock::new();
        let cache = if name == c"GEnum" { &ENUM } else { &FLAGS };
        Ok(object::pytype::import_attribute(cache, c"gi._enum", name)?.cast())
    };
    let table = Box::new(Functions {
        register_class: types::register_class,
        register_wrapper: objects::register_wrapper,
        lookup_class: types::lookup_class,
        newgobj: objects::newgobj,
        closure_new: objects::closure_new,
        object_watch_closure: objects::object_watch_closure,
        destroy_notify: runtime::destroy_notify,
        type_from_object: types::type_from_object,
        type_wrapper_new: types::type_wrapper_new,
        enum_get_value: enums::enum_get_value,
        flags_get_value: enums::flags_get_value,
        register_gtype_custom: values::register_gtype_custom,
        value_from_pyobject: values::value_from_pyobject,
        value_as_pyobject: values::value_as_pyobject,
        register_interface: types::register_interface,
        boxed_type: object::record::boxed::types().gboxed,
        register_boxed: types::register_boxed,
        boxed_new: boxed::boxed_new,
        pointer_type: object::record::boxed::types().gpointer,
        register_pointer: types::register_pointer,
        pointer_new: boxed::pointer_new,
        enum_add_constants: enums::enum_add_constants,
        flags_add_constants: enums::flags_add_constants,
        constant_strip_prefix: enums::constant_strip_prefix,
        error_check: runtime::error_check,
        set_thread_block_funcs: runtime::set_thread_block_funcs,
        block_threads: ptr::null_mut(),
        unblock_threads: ptr::null_mut(),
        paramspec_type: object::class::native::base("GObject", "ParamSpec")
            .unwrap_or(ptr::null_mut()),
        paramspec_new: objects::paramspec_new,
        paramspec_get: objects::paramspec_get,
        pyobj_to_unichar_conv: values::pyobj_to_unichar_conv,
        parse_constructor_args: objects::parse_constructor_args,
        param_gvalue_as_pyobject: values::param_gvalue_as_pyobject,
        gvalue_from_param_pyobject: values::gvalue_from_param_pyobject,
        enum_type: enumeration(c"GEnum")?,
        enum_add: enums::enum_add,
        enum_from_gtype: enums::enum_from_gtype,
        flags_type: enumeration(c"GFlags")?,
        flags_add: enums::flags_add,
        flags_from_gtype: enums::flags_from_gtype,
        threads_enabled: 1,
        enable_threads: runtime::enable_threads,
        gil_state_ensure: runtime::gil_state_ensure,
        gil_state_release: runtime::gil_state_release,
        register_class_init: types::register_class_init,
        register_interface_info: types::register_interface_info,
        closure_set_exception_handler: objects::closure_set_exception_handler,
        add_warning_redirection: log::add_warning_redirection,
        disable_warning_redirections: log::disable_warning_redirections,
        reserved_1: ptr::null_mut(),
        gerror_exception_check: runtime::gerror_exception_check,
        reserved_2: ptr::null_mut(),
        type_from_object_strict: types::type_from_object_strict,
        newgobj_full: objects::newgobj_full,
        object_type: object::instance::base::types().gobject,
        value_from_pyobject_with_error: values::value_from_pyobject_with_error,
    });
    // Importing may have come here first: one table for all extensions.
    let table = Box::into_raw(table) as usize;
    Ok(*TABLE.get_or_init(|| table) as *mut Functions)
}

/// The capsule: a new reference.
pub fn capsule() -> Result<*mut PyObject> {
    let table = functions()?;
    // SAFETY: table and name live for ever.
    let capsule = unsafe { ffi::PyCapsule_New(table.cast(), NAME.as_ptr(), None) };
    if capsule.is_null() {
        Err(Raised)
    } else {
        Ok(capsule)
    }
}
