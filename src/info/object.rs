//! The Python object that stands for a place, and how answers become Python values.
//!
//! A function's is the callable itself (`invoke::callable`), of which this room makes the base classes. All others are
//! the small objects made here. Attributes that depend on the instance are answered in [`get_attribute`].

use std::borrow::Cow;
use std::ffi::{CStr, c_int, c_void};
use std::mem::{ManuallyDrop, offset_of};
use std::ptr;
use std::sync::{Arc, OnceLock};

use gijit_plan::builder;
use gijit_typelib::Error;
use pyo3::ffi::{self, PyMethodDef, PyObject, PyTypeObject};

use crate::convert;
use crate::convert::output;
use crate::info::place::{Place, What};
use crate::invoke::callable;
use crate::object::{gtype, pytype};
use crate::python::error;
use crate::python::error::{Raised, Result, runtime_error};
use crate::python::reference::not_null;

/// The object itself: immutable, but for its list of weak references.
#[repr(C)]
struct Information {
    head: PyObject,
    weak_references: *mut PyObject,
    place: ManuallyDrop<Place>,
}

/// What a getter has to say.
pub enum Value {
    None,
    Bool(bool),
    Int(i64),
    Text(String),
    Place(Place),
    Places(Vec<Place>),
    GType(usize),
    /// A new reference.
    Object(*mut PyObject),
}

/// Why there is no answer.
pub enum Fault {
    /// A Python exception has been set.
    Raised,
    Typelib(Error),
    Plan(builder::Error),
}

pub type Answer = std::result::Result<Value, Fault>;

impl From<Raised> for Fault {
    fn from(_: Raised) -> Self {
        Fault::Raised
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Typelib(error)
    }
}

impl From<builder::Error> for Fault {
    fn from(error: builder::Error) -> Self {
        Fault::Plan(error)
    }
}

impl Fault {
    /// Sets the exception.
    pub fn raise(self) -> Raised {
        match self {
            Fault::Raised => Raised,
            Fault::Typelib(error) => runtime_error(&error.to_string()),
            Fault::Plan(error) => runtime_error(&error.to_string()),
        }
    }
}

macro_rules! value_from {
    ($($from:ty => $to:expr;)*) => {
        $(impl From<$from> for Value {
            fn from(value: $from) -> Self {
                let to: fn($from) -> Value = $to;
                to(value)
            }
        })*
    };
}

value_from! {
    bool => Value::Bool;
    u8 => |n| Value::Int(n.into());
    u16 => |n| Value::Int(n.into());
    u32 => |n| Value::Int(n.into());
    i32 => |n| Value::Int(n.into());
    i64 => Value::Int;
    &str => |text| Value::Text(text.to_owned());
    String => Value::Text;
    Place => Value::Place;
    Vec<Place> => Value::Places;
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::None, Into::into)
    }
}

impl Value {
    /// As a Python object: a new reference.
    pub fn into_python(self) -> Result<*mut PyObject> {
        let object = match self {
            Value::None => output::none(),
            // SAFETY: makes a bool.
            Value::Bool(value) => unsafe { ffi::PyBool_FromLong(value.into()) },
            // SAFETY: makes an int.
            Value::Int(value) => unsafe { ffi::PyLong_FromLongLong(value) },
            Value::Text(text) => output::text(&text),
            Value::Place(place) => return new(place),
            Value::Places(places) => return tuple(places),
            // SAFETY: makes a GType object of any number.
            Value::GType(gtype) => unsafe { gtype::gtype_out(gtype) },
            Value::Object(object) => object,
        };
        not_null(object)
    }
}

fn tuple(places: Vec<Place>) -> Result<*mut PyObject> {
    // SAFETY: each new reference is given to the tuple, which is dropped if it cannot be filled.
    unsafe {
        let tuple = ffi::PyTuple_New(places.len() as isize);
        if tuple.is_null() {
            return Err(Raised);
        }
        for (i, place) in places.into_iter().enumerate() {
            match new(place) {
                Ok(info) => ffi::PyTuple_SET_ITEM(tuple, i as isize, info),
                Err(Raised) => {
                    ffi::Py_DECREF(tuple);
                    return Err(Raised);
                }
            }
        }
        Ok(tuple)
    }
}

/// The classes, by [`What`], and the two that are abstract.
struct Classes {
    base: *mut PyTypeObject,
    callable: *mut PyTypeObject,
    by_kind: Vec<(What, *mut PyTypeObject)>,
}

// SAFETY: the types are immortal and written once.
unsafe impl Send for Classes {}
// SAFETY: as above.
unsafe impl Sync for Classes {}

static ABSTRACT: OnceLock<Classes> = OnceLock::new();
static CLASSES: OnceLock<Classes> = OnceLock::new();

/// Publishes `BaseInfo` and `CallableInfo`, which the callable's types derive from.
pub fn publish_abstract(base: *mut PyTypeObject, callable: *mut PyTypeObject) {
    let by_kind = Vec::new();
    let _ = ABSTRACT.set(Classes {
        base,
        callable,
        by_kind,
    });
}

/// Whether an object is an info of any kind.
///
/// # Safety
/// `object` is live.
pub unsafe fn is_info(object: *mut PyObject) -> bool {
    // SAFETY: by the caller's word; the class is immortal.
    ABSTRACT
        .get()
        .is_some_and(|known| unsafe { ffi::PyObject_TypeCheck(object, known.base) } != 0)
}

/// Publishes the classes of the kinds that are objects of this room.
pub fn publish(by_kind: Vec<(What, *mut PyTypeObject)>) {
    if let Some(known) = ABSTRACT.get() {
        let _ = CLASSES.set(Classes { by_kind, ..*known });
    }
}

/// `BaseInfo` and `CallableInfo`.
pub fn abstract_classes() -> Option<(*mut PyTypeObject, *mut PyTypeObject)> {
    ABSTRACT.get().map(|known| (known.base, known.callable))
}

fn class_of(what: What) -> *mut PyTypeObject {
    let classes = CLASSES
        .get()
        .expect("the classes are made at initialisation");
    let mut by_kind = classes.by_kind.iter();
    by_kind
        .find(|(kind, _)| *kind == what)
        .map_or(classes.base, |(_, class)| *class)
}

/// The info object of a place: a new reference.
pub fn new(place: Place) -> Result<*mut PyObject> {
    if place.what == What::Function {
        let made = place
            .origin()
            .and_then(|origin| Ok((origin, place.escaped_name()?)));
        let (origin, name) = made.map_err(|error| Fault::from(error).raise())?;
        return callable::new(origin, &name);
    }
    // SAFETY: allocated by its type; every field behind the head is written before anybody sees it, without dropping
    // what was there.
    unsafe {
        let object = ffi::PyType_GenericAlloc(class_of(place.what), 0);
        if object.is_null() {
            return Err(Raised);
        }
        let information = object.cast::<Information>();
        (&raw mut (*information).weak_references).write(ptr::null_mut());
        (&raw mut (*information).place).write(ManuallyDrop::new(place));
        Ok(object)
    }
}

/// The place that an info object stands for; None for any other object.
///
/// # Safety
/// `object` is live and outlives the result.
pub unsafe fn place<'a>(
    object: *mut PyObject,
) -> std::result::Result<Option<Cow<'a, Place>>, Fault> {
    // SAFETY: the object is live by the caller's word.
    if let Some(callable) = unsafe { callable::from_object(object) } {
        return Ok(Some(Cow::Owned(Place::of_callable(callable.origin())?)));
    }
    let Some(known) = ABSTRACT.get() else {
        return Ok(None);
    };
    // SAFETY: live objects; whatever derives from BaseInfo and is no callable has been made by `new`, since the classes
    // cannot be instantiated from Python.
    unsafe {
        if ffi::PyObject_TypeCheck(object, known.base) == 0 {
            return Ok(None);
        }
        Ok(Some(Cow::Borrowed(&(*object.cast::<Information>()).place)))
    }
}

/// Answers a getter of an info object.
///
/// # Safety
/// `object` is a live info object.
pub unsafe fn answer(object: *mut PyObject, body: impl FnOnce(&Place) -> Answer) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: passed on.
        let place = match unsafe { place(object) } {
            Ok(Some(place)) => place,
            Ok(None) => return Err(runtime_error("this is no info object")),
            Err(fault) => return Err(fault.raise()),
        };
        body(&place).map_err(Fault::raise)?.into_python()
    })
    .unwrap_or(ptr::null_mut())
}

/// A text argument.
///
/// # Safety
/// `object` is live, and outlives the result.
pub unsafe fn text_argument<'a>(object: *mut PyObject) -> std::result::Result<Cow<'a, str>, Fault> {
    // SAFETY: the text is borrowed from the str, which outlives it.
    unsafe {
        let text = convert::input::utf8(object)?;
        Ok(CStr::from_ptr(text).to_string_lossy())
    }
}

/// Entries of a method table for getters: without argument, with a text, and with any object.
macro_rules! methods {
    ($($name:literal => $body:expr;)*) => {
        [$({
            unsafe extern "C" fn call(
                this: *mut pyo3::ffi::PyObject,
                _: *mut pyo3::ffi::PyObject,
            ) -> *mut pyo3::ffi::PyObject {
                let body: fn(&$crate::info::place::Place) -> $crate::info::object::Answer = $body;
                // SAFETY: Python calls a method with an instance of its class.
                unsafe { $crate::info::object::answer(this, body) }
            }
            $crate::object::pytype::method_noargs($name, call)
        }),*]
    };
}
pub(super) use methods;

/// As [`methods`], for methods that take one text.
macro_rules! methods_text {
    ($($name:literal => $body:expr;)*) => {
        [$({
            unsafe extern "C" fn call(
                this: *mut pyo3::ffi::PyObject,
                argument: *mut pyo3::ffi::PyObject,
            ) -> *mut pyo3::ffi::PyObject {
                let body: fn(&$crate::info::place::Place, &str) -> $crate::info::object::Answer = $body;
                // SAFETY: Python calls a method with an instance of its class and a live argument.
                unsafe {
                    $crate::info::object::answer(this, |place| {
                        body(place, &$crate::info::object::text_argument(argument)?)
                    })
                }
            }
            $crate::object::pytype::method_one($name, call, false)
        }),*]
    };
}
pub(super) use methods_text;

// ---- Slots ----

pub unsafe extern "C" fn dealloc(object: *mut PyObject) {
    crate::python::stay();
    // SAFETY: called once, with the last reference gone; the place is dropped once.
    unsafe {
        let information = object.cast::<Information>();
        if !(*information).weak_references.is_null() {
            ffi::PyObject_ClearWeakRefs(object);
        }
        ManuallyDrop::drop(&mut (*information).place);
        pytype::free(object);
    }
}

/// Size of the objects, and where their weak references are.
pub fn layout() -> (usize, Vec<(&'static CStr, usize)>) {
    let weak = offset_of!(Information, weak_references);
    (
        size_of::<Information>(),
        vec![(c"__weaklistoffset__", weak)],
    )
}

pub unsafe extern "C" fn repr(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: called with a live info object, whose class has a name.
    unsafe {
        answer(object, |place| {
            let class = error::type_name(object);
            Ok(format!("{class}({})", place.escaped_name()?).into())
        })
    }
}

/// Infos of the same place are equal; there is no order.
pub unsafe extern "C" fn compare(
    this: *mut PyObject,
    other: *mut PyObject,
    operation: c_int,
) -> *mut PyObject {
    if operation != ffi::Py_EQ && operation != ffi::Py_NE {
        return pytype::not_implemented();
    }
    // SAFETY: called with an info object and any live object.
    unsafe { equal(this, other, operation == ffi::Py_EQ) }
}

/// Whether two infos are of the same place (or, unless `wanted`, are not); NotImplemented for other objects.
///
/// # Safety
/// `this` is a live info object, `other` is live.
pub unsafe fn equal(this: *mut PyObject, other: *mut PyObject, wanted: bool) -> *mut PyObject {
    // SAFETY: by the caller's word.
    unsafe {
        answer(this, |place| {
            Ok(match self::place(other)? {
                Some(found) => ((*place == *found) == wanted).into(),
                None => Value::Object(pytype::not_implemented()),
            })
        })
    }
}

/// `__doc__` and `__module__` depend on the instance, and the class has attributes of these names for itself.
pub unsafe extern "C" fn get_attribute(
    object: *mut PyObject,
    name: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: called with a live info object and a live name.
    unsafe {
        let is = |text: &CStr| {
            ffi::PyUnicode_Check(name) != 0
                && ffi::PyUnicode_CompareWithASCIIString(name, text.as_ptr()) == 0
        };
        if is(c"__doc__") {
            return crate::guard(|| super::python::documentation(object))
                .unwrap_or(ptr::null_mut());
        }
        if is(c"__module__") {
            return answer(object, |place| {
                Ok(format!("gi.repository.{}", place.namespace_name()?).into())
            });
        }
        ffi::PyObject_GenericGetAttr(object, name)
    }
}

pub unsafe extern "C" fn get_name(object: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: called with a live info object.
    unsafe { answer(object, |place| Ok(place.escaped_name()?.into())) }
}

/// The members of a place, as places.
pub fn members(
    place: &Place,
    what: What,
    offsets: impl Iterator<Item = std::result::Result<u32, Error>>,
) -> Answer {
    let container = Arc::new(place.clone());
    let made = offsets
        .enumerate()
        .map(|(i, offset)| Ok(Place::member(&container, what, offset?, i as u16)));
    Ok(made.collect::<std::result::Result<Vec<_>, Error>>()?.into())
}

/// One member of a place: None where there is none. `index` matters for fields only.
pub fn member(place: &Place, what: What, offset: Option<u32>, index: u16) -> Value {
    let made = |offset| Place::member(&Arc::new(place.clone()), what, offset, index);
    offset.map(made).into()
}

/// The methods of a class.
pub type Methods = Vec<PyMethodDef>;
