//! What a server's refusals and a connection's failures mean, in plain words.
//!
//! Active Directory hides the true reason of a failed bind in a hexadecimal code within the error
//! text (`AcceptSecurityContext error, data 52e`). The server's text itself never reaches a gap, as
//! it may repeat what was sent.

use ldap3::{LdapError, LdapResult};
use rustls::CertificateError;
use waterline_facts::{Gap, Reason};

use super::source::Stop;

/// Result codes of RFC 4511, section 4.1.9, as far as they are told apart here.
mod code {
    pub const SUCCESS: u32 = 0;
    pub const OPERATIONS_ERROR: u32 = 1;
    pub const TIME_LIMIT: u32 = 3;
    pub const SIZE_LIMIT: u32 = 4;
    pub const METHOD_NOT_SUPPORTED: u32 = 7;
    pub const STRONGER_AUTH: u32 = 8;
    pub const REFERRAL: u32 = 10;
    pub const ADMIN_LIMIT: u32 = 11;
    pub const CONFIDENTIALITY: u32 = 13;
    pub const NO_SUCH_OBJECT: u32 = 32;
    pub const INAPPROPRIATE_AUTH: u32 = 48;
    pub const INVALID_CREDENTIALS: u32 = 49;
    pub const INSUFFICIENT_ACCESS: u32 = 50;
    pub const BUSY: u32 = 51;
    pub const UNAVAILABLE: u32 = 52;
}

/// What the codes within the text of a failed bind mean (Windows system error codes).
const BIND_CODES: [(&str, &str); 12] = [
    ("525", "the account does not exist"),
    ("52e", "wrong name or password"),
    ("52f", "the account is restricted"),
    ("530", "the account may not sign in at this time"),
    ("531", "the account may not sign in from this machine"),
    ("532", "the password has expired"),
    ("533", "the account is disabled"),
    ("569", "the account may not sign in over the network"),
    ("701", "the account has expired"),
    ("773", "the password must be changed first"),
    ("775", "the account is locked out"),
    (
        "80090346",
        "it demands channel binding, and this TLS connection gives none that fits",
    ),
];

/// What to do if a controller cannot serve.
pub(super) const ANOTHER: &str = "name another domain controller with --server";

/// What to do if a controller does not answer.
pub(super) const REACH: &str = "check that the domain controller runs and that no firewall stands between, or \
                     name another with --server";

/// What to do if an account may not read.
pub(super) const RIGHTS: &str = "run as a domain user who may read that part of the directory";

/// What to do if only administrators may see.
pub(super) const ADMINISTER: &str = "run as an account that administers that part of the directory, \
                                     such as a member of Domain Admins or Enterprise Admins";

/// Why a bind was refused.
pub(super) fn bind_refused(host: &str, result: &LdapResult) -> Gap {
    let denied = |words: &str| {
        Gap::new(
            Reason::Denied,
            format!("{host} refused the sign-in: {words}"),
        )
    };
    match result.rc {
        code::STRONGER_AUTH | code::CONFIDENTIALITY => {
            denied("it wants a signed or encrypted connection")
                .with_remedy("use --auth kerberos, or --server ldaps://…")
        }
        code::METHOD_NOT_SUPPORTED | code::INAPPROPRIATE_AUTH => {
            denied("it does not take this kind of sign-in").with_remedy("choose another --auth")
        }
        code::INVALID_CREDENTIALS => {
            let (words, remedy) = bind_words(&result.text);
            denied(words).with_remedy(remedy)
        }
        code::BUSY | code::UNAVAILABLE => unavailable(host),
        other => denied(&format!("LDAP result {other}")).with_remedy(ANOTHER),
    }
}

/// What the code within the text of a failed bind means, and what to do.
fn bind_words(text: &str) -> (&'static str, &'static str) {
    let text = text.to_ascii_lowercase();
    let code = text.split_once(", data ").map(|(_, rest)| rest);
    let code = code
        .and_then(|rest| rest.split([',', ' ']).next())
        .unwrap_or_default();
    let words = BIND_CODES
        .iter()
        .find_map(|(known, words)| (*known == code).then_some(*words))
        .unwrap_or("name, password or ticket was not accepted");
    (words, bind_remedy(code))
}

fn bind_remedy(code: &str) -> &'static str {
    match code {
        "532" | "773" => "change the password of that account, then run again",
        "533" | "701" => "have the account enabled, or sign in as another",
        "775" => "have the account unlocked, or sign in as another; no further sign-in was tried",
        "530" | "531" | "569" => "sign in as an account that may, or run elsewhere or later",
        "80090346" => "use --auth kerberos over ldap://, which is sealed without TLS",
        _ => {
            "check --bind-dn (a user principal name is known in every domain of a forest) and the \
             password, or the tickets with klist"
        }
    }
}

fn unavailable(host: &str) -> Gap {
    Gap::new(Reason::Unreachable, format!("{host} is too busy to answer"))
        .with_remedy("run again later, or name another domain controller with --server")
}

/// Whether a search came to its end, by its result.
pub(super) fn search_ended(host: &str, result: &LdapResult) -> Result<(), Stop> {
    let gap = match result.rc {
        code::SUCCESS => return Ok(()),
        code::NO_SUCH_OBJECT => return Err(Stop::NoBase),
        code::TIME_LIMIT => Gap::new(
            Reason::TimedOut,
            format!("{host} ended the search at its time limit"),
        )
        .with_remedy("run again later, or name a less busy domain controller with --server"),
        code::SIZE_LIMIT | code::ADMIN_LIMIT => Gap::new(
            Reason::Denied,
            format!("{host} ended the search at its limit before all entries had come"),
        )
        .with_remedy("run as a user without such a limit, or read less with --base"),
        // Active Directory answers a search before a bind with operationsError, text 000004DC.
        code::OPERATIONS_ERROR if result.text.to_ascii_uppercase().contains("4DC") => Gap::new(
            Reason::Denied,
            format!("{host} tells this only after a sign-in"),
        )
        .with_remedy("use --auth kerberos or --auth simple"),
        code::INSUFFICIENT_ACCESS => Gap::new(
            Reason::Denied,
            format!("{host} does not let this account read it"),
        )
        .with_remedy(RIGHTS),
        code::STRONGER_AUTH | code::CONFIDENTIALITY => Gap::new(
            Reason::Denied,
            format!("{host} wants a signed or encrypted connection"),
        )
        .with_remedy("use --auth kerberos, or --server ldaps://…"),
        code::REFERRAL => referred(host),
        code::BUSY | code::UNAVAILABLE => unavailable(host),
        other => Gap::new(
            Reason::Failed,
            format!("{host} answered with LDAP result {other}"),
        )
        .with_remedy(ANOTHER),
    };
    Err(Stop::Failed(gap))
}

/// The server names others for what it does not hold, which are not followed.
pub(super) fn referred(host: &str) -> Gap {
    let what = format!("{host} does not hold all of that part and refers to another server");
    Gap::new(Reason::NotConfigured, what)
        .with_remedy("name a domain controller of that domain with --server")
}

/// Why a conversation failed.
pub(super) fn connection_failed(host: &str, error: &LdapError) -> Gap {
    match error {
        LdapError::Io { source } => io_failed(host, source),
        LdapError::Timeout { .. } => timed_out(host),
        LdapError::ResultRecv { .. }
        | LdapError::EndOfStream
        | LdapError::OpSend { .. }
        | LdapError::IdScrubSend { .. } => gone(host),
        other => Gap::new(
            Reason::Failed,
            format!("the conversation with {host} failed: {other}"),
        )
        .with_remedy(ANOTHER),
    }
}

/// Why a connection that is not the library's failed.
pub(super) fn conversation_failed(host: &str, error: &std::io::Error) -> Gap {
    match error.kind() {
        _ if error
            .get_ref()
            .is_some_and(|inner| inner.is::<rustls::Error>()) =>
        {
            io_failed(host, error)
        }
        std::io::ErrorKind::UnexpectedEof => gone(host),
        std::io::ErrorKind::InvalidData => no_ldap(host),
        _ => io_failed(host, error),
    }
}

/// The server hung up.
fn gone(host: &str) -> Gap {
    Gap::new(Reason::Unreachable, format!("{host} ended the connection")).with_remedy(REACH)
}

/// What came is something else, or longer or deeper than any sound answer.
pub(super) fn no_ldap(host: &str) -> Gap {
    let what = format!("{host} sent an answer that is not LDAP");
    Gap::new(Reason::Malformed, what)
        .with_remedy("check the port, or name another domain controller with --server")
}

/// The server refuses to begin TLS.
pub(super) fn no_tls(host: &str, code: u32) -> Gap {
    let what = format!("{host} does not begin TLS: LDAP result {code}");
    Gap::new(Reason::Denied, what).with_remedy("use --server ldaps://… or --auth kerberos")
}

/// TLS needs a name by which to know the server.
pub(super) fn no_name(host: &str) -> Gap {
    let what = format!("no certificate can be verified for {host}, as it is no host name");
    Gap::new(Reason::Untrusted, what).with_remedy("name the server by the name in its certificate")
}

/// No answer within the limit.
pub(super) fn timed_out(host: &str) -> Gap {
    Gap::new(Reason::TimedOut, format!("{host} did not answer in time")).with_remedy(REACH)
}

/// Why bytes could not be sent or received.
pub(super) fn io_failed(host: &str, error: &std::io::Error) -> Gap {
    let tls = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match tls {
        Some(error) => tls_failed(host, error),
        None if error.kind() == std::io::ErrorKind::TimedOut => timed_out(host),
        None => Gap::new(Reason::Unreachable, format!("{host}: {error}")).with_remedy(REACH),
    }
}

fn tls_failed(host: &str, error: &rustls::Error) -> Gap {
    match error {
        rustls::Error::InvalidCertificate(why) => Gap::new(
            Reason::Untrusted,
            format!("the certificate of {host} does not verify: {why}"),
        )
        .with_remedy(certificate_remedy(why)),
        other => Gap::new(
            Reason::Malformed,
            format!("TLS with {host} failed: {other}"),
        )
        .with_remedy(
            "check that this port speaks TLS and has a certificate, or use --auth kerberos",
        ),
    }
}

fn certificate_remedy(why: &CertificateError) -> &'static str {
    match why {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "name the server by a name in its certificate, or give it a certificate with that name"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "renew the server's certificate, and check this machine's clock"
        }
        _ => "name the file of the certification authority with --ca-file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(rc: u32, text: &str) -> LdapResult {
        LdapResult {
            rc,
            matched: String::new(),
            text: text.to_owned(),
            refs: Vec::new(),
            ctrls: Vec::new(),
        }
    }

    #[test]
    fn codes_within_the_text_of_a_failed_bind_become_words() {
        let cases = [
            ("52e", "wrong name or password"),
            ("532", "has expired"),
            ("775", "locked out"),
            ("773", "must be changed"),
            ("999", "was not accepted"),
        ];
        for (code, words) in cases {
            let text = format!(
                "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext error, data \
                 {code}, v4f7c"
            );
            let gap = bind_refused("dc1", &result(49, &text));
            assert_eq!(gap.reason, Reason::Denied);
            assert!(gap.detail.contains(words), "{gap}");
        }
    }

    #[test]
    fn unsigned_bind_is_told_what_to_use_instead() {
        let gap = bind_refused("dc1", &result(8, ""));
        assert!(gap.detail.contains("signed or encrypted"));
        assert!(gap.remedy.contains("ldaps://"));
    }

    #[test]
    fn search_results_have_their_reasons() {
        let cases = [
            (
                1,
                "000004DC: LdapErr: … a successful bind must be completed",
                Reason::Denied,
            ),
            (1, "other", Reason::Failed),
            (3, "", Reason::TimedOut),
            (4, "", Reason::Denied),
            (50, "", Reason::Denied),
            (51, "", Reason::Unreachable),
            (80, "", Reason::Failed),
        ];
        for (rc, text, reason) in cases {
            let Err(Stop::Failed(gap)) = search_ended("dc1", &result(rc, text)) else {
                panic!("{rc} is no failure");
            };
            assert_eq!(gap.reason, reason, "{rc}");
        }
        assert_eq!(search_ended("dc1", &result(32, "")), Err(Stop::NoBase));
        assert_eq!(search_ended("dc1", &result(0, "")), Ok(()));
    }
}
