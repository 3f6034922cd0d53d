//! Whether the marshaller that a signal has passes on what the signal's typelib says: tried once, before any handler in
//! Python depends on it.
//!
//! Libraries register signals with the wrong marshaller, and nobody notices as long as handlers are called with values.

use std::ffi::c_void;
use std::ptr;

use gijit_plan::Type;
use gijit_plan::shape::MAX_ARGS;
use gobject_sys as gobject;
use gobject_sys::GValue;
use libffi::raw as libffi;
use smallvec::SmallVec;

use crate::closure::code::Code;
use crate::closure::gclosure::marshal_of;
use crate::closure::signature::Signature;
use crate::closure::watch::Head;
use crate::convert::converter::read_bits;
use crate::convert::instance::gtype_of;

/// What the marshaller is given, and what came of it. A `GCClosure` has the code behind its head.
#[repr(C)]
struct Tried {
    head: Head,
    code: *mut c_void,
    signature: *const Signature,
    values: *const GValue,
    answer: u64,
    arrived: bool,
}

/// What an argument is tried with: a number that no other has and that a C `int` and a float can hold, or something to
/// point to, since a debugging GObject looks at that.
fn word(i: usize, gtype: usize, object: *mut gobject::GObject) -> u64 {
    static TEXT: [u8; MAX_ARGS] = [0; MAX_ARGS];
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
/// The closure is live and connected to the object; the signature is of the signal, has an entry, and takes arguments of
/// such types as one word each; the result is a number.
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
        let Some(code) = Code::new() else {
            return false;
        };
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
            head: Head::with_data(ptr::null_mut()),
            code: code.address,
            signature,
            values: values.as_ptr(),
            answer: word(values.len(), returned, ptr::null_mut()),
            arrived: false,
        };
        let this = &raw mut tried;
        (*this).head = Head::with_data(this.cast());
        if code.prepare(signature.cif(), arrive, this.cast()) {
            let place = if returned == 0 {
                ptr::null_mut()
            } else {
                &raw mut result
            };
            let n = values.len() as u32;
            let (hint, data) = (ptr::null_mut(), ptr::null_mut());
            marshal(this.cast(), place, n, values.as_ptr(), hint, data);
        }
        let size = signature.returned.converter.size();
        let answer = read_bits((&raw const result.data).cast(), size);
        (*this).arrived && (returned == 0 || answer == (*this).answer)
    }
}

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
