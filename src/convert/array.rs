//! Arrays: C arrays of every kind of length, `GArray`, `GPtrArray` and `GByteArray`.
//!
//! Python sees a list, or `bytes` where the items are bytes. On the way in any sequence will do; an object with the
//! buffer protocol is taken in one piece ([`super::buffer`]).

use std::ffi::c_void;
use std::ptr;

use gijit_plan::{ArrayForm, Kind, Transfer};
use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::convert::converter::{Converter, items, read_bits};
use crate::convert::sequence::{Items, in_item};
use crate::convert::temps::Temps;
use crate::convert::{buffer, input, numbers, output};
use crate::python::error::{Raised, Result, overflow_error, type_error, value_error};
use crate::python::reference::not_null;

/// One array type.
pub struct Array {
    pub form: ArrayForm,
    pub item: Converter,
    pub zero_terminated: bool,
    /// The length stands in another argument or field.
    pub has_length: bool,
    pub fixed: Option<usize>,
    /// C is known to write into the items that it is given: they are never Python's, unless Python may write there too.
    pub written: bool,
    /// The kind of the argument that holds the length, where that has been told ([`Array::count_in`]).
    counter: Option<Kind>,
    /// The most items that C can be told of.
    most: usize,
}

/// GLib's own containers count in `guint`, and may keep an item more than they tell.
const MOST_IN_GLIB: usize = u32::MAX as usize - 1;

/// What errors call the argument that an item belongs to, as PyGObject does.
const ITEM: &str = "self";

/// So few bytes that cannot change may be the interpreter's own, which all of the process has in common. A typelib does
/// not say where C writes, so C gets a copy of them. Of more it gets the object's own memory, as from PyGObject.
const SHARED: isize = 1;

impl Array {
    pub fn new(form: ArrayForm, item: Converter) -> Self {
        Array {
            form,
            item,
            zero_terminated: false,
            has_length: false,
            fixed: None,
            written: false,
            counter: None,
            most: match form {
                ArrayForm::C => usize::MAX,
                _ => MOST_IN_GLIB,
            },
        }
    }

    /// The number of items goes to an argument of this kind.
    pub fn count_in(&mut self, kind: Kind) {
        self.counter = Some(kind);
        self.most = self.most.min(most_of(kind));
    }

    /// Whether the items are numbers that Python may have in one piece.
    pub fn number(&self) -> Option<Kind> {
        match (&self.item, self.form) {
            (Converter::Scalar(Kind::Bool | Kind::Unichar | Kind::GType), _) => None,
            (_, ArrayForm::PtrArray) => None,
            (Converter::Scalar(kind), _) => Some(*kind),
            _ => None,
        }
    }

    /// Converts to C: writes the address and returns the length.
    ///
    /// # Safety
    /// As for [`Converter::input`].
    pub unsafe fn input(
        &self,
        object: *mut PyObject,
        transfer: Transfer,
        temps: &mut Temps<'_>,
        to: *mut c_void,
    ) -> Result<usize> {
        // SAFETY: the object is live; `to` has room for an address.
        unsafe {
            let unichars = matches!(self.item, Converter::Scalar(Kind::Unichar));
            if ffi::PyUnicode_Check(object) != 0 && !unichars {
                return Err(type_error(
                    "Unable to marshal str as an array, use .encode() to convert to bytes",
                ));
            }
            let number = self.number();
            if let (Some(Kind::U8), ArrayForm::C, Transfer::None, None, false) =
                (number, self.form, transfer, self.fixed, self.written)
                && ffi::PyBytes_CheckExact(object) != 0
                && ffi::PyBytes_Size(object) > SHARED
            {
                // The commonest: C reads the bytes where they are, with the NUL that stands behind them.
                let n = ffi::PyBytes_Size(object) as usize;
                self.check(n)?;
                to.cast::<*mut c_void>()
                    .write(ffi::PyBytes_AsString(object).cast());
                return Ok(n);
            }
            if let Some(kind) = number
                && let Some(view) = buffer::View::of(object)
                && view.converts_to(kind)
            {
                let n = view.len();
                self.check(n)?;
                let pointer = self.take_buffer(view, kind, transfer, temps)?;
                to.cast::<*mut c_void>().write(pointer);
                return Ok(n);
            }
            if let (Some(kind), ArrayForm::C) = (number, self.form)
                && let Some(numbers) = numbers::Numbers::of(object)
            {
                self.check(numbers.len())?;
                if numbers.len() == 0 && !self.zero_terminated {
                    to.cast::<usize>().write(0);
                    return Ok(0);
                }
                let size = kind.size();
                let memory = glib::g_malloc((numbers.len() + 1) * size);
                if numbers.fill(kind, memory.cast()) {
                    memory
                        .cast::<u8>()
                        .add(numbers.len() * size)
                        .write_bytes(0, size);
                    temps.memory(transfer != Transfer::None, memory);
                    to.cast::<*mut c_void>().write(memory);
                    return Ok(numbers.len());
                }
                glib::g_free(memory);
            }
            let items = Items::checked(object, |n| self.check(n))?;
            let pointer = match self.form {
                ArrayForm::PtrArray => self.pointers(&items, transfer, temps)?,
                _ => self.elements(&items, transfer, temps)?,
            };
            to.cast::<*mut c_void>().write(pointer);
            Ok(items.len())
        }
    }

    /// Whether C can be told of so many items: asked before anything is made of them.
    #[inline]
    fn check(&self, found: usize) -> Result<()> {
        if found <= self.most && self.fixed.is_none_or(|wanted| wanted == found) {
            return Ok(());
        }
        Err(self.refuse(found))
    }

    #[cold]
    fn refuse(&self, found: usize) -> Raised {
        match (self.fixed, self.counter) {
            (Some(wanted), _) if wanted != found => {
                value_error(&format!("Must contain {wanted} items, not {found}"))
            }
            (_, Some(kind)) if found > most_of(kind) => overflow_error(&format!(
                "Unable to marshal C Py_ssize_t {found} to {}",
                gijit_plan::c_name(kind)
            )),
            _ => value_error(&format!(
                "too large: {found} items, where GLib's arrays have {MOST_IN_GLIB} at most"
            )),
        }
    }

    /// # Safety
    /// The view converts to this array's kind, and C can be told of its items.
    unsafe fn take_buffer(
        &self,
        view: buffer::View,
        kind: Kind,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        let given = transfer != Transfer::None;
        let n = view.len();
        // SAFETY: there is room for as many numbers as the view has, and what is made goes to the pieces before
        // anything can fail.
        unsafe {
            match self.form {
                ArrayForm::C => {
                    // As PyGObject has it: no items, no array, unless it is one of `bytes`.
                    let bytes = !given && view.is_terminated() && view.is_read_only();
                    if n == 0 && !self.zero_terminated && !(bytes && kind == Kind::U8) {
                        return Ok(ptr::null_mut());
                    }
                    let lasts =
                        !view.is_read_only() || !self.written && view.bytes() as isize > SHARED;
                    // What stands behind the items is known only of bytes and bytearray.
                    let ends = !self.zero_terminated || view.is_terminated();
                    if !given && lasts && ends && view.holds(kind) && view.is_in_one_piece() {
                        return Ok(view.lend(temps));
                    }
                    // Buffers may be as large as memory.
                    let size = (n + 1).checked_mul(kind.size());
                    let copy = size.map_or(ptr::null_mut(), |size| glib::g_try_malloc(size));
                    if copy.is_null() {
                        ffi::PyErr_NoMemory();
                        return Err(Raised);
                    }
                    temps.memory(given, copy);
                    view.write_to(kind, copy.cast())?;
                    let end = copy.cast::<u8>().add(n * kind.size());
                    ptr::write_bytes(end, 0, kind.size());
                    Ok(copy)
                }
                ArrayForm::ByteArray => {
                    let array = glib::g_byte_array_sized_new(n as u32);
                    temps.add(given, array.cast(), byte_array_unref, ptr::null());
                    glib::g_byte_array_set_size(array, n as u32);
                    view.write_to(kind, (*array).data)?;
                    Ok(array.cast())
                }
                _ => {
                    let array = self.new_garray(n);
                    temps.add(given, array.cast(), array_unref, ptr::null());
                    glib::g_array_set_size(array, n as u32);
                    view.write_to(kind, (*array).data.cast())?;
                    Ok(array.cast())
                }
            }
        }
    }

    fn new_garray(&self, reserved: usize) -> *mut glib::GArray {
        // SAFETY: plain allocation.
        unsafe {
            glib::g_array_sized_new(
                i32::from(self.zero_terminated),
                1,
                self.item.size() as u32,
                reserved as u32,
            )
        }
    }

    /// A C array, `GArray` or `GByteArray` from items.
    ///
    /// # Safety
    /// As for [`Converter::input`].
    unsafe fn elements(
        &self,
        list: &Items,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        let given = transfer != Transfer::None;
        let (n, size) = (list.len(), self.item.size());
        if !self.item.is_plain() {
            temps.keep(list.keeper());
        }
        // SAFETY: the memory has room for the items, and a zeroed one behind them where the array ends with one; each
        // container goes to the pieces before anything can fail.
        unsafe {
            let (container, data) = match self.form {
                ArrayForm::ByteArray => {
                    let array = glib::g_byte_array_sized_new(n as u32);
                    temps.add(given, array.cast(), byte_array_unref, ptr::null());
                    glib::g_byte_array_set_size(array, n as u32);
                    (array.cast::<c_void>(), (*array).data)
                }
                ArrayForm::GArray => {
                    let array = self.new_garray(n);
                    temps.add(given, array.cast(), array_unref, ptr::null());
                    glib::g_array_set_size(array, n as u32);
                    (array.cast(), (*array).data.cast::<u8>())
                }
                // As PyGObject has it, and many a function expects: no items, no array.
                _ if n == 0 && !self.zero_terminated => return Ok(ptr::null_mut()),
                _ => {
                    // One more than there are: many a function that is said to know the length looks for the end all
                    // the same.
                    let memory = glib::g_malloc0((n + 1) * size);
                    temps.memory(given, memory);
                    (memory, memory.cast::<u8>())
                }
            };
            let name = std::mem::replace(&mut temps.name, ITEM);
            let mut owned = items(transfer);
            let ends_with_null = self.zero_terminated
                && !self.has_length
                && self.fixed.is_none()
                && self.form == ArrayForm::C
                && self.item.is_pointer();
            for i in 0..n {
                let to = data.add(i * size).cast::<c_void>();
                self.item
                    .item_input(list.get(i), owned, temps, to)
                    .map_err(|raised| in_item(i, raised))?;
                if ends_with_null && to.cast::<usize>().read_unaligned() == 0 {
                    // The array is over for C, which will not take what stands behind.
                    owned = Transfer::None;
                }
            }
            temps.name = name;
            Ok(container)
        }
    }

    /// A `GPtrArray` from items.
    ///
    /// # Safety
    /// As for [`Converter::input`].
    unsafe fn pointers(
        &self,
        list: &Items,
        transfer: Transfer,
        temps: &mut Temps<'_>,
    ) -> Result<*mut c_void> {
        if !self.item.is_plain() {
            temps.keep(list.keeper());
        }
        // SAFETY: the array goes to the pieces before anything can fail.
        unsafe {
            let array = glib::g_ptr_array_sized_new(list.len() as u32);
            let given = transfer != Transfer::None;
            temps.add(given, array.cast(), ptr_array_unref, ptr::null());
            let name = std::mem::replace(&mut temps.name, ITEM);
            for i in 0..list.len() {
                let pointer = self
                    .item
                    .packed_input(list.get(i), items(transfer), temps)
                    .map_err(|raised| in_item(i, raised))?;
                glib::g_ptr_array_add(array, pointer);
            }
            temps.name = name;
            Ok(array.cast())
        }
    }

    /// Memory that C will fill, for an array that the caller allocates: an empty GLib array, or room for `length`
    /// items of a C array. NULL where the length is not known.
    pub fn allocate(&self, length: Option<usize>) -> *mut c_void {
        // SAFETY: plain allocation.
        unsafe {
            match self.form {
                ArrayForm::GArray => self.new_garray(0).cast(),
                ArrayForm::PtrArray => glib::g_ptr_array_new().cast(),
                ArrayForm::ByteArray => glib::g_byte_array_new().cast(),
                ArrayForm::C => match self.fixed.or(length) {
                    Some(n) => glib::g_malloc0((n + 1) * self.item.size()),
                    None => ptr::null_mut(),
                },
            }
        }
    }

    /// Number of items and where they stand.
    ///
    /// # Safety
    /// `pointer` is a live array of this type; `length` is its length if that stands elsewhere.
    unsafe fn extent(&self, pointer: *mut c_void, length: usize) -> (usize, *const u8) {
        // SAFETY: by the caller's word the fields can be read; an array that ends with a zero item has one.
        unsafe {
            match self.form {
                ArrayForm::GArray => {
                    let array = pointer.cast::<glib::GArray>();
                    ((*array).len as usize, (*array).data.cast())
                }
                ArrayForm::PtrArray => {
                    let array = pointer.cast::<glib::GPtrArray>();
                    ((*array).len as usize, (*array).pdata.cast())
                }
                ArrayForm::ByteArray => {
                    let array = pointer.cast::<glib::GByteArray>();
                    ((*array).len as usize, (*array).data)
                }
                ArrayForm::C => {
                    let n = match self.fixed {
                        Some(n) => n,
                        None if self.has_length => length,
                        None if self.zero_terminated => self.count(pointer.cast()),
                        None => 0,
                    };
                    (n, pointer.cast())
                }
            }
        }
    }

    /// # Safety
    /// `data` is an array that ends with an item of zeros.
    unsafe fn count(&self, data: *const u8) -> usize {
        let size = self.item.size();
        let mut n = 0;
        // SAFETY: an item of zeros ends the array.
        unsafe {
            if size <= 8 {
                while read_bits(data.add(n * size).cast(), size) != 0 {
                    n += 1;
                }
            } else {
                let is_zero = |n: usize| (0..size).all(|i| data.add(n * size + i).read() == 0);
                while !is_zero(n) {
                    n += 1;
                }
            }
        }
        n
    }

    /// # Safety
    /// As for [`Converter::output`].
    pub unsafe fn output(
        &self,
        pointer: *mut c_void,
        transfer: Transfer,
        length: usize,
    ) -> Result<*mut PyObject> {
        let bytes =
            matches!(self.item, Converter::Scalar(Kind::U8)) && self.form != ArrayForm::PtrArray;
        // SAFETY: by the caller's word; every item is converted or released once, then the container.
        unsafe {
            if pointer.is_null() {
                return not_null(if bytes {
                    ffi::PyBytes_FromStringAndSize(ptr::null(), 0)
                } else {
                    ffi::PyList_New(0)
                });
            }
            let (n, data) = self.extent(pointer, length);
            let result = if bytes {
                not_null(ffi::PyBytes_FromStringAndSize(data.cast(), n as isize))
            } else {
                self.to_list(data, n, transfer)
            };
            self.release_container(pointer, transfer);
            result
        }
    }

    /// # Safety
    /// `data` are `n` items, each owned as the array's transfer says: taken in any case.
    unsafe fn to_list(
        &self,
        data: *const u8,
        n: usize,
        transfer: Transfer,
    ) -> Result<*mut PyObject> {
        let dropped = transfer == Transfer::Container;
        let size = if self.form == ArrayForm::PtrArray {
            8
        } else {
            self.item.size()
        };
        // SAFETY: by the caller's word; a new list has room for the items, which are new references.
        unsafe {
            let list = ffi::PyList_New(n as isize);
            if let Some(kind) = self.number()
                && !list.is_null()
            {
                return numbers::list_of(kind, data, n, list);
            }
            let mut result = not_null(list);
            for i in 0..n {
                let from = data.add(i * size).cast();
                if result.is_err() {
                    self.item.release(from, items(transfer), 0);
                    continue;
                }
                let item = match self.form {
                    // Its items go with it, if it has a function for that.
                    ArrayForm::PtrArray if dropped => {
                        self.item.copied_output(from.cast::<*mut c_void>().read())
                    }
                    _ => self.item.output(from, items(transfer), 0),
                };
                match item {
                    Ok(item) => ffi::PyList_SET_ITEM(list, i as isize, item),
                    Err(raised) => {
                        ffi::Py_DECREF(list);
                        result = Err(raised);
                    }
                }
            }
            result
        }
    }

    /// # Safety
    /// As for [`Converter::release`]; the pointer is not NULL.
    pub unsafe fn release(&self, pointer: *mut c_void, transfer: Transfer, length: usize) {
        // SAFETY: by the caller's word.
        unsafe {
            if transfer == Transfer::Full && !self.item.is_plain() {
                let (n, data) = self.extent(pointer, length);
                for i in 0..n {
                    let at = data.add(i * self.item.size()).cast();
                    self.item.release(at, Transfer::Full, 0);
                }
            }
            self.release_container(pointer, transfer);
        }
    }

    /// The container alone, its items having been dealt with.
    ///
    /// # Safety
    /// As for [`Converter::release`]; the pointer is not NULL.
    unsafe fn release_container(&self, pointer: *mut c_void, transfer: Transfer) {
        // Where the items have been taken, no function that the array may have for freeing them may run.
        let stripped = transfer == Transfer::Full && !self.item.is_plain();
        // SAFETY: by the caller's word the container is ours, unless nothing is.
        unsafe {
            match (transfer, self.form) {
                (Transfer::None, _) => {}
                (_, ArrayForm::C) => glib::g_free(pointer),
                (_, ArrayForm::ByteArray) => glib::g_byte_array_unref(pointer.cast()),
                (_, ArrayForm::GArray) if stripped => {
                    glib::g_free(glib::g_array_free(pointer.cast(), 0).cast());
                }
                (_, ArrayForm::GArray) => glib::g_array_unref(pointer.cast()),
                (_, ArrayForm::PtrArray) if stripped => {
                    glib::g_free(glib::g_ptr_array_free(pointer.cast(), 0).cast());
                }
                (_, ArrayForm::PtrArray) => glib::g_ptr_array_unref(pointer.cast()),
            }
        }
    }
}

unsafe extern "C" fn array_unref(array: *mut c_void, _: *const c_void) {
    // SAFETY: an array that the pieces own.
    unsafe { glib::g_array_unref(array.cast()) }
}

unsafe extern "C" fn ptr_array_unref(array: *mut c_void, _: *const c_void) {
    // SAFETY: as above.
    unsafe { glib::g_ptr_array_unref(array.cast()) }
}

unsafe extern "C" fn byte_array_unref(array: *mut c_void, _: *const c_void) {
    // SAFETY: as above.
    unsafe { glib::g_byte_array_unref(array.cast()) }
}

/// The greatest length that a kind of integer can tell.
fn most_of(kind: Kind) -> usize {
    match kind {
        Kind::I8 => i8::MAX as usize,
        Kind::U8 => u8::MAX.into(),
        Kind::I16 => i16::MAX as usize,
        Kind::U16 => u16::MAX.into(),
        Kind::I32 => i32::MAX as usize,
        Kind::U32 => u32::MAX as usize,
        _ => isize::MAX as usize,
    }
}

/// The length of an array for the argument that holds it: OverflowError where it does not fit.
pub fn length_bits(kind: Kind, length: usize) -> Result<u64> {
    // SAFETY: makes an int, which is read while it is held.
    unsafe {
        let number = ffi::PyLong_FromSize_t(length);
        if number.is_null() {
            return Err(Raised);
        }
        let bits = input::integer(kind, number);
        output::decref(number);
        bits
    }
}
