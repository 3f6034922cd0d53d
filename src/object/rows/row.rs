//! `Gtk.TreeModelRow` and `Gtk.TreeModelRowIter`: the types that the classes derive from, a model and a place in it.
//!
//! Rows are what [`super::tree`] gives out and [`super::fill`] writes through.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::fill;
use super::model::Model;
use super::place::Place;
use super::usual::Method;
use crate::convert::output;
use crate::object::pytype;
use crate::python::error::{Raised, Result, raise, str_of, type_error};
use crate::python::reference::not_null;

/// A row, or what goes through rows.
#[repr(C)]
struct Row {
    head: PyObject,
    /// A strong reference, or NULL. Python may put anything here.
    model: *mut PyObject,
    place: Place,
}

/// Makes the type of rows: a new reference.
pub fn make_row_type() -> Result<*mut PyTypeObject> {
    let class = pytype::make(pytype::Spec {
        name: c"gi._gi.TreeModelRow",
        size: size_of::<Row>(),
        flags: ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_traverse, traverse as *mut c_void),
            (ffi::Py_tp_clear, clear as *mut c_void),
            (ffi::Py_sq_item, item as *mut c_void),
            (ffi::Py_mp_subscript, subscript as *mut c_void),
            (ffi::Py_mp_ass_subscript, assign_subscript as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    add_attributes(class)
}

/// Makes the type of what goes through rows: a new reference.
pub fn make_iter_type() -> Result<*mut PyTypeObject> {
    let class = pytype::make(pytype::Spec {
        name: c"gi._gi.TreeModelRowIter",
        size: size_of::<Row>(),
        flags: ffi::Py_TPFLAGS_BASETYPE | ffi::Py_TPFLAGS_HAVE_GC,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_new, ffi::PyType_GenericNew as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_traverse, traverse as *mut c_void),
            (ffi::Py_tp_clear, clear as *mut c_void),
            (ffi::Py_tp_iter, ffi::PyObject_SelfIter as *mut c_void),
            (ffi::Py_tp_iternext, next as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    add_attributes(class)
}

/// Gives a type `model` and `iter`, which can be read and written.
fn add_attributes(class: *mut PyTypeObject) -> Result<*mut PyTypeObject> {
    let definition = |name: &'static CStr, get: ffi::getter, set: ffi::setter| ffi::PyGetSetDef {
        name: name.as_ptr(),
        get: Some(get),
        set: Some(set),
        doc: ptr::null(),
        closure: ptr::null_mut(),
    };
    for (name, get, set) in [
        (c"model", get_model as ffi::getter, set_model as ffi::setter),
        (c"iter", get_iter, set_iter),
    ] {
        let definition = Box::leak(Box::new(definition(name, get, set)));
        // SAFETY: a live type and a definition that lives for ever; the reference becomes the type's.
        unsafe { pytype::add(class, name, ffi::PyDescr_NewGetSet(class, definition))? };
    }
    Ok(class)
}

/// A row of a model, of Python's class: a new reference. Takes what is in the place.
///
/// # Safety
/// `model` is live; the GIL is held.
pub unsafe fn at(model: *mut PyObject, place: Place) -> Result<*mut PyObject> {
    static CLASS: OnceLock<usize> = OnceLock::new();
    let class = pytype::import_attribute(&CLASS, c"gi.overrides._gtk_models", c"TreeModelRow");
    // SAFETY: by the caller's word; the class derives from the type above.
    unsafe {
        match class {
            Ok(class) => make(class.cast(), model, place),
            Err(raised) => {
                ffi::Py_XDECREF(place.wrapper);
                Err(raised)
            }
        }
    }
}

/// One of the types above, or of a class that derives from it: a new reference. Takes what is in the place.
///
/// # Safety
/// As for [`at`].
pub unsafe fn make(
    class: *mut PyTypeObject,
    model: *mut PyObject,
    place: Place,
) -> Result<*mut PyObject> {
    // SAFETY: every class has an allocator; the memory is zeroed, and written before anybody sees it. The collector,
    // which may have seen it, has found nothing there.
    unsafe {
        let alloc = (*class).tp_alloc.expect("a ready type can allocate");
        let made = alloc(class, 0);
        if made.is_null() {
            ffi::Py_XDECREF(place.wrapper);
            return Err(Raised);
        }
        let this = made.cast::<Row>();
        (&raw mut (*this).place).write(place);
        (*this).model = ffi::Py_NewRef(model);
        Ok(made)
    }
}

/// IndexError for a number of a row or column, `what`, that there is none of.
///
/// # Safety
/// `key` is a live int.
#[cold]
pub unsafe fn out_of_bounds(what: &str, key: *mut PyObject) -> Raised {
    // SAFETY: by the caller's word; a static that the interpreter has initialised.
    unsafe {
        let text = format!("{what} index is out of bounds: {}", str_of(key));
        raise(ffi::PyExc_IndexError, &text)
    }
}

/// What other keys of a row than numbers stand for.
static ITEMS: Method = Method::new(c"_items");
static SET_ITEMS: Method = Method::new(c"_set_items");
static SET_VALUE: Method = Method::new(c"set_value");
static GET_N_COLUMNS: Method = Method::new(c"get_n_columns");
static GET_VALUE: Method = Method::new(c"get_value");

/// # Safety
/// `key` is a live int.
unsafe fn column_of(n: c_int, key: *mut PyObject) -> Result<c_int> {
    let mut overflow = 0;
    // SAFETY: by the caller's word.
    unsafe {
        let given = ffi::PyLong_AsLongLongAndOverflow(key, &mut overflow);
        let n = i64::from(n);
        let column = if given < 0 {
            given.saturating_add(n)
        } else {
            given
        };
        if overflow != 0 || !(0..n).contains(&column) {
            return Err(out_of_bounds("column", key));
        }
        Ok(column as c_int)
    }
}

/// The model of a row, held. Where it is none, what a model's method says of it.
///
/// # Safety
/// `this` lies in a live object; the GIL is held.
unsafe fn model_of(this: *mut Row, method: &Method) -> Result<Model> {
    // SAFETY: by the caller's word.
    unsafe {
        let model = (*this).model;
        if model.is_null() {
            let text = "the row has no model";
            return Err(raise(ffi::PyExc_AttributeError, text));
        }
        match Model::of(model)? {
            Some(model) => Ok(model),
            None => {
                // Which it has not, as nothing but an object is a model.
                let held = ffi::Py_NewRef(model);
                let answer = method.name.of(held);
                ffi::Py_DECREF(held);
                ffi::Py_DECREF(answer?);
                Err(type_error("expected Gtk.TreeModel"))
            }
        }
    }
}

/// # Safety
/// Of a live row and a live int.
unsafe fn value_at(this: *mut Row, key: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let model = model_of(this, &GET_N_COLUMNS)?;
        let column = column_of(model.n_columns()?, key)?;
        model.value(&raw mut (*this).place, column)
    }
}

// ---- The types' own functions: called with live objects, `self` being one of the type ----

unsafe extern "C" fn subscript(object: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // SAFETY: as said above.
    crate::guard(|| unsafe {
        if ffi::PyLong_Check(key) == 0 {
            return ITEMS.call(object, [key]);
        }
        value_at(object.cast(), key)
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn item(object: *mut PyObject, index: ffi::Py_ssize_t) -> *mut PyObject {
    // SAFETY: as said above; the number is dropped here.
    crate::guard(|| unsafe {
        let key = not_null(ffi::PyLong_FromSsize_t(index))?;
        let value = value_at(object.cast(), key);
        ffi::Py_DECREF(key);
        value
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn assign_subscript(
    object: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: as said above; `value` is NULL to delete. What is made on the way is dropped here.
    crate::guard(|| unsafe {
        let this = object.cast::<Row>();
        if value.is_null() {
            return Err(type_error("columns of a row cannot be deleted"));
        }
        if ffi::PyLong_Check(key) == 0 {
            ffi::Py_DECREF(SET_ITEMS.call(object, [key, value])?);
            return Ok(0);
        }
        let model = model_of(this, &GET_N_COLUMNS)?;
        let column = column_of(model.n_columns()?, key)?;
        if fill::is_store(&model)? {
            let at = Place::read(&raw mut (*this).place)?;
            fill::set_value(&model, at, column, value)?;
            return Ok(0);
        }
        let iter = Place::wrapper(&raw mut (*this).place)?;
        let column = ffi::PyLong_FromLong(column.into());
        let done =
            not_null(column).and_then(|column| SET_VALUE.call(model.object, [iter, column, value]));
        ffi::Py_XDECREF(column);
        ffi::Py_DECREF(iter);
        ffi::Py_DECREF(done?);
        Ok(0)
    })
    .unwrap_or(-1)
}

/// The row that it is at; then it is at the next one.
unsafe extern "C" fn next(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: as said above; fields are not kept over calls that may run Python code.
    crate::guard(|| unsafe {
        let this = object.cast::<Row>();
        if (*this).place.is_end || (*this).model.is_null() {
            return Ok(ptr::null_mut());
        }
        let place = &raw mut (*this).place;
        let model = model_of(this, &GET_VALUE)?;
        let here = if (*place).wrapper.is_null() {
            Place::at((*place).at)
        } else {
            Place::of(ffi::Py_NewRef((*place).wrapper))
        };
        let row = at(model.object, here)?;
        let moved = model.advance(place);
        match moved {
            Ok(true) => {}
            Ok(false) => {
                let before = std::mem::replace(&mut *place, Place::END);
                ffi::Py_XDECREF(before.wrapper);
            }
            Err(raised) => {
                ffi::Py_DECREF(row);
                return Err(raised);
            }
        }
        Ok(row)
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_model(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: as said above.
    unsafe {
        let model = (*object.cast::<Row>()).model;
        if model.is_null() {
            return output::none();
        }
        ffi::Py_NewRef(model)
    }
}

unsafe extern "C" fn set_model(
    object: *mut PyObject,
    value: *mut PyObject,
    _: *mut c_void,
) -> c_int {
    crate::python::stay();
    // SAFETY: as said above; NULL to delete. What stood here is dropped last, since that may run Python code.
    unsafe {
        let this = object.cast::<Row>();
        let before = std::mem::replace(&mut (*this).model, ffi::Py_XNewRef(value));
        ffi::Py_XDECREF(before);
    }
    0
}

unsafe extern "C" fn get_iter(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: as said above.
    crate::guard(|| unsafe {
        let place = &raw mut (*object.cast::<Row>()).place;
        if (*place).is_end {
            return Ok(output::none());
        }
        Place::wrapper(place)
    })
    .unwrap_or(ptr::null_mut())
}

/// None is the end.
unsafe extern "C" fn set_iter(
    object: *mut PyObject,
    value: *mut PyObject,
    _: *mut c_void,
) -> c_int {
    // SAFETY: as said above; NULL to delete.
    crate::guard(|| unsafe {
        let value = if value.is_null() {
            ffi::Py_None()
        } else {
            value
        };
        Place::take(
            &raw mut (*object.cast::<Row>()).place,
            ffi::Py_NewRef(value),
        )?;
        Ok(0)
    })
    .unwrap_or(-1)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: the object is dead; its references are given up once.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        clear(object);
        pytype::free(object);
    }
}

unsafe extern "C" fn traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol.
    unsafe {
        let this = object.cast::<Row>();
        let referents = [
            (*this).model,
            (*this).place.wrapper,
            ffi::Py_TYPE(object).cast(),
        ];
        super::visit(referents, visit, arg)
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol.
    unsafe {
        let this = object.cast::<Row>();
        ffi::Py_CLEAR(&mut (*this).model);
        ffi::Py_CLEAR(&mut (*this).place.wrapper);
    }
    0
}
