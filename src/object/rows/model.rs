//! A `Gtk.TreeModel` in Python's hands, and how it is asked: by the functions of C's interface, or by its own methods where its
//! class has put others in the place of the library's.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::Kind;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::library::{self, Found, Gtk};
use super::place::Place;
use super::usual::Method;
use crate::convert::gvalue;
use crate::convert::input;
use crate::object::instance::base;
use crate::object::pytype;
use crate::python::error::{Result, type_error, type_name};
use crate::python::reference::not_null;

/// Methods of a model's, as its class has them.
pub static GET_VALUE: Method = Method::new(c"get_value");
static GET_N_COLUMNS: Method = Method::new(c"get_n_columns");
static ITER_NEXT: Method = Method::new(c"iter_next");
static ITER_N_CHILDREN: Method = Method::new(c"iter_n_children");

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
    pub unsafe fn is_usual(&self, method: &Method) -> Result<bool> {
        // SAFETY: the object is a wrapper of a GObject, and held.
        unsafe { method.is_usual(self.object, model_class) }
    }

    /// # Safety
    /// The GIL is held.
    #[inline]
    pub unsafe fn ask<R>(&self, body: impl FnOnce(&Gtk) -> R) -> R {
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
    pub unsafe fn n_rows(&self) -> Result<c_int> {
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
}
