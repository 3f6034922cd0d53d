"""The functions that add a source to the default context: all of the work is done in Rust."""

from .._gi import idle_add, timeout_add, timeout_add_seconds

__all__ = ["idle_add", "timeout_add", "timeout_add_seconds"]
