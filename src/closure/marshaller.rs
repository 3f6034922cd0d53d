//! Whether the marshaller that a signal has passes on what the signal's typelib says: tried once, before any handler in
//! Python depends on it.
//!
//! Libraries register signals with the wrong marshaller, and nobody notices as long as handlers are called with values.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::Type;
use gobject_sys as gobject;
use gobject_sys::GValue;
use libffi::raw as libffi;
use smallvec::SmallVec;

use super::gclosure::marshal_of;
use super::signature::Signature;
use crate::convert::converter::read_bits;
use crate::convert::instance::gtype_of;

/// What the marshaller is given, and what came of it. A `GCClosure` has the code behind its head.
#[repr(C)]
struct Tried {
    head: [u64; 4],
    code: *mut c_void,
    signature: *const Signature,
    values: *const GValue,
    answer: u64,
    arrived: bool,
}

/// What an argument is tried with: a number that no other has and that a C `int` and a float can hold, or something to
/// point to, since a debugging GObject looks at that.
fn word(i: usize, gtype: usize, object: *mut gobject::GObject) -> u64 {
    static TEXT: [u8; 64] = [0; 64];
    let number = 0x0012_3450 + i as u64 * 2;
    // SAFETY: a registered type.
    match unsafe { gobject::g_type_fundamental(gtype) } {
        gobject::G_TYPE_FLOAT => u64::from((number as f32).to_bits()),
        gobject::G_TYPE_DOUBLE => (number as f64).to_bits(),
        gobject::G_TYPE_BOOLEAN => 1,
        gobject::G_TYPE_STRING => &raw const TEXT[i] as u64,
        gobject::G_TYPE_OBJECT => object as u64,
        gobject::G_TYPE_INTERFACE | gobject::G_TYPE_PARAM => 0,
        _ => number,
    }
}

/// Whether the marshaller of a connected closure suits the signature: it passes every argument, and brings back the
/// result, in time that is worth it. `gtypes` are those of the parameters behind the object, `returned` is 0 for none.
///
/// # Safety
/// The closure is live and connected to the object; the signature is of the signal, takes arguments of such types as one
/// word each, and no more than 60.
pub unsafe fn suits(
    closure: *mut gobject::GClosure,
    signature: &'static Signature,
    object: *mut gobject::GObject,
    gtypes: &[usize],
    returned: usize,
) -> bool {
    // SAFETY: by the caller's word. A marshaller calls the code of the closure that it is given, with its data last; both
    // are those of what is tried, which nobody else knows.
    unsafe {
        let marshal = marshal_of(closure);
        if marshal as usize == gobject::g_cclosure_marshal_generic as *const () as usize {
            // That one goes through libffi: values are quicker.
            return false;
        }
        let mut code = ptr::null_mut();
        let memory = libffi::ffi_closure_alloc(size_of::<libffi::ffi_closure>(), &mut code);
        if memory.is_null() {
            return false;
        }
        let types = [gtype_of(object)].into_iter();
        let values: SmallVec<[GValue; 8]> = types
            .chain(gtypes.iter().copied())
            .enumerate()
            .map(|(i, gtype)| {
                let mut value: GValue = std::mem::zeroed();
                value.g_type = gtype;
                let data = (&raw mut value.data).cast::<u64>();
                data.write(word(i, gtype, object));
                value
            })
            .collect();
        let mut result: GValue = std::mem::zeroed();
        result.g_type = returned;
        let mut tried = Tried {
            head: [0; 4],
            code,
            signature,
            values: values.as_ptr(),
            answer: word(values.len(), returned, ptr::null_mut()),
            arrived: false,
        };
        let this = &raw mut tried;
        // Where a GClosure has its data.
        (*this).head[2] = this as u64;
        let (enter, data) = (Some(arrive as Enter), this.cast());
        let status =
            libffi::ffi_prep_closure_loc(memory.cast(), signature.cif(), enter, data, code);
        if status == libffi::ffi_status_FFI_OK {
            let place = if returned == 0 {
                ptr::null_mut()
            } else {
                &raw mut result
            };
            let n = values.len() as u32;
            let (hint, data) = (ptr::null_mut(), ptr::null_mut());
            marshal(this.cast(), place, n, values.as_ptr(), hint, data);
        }
        libffi::ffi_closure_free(memory.cast());
        let size = signature.returned.converter.size();
        let answer = read_bits((&raw const result.data).cast(), size);
        (*this).arrived && (returned == 0 || answer == (*this).answer)
    }
}

type Enter = unsafe extern "C" fn(*mut libffi::ffi_cif, *mut c_void, *mut *mut c_void, *mut c_void);

/// Called by the marshaller.
unsafe extern "C" fn arrive(
    _: *mut libffi::ffi_cif,
    result: *mut c_void,
    args: *mut *mut c_void,
    data: *mut c_void,
) {
    // SAFETY: libffi gives the address of each argument that the signature has, and of its user data; there is a value for
    // each.
    unsafe {
        let tried = &mut *data.cast::<Tried>();
        let signature = &*tried.signature;
        let n = signature.params.len();
        let mut params = signature.params.iter().enumerate();
        let arrived = params.all(|(i, param)| {
            let given = (&raw const (*tried.values.add(i)).data).cast();
            let size = param.converter.size();
            read_bits(*args.add(i), size) == read_bits(given, size)
        });
        tried.arrived = arrived && (*args.add(n)).cast::<*mut c_void>().read() == data;
        if signature.plan.ret.ty != Type::Void {
            result.cast::<u64>().write(tried.answer);
        }
    }
}
