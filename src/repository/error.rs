//! What can go wrong with a namespace or a symbol, told so that its reader knows where it was looked for.

use std::fmt;
use std::path::PathBuf;

/// Why a namespace could not be loaded. Nothing has been loaded then, not even a dependency.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RequireError {
    /// There is no such typelib on the search path.
    NotFound {
        namespace: String,
        /// None: any version would have done.
        version: Option<String>,
        /// The search path, in order.
        searched: Vec<PathBuf>,
        /// Files of the right name that could not be opened, and why.
        refused: Vec<(PathBuf, String)>,
        /// Versions that are there instead, newest first.
        available: Vec<String>,
    },
    /// The namespace is loaded in another version.
    Conflict {
        namespace: String,
        version: String,
        loaded: String,
    },
    /// The file describes something else than its name says.
    Mismatch {
        path: PathBuf,
        namespace: String,
        version: String,
        found_namespace: String,
        found_version: String,
    },
    /// The file is no sound typelib.
    Typelib {
        namespace: String,
        error: gijit_typelib::Error,
    },
    /// Another namespace, which this one needs, could not be loaded.
    Dependency {
        /// Name and version of the namespace that needs it, such as `Gtk-4.0`.
        of: String,
        error: Box<RequireError>,
    },
}

impl RequireError {
    /// The error that is at the root of this one: a dependency's error is its cause.
    pub fn root(&self) -> &RequireError {
        match self {
            RequireError::Dependency { error, .. } => error.root(),
            other => other,
        }
    }
}

impl fmt::Display for RequireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequireError::NotFound {
                namespace,
                version,
                searched,
                refused,
                available,
            } => {
                match version {
                    Some(version) => write!(
                        f,
                        "Typelib file for namespace '{namespace}', version '{version}' not found"
                    )?,
                    None => write!(
                        f,
                        "Typelib file for namespace '{namespace}' (any version) not found"
                    )?,
                }
                let wanted = version.as_deref().unwrap_or("*");
                write!(f, ": no {namespace}-{wanted}.typelib in ")?;
                list(f, searched.iter().map(|dir| dir.display()))?;
                for (path, reason) in refused {
                    write!(f, "; cannot open {}: {reason}", path.display())?;
                }
                if !available.is_empty() {
                    f.write_str("; available: ")?;
                    list(f, available)?;
                }
                Ok(())
            }
            RequireError::Conflict {
                namespace,
                version,
                loaded,
            } => write!(
                f,
                "Requiring namespace '{namespace}' version '{version}', but '{loaded}' is already loaded"
            ),
            RequireError::Mismatch {
                path,
                namespace,
                version,
                found_namespace,
                found_version,
            } => write!(
                f,
                "Typelib file {} for namespace '{namespace}', version '{version}' describes \
                 '{found_namespace}', version '{found_version}'",
                path.display()
            ),
            RequireError::Typelib { namespace, error } => {
                write!(
                    f,
                    "Cannot load the typelib of namespace '{namespace}': {error}"
                )
            }
            RequireError::Dependency { of, error } => write!(f, "{error} (needed by {of})"),
        }
    }
}

impl std::error::Error for RequireError {}

/// Why a C symbol could not be found.
#[derive(Clone, Debug)]
pub struct SymbolError {
    pub symbol: String,
    /// Name and version, such as `Gtk-4.0`.
    pub namespace: String,
    /// The libraries that were searched; empty: the whole process was.
    pub searched: Vec<String>,
    /// The libraries that could not be opened, and the dynamic linker's reason.
    pub unopened: Vec<(String, String)>,
}

impl fmt::Display for SymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Symbol '{}' of namespace {} not found in ",
            self.symbol, self.namespace
        )?;
        if self.searched.is_empty() && self.unopened.is_empty() {
            f.write_str("the running process (its typelib names no shared library)")?;
        } else if self.searched.is_empty() {
            f.write_str("any library")?;
        } else {
            list(f, &self.searched)?;
        }
        for (library, reason) in &self.unopened {
            // The linker's text usually starts with the name, but not for every failure.
            match reason.strip_prefix(&format!("{library}: ")) {
                Some(reason) => write!(f, "; cannot open {library}: {reason}")?,
                None => write!(f, "; cannot open {library}: {reason}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for SymbolError {}

/// Why a reference from one typelib to an entry of another leads nowhere.
#[derive(Clone, Debug)]
pub enum ResolveError {
    /// The other namespace is not loaded (`loaded` is None), or has no entry of this name.
    Missing {
        /// Name and version of the namespace that refers to it.
        referrer: String,
        namespace: String,
        name: String,
        /// Name and version in which the other namespace is loaded.
        loaded: Option<String>,
    },
    /// One of the two typelibs is broken there.
    Typelib(gijit_typelib::Error),
}

impl From<gijit_typelib::Error> for ResolveError {
    fn from(error: gijit_typelib::Error) -> Self {
        ResolveError::Typelib(error)
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResolveError::Missing {
                referrer,
                namespace,
                name,
                loaded,
            } => {
                write!(f, "{referrer} refers to {namespace}.{name}, but ")?;
                match loaded {
                    Some(loaded) => write!(f, "{loaded} has no such entry"),
                    None => write!(f, "{namespace} is not loaded"),
                }
            }
            ResolveError::Typelib(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ResolveError {}

fn list<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: impl IntoIterator<Item = T>,
) -> fmt::Result {
    let mut empty = true;
    for item in items {
        if !empty {
            f.write_str(", ")?;
        }
        empty = false;
        write!(f, "{item}")?;
    }
    if empty {
        f.write_str("nothing")?;
    }
    Ok(())
}
