//! The runtime table: one function for each conversion, at fixed offsets, shared by both executors.
//!
//! Its order is the contract `gijit_shape::abi::Slot`; that each field stands where the contract says is checked
//! when this file is compiled. `object` fills it, which knows every room that has a function in it.

use std::ffi::{c_char, c_int, c_void};
use std::mem::offset_of;
use std::sync::OnceLock;

use gijit_plan::TypeRef;
use gijit_shape::abi::Slot;
use glib_sys::GError;
use gobject_sys::GValue;
use pyo3::ffi::{PyObject, PyThreadState, PyTypeObject};

use crate::convert::cell::TypeCell;
use crate::python::error::Result;

macro_rules! runtime {
    ($($name:ident: $ty:ty,)*) => {
        /// The table itself. Every function needs the GIL; what each does is said at its slot in the contract.
        #[repr(C)]
        pub struct Runtime { $(pub $name: $ty,)* }

        const _: () = {
            let mut n = 0;
            $(
                assert!(offset_of!(Runtime, $name) == Slot::$name.offset());
                n += 1;
            )*
            assert!(n == Slot::ALL.len());
        };
    };
}

type Cell = *const TypeCell;
type Object = *mut PyObject;

runtime! {
    long_type: *mut PyTypeObject,
    float_type: *mut PyTypeObject,
    unicode_type: *mut PyTypeObject,
    gtype_type: *mut PyTypeObject,
    none: Object,
    true_: Object,
    false_: Object,
    save_thread: unsafe extern "C" fn() -> *mut PyThreadState,
    restore_thread: unsafe extern "C" fn(*mut PyThreadState),
    is_subtype: unsafe extern "C" fn(*mut PyTypeObject, *mut PyTypeObject) -> c_int,
    long_as_i64: unsafe extern "C" fn(Object, *mut i64) -> c_int,
    long_as_u64: unsafe extern "C" fn(Object, *mut u64) -> c_int,
    long_as_f64: unsafe extern "C" fn(Object, *mut f64) -> c_int,
    utf8_borrow: unsafe extern "C" fn(Object) -> *const c_char,
    filename_borrow: unsafe extern "C" fn(Object) -> *const c_char,
    unichar_get: unsafe extern "C" fn(Object, *mut u32) -> c_int,
    string_dup: unsafe extern "C" fn(*const c_void, Cell) -> *mut c_void,
    object_dup: unsafe extern "C" fn(*const c_void, Cell) -> *mut c_void,
    boxed_dup: unsafe extern "C" fn(*const c_void, Cell) -> *mut c_void,
    i64_out: unsafe extern "C" fn(i64) -> Object,
    u64_out: unsafe extern "C" fn(u64) -> Object,
    f64_out: unsafe extern "C" fn(f64) -> Object,
    unichar_out: unsafe extern "C" fn(u32) -> Object,
    gtype_out: unsafe extern "C" fn(usize) -> Object,
    utf8_out_none: unsafe extern "C" fn(*const c_char) -> Object,
    utf8_out_full: unsafe extern "C" fn(*mut c_char) -> Object,
    filename_out_none: unsafe extern "C" fn(*const c_char) -> Object,
    filename_out_full: unsafe extern "C" fn(*mut c_char) -> Object,
    enum_out: unsafe extern "C" fn(i32, Cell) -> Object,
    flags_out: unsafe extern "C" fn(u32, Cell) -> Object,
    object_out_none: unsafe extern "C" fn(*mut c_void, Cell) -> Object,
    object_out_full: unsafe extern "C" fn(*mut c_void, Cell) -> Object,
    boxed_out_none: unsafe extern "C" fn(*mut c_void, Cell) -> Object,
    boxed_out_full: unsafe extern "C" fn(*mut c_void, Cell) -> Object,
    string_drop: unsafe extern "C" fn(*mut c_void, Cell),
    object_drop: unsafe extern "C" fn(*mut c_void, Cell),
    boxed_drop: unsafe extern "C" fn(*mut c_void, Cell),
    boxed_alloc: unsafe extern "C" fn(Cell) -> *mut c_void,
    allocated_out: unsafe extern "C" fn(*mut c_void, Cell) -> Object,
    allocated_drop: unsafe extern "C" fn(*mut c_void, Cell),
    raise_gerror: unsafe extern "C" fn(Object, *mut GError) -> Object,
    result_tuple: unsafe extern "C" fn(Object, *mut Object, usize) -> Object,
    decref: unsafe extern "C" fn(Object),
    frame_fill: unsafe extern "C" fn(Object, *const Object, usize, *mut u64, *mut c_void) -> c_int,
    frame_end: unsafe extern "C" fn(*mut c_void),
    frame_out: unsafe extern "C" fn(Object, *const Object, *mut u64, usize) -> Object,
    frame_drop: unsafe extern "C" fn(Object, *mut u64, usize),
    enum_get: unsafe extern "C" fn(Object, Cell, *mut i32) -> c_int,
    entry_begin: unsafe extern "C" fn(*mut c_void, *mut c_void, *mut c_void) -> c_int,
    object_argument: unsafe extern "C" fn(*mut c_void, Cell) -> Object,
    entry_call: unsafe extern "C" fn(*mut c_void, *mut c_void, *mut Object, usize) -> Object,
    entry_give: unsafe extern "C" fn(*mut c_void, *mut c_void, Object, *mut c_void),
    entry_failed: unsafe extern "C" fn(*mut c_void, *mut c_void),
    entry_end: unsafe extern "C" fn(*mut c_void, *mut c_void),
    record_argument: unsafe extern "C" fn(*mut c_void, Cell, *mut Object) -> Object,
    record_settle: unsafe extern "C" fn(Object),
    value_out: unsafe extern "C" fn(*mut GValue) -> Object,
    value_drop: unsafe extern "C" fn(*mut GValue),
    save_thread_for: unsafe extern "C" fn(*mut c_void) -> *mut PyThreadState,
}

// SAFETY: the table is never written after it has been published; its pointers are to functions and immortal or
// never-freed objects.
unsafe impl Send for Runtime {}
// SAFETY: as above.
unsafe impl Sync for Runtime {}

static TABLE: OnceLock<Runtime> = OnceLock::new();

/// Publishes the table; once, while the module is initialised.
pub fn publish(runtime: Runtime) {
    let _ = TABLE.set(runtime);
}

/// What conversions need of classes besides the table, which only holds what thunks call.
pub struct Hooks {
    /// The class `GLib.Error`, borrowed; NULL with an exception set.
    pub error_class: fn() -> Object,
    /// A `GLib.Error` that says what a GError says, which stays its owner's.
    pub error_new: unsafe fn(*const GError) -> Object,
    /// A wrapper of a variant that takes one reference in any case.
    pub variant_new: unsafe fn(*mut c_void, &'static TypeCell) -> Object,
    /// Makes a wrapper of what C lent, or each in a list, keep its lender alive; both are live.
    pub boxed_tie: unsafe fn(Object, Object),
    /// Has a wrapper of a boxed value, struct or union keep what C has been lent, for the function of this address or 0. False
    /// for other objects.
    pub boxed_keep: unsafe fn(Object, usize, std::rc::Rc<super::temps::Temps<'static>>) -> bool,
    /// Whether a live object is of the class of a member of a union.
    pub is_member: unsafe fn(&'static TypeCell, Object) -> Result<bool>,
    /// A floating GClosure of a callable; NULL with an exception set.
    pub closure_new: unsafe fn(Object) -> *mut gobject_sys::GClosure,
    /// The callable for a function of C: its type, address (NULL is None) and user data.
    pub callback_output: unsafe fn(&TypeRef, *mut c_void, *mut c_void) -> Result<Object>,
    /// A function of C of this type for a callable, in a place that does not say for how long: for ever, unless C is
    /// never called.
    pub callback_input:
        unsafe fn(&TypeRef, Object, &mut super::temps::Temps<'_>) -> Result<*mut c_void>,
    /// A wrapper of a boxed value or struct that C lends for a call: Python sees C's own value.
    pub boxed_lend: unsafe fn(*mut c_void, &'static TypeCell) -> Object,
    /// Says that C has lent what a new object wraps, or each in a new list, for a call, and names each of them.
    pub boxed_mark: unsafe fn(Object, &mut dyn FnMut(Object)),
    /// Ends a loan: a wrapper that is still in use elsewhere gets a copy of its own, or is empty. True for a struct
    /// that Python was to fill.
    pub boxed_settle: unsafe fn(Object, bool),
    /// Whether a wrapper is empty because C's value was lent for a call that is over.
    pub boxed_is_gone: unsafe fn(Object) -> bool,
    /// The cell of a GType that no plan mentions.
    pub cell_of_type: fn(usize) -> Result<&'static TypeCell>,
    /// The GObject in a wrapper of one, borrowed; None for other objects. RuntimeError if it has not been constructed.
    pub gobject_of: unsafe fn(Object) -> Result<Option<*mut gobject_sys::GObject>>,
    /// The same as `gobject_of` for the other fundamental types.
    pub fundamental_of: unsafe fn(Object) -> Result<Option<*mut c_void>>,
    /// The boxed value in a wrapper, borrowed, and its GType; None for other objects.
    pub boxed_of: unsafe fn(Object) -> Option<(usize, *mut c_void)>,
    /// The same for structs and addresses that are not boxed.
    pub pointer_of: unsafe fn(Object) -> Option<(usize, *mut c_void)>,
    /// A `GPointer`: an address, and the GType that it has been given.
    pub pointer_new: unsafe fn(*mut c_void, usize) -> Object,
    /// How a GValue holds instances of a fundamental type that is none of GLib's own; None if nobody knows.
    pub value_functions: fn(usize) -> Result<Option<ValueFunctions>>,
}

/// What a typelib names for a fundamental type.
#[derive(Clone, Copy)]
pub struct ValueFunctions {
    /// Stores an instance, of which it makes a reference of the value's own.
    pub set: unsafe extern "C" fn(*mut gobject_sys::GValue, *mut c_void),
    /// Lends the instance.
    pub get: unsafe extern "C" fn(*const gobject_sys::GValue) -> *mut c_void,
}

static HOOKS: OnceLock<Hooks> = OnceLock::new();

/// Publishes the hooks; once, with the table.
pub fn publish_hooks(hooks: Hooks) {
    let _ = HOOKS.set(hooks);
}

/// The published hooks.
pub fn hooks() -> &'static Hooks {
    HOOKS
        .get()
        .expect("the module publishes the hooks before it makes any callable")
}

/// The published table.
pub fn table() -> &'static Runtime {
    TABLE
        .get()
        .expect("the module publishes the table before it makes any callable")
}
