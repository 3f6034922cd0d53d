//! The one error of the reader: which file, where in it, and what is wrong there.
//!
//! Knows nothing of the format; whoever finds the fault words it.

use std::fmt;
use std::path::{Path, PathBuf};

/// What part of a typelib an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file could not be opened or mapped.
    Io,
    /// The fixed header at the start of the file.
    Header,
    /// The list of sections, or the index of names.
    Section,
    /// The directory of entries, or a reference to an entry of it.
    Directory,
    /// Something lies, wholly or in part, outside the file.
    OutOfBounds,
    /// A string without its end, too long, or not UTF-8.
    String,
    /// A blob of another kind than expected, or with contents that cannot be.
    Blob,
    /// A type with an impossible tag, shape or depth.
    Type,
    /// A member asked for by an index that its container does not have.
    Index,
    /// The sorted table of attributes.
    Attribute,
    /// Blobs overlap so much that walking them all would take unreasonably long.
    Overlap,
}

/// A fault in a typelib: the file, the place and the reason, in one line.
///
/// It is one pointer wide, so that the results of the many small accessors stay small.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    path: PathBuf,
    offset: Option<u32>,
    kind: ErrorKind,
    reason: String,
}

/// What every fallible operation of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(path: &Path, offset: u32, kind: ErrorKind, reason: String) -> Self {
        Error(Box::new(Inner {
            path: path.to_path_buf(),
            offset: Some(offset),
            kind,
            reason,
        }))
    }

    pub(crate) fn io(path: &Path, doing: &str, error: &std::io::Error) -> Self {
        Error(Box::new(Inner {
            path: path.to_path_buf(),
            offset: None,
            kind: ErrorKind::Io,
            reason: format!("cannot {doing}: {error}"),
        }))
    }

    /// The file, as it was named when it was opened.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Bytes from the start of the file; `None` when the file could not be read at all.
    pub fn offset(&self) -> Option<u32> {
        self.0.offset
    }

    /// Which part of the format the fault is in.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The fault itself, without file and offset.
    pub fn reason(&self) -> &str {
        &self.0.reason
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            path,
            offset,
            reason,
            ..
        } = &*self.0;
        match offset {
            Some(offset) => write!(f, "{}: offset {offset:#x}: {reason}", path.display()),
            None => write!(f, "{}: {reason}", path.display()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}: {self})", self.0.kind)
    }
}

impl std::error::Error for Error {}
