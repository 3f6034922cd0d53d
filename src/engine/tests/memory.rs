//! Memory that thunks run in. It is never writable and executable at once.

/// Machine code, mapped.
pub struct Executable {
    base: *mut libc::c_void,
    len: usize,
    thunks: Vec<(u32, u32)>,
}

impl Executable {
    pub fn new(bytes: &[u8], thunks: &[(u32, u32)]) -> Executable {
        let len = bytes.len().max(1);
        // SAFETY: a new private mapping touches nobody's memory.
        let base = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(base, libc::MAP_FAILED, "no memory for code");
        // SAFETY: the mapping has `len` bytes, and nobody else knows it.
        unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), base.cast(), bytes.len()) };
        // SAFETY: it is our mapping.
        let protected = unsafe { libc::mprotect(base, len, libc::PROT_READ | libc::PROT_EXEC) };
        assert_eq!(protected, 0, "no executable memory");
        Executable {
            base,
            len,
            thunks: thunks.to_vec(),
        }
    }

    /// Where a thunk is.
    pub fn address(&self, thunk: usize) -> u64 {
        self.base as u64 + u64::from(self.thunks[thunk].0)
    }

    /// Calls a thunk, with the four arguments of a vectorcall.
    pub fn call(&self, thunk: usize, [callable, args, nargsf, kwnames]: [u64; 4]) -> u64 {
        let (offset, _) = self.thunks[thunk];
        // SAFETY: the offset is that of a thunk in the mapping, and a thunk is such a function.
        let function: extern "C" fn(u64, u64, u64, u64) -> u64 =
            unsafe { std::mem::transmute(self.base.add(offset as usize)) };
        function(callable, args, nargsf, kwnames)
    }
}

impl Drop for Executable {
    fn drop(&mut self) {
        // SAFETY: it is our mapping, and calls borrow `self`.
        unsafe { libc::munmap(self.base, self.len) };
    }
}
