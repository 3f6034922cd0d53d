//! Python data → a GVariant.
//!
//! Containers are made of their children, which GLib serialises when somebody asks for the bytes; arrays of numbers are
//! made of their bytes at once. The error texts are PyGObject's.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::Kind;
use glib_sys as glib;
use glib_sys::GVariant;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use super::format::{Form, Format, Spec};
use crate::convert::sequence::in_item;
use crate::convert::table::hooks;
use crate::convert::{errors, input, instance};
use crate::python::error::{Raised, Result, raise, runtime_error, str_of, type_error};

/// A floating variant that is nobody's yet.
pub struct Floating(*mut GVariant);

impl Floating {
    /// The variant, for somebody who sinks or frees it.
    pub fn give(self) -> *mut GVariant {
        let variant = self.0;
        std::mem::forget(self);
        variant
    }
}

impl Drop for Floating {
    fn drop(&mut self) {
        // SAFETY: the only reference, floating.
        unsafe { glib::g_variant_unref(self.0) }
    }
}

/// Children on their way into a container.
type Children = SmallVec<[Floating; 8]>;

/// Hands children over to one of GLib's constructors, which sink them.
fn given(children: Children) -> SmallVec<[*mut GVariant; 8]> {
    children.into_iter().map(Floating::give).collect()
}

/// The variant of `object` as a type of a format says.
///
/// # Safety
/// `object` is live; `spec` is a part of `format`.
pub unsafe fn build(format: &Format, spec: &Spec, object: *mut PyObject) -> Result<Floating> {
    // SAFETY: the object is live in every arm; each constructor gets what was converted for it.
    unsafe {
        let variant = match &spec.form {
            Form::Boolean => glib::g_variant_new_boolean(input::scalar(Kind::Bool, object)? as i32),
            Form::Byte => glib::g_variant_new_byte(number(Kind::U8, object)? as u8),
            Form::Int16 => glib::g_variant_new_int16(number(Kind::I16, object)? as i16),
            Form::Uint16 => glib::g_variant_new_uint16(number(Kind::U16, object)? as u16),
            Form::Int32 => glib::g_variant_new_int32(number(Kind::I32, object)? as i32),
            Form::Uint32 => glib::g_variant_new_uint32(number(Kind::U32, object)? as u32),
            Form::Int64 => glib::g_variant_new_int64(number(Kind::I64, object)? as i64),
            Form::Uint64 => glib::g_variant_new_uint64(number(Kind::U64, object)?),
            Form::Handle => glib::g_variant_new_handle(number(Kind::I32, object)? as i32),
            Form::Double => glib::g_variant_new_double(f64::from_bits(number(Kind::F64, object)?)),
            Form::String => glib::g_variant_new_string(text(object)?),
            Form::ObjectPath => checked(glib::g_variant_new_object_path(text(object)?))?,
            Form::Signature => checked(glib::g_variant_new_signature(text(object)?))?,
            Form::Variant => glib::g_variant_new_variant(wrapped(object)?),
            Form::Array(item) => return array(format, spec, item, object),
            Form::Maybe(item) => {
                let child = if object == ffi::Py_None() {
                    ptr::null_mut()
                } else {
                    build(format, item, object)?.give()
                };
                glib::g_variant_new_maybe(format.glib_type(item), child)
            }
            Form::Tuple(items) => return tuple(format, spec, items, object),
            Form::Entry(pair) => return entry(format, spec, pair, object),
        };
        Ok(Floating(variant))
    }
}

/// # Safety
/// `object` is live.
unsafe fn number(kind: Kind, object: *mut PyObject) -> Result<u64> {
    // SAFETY: passed on.
    unsafe {
        errors::not_none(object, 0)?;
        input::scalar(kind, object)
    }
}

/// # Safety
/// `object` is live, and held while the text is used.
unsafe fn text(object: *mut PyObject) -> Result<*const std::ffi::c_char> {
    // SAFETY: passed on.
    unsafe {
        errors::not_none(object, 0)?;
        input::utf8(object)
    }
}

/// What GLib refuses to make; it has said why.
fn checked(variant: *mut GVariant) -> Result<*mut GVariant> {
    if variant.is_null() {
        return Err(crate::convert::cell::made_nothing());
    }
    Ok(variant)
}

/// The variant of a `GLib.Variant`, borrowed.
///
/// # Safety
/// `object` is live.
unsafe fn wrapped(object: *mut PyObject) -> Result<*mut GVariant> {
    // SAFETY: passed on.
    unsafe {
        errors::not_none(object, 0)?;
        let cell = (hooks().cell_of_type)(gobject::G_TYPE_VARIANT)?;
        Ok(instance::pointer(object, cell, "value")?.cast())
    }
}

/// # Safety
/// `object` is live.
unsafe fn not_iterable(format: &Format, spec: &Spec, object: *mut PyObject) -> Raised {
    // SAFETY: the object is live.
    let shown = unsafe { str_of(object) };
    type_error(&format!(
        "Could not create array, tuple or dictionary entry from non iterable value {} {shown}",
        format.text(spec),
    ))
}

/// Calls `each` with every item of an iterable, which is held meanwhile; TypeError if `object` is none.
///
/// # Safety
/// `object` is live.
unsafe fn for_each(
    format: &Format,
    spec: &Spec,
    object: *mut PyObject,
    each: &mut dyn FnMut(*mut PyObject) -> Result<()>,
) -> Result<()> {
    // SAFETY: the object is live; items are held while they are converted, which may run Python code that changes the
    // list, so its length is asked again each time.
    unsafe {
        let tuple = ffi::PyTuple_CheckExact(object) != 0;
        if tuple || ffi::PyList_CheckExact(object) != 0 {
            let mut i = 0;
            while i < ffi::PySequence_Fast_GET_SIZE(object) {
                let item = ffi::Py_NewRef(ffi::PySequence_Fast_GET_ITEM(object, i));
                let result = each(item);
                ffi::Py_DECREF(item);
                result?;
                i += 1;
            }
            return Ok(());
        }
        let iterator = ffi::PyObject_GetIter(object);
        if iterator.is_null() {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) == 0 {
                return Err(Raised);
            }
            ffi::PyErr_Clear();
            return Err(not_iterable(format, spec, object));
        }
        let mut result = Ok(());
        while result.is_ok() {
            let item = ffi::PyIter_Next(iterator);
            if item.is_null() {
                if !ffi::PyErr_Occurred().is_null() {
                    result = Err(Raised);
                }
                break;
            }
            result = each(item);
            ffi::Py_DECREF(item);
        }
        ffi::Py_DECREF(iterator);
        result
    }
}

// ---- Arrays ----

/// # Safety
/// `object` is live; `item` is the item of `spec`, both parts of `format`.
unsafe fn array(
    format: &Format,
    spec: &Spec,
    item: &Spec,
    object: *mut PyObject,
) -> Result<Floating> {
    // SAFETY: the children and the type are live; GLib copies bytes and sinks children.
    unsafe {
        let ty = format.glib_type(item);
        if object == ffi::Py_None() {
            return Ok(Floating(glib::g_variant_new_array(ty, ptr::null(), 0)));
        }
        if ffi::PyDict_Check(object) != 0 {
            let children = of_dict(format, item, object)?;
            return Ok(of_children(ty, children));
        }
        if let Some((kind, size)) = fixed(&item.form) {
            let mut bytes = SmallVec::<[u8; 128]>::new();
            if kind == Kind::U8 && ffi::PyBytes_CheckExact(object) != 0 {
                let (data, len) = (ffi::PyBytes_AsString(object), ffi::PyBytes_Size(object));
                let variant = glib::g_variant_new_fixed_array(ty, data.cast(), len as usize, 1);
                return Ok(Floating(variant));
            }
            if kind == Kind::U8 && ffi::PyByteArray_CheckExact(object) != 0 {
                let data = ffi::PyByteArray_AsString(object);
                let len = ffi::PyByteArray_Size(object);
                let variant = glib::g_variant_new_fixed_array(ty, data.cast(), len as usize, 1);
                return Ok(Floating(variant));
            }
            for_each(format, spec, object, &mut |item| {
                let bits = if kind == Kind::Bool {
                    input::scalar(kind, item)?
                } else {
                    number(kind, item)?
                };
                bytes.extend_from_slice(&bits.to_ne_bytes()[..size]);
                Ok(())
            })?;
            let n = bytes.len() / size;
            let data = bytes.as_ptr().cast::<c_void>();
            return Ok(Floating(glib::g_variant_new_fixed_array(ty, data, n, size)));
        }
        let mut children = Children::new();
        for_each(format, spec, object, &mut |object| {
            children.push(build(format, item, object)?);
            Ok(())
        })?;
        Ok(of_children(ty, children))
    }
}

/// The kind and size of items whose bytes can be put side by side.
fn fixed(form: &Form) -> Option<(Kind, usize)> {
    Some(match form {
        Form::Boolean => (Kind::Bool, 1),
        Form::Byte => (Kind::U8, 1),
        Form::Int16 => (Kind::I16, 2),
        Form::Uint16 => (Kind::U16, 2),
        Form::Int32 | Form::Handle => (Kind::I32, 4),
        Form::Uint32 => (Kind::U32, 4),
        Form::Int64 => (Kind::I64, 8),
        Form::Uint64 => (Kind::U64, 8),
        Form::Double => (Kind::F64, 8),
        _ => return None,
    })
}

/// # Safety
/// `ty` is the type of all children.
unsafe fn of_children(ty: *const glib::GVariantType, children: Children) -> Floating {
    let children = given(children);
    // SAFETY: by the caller's word; the children are sunk by their container.
    unsafe {
        Floating(glib::g_variant_new_array(
            ty,
            children.as_ptr(),
            children.len(),
        ))
    }
}

/// The items of a dict: its pairs, as a variant's dictionary is an array of entries.
///
/// # Safety
/// `object` is a live dict.
unsafe fn of_dict(format: &Format, item: &Spec, object: *mut PyObject) -> Result<Children> {
    let mut children = Children::new();
    // SAFETY: key and value are held while they are converted, which may run Python code that changes the dict; that is
    // noticed before the next item is asked for.
    unsafe {
        let Form::Entry(pair) = &item.form else {
            return of_items(format, item, object);
        };
        if ffi::PyDict_CheckExact(object) == 0 {
            // A subclass may have an order of its own.
            return of_items(format, item, object);
        }
        let size = ffi::PyDict_Size(object);
        let (mut at, mut key, mut value) = (0, ptr::null_mut(), ptr::null_mut());
        while ffi::PyDict_Next(object, &mut at, &mut key, &mut value) != 0 {
            ffi::Py_INCREF(key);
            ffi::Py_INCREF(value);
            let made = pair_of(format, pair, key, value);
            ffi::Py_DECREF(key);
            ffi::Py_DECREF(value);
            children.push(made?);
            if ffi::PyDict_Size(object) != size {
                return Err(runtime_error("dictionary changed size during iteration"));
            }
        }
    }
    Ok(children)
}

/// # Safety
/// `object` is a live dict.
unsafe fn of_items(format: &Format, item: &Spec, object: *mut PyObject) -> Result<Children> {
    let mut children = Children::new();
    // SAFETY: the list is ours.
    unsafe {
        let items = ffi::PyMapping_Items(object);
        if items.is_null() {
            return Err(Raised);
        }
        let result = for_each(format, item, items, &mut |object| {
            children.push(build(format, item, object)?);
            Ok(())
        });
        ffi::Py_DECREF(items);
        result?;
    }
    Ok(children)
}

// ---- Tuples and entries ----

/// The items of a tuple or entry: exactly as many as there are types, or a TypeError that begins with `mismatch`.
///
/// # Safety
/// `object` is live.
unsafe fn exactly(
    format: &Format,
    spec: &Spec,
    items: &[&Spec],
    object: *mut PyObject,
    mismatch: &str,
) -> Result<Children> {
    // SAFETY: the object is live.
    unsafe {
        let wrong = || {
            type_error(&format!(
                "{mismatch} {} {}",
                format.text(spec),
                str_of(object)
            ))
        };
        if ffi::PyTuple_CheckExact(object) == 0 && ffi::PyList_CheckExact(object) == 0 {
            // That it cannot be iterated is said before its length is asked for.
            let iterator = ffi::PyObject_GetIter(object);
            if iterator.is_null() {
                ffi::PyErr_Clear();
                return Err(not_iterable(format, spec, object));
            }
            ffi::Py_DECREF(iterator);
        }
        let len = ffi::PyObject_Size(object);
        if len < 0 {
            return Err(Raised);
        }
        if len as usize != items.len() {
            return Err(wrong());
        }
        let mut children = Children::new();
        for_each(format, spec, object, &mut |object| {
            let Some(item) = items.get(children.len()) else {
                return Err(wrong());
            };
            children.push(build(format, item, object)?);
            Ok(())
        })?;
        if children.len() != items.len() {
            return Err(wrong());
        }
        Ok(children)
    }
}

/// # Safety
/// `object` is live.
unsafe fn tuple(
    format: &Format,
    spec: &Spec,
    items: &[Spec],
    object: *mut PyObject,
) -> Result<Floating> {
    // SAFETY: the object is live; the children are sunk by their container.
    unsafe {
        let children = if items.is_empty() && object == ffi::Py_None() {
            Children::new()
        } else {
            let items: SmallVec<[&Spec; 8]> = items.iter().collect();
            let mismatch = "Tuple mismatches value's number of elements";
            exactly(format, spec, &items, object, mismatch)?
        };
        let children = given(children);
        Ok(Floating(glib::g_variant_new_tuple(
            children.as_ptr(),
            children.len(),
        )))
    }
}

/// # Safety
/// `object` is live.
unsafe fn entry(
    format: &Format,
    spec: &Spec,
    pair: &(Spec, Spec),
    object: *mut PyObject,
) -> Result<Floating> {
    // SAFETY: the object is live; the children are sunk by their container.
    unsafe {
        let mismatch = "Dictionary entries must have two elements";
        let children = exactly(format, spec, &[&pair.0, &pair.1], object, mismatch)?;
        let children = given(children);
        Ok(Floating(glib::g_variant_new_dict_entry(
            children[0],
            children[1],
        )))
    }
}

/// # Safety
/// Both objects are live.
unsafe fn pair_of(
    format: &Format,
    pair: &(Spec, Spec),
    key: *mut PyObject,
    value: *mut PyObject,
) -> Result<Floating> {
    // SAFETY: as above.
    unsafe {
        let key = build(format, &pair.0, key)?;
        let value = build(format, &pair.1, value)?;
        Ok(Floating(glib::g_variant_new_dict_entry(
            key.give(),
            value.give(),
        )))
    }
}

/// A tuple of variants that are wrapped already.
///
/// # Safety
/// The objects are live.
pub unsafe fn tuple_of(objects: &[*mut PyObject]) -> Result<Floating> {
    // SAFETY: by the caller's word; the tuple makes references of its own.
    unsafe {
        let cell = (hooks().cell_of_type)(gobject::G_TYPE_VARIANT)?;
        let mut children = SmallVec::<[*mut GVariant; 8]>::new();
        for (i, object) in objects.iter().enumerate() {
            let variant = instance::pointer(*object, cell, "self");
            children.push(variant.map_err(|raised| in_item(i, raised))?.cast());
        }
        Ok(Floating(glib::g_variant_new_tuple(
            children.as_ptr(),
            children.len(),
        )))
    }
}

/// KeyError with the key itself.
///
/// # Safety
/// `key` is live.
pub unsafe fn key_error(key: *mut PyObject) -> Raised {
    // SAFETY: a tuple around the key, as a key may be a tuple that would be taken for the arguments.
    unsafe {
        let args = ffi::PyTuple_Pack(1, key);
        if !args.is_null() {
            ffi::PyErr_SetObject(ffi::PyExc_KeyError, args);
            ffi::Py_DECREF(args);
        }
    }
    Raised
}

/// IndexError of a list or of a string.
pub fn index_error(what: &str) -> Raised {
    // SAFETY: reads a static that the interpreter has initialised.
    raise(
        unsafe { ffi::PyExc_IndexError },
        &format!("{what} index out of range"),
    )
}
