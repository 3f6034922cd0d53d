//! The signals that a Python class declares, and their class handlers.
//!
//! Compat surface, section 3.5. An entry of `__gsignals__` is a tuple `(flags, return type, (parameter types…)[,
//! accumulator[, data]])`, or None or `"override"` for a signal of the parent whose class handler the class replaces.
//! The class handler of a signal is whatever the instance has as `do_<signal>` when it is emitted. GObject calls a closure
//! of ours for it, which a signal without a result gets only where a class has such a method when it is made, or an
//! object when Python emits: a class handler that does nothing would cost a third of an emission.

use std::ffi::{CStr, CString, c_uint, c_void};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::{GClosure, GSignalInvocationHint, GValue};
use pyo3::ffi::{self, PyObject};
use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::closure::Outer;
use crate::closure::watch;
use crate::convert::gtype::gtype_name;
use crate::convert::gtype::pyobject_gtype;
use crate::convert::gvalue::{self, Mode, load};
use crate::convert::loans::Loans;
use crate::convert::{gtype, input, output};
use crate::object::instance::wrapper;
use crate::object::pytype::parameters::{flags, items};
use crate::object::signal;
use crate::object::signal::info::{Described, described};
use crate::python::error::{Raised, Result, runtime_error, type_error, type_name};
use crate::python::reference::Held;
use crate::python::{self, Gil, UnderGil};

/// One signal of a declaration.
pub struct Signal {
    name: CString,
    how: How,
}

enum How {
    New(New),
    /// The id of the parent's.
    Override(c_uint),
}

/// What a new signal is.
pub struct New {
    flags: u32,
    returned: usize,
    params: Vec<usize>,
    accumulator: Option<Box<Accumulator>>,
}

/// What puts the answers of handlers together: strong references for ever, `data` or NULL.
struct Accumulator {
    function: *mut PyObject,
    data: *mut PyObject,
}

/// Reads one entry of `__gsignals__`.
///
/// # Safety
/// The objects are live; the type is registered.
pub unsafe fn read(key: *mut PyObject, value: *mut PyObject, parent: usize) -> Result<Signal> {
    // SAFETY: by the caller's word.
    unsafe {
        let name = CStr::from_ptr(input::utf8(key)?).to_owned();
        let is_override = value == ffi::Py_None()
            || ffi::PyUnicode_Check(value) != 0
                && CStr::from_ptr(input::utf8(value)?) == c"override";
        let how = if is_override {
            signal::initialise_class(parent);
            let id = gobject::g_signal_lookup(name.as_ptr(), parent);
            if id == 0 {
                return Err(type_error(&format!(
                    "there is no signal '{}' in {} that could be overridden",
                    name.to_string_lossy(),
                    gtype_name(parent)
                )));
            }
            How::Override(id)
        } else {
            let new = describe(&name, value)?;
            if gobject::g_signal_is_valid_name(name.as_ptr()) == 0
                || gobject::g_signal_lookup(name.as_ptr(), parent) != 0
            {
                return Err(refused(&name));
            }
            How::New(new)
        };
        Ok(Signal { name, how })
    }
}

/// GObject does not take a signal: its name is none, or means another one already.
pub fn refused(name: &CStr) -> Raised {
    runtime_error(&format!(
        "could not create signal for {}",
        name.to_string_lossy()
    ))
}

/// Reads the tuple that describes a new signal.
///
/// # Safety
/// `value` is live.
unsafe fn describe(name: &CStr, value: *mut PyObject) -> Result<New> {
    let shown = name.to_string_lossy();
    // SAFETY: by the caller's word; the accumulator lives for ever.
    unsafe {
        let parts = items(value).unwrap_or_default();
        let (first, accumulator, data) = match parts[..] {
            [a, b, c] => ([a, b, c], ptr::null_mut(), ptr::null_mut()),
            [a, b, c, d] => ([a, b, c], d, ptr::null_mut()),
            [a, b, c, d, e] => ([a, b, c], d, e),
            _ => {
                return Err(type_error(&format!(
                    "value for __gsignals__['{shown}'] not in correct format: wanted is a tuple of flags, return type, \
                     parameter types, and perhaps an accumulator and its data; or None or \"override\""
                )));
            }
        };
        let mut new = new_signal(&shown, first[0], first[1], first[2])?;
        if !accumulator.is_null() && accumulator != ffi::Py_None() {
            if ffi::PyCallable_Check(accumulator) == 0 {
                return Err(type_error(&format!(
                    "accumulator for __gsignals__['{shown}'] must be callable"
                )));
            }
            new.accumulator = Some(Box::new(Accumulator {
                function: ffi::Py_NewRef(accumulator),
                data: ffi::Py_XNewRef(data),
            }));
        }
        Ok(new)
    }
}

/// Flags, return type and parameter types of a signal.
///
/// # Safety
/// The objects are live.
unsafe fn new_signal(
    shown: &str,
    flags_given: *mut PyObject,
    returned: *mut PyObject,
    params: *mut PyObject,
) -> Result<New> {
    // SAFETY: by the caller's word; the sequence is held while its items are read.
    unsafe {
        let flags = flags(flags_given, shown)?;
        let returned = gtype::value(returned)? as usize;
        if ffi::PySequence_Check(params) == 0 {
            return Err(type_error(&format!(
                "the parameter types of signal '{shown}' must be a sequence, not {}",
                type_name(params)
            )));
        }
        let all = ffi::PySequence_Tuple(params);
        if all.is_null() {
            return Err(Raised);
        }
        let types: Result<Vec<usize>> = items(all)
            .unwrap_or_default()
            .into_iter()
            .map(|item| gtype::value(item).map(|gtype| gtype as usize))
            .collect();
        ffi::Py_DECREF(all);
        let types = types?;
        for &of in types.iter().chain(
            [&returned]
                .into_iter()
                .filter(|of| **of != gobject::G_TYPE_NONE),
        ) {
            if gobject::g_type_check_is_value_type(of) == 0 {
                return Err(type_error(&format!(
                    "signal '{shown}': {} is no type that a value can have",
                    gtype_name(of)
                )));
            }
        }
        Ok(New {
            flags,
            returned,
            params: types,
            accumulator: None,
        })
    }
}

impl Signal {
    /// Whether it is not one of the parent's.
    pub fn is_new(&self) -> bool {
        matches!(self.how, How::New(_))
    }

    pub fn name(&self) -> &CStr {
        &self.name
    }

    /// Returns whether GObject has taken it.
    ///
    /// # Safety
    /// The class of the type is being initialised.
    pub unsafe fn install(&self, owner: usize) -> bool {
        // SAFETY: by the caller's word.
        unsafe {
            match &self.how {
                How::Override(id) => {
                    gobject::g_signal_override_class_closure(*id, owner, class_closure());
                    true
                }
                How::New(new) => {
                    // An accumulator is asked after a class handler, too.
                    let answers = new.returned != gobject::G_TYPE_NONE || new.accumulator.is_some();
                    let id = create(&self.name, owner, new, answers);
                    if answers && id != 0 {
                        HANDLED.with(|handled| handled.insert((id, owner)));
                    }
                    id != 0
                }
            }
        }
    }
}

/// The signals that Python declares, with the types from which on GObject calls our closure for the class handler.
static HANDLED: UnderGil<FxHashSet<(c_uint, usize)>> =
    UnderGil::new(FxHashSet::with_hasher(FxBuildHasher));

/// Has GObject call the class handler of a signal for objects of a type, if it does not.
///
/// # Safety
/// A Python class declares the signal, for the type or one above it; the GIL is held.
pub unsafe fn handle_in_class(signal: &Described, gtype: usize) {
    // SAFETY: by the caller's word; a table is touched without more.
    unsafe {
        if HANDLED.with(|handled| handled.contains(&(signal.id, gtype))) {
            return;
        }
        let mut above = gtype;
        while above != signal.owner && above != 0 {
            above = gobject::g_type_parent(above);
            if HANDLED.with(|handled| handled.contains(&(signal.id, above))) {
                HANDLED.with(|handled| handled.insert((signal.id, gtype)));
                return;
            }
        }
        gobject::g_signal_override_class_closure(signal.id, gtype, class_closure());
        HANDLED.with(|handled| handled.insert((signal.id, gtype)));
    }
}

/// Calls a handler in C of a signal that returns a Python object. Such handlers return it without a reference, unlike
/// what C returns of other types: PyGObject has them do so.
unsafe extern "C" fn call_c(
    closure: *mut GClosure,
    result: *mut GValue,
    n: c_uint,
    values: *const GValue,
    hint: *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: GObject calls this with live values, and NULL or an initialised value for the result, which takes the
    // reference that is made here.
    unsafe {
        gobject::g_cclosure_marshal_generic(closure, result, n, values, hint, data);
        if !result.is_null() && (*result).g_type == pyobject_gtype() {
            let object = gobject::g_value_get_boxed(result).cast::<PyObject>();
            if let (false, Some(gil)) = (object.is_null(), Gil::take()) {
                ffi::Py_INCREF(object);
                drop(gil);
            }
        }
    }
}

/// # Safety
/// The description lives for ever if it has an accumulator.
unsafe fn create(name: &CStr, owner: usize, new: &New, is_handled: bool) -> c_uint {
    let data = new
        .accumulator
        .as_ref()
        .map_or(ptr::null(), |accumulator| ptr::from_ref(&**accumulator));
    // SAFETY: by the caller's word; GObject copies the list of types.
    unsafe {
        gobject::g_signal_newv(
            name.as_ptr(),
            owner,
            new.flags,
            if is_handled {
                class_closure()
            } else {
                ptr::null_mut()
            },
            (!data.is_null()).then_some(accumulate),
            data.cast_mut().cast(),
            (new.returned == pyobject_gtype()).then_some(call_c),
            new.returned,
            new.params.len() as c_uint,
            new.params.as_ptr().cast_mut(),
        )
    }
}

/// `signal_new(name, type, flags, return_type, param_types)`: adds a signal to a type; returns its id. TypeError for
/// what is malformed, RuntimeError if GObject refuses.
///
/// # Safety
/// The objects are live.
pub unsafe fn add(
    name: &CStr,
    owner: *mut PyObject,
    flags: *mut PyObject,
    returned: *mut PyObject,
    params: *mut PyObject,
) -> Result<c_uint> {
    // SAFETY: by the caller's word.
    unsafe {
        let shown = name.to_string_lossy();
        let owner = gtype::value(owner)? as usize;
        if gobject::g_type_test_flags(owner, gobject::G_TYPE_FLAG_INSTANTIATABLE) == 0
            && gobject::g_type_fundamental(owner) != gobject::G_TYPE_INTERFACE
        {
            return Err(type_error(
                "argument 2 must be an object type or interface type",
            ));
        }
        let new = new_signal(&shown, flags, returned, params)?;
        let id = create(name, owner, &new, true);
        if id == 0 {
            return Err(runtime_error(&format!(
                "could not create signal '{shown}' for {}",
                gtype_name(owner)
            )));
        }
        HANDLED.with(|handled| handled.insert((id, owner)));
        Ok(id)
    }
}

// ---- Class handlers ----

/// The class closure of all signals that are declared in Python: borrowed, for ever.
fn class_closure() -> *mut GClosure {
    static CLOSURE: OnceLock<usize> = OnceLock::new();
    // SAFETY: a simple closure, kept for ever.
    *CLOSURE.get_or_init(|| unsafe {
        let closure = gobject::g_closure_new_simple(watch::SIZE, ptr::null_mut());
        gobject::g_closure_ref(closure);
        gobject::g_closure_sink(closure);
        gobject::g_closure_set_marshal(closure, Some(class_handler));
        closure as usize
    }) as *mut GClosure
}

unsafe extern "C" fn class_handler(
    _: *mut GClosure,
    result: *mut GValue,
    n: c_uint,
    values: *const GValue,
    hint: *mut c_void,
    _: *mut c_void,
) {
    // SAFETY: GObject calls this with `n` live values, the object first, and the hint of the emission.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        let outer = Outer::take();
        let id = (*hint.cast::<GSignalInvocationHint>()).signal_id;
        if crate::guard(|| handle(id, result, n, values)).is_none() {
            python::print();
        }
        drop(outer);
        drop(gil);
    }
}

/// # Safety
/// As for [`class_handler`], under the GIL.
unsafe fn handle(id: c_uint, result: *mut GValue, n: c_uint, values: *const GValue) -> Result<()> {
    // SAFETY: by the caller's word; all references are held until the end.
    unsafe {
        let name = described(id).method()?;
        // Settled when the arguments have been given up.
        let mut loans = Loans::default();
        let mut held = Held::default();
        let object = if gobject::g_type_fundamental((*values).g_type) == gobject::G_TYPE_OBJECT {
            wrapper::of(gobject::g_value_get_object(values))?
        } else {
            load::load(values, Mode::Generic)?
        };
        held.take(object)?;
        if !wrapper::has(object, name) {
            return Ok(());
        }
        let method = held.take(ffi::PyObject_GetAttr(object, name))?;
        for i in 1..n as usize {
            held.take(loans.value(values.add(i))?)?;
        }
        let (args, n) = held.from(2);
        let returned = held.take(python::call(method, args, n))?;
        if result.is_null() || (*result).g_type == 0 {
            return Ok(());
        }
        gvalue::set(result, returned)
    }
}

/// Puts the answer of one handler to those before it.
unsafe extern "C" fn accumulate(
    hint: *mut GSignalInvocationHint,
    so_far: *mut GValue,
    answer: *const GValue,
    data: *mut c_void,
) -> glib_sys::gboolean {
    let Some(gil) = Gil::take() else {
        return glib_sys::GFALSE;
    };
    // SAFETY: GObject calls this with live values and the accumulator that the signal was made with.
    unsafe {
        let outer = Outer::take();
        let accumulator = &*data.cast::<Accumulator>();
        let goes_on = crate::guard(|| accumulator.call(&*hint, so_far, answer));
        if goes_on.is_none() {
            python::print();
        }
        drop(outer);
        drop(gil);
        goes_on.unwrap_or(false).into()
    }
}

impl Accumulator {
    /// Returns whether the emission goes on.
    ///
    /// # Safety
    /// The values are live.
    unsafe fn call(
        &self,
        hint: &GSignalInvocationHint,
        so_far: *mut GValue,
        answer: *const GValue,
    ) -> Result<bool> {
        // SAFETY: by the caller's word; all references are held until the end.
        unsafe {
            let mut held = Held::default();
            let detail = if hint.detail == 0 {
                output::none()
            } else {
                output::utf8_out_none(glib_sys::g_quark_to_string(hint.detail))
            };
            let tuple = ffi::Py_BuildValue(
                c"(INI)".as_ptr(),
                hint.signal_id,
                detail,
                hint.run_type as c_uint,
            );
            held.take(tuple)?;
            held.take(load::load(so_far, Mode::Generic)?)?;
            held.take(load::load(answer, Mode::Generic)?)?;
            if !self.data.is_null() {
                held.keep(self.data);
            }
            let (args, n) = held.from(0);
            let returned = held.take(python::call(self.function, args, n))?;
            let parts = items(returned).unwrap_or_default();
            let [goes_on, value] = parts[..] else {
                return Err(type_error(
                    "accumulator function must return a (bool, object) tuple",
                ));
            };
            let goes_on = ffi::PyObject_IsTrue(goes_on);
            if goes_on < 0 {
                return Err(Raised);
            }
            gvalue::set(so_far, value)?;
            Ok(goes_on != 0)
        }
    }
}
