//! Any bytes: opening, checking and touching everything must neither panic nor take long, every error must say
//! file and place, and what `validate` passes must not fail later.

#![no_main]

use gijit_typelib::{Error, ErrorKind, Typelib};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/support/touch.rs"]
mod touch;

fn clear(e: &Error) {
    let text = e.to_string();
    let place = format!("offset {:#x}: ", e.offset().expect("an offset"));
    assert!(
        text.starts_with("fuzz.typelib: ") && text.contains(&place),
        "{text}"
    );
}

fuzz_target!(|data: &[u8]| {
    // Nearly everything random has the wrong size in its header; look behind that.
    let mut data = data.to_vec();
    if let Some(size) = data.get(40..44)
        && size != [0; 4]
    {
        let size = (data.len() as u32).to_le_bytes();
        data[40..44].copy_from_slice(&size);
    }
    let lib = match Typelib::from_bytes(data, "fuzz.typelib") {
        Ok(lib) => lib,
        Err(e) => return clear(&e),
    };
    let verdict = lib.validate();
    if let Err(e) = &verdict {
        clear(e);
    }
    touch::Touch::all(&lib, 1_000, &mut |e| {
        clear(e);
        // A member that does not exist is the caller's fault, and `Touch` asks for some.
        assert!(verdict.is_err() || e.kind() == ErrorKind::Index, "{e}");
    });
});
