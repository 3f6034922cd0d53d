//! Callbacks that an object keeps, although its typelib says that they are for the call alone and names nothing that would
//! say when they end: those of constructors and setters. They end with the object, or when the setter is called again.
//!
//! Where there is no GObject to end with, they stay for ever.

use std::ffi::c_void;
use std::sync::OnceLock;

use gobject_sys as gobject;
use gobject_sys::GObject;

use crate::closure::end;
use crate::closure::trampoline::{Ends, Trampoline};
use crate::convert::temps::Temps;
use crate::python::Gil;

/// What one object keeps.
#[derive(Default)]
struct Kept {
    /// Each with the address of the function that it was passed to.
    all: Vec<(usize, *mut Trampoline)>,
}

fn quark() -> u32 {
    static QUARK: OnceLock<u32> = OnceLock::new();
    // SAFETY: a C string that lives for ever.
    *QUARK.get_or_init(|| unsafe {
        glib_sys::g_quark_from_static_string(c"gijit-callbacks".as_ptr())
    })
}

/// Has the callbacks that a call has made for it end with an object. `setter` is the function that was called, if what it
/// was given before is replaced; 0 for a constructor.
///
/// # Safety
/// The object is live; C has been called with the pieces; the GIL is held. May run Python code.
pub unsafe fn keep(object: *mut GObject, setter: usize, temps: &Temps<'_>) {
    // SAFETY: the pieces that are released so are trampolines; what stands under the quark is ours, and touched under the
    // GIL, since an object that is live is not being finalised.
    unsafe {
        let mut kept = gobject::g_object_get_qdata(object, quark()).cast::<Kept>();
        if kept.is_null() {
            kept = Box::into_raw(Box::default());
            let free = Some(free as unsafe extern "C" fn(*mut c_void));
            gobject::g_object_set_qdata_full(object, quark(), kept.cast(), free);
        }
        let all = &mut (*kept).all;
        let is_old = |(by, _): &mut (usize, *mut Trampoline)| setter != 0 && *by == setter;
        let old: Vec<_> = all.extract_if(.., is_old).collect();
        let made = temps.given(end).map(|made| made.cast::<Trampoline>());
        let made = made.filter(|made| (**made).ends.get() == Ends::WithObject);
        all.extend(made.map(|made| (setter, made)));
        for (_, trampoline) in old {
            Trampoline::end(trampoline);
        }
    }
}

/// Ends the callbacks that a call has made to be kept: it has failed.
///
/// # Safety
/// As for [`keep`].
pub unsafe fn give_up(temps: &Temps<'_>) {
    for made in temps.given(end).map(|made| made.cast::<Trampoline>()) {
        // SAFETY: by the caller's word.
        unsafe {
            if (*made).ends.get() == Ends::WithObject {
                Trampoline::end(made);
            }
        }
    }
}

/// The object is gone, on any thread.
unsafe extern "C" fn free(kept: *mut c_void) {
    // SAFETY: from `keep`, once. If Python has ended, all of it is left to the end of the process.
    unsafe {
        let Some(gil) = Gil::take() else {
            return;
        };
        crate::guard(|| {
            for (_, trampoline) in Box::from_raw(kept.cast::<Kept>()).all {
                Trampoline::end(trampoline);
            }
            Ok(())
        });
        drop(gil);
    }
}
