//! `GList` and `GSList`, which are lists in Python. Items are addresses, or numbers packed into them.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::Transfer;
use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::convert::converter::{Converter, items};
use crate::convert::sequence::{Items, in_item};
use crate::convert::temps::Temps;
use crate::python::error::{Raised, Result};
use crate::python::reference::not_null;

/// One list type.
pub struct List {
    /// `GSList`
    pub single: bool,
    pub item: Converter,
}

impl List {
    /// # Safety
    /// As for [`Converter::input`].
    pub unsafe fn input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        // SAFETY: the object is live; the cells are linked before the list goes to the pieces, which happens in any
        // case, since a list has no head before its last cell has been made.
        unsafe {
            let sequence = Items::of(object)?;
            if !self.item.is_plain() {
                temps.keep(sequence.keeper());
            }
            let mut head: *mut c_void = ptr::null_mut();
            let mut result = Ok(());
            let name = std::mem::replace(&mut temps.name, "self");
            // From the front, so that errors name the first bad item; appended in front and turned at the end.
            for i in 0..sequence.len() {
                match self
                    .item
                    .packed_input(sequence.get(i), items(transfer), temps)
                {
                    Ok(pointer) => {
                        head = if self.single {
                            glib::g_slist_prepend(head.cast(), pointer).cast()
                        } else {
                            glib::g_list_prepend(head.cast(), pointer).cast()
                        };
                    }
                    Err(raised) => {
                        result = Err(in_item(i, raised));
                        break;
                    }
                }
            }
            temps.name = name;
            head = if self.single {
                glib::g_slist_reverse(head.cast()).cast()
            } else {
                glib::g_list_reverse(head.cast()).cast()
            };
            let release = if self.single { slist_free } else { list_free };
            temps.add(transfer != Transfer::None, head, release, ptr::null());
            result.map(|()| head)
        }
    }

    /// # Safety
    /// As for [`Converter::output`].
    pub unsafe fn output(&self, head: *mut c_void, transfer: Transfer) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word; GList begins as GSList does: data, next. Every item is taken once.
        unsafe {
            let list = ffi::PyList_New(0);
            let mut result = not_null(list);
            let mut cell = head.cast::<glib::GSList>();
            while let Some(this) = cell.as_ref() {
                cell = this.next;
                if result.is_err() {
                    self.item.packed_release(this.data, items(transfer));
                    continue;
                }
                let item = self.item.packed_output(this.data, items(transfer));
                let added = item.and_then(|item| {
                    let status = ffi::PyList_Append(list, item);
                    ffi::Py_DECREF(item);
                    if status < 0 { Err(Raised) } else { Ok(()) }
                });
                if let Err(raised) = added {
                    ffi::Py_DECREF(list);
                    result = Err(raised);
                }
            }
            self.free(head, transfer);
            result
        }
    }

    /// # Safety
    /// As for [`Converter::release`].
    pub unsafe fn release(&self, head: *mut c_void, transfer: Transfer) {
        // SAFETY: by the caller's word.
        unsafe {
            if transfer == Transfer::Full && !self.item.is_plain() {
                let mut cell = head.cast::<glib::GSList>();
                while let Some(this) = cell.as_ref() {
                    cell = this.next;
                    self.item.packed_release(this.data, Transfer::Full);
                }
            }
            self.free(head, transfer);
        }
    }

    /// # Safety
    /// The cells are owned as `transfer` says.
    unsafe fn free(&self, head: *mut c_void, transfer: Transfer) {
        if transfer == Transfer::None {
            return;
        }
        // SAFETY: by the caller's word.
        unsafe {
            if self.single {
                glib::g_slist_free(head.cast());
            } else {
                glib::g_list_free(head.cast());
            }
        }
    }
}

unsafe extern "C" fn list_free(list: *mut c_void, _: *const c_void) {
    // SAFETY: a list that the pieces own.
    unsafe { glib::g_list_free(list.cast()) }
}

unsafe extern "C" fn slist_free(list: *mut c_void, _: *const c_void) {
    // SAFETY: as above.
    unsafe { glib::g_slist_free(list.cast()) }
}
