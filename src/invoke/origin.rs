//! Where a callable comes from.

use std::sync::Arc;

use gijit_plan::Role;
use gijit_repository::Namespace;

/// Where a callable stands in its typelib.
#[derive(Clone)]
pub struct Origin {
    pub namespace: Arc<Namespace>,
    /// Name of the class, struct or enumeration that holds it.
    pub container: Option<Arc<str>>,
    /// Offset of its blob.
    pub offset: u32,
    pub role: Role,
}
