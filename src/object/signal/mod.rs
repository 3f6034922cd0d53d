//! Signals of GObjects: connected to, blocked, emitted.
//!
//! Compat surface, section 3.5. A handler is a closure that belongs to its object ([`crate::closure::watch`]); how it is
//! called is decided by what is known of the signal ([`Described`]). Handlers run any code, so the GIL is released around
//! what may call them.

pub mod declaration;
pub mod info;
pub mod va_list;

use std::ffi::{c_uint, c_ulong, c_void};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::{GObject, GValue};
use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

use crate::closure::{gclosure, ties};
use crate::convert::classes;
use crate::convert::gvalue::{self, Mode, Owned, load};
use crate::convert::instance::gtype_of;
use crate::convert::{gtype as convert_gtype, input, output};
use crate::object::instance::base;
use crate::object::instance::{fundamental, wrapper};
use crate::object::pytype;
use crate::object::signal::info::{Described, described, find, find_named};
use crate::python::Later;
use crate::python::error::{Raised, Result, str_of, type_error};
use crate::python::reference::not_null;

// ---- Arguments of the methods ----

/// What says that there is no such signal: `whose` is an object or a type.
///
/// # Safety
/// Both are live.
unsafe fn unknown(whose: *mut PyObject, name: *mut PyObject) -> Raised {
    // SAFETY: the formats are C strings with arguments to match.
    unsafe {
        ffi::PyErr_Format(
            ffi::PyExc_TypeError,
            c"%R: unknown signal name: %S".as_ptr(),
            whose,
            name,
        );
    }
    Raised
}

// ---- Connecting ----

/// What a handler gets besides the signal's arguments, and when it is called.
struct Handler {
    callback: *mut PyObject,
    /// A tuple, or NULL.
    extra: *mut PyObject,
    /// What it gets instead of the object, or NULL.
    swap: *mut PyObject,
    after: bool,
}

/// Connects a handler; returns its id.
///
/// # Safety
/// `this` is a live wrapper; the objects of the handler are live.
unsafe fn connect_handler(
    this: *mut PyObject,
    name: *mut PyObject,
    handler: &Handler,
    function: &str,
) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the object has a class, and takes the floating closure.
    unsafe {
        input::name(name, function)?;
        if ffi::PyCallable_Check(handler.callback) == 0 {
            return Err(type_error("second argument must be callable"));
        }
        let swap = handler.swap;
        if !swap.is_null() && ffi::PyObject_TypeCheck(swap, base::types().gobject) == 0 {
            warn_swap()?;
        }
        let object = base::held(this)?;
        let Some((signal, detail)) = find_named(gtype_of(object), name, function)? else {
            return Err(unknown(this, name));
        };
        let connected = |closure| {
            ties::make(object).watch(closure);
            let after = handler.after.into();
            gobject::g_signal_connect_closure_by_id(object, signal.id, detail, closure, after)
        };
        let (callback, extra) = (handler.callback, handler.extra);
        if let Some(signature) = signal.native()
            && let Some(closure) = gclosure::native(callback, extra, swap, signature)?
        {
            let id = connected(closure);
            if id == 0 || signal.suits(closure, object) {
                return Ok(ffi::PyLong_FromUnsignedLong(id));
            }
            gobject::g_signal_handler_disconnect(object, id);
        }
        let closure = gclosure::new(callback, extra, swap, signal.signature())?;
        Ok(ffi::PyLong_FromUnsignedLong(connected(closure)))
    }
}

/// The items of a tuple from `first` on: a new tuple, or NULL where there are none.
///
/// # Safety
/// `args` is a live tuple.
unsafe fn rest(args: *mut PyObject, first: isize) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word.
    unsafe {
        let n = ffi::PyTuple_Size(args);
        if n <= first {
            return Ok(ptr::null_mut());
        }
        let rest = ffi::PyTuple_GetSlice(args, first, n);
        not_null(rest)
    }
}

/// # Safety
/// `this` is a live wrapper, `args` a live tuple.
unsafe fn connect_any(
    this: *mut PyObject,
    args: *mut PyObject,
    function: &str,
    after: bool,
    swapped: bool,
) -> *mut PyObject {
    crate::guard(|| {
        let wanted = if swapped { 3 } else { 2 };
        // SAFETY: by the caller's word; the tuple of what is left is dropped here.
        unsafe {
            if ffi::PyTuple_Size(args) < wanted {
                return Err(type_error(&format!(
                    "{function} requires at least {wanted} arguments"
                )));
            }
            let swap = if swapped {
                ffi::PyTuple_GetItem(args, 2)
            } else {
                ptr::null_mut()
            };
            let name = ffi::PyTuple_GetItem(args, 0);
            let callback = ffi::PyTuple_GetItem(args, 1);
            let extra = rest(args, wanted)?;
            let handler = Handler {
                callback,
                extra,
                swap,
                after,
            };
            let id = connect_handler(this, name, &handler, function);
            ffi::Py_XDECREF(extra);
            id
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// An object that is no GObject cannot be swapped in any more.
#[cold]
fn warn_swap() -> Result<()> {
    static CLASS: OnceLock<usize> = OnceLock::new();
    let class = pytype::import_attribute(&CLASS, c"gi", c"PyGIDeprecationWarning")?;
    let text = c"Using non GObject arguments for connect_object() is deprecated, use: \
        connect_data(signal, callback, data, connect_flags=GObject.ConnectFlags.SWAPPED)";
    // SAFETY: a live exception class and a C string.
    let status = unsafe { ffi::PyErr_WarnEx(class, text.as_ptr(), 1) };
    if status < 0 { Err(Raised) } else { Ok(()) }
}

unsafe extern "C" fn connect(this: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper and a tuple.
    unsafe { connect_any(this, args, "GObject.connect", false, false) }
}

unsafe extern "C" fn connect_after(this: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { connect_any(this, args, "GObject.connect_after", true, false) }
}

unsafe extern "C" fn connect_object(this: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { connect_any(this, args, "GObject.connect_object", false, true) }
}

unsafe extern "C" fn connect_object_after(
    this: *mut PyObject,
    args: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { connect_any(this, args, "GObject.connect_object_after", true, true) }
}

// ---- Handlers by their id, and by their function ----

/// Runs C with a wrapper's object and the id of a handler; the result is a new reference.
///
/// # Safety
/// `this` is a live wrapper, `id` a live object.
unsafe fn with_handler(
    this: *mut PyObject,
    id: *mut PyObject,
    run: impl FnOnce(*mut GObject, c_ulong) -> *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: by the caller's word.
        unsafe {
            let object = base::held(this)?;
            let id = input::scalar(gijit_plan::Kind::U64, id)?;
            let later = Later::begin();
            let result = run(object, id as c_ulong);
            drop(later);
            // GLib's complaint may have become an exception.
            if result.is_null() || !ffi::PyErr_Occurred().is_null() {
                ffi::Py_XDECREF(result);
                return Err(Raised);
            }
            Ok(result)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn disconnect(this: *mut PyObject, id: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper and a live object.
    unsafe {
        with_handler(this, id, |object, id| {
            gobject::g_signal_handler_disconnect(object, id);
            output::none()
        })
    }
}

unsafe extern "C" fn handler_block(this: *mut PyObject, id: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe {
        with_handler(this, id, |object, id| {
            gobject::g_signal_handler_block(object, id);
            output::none()
        })
    }
}

unsafe extern "C" fn handler_unblock(this: *mut PyObject, id: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe {
        with_handler(this, id, |object, id| {
            gobject::g_signal_handler_unblock(object, id);
            output::none()
        })
    }
}

unsafe extern "C" fn handler_is_connected(this: *mut PyObject, id: *mut PyObject) -> *mut PyObject {
    // SAFETY: as above.
    unsafe {
        with_handler(this, id, |object, id| {
            ffi::PyBool_FromLong(gobject::g_signal_handler_is_connected(object, id).into())
        })
    }
}

type Matched = unsafe extern "C" fn(
    *mut GObject,
    gobject::GSignalMatchType,
    c_uint,
    glib_sys::GQuark,
    *mut gobject::GClosure,
    *mut c_void,
    *mut c_void,
) -> c_uint;

/// Does something to the handler of an object that is a function, the last connected if it is several times; returns
/// the number of handlers, which is 1.
///
/// # Safety
/// `this` is a live wrapper, `function` a live object.
unsafe fn by_func(this: *mut PyObject, function: *mut PyObject, run: Matched) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: by the caller's word; closures are held while comparing runs Python code.
        unsafe {
            let object = base::held(this)?;
            if ffi::PyCallable_Check(function) == 0 {
                return Err(type_error("first argument must be callable"));
            }
            let all = ties::of(object).map_or_else(Vec::new, |ties| ties.closures.all());
            let later = Later::begin();
            for (closure, callback) in &all {
                gobject::g_closure_ref(*closure);
                ffi::Py_INCREF(*callback);
            }
            let (mut n, mut failed) = (0, false);
            for (closure, callback) in all {
                if !failed && n == 0 {
                    match ffi::PyObject_RichCompareBool(callback, function, ffi::Py_EQ) {
                        0 => {}
                        1 => {
                            n += run(
                                object,
                                gobject::G_SIGNAL_MATCH_CLOSURE,
                                0,
                                0,
                                closure,
                                ptr::null_mut(),
                                ptr::null_mut(),
                            );
                        }
                        _ => failed = true,
                    }
                }
                ffi::Py_DECREF(callback);
                gobject::g_closure_unref(closure);
            }
            drop(later);
            if failed {
                return Err(Raised);
            }
            if n == 0 {
                ffi::PyErr_Format(
                    ffi::PyExc_TypeError,
                    c"nothing connected to %R".as_ptr(),
                    function,
                );
                return Err(Raised);
            }
            Ok(ffi::PyLong_FromUnsignedLong(n.into()))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn disconnect_by_func(
    this: *mut PyObject,
    function: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called with a live wrapper and a live object.
    unsafe {
        by_func(
            this,
            function,
            gobject::g_signal_handlers_disconnect_matched,
        )
    }
}

unsafe extern "C" fn handler_block_by_func(
    this: *mut PyObject,
    function: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { by_func(this, function, gobject::g_signal_handlers_block_matched) }
}

unsafe extern "C" fn handler_unblock_by_func(
    this: *mut PyObject,
    function: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: as above.
    unsafe { by_func(this, function, gobject::g_signal_handlers_unblock_matched) }
}

unsafe extern "C" fn stop_emission_by_name(
    this: *mut PyObject,
    name: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and a live object.
        unsafe {
            let object = base::held(this)?;
            let name = input::name(name, "GObject.stop_emission_by_name")?;
            gobject::g_signal_stop_emission_by_name(object, name.as_ptr());
            if ffi::PyErr_Occurred().is_null() {
                Ok(output::none())
            } else {
                Err(Raised)
            }
        }
    })
    .unwrap_or(ptr::null_mut())
}

// ---- Emitting ----

/// The values of an emission, the object first, which is only lent.
struct Values(SmallVec<[Owned; 5]>);

impl Values {
    /// # Safety
    /// `object` is live as long as these.
    unsafe fn new(object: *mut GObject) -> Values {
        // SAFETY: a zeroed value is one without a type; that of an object has its address.
        unsafe {
            let mut value: GValue = std::mem::zeroed();
            value.g_type = gtype_of(object);
            (&raw mut value.data).cast::<*mut GObject>().write(object);
            Values(SmallVec::from_iter([Owned(value)]))
        }
    }

    /// What GObject reads.
    fn all(&self) -> &[GValue] {
        gvalue::all(&self.0)
    }

    /// Adds the arguments for a signal.
    ///
    /// # Safety
    /// The arguments are live, as many as the signal has.
    unsafe fn fill(&mut self, signal: &Described, args: &[*mut PyObject]) -> Result<()> {
        for (i, (&gtype, &arg)) in signal.params.iter().zip(args).enumerate() {
            // SAFETY: by the caller's word.
            unsafe {
                self.0.push(Owned::new(gtype));
                va_list::store_argument(&mut self.0[i + 1].0, arg, i)?;
            }
        }
        Ok(())
    }
}

impl Drop for Values {
    fn drop(&mut self) {
        // The object is not ours to give up.
        self.0[0].0.g_type = 0;
    }
}

/// Emits with values; returns what the handlers answered, a new reference. `given` are the arguments.
///
/// # Safety
/// `emit` fills the value that it gets, which has the signal's type or is NULL.
unsafe fn answered(
    signal: &Described,
    given: &[GValue],
    emit: impl FnOnce(*mut GValue),
) -> Result<*mut PyObject> {
    // SAFETY: values can have the type of what a signal returns; handlers may take the GIL.
    unsafe {
        let mut result: GValue = std::mem::zeroed();
        let place = if signal.returned == 0 {
            ptr::null_mut()
        } else {
            gobject::g_value_init(&mut result, signal.returned);
            &raw mut result
        };
        crate::python::without_gil(|| emit(place));
        if place.is_null() {
            return Ok(output::none());
        }
        let is_ours = !floats(place) && !is_one_of(&*place, given);
        let answer = load::load(place, Mode::Generic);
        if is_ours {
            gvalue::unset(place);
        }
        answer
    }
}

/// Whether a value has a GParamSpec that is one of those given. Handlers in C answer with what they got without taking
/// a reference for it; one too many does a GParamSpec no harm, since it lives as long as its class.
///
/// # Safety
/// The values are live.
unsafe fn is_one_of(value: &GValue, given: &[GValue]) -> bool {
    // SAFETY: by the caller's word; only what is a GParamSpec is read as one.
    unsafe {
        let spec_of = |value: &GValue| {
            (gobject::g_type_fundamental(value.g_type) == gobject::G_TYPE_PARAM)
                .then(|| gobject::g_value_get_param(value))
        };
        spec_of(value).is_some_and(|spec| given.iter().any(|other| spec_of(other) == Some(spec)))
    }
}

/// Whether a value has a floating reference, which the wrapper that is made of it will sink.
///
/// # Safety
/// The value is live.
unsafe fn floats(value: *const GValue) -> bool {
    // SAFETY: by the caller's word; only what is a GObject, or a GParamSpec, is read as one.
    unsafe {
        match gobject::g_type_fundamental((*value).g_type) {
            gobject::G_TYPE_OBJECT | gobject::G_TYPE_INTERFACE => {
                let object = gobject::g_value_get_object(value);
                !object.is_null() && gobject::g_object_is_floating(object) != 0
            }
            gobject::G_TYPE_PARAM => {
                let spec = gobject::g_value_get_param(value);
                !spec.is_null() && fundamental::is_floating(spec.cast(), gobject::G_TYPE_PARAM)
            }
            _ => false,
        }
    }
}

unsafe extern "C" fn emit(
    this: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and `n` live objects.
        unsafe {
            let args = std::slice::from_raw_parts(args.cast_const(), n as usize);
            let Some((&key, args)) = args.split_first() else {
                return Err(type_error("GObject.emit needs at least one arg"));
            };
            let object = base::held(this)?;
            let Some((signal, detail)) = find_named(gtype_of(object), key, "GObject.emit")? else {
                return Err(unknown(this, key));
            };
            if args.len() != signal.params.len() {
                return Err(type_error(&format!(
                    "{} parameters needed for signal {}; {} given",
                    signal.params.len(),
                    str_of(key),
                    args.len()
                )));
            }
            if signal.is_from_python && wrapper::has(this, signal.method()?) {
                declaration::handle_in_class(signal, gtype_of(object));
            }
            if let Some(passed) = signal.passed() {
                return va_list::emit(object, signal, detail, passed, args);
            }
            let mut values = Values::new(object);
            values.fill(signal, args)?;
            let given = values.all();
            answered(signal, given, |result| {
                gobject::g_signal_emitv(given.as_ptr(), signal.id, detail, result);
            })
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn chain(
    this: *mut PyObject,
    args: *mut *mut PyObject,
    n: ffi::Py_ssize_t,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and `n` live objects.
        unsafe {
            let args = std::slice::from_raw_parts(args.cast_const(), n as usize);
            let object = base::held(this)?;
            let hint = gobject::g_signal_get_invocation_hint(object);
            if hint.is_null() {
                return Err(type_error(
                    "could not find signal invocation information for this object.",
                ));
            }
            let signal = described((*hint).signal_id);
            if args.len() != signal.params.len() {
                return Err(type_error(&format!(
                    "{} parameters needed for signal {}; {} given",
                    signal.params.len(),
                    signal.name.to_string_lossy(),
                    args.len()
                )));
            }
            let mut values = Values::new(object);
            values.fill(signal, args)?;
            let given = values.all();
            answered(signal, given, |result| {
                gobject::g_signal_chain_from_overridden(given.as_ptr(), result);
            })
        }
    })
    .unwrap_or(ptr::null_mut())
}

// ---- Emission hooks ----

/// Called by GObject for each emission that is hooked. The hook stays as long as the function says so.
unsafe extern "C" fn hooked(
    _: *mut gobject::GSignalInvocationHint,
    n: c_uint,
    values: *const GValue,
    data: glib_sys::gpointer,
) -> glib_sys::gboolean {
    // SAFETY: GObject calls with `n` live values and the closure that was given.
    unsafe {
        let mut result: GValue = std::mem::zeroed();
        gobject::g_value_init(&mut result, gobject::G_TYPE_BOOLEAN);
        gobject::g_closure_invoke(data.cast(), &mut result, n, values, ptr::null_mut());
        gobject::g_value_get_boolean(&result)
    }
}

unsafe extern "C" fn unhooked(data: *mut c_void) {
    // SAFETY: the closure that the hook had.
    unsafe {
        gobject::g_closure_invalidate(data.cast());
        gobject::g_closure_unref(data.cast());
    }
}

/// Adds a hook with the arguments `(type, name, callback, *args)`: calls the callback for each emission on any object
/// of the type, as long as it returns True. Returns the hook's id, an int. TypeError for what is none of these.
///
/// # Safety
/// `args` is a live tuple.
pub unsafe fn add_emission_hook(args: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the class stays initialised, since hooks have no object to keep it.
    unsafe {
        if ffi::PyTuple_Size(args) < 3 {
            return Err(type_error(
                "gobject.add_emission_hook requires at least 3 arguments",
            ));
        }
        let whose = ffi::PyTuple_GetItem(args, 0);
        let key = ffi::PyTuple_GetItem(args, 1);
        let name = input::name(key, "gobject.add_emission_hook")?;
        let callback = ffi::PyTuple_GetItem(args, 2);
        if ffi::PyCallable_Check(callback) == 0 {
            return Err(type_error("third argument must be callable"));
        }
        let gtype = convert_gtype::value(whose)? as usize;
        initialise_class(gtype);
        let Some((signal, detail)) = find(gtype, name) else {
            return Err(unknown(whose, key));
        };
        let extra = rest(args, 3)?;
        let closure = gclosure::new(callback, extra, ptr::null_mut(), signal.signature());
        ffi::Py_XDECREF(extra);
        let closure = closure?;
        gobject::g_closure_ref(closure);
        gobject::g_closure_sink(closure);
        let id = gobject::g_signal_add_emission_hook(
            signal.id,
            detail,
            Some(hooked),
            closure.cast(),
            Some(unhooked),
        );
        Ok(ffi::PyLong_FromUnsignedLong(id))
    }
}

/// Has a type's signals known: they are made with its class.
///
/// # Safety
/// A registered type, or 0.
pub unsafe fn initialise_class(gtype: usize) {
    // SAFETY: by the caller's word; the reference is kept for ever, as GObject's static types are.
    unsafe {
        if gobject::g_type_fundamental(gtype) == gobject::G_TYPE_INTERFACE {
            classes::interface_ref(gtype);
        } else if gobject::g_type_test_flags(gtype, gobject::G_TYPE_FLAG_CLASSED) != 0
            && gobject::g_type_class_peek(gtype).is_null()
        {
            classes::class_ref(gtype);
        }
    }
}

// ---- The table ----

/// The methods for the base type.
pub fn methods() -> Vec<ffi::PyMethodDef> {
    let varargs = pytype::method_varargs;
    let one = |name, function| pytype::method_one(name, function, false);
    vec![
        varargs(c"connect", connect),
        varargs(c"connect_after", connect_after),
        varargs(c"connect_object", connect_object),
        varargs(c"connect_object_after", connect_object_after),
        one(c"disconnect", disconnect),
        one(c"handler_disconnect", disconnect),
        one(c"handler_block", handler_block),
        one(c"handler_unblock", handler_unblock),
        one(c"handler_is_connected", handler_is_connected),
        one(c"disconnect_by_func", disconnect_by_func),
        one(c"handler_block_by_func", handler_block_by_func),
        one(c"handler_unblock_by_func", handler_unblock_by_func),
        one(c"stop_emission_by_name", stop_emission_by_name),
        pytype::method_fast(c"emit", emit),
        pytype::method_fast(c"chain", chain),
    ]
}
