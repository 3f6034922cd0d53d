//! Links zlib and zstd, which LLVM compresses sections with, from their archives, so that the engine needs no library
//! beside the C and C++ runtimes.
//!
//! `llvm-config` asks for them as `-lz -lzstd`, which takes a shared library where there is one. The folder made here
//! holds the archives alone and comes first on the linker's path. Without archives the shared ones are taken.

use std::env;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CC");
    let folder =
        PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("archives");
    std::fs::create_dir_all(&folder).expect("a folder in OUT_DIR");
    for name in ["libz.a", "libzstd.a"] {
        let place = folder.join(name);
        let _ = std::fs::remove_file(&place);
        match archive(name) {
            Some(archive) => symlink(archive, place).expect("a link in OUT_DIR"),
            None => println!(
                "cargo:warning={name} was not found: the engine will need the shared library"
            ),
        }
    }
    println!("cargo:rustc-link-search=native={}", folder.display());
}

/// Where the C compiler would find it.
fn archive(name: &str) -> Option<PathBuf> {
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let said = Command::new(compiler)
        .arg(format!("-print-file-name={name}"))
        .output()
        .ok()?;
    let path = PathBuf::from(String::from_utf8(said.stdout).ok()?.trim());
    (path.is_absolute() && Path::new(&path).exists()).then_some(path)
}
