//! `GHashTable`, which is a dict in Python.
//!
//! Keys and values are addresses, or numbers packed into them; numbers that a pointer is not meant to hold (floats and
//! 64-bit integers) stand in memory of their own, as GLib's hash functions for them expect. A table of which C becomes
//! the owner gets functions that free its entries, since C has no other way.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::{Kind, Transfer};
use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::References;
use crate::convert::converter::{Converter, items, read_bits};
use crate::convert::input;
use crate::convert::sequence::{Items, in_item};
use crate::convert::temps::Temps;
use crate::python::error::{Raised, Result, type_error, type_name};
use crate::python::reference::not_null;

/// One hash table type.
pub struct Hash {
    pub key: Converter,
    pub value: Converter,
}

/// Numbers that stand in memory of their own.
fn stands_alone(converter: &Converter) -> Option<Kind> {
    match converter {
        Converter::Scalar(kind @ (Kind::F32 | Kind::F64 | Kind::I64 | Kind::U64)) => Some(*kind),
        _ => None,
    }
}

impl Hash {
    /// # Safety
    /// As for [`Converter::input`].
    pub unsafe fn input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        // SAFETY: the object is live; the table goes to the pieces before anything can fail, and entries belong to
        // it as soon as they are in it, or to the pieces.
        unsafe {
            // Whatever has keys and values is a mapping; what has not says so itself.
            let lists = (ffi::PyMapping_Keys(object), ffi::PyMapping_Values(object));
            if lists.0.is_null() || lists.1.is_null() {
                ffi::Py_XDECREF(lists.0);
                ffi::Py_XDECREF(lists.1);
                return Err(type_error(&format!(
                    "Must be mapping, not {}",
                    type_name(object)
                )));
            }
            let pairs = (Items::of(lists.0), Items::of(lists.1));
            ffi::Py_DECREF(lists.0);
            ffi::Py_DECREF(lists.1);
            let (keys, values) = (pairs.0?, pairs.1?);
            let n = keys.len().min(values.len());

            let owns = transfer == Transfer::Full;
            let (hash, equal) = functions(&self.key);
            let table = glib::g_hash_table_new_full(
                hash,
                equal,
                destroy(&self.key, owns),
                destroy(&self.value, owns),
            );
            let given = transfer != Transfer::None;
            temps.add(given, table.cast(), unref, ptr::null());
            if !self.key.is_plain() {
                temps.keep(keys.keeper());
            }
            if !self.value.is_plain() {
                temps.keep(values.keeper());
            }
            for i in 0..n {
                let (mut key, mut value) = (Temps::new("self"), Temps::new("self"));
                let of_key = self.key_input(keys.get(i), items(transfer), &mut key);
                let of_key = of_key.map_err(|raised| in_item(i, raised))?;
                let of_value = entry_input(&self.value, values.get(i), items(transfer), &mut value);
                let of_value = of_value.map_err(|raised| in_item(i, raised))?;
                glib::g_hash_table_insert(table, of_key, of_value);
                for (mut entry, converter) in [(key, &self.key), (value, &self.value)] {
                    // What the table does not free is freed by the pieces, unless C takes it.
                    if destroy(converter, owns).is_some() {
                        entry.commit();
                    }
                    temps.absorb(entry);
                }
            }
            Ok(table.cast())
        }
    }

    /// # Safety
    /// As for [`Converter::input`].
    unsafe fn key_input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        // SAFETY: passed on.
        unsafe {
            let none = object == ffi::Py_None();
            match self.key {
                // GLib's hash function reads the key: there is no NULL.
                Converter::Utf8 if none => input::utf8(object).map(|_| ptr::null_mut()),
                Converter::Filename if none => input::filename(object).map(|_| ptr::null_mut()),
                _ => entry_input(&self.key, object, transfer, temps),
            }
        }
    }

    /// # Safety
    /// As for [`Converter::output`].
    pub unsafe fn output(&self, table: *mut c_void, transfer: Transfer) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word. The entries stay the table's, which frees them as C's own code would: by
        // dropping it. (It may have other owners, to whom they belong as well.)
        unsafe {
            if table.is_null() {
                return Ok(super::output::none());
            }
            let dropped = transfer != Transfer::None;
            let dict = ffi::PyDict_New();
            let mut result = not_null(dict);
            let mut at: glib::GHashTableIter = std::mem::zeroed();
            glib::g_hash_table_iter_init(&mut at, table.cast());
            let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
            while result.is_ok() && glib::g_hash_table_iter_next(&mut at, &mut key, &mut value) != 0
            {
                let pair =
                    entry_output(&self.key, key, dropped).and_then(|key| {
                        match entry_output(&self.value, value, dropped) {
                            Ok(value) => Ok((key, value)),
                            Err(raised) => {
                                ffi::Py_DECREF(key);
                                Err(raised)
                            }
                        }
                    });
                let added = pair.and_then(|(key, value)| {
                    let status = ffi::PyDict_SetItem(dict, key, value);
                    ffi::Py_DECREF(key);
                    ffi::Py_DECREF(value);
                    if status < 0 { Err(Raised) } else { Ok(()) }
                });
                if let Err(raised) = added {
                    ffi::Py_DECREF(dict);
                    result = Err(raised);
                }
            }
            self.release(table, transfer);
            result
        }
    }

    /// # Safety
    /// As for [`Converter::release`].
    pub unsafe fn release(&self, table: *mut c_void, transfer: Transfer) {
        if transfer != Transfer::None {
            // SAFETY: by the caller's word one reference is ours.
            unsafe { glib::g_hash_table_unref(table.cast()) };
        }
    }
}

/// # Safety
/// As for [`Converter::input`].
unsafe fn entry_input(
    converter: &Converter,
    object: *mut PyObject,
    transfer: Transfer,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    // SAFETY: passed on; the memory has room for the number.
    unsafe {
        match stands_alone(converter) {
            None => converter.packed_input(object, transfer, temps),
            Some(_) => {
                let memory = glib::g_malloc0(8);
                temps.memory(transfer == Transfer::Full, memory);
                converter.input(object, Transfer::None, temps, memory)?;
                Ok(memory)
            }
        }
    }
}

/// The Python value of an entry. `dropped`: the table may be freed, and the entry with it.
///
/// # Safety
/// `pointer` is an entry of a live table.
unsafe fn entry_output(
    converter: &Converter,
    pointer: *mut c_void,
    dropped: bool,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        match stands_alone(converter) {
            Some(kind) if !pointer.is_null() => {
                let bits = read_bits(pointer, kind.size());
                converter.output((&raw const bits).cast(), Transfer::None, 0)
            }
            _ if dropped => converter.copied_output(pointer),
            _ => converter.packed_output(pointer, Transfer::None),
        }
    }
}

type HashFunctions = (glib::GHashFunc, glib::GEqualFunc);

fn functions(key: &Converter) -> HashFunctions {
    match key {
        Converter::Utf8 | Converter::Filename => (Some(glib::g_str_hash), Some(glib::g_str_equal)),
        Converter::Scalar(Kind::I64 | Kind::U64) => {
            (Some(glib::g_int64_hash), Some(glib::g_int64_equal))
        }
        Converter::Scalar(Kind::F64) => (Some(glib::g_double_hash), Some(glib::g_double_equal)),
        _ => (Some(glib::g_direct_hash), Some(glib::g_direct_equal)),
    }
}

/// What frees an entry that the table owns; NULL where it has nothing to free, or no function without an argument
/// could do it.
fn destroy(converter: &Converter, owned: bool) -> glib::GDestroyNotify {
    unsafe extern "C" fn object_unref(object: *mut c_void) {
        if !object.is_null() {
            // SAFETY: the table's own reference.
            unsafe { gobject_sys::g_object_unref(object.cast()) }
        }
    }
    unsafe extern "C" fn variant_unref(variant: *mut c_void) {
        if !variant.is_null() {
            // SAFETY: as above.
            unsafe { glib::g_variant_unref(variant.cast()) }
        }
    }
    unsafe extern "C" fn value_free(value: *mut c_void) {
        if !value.is_null() {
            // SAFETY: as above.
            unsafe { super::gvalue::free(value, ptr::null()) }
        }
    }
    if !owned {
        return None;
    }
    match converter {
        Converter::Utf8 | Converter::Filename => Some(glib::g_free),
        _ if stands_alone(converter).is_some() => Some(glib::g_free),
        Converter::Object(cell) if matches!(cell.references.get(), Some(References::Object)) => {
            Some(object_unref)
        }
        Converter::Variant(_) => Some(variant_unref),
        Converter::Value { .. } => Some(value_free),
        _ => None,
    }
}

unsafe extern "C" fn unref(table: *mut c_void, _: *const c_void) {
    // SAFETY: a table that the pieces own.
    unsafe { glib::g_hash_table_unref(table.cast()) }
}
