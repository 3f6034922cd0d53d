//! `Gio.ListModel`: the type that its class derives from, a sequence of objects, and its iterator.
//!
//! Compat surface, section 4.4.

use std::ffi::{c_int, c_uint, c_void};
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::Kind;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use super::library::{self, Found, Gio};
use super::usual::Method;
use crate::convert::cell::TypeCell;
use crate::convert::input;
use crate::convert::instance::gtype_of;
use crate::object::class::{cells, registry};
use crate::object::instance::base;
use crate::object::instance::wrapper;
use crate::object::pytype;
use crate::process::repository;
use crate::python::error::{Raised, Result, raise, runtime_error, type_error, type_name};
use crate::python::reference::not_null;

/// Makes the type: a new reference.
pub fn make_type() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gi._gi.ListModel",
        size: size_of::<PyObject>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: base::types().interface,
        slots: vec![
            (ffi::Py_sq_length, length as *mut c_void),
            (ffi::Py_mp_length, length as *mut c_void),
            (ffi::Py_sq_item, item as *mut c_void),
            (ffi::Py_sq_contains, contains as *mut c_void),
            (ffi::Py_mp_subscript, subscript as *mut c_void),
            (ffi::Py_tp_iter, iter as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![
            pytype::method_one(c"_expect_item", expect_item, false),
            ffi::PyMethodDef {
                ml_name: c"__class_getitem__".as_ptr(),
                ml_meth: ffi::PyMethodDefPointer {
                    PyCFunction: ffi::Py_GenericAlias,
                },
                ml_flags: ffi::METH_O | ffi::METH_CLASS,
                ml_doc: c"Gio.ListModel[Type], for type checkers.".as_ptr(),
            },
        ],
    })
}

static GET_ITEM: Method = Method::new(c"get_item");
static GET_N_ITEMS: Method = Method::new(c"get_n_items");

/// The class, borrowed for ever.
fn model_class() -> Result<*mut PyTypeObject> {
    let namespace = repository()
        .get("Gio")
        .ok_or_else(|| runtime_error("Gio is not loaded"))?;
    Ok(registry::class_named(&namespace, "ListModel")?.cast())
}

/// The cell of `GObject.Object`.
#[inline]
fn object_cell() -> Result<&'static TypeCell> {
    static CELL: OnceLock<&'static TypeCell> = OnceLock::new();
    if let Some(cell) = CELL.get() {
        return Ok(cell);
    }
    let cell = cells::of_type(gobject::G_TYPE_OBJECT)?;
    Ok(CELL.get_or_init(|| cell))
}

/// A model in Python's hands, and how it is asked.
struct Model {
    object: *mut PyObject,
    instance: *mut c_void,
    gio: &'static Found<Gio>,
}

impl Model {
    /// RuntimeError before construction, TypeError for what is no object.
    ///
    /// # Safety
    /// `object` is live, and outlives this.
    #[inline]
    unsafe fn of(object: *mut PyObject) -> Result<Model> {
        // SAFETY: by the caller's word.
        match unsafe { base::gobject_of(object)? } {
            Some(instance) => Ok(Model {
                object,
                instance: instance.cast(),
                gio: library::gio()?,
            }),
            None => {
                // SAFETY: as above.
                let name = unsafe { type_name(object) };
                Err(type_error(&format!(
                    "Gio.ListModel is implemented by objects, not by {name}"
                )))
            }
        }
    }

    /// How many items there are.
    ///
    /// # Safety
    /// As for [`Model::of`].
    unsafe fn length(&self) -> Result<c_uint> {
        // SAFETY: the wrapper keeps the instance; the answer is dropped here.
        unsafe {
            if GET_N_ITEMS.is_usual(self.object, model_class)? {
                return Ok(self
                    .gio
                    .ask(self.instance, |gio| (gio.get_n_items)(self.instance)));
            }
            let answer = GET_N_ITEMS.call(self.object, [])?;
            let length = input::integer(Kind::U32, answer);
            ffi::Py_DECREF(answer);
            Ok(length? as c_uint)
        }
    }

    /// An item: a new reference, or None where there is none.
    ///
    /// # Safety
    /// As for [`Model::of`].
    #[inline]
    unsafe fn item(&self, position: c_uint) -> Result<*mut PyObject> {
        // SAFETY: the wrapper keeps the instance, and the item is ours. The position is dropped here.
        unsafe {
            if GET_ITEM.is_usual(self.object, model_class)? {
                let item = self
                    .gio
                    .ask(self.instance, |gio| (gio.get_item)(self.instance, position));
                return not_null(wrapper::object_out_full(item, object_cell()?));
            }
            let position = not_null(ffi::PyLong_FromUnsignedLong(position.into()))?;
            let item = GET_ITEM.call(self.object, [position]);
            ffi::Py_DECREF(position);
            item
        }
    }

    /// The item at a position, from the end if that is negative. IndexError where there is none; OverflowError for a
    /// position that C cannot count to.
    ///
    /// # Safety
    /// As for [`Model::of`]; `key` is a live int.
    unsafe fn at(&self, key: *mut PyObject) -> Result<*mut PyObject> {
        let mut overflow = 0;
        // SAFETY: by the caller's word.
        unsafe {
            let mut position = ffi::PyLong_AsLongLongAndOverflow(key, &mut overflow);
            if overflow < 0 {
                return Err(out_of_range());
            }
            if position < 0 && overflow == 0 {
                position += i64::from(self.length()?);
                if position < 0 {
                    return Err(out_of_range());
                }
            }
            let position = match c_uint::try_from(position) {
                Ok(position) if overflow == 0 => position,
                _ => input::integer(Kind::U32, key)? as c_uint,
            };
            self.existing(position)
        }
    }

    /// # Safety
    /// As for [`Model::of`].
    unsafe fn existing(&self, position: c_uint) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word.
        unsafe {
            let item = self.item(position)?;
            if item == ffi::Py_None() {
                ffi::Py_DECREF(item);
                return Err(out_of_range());
            }
            Ok(item)
        }
    }

    /// A list of the items that a slice takes.
    ///
    /// # Safety
    /// As for [`Model::of`]; `key` is a live slice.
    unsafe fn slice(&self, key: *mut PyObject) -> Result<*mut PyObject> {
        let (mut start, mut stop, mut step) = (0, 0, 0);
        // SAFETY: by the caller's word; the list owns its items, and is dropped on failure.
        unsafe {
            if ffi::PySlice_Unpack(key, &mut start, &mut stop, &mut step) < 0 {
                return Err(Raised);
            }
            let length = self.length()? as isize;
            let n = ffi::PySlice_AdjustIndices(length, &mut start, &mut stop, step);
            let list = not_null(ffi::PyList_New(0))?;
            for i in 0..n {
                let item = self.item((start + i * step) as c_uint);
                let added = item.is_ok_and(|item| {
                    let added = ffi::PyList_Append(list, item) == 0;
                    ffi::Py_DECREF(item);
                    added
                });
                if !added {
                    ffi::Py_DECREF(list);
                    return Err(Raised);
                }
            }
            Ok(list)
        }
    }

    /// TypeError for what is no item of the model's type.
    ///
    /// # Safety
    /// As for [`Model::of`]; `item` is live.
    unsafe fn expect(&self, item: *mut PyObject) -> Result<()> {
        // SAFETY: by the caller's word; the instance of an item lives as long as that.
        unsafe {
            let wanted = self
                .gio
                .ask(self.instance, |gio| (gio.get_item_type)(self.instance));
            let held = base::gobject_of(item)?;
            let fits = held.is_some_and(|held| gobject::g_type_is_a(gtype_of(held), wanted) != 0);
            if fits {
                return Ok(());
            }
            let name = pytype::class_name(registry::class_of(wanted)?);
            Err(type_error(&format!("Expected type {name}")))
        }
    }
}

#[cold]
fn out_of_range() -> Raised {
    // SAFETY: reads a static that the interpreter has initialised.
    raise(unsafe { ffi::PyExc_IndexError }, "position is out of range")
}

// ---- The type's own functions: called with live objects, `self` being one of the type ----

unsafe extern "C" fn length(object: *mut PyObject) -> ffi::Py_ssize_t {
    // SAFETY: as said above.
    crate::guard(|| unsafe { Ok(Model::of(object)?.length()? as ffi::Py_ssize_t) }).unwrap_or(-1)
}

unsafe extern "C" fn item(object: *mut PyObject, position: ffi::Py_ssize_t) -> *mut PyObject {
    crate::guard(|| {
        let position = c_uint::try_from(position).map_err(|_| out_of_range())?;
        // SAFETY: as said above.
        unsafe { Model::of(object)?.existing(position) }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn subscript(object: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // SAFETY: as said above.
    crate::guard(|| unsafe {
        let model = Model::of(object)?;
        if ffi::PyLong_Check(key) != 0 {
            model.at(key)
        } else if ffi::PySlice_Check(key) != 0 {
            model.slice(key)
        } else {
            Err(type_error(&format!(
                "items are numbered: int or slice is expected, not {}",
                type_name(key)
            )))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// Whether one of the items is the object, or equal to it.
unsafe extern "C" fn contains(object: *mut PyObject, wanted: *mut PyObject) -> c_int {
    // SAFETY: as said above; each item is ours until it has been compared.
    crate::guard(|| unsafe {
        let model = Model::of(object)?;
        model.expect(wanted)?;
        for i in 0..model.length()? {
            let item = model.item(i)?;
            let is_it = ffi::PyObject_RichCompareBool(item, wanted, ffi::Py_EQ);
            ffi::Py_DECREF(item);
            match is_it {
                0 => {}
                1 => return Ok(1),
                _ => return Err(Raised),
            }
        }
        Ok(0)
    })
    .unwrap_or(-1)
}

/// `model._expect_item(object)`: TypeError for what is no item of the model's type.
unsafe extern "C" fn expect_item(object: *mut PyObject, item: *mut PyObject) -> *mut PyObject {
    // SAFETY: as said above.
    crate::guard(|| unsafe {
        Model::of(object)?.expect(item)?;
        Ok(crate::convert::output::none())
    })
    .unwrap_or(ptr::null_mut())
}

// ---- The iterator ----

#[repr(C)]
struct Iter {
    head: PyObject,
    /// A strong reference; NULL at the end.
    model: *mut PyObject,
    position: c_uint,
    /// How many items there were at the start.
    length: c_uint,
    has_started: bool,
}

static ITER: OnceLock<usize> = OnceLock::new();

/// Makes the iterator's type; once.
pub fn initialise() -> Result<()> {
    let class = pytype::make(pytype::Spec {
        name: c"gi._gi.ListModelIter",
        size: size_of::<Iter>(),
        flags: ffi::Py_TPFLAGS_HAVE_GC | ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
        base: ptr::null_mut(),
        slots: vec![
            (ffi::Py_tp_dealloc, iter_dealloc as *mut c_void),
            (ffi::Py_tp_traverse, iter_traverse as *mut c_void),
            (ffi::Py_tp_clear, iter_clear as *mut c_void),
            (ffi::Py_tp_iter, ffi::PyObject_SelfIter as *mut c_void),
            (ffi::Py_tp_iternext, iter_next as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    let _ = ITER.set(class as usize);
    Ok(())
}

unsafe extern "C" fn iter(object: *mut PyObject) -> *mut PyObject {
    let class = ITER
        .get()
        .map_or(ptr::null_mut(), |class| *class as *mut PyTypeObject);
    // SAFETY: as said above; the memory is zeroed, and the fields are written before anybody sees it.
    unsafe {
        let made = ffi::PyType_GenericAlloc(class, 0);
        if !made.is_null() {
            (*made.cast::<Iter>()).model = ffi::Py_NewRef(object);
        }
        made
    }
}

/// The next item. As many come as there were at the start, whatever is added; None for those that have gone since.
unsafe extern "C" fn iter_next(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live iterator, which holds the model but for the end; its fields are not kept over calls.
    crate::guard(|| unsafe {
        let this = object.cast::<Iter>();
        if (*this).model.is_null() {
            return Ok(ptr::null_mut());
        }
        let model = Model::of((*this).model)?;
        if !(*this).has_started {
            (*this).length = model.length()?;
            (*this).has_started = true;
        }
        let position = (*this).position;
        if position >= (*this).length {
            ffi::Py_CLEAR(&mut (*this).model);
            return Ok(ptr::null_mut());
        }
        (*this).position += 1;
        model.item(position)
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn iter_dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: the object is dead; its reference is given up once.
    unsafe {
        ffi::PyObject_GC_UnTrack(object.cast());
        ffi::Py_CLEAR(&mut (*object.cast::<Iter>()).model);
        pytype::free(object);
    }
}

unsafe extern "C" fn iter_traverse(
    object: *mut PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the collector's protocol.
    unsafe {
        super::visit(
            [(*object.cast::<Iter>()).model, ffi::Py_TYPE(object).cast()],
            visit,
            arg,
        )
    }
}

unsafe extern "C" fn iter_clear(object: *mut PyObject) -> c_int {
    crate::python::stay();
    // SAFETY: the collector's protocol.
    unsafe { ffi::Py_CLEAR(&mut (*object.cast::<Iter>()).model) };
    0
}
