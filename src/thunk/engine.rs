//! The engine library: found beside the extension module, loaded at the first need, spoken to in shapes.
//!
//! Loading it costs some ten milliseconds and twenty megabytes, so nothing here runs before a callable has earned a
//! thunk. The engine is told one thing at a time: the lock below is held during every call into it.

use std::ffi::CStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};

use gijit_shape::engine::{ABI_VERSION, AbiFn, Buffer, CompileFn, FreeFn, symbol};
use gijit_shape::layout::Layout;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

/// Why there is no engine, or why it gave no code.
#[derive(Clone, Debug)]
pub struct Error(pub String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

struct Engine {
    compile: CompileFn,
    disassemble: CompileFn,
    free: FreeFn,
}

/// Loaded once; held while the engine works.
static ENGINE: Mutex<Option<Result<Engine, Error>>> = Mutex::new(None);
static LOADED: AtomicBool = AtomicBool::new(false);
static LOST: AtomicBool = AtomicBool::new(false);
static LAYOUT: OnceLock<Layout> = OnceLock::new();

/// Says how this interpreter's objects are laid out; without this no thunk is made.
pub fn set_layout(layout: Layout) {
    let _ = LAYOUT.set(layout);
}

/// Whether thunks can be made for this interpreter at all.
pub fn has_layout() -> bool {
    LAYOUT.get().is_some()
}

/// A compiled batch.
#[derive(Debug)]
pub struct Batch {
    pub code: Vec<u8>,
    /// For each shape, the offset and length of its thunk in the code.
    pub ranges: Vec<(usize, usize)>,
}

/// Compiles a batch.
pub fn compile(shapes: &[&str]) -> Result<Batch, Error> {
    let text = shapes.join("\n");
    let reply = ask(&text, |engine| engine.compile)?;
    parse(&reply, shapes.len()).ok_or_else(|| Error("the engine's reply is malformed".to_owned()))
}

/// IR and assembly of one shape, for people.
pub fn disassemble(shape: &str) -> Result<String, Error> {
    let reply = ask(shape, |engine| engine.disassemble)?;
    Ok(String::from_utf8_lossy(&reply).into_owned())
}

/// Whether the library has been loaded.
pub fn is_loaded() -> bool {
    LOADED.load(Ordering::Relaxed)
}

/// Gives the engine up: this process was forked while another thread was in it, so that LLVM may be in any state and
/// the lock may never be released.
pub fn lose() {
    LOST.store(true, Ordering::SeqCst);
}

fn lock() -> std::sync::MutexGuard<'static, Option<Result<Engine, Error>>> {
    ENGINE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What LLVM may need for a batch, generously: where it finds no memory, the engine is lost for good.
const WORK: usize = 64 << 20;
/// What the library itself needs, whose loading cannot even report that.
const LIBRARY: usize = 96 << 20;

/// Whether so much memory can be had, under whatever limits this process has.
fn is_there(bytes: usize) -> bool {
    let protection = libc::PROT_READ | libc::PROT_WRITE;
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
    // SAFETY: new memory at a place of the system's choice, given back at once.
    unsafe {
        let place = libc::mmap(std::ptr::null_mut(), bytes, protection, flags, -1, 0);
        place != libc::MAP_FAILED && libc::munmap(place, bytes) == 0
    }
}

fn ask(text: &str, function: impl Fn(&Engine) -> CompileFn) -> Result<Vec<u8>, Error> {
    let layout = LAYOUT
        .get()
        .ok_or_else(|| Error("the layout of this Python's objects is not known".to_owned()))?;
    if LOST.load(Ordering::SeqCst) {
        let text = "this process was forked while its parent compiled";
        return Err(Error(text.to_owned()));
    }
    let mut guard = lock();
    let needed = if is_loaded() { WORK } else { LIBRARY + WORK };
    if !is_there(needed) {
        let text = format!(
            "there is no memory for the engine, which may need {} MB",
            needed >> 20
        );
        return Err(Error(text));
    }
    let engine = guard
        .get_or_insert_with(load)
        .as_ref()
        .map_err(Error::clone)?;
    let mut buffer = Buffer {
        data: std::ptr::null_mut(),
        len: 0,
        capacity: 0,
    };
    // SAFETY: the contract of `gijit_shape::engine`: text and layout are readable through the call, the buffer is
    // written, read here, and given back once.
    let (status, reply) = unsafe {
        let status = function(engine)(text.as_ptr(), text.len(), layout, &mut buffer);
        let reply = if buffer.data.is_null() {
            Vec::new()
        } else {
            std::slice::from_raw_parts(buffer.data, buffer.len).to_vec()
        };
        (engine.free)(&mut buffer);
        (status, reply)
    };
    if status == 0 {
        Ok(reply)
    } else {
        Err(Error(String::from_utf8_lossy(&reply).into_owned()))
    }
}

fn parse(reply: &[u8], n: usize) -> Option<Batch> {
    let word = |i: usize| {
        let bytes = reply.get(4 * i..4 * i + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    if word(0)? != n {
        return None;
    }
    let code = reply.get(4 + 8 * n..)?;
    let mut ranges = Vec::with_capacity(n);
    for i in 0..n {
        let (offset, len) = (word(1 + 2 * i)?, word(2 + 2 * i)?);
        if offset.checked_add(len)? > code.len() {
            return None;
        }
        ranges.push((offset, len));
    }
    Some(Batch {
        code: code.to_vec(),
        ranges,
    })
}

fn load() -> Result<Engine, Error> {
    let path = find()?;
    let failed = |error: libloading::Error| {
        Error(format!(
            "the engine {} cannot be used: {error}",
            path.display()
        ))
    };
    // SAFETY: the library is this project's own; loading it runs only LLVM's static constructors. The symbols have
    // the types that the contract gives them, which its version number vouches for.
    unsafe {
        let library = Library::open(Some(&path), RTLD_NOW | RTLD_LOCAL).map_err(failed)?;
        let get = |name: &str| library.get::<CompileFn>(name.as_bytes()).map_err(failed);
        let abi = *library
            .get::<AbiFn>(symbol::ABI.as_bytes())
            .map_err(failed)?;
        if abi() != ABI_VERSION {
            return Err(Error(format!(
                "the engine {} is of version {}, this gijit needs {ABI_VERSION}",
                path.display(),
                abi()
            )));
        }
        let engine = Engine {
            compile: *get(symbol::COMPILE)?,
            disassemble: *get(symbol::DISASSEMBLE)?,
            free: *library
                .get::<FreeFn>(symbol::FREE.as_bytes())
                .map_err(failed)?,
        };
        // Code and destructors of LLVM must stay until the process ends.
        std::mem::forget(library);
        LOADED.store(true, Ordering::Relaxed);
        Ok(engine)
    }
}

/// `GIJIT_ENGINE`, or the library beside the extension module.
fn find() -> Result<PathBuf, Error> {
    if let Some(path) = std::env::var_os("GIJIT_ENGINE") {
        return Ok(path.into());
    }
    let folder = own_folder().ok_or_else(|| Error("cannot find gijit's own folder".to_owned()))?;
    let found = std::fs::read_dir(&folder)
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .find(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("_engine") && name.ends_with(".so")
        });
    found.ok_or_else(|| {
        Error(format!(
            "there is no engine library (_engine*.so) in {}",
            folder.display()
        ))
    })
}

fn own_folder() -> Option<PathBuf> {
    // SAFETY: dladdr reads the loader's tables for an address inside this library; the name lives as long as it.
    unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        let address = own_folder as *const () as *const libc::c_void;
        if libc::dladdr(address, &mut info) == 0 || info.dli_fname.is_null() {
            return None;
        }
        let name = CStr::from_ptr(info.dli_fname).to_str().ok()?;
        Path::new(name).parent().map(Path::to_path_buf)
    }
}
