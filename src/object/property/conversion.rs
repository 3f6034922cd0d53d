//! Properties whose values only a typelib explains: lists, hash tables and arrays, which GObject carries as bare
//! pointers or boxed types without contents, and characters, which it carries as numbers.
//!
//! What a typelib says of a property is looked up once. All other values cross by the rules of their GType.

use std::ptr;
use std::sync::{LazyLock, Mutex, PoisonError};

use gijit_plan::{Kind, Transfer};
use gijit_typelib::Info;
use gobject_sys::{GParamSpec, GValue};
use pyo3::ffi::PyObject;
use rustc_hash::FxHashMap;

use crate::convert::converter::Converter;
use crate::convert::gtype::gtype_name;
use crate::convert::gvalue;
use crate::convert::instance::gtype_of;
use crate::convert::temps::Temps;
use crate::invoke::bind::repository;
use crate::object::class::origin;
use crate::python::error::{Result, c_text, type_error};

/// How the value of a property crosses, where its GType does not say it; never freed.
///
/// # Safety
/// The property is installed: it lives for ever.
pub unsafe fn of(spec: *mut GParamSpec) -> Option<&'static Converter> {
    static KNOWN: LazyLock<Mutex<FxHashMap<usize, Option<&'static Converter>>>> =
        LazyLock::new(Default::default);
    // SAFETY: by the caller's word.
    let fundamental = unsafe { gobject_sys::g_type_fundamental((*spec).value_type) };
    if !matches!(
        fundamental,
        gobject_sys::G_TYPE_BOXED | gobject_sys::G_TYPE_POINTER | gobject_sys::G_TYPE_UINT
    ) {
        // Most say it all.
        return None;
    }
    let lock = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lock().get(&(spec as usize)) {
        return *known;
    }
    // Not under the lock: classes may be made on the way.
    // SAFETY: by the caller's word.
    let found = unsafe { describe(spec) }
        .map(|converter| -> &'static Converter { Box::leak(Box::new(converter)) });
    *lock().entry(spec as usize).or_insert(found)
}

/// # Safety
/// The property is live.
unsafe fn describe(spec: *mut GParamSpec) -> Option<Converter> {
    // SAFETY: by the caller's word.
    let (owner, name) = unsafe { ((*spec).owner_type, c_text((*spec).name)) };
    if origin::is_from_python(owner) {
        return None;
    }
    // Compilers write a number's type for characters.
    // SAFETY: as above.
    if unsafe { is_unichar(spec) } {
        return Some(Converter::Scalar(Kind::Unichar));
    }
    let (namespace, index) = repository().find_by_gtype_name(&gtype_name(owner))?;
    let entry = namespace.typelib().entry(index).ok()?;
    let property = match entry.info().ok()? {
        Info::Object(info) => info.find_property(&name).ok()?,
        Info::Interface(info) => info.find_property(&name).ok()?,
        _ => None,
    }?;
    let ty = property.type_info().ok()?;
    let ty = gijit_plan::builder::value_type(repository(), &namespace, ty).ok()?;
    match Converter::of(&ty, false) {
        converter @ (Converter::Array(_)
        | Converter::List(_)
        | Converter::Hash(_)
        | Converter::Callback(_)) => Some(converter),
        _ => None,
    }
}

/// Whether a property is a character, which its values hold as a number.
///
/// # Safety
/// The property is live.
pub unsafe fn is_unichar(spec: *const GParamSpec) -> bool {
    // SAFETY: by the caller's word; any number may be asked for, and before there is such a property the name is that of
    // no type.
    unsafe {
        let unichar = gobject_sys::g_type_from_name(c"GParamUnichar".as_ptr());
        gobject_sys::g_type_is_a(gtype_of(spec), unichar) != 0
    }
}

/// What a value holds: a new reference.
///
/// # Safety
/// The value is live and of the property's type.
pub unsafe fn load(converter: &Converter, value: &GValue) -> Result<*mut PyObject> {
    refuse_function(converter)?;
    // SAFETY: the data of a value is what C would pass, and stays the value's.
    unsafe { converter.output((&raw const value.data).cast(), Transfer::None, 0) }
}

/// Stores an object; what the value points into then belongs to the pieces.
///
/// # Safety
/// The value is live and of the property's type; the object is live, and held as long as the pieces.
pub unsafe fn store(
    converter: &Converter,
    value: &mut GValue,
    object: *mut PyObject,
    temps: &mut Temps<'_>,
) -> Result<()> {
    refuse_function(converter)?;
    let mut bits = 0u64;
    // SAFETY: by the caller's word; what is no struct's bytes has room in a word.
    unsafe {
        converter.input(
            object,
            Transfer::None,
            temps,
            ptr::from_mut(&mut bits).cast(),
        )?;
        gvalue::collect(value, converter, bits)
    }
}

/// Nobody says how long a function in a property is needed, nor with which user data it is called.
fn refuse_function(converter: &Converter) -> Result<()> {
    match converter {
        Converter::Callback(of) => Err(type_error(&format!(
            "properties that are functions, here a {of}, are not supported"
        ))),
        _ => Ok(()),
    }
}
