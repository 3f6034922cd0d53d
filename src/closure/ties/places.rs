//! Where objects have their record inside, by GType: a table that is read without a lock, since that is done for each
//! object that comes in, and now and then without the GIL.
//!
//! A type is entered once and stays. It has the place of the class from Python that it is or derives from; types of
//! libraries have none. Where the table is full, types are looked up by their parents instead, and classes get no place.

use std::alloc::Layout;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use gobject_sys as gobject;

/// Where the objects of a class and of all that derive from it have their record.
#[derive(Debug)]
pub struct Place {
    /// In bytes, from the beginning of the instance.
    pub offset: usize,
    /// The parent's `finalize`, once there is a class.
    pub finalize: OnceLock<Option<unsafe extern "C" fn(*mut gobject::GObject)>>,
}

struct Entry {
    /// The GType, 0 while there is none. Written after the place.
    gtype: AtomicUsize,
    /// Lives for ever; NULL for a type without one.
    place: AtomicPtr<Place>,
}

/// A power of two: 64 KiB, of which the pages that are in use cost memory.
const SIZE: usize = 4096;
/// So that looking for what is not there comes to an end soon.
const MOST: usize = SIZE / 4 * 3;

static TABLE: [Entry; SIZE] = [const {
    Entry {
        gtype: AtomicUsize::new(0),
        place: AtomicPtr::new(ptr::null_mut()),
    }
}; SIZE];

/// How many entries there are; held while one is added.
static COUNT: Mutex<usize> = Mutex::new(0);

/// Where a search for a type begins. GTypes are addresses of blocks, or small multiples of 4.
fn hash(gtype: usize) -> usize {
    const FIBONACCI: usize = 0x9E37_79B9_7F4A_7C15;
    (gtype >> 2).wrapping_mul(FIBONACCI) >> (usize::BITS - SIZE.trailing_zeros())
}

/// The entry of a type, or the first free one.
#[inline]
fn entry(gtype: usize) -> (&'static Entry, bool) {
    let mut i = hash(gtype);
    loop {
        let entry = &TABLE[i];
        match entry.gtype.load(Ordering::Acquire) {
            known if known == gtype => return (entry, true),
            0 => return (entry, false),
            _ => i = (i + 1) % SIZE,
        }
    }
}

/// The place in objects of a type; None if they have none.
#[inline]
pub fn of(gtype: usize) -> Option<&'static Place> {
    let (entry, is_known) = entry(gtype);
    if is_known {
        // SAFETY: a place lives for ever.
        unsafe { entry.place.load(Ordering::Relaxed).as_ref() }
    } else {
        inherited(gtype)
    }
}

/// The same for a type that nobody has asked for yet: its parent's, which is entered for it.
#[cold]
fn inherited(gtype: usize) -> Option<&'static Place> {
    // SAFETY: any number may be asked for.
    let parent = unsafe { gobject::g_type_parent(gtype) };
    let place = if parent == 0 { None } else { of(parent) };
    add(gtype, place);
    place
}

/// Enters a type if there is room.
fn add(gtype: usize, place: Option<&'static Place>) -> bool {
    let mut count = COUNT.lock().unwrap_or_else(PoisonError::into_inner);
    let (entry, is_known) = entry(gtype);
    if is_known || *count >= MOST {
        return is_known;
    }
    *count += 1;
    let place = place.map_or(ptr::null(), ptr::from_ref);
    entry.place.store(place.cast_mut(), Ordering::Relaxed);
    entry.gtype.store(gtype, Ordering::Release);
    true
}

/// Makes room for a record in the objects of a class that is about to be registered: returns the size of its instances
/// in bytes, and what enters the type once it is there.
pub fn reserve(parent: usize, size: u32, record: Layout) -> (u16, impl FnOnce(usize)) {
    let offset = (size as usize).next_multiple_of(record.align());
    let with = u16::try_from(offset + record.size()).ok();
    // SAFETY: any number may be asked for.
    let is_object = unsafe { gobject::g_type_fundamental(parent) } == gobject::G_TYPE_OBJECT;
    let adds = with.filter(|_| {
        let has_room = *COUNT.lock().unwrap_or_else(PoisonError::into_inner) < MOST;
        is_object && has_room && of(parent).is_none()
    });
    let enter = move |gtype| {
        if adds.is_some() {
            let place = Box::leak(Box::new(Place {
                offset,
                finalize: OnceLock::new(),
            }));
            add(gtype, Some(place));
        }
    };
    (adds.unwrap_or(size as u16), enter)
}
