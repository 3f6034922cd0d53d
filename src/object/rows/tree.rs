//! `Gtk.TreeModel`: the type that its class derives from. Rows by number or iterator, and how they are asked for.
//!
//! Compat surface, section 4.8. What else names a row (text, paths, tuples) is the class's own affair: `_getiter` there.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::Kind;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::fill;
use super::library::{self, Found, Gtk, TreeIter};
use super::row::{self, Place};
use super::usual::Method;
use crate::convert::gvalue;
use crate::convert::input;
use crate::object::instance::base;
use crate::object::pytype;
use crate::python::error::{Raised, Result, raise, type_error, type_name};
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

/// Methods of a model's, as its class has them.
pub static GET_VALUE: Method = Method::new(c"get_value");
static GET_N_COLUMNS: Method = Method::new(c"get_n_columns");
static GET_ITER: Method = Method::new(c"get_iter");
static GET_ITER_FIRST: Method = Method::new(c"get_iter_first");
static ITER_NEXT: Method = Method::new(c"iter_next");
static ITER_N_CHILDREN: Method = Method::new(c"iter_n_children");
/// The iterator of a row by whatever names it.
static GETITER: Method = Method::new(c"_getiter");

/// The class `Gtk.TreeModel`, borrowed for ever.
pub fn model_class() -> Result<*mut PyTypeObject> {
    static CLASS: OnceLock<usize> = OnceLock::new();
    let class = pytype::import_attribute(&CLASS, c"gi.overrides._gtk_models", c"TreeModel")?;
    Ok(class.cast())
}

/// A model in Python's hands, and how it is asked. It is held.
pub struct Model {
    pub object: *mut PyObject,
    pub instance: *mut c_void,
    pub gtk: &'static Found<Gtk>,
}

impl Drop for Model {
    fn drop(&mut self) {
        // SAFETY: a reference of its own, under the GIL.
        unsafe { ffi::Py_DECREF(self.object) }
    }
}

impl Model {
    /// None for what is no object. RuntimeError before construction.
    ///
    /// # Safety
    /// `object` is live.
    #[inline]
    pub unsafe fn of(object: *mut PyObject) -> Result<Option<Model>> {
        // SAFETY: by the caller's word.
        unsafe {
            let Some(instance) = base::gobject_of(object)? else {
                return Ok(None);
            };
            Ok(Some(Model {
                object: ffi::Py_NewRef(object),
                instance: instance.cast(),
                gtk: library::gtk()?,
            }))
        }
    }

    /// The same for `self` of a method. TypeError for what is no object.
    ///
    /// # Safety
    /// `object` is live.
    #[inline]
    pub unsafe fn of_self(object: *mut PyObject) -> Result<Model> {
        // SAFETY: by the caller's word.
        unsafe {
            Model::of(object)?.ok_or_else(|| {
                type_error(&format!(
                    "Gtk.TreeModel is implemented by objects, not by {}",
                    type_name(object)
                ))
            })
        }
    }

    /// # Safety
    /// The GIL is held.
    #[inline]
    unsafe fn is_usual(&self, method: &Method) -> Result<bool> {
        // SAFETY: the object is a wrapper of a GObject, and held.
        unsafe { method.is_usual(self.object, model_class) }
    }

    /// # Safety
    /// The GIL is held.
    #[inline]
    unsafe fn ask<R>(&self, body: impl FnOnce(&Gtk) -> R) -> R {
        // SAFETY: the instance lives as long as the object, which is held.
        unsafe { self.gtk.ask(self.instance, body) }
    }

    /// What a method answers that gives a number.
    ///
    /// # Safety
    /// The arguments are live.
    unsafe fn number<const N: usize>(
        &self,
        method: &Method,
        arguments: [*mut PyObject; N],
    ) -> Result<c_int> {
        // SAFETY: by the caller's word; the answer is dropped here.
        unsafe {
            let answer = method.call(self.object, arguments)?;
            let number = input::integer(Kind::I32, answer);
            ffi::Py_DECREF(answer);
            Ok(number? as c_int)
        }
    }

    /// How many columns there are.
    ///
    /// # Safety
    /// The GIL is held.
    #[inline]
    pub unsafe fn n_columns(&self) -> Result<c_int> {
        // SAFETY: asks C by the interface's function.
        unsafe {
            if self.is_usual(&GET_N_COLUMNS)? {
                return Ok(self.ask(|gtk| (gtk.get_n_columns)(self.instance)));
            }
            self.number(&GET_N_COLUMNS, [])
        }
    }

    /// How many rows there are at the top.
    ///
    /// # Safety
    /// The GIL is held.
    unsafe fn n_rows(&self) -> Result<c_int> {
        // SAFETY: as above; None is a static.
        unsafe {
            if self.is_usual(&ITER_N_CHILDREN)? {
                return Ok(self.ask(|gtk| (gtk.iter_n_children)(self.instance, ptr::null_mut())));
            }
            self.number(&ITER_N_CHILDREN, [ffi::Py_None()])
        }
    }

    /// What is in a column of a row, which the model has: a new reference.
    ///
    /// # Safety
    /// `place` lies in an object that is held.
    #[inline]
    pub unsafe fn value(&self, place: *mut Place, column: c_int) -> Result<*mut PyObject> {
        // SAFETY: C gets a copy of the iterator, and the value is emptied when it has been read.
        unsafe {
            if !self.is_usual(&GET_VALUE)? {
                let iter = Place::wrapper(place)?;
                let column = not_null(ffi::PyLong_FromLong(column.into()))?;
                let value = GET_VALUE.call(self.object, [iter, column]);
                ffi::Py_DECREF(iter);
                ffi::Py_DECREF(column);
                return value;
            }
            let mut at = Place::read(place)?;
            let mut value: gobject_sys::GValue = std::mem::zeroed();
            self.ask(|gtk| (gtk.get_value)(self.instance, &mut at, column, &mut value));
            gvalue::output_inline(&mut value, true)
        }
    }

    /// Moves a place to the next row; false where that was the last.
    ///
    /// # Safety
    /// `place` lies in an object that is held.
    #[inline]
    pub unsafe fn advance(&self, place: *mut Place) -> Result<bool> {
        // SAFETY: C changes a copy.
        unsafe {
            if self.is_usual(&ITER_NEXT)? {
                let mut at = Place::read(place)?;
                if self.ask(|gtk| (gtk.iter_next)(self.instance, &mut at)) == 0 {
                    return Ok(false);
                }
                Place::set(place, at);
                return Ok(true);
            }
            let iter = Place::wrapper(place)?;
            let next = ITER_NEXT.call(self.object, [iter]);
            ffi::Py_DECREF(iter);
            Place::take(place, next?)
        }
    }

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
            let text = format!(
                "could not find tree path '{}'",
                crate::python::error::str_of(key)
            );
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
