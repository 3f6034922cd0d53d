//! `__gdoc__`: what GObject knows of a class's signals and properties, as text.
//!
//! Compat surface, section 7. The form is PyGObject's.

use std::ffi::c_void;
use std::fmt::Write;
use std::ptr;

use gobject_sys as gobject;
use pyo3::ffi::{self, PyObject, PyTypeObject};

use crate::convert::classes;
use crate::convert::gtype;
use crate::convert::gtype::gtype_name;
use crate::object::{property, pytype};
use crate::python::error::{Result, c_text, str_of};
use crate::python::reference::not_null;

/// Gives the base types their `__gdoc__`; once, at initialisation.
pub fn initialise(classes: [*mut PyTypeObject; 2]) -> Result<()> {
    let descriptor = pytype::make(pytype::Spec {
        name: c"gi._gi.GDocDescr",
        size: size_of::<PyObject>(),
        flags: ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION,
        base: ptr::null_mut(),
        slots: vec![(ffi::Py_tp_descr_get, get as *mut c_void)],
        offsets: vec![],
        getters: vec![],
        methods: vec![],
    })?;
    for class in classes {
        // SAFETY: live types.
        unsafe { pytype::add(class, c"__gdoc__", ffi::PyType_GenericAlloc(descriptor, 0))? };
    }
    Ok(())
}

unsafe extern "C" fn get(
    _: *mut PyObject,
    object: *mut PyObject,
    class: *mut PyObject,
) -> *mut PyObject {
    crate::guard(|| {
        // SAFETY: the descriptor protocol: live objects or NULL; the entry of a class's own dictionary is borrowed.
        unsafe {
            let class = if class.is_null() {
                ffi::Py_TYPE(object).cast()
            } else {
                class
            };
            let gtype = gtype::lookup(class)?.unwrap_or(0);
            let documentation = ffi::PyDict_GetItemString(
                (*class.cast::<PyTypeObject>()).tp_dict,
                c"__doc__".as_ptr(),
            );
            let own = (!documentation.is_null() && ffi::PyUnicode_Check(documentation) != 0)
                .then(|| str_of(documentation));
            let text = pytype::text(&describe(gtype, own));
            not_null(text)
        }
    })
    .unwrap_or(ptr::null_mut())
}

fn describe(gtype: usize, own: Option<String>) -> String {
    // SAFETY: any number may be asked for.
    let is_interface = unsafe { gobject::g_type_fundamental(gtype) } == gobject::G_TYPE_INTERFACE;
    let what = if is_interface { "Interface" } else { "Object" };
    let mut text = format!("{what} {}\n\n", gtype_name(gtype));
    if let Some(own) = own {
        let _ = write!(text, "{own}\n\n");
    }
    if is_interface {
        members(&mut text, gtype);
        members(&mut text, gobject::G_TYPE_OBJECT);
        return text;
    }
    let mut ancestor = gtype;
    while ancestor != 0 {
        members(&mut text, ancestor);
        let mut n = 0;
        // SAFETY: any number may be asked for; the array is `n` long and ours.
        unsafe {
            let interfaces = gobject::g_type_interfaces(ancestor, &mut n);
            for i in 0..n as usize {
                members(&mut text, *interfaces.add(i));
            }
            glib_sys::g_free(interfaces.cast());
            ancestor = gobject::g_type_parent(ancestor);
        }
    }
    text
}

/// The signals and properties that a type brings itself.
fn members(text: &mut String, gtype: usize) {
    if gtype == gobject::G_TYPE_INTERFACE {
        // The root of interfaces is none itself.
        return;
    }
    let name = gtype_name(gtype);
    let mut n = 0;
    // SAFETY: GObject knows the signals of a type when its class is there, which is held meanwhile; the array is `n`
    // long and ours; what a query says lives for ever.
    let signals = unsafe {
        let is_interface = gobject::g_type_fundamental(gtype) == gobject::G_TYPE_INTERFACE;
        let held = if is_interface {
            classes::interface_ref(gtype)
        } else {
            classes::class_ref(gtype).cast()
        };
        let ids = gobject::g_signal_list_ids(gtype, &mut n);
        let mut found = Vec::new();
        for i in 0..n as usize {
            let mut query: gobject::GSignalQuery = std::mem::zeroed();
            gobject::g_signal_query(*ids.add(i), &mut query);
            found.push(query);
        }
        glib_sys::g_free(ids.cast());
        if is_interface {
            gobject::g_type_default_interface_unref(held);
        } else {
            gobject::g_type_class_unref(held.cast());
        }
        found
    };
    /// `G_SIGNAL_TYPE_STATIC_SCOPE`, which marks types whose values are not copied.
    const STATIC_SCOPE: usize = 1;
    if !signals.is_empty() {
        let _ = writeln!(text, "Signals from {name}:");
        for query in signals {
            // SAFETY: as above.
            let types: Vec<String> = unsafe {
                (0..query.n_params as usize)
                    .map(|k| gtype_name(*query.param_types.add(k) & !STATIC_SCOPE))
                    .collect()
            };
            // SAFETY: as above.
            let signal = unsafe { c_text(query.signal_name) };
            let _ = write!(text, "  {signal} ({})", types.join(", "));
            let result = query.return_type & !STATIC_SCOPE;
            if !matches!(result, 0 | gobject::G_TYPE_NONE) {
                let _ = write!(text, " -> {}", gtype_name(result));
            }
            text.push('\n');
        }
        text.push('\n');
    }
    // SAFETY: properties live as long as their class, which is never unloaded.
    let own = property::list(gtype)
        .into_iter()
        .filter(|spec| unsafe { (**spec).owner_type } == gtype)
        .collect::<Vec<_>>();
    if own.is_empty() {
        return;
    }
    let _ = writeln!(text, "Properties from {name}:");
    for spec in own {
        // SAFETY: as above.
        let (property, value, nick, blurb) = unsafe {
            (
                c_text((*spec).name),
                gtype_name((*spec).value_type),
                c_text(gobject::g_param_spec_get_nick(spec)),
                c_text(gobject::g_param_spec_get_blurb(spec)),
            )
        };
        let _ = writeln!(text, "  {property} -> {value}: {nick}");
        if !blurb.is_empty() {
            let _ = writeln!(text, "    {blurb}");
        }
    }
    text.push('\n');
}
