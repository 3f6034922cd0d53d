//! The file itself: its bytes, its header, its directory, and finding an entry in it.
//!
//! All reading of bytes in this crate goes through the loads at the end of this file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use memmap2::Mmap;

use crate::entry::{BlobType, Entry, Info};
use crate::error::{Error, ErrorKind, Result};
use crate::hash::NameIndex;
use crate::layout::{self, KINDS, Kind, MAX_NAME, MAX_TEXT, header, section};

enum Bytes {
    Mapped(Mmap),
    Owned(Vec<u8>),
}

/// One typelib, open for reading. Immutable, `Send` and `Sync`; usually held in an `Arc`.
pub struct Typelib {
    bytes: Bytes,
    path: PathBuf,
    namespace: Box<str>,
    version: Box<str>,
    n_entries: u16,
    n_local_entries: u16,
    directory: u32,
    attributes: u32,
    n_attributes: u32,
    strides: [u16; KINDS.len()],
    index: NameIndexState,
}

/// What became of the optional index of names.
enum NameIndexState {
    Absent,
    Usable(NameIndex),
    /// Present but not to be trusted; lookups scan the directory instead, and `validate` reports this.
    Broken {
        offset: u32,
        reason: String,
    },
}

/// Opens a file that may be a typelib. A path is anybody's, so this waits for nobody: what is no regular file, a named
/// pipe for one, is refused.
///
/// # Errors
/// If the file cannot be opened or is no regular file.
pub fn open_file(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(libc::O_NONBLOCK)
        .open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is not a regular file"))
    }
}

impl Typelib {
    /// Maps a typelib, read-only and privately, and checks its header (see the crate's documentation).
    ///
    /// As with every mapped library, the file must not be cut short or overwritten in place while it is open;
    /// package managers replace files by renaming, which is harmless. Where that cannot be relied upon,
    /// [`Typelib::from_bytes`] works on a copy.
    ///
    /// # Errors
    /// If the file cannot be read, or is no typelib of major version 4 whose header is sound.
    pub fn open(path: &Path) -> Result<Self> {
        let file = open_file(path).map_err(|e| Error::io(path, "open", &e))?;
        let len = file
            .metadata()
            .map_err(|e| Error::io(path, "read the size", &e))?
            .len();
        if len < header::SIZE as u64 {
            // An empty file cannot be mapped; say the same about every file that is too short.
            return Err(too_short(path, len));
        }
        // SAFETY: a mapping is undefined behaviour only if the file changes under it. It is private and read-only,
        // we never write to it, and the documentation above hands that one duty to the caller.
        let map = unsafe { Mmap::map(&file) }.map_err(|e| Error::io(path, "map", &e))?;
        Self::new(Bytes::Mapped(map), path.to_path_buf())
    }

    /// Takes the contents of a typelib; `name` stands for the path in [`Typelib::path`] and in errors.
    ///
    /// # Errors
    /// If the bytes are no typelib of major version 4 whose header is sound.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>, name: impl Into<PathBuf>) -> Result<Self> {
        Self::new(Bytes::Owned(bytes.into()), name.into())
    }

    fn new(bytes: Bytes, path: PathBuf) -> Result<Self> {
        let mut lib = Typelib {
            bytes,
            path,
            namespace: "".into(),
            version: "".into(),
            n_entries: 0,
            n_local_entries: 0,
            directory: 0,
            attributes: 0,
            n_attributes: 0,
            strides: [0; KINDS.len()],
            index: NameIndexState::Absent,
        };
        lib.read_header()?;
        lib.read_sections()?;
        Ok(lib)
    }

    fn read_header(&mut self) -> Result<()> {
        let len = self.data().len();
        if len < header::SIZE {
            return Err(too_short(&self.path, len as u64));
        }
        let bad = |offset: u32, reason: String| self.error(offset, ErrorKind::Header, reason);

        if !self.data().starts_with(layout::MAGIC) {
            let found = self.data()[..layout::MAGIC.len()].escape_ascii();
            let expected = layout::MAGIC.escape_ascii();
            return Err(bad(
                0,
                format!("expected the typelib magic \"{expected}\", found \"{found}\""),
            ));
        }
        let major = self.u8(header::MAJOR);
        if major != layout::MAJOR_VERSION {
            return Err(bad(
                header::MAJOR,
                format!(
                    "expected format version {}, found {major}",
                    layout::MAJOR_VERSION
                ),
            ));
        }
        let size = self.u32(header::FILE_SIZE);
        if size as usize != len {
            let hint = if size.swap_bytes() as usize == len {
                " with its bytes in the order of another kind of machine"
            } else {
                ""
            };
            return Err(bad(
                header::FILE_SIZE,
                format!("the header announces {size} bytes, the file has {len}{hint}"),
            ));
        }
        let mut strides = [0; KINDS.len()];
        for (i, (stride, (noun, least))) in strides.iter_mut().zip(KINDS).enumerate() {
            let at = header::BLOB_SIZES + 2 * i as u32;
            *stride = self.u16(at);
            if *stride < least {
                return Err(bad(
                    at,
                    format!("expected at least {least} bytes for each {noun}, found {stride}"),
                ));
            }
        }

        let n_entries = self.u16(header::N_ENTRIES);
        let n_local_entries = self.u16(header::N_LOCAL_ENTRIES);
        if n_local_entries > n_entries {
            return Err(bad(
                header::N_LOCAL_ENTRIES,
                format!("{n_local_entries} local entries, but only {n_entries} entries in all"),
            ));
        }
        let directory = self.u32(header::DIRECTORY);
        let entry_size = strides[Kind::Entry as usize];
        self.check(
            directory,
            u64::from(n_entries) * u64::from(entry_size),
            format_args!("directory of {n_entries} entries"),
        )?;
        if n_entries > 0 && (directory as usize) < header::SIZE {
            return Err(bad(
                header::DIRECTORY,
                format!("the directory, at {directory:#x}, overlaps the header"),
            ));
        }
        let n_attributes = self.u32(header::N_ATTRIBUTES);
        let attributes = self.u32(header::ATTRIBUTES);
        if n_attributes > 0 {
            let size = strides[Kind::Attribute as usize];
            self.check(
                attributes,
                u64::from(n_attributes) * u64::from(size),
                format_args!("table of {n_attributes} attributes"),
            )?;
        }

        let namespace = self.name_at(header::NAMESPACE, "namespace")?;
        if namespace.is_empty() {
            return Err(bad(
                header::NAMESPACE,
                "the namespace has no name".to_owned(),
            ));
        }
        let namespace = namespace.into();
        let version = self
            .optional_string_at(header::NS_VERSION, "version of the namespace", MAX_NAME)?
            .unwrap_or_default()
            .into();

        self.strides = strides;
        self.n_entries = n_entries;
        self.n_local_entries = n_local_entries;
        self.directory = directory;
        self.attributes = attributes;
        self.n_attributes = n_attributes;
        self.namespace = namespace;
        self.version = version;
        Ok(())
    }

    fn read_sections(&mut self) -> Result<()> {
        let mut at = self.u32(header::SECTIONS);
        if at == 0 {
            return Ok(());
        }
        for _ in 0..section::MAX {
            self.check(at, section::SIZE.into(), format_args!("list of sections"))?;
            let id = self.u32(at + section::ID);
            let offset = self.u32(at + section::OFFSET);
            match id {
                section::END => return Ok(()),
                section::DIRECTORY_INDEX => {
                    self.index = match NameIndex::parse(self.data(), offset, self.n_local_entries) {
                        Ok(index) => NameIndexState::Usable(index),
                        Err(reason) => NameIndexState::Broken { offset, reason },
                    };
                }
                // Sections are optional by definition, unknown ones as well.
                _ => {
                    self.check(offset, 0, format_args!("section {id}"))?;
                }
            }
            at = at.saturating_add(section::SIZE);
        }
        Err(self.error(
            self.u32(header::SECTIONS),
            ErrorKind::Section,
            format!("the list of sections has no end within {}", section::MAX),
        ))
    }

    /// The file, as it was named when it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole file.
    pub fn data(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            Bytes::Owned(vec) => vec,
        }
    }

    /// Length of the file in bytes.
    pub fn size(&self) -> u32 {
        // The header's size field, equal to this, is 32 bits wide.
        self.data().len() as u32
    }

    /// The namespace described here, such as `Gtk`. Never empty.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// The version of the namespace, such as `4.0`. Empty if it has none.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Minor version of the file format (the major one is 4). Zero in all files known.
    pub fn minor_version(&self) -> u8 {
        self.u8(header::MINOR)
    }

    /// Number of directory entries: those described here, then those of other namespaces that are referred to.
    pub fn n_entries(&self) -> u16 {
        self.n_entries
    }

    /// Number of directory entries that are described here; their indices come first.
    pub fn n_local_entries(&self) -> u16 {
        self.n_local_entries
    }

    /// Number of attributes in the whole file.
    pub fn n_attributes(&self) -> u32 {
        self.n_attributes
    }

    /// Namespaces and versions that this one depends upon directly. Which of the indirect ones are listed as well
    /// depends on the compiler.
    pub fn dependencies(&self) -> Result<Vec<(&str, &str)>> {
        let Some(list) =
            self.optional_string_at(header::DEPENDENCIES, "list of dependencies", MAX_TEXT)?
        else {
            return Ok(Vec::new());
        };
        list.split('|')
            .filter(|item| !item.is_empty())
            .map(|item| {
                // Versions have no dash, namespaces might.
                item.rsplit_once('-').ok_or_else(|| {
                    self.error(
                        self.u32(header::DEPENDENCIES),
                        ErrorKind::Header,
                        format!("expected a dependency of the form Name-Version, found {item:?}"),
                    )
                })
            })
            .collect()
    }

    /// Names of the shared libraries that hold the functions, such as `libgtk-4.so.1`, in search order.
    pub fn shared_libraries(&self) -> Result<Vec<&str>> {
        let list =
            self.optional_string_at(header::SHARED_LIBRARY, "list of shared libraries", MAX_TEXT)?;
        // girepository splits at commas, whatever the comment in its header says about pipes.
        Ok(list
            .unwrap_or_default()
            .split(',')
            .filter(|name| !name.is_empty())
            .collect())
    }

    /// Prefix of C type names, such as `Gtk`; more than one are separated by commas. Empty if there is none.
    pub fn c_prefix(&self) -> Result<&str> {
        Ok(self
            .optional_string_at(header::C_PREFIX, "C prefix", MAX_TEXT)?
            .unwrap_or_default())
    }

    /// Whether a GType of this name could, by its prefix, be of this namespace: one of the C prefixes
    /// followed by a capital letter. A quick test to run before [`Typelib::find_by_gtype_name`].
    pub fn matches_gtype_name_prefix(&self, gtype_name: &str) -> Result<bool> {
        Ok(self.c_prefix()?.split(',').any(|prefix| {
            gtype_name
                .strip_prefix(prefix)
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
        }))
    }

    /// The directory entry of this index. As everywhere in the format, the first one has index 1.
    ///
    /// # Errors
    /// If the index is 0 or greater than [`Typelib::n_entries`].
    pub fn entry(&self, index: u16) -> Result<Entry<'_>> {
        if index == 0 || index > self.n_entries {
            return Err(self.error(
                header::N_ENTRIES,
                ErrorKind::Directory,
                format!(
                    "expected an entry from 1 to {}, found entry {index}",
                    self.n_entries
                ),
            ));
        }
        Ok(self.entry_unchecked(index))
    }

    /// The entries described here, in the order of the directory.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> + Clone {
        (0..self.n_local_entries).map(|i| self.entry_unchecked(i + 1))
    }

    /// The entries of other namespaces that this one refers to.
    pub fn foreign_entries(&self) -> impl ExactSizeIterator<Item = Entry<'_>> + Clone {
        (self.n_local_entries..self.n_entries).map(|i| self.entry_unchecked(i + 1))
    }

    /// `index` must be from 1 to `n_entries`: the directory was found to lie inside the file when it was opened.
    fn entry_unchecked(&self, index: u16) -> Entry<'_> {
        let offset = u32::from(index - 1) * u32::from(self.stride(Kind::Entry));
        Entry::in_directory(self, index, self.directory + offset)
    }

    /// The local entry of this name, through the index of names if the file has a sound one.
    ///
    /// # Errors
    /// If an entry that had to be looked at is broken.
    pub fn find(&self, name: &str) -> Result<Option<Entry<'_>>> {
        if let NameIndexState::Usable(index) = &self.index
            // The hash takes `char`s, whose sign outside ASCII depends on the machine that wrote the file.
            && name.is_ascii()
        {
            let position = index.lookup(self.data(), name.as_bytes());
            // A perfect hash gives some position for unknown names too, hence the comparison.
            return match position {
                Some(position) if position < self.n_local_entries => {
                    let entry = self.entry_unchecked(position + 1);
                    Ok(entry.has_name(name)?.then_some(entry))
                }
                _ => Ok(None),
            };
        }
        for entry in self.entries() {
            if entry.has_name(name)? {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The local entry that describes this GType. Looks at all of them: a caller that asks often keeps a map.
    pub fn find_by_gtype_name(&self, gtype_name: &str) -> Result<Option<Entry<'_>>> {
        for found in self.gtype_names() {
            let (name, entry) = found?;
            if name == gtype_name {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// The local entries that describe a GType, with its name.
    pub fn gtype_names(&self) -> impl Iterator<Item = Result<(&str, Entry<'_>)>> {
        self.entries().filter_map(|entry| {
            // Functions are the most, and need not be looked at closely.
            if matches!(entry.blob_type(), BlobType::Function | BlobType::Constant) {
                return None;
            }
            Some(entry.gtype_name().transpose()?.map(|name| (name, entry)))
        })
    }

    /// The local enumeration that lists the codes of this error domain, such as `g-io-error-quark`.
    pub fn find_error_domain(&self, domain: &str) -> Result<Option<Entry<'_>>> {
        for entry in self.entries() {
            if entry.blob_type() == BlobType::Enum
                && let Info::Enum(e) = entry.info()?
                && e.error_domain()? == Some(domain)
            {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    /// Whether [`Typelib::find`] can use an index of names; otherwise it scans the directory.
    pub fn has_name_index(&self) -> bool {
        matches!(self.index, NameIndexState::Usable(_))
    }

    /// The fault in the index of names, if it has one.
    pub(crate) fn name_index_error(&self) -> Option<Error> {
        match &self.index {
            NameIndexState::Broken { offset, reason } => {
                Some(self.error(*offset, ErrorKind::Section, reason.clone()))
            }
            _ => None,
        }
    }

    /// Distance from one blob of this kind to the next.
    pub(crate) fn stride(&self, kind: Kind) -> u16 {
        self.strides[kind as usize]
    }

    pub(crate) fn attribute_table(&self) -> (u32, u32) {
        (self.attributes, self.n_attributes)
    }
}

/// Loads. Those of numbers give 0 outside the file, which a checked view never asks for.
impl Typelib {
    pub(crate) fn error(&self, offset: u32, kind: ErrorKind, reason: String) -> Error {
        Error::new(&self.path, offset, kind, reason)
    }

    /// Makes sure that `len` bytes from `offset` are in the file.
    pub(crate) fn check(&self, offset: u32, len: u64, what: fmt::Arguments<'_>) -> Result<()> {
        let size = self.data().len() as u64;
        if u64::from(offset) + len <= size {
            return Ok(());
        }
        Err(self.outside(offset, len, what))
    }

    #[cold]
    fn outside(&self, offset: u32, len: u64, what: fmt::Arguments<'_>) -> Error {
        let size = self.data().len();
        self.error(
            offset,
            ErrorKind::OutOfBounds,
            format!("expected {what} of {len} bytes here, but the file ends at {size:#x}"),
        )
    }

    fn load<const N: usize>(&self, offset: u32) -> [u8; N] {
        self.data()
            .get(offset as usize..)
            .and_then(|rest| rest.first_chunk())
            .copied()
            .unwrap_or([0; N])
    }

    pub(crate) fn u8(&self, offset: u32) -> u8 {
        self.load::<1>(offset)[0]
    }

    pub(crate) fn u16(&self, offset: u32) -> u16 {
        u16::from_le_bytes(self.load(offset))
    }

    pub(crate) fn u32(&self, offset: u32) -> u32 {
        u32::from_le_bytes(self.load(offset))
    }

    /// The bytes of the string at `offset`, without the terminating NUL.
    pub(crate) fn c_string(&self, offset: u32, what: &str, longest: usize) -> Result<&[u8]> {
        let rest = self.data().get(offset as usize..).unwrap_or_default();
        if rest.is_empty() {
            return Err(self.error(
                offset,
                ErrorKind::OutOfBounds,
                format!(
                    "expected the {what} here, but the file ends at {:#x}",
                    self.data().len()
                ),
            ));
        }
        // One more byte than the longest allowed string, for its NUL.
        let window = &rest[..rest.len().min(longest + 1)];
        match std::ffi::CStr::from_bytes_until_nul(window) {
            Ok(string) => Ok(string.to_bytes()),
            Err(_) => Err(self.error(
                offset,
                ErrorKind::String,
                if window.len() == rest.len() {
                    format!("the {what} has no terminating NUL before the end of the file")
                } else {
                    format!("the {what} is longer than {longest} bytes")
                },
            )),
        }
    }

    pub(crate) fn string(&self, offset: u32, what: &str, longest: usize) -> Result<&str> {
        let bytes = self.c_string(offset, what, longest)?;
        std::str::from_utf8(bytes).map_err(|e| {
            let start = e.valid_up_to();
            let found = bytes[start..bytes.len().min(start + 8)].escape_ascii();
            self.error(
                offset.saturating_add(start as u32),
                ErrorKind::String,
                format!("the {what} is not UTF-8: found \"{found}\""),
            )
        })
    }

    /// The name that the offset stored at `field` points to.
    pub(crate) fn name_at(&self, field: u32, what: &str) -> Result<&str> {
        self.required_string_at(field, what, MAX_NAME)
    }

    /// The same for text, which may be much longer.
    pub(crate) fn text_at(&self, field: u32, what: &str) -> Result<&str> {
        self.required_string_at(field, what, MAX_TEXT)
    }

    fn required_string_at(&self, field: u32, what: &str, longest: usize) -> Result<&str> {
        match self.u32(field) {
            0 => Err(self.error(
                field,
                ErrorKind::String,
                format!("expected the offset of the {what}, found 0"),
            )),
            offset => self.string(offset, what, longest),
        }
    }

    /// The name at the offset stored at `field`, where 0 means that there is none.
    pub(crate) fn optional_name_at(&self, field: u32, what: &str) -> Result<Option<&str>> {
        self.optional_string_at(field, what, MAX_NAME)
    }

    fn optional_string_at(&self, field: u32, what: &str, longest: usize) -> Result<Option<&str>> {
        match self.u32(field) {
            0 => Ok(None),
            offset => self.string(offset, what, longest).map(Some),
        }
    }
}

fn too_short(path: &Path, len: u64) -> Error {
    Error::new(
        path,
        u32::try_from(len).unwrap_or(u32::MAX),
        ErrorKind::Header,
        format!(
            "expected a header of {} bytes, but the file has only {len}",
            header::SIZE
        ),
    )
}

impl fmt::Debug for Typelib {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typelib")
            .field("path", &self.path)
            .field("namespace", &self.namespace)
            .field("version", &self.version)
            .field("n_local_entries", &self.n_local_entries)
            .finish_non_exhaustive()
    }
}
