//! The TLS stage: a verified handshake, with the server's chain recorded either way.
//!
//! A chain that does not verify ends the handshake, so that nothing is sent over it; what it says
//! of itself stays as a fact. The settings must resume no earlier session: it would show no chain.

use std::{io, sync::Arc};

use rustls::{CertificateError, ClientConfig, pki_types::ServerName};
use tokio::time::{self, Instant};
use tokio_rustls::{TlsConnector, client::TlsStream};
use waterline_facts::{
    Reason, Seen,
    network::{EndpointFailure, FailureReason, Stage, TlsStage},
};

use super::{Stream, failed, tcp};
use crate::{chain, clock::ms};

/// Shakes hands as a client of this host. The stage is there whenever the server sent a chain.
pub(super) async fn shake(
    stream: Stream,
    host: &str,
    config: &Arc<ClientConfig>,
    deadline: Instant,
) -> (Option<TlsStage>, Result<TlsStream<Stream>, EndpointFailure>) {
    let start = Instant::now();
    let name = match ServerName::try_from(host.to_owned()) {
        Ok(name) => name,
        Err(error) => {
            let failure = failed(Stage::Tls, FailureReason::TlsFailed, error.to_string());
            return (None, Err(failure));
        }
    };
    let handshake = TlsConnector::from(Arc::clone(config)).connect(name, stream);
    let (ended, chain) = chain::observe(time::timeout_at(deadline, handshake)).await;
    let took_ms = ms(start.elapsed());
    let described = (!chain.is_empty()).then(|| chain::describe(&chain));
    let result = match ended {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => Err(failure(&error, described.as_ref())),
        Err(_) => Err(failed(
            Stage::Tls,
            FailureReason::TimedOut,
            "the handshake did not end in time",
        )),
    };
    let stage = described.map(|facts| stage(took_ms, facts, result.as_ref().ok()));
    (stage, result)
}

fn stage(took_ms: f64, chain: chain::ChainFacts, stream: Option<&TlsStream<Stream>>) -> TlsStage {
    let session = stream.map(|stream| stream.get_ref().1);
    let not_finished = || Seen::unknown(Reason::Untrusted, "the handshake did not finish");
    let version = session.and_then(|session| session.protocol_version());
    let suite = session.and_then(|session| session.negotiated_cipher_suite());
    TlsStage {
        took_ms,
        version: version.map_or_else(not_finished, |v| Seen::Known(version_name(v))),
        cipher_suite: suite.map_or_else(not_finished, |suite| {
            Seen::Known(suite.suite().as_str().unwrap_or("unnamed").to_owned())
        }),
        trusted: session.is_some(),
        issuer: chain.issuer,
        chain_top: chain.top,
        not_after: chain.not_after,
        names: chain.names,
    }
}

fn version_name(version: rustls::ProtocolVersion) -> String {
    match version {
        rustls::ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
        rustls::ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
        other => format!("{other:?}"),
    }
}

/// Why a handshake failed, in the order: certificate, alert, connection. A certificate that cannot
/// be read has no issuer to distrust: then the handshake failed, no more.
fn failure(error: &io::Error, chain: Option<&chain::ChainFacts>) -> EndpointFailure {
    let tls = error.get_ref().and_then(|inner| inner.downcast_ref());
    let Some(tls) = tls else {
        return failed(Stage::Tls, tcp::reason(error), error.to_string());
    };
    let issuer_is_known = chain.is_some_and(|chain| chain.issuer.known().is_some());
    let reason = match reason(tls) {
        FailureReason::Untrusted if !issuer_is_known => FailureReason::TlsFailed,
        reason => reason,
    };
    let end = chain.and_then(|chain| chain.not_after.known());
    let detail = match (reason, end) {
        (FailureReason::Expired, Some(end)) => format!("{tls}; it is valid until {end}"),
        _ => tls.to_string(),
    };
    failed(Stage::Tls, reason, detail)
}

/// The kind of a TLS error.
pub(super) fn reason(error: &rustls::Error) -> FailureReason {
    use CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(bad) => match bad {
            Bad::NotValidForName | Bad::NotValidForNameContext { .. } => {
                FailureReason::NameMismatch
            }
            Bad::Expired
            | Bad::ExpiredContext { .. }
            | Bad::NotValidYet
            | Bad::NotValidYetContext { .. } => FailureReason::Expired,
            _ => FailureReason::Untrusted,
        },
        _ => FailureReason::TlsFailed,
    }
}

#[cfg(test)]
mod tests {
    use rustls::AlertDescription;

    use super::*;

    #[test]
    fn errors_have_their_kind() {
        let bad = |bad| rustls::Error::InvalidCertificate(bad);
        let cases = [
            (
                bad(CertificateError::NotValidForName),
                FailureReason::NameMismatch,
            ),
            (bad(CertificateError::Expired), FailureReason::Expired),
            (bad(CertificateError::NotValidYet), FailureReason::Expired),
            (
                bad(CertificateError::UnknownIssuer),
                FailureReason::Untrusted,
            ),
            (bad(CertificateError::Revoked), FailureReason::Untrusted),
            (
                rustls::Error::AlertReceived(AlertDescription::HandshakeFailure),
                FailureReason::TlsFailed,
            ),
        ];
        for (error, expected) in cases {
            assert_eq!(reason(&error), expected, "{error}");
        }
    }

    fn chain(issuer: Seen<String>) -> chain::ChainFacts {
        chain::ChainFacts {
            issuer,
            top: Seen::not_run(),
            not_after: Seen::Known("2020-01-01T00:00:00Z".parse().unwrap()),
            names: Seen::Absent,
        }
    }

    fn refused(bad: CertificateError) -> io::Error {
        io::Error::other(rustls::Error::InvalidCertificate(bad))
    }

    #[test]
    fn end_of_the_certificate_is_in_the_words() {
        let issued = chain(Seen::Known("CN=x".to_owned()));
        let failure = failure(&refused(CertificateError::Expired), Some(&issued));
        assert!(
            failure
                .detail
                .ends_with("it is valid until 2020-01-01T00:00:00Z")
        );
    }

    #[test]
    fn only_a_certificate_with_an_issuer_is_untrusted() {
        let unknown = refused(CertificateError::UnknownIssuer);
        let issued = chain(Seen::Known("CN=x".to_owned()));
        let garbled = chain(Seen::not_run());
        let reason = |chain| failure(&unknown, chain).reason;
        assert_eq!(reason(Some(&issued)), FailureReason::Untrusted);
        assert_eq!(reason(Some(&garbled)), FailureReason::TlsFailed);
        assert_eq!(reason(None), FailureReason::TlsFailed);
    }
}
