//! Rows on their way into `Gtk.ListStore` and `Gtk.TreeStore`: Python values as the columns' types have them.
//!
//! The methods of `Gtk.TreeModel` that the stores' own are made of: `_insert_row`, `_set_row` and `_set_value`.

use std::ffi::c_int;
use std::ptr;
use std::sync::OnceLock;

use gijit_plan::Kind;
use gobject_sys as gobject;
use gobject_sys::GValue;
use pyo3::ffi::{self, PyObject, PyTypeObject};
use smallvec::SmallVec;

use super::library::{self, TreeIter};
use super::model::Model;
use super::place;
use super::usual::Method;
use crate::convert::gvalue::{Mode, Owned, store};
use crate::convert::instance::{self, gtype_of};
use crate::convert::{errors, input, output};
use crate::object::class::cells;
use crate::object::instance::base;
use crate::object::pytype;
use crate::python;
use crate::python::error::{Raised, Result, type_error, type_name, value_error};
use crate::python::reference::Held;

pub fn methods() -> Vec<ffi::PyMethodDef> {
    vec![
        pytype::method_fast(c"_insert_row", insert_row),
        pytype::method_fast(c"_set_row", set_row),
        pytype::method_fast(c"_set_value", set_value_method),
    ]
}

/// Which of the two stores a model is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kin {
    List,
    Tree,
}

fn kin_of(model: &Model) -> Option<Kin> {
    // SAFETY: the model holds its instance; GType functions of a library that has made one.
    unsafe {
        let gtype = gtype_of(model.instance);
        let is = |other: usize| gobject::g_type_is_a(gtype, other) != 0;
        if is((model.gtk.list_type)()) {
            Some(Kin::List)
        } else if is((model.gtk.tree_type)()) {
            Some(Kin::Tree)
        } else {
            None
        }
    }
}

fn kin(model: &Model) -> Result<Kin> {
    kin_of(model).ok_or_else(|| {
        // SAFETY: the object is held.
        let name = unsafe { type_name(model.object) };
        type_error(&format!(
            "expected Gtk.ListStore or Gtk.TreeStore, not {name}"
        ))
    })
}

/// Whether a model is a store whose `set_value` is that of its class.
///
/// # Safety
/// The GIL is held.
pub unsafe fn is_store(model: &Model) -> Result<bool> {
    static LIST: Method = Method::new(c"set_value");
    static TREE: Method = Method::new(c"set_value");
    fn class(of: &'static OnceLock<usize>, name: &std::ffi::CStr) -> Result<*mut PyTypeObject> {
        Ok(pytype::import_attribute(of, c"gi.overrides._gtk_models", name)?.cast())
    }
    static LIST_CLASS: OnceLock<usize> = OnceLock::new();
    static TREE_CLASS: OnceLock<usize> = OnceLock::new();
    // SAFETY: the model holds its object, a wrapper of a GObject.
    unsafe {
        Ok(match kin_of(model) {
            Some(Kin::List) => LIST.is_usual(model.object, || class(&LIST_CLASS, c"ListStore"))?,
            Some(Kin::Tree) => TREE.is_usual(model.object, || class(&TREE_CLASS, c"TreeStore"))?,
            None => false,
        })
    }
}

/// Python's value for a column, which a `GObject.Value` is itself: converted as that would be. ValueError for a column
/// that the model does not have.
///
/// # Safety
/// `object` is live.
unsafe fn value_for(model: &Model, column: c_int, object: *mut PyObject) -> Result<Owned> {
    // SAFETY: by the caller's word; the value is emptied with its owner.
    unsafe {
        if let Some(given) = given_value(object)? {
            let mut copy = Owned(std::mem::zeroed());
            if (*given).g_type != 0 {
                gobject::g_value_init(&mut copy.0, (*given).g_type);
                gobject::g_value_copy(given, &mut copy.0);
            }
            return Ok(copy);
        }
        let gtype = model.gtk.ask(model.instance, |gtk| {
            (gtk.get_column_type)(model.instance, column)
        });
        if matches!(gtype, 0 | gobject::G_TYPE_NONE) {
            return Err(value_error("Invalid GType"));
        }
        let mut value = Owned::new(gtype);
        if object != ffi::Py_None() {
            store::store(&mut value.0, object, Mode::Value)?;
        }
        Ok(value)
    }
}

/// The value in a `GObject.Value`, borrowed; None for all other objects.
///
/// # Safety
/// `object` is live.
unsafe fn given_value(object: *mut PyObject) -> Result<Option<*const GValue>> {
    static CLASS: OnceLock<usize> = OnceLock::new();
    // SAFETY: by the caller's word; an instance of the class is a wrapper of a value.
    unsafe {
        let class = match CLASS.get() {
            Some(class) => *class as *mut PyTypeObject,
            None => {
                let class = cells::of_type(gobject::g_value_get_type())?.class()?;
                *CLASS.get_or_init(|| class as usize) as *mut PyTypeObject
            }
        };
        if ffi::Py_TYPE(object) != class && ffi::PyObject_TypeCheck(object, class) == 0 {
            return Ok(None);
        }
        let value = base::pointer(object);
        if value.is_null() {
            return Err(instance::not_initialized(object));
        }
        Ok(Some(value.cast_const().cast()))
    }
}

/// Columns and what is to go into them.
#[derive(Default)]
struct Cells {
    columns: SmallVec<[c_int; 8]>,
    values: SmallVec<[Owned; 8]>,
}

impl Cells {
    /// # Safety
    /// `object` is live.
    unsafe fn push(&mut self, model: &Model, column: c_int, object: *mut PyObject) -> Result<()> {
        // SAFETY: by the caller's word.
        let value = unsafe { value_for(model, column, object)? };
        self.columns.push(column);
        self.values.push(value);
        Ok(())
    }

    /// What C takes: the columns, the values, and how many.
    fn parts(&mut self) -> (*mut c_int, *mut GValue, c_int) {
        let n = self.columns.len() as c_int;
        // An owned value is nothing but a GValue.
        (
            self.columns.as_mut_ptr(),
            self.values.as_mut_ptr().cast(),
            n,
        )
    }
}

/// The items of a sequence, as a tuple that is held.
///
/// # Safety
/// `sequence` is live.
unsafe fn items(sequence: *mut PyObject, held: &mut Held) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    held.take(unsafe { ffi::PySequence_Tuple(sequence) })
}

/// Puts a whole row into cells, but for what is None. TypeError for a text, ValueError for another number of items than
/// there are columns.
///
/// # Safety
/// `row` is live.
unsafe fn read_row(model: &Model, row: *mut PyObject, cells: &mut Cells) -> Result<()> {
    // SAFETY: by the caller's word; the items are held by the tuple.
    unsafe {
        if ffi::PyUnicode_Check(row) != 0 {
            return Err(type_error("Expected a list or tuple, but got str"));
        }
        let n = model.n_columns()?;
        let length = ffi::PyObject_Size(row);
        if length < 0 {
            return Err(Raised);
        }
        let mut held = Held::default();
        let mut given = ptr::null_mut();
        let mut fits = length == n as isize;
        if fits {
            given = items(row, &mut held)?;
            fits = ffi::PyTuple_GET_SIZE(given) == length;
        }
        if !fits {
            return Err(value_error(
                "row sequence has the incorrect number of elements",
            ));
        }
        for column in 0..n {
            let object = ffi::PyTuple_GET_ITEM(given, column as isize);
            if object != ffi::Py_None() {
                cells.push(model, column, object)?;
            }
        }
        Ok(())
    }
}

/// The iterator in an argument; `name` is the argument's.
///
/// # Safety
/// `object` is live.
unsafe fn iter_in(object: *mut PyObject, name: &str) -> Result<TreeIter> {
    // SAFETY: by the caller's word; an instance of the class holds an iterator.
    unsafe {
        errors::not_none(object, 1)?;
        let at = instance::pointer(object, library::iter_cell()?, name)?;
        Ok(*at.cast::<TreeIter>())
    }
}

/// # Safety
/// From the fast calling convention.
unsafe fn arguments<'a, const N: usize>(
    name: &str,
    args: *const *mut PyObject,
    n: ffi::Py_ssize_t,
) -> Result<&'a [*mut PyObject; N]> {
    if n as usize != N {
        return Err(type_error(&format!(
            "{name}() takes {N} arguments ({n} given)"
        )));
    }
    // SAFETY: by the caller's word.
    Ok(unsafe { &*args.cast::<[*mut PyObject; N]>() })
}

/// `store._insert_row(parent, position, row)`: a new row, with what is in `row` unless that is empty; its iterator.
/// Only a tree's rows have a parent, or None.
unsafe extern "C" fn insert_row(
    object: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: called with live objects, which the caller holds.
    crate::guard(|| unsafe {
        let &[parent, position, row] = arguments("_insert_row", args, n)?;
        let model = Model::of_self(object)?;
        let kin = kin(&model)?;
        let mut cells = Cells::default();
        let is_filled = match ffi::PyObject_IsTrue(row) {
            -1 => return Err(Raised),
            truth => truth == 1,
        };
        if is_filled {
            read_row(&model, row, &mut cells)?;
        }
        let mut above = None;
        if parent != ffi::Py_None() {
            above = Some(iter_in(parent, "parent")?);
        }
        let parent_at = above.as_mut().map_or(ptr::null_mut(), ptr::from_mut);
        let position = input::integer(Kind::I32, position)? as c_int;
        let (columns, values, n) = cells.parts();
        let mut at = TreeIter::EMPTY;
        let (gtk, this) = (model.gtk, model.instance);
        python::without_gil(|| match (kin, is_filled) {
            (Kin::List, false) => (gtk.list_insert)(this, &mut at, position),
            (Kin::List, true) => {
                (gtk.list_insert_with)(this, &mut at, position, columns, values, n)
            }
            (Kin::Tree, false) => (gtk.tree_insert)(this, &mut at, parent_at, position),
            (Kin::Tree, true) => {
                (gtk.tree_insert_with)(this, &mut at, parent_at, position, columns, values, n);
            }
        });
        place::wrap(&at)
    })
    .unwrap_or(ptr::null_mut())
}

/// `store._set_row(iter, columns, values)`: puts values into columns of a row, all at once.
unsafe extern "C" fn set_row(
    object: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: called with live objects, which the caller holds; items are held by tuples.
    crate::guard(|| unsafe {
        let &[iter, columns, values] = arguments("_set_row", args, n)?;
        let model = Model::of_self(object)?;
        let kin = kin(&model)?;
        let mut held = Held::default();
        let columns = items(columns, &mut held)?;
        let values = items(values, &mut held)?;
        let n = ffi::PyTuple_GET_SIZE(columns);
        if n != ffi::PyTuple_GET_SIZE(values) {
            return Err(type_error(
                "The number of columns do not match the number of values",
            ));
        }
        let mut cells = Cells::default();
        for i in 0..n {
            let column = input::integer(Kind::I32, ffi::PyTuple_GET_ITEM(columns, i))? as c_int;
            cells.push(&model, column, ffi::PyTuple_GET_ITEM(values, i))?;
        }
        let mut at = iter_in(iter, "iter")?;
        let (columns, values, n) = cells.parts();
        let (gtk, this) = (model.gtk, model.instance);
        python::without_gil(|| match kin {
            Kin::List => (gtk.list_set)(this, &mut at, columns, values, n),
            Kin::Tree => (gtk.tree_set)(this, &mut at, columns, values, n),
        });
        Ok(output::none())
    })
    .unwrap_or(ptr::null_mut())
}

/// `store._set_value(iter, column, value)`
unsafe extern "C" fn set_value_method(
    object: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: called with live objects, which the caller holds.
    crate::guard(|| unsafe {
        let &[iter, column, value] = arguments("_set_value", args, n)?;
        let model = Model::of_self(object)?;
        let column = input::integer(Kind::I32, column)? as c_int;
        let value = value_for(&model, column, value)?;
        give(&model, iter_in(iter, "iter")?, column, value)?;
        Ok(output::none())
    })
    .unwrap_or(ptr::null_mut())
}

/// Puts a value into a column of a row of a store.
///
/// # Safety
/// `object` is live.
pub unsafe fn set_value(
    model: &Model,
    at: TreeIter,
    column: c_int,
    object: *mut PyObject,
) -> Result<()> {
    // SAFETY: by the caller's word.
    unsafe {
        let value = value_for(model, column, object)?;
        give(model, at, column, value)
    }
}

/// # Safety
/// The GIL is held.
unsafe fn give(model: &Model, mut at: TreeIter, column: c_int, mut value: Owned) -> Result<()> {
    let set = match kin(model)? {
        Kin::List => model.gtk.list_set_value,
        Kin::Tree => model.gtk.tree_set_value,
    };
    // SAFETY: the model holds the store; C copies what it gets.
    unsafe { python::without_gil(|| set(model.instance, &mut at, column, &mut value.0)) };
    Ok(())
}
