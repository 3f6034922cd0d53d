//! Values that another Python binding wraps: those of cairo, which are pycairo's.
//!
//! pycairo offers its classes and constructors in a capsule, whose order its header `py3cairo.h` fixes. It is loaded
//! when a value of cairo crosses for the first time; nothing is linked against cairo or pycairo. What the functions of
//! cairo are called by name for is to take a reference, to give one up, and to copy.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;
use std::sync::OnceLock;

use gobject_sys as gobject;
use libloading::os::unix::{Library, RTLD_LAZY};
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::cell::TypeCell;
use crate::convert::output;
use crate::convert::temps::Temps;
use crate::python::error::{Raised, Result, raise, type_error};
use crate::python::reference::not_null;

type Pointer = *mut c_void;
type Type = *mut PyTypeObject;
type From = unsafe extern "C" fn(Pointer) -> *mut PyObject;
type FromBased = unsafe extern "C" fn(Pointer, *mut PyObject) -> *mut PyObject;
type FromContext = unsafe extern "C" fn(Pointer, Type, *mut PyObject) -> *mut PyObject;

/// pycairo's capsule `cairo.CAPI`, as of 1.16. Constructors take the reference that they are given, in any case.
#[repr(C)]
struct CApi {
    context: Type,
    context_from: FromContext,
    font_face: Type,
    toy_font_face: Type,
    font_face_from: From,
    font_options: Type,
    font_options_from: From,
    matrix: Type,
    /// Copies.
    matrix_from: From,
    path: Type,
    path_from: From,
    pattern: Type,
    kinds_of_pattern: [Type; 5],
    pattern_from: FromBased,
    scaled_font: Type,
    scaled_font_from: From,
    surface: Type,
    kinds_of_surface: [Type; 8],
    surface_from: FromBased,
    check_status: unsafe extern "C" fn(c_int) -> c_int,
    rectangle: Type,
    rectangle_from: From,
    region: Type,
    region_from: From,
}

/// `cairo_matrix_t`: six doubles.
const MATRIX: usize = 48;
/// Where every object of pycairo has its pointer, or its matrix.
const CONTENT: usize = size_of::<PyObject>();

/// One struct of cairo that has a class in pycairo.
struct Known {
    name: &'static str,
    /// The name of its GType, if it has one that pycairo's objects are the values of.
    gtype: &'static str,
    class: fn(&CApi) -> Type,
    /// Makes an object; takes the reference.
    wrap: unsafe fn(&CApi, Pointer) -> *mut PyObject,
    /// A reference, or a copy where there is no counting.
    acquire: unsafe fn(&Cairo, Pointer) -> Pointer,
    /// The symbol that gives up what `acquire` made; empty for memory.
    destroy: &'static CStr,
}

static KNOWN: [Known; 9] = [
    Known {
        name: "Context",
        gtype: "CairoContext",
        class: |api| api.context,
        // SAFETY: passed on: the caller gives a reference.
        wrap: |api, at| unsafe { (api.context_from)(at, api.context, ptr::null_mut()) },
        // SAFETY: passed on.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_reference", at) },
        destroy: c"cairo_destroy",
    },
    Known {
        name: "Surface",
        gtype: "CairoSurface",
        class: |api| api.surface,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.surface_from)(at, ptr::null_mut()) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_surface_reference", at) },
        destroy: c"cairo_surface_destroy",
    },
    Known {
        name: "Pattern",
        gtype: "CairoPattern",
        class: |api| api.pattern,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.pattern_from)(at, ptr::null_mut()) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_pattern_reference", at) },
        destroy: c"cairo_pattern_destroy",
    },
    Known {
        name: "FontFace",
        gtype: "CairoFontFace",
        class: |api| api.font_face,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.font_face_from)(at) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_font_face_reference", at) },
        destroy: c"cairo_font_face_destroy",
    },
    Known {
        name: "ScaledFont",
        gtype: "CairoScaledFont",
        class: |api| api.scaled_font,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.scaled_font_from)(at) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_scaled_font_reference", at) },
        destroy: c"cairo_scaled_font_destroy",
    },
    Known {
        name: "FontOptions",
        gtype: "",
        class: |api| api.font_options,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.font_options_from)(at) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_font_options_copy", at) },
        destroy: c"cairo_font_options_destroy",
    },
    Known {
        name: "Region",
        gtype: "",
        class: |api| api.region,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.region_from)(at) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.unary(c"cairo_region_reference", at) },
        destroy: c"cairo_region_destroy",
    },
    Known {
        name: "Path",
        gtype: "",
        class: |api| api.path,
        // SAFETY: as above.
        wrap: |api, at| unsafe { (api.path_from)(at) },
        // SAFETY: as above.
        acquire: |cairo, at| unsafe { cairo.copy_path(at) },
        destroy: c"cairo_path_destroy",
    },
    Known {
        name: "Matrix",
        gtype: "CairoMatrix",
        class: |api| api.matrix,
        // SAFETY: the object has a copy of its own, and the memory is ours.
        wrap: |api, at| unsafe {
            let object = (api.matrix_from)(at);
            glib_sys::g_free(at);
            object
        },
        // SAFETY: a matrix is that many bytes.
        acquire: |_, at| unsafe {
            let copy = glib_sys::g_malloc(MATRIX);
            ptr::copy_nonoverlapping(at.cast::<u8>(), copy.cast(), MATRIX);
            copy
        },
        destroy: c"",
    },
];

/// cairo and pycairo, loaded.
struct Cairo {
    api: *const CApi,
    library: Library,
}

// SAFETY: the capsule's content is static and read-only; a library can be asked from any thread.
unsafe impl Send for Cairo {}
// SAFETY: as above.
unsafe impl Sync for Cairo {}

static CAIRO: OnceLock<Cairo> = OnceLock::new();

const CAIRO_NAMES: [&str; 3] = ["libcairo.so.2", "libcairo.2.dylib", "libcairo-2.dll"];
const GOBJECT_NAMES: [&str; 3] = [
    "libcairo-gobject.so.2",
    "libcairo-gobject.2.dylib",
    "libcairo-gobject-2.dll",
];

fn open(names: &[&str]) -> Result<Library> {
    let mut problem = String::new();
    for name in names {
        // SAFETY: opening runs the library's initialisers. It is the system's cairo, which pycairo itself is linked
        // with.
        match unsafe { Library::open(Some(name), RTLD_LAZY) } {
            Ok(library) => return Ok(library),
            Err(error) if problem.is_empty() => problem = error.to_string(),
            Err(_) => {}
        }
    }
    // SAFETY: reads a static that the interpreter has initialised.
    Err(raise(unsafe { ffi::PyExc_ImportError }, &problem))
}

/// cairo and pycairo, loaded at the first need.
///
/// # Errors
/// ImportError where pycairo is missing, or too old.
fn cairo() -> Result<&'static Cairo> {
    if let Some(cairo) = CAIRO.get() {
        return Ok(cairo);
    }
    // SAFETY: C strings; what is made here is dropped here; the capsule lives as long as its module, which stays.
    let api = unsafe {
        let module = ffi::PyImport_ImportModule(c"cairo".as_ptr());
        if module.is_null() {
            return Err(Raised);
        }
        let wanted = ffi::Py_BuildValue(c"(ii)".as_ptr(), 1 as c_int, 16 as c_int);
        let found = ffi::PyObject_GetAttrString(module, c"version_info".as_ptr());
        let old = if wanted.is_null() || found.is_null() {
            -1
        } else {
            ffi::PyObject_RichCompareBool(found, wanted, ffi::Py_LT)
        };
        ffi::Py_XDECREF(wanted);
        ffi::Py_XDECREF(found);
        ffi::Py_DECREF(module);
        match old {
            0 => {}
            1 => {
                return Err(raise(
                    ffi::PyExc_ImportError,
                    "pycairo 1.16 or newer is needed",
                ));
            }
            _ => return Err(Raised),
        }
        ffi::PyCapsule_Import(c"cairo.CAPI".as_ptr(), 0).cast::<CApi>()
    };
    if api.is_null() {
        return Err(Raised);
    }
    let library = open(&CAIRO_NAMES)?;
    Ok(CAIRO.get_or_init(|| Cairo { api, library }))
}

impl Cairo {
    fn api(&self) -> &CApi {
        // SAFETY: the capsule's content is static.
        unsafe { &*self.api }
    }

    /// Calls a function of cairo that takes a pointer and returns one.
    ///
    /// # Safety
    /// It is such a function, and the pointer is what it takes.
    unsafe fn unary(&self, symbol: &CStr, at: Pointer) -> Pointer {
        // SAFETY: by the caller's word.
        unsafe {
            match self
                .library
                .get::<unsafe extern "C" fn(Pointer) -> Pointer>(symbol.to_bytes_with_nul())
            {
                Ok(function) => function(at),
                Err(_) => ptr::null_mut(),
            }
        }
    }

    /// Calls one that takes a pointer and returns nothing.
    ///
    /// # Safety
    /// As above.
    unsafe fn destroy(&self, symbol: &CStr, at: Pointer) {
        // SAFETY: by the caller's word.
        unsafe {
            if let Ok(function) = self
                .library
                .get::<unsafe extern "C" fn(Pointer)>(symbol.to_bytes_with_nul())
            {
                function(at);
            }
        }
    }

    /// cairo has no function for it: the path is drawn to a context that has nothing else, and taken from there.
    ///
    /// # Safety
    /// `path` is a live path.
    unsafe fn copy_path(&self, path: Pointer) -> Pointer {
        type Create = unsafe extern "C" fn(c_int, c_int, c_int) -> Pointer;
        type Append = unsafe extern "C" fn(Pointer, Pointer);
        // SAFETY: these are the types of cairo's functions; each thing made here but the copy is destroyed here.
        unsafe {
            let (Ok(create), Ok(append)) = (
                self.library.get::<Create>(b"cairo_image_surface_create\0"),
                self.library.get::<Append>(b"cairo_append_path\0"),
            ) else {
                return ptr::null_mut();
            };
            let surface = create(2, 0, 0);
            let context = self.unary(c"cairo_create", surface);
            append(context, path);
            let copy = self.unary(c"cairo_copy_path", context);
            self.destroy(c"cairo_destroy", context);
            self.destroy(c"cairo_surface_destroy", surface);
            copy
        }
    }
}

impl Known {
    fn of(cell: &TypeCell) -> Option<&'static Known> {
        Known::named(&cell.of.namespace, &cell.of.name)
    }

    fn named(namespace: &str, name: &str) -> Option<&'static Known> {
        KNOWN
            .iter()
            .find(|known| namespace == "cairo" && known.name == name)
    }

    /// The pointer in an object of pycairo; TypeError for any other.
    ///
    /// # Safety
    /// `object` is live.
    unsafe fn pointer(&self, cairo: &Cairo, object: *mut PyObject) -> Result<Pointer> {
        // SAFETY: only an instance of pycairo's class is read as one.
        unsafe {
            if ffi::PyObject_TypeCheck(object, (self.class)(cairo.api())) == 0 {
                return Err(type_error(&format!("Expected cairo.{}", self.name)));
            }
            let content = object.cast::<u8>().add(CONTENT);
            Ok(if self.is_inline() {
                content.cast()
            } else {
                *content.cast::<Pointer>()
            })
        }
    }

    /// Whether pycairo's object holds the value itself.
    fn is_inline(&self) -> bool {
        self.name == "Matrix"
    }

    /// # Safety
    /// `at` is what `acquire` made.
    unsafe fn release(&self, cairo: &Cairo, at: Pointer) {
        // SAFETY: by the caller's word.
        unsafe {
            if self.destroy.is_empty() {
                glib_sys::g_free(at);
            } else {
                cairo.destroy(self.destroy, at);
            }
        }
    }

    /// A new object of pycairo for a value that stays its owner's.
    ///
    /// # Safety
    /// `at` is live.
    unsafe fn wrap_lent(&self, cairo: &Cairo, at: Pointer) -> Result<*mut PyObject> {
        // SAFETY: by the caller's word; the object takes the reference.
        unsafe { not_null((self.wrap)(cairo.api(), (self.acquire)(cairo, at))) }
    }
}

fn unknown(namespace: &str, name: &str) -> Raised {
    type_error(&format!(
        "Couldn't find foreign struct converter for '{namespace}.{name}'"
    ))
}

/// What converts values of a type. TypeError where nobody can, whatever the reason.
fn find(cell: &TypeCell) -> Result<(&'static Known, &'static Cairo)> {
    let (namespace, name) = (&cell.of.namespace, &cell.of.name);
    let Some(known) = Known::of(cell) else {
        return Err(unknown(namespace, name));
    };
    match cairo() {
        Ok(cairo) => Ok((known, cairo)),
        Err(Raised) => {
            // SAFETY: replaced by the error below.
            unsafe { ffi::PyErr_Clear() };
            Err(unknown(namespace, name))
        }
    }
}

// ---- Conversions ----

/// Size in bytes of a value whose memory the caller allocates; 0 where that is not known.
pub fn size(cell: &TypeCell) -> usize {
    match Known::of(cell) {
        Some(known) if known.is_inline() => MATRIX,
        _ => 0,
    }
}

/// The C pointer of an object of the other binding: lent, which its owner keeps alive, or given.
///
/// # Safety
/// `object` is live and not None; it is held as long as the pieces.
pub unsafe fn input(
    object: *mut PyObject,
    cell: &'static TypeCell,
    full: bool,
    temps: &mut Temps<'_>,
) -> Result<*mut c_void> {
    unsafe extern "C" fn drop(pointer: *mut c_void, cell: *const c_void) {
        // SAFETY: what was given to the pieces, with its cell.
        unsafe { release(pointer, &*cell.cast::<TypeCell>()) }
    }
    // SAFETY: the object is live.
    unsafe {
        let (known, cairo) = find(cell)?;
        let pointer = known.pointer(cairo, object)?;
        if !full {
            return Ok(pointer);
        }
        let given = (known.acquire)(cairo, pointer);
        temps.give(given, drop, ptr::from_ref(cell).cast());
        Ok(given)
    }
}

/// An object of the other binding: a new reference. What is owned is taken in any case.
///
/// # Safety
/// `pointer` is NULL or live, and with `full` ours.
pub unsafe fn output(
    pointer: *mut c_void,
    cell: &'static TypeCell,
    full: bool,
) -> Result<*mut PyObject> {
    if pointer.is_null() {
        return Ok(output::none());
    }
    // SAFETY: by the caller's word. What nobody can wrap, nobody can free.
    unsafe {
        let (known, cairo) = find(cell)?;
        if full {
            not_null((known.wrap)(cairo.api(), pointer))
        } else {
            known.wrap_lent(cairo, pointer)
        }
    }
}

/// # Safety
/// `pointer` is live and ours.
pub unsafe fn release(pointer: *mut c_void, cell: &TypeCell) {
    // On the way out of a call, with or without an exception set: where pycairo has not been loaded by then, nothing
    // of cairo was converted.
    if let (Some(known), Some(cairo)) = (Known::of(cell), CAIRO.get()) {
        // SAFETY: by the caller's word.
        unsafe { known.release(cairo, pointer) }
    }
}

// ---- GValue ----

/// The struct whose values a boxed GType has, if they are another binding's and that can be loaded.
fn of_gtype(gtype: usize) -> Option<(&'static Known, &'static Cairo)> {
    // SAFETY: any number may be asked for; a name lives for ever.
    let name = unsafe {
        let name = gobject::g_type_name(gtype);
        if name.is_null() {
            return None;
        }
        CStr::from_ptr(name)
    };
    let name = name
        .to_str()
        .ok()
        .filter(|name| name.starts_with("Cairo"))?;
    let known = KNOWN.iter().find(|known| known.gtype == name)?;
    match cairo() {
        Ok(cairo) => Some((known, cairo)),
        Err(Raised) => {
            // SAFETY: the value is an ordinary boxed one then.
            unsafe { ffi::PyErr_Clear() };
            None
        }
    }
}

/// What a value of a boxed type holds, as an object of the other binding; None if no other binding has the type. A
/// new reference.
///
/// # Safety
/// `value` is a live value that holds a boxed type.
pub unsafe fn from_value(value: *const gobject::GValue) -> Option<Result<*mut PyObject>> {
    // SAFETY: by the caller's word.
    unsafe {
        let (known, cairo) = of_gtype((*value).g_type)?;
        let pointer = gobject::g_value_get_boxed(value);
        Some(if pointer.is_null() {
            Ok(output::none())
        } else {
            known.wrap_lent(cairo, pointer)
        })
    }
}

/// Puts an object of the other binding, or None, into a value; None if no other binding has the value's type.
///
/// # Safety
/// `object` is live, `value` a live value of a boxed type.
pub unsafe fn to_value(object: *mut PyObject, value: *mut gobject::GValue) -> Option<Result<()>> {
    // SAFETY: by the caller's word; the value takes a reference or copy of its own.
    unsafe {
        let (known, cairo) = of_gtype((*value).g_type)?;
        if object == ffi::Py_None() {
            gobject::g_value_set_boxed(value, ptr::null());
            return Some(Ok(()));
        }
        Some(
            known
                .pointer(cairo, object)
                .map(|pointer| gobject::g_value_set_boxed(value, pointer)),
        )
    }
}

// ---- For the module ----

/// Whether values of a type can cross.
///
/// # Errors
/// TypeError if not.
pub fn require(namespace: &str, name: &str) -> Result<()> {
    let Some(_) = Known::named(namespace, name) else {
        return Err(unknown(namespace, name));
    };
    cairo().map(|_| ())
}

/// Loads cairo, pycairo, and the GTypes of cairo's structs.
///
/// # Errors
/// ImportError where one is missing.
pub fn load_cairo() -> Result<()> {
    cairo()?;
    let library = open(&GOBJECT_NAMES)?;
    let symbols: [&[u8]; 6] = [
        b"cairo_gobject_context_get_type\0",
        b"cairo_gobject_surface_get_type\0",
        b"cairo_gobject_pattern_get_type\0",
        b"cairo_gobject_font_face_get_type\0",
        b"cairo_gobject_scaled_font_get_type\0",
        // Of newer versions only.
        b"cairo_gobject_matrix_get_type\0",
    ];
    for symbol in symbols {
        // SAFETY: such a function takes nothing and returns a GType.
        unsafe {
            if let Ok(function) = library.get::<unsafe extern "C" fn() -> usize>(symbol) {
                function();
            }
        }
    }
    // The types that it registered need it for ever.
    std::mem::forget(library);
    Ok(())
}
