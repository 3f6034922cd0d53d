//! Where CPython keeps the parts of `int` and `str` that a thunk reads in place.
//!
//! These layouts are not stable: they are given for each minor version, and the extension proves them on live
//! objects before it lets any thunk run. Only builds with a GIL and without `Py_TRACE_REFS` qualify.

/// The layout of the objects of one Python version on a 64-bit machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Layout {
    /// Minor version of Python 3.
    pub python_minor: u32,
    /// 1 where `None`, `True` and `False` are counted like other objects (before 3.12), else 0.
    pub counts_singletons: u32,
    /// 0: `ob_size` (signed count of digits, its sign is the value's) at offset 16, 30-bit digits from 24 (before
    /// 3.12). 1: `lv_tag` at offset 16 (count << 3 | sign: 0 positive, 1 zero, 2 negative; bit 2 is to be ignored),
    /// digits from 24.
    pub long_style: u32,
    /// Offset of the 32-bit state word of a `str`.
    pub str_state: u32,
    /// The bits of it that are all set when the string is compact and ASCII.
    pub str_ascii_mask: u32,
    /// Offset of the characters of a compact ASCII `str`.
    pub str_ascii_data: u32,
}

impl Layout {
    /// The layout of Python 3.`minor`, or None where it is not known.
    pub fn of_python(minor: u32) -> Option<Layout> {
        let old = minor < 12;
        match minor {
            10..=14 => Some(Layout {
                python_minor: minor,
                counts_singletons: u32::from(old),
                long_style: u32::from(!old),
                str_state: 32,
                // interned: 2 bits, kind: 3, compact: 1, ascii: 1. (Alphas of 3.14 had another order; the release
                // has not.)
                str_ascii_mask: 0b11 << 5,
                // Before 3.12, `wstr` is between the state and the characters.
                str_ascii_data: if old { 48 } else { 40 },
            }),
            _ => None,
        }
    }
}
