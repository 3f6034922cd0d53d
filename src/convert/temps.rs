//! What one conversion into C made on the way, and when each piece is given back.
//!
//! A value that C only borrows is *lent*: it is released when the call is over and its results have been converted
//! (a result may point into an argument). A value that C takes is *given*: it is released here only if C was never
//! called. So nothing leaks on the way out of an error, and nothing is freed twice.

use std::ffi::c_void;
use std::ptr;
use std::rc::Rc;

use pyo3::ffi::{self, PyObject};
use smallvec::SmallVec;

/// Gives back a value; the second argument is what [`Temps::lend`] or [`Temps::give`] got as `with`.
pub type Release = unsafe extern "C" fn(*mut c_void, *const c_void);

struct Piece {
    pointer: *mut c_void,
    with: *const c_void,
    release: Release,
    given: bool,
}

/// The pieces of one call, or of one value that is stored somewhere. Dropped under the GIL.
pub struct Temps<'a> {
    pieces: SmallVec<[Piece; 6]>,
    committed: bool,
    /// Name of the argument that is being converted, for errors.
    pub name: &'a str,
}

impl<'a> Temps<'a> {
    pub fn new(name: &'a str) -> Self {
        Temps {
            pieces: SmallVec::new(),
            committed: false,
            name,
        }
    }

    /// Keeps a reference that the caller owns until the end.
    pub fn keep(&mut self, object: *mut PyObject) {
        unsafe extern "C" fn decref(object: *mut c_void, _: *const c_void) {
            // SAFETY: the reference was given to the pieces, which are released once and under the GIL.
            unsafe { ffi::Py_DECREF(object.cast()) }
        }
        self.lend(object.cast(), decref, ptr::null());
    }

    /// `pointer` is released at the end in any case.
    pub fn lend(&mut self, pointer: *mut c_void, release: Release, with: *const c_void) {
        self.pieces.push(Piece {
            pointer,
            with,
            release,
            given: false,
        });
    }

    /// `pointer` becomes C's when [`Temps::commit`] is called, and is released at the end otherwise.
    pub fn give(&mut self, pointer: *mut c_void, release: Release, with: *const c_void) {
        self.pieces.push(Piece {
            pointer,
            with,
            release,
            given: true,
        });
    }

    /// Lends or gives.
    pub fn add(
        &mut self,
        given: bool,
        pointer: *mut c_void,
        release: Release,
        with: *const c_void,
    ) {
        self.pieces.push(Piece {
            pointer,
            with,
            release,
            given,
        });
    }

    /// Memory of the g_malloc kind: lent or given.
    pub fn memory(&mut self, given: bool, pointer: *mut c_void) {
        self.add(given, pointer, free, ptr::null());
    }

    /// Takes over the pieces of another, which end with these; what has been committed there is forgotten.
    pub fn absorb(&mut self, mut other: Temps<'_>) {
        let committed = other.committed;
        let pieces = std::mem::take(&mut other.pieces);
        self.pieces.extend(
            pieces
                .into_iter()
                .filter(|piece| !(piece.given && committed)),
        );
    }

    /// What was given with this way to release it.
    pub fn given(&self, release: Release) -> impl Iterator<Item = *mut c_void> {
        let is_one = move |piece: &&Piece| piece.given && ptr::fn_addr_eq(piece.release, release);
        self.pieces.iter().filter(is_one).map(|piece| piece.pointer)
    }

    /// What was lent or given with this way to release it.
    pub fn made(&self, release: Release) -> impl Iterator<Item = *mut c_void> {
        let is_one = move |piece: &&Piece| ptr::fn_addr_eq(piece.release, release);
        self.pieces.iter().filter(is_one).map(|piece| piece.pointer)
    }

    /// Makes what is lent live as long as the result does too: it stays lent until the end of the call, at least. Left out
    /// is what is released by `except`.
    pub fn share(&mut self, except: Release) -> Rc<Temps<'static>> {
        unsafe extern "C" fn release(shared: *mut c_void, _: *const c_void) {
            // SAFETY: from `into_raw`, below.
            drop(unsafe { Rc::from_raw(shared.cast::<Temps<'static>>().cast_const()) });
        }
        let stays = |piece: &Piece| piece.given || ptr::fn_addr_eq(piece.release, except);
        let mut lent = Temps::new("");
        let mut others = SmallVec::new();
        for piece in self.pieces.drain(..) {
            if stays(&piece) {
                others.push(piece);
            } else {
                lent.pieces.push(piece);
            }
        }
        self.pieces = others;
        let lent = Rc::new(lent);
        let raw = Rc::into_raw(Rc::clone(&lent)).cast_mut();
        self.lend(raw.cast(), release, ptr::null());
        lent
    }

    /// C has been called: what was given is C's.
    pub fn commit(&mut self) {
        self.committed = true;
    }
}

/// Releases memory of the g_malloc kind.
pub unsafe extern "C" fn free(pointer: *mut c_void, _: *const c_void) {
    // SAFETY: NULL or owned memory of that kind, by the contract of the pieces.
    unsafe { glib_sys::g_free(pointer) }
}

impl Drop for Temps<'_> {
    fn drop(&mut self) {
        // The last made goes first: containers stand before what is in them.
        while let Some(piece) = self.pieces.pop() {
            if piece.given && self.committed {
                continue;
            }
            // SAFETY: each piece is released once, by the function that was named for it.
            unsafe { (piece.release)(piece.pointer, piece.with) };
        }
    }
}
