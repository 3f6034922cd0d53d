//! What an entry is told: a function that C calls and Python implements, with everything particular taken away.
//!
//! An entry is a thunk run backwards. C calls it with the arguments of its own ABI, and a pointer to what it is called
//! for; it gives Python an object for each argument, and C what Python makes of the result. The text form reads
//!
//! ```text
//! back (obj, i32, str, #any) -> bool
//! │     │              │        └ what C gets: Python's result is converted by the callable's own function
//! │     │              └ hidden: Python does not see it
//! │     └ kind
//! └ what it is called for comes in the register that nested functions have theirs in; with `data`, as one argument more
//! ```
//!
//! All arguments stay the caller's: nothing has to be released where something fails, but records are lent for the call
//! alone, so that what Python keeps of them is settled at its end.

use std::fmt;
use std::str::FromStr;

use super::{Kind, ParseError, parse_value};

/// Begins the text form, which no call shape begins with: without and with `by_data`.
const STARTS: [&str; 2] = ["back (", "data ("];

/// One C argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Param {
    pub kind: Kind,
    /// Python does not get it.
    pub hidden: bool,
}

/// All that an entry's code depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// All C arguments in C order.
    pub params: Vec<Param>,
    /// What C wants back; [`Kind::Any`] is a pointer.
    pub ret: Kind,
    /// Behind `params` comes the address of what it is called for: the user data of a signal's handler.
    pub by_data: bool,
}

impl Entry {
    /// Whether a text is of this form, right or wrong.
    pub fn is_meant(text: &str) -> bool {
        STARTS.iter().any(|start| text.starts_with(start))
    }

    /// Checks what an entry can open.
    pub fn check(&self) -> Result<(), &'static str> {
        for param in &self.params {
            match param.kind {
                Kind::Void => return Err("an argument cannot be void"),
                Kind::Any | Kind::Value if !param.hidden => {
                    return Err("an entry does not open it");
                }
                _ => {}
            }
        }
        if self.ret == Kind::Value {
            return Err("a value is filled by C");
        }
        Ok(())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(STARTS[usize::from(self.by_data)])?;
        for (i, param) in self.params.iter().enumerate() {
            f.write_str(if i > 0 { ", " } else { "" })?;
            f.write_str(if param.hidden { "#" } else { "" })?;
            f.write_str(param.kind.name())?;
        }
        write!(f, ") -> {}", self.ret.name())
    }
}

impl FromStr for Entry {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).map_err(|reason| ParseError {
            text: text.to_owned(),
            reason,
        })
    }
}

fn parse(text: &str) -> Result<Entry, &'static str> {
    let starts = STARTS.iter().map(|start| text.strip_prefix(start));
    let (by_data, rest) = starts
        .enumerate()
        .find_map(|(i, rest)| Some((i == 1, rest?)))
        .ok_or("it must begin with `back (` or `data (`")?;
    let (params, ret) = rest.split_once(") -> ").ok_or("`) -> ` is missing")?;
    let mut entry = Entry {
        params: Vec::new(),
        ret: kind(ret)?,
        by_data,
    };
    if !params.is_empty() {
        for text in params.split(", ") {
            let (text, hidden) = match text.strip_prefix('#') {
                Some(text) => (text, true),
                None => (text, false),
            };
            entry.params.push(Param {
                kind: kind(text)?,
                hidden,
            });
        }
    }
    entry.check()?;
    Ok(entry)
}

fn kind(text: &str) -> Result<Kind, &'static str> {
    let value = parse_value(text)?;
    if value.full {
        return Err("an entry has no ownership");
    }
    Ok(value.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_reads_back_from_its_text() {
        for text in [
            "back () -> void",
            "back (obj, i32, str, #any, #box) -> any",
            "back (obj, box) -> bool",
            "data (obj, f64) -> bool",
        ] {
            assert_eq!(text.parse::<Entry>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn bad_texts_say_what_is_wrong() {
        for (text, reason) in [
            ("rel () -> void", "it must begin with `back (` or `data (`"),
            ("back (i32", "`) -> ` is missing"),
            ("back (void) -> void", "an argument cannot be void"),
            ("back (any) -> void", "an entry does not open it"),
            ("back (val) -> void", "an entry does not open it"),
            ("back (str+) -> void", "an entry has no ownership"),
            ("back () -> str+", "an entry has no ownership"),
        ] {
            assert_eq!(text.parse::<Entry>().unwrap_err().reason, reason, "{text}");
        }
    }
}
