//! Calls the engine as the extension does: C functions, bytes in, bytes out.

use gijit_shape::engine::{ABI_VERSION, Buffer};
use gijit_shape::layout::Layout;

use crate::{
    answer, gijit_engine_abi, gijit_engine_compile, gijit_engine_disassemble, gijit_engine_free,
};

const UNSET: Buffer = Buffer {
    data: std::ptr::null_mut(),
    len: 0,
    capacity: 0,
};

fn layout() -> Layout {
    Layout::of_python(11).expect("a known version")
}

/// The status and the bytes, which are given back.
fn call(
    function: unsafe extern "C" fn(*const u8, usize, *const Layout, *mut Buffer) -> i32,
    text: &[u8],
) -> (i32, Vec<u8>) {
    let mut out = UNSET;
    // SAFETY: all four point to what they should.
    let status = unsafe { function(text.as_ptr(), text.len(), &layout(), &mut out) };
    (status, take(out))
}

fn take(mut out: Buffer) -> Vec<u8> {
    // SAFETY: the engine has written the buffer.
    let bytes = unsafe { std::slice::from_raw_parts(out.data, out.len) }.to_vec();
    // SAFETY: as above.
    unsafe { gijit_engine_free(&mut out) };
    assert!(out.data.is_null() && out.len == 0);
    // SAFETY: an empty buffer is as good as any; a second time must be harmless.
    unsafe { gijit_engine_free(&mut out) };
    bytes
}

fn failure(text: &[u8]) -> String {
    let (status, reason) = call(gijit_engine_compile, text);
    assert_eq!(status, 1);
    String::from_utf8(reason).expect("reasons are UTF-8")
}

#[test]
fn the_version_is_told() {
    assert_eq!(gijit_engine_abi(), ABI_VERSION);
}

#[test]
fn a_batch_is_an_index_and_code() {
    let text = b"keep () -> void\nrel (obj, str?) -> bool !\nkeep () -> void\nkeep (f64) -> f64";
    let (status, bytes) = call(gijit_engine_compile, text);
    assert_eq!(status, 0);
    let word = |i: usize| {
        u32::from_le_bytes(bytes[4 * i..4 * i + 4].try_into().expect("four bytes")) as usize
    };
    assert_eq!(word(0), 4);
    let code = &bytes[4 + 8 * 4..];
    let mut end = 0;
    for thunk in 0..4 {
        let (offset, len) = (word(1 + 2 * thunk), word(2 + 2 * thunk));
        assert_eq!(offset % 16, 0);
        assert!(offset >= end && len > 8, "{offset} {len}");
        end = offset + len;
    }
    assert!(end <= code.len());
    let body = |thunk: usize| &code[word(1 + 2 * thunk)..][..word(2 + 2 * thunk)];
    assert_eq!(body(0), body(2), "one shape has one code");
}

#[test]
fn no_shapes_are_no_code() {
    assert_eq!(call(gijit_engine_compile, b""), (0, vec![0, 0, 0, 0]));
}

#[test]
fn a_bad_shape_is_named() {
    assert_eq!(
        failure(b"keep () -> void\nkeep (i33) -> void"),
        "not a call shape: \"keep (i33) -> void\": unknown kind"
    );
    assert!(failure(b"keep () -> void\n\nkeep () -> void").contains("\"\""));
    assert!(failure(b"keep () -> \xff").starts_with("the shapes are not UTF-8"));
}

#[test]
fn null_is_refused() {
    let mut out = UNSET;
    let layout = layout();
    // SAFETY: NULL is looked for first; the rest is as it should be.
    let status = unsafe { gijit_engine_compile(std::ptr::null(), 5, &layout, &mut out) };
    assert_eq!(status, 1);
    assert_eq!(take(out), b"the engine was called without shapes or layout");
    // SAFETY: as above.
    let status = unsafe { gijit_engine_compile(b"".as_ptr(), 0, &layout, std::ptr::null_mut()) };
    assert_eq!(status, 1);
    // SAFETY: as above.
    unsafe { gijit_engine_free(std::ptr::null_mut()) };
}

#[test]
fn a_person_can_read_a_shape() {
    let (status, bytes) = call(gijit_engine_disassemble, b"keep (i32) -> i32\n");
    let text = String::from_utf8(bytes).expect("it is text");
    assert_eq!(status, 0, "{text}");
    let (ir, assembly) = text.split_once("\n; assembly\n").expect("both parts");
    assert!(ir.contains("define ptr @thunk0(ptr %callable"), "{ir}");
    assert!(assembly.contains("thunk0:") && !assembly.contains('\0'));
    assert_eq!(call(gijit_engine_disassemble, b"what").0, 1);
}

#[test]
fn a_panic_becomes_a_reason() {
    let mut out = UNSET;
    let text = b"x";
    // SAFETY: all four point to what they should.
    let status = unsafe {
        answer(text.as_ptr(), 1, &layout(), &mut out, |_, _| {
            panic!("no {}", "luck")
        })
    };
    assert_eq!(status, 1);
    assert_eq!(take(out), b"the engine panicked: no luck");
}
