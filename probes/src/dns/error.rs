//! Why a look-up gave nothing.

use hickory_resolver::proto::op::ResponseCode;
use waterline_facts::Reason;

/// Why a look-up gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The name does not exist.
    #[error("the name does not exist")]
    NameNotFound,
    /// The name exists, but has no record of that type.
    #[error("the name has no such record")]
    NoRecords,
    /// The server answered with an error code.
    #[error("the resolver answered {0}")]
    Answered(String),
    /// The server holds the answer back, as its signatures do not verify.
    #[error("the resolver holds the answer back, as its signatures (DNSSEC) do not verify")]
    Bogus,
    /// The name leads to itself by way of aliases.
    #[error("the aliases of the name lead in a circle at `{0}`")]
    AliasLoop(String),
    /// The answer does not fit a datagram, and cannot be had over TCP.
    #[error("the answer does not fit a datagram, and over TCP: {0}")]
    CutOff(String),
    /// No answer in time.
    #[error("no answer from the resolver in time")]
    TimedOut,
    /// The server could not be spoken to.
    #[error("the resolver cannot be spoken to: {0}")]
    Unreachable(String),
    /// The answer could not be understood.
    #[error("the answer of the resolver cannot be understood: {0}")]
    Malformed(String),
    /// The text is no name.
    #[error("`{0}` is no DNS name")]
    BadName(String),
    /// The machine has no resolver.
    #[error("no resolver is configured on this machine")]
    NotConfigured,
}

impl LookupError {
    /// Whether some server has answered, be it with an error.
    pub fn is_answer(&self) -> bool {
        match self {
            Self::NameNotFound
            | Self::NoRecords
            | Self::Answered(_)
            | Self::Bogus
            | Self::AliasLoop(_)
            | Self::CutOff(_)
            | Self::Malformed(_) => true,
            Self::TimedOut | Self::Unreachable(_) | Self::BadName(_) | Self::NotConfigured => false,
        }
    }

    /// Whether the answer was that there is nothing.
    pub fn is_absence(&self) -> bool {
        matches!(self, Self::NameNotFound | Self::NoRecords)
    }

    /// The kind of reason for which a fact is then not learned.
    pub fn reason(&self) -> Reason {
        match self {
            Self::TimedOut => Reason::TimedOut,
            Self::Unreachable(_) | Self::CutOff(_) => Reason::Unreachable,
            Self::BadName(_) | Self::NotConfigured => Reason::NotConfigured,
            Self::Malformed(_) | Self::AliasLoop(_) => Reason::Malformed,
            Self::Bogus => Reason::Untrusted,
            Self::NameNotFound | Self::NoRecords | Self::Answered(_) => Reason::Failed,
        }
    }
}

/// The error that a response code stands for; none if it is none.
pub(super) fn of_code(code: ResponseCode) -> Option<LookupError> {
    match code {
        ResponseCode::NoError => None,
        ResponseCode::NXDomain => Some(LookupError::NameNotFound),
        code => Some(LookupError::Answered(code_name(code))),
    }
}

/// The code as the field writes it: RFC 6895 section 2.3.
pub(super) fn code_name(code: ResponseCode) -> String {
    match code {
        ResponseCode::ServFail => "SERVFAIL".to_owned(),
        ResponseCode::Refused => "REFUSED".to_owned(),
        ResponseCode::FormErr => "FORMERR".to_owned(),
        ResponseCode::NotImp => "NOTIMP".to_owned(),
        other => format!("{} ({other})", u16::from(other)),
    }
}
