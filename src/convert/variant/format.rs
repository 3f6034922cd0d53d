//! GVariant format strings, read once: `a{sv}` as a tree.
//!
//! A format is a type string without the indefinite types. What has been read is kept: programs have few formats, most
//! of them literals, which Python keeps at one address.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::CString;
use std::rc::Rc;
use std::sync::LazyLock;

use glib_sys as glib;
use pyo3::ffi::{self, PyObject};

use crate::convert::{errors, input};
use crate::python::error::{Result, type_error};

/// One type of a format.
#[derive(Debug)]
pub struct Spec {
    pub form: Form,
    /// Where its type string begins in the format's text, and how long it is.
    start: u16,
    len: u16,
}

#[derive(Debug)]
pub enum Form {
    Boolean,
    Byte,
    Int16,
    Uint16,
    Int32,
    Uint32,
    Int64,
    Uint64,
    Handle,
    Double,
    String,
    ObjectPath,
    Signature,
    Variant,
    Array(Box<Spec>),
    Maybe(Box<Spec>),
    Tuple(Box<[Spec]>),
    Entry(Box<(Spec, Spec)>),
}

#[derive(Debug)]
pub struct Format {
    text: CString,
    pub spec: Spec,
}

impl Format {
    /// GLib's view of a type in this format, borrowed from it. Type strings know their own end.
    pub fn glib_type(&self, spec: &Spec) -> *const glib::GVariantType {
        // SAFETY: a spec's start lies in the text of its format.
        unsafe { self.text.as_ptr().add(spec.start.into()).cast() }
    }

    /// The type string of a type in this format.
    pub fn text(&self, spec: &Spec) -> &str {
        let bytes = &self.text.as_bytes()[spec.start.into()..(spec.start + spec.len).into()];
        // Type strings are ASCII.
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// Formats that are kept; a program that makes more up while it runs reads them again.
const KEPT: usize = 1024;
/// Places for formats that are found by the address of their str; a power of two.
const PLACES: usize = 256;

/// What has been read.
struct Known {
    by_text: HashMap<Box<[u8]>, Rc<Format>>,
    /// A str that is referenced, so that its address stays its own.
    by_address: Vec<Option<(usize, Rc<Format>)>>,
}

/// Borrowed only while no Python code runs.
struct Guarded(RefCell<Known>);

// SAFETY: touched under the GIL only; so are formats and their counts of references.
unsafe impl Send for Guarded {}
// SAFETY: as above.
unsafe impl Sync for Guarded {}

static KNOWN: LazyLock<Guarded> = LazyLock::new(|| {
    Guarded(RefCell::new(Known {
        by_text: HashMap::new(),
        by_address: vec![None; PLACES],
    }))
});

fn place(object: *mut PyObject) -> usize {
    let address = object as usize;
    (address >> 4 ^ address >> 12) % PLACES
}

/// The format that a str says. TypeError for other objects and for what is no format.
///
/// # Safety
/// `object` is live.
pub unsafe fn of(object: *mut PyObject) -> Result<Rc<Format>> {
    if let Some((address, format)) = &KNOWN.0.borrow().by_address[place(object)]
        && *address == object as usize
    {
        return Ok(Rc::clone(format));
    }
    // SAFETY: the object is live; its text is borrowed while it is.
    unsafe {
        errors::not_none(object, 0)?;
        input::utf8(object)?;
        let mut len = 0;
        let data = ffi::PyUnicode_AsUTF8AndSize(object, &mut len);
        let text = std::slice::from_raw_parts(data.cast::<u8>(), len as usize);
        let found = KNOWN.0.borrow().by_text.get(text).cloned();
        let format = match found {
            Some(format) => format,
            None => match read(text) {
                Some(format) => Rc::new(format),
                None => {
                    return Err(type_error(&format!(
                        "Invalid GVariant format string '{}'",
                        String::from_utf8_lossy(text)
                    )));
                }
            },
        };
        ffi::Py_INCREF(object);
        let replaced = {
            let mut known = KNOWN.0.borrow_mut();
            if known.by_text.len() >= KEPT {
                known.by_text.clear();
            }
            known.by_text.insert(text.into(), Rc::clone(&format));
            known.by_address[place(object)].replace((object as usize, Rc::clone(&format)))
        };
        if let Some((old, _)) = replaced {
            ffi::Py_DECREF(old as *mut PyObject);
        }
        Ok(format)
    }
}

/// Reads a whole format; None if it is none.
fn read(text: &[u8]) -> Option<Format> {
    let copy = CString::new(text).ok()?;
    // SAFETY: a NUL-terminated string. GLib bounds the depth, so what is read below does not nest too deeply.
    if unsafe { glib::g_variant_type_string_is_valid(copy.as_ptr()) } == 0 {
        return None;
    }
    let mut at = 0;
    let spec = read_one(text, &mut at)?;
    (at == text.len()).then_some(Format { text: copy, spec })
}

fn read_one(text: &[u8], at: &mut usize) -> Option<Spec> {
    let start = *at;
    let first = *text.get(start)?;
    *at += 1;
    let form = match first {
        b'b' => Form::Boolean,
        b'y' => Form::Byte,
        b'n' => Form::Int16,
        b'q' => Form::Uint16,
        b'i' => Form::Int32,
        b'u' => Form::Uint32,
        b'x' => Form::Int64,
        b't' => Form::Uint64,
        b'h' => Form::Handle,
        b'd' => Form::Double,
        b's' => Form::String,
        b'o' => Form::ObjectPath,
        b'g' => Form::Signature,
        b'v' => Form::Variant,
        b'a' => Form::Array(Box::new(read_one(text, at)?)),
        b'm' => Form::Maybe(Box::new(read_one(text, at)?)),
        b'(' => {
            let mut items = Vec::new();
            while *text.get(*at)? != b')' {
                items.push(read_one(text, at)?);
            }
            *at += 1;
            Form::Tuple(items.into())
        }
        b'{' => {
            let pair = (read_one(text, at)?, read_one(text, at)?);
            if *text.get(*at)? != b'}' {
                return None;
            }
            *at += 1;
            Form::Entry(Box::new(pair))
        }
        // The indefinite types describe many values, so none can be made.
        _ => return None,
    };
    Some(Spec {
        form,
        start: u16::try_from(start).ok()?,
        len: u16::try_from(*at - start).ok()?,
    })
}

/// The types of a tuple's items, or the one type where the signature is no tuple's. What is no signature is taken apart
/// as far as it goes, as PyGObject does.
pub fn split_signature(signature: &str) -> Vec<String> {
    let Some(rest) = signature.strip_prefix('(') else {
        return vec![signature.to_owned()];
    };
    let mut end = rest.char_indices();
    end.next_back();
    let inner = end.as_str();
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0);
    for (i, c) in inner.char_indices() {
        match c {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            'a' | 'm' => continue,
            _ => {}
        }
        if depth <= 0 {
            depth = 0;
            let end = i + c.len_utf8();
            found.push(inner[start..end].to_owned());
            start = end;
        }
    }
    found
}
