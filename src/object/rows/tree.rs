//! `Gtk.TreeModel`: the type that its class derives from. Rows by number or iterator, and how they are asked for.
//!
//! Compat surface, section 4.8. What else names a row (text, paths, tuples) is the class's own affair: `_getiter` there.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::fill;
use super::library::{self, TreeIter};
use super::model::Model;
use super::place::Place;
use super::row;
use super::usual::Method;
use crate::object::instance::base;
use crate::object::pytype;
use crate::python::error::{Raised, Result, raise, str_of};
use crate::python::reference::not_null;

/// Makes the type: a new reference.
pub fn make_type() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gi._gi.TreeModel",
        size: size_of::<PyObject>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: base::types().interface,
        slots: vec![
            (ffi::Py_sq_length, length as *mut c_void),
            (ffi::Py_mp_length, length as *mut c_void),
            (ffi::Py_sq_item, item as *mut c_void),
            (ffi::Py_mp_subscript, subscript as *mut c_void),
            (ffi::Py_nb_bool, truth as *mut c_void),
            (ffi::Py_tp_iter, iter as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: fill::methods(),
    })
}

static GET_ITER: Method = Method::new(c"get_iter");
static GET_ITER_FIRST: Method = Method::new(c"get_iter_first");
/// The iterator of a row by whatever names it.
static GETITER: Method = Method::new(c"_getiter");

impl Model {
    /// Where the row with a number stands, from the end if that is negative. IndexError where there is none.
    ///
    /// # Safety
    /// `key` is a live int.
    unsafe fn find(&self, key: *mut PyObject) -> Result<TreeIter> {
        let mut overflow = 0;
        // SAFETY: the path is freed when it has been followed.
        unsafe {
            let given = ffi::PyLong_AsLongLongAndOverflow(key, &mut overflow);
            let mut index = given;
            if overflow < 0 || given < 0 && overflow == 0 {
                index += i64::from(self.n_rows()?);
                if index < 0 || overflow < 0 {
                    return Err(row::out_of_bounds("row", key));
                }
            }
            let mut at = TreeIter::EMPTY;
            let mut found = false;
            if let (0, Ok(index)) = (overflow, c_int::try_from(index)) {
                found = self.ask(|gtk| {
                    let path = (gtk.path_new)();
                    (gtk.path_append_index)(path, index);
                    let found = (gtk.get_iter)(self.instance, &mut at, path);
                    (gtk.path_free)(path);
                    found != 0
                });
            }
            if found {
                return Ok(at);
            }
            let text = format!("could not find tree path '{}'", str_of(key));
            Err(raise(ffi::PyExc_IndexError, &text))
        }
    }

    /// The row that a key names: a new reference.
    ///
    /// # Safety
    /// `key` is live.
    unsafe fn row(&self, key: *mut PyObject) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe {
            if ffi::PyLong_CheckExact(key) != 0 && self.is_usual(&GET_ITER)? {
                return row::at(self.object, Place::at(self.find(key)?));
            }
            let class = library::iter_cell()?.class()?;
            if ffi::PyObject_TypeCheck(key, class) != 0 {
                return row::at(self.object, Place::of(ffi::Py_NewRef(key)));
            }
            row::at(self.object, Place::of(GETITER.call(self.object, [key])?))
        }
    }
}

// ---- The type's own functions: called with live objects, `self` being one of the type ----

unsafe extern "C" fn length(object: *mut PyObject) -> ffi::Py_ssize_t {
    // SAFETY: as said above.
    crate::guard(|| unsafe { Ok(Model::of_self(object)?.n_rows()? as ffi::Py_ssize_t) })
        .unwrap_or(-1)
}

/// A model is something, with or without rows.
unsafe extern "C" fn truth(_: *mut PyObject) -> c_int {
    1
}

unsafe extern "C" fn subscript(object: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // SAFETY: as said above.
    crate::guard(|| unsafe { Model::of_self(object)?.row(key) }).unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn item(object: *mut PyObject, index: ffi::Py_ssize_t) -> *mut PyObject {
    // SAFETY: as said above; the number is dropped here.
    crate::guard(|| unsafe {
        let key = not_null(ffi::PyLong_FromSsize_t(index))?;
        let row = Model::of_self(object).and_then(|model| model.row(key));
        ffi::Py_DECREF(key);
        row
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn iter(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: as said above.
    crate::guard(|| unsafe {
        let model = Model::of_self(object)?;
        static CLASS: OnceLock<usize> = OnceLock::new();
        let part = c"gi.overrides._gtk_models";
        let class = pytype::import_attribute(&CLASS, part, c"TreeModelRowIter")?.cast();
        if model.is_usual(&GET_ITER_FIRST)? {
            let mut at = TreeIter::EMPTY;
            let found = model.ask(|gtk| (gtk.get_iter_first)(model.instance, &mut at)) != 0;
            let place = if found { Place::at(at) } else { Place::END };
            return row::make(class, object, place);
        }
        let first = GET_ITER_FIRST.call(object, [])?;
        let mut place = Place::END;
        match Place::take(&raw mut place, first) {
            Ok(_) => row::make(class, object, place),
            Err(Raised) => Err(Raised),
        }
    })
    .unwrap_or(ptr::null_mut())
}
