//! What a Python callable returned, on its way to C: one value or a tuple of them.
//!
//! Everything is converted before anything is written, so that C gets all or nothing. Rules, as PyGObject has them
//! (compat surface, section 2.8): one value that is no tuple is the first of several; what a tuple has too much is
//! ignored; None is NULL for every pointer. Lengths of arrays may be returned with the arrays or left out.
//!
//! The handler of a signal returns what the signal does, and nothing else counts, as in PyGObject. Variables of C's stay
//! as they are, unless it returns a tuple with a value for each of them too; None among these leaves one as it is.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::types::widened;
use gijit_plan::{ArrayForm, Kind, Role, Transfer};
use glib_sys as glib;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use crate::closure::signature::{Companion, Output, Signature, Way};
use crate::convert::array::{Array, length_bits};
use crate::convert::cell::TypeCell;
use crate::convert::converter::{Converter, GVALUE, write_bits};
use crate::convert::instance::gtype_of;
use crate::convert::temps::Temps;
use crate::convert::{enumeration, gvalue, input, instance};
use crate::python::error::{Raised, Result, type_error, value_error};

/// What errors call the value that cannot be converted, as PyGObject does.
const NAME: &str = "self";

/// Something to be written when all has been converted.
enum Write {
    /// The low bytes.
    Bits {
        to: *mut c_void,
        size: usize,
        bits: u64,
    },
    /// The bytes of a struct.
    Copy {
        to: *mut c_void,
        from: *const c_void,
        size: usize,
    },
    /// A value, out of memory that is then freed.
    Value {
        to: *mut c_void,
        from: *mut gobject::GValue,
    },
    /// What C's variable has owned is released.
    Release {
        at: *mut c_void,
        converter: &'static Converter,
        transfer: Transfer,
        length: usize,
    },
    /// The items of a container, which is then freed, into one of C's.
    Items {
        to: *mut c_void,
        form: ArrayForm,
        from: *mut c_void,
        n: usize,
        size: usize,
    },
}

/// What is being given.
struct Giving {
    writes: SmallVec<[Write; 4]>,
    /// Lengths of the arrays that were given, by the argument that has the length.
    lengths: SmallVec<[(Companion, usize); 2]>,
    /// What C gets points into Python objects.
    lends: bool,
}

/// Gives C what the callable returned. Returns what that points into, to be kept as long as C may look at it. Fails
/// with an exception set, C's memory untouched.
///
/// # Safety
/// `returned` is live; `result` and `args` are from libffi.
pub unsafe fn give(
    signature: &'static Signature,
    returned: *mut PyObject,
    result: *mut c_void,
    args: *mut *mut c_void,
) -> Result<Option<Box<Temps<'static>>>> {
    let n = signature.outputs.len();
    if n == 0 {
        return Ok(None);
    }
    // SAFETY: passed on.
    if let Some(given) = unsafe { give_number(signature, returned, result) } {
        return given.map(|()| None);
    }
    let mut temps = Temps::new(NAME);
    let mut giving = Giving {
        writes: SmallVec::new(),
        lengths: SmallVec::new(),
        lends: false,
    };
    // SAFETY: the items of a live tuple are live; passed on.
    unsafe {
        let items = Items::of(signature, returned)?;
        for (k, &output) in signature.outputs.iter().enumerate() {
            let Some(item) = items.get(signature, k) else {
                continue;
            };
            match output {
                Output::Return => giving.returned(signature, item, result, args, &mut temps)?,
                Output::Arg(i) => {
                    temps.name = &signature.plan.args[i].name;
                    giving.argument(signature, i, item, args, &mut temps)?;
                    temps.name = NAME;
                }
                Output::Length(_) => {}
            }
        }
        for (k, &output) in signature.outputs.iter().enumerate() {
            if let Output::Length(i) = output {
                giving.length(signature, i, items.get(signature, k), args)?;
            }
        }
        for write in giving.writes.drain(..) {
            write.perform();
        }
        temps.commit();
        if giving.lends {
            temps.keep(ffi::Py_NewRef(returned));
            return Ok(Some(Box::new(temps)));
        }
    }
    Ok(None)
}

/// The commonest: C wants nothing but a number or a member of an enumeration, which needs no pieces. None where that is
/// not so.
///
/// # Safety
/// As for [`give`].
#[inline]
unsafe fn give_number(
    signature: &Signature,
    returned: *mut PyObject,
    result: *mut c_void,
) -> Option<Result<()>> {
    let [Output::Return] = *signature.outputs else {
        return None;
    };
    let of = &signature.returned;
    // SAFETY: by the caller's word; a result has room for a whole word, all of which libffi wants.
    unsafe {
        if result.is_null() || of.as_value || ffi::PyTuple_Check(returned) != 0 {
            return None;
        }
        let (kind, bits) = match of.converter {
            Converter::Scalar(kind) if kind != Kind::GType => (kind, input::scalar(kind, returned)),
            Converter::Member(cell, kind) => (kind, enumeration::value(returned, cell, kind)),
            _ => return None,
        };
        Some(bits.map(|bits| result.cast::<u64>().write(widened(kind, bits))))
    }
}

/// The values that a callable returned.
enum Items {
    /// None that counts.
    Nothing,
    /// The first of them.
    Lone(*mut PyObject),
    Tuple {
        tuple: *mut PyObject,
        lengths: bool,
    },
}

impl Items {
    /// # Safety
    /// `returned` is live.
    unsafe fn of(signature: &Signature, returned: *mut PyObject) -> Result<Items> {
        // SAFETY: by the caller's word.
        unsafe {
            let wanted = signature.outputs.len();
            let is_tuple = ffi::PyTuple_Check(returned) != 0;
            if signature.plan.role == Role::Signal {
                let found = if is_tuple {
                    ffi::PyTuple_Size(returned) as usize
                } else {
                    0
                };
                let returns = signature.outputs[0] == Output::Return;
                let has_variables = wanted > usize::from(returns);
                let lengths = found == wanted;
                if has_variables && (lengths || found + signature.n_lengths == wanted) && found > 0
                {
                    return Ok(Items::Tuple {
                        tuple: returned,
                        lengths,
                    });
                }
                return Ok(if returns {
                    Items::Lone(returned)
                } else {
                    Items::Nothing
                });
            }
            if !is_tuple {
                return Ok(Items::Lone(returned));
            }
            let found = ffi::PyTuple_Size(returned) as usize;
            if found < wanted - signature.n_lengths || found == 0 {
                return Err(type_error(&format!(
                    "{} must return a tuple of {wanted} items, not {found}",
                    signature.plan.full_name()
                )));
            }
            Ok(Items::Tuple {
                tuple: returned,
                lengths: found >= wanted,
            })
        }
    }

    /// What was returned for the k-th output: borrowed, None if there is nothing.
    ///
    /// # Safety
    /// The values are live.
    unsafe fn get(&self, signature: &Signature, k: usize) -> Option<*mut PyObject> {
        let is_length = |k: usize| matches!(signature.outputs[k], Output::Length(_));
        match *self {
            Items::Nothing => None,
            Items::Lone(object) => (k == 0).then_some(object),
            Items::Tuple { tuple, lengths } => {
                let at = if lengths {
                    k
                } else if is_length(k) {
                    return None;
                } else {
                    (0..k).filter(|&k| !is_length(k)).count()
                };
                // SAFETY: the tuple has that many items.
                Some(unsafe { ffi::PyTuple_GetItem(tuple, at as isize) })
            }
        }
    }
}

impl Giving {
    /// # Safety
    /// As for [`give`]; `item` is live.
    unsafe fn returned(
        &mut self,
        signature: &Signature,
        item: *mut PyObject,
        result: *mut c_void,
        args: *mut *mut c_void,
        temps: &mut Temps<'static>,
    ) -> Result<()> {
        let returned = &signature.returned;
        // SAFETY: passed on; a result has room for a whole word, or for the struct that it is.
        unsafe {
            if result.is_null() {
                // Whoever emits a signal does not want to know.
                return Ok(());
            }
            if returned.as_value {
                let value = glib::g_malloc0(GVALUE).cast::<gobject::GValue>();
                temps.add(true, value.cast(), gvalue::free, ptr::null());
                gobject::g_value_init(value, (*result.cast::<gobject::GValue>()).g_type);
                gvalue::set(value, item)?;
                self.writes.push(Write::Value {
                    to: result,
                    from: value,
                });
                return Ok(());
            }
            if returned.bytes > 0 {
                return self.record(&returned.converter, item, result, temps);
            }
            let (bits, length) = self.value(&returned.converter, returned.transfer, item, temps)?;
            if let Some(companion) = returned.length {
                self.array(companion, length, args)?;
            }
            // libffi wants all of the word.
            let bits = match returned.converter {
                Converter::Scalar(kind) | Converter::Member(_, kind) => widened(kind, bits),
                _ => bits,
            };
            self.writes.push(Write::Bits {
                to: result,
                size: 8,
                bits,
            });
        }
        Ok(())
    }

    /// # Safety
    /// As for [`give`]; `item` is live.
    unsafe fn argument(
        &mut self,
        signature: &'static Signature,
        i: usize,
        item: *mut PyObject,
        args: *mut *mut c_void,
        temps: &mut Temps<'static>,
    ) -> Result<()> {
        let param = &signature.params[i];
        // SAFETY: passed on; an argument that goes out is an address, or NULL where C does not want to know.
        unsafe {
            let to = (*args.add(i)).cast::<*mut c_void>().read();
            let is_variable = matches!(param.way, Way::Variable { .. });
            if to.is_null() || is_variable && item == ffi::Py_None() {
                return Ok(());
            }
            if matches!(param.way, Way::Memory | Way::FullMemory) {
                return match &param.converter {
                    Converter::Array(array) => {
                        let room = param.companion.filter(|_| param.way == Way::FullMemory);
                        let room = room.map(|companion| companion.read(args));
                        let n = self.items(array, param.transfer, item, to, room, temps)?;
                        match param.companion {
                            Some(companion) => self.array(companion, n, args),
                            None => Ok(()),
                        }
                    }
                    converter => self.record(converter, item, to, temps),
                };
            }
            let (bits, length) = self.value(&param.converter, param.transfer, item, temps)?;
            if let (Some(companion), Converter::Array(_)) = (param.companion, &param.converter) {
                self.array(companion, length, args)?;
            }
            if param.way == (Way::Variable { is_read: true })
                && param.transfer != Transfer::None
                && !param.converter.is_plain()
            {
                self.writes.push(Write::Release {
                    at: to,
                    converter: &param.converter,
                    transfer: param.transfer,
                    length: param.companion.map_or(0, |companion| companion.read(args)),
                });
            }
            let size = param.converter.size();
            self.writes.push(Write::Bits { to, size, bits });
        }
        Ok(())
    }

    /// A value of up to one word, and the length of an array.
    ///
    /// # Safety
    /// `item` is live.
    unsafe fn value(
        &mut self,
        converter: &Converter,
        transfer: Transfer,
        item: *mut PyObject,
        temps: &mut Temps<'static>,
    ) -> Result<(u64, usize)> {
        let mut bits = 0u64;
        // SAFETY: what is no struct's bytes has room in a word.
        unsafe {
            let length = converter.input(item, transfer, temps, (&raw mut bits).cast())?;
            if transfer != Transfer::Full && bits != 0 {
                self.lends |= match converter {
                    Converter::Object(cell) => !hold(item, bits as *mut gobject::GObject, cell)?,
                    Converter::Pointer => false,
                    converter => !converter.is_plain(),
                };
            }
            Ok((bits, length))
        }
    }

    /// The bytes of a struct into memory of C's.
    ///
    /// # Safety
    /// `item` is live, and `to` has room for the converter's type.
    unsafe fn record(
        &mut self,
        converter: &Converter,
        item: *mut PyObject,
        to: *mut c_void,
        temps: &mut Temps<'static>,
    ) -> Result<()> {
        // SAFETY: by the caller's word; what is copied lives as long as what was returned.
        unsafe {
            if item == ffi::Py_None() {
                return Ok(());
            }
            match converter {
                Converter::Inline(cell) => {
                    let from = instance::pointer(item, cell, temps.name)?;
                    let size = cell.size;
                    // A type with functions of its own may have more than bytes, which the wrapper frees.
                    self.lends |= instance::is_boxed(cell.gtype()) && from.cast_const() != to;
                    self.writes.push(Write::Copy { to, from, size });
                }
                Converter::Value { cell, .. } => {
                    let from = gvalue::input(item, cell, true, temps)?;
                    self.writes.push(Write::Value { to, from });
                }
                _ => return Err(type_error("no memory of C's can take the value")),
            }
        }
        Ok(())
    }

    /// Items into a container of C's. Returns how many.
    ///
    /// # Safety
    /// `item` is live, and `to` is such a container.
    unsafe fn items(
        &mut self,
        array: &Array,
        transfer: Transfer,
        item: *mut PyObject,
        to: *mut c_void,
        room: Option<usize>,
        temps: &mut Temps<'static>,
    ) -> Result<usize> {
        // The container is ours to free, whosever the items are.
        let transfer = match transfer {
            Transfer::Full => Transfer::Full,
            Transfer::None | Transfer::Container => Transfer::Container,
        };
        let mut from = ptr::null_mut::<c_void>();
        self.lends |= transfer != Transfer::Full;
        // SAFETY: by the caller's word.
        let n = unsafe {
            let n = array.input(item, transfer, temps, (&raw mut from).cast())?;
            match room {
                Some(room) if n > room => {
                    return Err(value_error(&format!(
                        "there is room for {room} items, not for {n}"
                    )));
                }
                _ => n,
            }
        };
        if !from.is_null() {
            self.writes.push(Write::Items {
                to,
                form: array.form,
                from,
                n,
                size: array.item.size(),
            });
        }
        Ok(n)
    }

    /// Notes how long an array is.
    ///
    /// # Safety
    /// As for [`give`].
    unsafe fn array(
        &mut self,
        companion: Companion,
        n: usize,
        args: *mut *mut c_void,
    ) -> Result<()> {
        if !companion.by_address {
            // SAFETY: passed on.
            let wanted = unsafe { companion.read(args) };
            if n != wanted {
                return Err(value_error(&format!(
                    "Must contain {wanted} items, not {n}"
                )));
            }
            return Ok(());
        }
        let mut others = self.lengths.iter();
        if let Some((_, other)) = others.find(|(other, _)| other.at == companion.at)
            && *other != n
        {
            return Err(value_error(&format!(
                "arrays that share a length must have as many items: {other}, not {n}"
            )));
        }
        self.lengths.push((companion, n));
        Ok(())
    }

    /// The length at C index `i`: that of the array, or less if the callable says so.
    ///
    /// # Safety
    /// As for [`give`]; `said` is live.
    unsafe fn length(
        &mut self,
        signature: &Signature,
        i: usize,
        said: Option<*mut PyObject>,
        args: *mut *mut c_void,
    ) -> Result<()> {
        let Converter::Scalar(kind) = signature.params[i].converter else {
            return Ok(());
        };
        let mut known = self.lengths.iter();
        let known = known.find(|(companion, _)| companion.at == i);
        // SAFETY: passed on; the argument is an address, or NULL where C does not want to know.
        unsafe {
            let bits = match (known, said) {
                (None, None) => return Ok(()),
                (Some(&(_, n)), None) => length_bits(kind, n)?,
                (None, Some(said)) => input::integer(kind, said)?,
                (Some(&(_, n)), Some(said)) => {
                    let n = length_bits(kind, n)?;
                    let said = input::integer(kind, said)?;
                    // C must not read what is not there.
                    if said > n {
                        return Err(value_error(&format!(
                            "the array has {n} items, not {}",
                            said as i64
                        )));
                    }
                    said
                }
            };
            let to = (*args.add(i)).cast::<*mut c_void>().read();
            if !to.is_null() {
                let size = kind.size();
                self.writes.push(Write::Bits { to, size, bits });
            }
        }
        Ok(())
    }
}

/// A GObject that is only lent to C, and that nobody but the callable's result holds, would be gone at once: C gets a
/// reference of its own. It floats where C expects a widget, or whatever else begins without an owner, so that whoever
/// takes it has it: as with an object that C had just made. C that expects any object sinks none, and no reference to
/// another kind of object is given back: that is one too many, which a warning says. False for an instance of another
/// fundamental type. `cell` is the type that C expects.
///
/// # Safety
/// `item` is the live wrapper of a live instance.
unsafe fn hold(
    item: *mut PyObject,
    object: *mut gobject::GObject,
    cell: &'static TypeCell,
) -> Result<bool> {
    // SAFETY: by the caller's word; the type of an instance says whether it is a GObject.
    unsafe {
        let gtype = gtype_of(object);
        if gobject::g_type_fundamental(gtype) != gobject::G_TYPE_OBJECT {
            return Ok(false);
        }
        if ffi::Py_REFCNT(item) > 1 || (*object).ref_count > 1 {
            return Ok(true);
        }
        if gobject::g_type_is_a(cell.gtype(), gobject::g_initially_unowned_get_type()) != 0 {
            gobject::g_object_ref(object);
            gobject::g_object_force_floating(object);
            return Ok(true);
        }
        let warned = ffi::PyErr_WarnFormat(
            ffi::PyExc_RuntimeWarning,
            1,
            c"Expecting to marshal a borrowed reference for %R, but nothing in Python is holding a reference to this object. See: https://bugzilla.gnome.org/show_bug.cgi?id=687522".as_ptr(),
            item,
        );
        if warned < 0 {
            return Err(Raised);
        }
        gobject::g_object_ref(object);
    }
    Ok(true)
}

impl Write {
    /// # Safety
    /// Every address is what [`Giving`] took it for.
    unsafe fn perform(self) {
        // SAFETY: by the caller's word; a container that has been emptied is freed alone.
        unsafe {
            match self {
                Write::Bits { to, size, bits } => write_bits(to, size, bits),
                Write::Copy { to, from, size } => {
                    ptr::copy(from.cast::<u8>(), to.cast(), size);
                }
                Write::Release {
                    at,
                    converter,
                    transfer,
                    length,
                } => converter.release(at, transfer, length),
                Write::Value { to, from } => {
                    gvalue::unset(to.cast());
                    ptr::copy_nonoverlapping(from, to.cast(), 1);
                    glib::g_free(from.cast());
                }
                Write::Items {
                    to,
                    form,
                    from,
                    n,
                    size,
                } => match form {
                    ArrayForm::C => {
                        ptr::copy_nonoverlapping(from.cast::<u8>(), to.cast(), n * size);
                        glib::g_free(from);
                    }
                    ArrayForm::GArray => {
                        let data = glib::g_array_free(from.cast(), 0);
                        glib::g_array_append_vals(to.cast(), data.cast(), n as u32);
                        glib::g_free(data.cast());
                    }
                    ArrayForm::ByteArray => {
                        let data = glib::g_byte_array_free(from.cast(), 0);
                        glib::g_byte_array_append(to.cast(), data, n as u32);
                        glib::g_free(data.cast());
                    }
                    ArrayForm::PtrArray => {
                        let data = glib::g_ptr_array_free(from.cast(), 0).cast::<*mut c_void>();
                        for k in 0..n {
                            glib::g_ptr_array_add(to.cast(), data.add(k).read());
                        }
                        glib::g_free(data.cast());
                    }
                },
            }
        }
    }
}
