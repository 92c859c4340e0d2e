//! A fact: known, known to be absent, or not learned, with the reason.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize, Serializer};

/// A fact: known, known to be absent, or not learned.
///
/// The serde form is an object with exactly one key: `{"known": …}`, `{"absent": true}` or
/// `{"unknown": {"reason": …}}`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "Form<T>")]
pub enum Seen<T> {
    /// The value was read.
    Known(T),
    /// It was looked for where it would be, could be read there, and is not there.
    Absent,
    /// It was not learned; nothing may be concluded from it.
    Unknown(Gap),
}

/// Why a fact was not learned, and what would make it known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The kind of reason.
    pub reason: Reason,
    /// What happened, in words, naming the host, file or key; empty where the kind says it all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// What would make the fact known, such as `name a server with --server`; empty if unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// The kinds of reason for which a fact is not learned.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Reason {
    /// Nobody asked: the probe was left out, or had not got that far when it ended.
    NotRun,
    /// No answer within the limit.
    TimedOut,
    /// The user interrupted the run.
    Cancelled,
    /// The operating system or the server refused to tell.
    Denied,
    /// This platform or this build of the program cannot read it.
    Unsupported,
    /// The other side could not be reached, or ended the connection.
    Unreachable,
    /// The other side's certificate did not verify, so nothing was asked of it.
    Untrusted,
    /// An answer came but could not be understood.
    Malformed,
    /// Something the program needed to look for it was not given or not found.
    NotConfigured,
    /// The part of the recording that holds it is damaged or missing.
    Damaged,
    /// The probe failed by a fault of its own.
    Failed,
}

impl Reason {
    /// The reason in plain words, as in "not assessed: *no answer in time*".
    pub fn words(self) -> &'static str {
        match self {
            Self::NotRun => "not looked for",
            Self::TimedOut => "no answer in time",
            Self::Cancelled => "the run was interrupted",
            Self::Denied => "not permitted",
            Self::Unsupported => "cannot be read on this platform or with this build",
            Self::Unreachable => "could not be reached",
            Self::Untrusted => "its certificate could not be verified",
            Self::Malformed => "the answer could not be understood",
            Self::NotConfigured => "not configured",
            Self::Damaged => "that part of the recording is damaged or missing",
            Self::Failed => "the probe failed",
        }
    }
}

impl Gap {
    /// A gap of this kind, with what happened in words.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        Self {
            reason,
            detail: detail.into(),
            remedy: String::new(),
        }
    }

    /// The same gap, saying what would make the fact known.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }
}

impl From<Reason> for Gap {
    fn from(reason: Reason) -> Self {
        Self::new(reason, "")
    }
}

impl std::fmt::Display for Gap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.reason.words())?;
        if !self.detail.is_empty() {
            write!(f, ": {}", self.detail)?;
        }
        Ok(())
    }
}

impl<T> Seen<T> {
    /// Not learned, for this reason.
    pub fn unknown(reason: Reason, detail: impl Into<String>) -> Self {
        Self::Unknown(Gap::new(reason, detail))
    }

    /// Not learned because nobody looked yet; where every fact of a probe begins.
    pub fn not_run() -> Self {
        Self::Unknown(Reason::NotRun.into())
    }

    /// The value, if known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The value, if known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    /// The gap, if not learned.
    pub fn gap(&self) -> Option<&Gap> {
        match self {
            Self::Unknown(gap) => Some(gap),
            _ => None,
        }
    }

    /// Whether nothing was learned.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// The same fact with its value changed; absence and gaps stay.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Self::Known(value) => Seen::Known(change(value)),
            Self::Absent => Seen::Absent,
            Self::Unknown(gap) => Seen::Unknown(gap),
        }
    }

    /// A fact about the value of this fact; absence and gaps stay.
    pub fn and_then<U>(self, change: impl FnOnce(T) -> Seen<U>) -> Seen<U> {
        match self {
            Self::Known(value) => change(value),
            Self::Absent => Seen::Absent,
            Self::Unknown(gap) => Seen::Unknown(gap),
        }
    }

    /// Borrows the value.
    pub fn as_ref(&self) -> Seen<&T> {
        match self {
            Self::Known(value) => Seen::Known(value),
            Self::Absent => Seen::Absent,
            Self::Unknown(gap) => Seen::Unknown(gap.clone()),
        }
    }
}

impl<T> Default for Seen<T> {
    /// Nobody looked yet.
    fn default() -> Self {
        Self::not_run()
    }
}

impl<T> From<T> for Seen<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

/// Absence in the sense of `None`: looked for where it would be, and not there.
pub fn known_or_absent<T>(value: Option<T>) -> Seen<T> {
    value.map_or(Seen::Absent, Seen::Known)
}

/// The serde form of [`Seen`].
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Form<T> {
    /// The value was read.
    Known(T),
    /// Always true: it was looked for and is not there.
    Absent(bool),
    /// It was not learned.
    Unknown(Gap),
}

impl<T> From<Form<T>> for Seen<T> {
    fn from(form: Form<T>) -> Self {
        match form {
            Form::Known(value) => Self::Known(value),
            Form::Absent(true) => Self::Absent,
            // `{"absent": false}` says nothing at all, so nothing may be concluded from it.
            Form::Absent(false) => Self::unknown(Reason::Malformed, "absent is false"),
            Form::Unknown(gap) => Self::Unknown(gap),
        }
    }
}

impl<T: Serialize> Serialize for Seen<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Known(value) => serializer.serialize_newtype_variant("Seen", 0, "known", value),
            Self::Absent => serializer.serialize_newtype_variant("Seen", 1, "absent", &true),
            Self::Unknown(gap) => serializer.serialize_newtype_variant("Seen", 2, "unknown", gap),
        }
    }
}

impl<T: JsonSchema> JsonSchema for Seen<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Seen_{}", T::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("{}::Seen<{}>", module_path!(), T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Form::<T>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_has_one_key() {
        let forms = [
            (Seen::Known(7), r#"{"known":7}"#),
            (Seen::Absent, r#"{"absent":true}"#),
            (
                Seen::unknown(Reason::Denied, ""),
                r#"{"unknown":{"reason":"denied"}}"#,
            ),
        ];
        for (seen, json) in forms {
            assert_eq!(serde_json::to_string(&seen).unwrap(), json);
            assert_eq!(serde_json::from_str::<Seen<u32>>(json).unwrap(), seen);
        }
    }

    #[test]
    fn absent_false_is_not_read_as_absent() {
        let read: Seen<u32> = serde_json::from_str(r#"{"absent":false}"#).unwrap();
        assert!(read.is_unknown());
    }
}
