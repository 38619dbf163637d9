//! 编码 Permanent codes: printed, exported, never reused. See `Rules::codes` for how they are composed.

use serde::{Deserialize, Serialize};

/// Why a text is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// The text is empty.
    #[error("a code cannot be empty")]
    Empty,
    /// The text is longer than codes may be.
    #[error("code {code:?} has {len} characters; at most {max} are allowed")]
    TooLong {
        /// The text.
        code: String,
        /// Its length in characters.
        len: usize,
        /// The limit.
        max: usize,
    },
    /// The text holds a control character.
    #[error("code {code:?} holds a control character")]
    Control {
        /// The text.
        code: String,
    },
}

/// Longest code: a 20-digit community grid code, three more levels of four, separators.
const MAX: usize = 64;

macro_rules! code {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text as a code.
            ///
            /// # Errors
            /// [`CodeError`] if it is empty, longer than 64 characters or holds a control character.
            pub fn new(text: impl Into<String>) -> Result<Self, CodeError> {
                let code: String = text.into();
                let len = code.chars().count();
                if code.is_empty() {
                    Err(CodeError::Empty)
                } else if len > MAX {
                    Err(CodeError::TooLong { code, len, max: MAX })
                } else if code.chars().any(char::is_control) {
                    Err(CodeError::Control { code })
                } else {
                    Ok(Self(code))
                }
            }

            /// The code as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

code! {
    /// 最小单元编码 The permanent code of an atom.
    AtomCode,
    /// 网格编码 The permanent code of a zone.
    ZoneCode,
    /// 设施编码 The permanent code of a facility.
    FacilityCode,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_short_printable_text() {
        assert_eq!(ZoneCode::new("").unwrap_err(), CodeError::Empty);
        assert!(matches!(ZoneCode::new("9".repeat(65)), Err(CodeError::TooLong { len: 65, .. })));
        assert!(matches!(ZoneCode::new("1\n2"), Err(CodeError::Control { .. })));
        assert_eq!(ZoneCode::new("500102006001001").unwrap().as_str(), "500102006001001");
    }
}
