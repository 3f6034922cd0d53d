//! The functions of Gio and GTK that this room calls, found in the libraries that their namespaces name, which are not
//! linked; `library` declares those that others call, too.

use std::ffi::{c_int, c_uint, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use gobject_sys::GValue;
use pyo3::ffi::{self, PyThreadState};

use crate::convert::cell::TypeCell;
use crate::convert::instance::gtype_of;
use crate::object::class::cells;
use crate::python;
use crate::python::error::Result;

/// `GtkTreeIter`, in both versions of GTK.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct TreeIter {
    stamp: c_int,
    user_data: [*mut c_void; 3],
}

impl TreeIter {
    pub const EMPTY: TreeIter = TreeIter {
        stamp: 0,
        user_data: [std::ptr::null_mut(); 3],
    };
}

/// Declares the functions of one library, which are found all at once.
macro_rules! library {
    ($name:ident of $namespace:literal { $($field:ident = $symbol:literal: fn($($argument:ty),*) $(-> $returned:ty)?;)* }) => {
        pub struct $name {
            $(pub $field: unsafe extern "C" fn($($argument),*) $(-> $returned)?,)*
        }

        impl $name {
            fn find() -> $crate::python::error::Result<$name> {
                let namespace = $crate::process::repository()
                    .get($namespace)
                    .ok_or_else(|| $crate::python::error::runtime_error(concat!($namespace, " is not loaded")))?;
                let find = |symbol: &str| {
                    let found = namespace.symbol(symbol);
                    found.map_err(|error| $crate::python::error::runtime_error(&error.to_string()))
                };
                Ok($name {
                    // SAFETY: the library's headers, of each version that can be loaded, declare the function so.
                    $($field: unsafe {
                        std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($argument),*) $(-> $returned)?>(
                            find($symbol)?.as_ptr(),
                        )
                    },)*
                })
            }
        }
    };
}

pub(crate) use library;

type Instance = *mut c_void;
type Path = *mut c_void;

library! {
    Gio of "Gio" {
        get_n_items = "g_list_model_get_n_items": fn(Instance) -> c_uint;
        get_item = "g_list_model_get_item": fn(Instance, c_uint) -> Instance;
        get_item_type = "g_list_model_get_item_type": fn(Instance) -> usize;
        store_type = "g_list_store_get_type": fn() -> usize;
    }
}

library! {
    Gtk of "Gtk" {
        get_n_columns = "gtk_tree_model_get_n_columns": fn(Instance) -> c_int;
        get_column_type = "gtk_tree_model_get_column_type": fn(Instance, c_int) -> usize;
        get_value = "gtk_tree_model_get_value": fn(Instance, *mut TreeIter, c_int, *mut GValue);
        get_iter = "gtk_tree_model_get_iter": fn(Instance, *mut TreeIter, Path) -> c_int;
        get_iter_first = "gtk_tree_model_get_iter_first": fn(Instance, *mut TreeIter) -> c_int;
        iter_next = "gtk_tree_model_iter_next": fn(Instance, *mut TreeIter) -> c_int;
        iter_n_children = "gtk_tree_model_iter_n_children": fn(Instance, *mut TreeIter) -> c_int;
        path_new = "gtk_tree_path_new": fn() -> Path;
        path_append_index = "gtk_tree_path_append_index": fn(Path, c_int);
        path_free = "gtk_tree_path_free": fn(Path);
        iter_type = "gtk_tree_iter_get_type": fn() -> usize;
        list_type = "gtk_list_store_get_type": fn() -> usize;
        list_insert = "gtk_list_store_insert": fn(Instance, *mut TreeIter, c_int);
        list_insert_with = "gtk_list_store_insert_with_valuesv":
            fn(Instance, *mut TreeIter, c_int, *mut c_int, *mut GValue, c_int);
        list_set = "gtk_list_store_set_valuesv": fn(Instance, *mut TreeIter, *mut c_int, *mut GValue, c_int);
        list_set_value = "gtk_list_store_set_value": fn(Instance, *mut TreeIter, c_int, *mut GValue);
        tree_type = "gtk_tree_store_get_type": fn() -> usize;
        tree_insert = "gtk_tree_store_insert": fn(Instance, *mut TreeIter, *mut TreeIter, c_int);
        tree_insert_with = "gtk_tree_store_insert_with_valuesv":
            fn(Instance, *mut TreeIter, *mut TreeIter, c_int, *mut c_int, *mut GValue, c_int);
        tree_set = "gtk_tree_store_set_valuesv": fn(Instance, *mut TreeIter, *mut c_int, *mut GValue, c_int);
        tree_set_value = "gtk_tree_store_set_value": fn(Instance, *mut TreeIter, c_int, *mut GValue);
    }
}

/// The GTypes of the libraries' own stores, which answer at once, and wait for nobody: 0 while they have not been asked
/// for.
static QUIET: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

/// # Safety
/// A live instance.
#[inline]
unsafe fn is_quiet(model: Instance) -> bool {
    // SAFETY: by the caller's word.
    let gtype = unsafe { gtype_of(model) };
    QUIET.iter().any(|of| of.load(Ordering::Relaxed) == gtype)
}

/// See the slot of this name.
pub unsafe extern "C" fn save_thread_for(instance: *mut c_void) -> *mut PyThreadState {
    // SAFETY: the contract of the slot: a live instance, under the GIL.
    unsafe {
        if is_quiet(instance) {
            return std::ptr::null_mut();
        }
        ffi::PyEval_SaveThread()
    }
}

/// What has been found.
pub struct Found<T> {
    functions: T,
}

impl<T> std::ops::Deref for Found<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.functions
    }
}

impl<T> Found<T> {
    /// Asks a model. A store of the library's own answers at once; for another the GIL is given up, as for any call: it
    /// may ask other models, and wait.
    ///
    /// # Safety
    /// The GIL is held; `model` is a live instance, and what `body` touches lives. It does not touch Python.
    #[inline]
    pub unsafe fn ask<R>(&self, model: Instance, body: impl FnOnce(&T) -> R) -> R {
        // SAFETY: by the caller's word.
        unsafe {
            if is_quiet(model) {
                body(&self.functions)
            } else {
                python::without_gil(|| body(&self.functions))
            }
        }
    }
}

/// Gio's functions. RuntimeError where the library has them not.
#[inline]
pub fn gio() -> Result<&'static Found<Gio>> {
    static FOUND: OnceLock<Found<Gio>> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let functions = Gio::find()?;
    // SAFETY: a GType function takes nothing and returns a GType.
    let store = unsafe { python::in_type_system(|| (functions.store_type)()) };
    QUIET[0].store(store, Ordering::Relaxed);
    Ok(FOUND.get_or_init(|| Found { functions }))
}

/// GTK's functions, of whichever version is loaded. RuntimeError where the library has them not.
#[inline]
pub fn gtk() -> Result<&'static Found<Gtk>> {
    static FOUND: OnceLock<Found<Gtk>> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return Ok(found);
    }
    let functions = Gtk::find()?;
    // SAFETY: as above.
    let quiet =
        unsafe { python::in_type_system(|| [(functions.list_type)(), (functions.tree_type)()]) };
    QUIET[1].store(quiet[0], Ordering::Relaxed);
    QUIET[2].store(quiet[1], Ordering::Relaxed);
    Ok(FOUND.get_or_init(|| Found { functions }))
}

/// The cell of `Gtk.TreeIter`, whose class has been made.
#[inline]
pub fn iter_cell() -> Result<&'static TypeCell> {
    static CELL: OnceLock<&'static TypeCell> = OnceLock::new();
    if let Some(cell) = CELL.get() {
        return Ok(cell);
    }
    // SAFETY: as above.
    let gtype = unsafe { (gtk()?.iter_type)() };
    let cell = cells::of_type(gtype)?;
    debug_assert!(cell.size == size_of::<TreeIter>());
    Ok(CELL.get_or_init(|| cell))
}
