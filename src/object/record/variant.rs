//! `GLib.Variant`: the type that its class derives from, with what Python does with a variant.
//!
//! Compat surface, section 4.1. Conversion is [`crate::convert::variant`]'s; a wrapper owns one reference.

use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gijit_shape::abi::WRAPPER_POINTER;
use glib_sys as glib;
use glib_sys::GVariant;
use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::cell::TypeCell;
use crate::convert::instance::not_initialized;
use crate::convert::variant::build::{self, Floating};
use crate::convert::variant::{format, unpack};
use crate::convert::{input, output};
use crate::object::class::cells;
use crate::object::pytype;
use crate::object::pytype::parameters::{Passed, Signature};
use crate::object::record::boxed;
use crate::object::record::boxed::Owner;
use crate::python::error::{Raised, Result, c_text, raise, str_of, type_error, value_error};
use crate::python::reference::not_null;

/// The wrapper: that of any struct, and the format string that the variant was made with.
#[repr(C)]
struct Wrapper {
    of_struct: boxed::Wrapper,
    /// A str, or NULL.
    format: *mut PyObject,
}

/// Makes the type: a new reference.
pub fn initialise() -> Result<*mut PyTypeObject> {
    pytype::make(pytype::Spec {
        name: c"gi._gi.Variant",
        size: size_of::<Wrapper>(),
        flags: ffi::Py_TPFLAGS_BASETYPE,
        base: boxed::types().plain,
        slots: vec![
            (ffi::Py_tp_new, new as *mut c_void),
            (ffi::Py_tp_dealloc, dealloc as *mut c_void),
            (ffi::Py_tp_repr, repr as *mut c_void),
            (ffi::Py_tp_str, str as *mut c_void),
            (ffi::Py_tp_hash, hash as *mut c_void),
            (ffi::Py_tp_richcompare, compare as *mut c_void),
            (ffi::Py_sq_length, length as *mut c_void),
            (ffi::Py_mp_length, length as *mut c_void),
            (ffi::Py_sq_item, item as *mut c_void),
            (ffi::Py_mp_subscript, subscript as *mut c_void),
            (ffi::Py_nb_bool, truth as *mut c_void),
            (ffi::Py_tp_doc, DOC.as_ptr() as *mut c_void),
        ],
        offsets: vec![],
        getters: vec![(c"format_string", get_format)],
        methods: vec![
            pytype::method_noargs(c"unpack", unpacked),
            pytype::method_noargs(c"keys", keys),
            pytype::method_noargs(c"get_string", get_string),
            pytype::method_noargs(c"__nonzero__", nonzero),
            pytype::method_one(c"split_signature", split_signature, true),
            ffi::PyMethodDef {
                ml_name: c"new_tuple".as_ptr(),
                ml_meth: ffi::PyMethodDefPointer {
                    PyCFunction: new_tuple,
                },
                ml_flags: ffi::METH_VARARGS | ffi::METH_STATIC,
                ml_doc: ptr::null(),
            },
        ],
    })
}

const DOC: &std::ffi::CStr = c"A value with a type that is known while the program runs.

GLib.Variant(format_string, value) makes one of Python data, as the format says:
GLib.Variant('(sa{sv})', ('name', {'key': GLib.Variant('i', 1)})).";

/// Lets `GLib.Variant(...)` come here at once.
///
/// # Safety
/// `class` is the class `GLib.Variant`.
pub unsafe fn finish(class: *mut PyTypeObject) {
    // SAFETY: a live heap type, which nobody has called yet; its metaclass asks for this field.
    unsafe { (*class).tp_vectorcall = Some(vectorcall) };
}

/// # Safety
/// `object` is a live wrapper.
unsafe fn address(object: *mut PyObject) -> *mut GVariant {
    // SAFETY: every wrapper has its pointer there.
    unsafe {
        *object
            .cast::<u8>()
            .add(WRAPPER_POINTER)
            .cast::<*mut GVariant>()
    }
}

/// # Safety
/// `object` is a live wrapper.
unsafe fn pointer(object: *mut PyObject) -> Result<*mut GVariant> {
    // SAFETY: by the caller's word.
    unsafe {
        let variant = address(object);
        if variant.is_null() {
            return Err(not_initialized(object));
        }
        Ok(variant)
    }
}

/// The class `GLib.Variant`, borrowed for ever.
fn class() -> Result<*mut PyTypeObject> {
    static CELL: OnceLock<&'static TypeCell> = OnceLock::new();
    if let Some(cell) = CELL.get() {
        return cell.class();
    }
    let cell = cells::of_type(gobject::G_TYPE_VARIANT)?;
    let _ = CELL.set(cell);
    cell.class()
}

/// A wrapper of a new variant.
fn wrap(variant: Floating) -> Result<*mut PyObject> {
    let class = class()?;
    // SAFETY: the class derives from the type above; the reference becomes the wrapper's own.
    unsafe {
        let variant = glib::g_variant_ref_sink(variant.give());
        let gtype = gobject::G_TYPE_VARIANT;
        let object = boxed::wrap_as(class, variant.cast(), gtype, Owner::Variant);
        not_null(object)
    }
}

// ---- Making ----

const SIGNATURE: Signature<2> = Signature {
    function: "Variant.__new__",
    names: [c"format_string", c"value"],
    required: 2,
};

/// # Safety
/// The objects are live.
unsafe fn make(format_string: *mut PyObject, value: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: by the caller's word; the wrapper takes a reference of its own to the format.
    unsafe {
        let format = format::of(format_string)?;
        let object = wrap(build::build(&format, &format.spec, value)?)?;
        (*object.cast::<Wrapper>()).format = ffi::Py_NewRef(format_string);
        Ok(object)
    }
}

unsafe extern "C" fn vectorcall(
    _: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: arguments as the vectorcall protocol lays them out.
        unsafe {
            let n = ffi::PyVectorcall_NARGS(nargsf) as usize;
            if n == 2 && kwnames.is_null() {
                return make(*args, *args.add(1));
            }
            let [format, value] = SIGNATURE.sort(&Passed::Vector { args, n, kwnames })?;
            make(format, value)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// What a subclass calls: as in PyGObject it gets a `GLib.Variant`, whatever its own class is.
unsafe extern "C" fn new(
    _: *mut PyTypeObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a tuple, and NULL or a dict.
        unsafe {
            let [format, value] = SIGNATURE.sort(&Passed::Tuple { args, kwargs })?;
            make(format, value)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn new_tuple(_: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live tuple.
        unsafe {
            let objects: Vec<_> = (0..ffi::PyTuple_Size(args))
                .map(|i| ffi::PyTuple_GetItem(args, i))
                .collect();
            wrap(build::tuple_of(&objects)?)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the rest is the struct wrapper's.
    unsafe {
        ffi::Py_CLEAR(&mut (*object.cast::<Wrapper>()).format);
        boxed::dealloc(object);
    }
}

// ---- Reading ----

unsafe extern "C" fn unpacked(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    crate::guard(|| unsafe { unpack::unpack(pointer(object)?) }).unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_string(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper. For other types GLib complains and returns NULL.
        unsafe {
            let text = glib::g_variant_get_string(pointer(object)?, ptr::null_mut());
            Ok(output::utf8_out_none(text))
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// TypeError about what a variant of this type is not.
///
/// # Safety
/// `variant` is live.
unsafe fn is_no(variant: *mut GVariant, what: &str) -> Raised {
    // SAFETY: by the caller's word.
    let ty = unsafe { unpack::type_string(variant) };
    type_error(&format!("GVariant type {ty} {what}"))
}

unsafe extern "C" fn keys(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; the list takes each new reference.
        unsafe {
            let variant = pointer(object)?;
            if !unpack::is_dict(variant) {
                return Err(is_no(variant, "is not a dictionary"));
            }
            let n = glib::g_variant_n_children(variant);
            let list = ffi::PyList_New(n as isize);
            if list.is_null() {
                return Err(Raised);
            }
            for i in 0..n {
                let entry = unpack::child(variant, i);
                match unpack::unpack(unpack::child(entry.0, 0).0) {
                    Ok(key) => ffi::PyList_SET_ITEM(list, i as isize, key),
                    Err(raised) => {
                        ffi::Py_DECREF(list);
                        return Err(raised);
                    }
                }
            }
            Ok(list)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// What a variant is to `len` and `[]`.
enum Kind {
    Text,
    Dict,
    Sequence,
    Other,
}

/// # Safety
/// `variant` is live.
unsafe fn kind(variant: *mut GVariant) -> Kind {
    // SAFETY: by the caller's word.
    unsafe {
        match glib::g_variant_classify(variant) {
            glib::G_VARIANT_CLASS_STRING
            | glib::G_VARIANT_CLASS_OBJECT_PATH
            | glib::G_VARIANT_CLASS_SIGNATURE => Kind::Text,
            glib::G_VARIANT_CLASS_ARRAY if unpack::is_dict(variant) => Kind::Dict,
            glib::G_VARIANT_CLASS_ARRAY | glib::G_VARIANT_CLASS_TUPLE => Kind::Sequence,
            _ => Kind::Other,
        }
    }
}

unsafe extern "C" fn length(object: *mut PyObject) -> ffi::Py_ssize_t {
    crate::guard(|| {
        // SAFETY: called with a live wrapper.
        unsafe {
            let variant = pointer(object)?;
            match kind(variant) {
                Kind::Other => Err(is_no(variant, "does not have a length")),
                Kind::Text => {
                    let text = unpack::text(variant)?;
                    let len = ffi::PyUnicode_GetLength(text);
                    ffi::Py_DECREF(text);
                    Ok(len)
                }
                _ => Ok(glib::g_variant_n_children(variant) as isize),
            }
        }
    })
    .unwrap_or(-1)
}

/// Item `i`, which counts from the end if it is negative.
///
/// # Safety
/// `variant` is live.
unsafe fn at(variant: *mut GVariant, i: isize) -> Result<*mut PyObject> {
    let place = |len: isize| {
        let i = if i < 0 { i + len } else { i };
        (0..len).contains(&i).then_some(i)
    };
    // SAFETY: by the caller's word.
    unsafe {
        match kind(variant) {
            Kind::Text => {
                let text = unpack::text(variant)?;
                let character = match place(ffi::PyUnicode_GetLength(text)) {
                    Some(i) => Ok(ffi::PyUnicode_Substring(text, i, i + 1)),
                    None => Err(build::index_error("string")),
                };
                ffi::Py_DECREF(text);
                character
            }
            Kind::Sequence => match place(glib::g_variant_n_children(variant) as isize) {
                Some(i) => unpack::unpack(unpack::child(variant, i as usize).0),
                None => Err(build::index_error("list")),
            },
            Kind::Dict | Kind::Other => Err(is_no(variant, "is not a container")),
        }
    }
}

/// The value of a dictionary's first entry with this key.
///
/// # Safety
/// Both are live.
unsafe fn lookup(variant: *mut GVariant, key: *mut PyObject) -> Result<*mut PyObject> {
    // SAFETY: children are held while they are read.
    unsafe {
        for i in 0..glib::g_variant_n_children(variant) {
            let entry = unpack::child(variant, i);
            let known = unpack::unpack(unpack::child(entry.0, 0).0)?;
            let equal = ffi::PyObject_RichCompareBool(known, key, ffi::Py_EQ);
            ffi::Py_DECREF(known);
            match equal {
                0 => {}
                1 => return unpack::unpack(unpack::child(entry.0, 1).0),
                _ => return Err(Raised),
            }
        }
        Err(build::key_error(key))
    }
}

unsafe extern "C" fn subscript(object: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper and a live key.
        unsafe {
            let variant = pointer(object)?;
            if unpack::is_dict(variant) {
                return lookup(variant, key);
            }
            if ffi::PyLong_Check(key) == 0 {
                let text = "Key must be an integer for arrays, tuples and strings";
                return Err(value_error(text));
            }
            let i = ffi::PyNumber_AsSsize_t(key, ffi::PyExc_IndexError);
            if i == -1 && !ffi::PyErr_Occurred().is_null() {
                return Err(Raised);
            }
            at(variant, i)
        }
    })
    .unwrap_or(ptr::null_mut())
}

/// What iteration calls. Python has added the length to a negative index already.
unsafe extern "C" fn item(object: *mut PyObject, i: ffi::Py_ssize_t) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper.
        unsafe {
            let variant = pointer(object)?;
            if unpack::is_dict(variant) {
                let key = ffi::PyLong_FromSsize_t(i);
                if key.is_null() {
                    return Err(Raised);
                }
                let value = lookup(variant, key);
                ffi::Py_DECREF(key);
                return value;
            }
            if i < 0 {
                // Only `at` knows what is wrong with it.
                return at(variant, isize::MIN);
            }
            at(variant, i)
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn truth(object: *mut PyObject) -> c_int {
    crate::guard(|| {
        // SAFETY: called with a live wrapper.
        unsafe {
            let variant = pointer(object)?;
            let class = glib::g_variant_classify(variant);
            if matches!(
                class,
                glib::G_VARIANT_CLASS_ARRAY | glib::G_VARIANT_CLASS_TUPLE
            ) {
                return Ok((glib::g_variant_n_children(variant) > 0).into());
            }
            let data = unpack::unpack(variant)?;
            let truth = ffi::PyObject_IsTrue(data);
            ffi::Py_DECREF(data);
            Ok(truth)
        }
    })
    .unwrap_or(-1)
}

unsafe extern "C" fn nonzero(object: *mut PyObject, _: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    match unsafe { truth(object) } {
        -1 => ptr::null_mut(),
        // SAFETY: makes a bool.
        truth => unsafe { ffi::PyBool_FromLong(truth.into()) },
    }
}

unsafe extern "C" fn hash(object: *mut PyObject) -> ffi::Py_hash_t {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; the tuple takes both new references.
        unsafe {
            let variant = pointer(object)?;
            let data = unpack::unpack(variant)?;
            let pair = ffi::PyTuple_New(2);
            if pair.is_null() {
                ffi::Py_DECREF(data);
                return Err(Raised);
            }
            ffi::PyTuple_SET_ITEM(pair, 0, pytype::text(&unpack::type_string(variant)));
            ffi::PyTuple_SET_ITEM(pair, 1, data);
            let hash = ffi::PyObject_Hash(pair);
            ffi::Py_DECREF(pair);
            Ok(hash)
        }
    })
    .unwrap_or(-1)
}

/// Equality is that of the values and never fails; order, which PyGObject has too, is that of the addresses.
unsafe extern "C" fn compare(
    a: *mut PyObject,
    b: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    if !matches!(operation, ffi::Py_EQ | ffi::Py_NE) {
        // SAFETY: passed on.
        return unsafe { boxed::compare(a, b, operation) };
    }
    // SAFETY: called with a live wrapper and any live object, which is read as a wrapper only if it is one.
    unsafe {
        let equal = match class() {
            Ok(class) if ffi::PyObject_TypeCheck(b, class) != 0 => {
                let (a, b) = (address(a), address(b));
                a == b
                    || !a.is_null()
                        && !b.is_null()
                        && glib::g_variant_equal(a.cast(), b.cast()) != 0
            }
            Ok(_) => false,
            Err(Raised) => return ptr::null_mut(),
        };
        ffi::PyBool_FromLong((equal == (operation == ffi::Py_EQ)).into())
    }
}

// ---- Text ----

/// # Safety
/// `variant` is live.
unsafe fn print(variant: *mut GVariant, annotate: bool) -> String {
    // SAFETY: the text is ours to free.
    unsafe {
        let text = glib::g_variant_print(variant, annotate.into());
        let copy = c_text(text);
        glib::g_free(text.cast());
        copy
    }
}

unsafe extern "C" fn str(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live wrapper.
    crate::guard(|| unsafe { Ok(pytype::text(&print(pointer(object)?, true))) })
        .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper; the format is a str if there is one.
        unsafe {
            let variant = pointer(object)?;
            let format = (*object.cast::<Wrapper>()).format;
            let format = if format.is_null() {
                unpack::type_string(variant)
            } else {
                str_of(format)
            };
            let text = format!("GLib.Variant('{format}', {})", print(variant, false));
            Ok(pytype::text(&text))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn get_format(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live wrapper.
        unsafe {
            let format = (*object.cast::<Wrapper>()).format;
            if format.is_null() {
                let text = "'Variant' object has no attribute 'format_string'";
                return Err(raise(ffi::PyExc_AttributeError, text));
            }
            Ok(ffi::Py_NewRef(format))
        }
    })
    .unwrap_or(ptr::null_mut())
}

unsafe extern "C" fn split_signature(_: *mut PyObject, signature: *mut PyObject) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: called with a live object; the list takes each new reference.
        unsafe {
            input::utf8(signature)?;
            let parts = format::split_signature(&str_of(signature));
            let list = ffi::PyList_New(parts.len() as isize);
            if list.is_null() {
                return Err(Raised);
            }
            for (i, part) in parts.iter().enumerate() {
                ffi::PyList_SET_ITEM(list, i as isize, pytype::text(part));
            }
            Ok(list)
        }
    })
    .unwrap_or(ptr::null_mut())
}
