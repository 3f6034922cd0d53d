//! Closures of libffi: code that C calls with arguments of any kinds, and that calls a function of ours with their addresses.

use std::ffi::c_void;
use std::ptr;

use libffi::raw as libffi;

/// What is called: with the result's place, the addresses of the arguments, and the data.
pub type Enter =
    unsafe extern "C" fn(*mut libffi::ffi_cif, *mut c_void, *mut *mut c_void, *mut c_void);

/// One closure, freed with this: nobody is on its last instructions then.
pub struct Code {
    closure: *mut c_void,
    /// What C calls, once it is prepared.
    pub address: *mut c_void,
}

impl Code {
    /// Room for one. None where the system refuses executable memory.
    pub fn new() -> Option<Code> {
        let mut address = ptr::null_mut();
        let size = size_of::<libffi::ffi_closure>();
        // SAFETY: plain allocation; NULL is tested.
        let closure = unsafe { libffi::ffi_closure_alloc(size, &mut address) };
        (!closure.is_null()).then_some(Code { closure, address })
    }

    /// Has it call a function; false if libffi cannot.
    ///
    /// # Safety
    /// The description and the data live as long as this, and are what the function takes.
    pub unsafe fn prepare(
        &self,
        cif: *mut libffi::ffi_cif,
        enter: Enter,
        data: *mut c_void,
    ) -> bool {
        let closure = self.closure.cast();
        // SAFETY: the closure is ours; the rest by the caller's word.
        let status =
            unsafe { libffi::ffi_prep_closure_loc(closure, cif, Some(enter), data, self.address) };
        status == libffi::ffi_status_FFI_OK
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        // SAFETY: from `ffi_closure_alloc`, freed once.
        unsafe { libffi::ffi_closure_free(self.closure) };
    }
}
