//! The properties that a Python class declares, and what GObject calls to read and write them.
//!
//! Compat surface, section 3.4. An entry of `__gproperties__` is a tuple `(type, nick, blurb, [minimum, maximum,]
//! [default,] flags)`. C reads and writes a property through its accessor, an object with `fget(instance)` and
//! `fset(instance, value)`; without one through the instance's `do_get_property(pspec)` and
//! `do_set_property(pspec, value)`.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use gijit_plan::Kind;
use gijit_plan::types::Fundamental;
use gobject_sys as gobject;
use gobject_sys::GParamSpec;
use pyo3::ffi::{self, PyObject};

use crate::convert::cell::Family;
use crate::convert::classes;
use crate::convert::gtype::gtype_name;
use crate::convert::gvalue::{self};
use crate::convert::{enumeration, gtype, input};
use crate::object::pytype::parameters::{flags, items};
use crate::python::error::{Raised, Result, type_error, type_name};
use crate::python::reference::Name;

/// One property of a declaration.
pub struct Property {
    pub name: CString,
    /// A floating reference, which installing sinks. What an interface of the class demands has one of its own, too: the
    /// class may say more of it than the interface, such as that it can be written.
    spec: *mut GParamSpec,
    /// A strong reference for ever, or NULL.
    pub accessor: *mut PyObject,
}

/// Reads one entry of `__gproperties__`.
///
/// # Safety
/// The objects are live; the types are registered.
pub unsafe fn read(
    key: *mut PyObject,
    value: *mut PyObject,
    accessors: *mut PyObject,
) -> Result<Property> {
    // SAFETY: by the caller's word; the accessor lives for ever by the reference that is taken at the end.
    unsafe {
        let name = CStr::from_ptr(input::utf8(key)?);
        // As GObject writes it.
        let name = CString::new(name.to_string_lossy().replace('_', "-")).unwrap_or_default();
        let spec = make(&name, value)?;
        let accessor = if accessors.is_null() {
            ptr::null_mut()
        } else {
            ffi::PyDict_GetItemString(accessors, name.as_ptr())
        };
        Ok(Property {
            name,
            spec,
            accessor: ffi::Py_XNewRef(accessor),
        })
    }
}

impl Property {
    /// # Safety
    /// The class is being initialised.
    pub unsafe fn install(&self, class: *mut gobject::GObjectClass, id: u32) {
        // SAFETY: by the caller's word; the class takes the floating reference.
        unsafe { gobject::g_object_class_install_property(class, id, self.spec) };
    }
}

/// The GParamSpec that a tuple describes: floating.
///
/// # Safety
/// `value` is live.
unsafe fn make(name: &CStr, value: *mut PyObject) -> Result<*mut GParamSpec> {
    let shown = name.to_string_lossy();
    // SAFETY: by the caller's word; texts live as long as the tuple, and GObject copies them.
    unsafe {
        let Some(items) = items(value) else {
            return Err(type_error(&format!(
                "__gproperties__ values must be tuples, not {}: property '{shown}'",
                type_name(value)
            )));
        };
        let [of, nick, blurb, middle @ .., last] = &items[..] else {
            return Err(type_error(&format!(
                "property '{shown}' needs at least a type, a nick, a blurb and flags"
            )));
        };
        if !gobject::g_param_spec_is_valid_name(name.as_ptr()).eq(&1) {
            return Err(type_error(&format!("'{shown}' is no name for a property")));
        }
        let of = gtype::value(*of)? as usize;
        let made = Making {
            name: name.as_ptr(),
            shown: &shown,
            nick: optional_text(*nick)?,
            blurb: optional_text(*blurb)?,
            gtype: of,
            middle,
            flags: flags(*last, &shown)?,
        }
        .make()?;
        if made.is_null() {
            return Err(type_error(&format!(
                "could not create param spec for type {}",
                gtype_name(of)
            )));
        }
        Ok(made)
    }
}

/// # Safety
/// `object` is live and longer than the text is used.
unsafe fn optional_text(object: *mut PyObject) -> Result<*const c_char> {
    // SAFETY: by the caller's word.
    unsafe {
        if object == ffi::Py_None() {
            Ok(ptr::null())
        } else {
            input::utf8(object)
        }
    }
}

/// The parts of a GParamSpec that is being made.
struct Making<'a> {
    name: *const c_char,
    shown: &'a str,
    nick: *const c_char,
    blurb: *const c_char,
    gtype: usize,
    /// What stands between the blurb and the flags.
    middle: &'a [*mut PyObject],
    flags: u32,
}

impl Making<'_> {
    /// Exactly `N` items in the middle.
    fn exactly<const N: usize>(&self) -> Result<[*mut PyObject; N]> {
        self.middle.try_into().map_err(|_| {
            type_error(&format!(
                "property '{}' of type {} takes {N} values between its blurb and its flags, not {}",
                self.shown,
                gtype_name(self.gtype),
                self.middle.len()
            ))
        })
    }

    /// Minimum, maximum and default of a number: None if GObject would not take them.
    ///
    /// # Safety
    /// The items are live.
    unsafe fn range<T: PartialOrd + Copy>(
        &self,
        kind: Kind,
        of: fn(u64) -> T,
    ) -> Result<Option<[T; 3]>> {
        let items = self.exactly::<3>()?;
        let mut range = [of(0); 3];
        for (to, item) in range.iter_mut().zip(items) {
            // SAFETY: by the caller's word.
            *to = of(unsafe { input::scalar(kind, item)? });
        }
        let [minimum, maximum, default] = range;
        Ok((minimum <= maximum && minimum <= default && default <= maximum).then_some(range))
    }

    /// # Safety
    /// The items are live; the texts are C strings.
    unsafe fn make(&self) -> Result<*mut GParamSpec> {
        let Making {
            name,
            nick,
            blurb,
            flags,
            gtype: of,
            ..
        } = *self;
        let Some(fundamental) = gvalue::fundamental(of) else {
            return Ok(ptr::null_mut());
        };
        let kind = fundamental.row().number.unwrap_or(Kind::Any);
        macro_rules! number {
            ($type:ty, $of:expr, $make:ident) => {{
                let of: fn(u64) -> $type = $of;
                match self.range(kind, of)? {
                    Some([minimum, maximum, default]) => {
                        gobject::$make(name, nick, blurb, minimum, maximum, default, flags)
                    }
                    None => ptr::null_mut(),
                }
            }};
        }
        // SAFETY: by the caller's word; each function gets values of its type, and copies what it needs.
        unsafe {
            Ok(match fundamental {
                Fundamental::Char => number!(i8, |bits| bits as i8, g_param_spec_char),
                Fundamental::UChar => number!(u8, |bits| bits as u8, g_param_spec_uchar),
                Fundamental::Int => number!(i32, |bits| bits as i32, g_param_spec_int),
                Fundamental::UInt => number!(u32, |bits| bits as u32, g_param_spec_uint),
                Fundamental::Long => number!(i64, |bits| bits as i64, g_param_spec_long),
                Fundamental::ULong => number!(u64, |bits| bits, g_param_spec_ulong),
                Fundamental::Int64 => number!(i64, |bits| bits as i64, g_param_spec_int64),
                Fundamental::UInt64 => number!(u64, |bits| bits, g_param_spec_uint64),
                Fundamental::Float => {
                    number!(f32, |bits| f32::from_bits(bits as u32), g_param_spec_float)
                }
                Fundamental::Double => {
                    number!(f64, f64::from_bits, g_param_spec_double)
                }
                Fundamental::Boolean => {
                    let [default] = self.exactly()?;
                    let default = ffi::PyObject_IsTrue(default);
                    if default < 0 {
                        return Err(Raised);
                    }
                    gobject::g_param_spec_boolean(name, nick, blurb, default, flags)
                }
                Fundamental::Enum => {
                    let [default] = self.exactly()?;
                    let default = enumeration::number(default, of, Family::Enum)? as i32;
                    let class = classes::class_ref(of);
                    let known = gobject::g_enum_get_value(class.cast(), default);
                    gobject::g_type_class_unref(class.cast());
                    if known.is_null() {
                        return Ok(ptr::null_mut());
                    }
                    gobject::g_param_spec_enum(name, nick, blurb, of, default, flags)
                }
                Fundamental::Flags => {
                    let [default] = self.exactly()?;
                    let default = enumeration::number(default, of, Family::Flags)? as u32;
                    gobject::g_type_class_unref(classes::class_ref(of).cast());
                    gobject::g_param_spec_flags(name, nick, blurb, of, default, flags)
                }
                Fundamental::String => {
                    let [default] = self.exactly()?;
                    let default = optional_text(default)?;
                    gobject::g_param_spec_string(name, nick, blurb, default, flags)
                }
                Fundamental::Param => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_param(name, nick, blurb, of, flags)
                }
                Fundamental::Boxed => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_boxed(name, nick, blurb, of, flags)
                }
                Fundamental::Pointer if of == gobject::g_gtype_get_type() => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_gtype(name, nick, blurb, gobject::G_TYPE_NONE, flags)
                }
                Fundamental::Pointer => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_pointer(name, nick, blurb, flags)
                }
                Fundamental::Object | Fundamental::Interface => {
                    self.exactly::<0>()?;
                    gobject::g_param_spec_object(name, nick, blurb, of, flags)
                }
                Fundamental::Variant => {
                    let [default] = self.exactly()?;
                    let mut value = gvalue::Owned::new(gobject::G_TYPE_VARIANT);
                    gvalue::set(&mut value.0, default)?;
                    let default = gobject::g_value_get_variant(&value.0);
                    let any = c"*".as_ptr().cast();
                    gobject::g_param_spec_variant(name, nick, blurb, any, default, flags)
                }
            })
        }
    }
}

// ---- What GObject calls ----

/// Which way a property goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Get,
    Set,
}

impl Which {
    /// The method that an instance without an accessor has for it.
    pub fn name(self) -> &'static Name {
        static NAMES: [Name; 2] = [Name::new(c"do_get_property"), Name::new(c"do_set_property")];
        &NAMES[self as usize]
    }
}
