//! Whether an answer came from the service itself, by what the answer says.
//!
//! Pure. It claims that a page was put in between only where the answer says so; where plain HTTP
//! leads elsewhere without a reason, that is a doubt, not a verdict.

use std::net::IpAddr;

use http::{StatusCode, Uri};
use waterline_facts::network::{EndpointFailure, FailureReason, Scheme, Stage};

use super::{
    exchange::{self, Answer},
    failed,
};

/// Where an answer came from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// The service, as far as can be seen.
    Service,
    /// Something on the way, as it says itself.
    Between(String),
    /// The proxy that was to fetch it, and did not.
    Refused(EndpointFailure),
    /// Perhaps something on the way.
    Doubtful(String),
}

/// What was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// By which scheme.
    pub scheme: Scheme,
    /// Which host.
    pub host: &'a str,
    /// Whether a proxy fetched it.
    pub fetched_by_proxy: bool,
    /// Text that the service's own answer contains.
    pub expect: Option<&'a str>,
    /// Hosts of the catalogue, to which a service may lead.
    pub known: &'a [String],
}

/// Header that only a filter or proxy writes, and whose it is.
const FILTER_HEADERS: [(&str, &str); 2] =
    [("x-squid-error", "Squid"), ("x-bluecoat-via", "Blue Coat")];
/// Words that only a filter's own page has, and whose they are.
const FILTER_WORDS: [(&str, &str); 4] = [
    ("fortiguard web filtering", "FortiGuard"),
    ("fortinet.com/fgd", "FortiGuard"),
    ("<title>web page blocked", "a web filter"),
    ("zscaler_logo", "Zscaler"),
];

/// Judges an answer.
pub(super) fn origin(asked: Asked<'_>, answer: &Answer) -> Origin {
    // The proxy that was named is not something that got in between.
    if asked.fetched_by_proxy
        && let Some(failure) = proxy_refuses(answer)
    {
        return Origin::Refused(failure);
    }
    if let Some(sign) = sign_of_a_filter(answer) {
        return Origin::Between(sign);
    }
    if asked.fetched_by_proxy && answer.status == StatusCode::FORBIDDEN {
        let doubt = "status 403: from the proxy, or from the service behind it";
        return Origin::Doubtful(doubt.to_owned());
    }
    if let Some(text) = asked.expect {
        return expected(text, answer);
    }
    match answer.header("location") {
        Some(location) if answer.status.is_redirection() => redirect(asked, &location),
        _ if asked.scheme == Scheme::Http && is_page(answer) => page(asked),
        _ => Origin::Service,
    }
}

fn sign_of_a_filter(answer: &Answer) -> Option<String> {
    if answer.status == StatusCode::NETWORK_AUTHENTICATION_REQUIRED {
        return Some("status 511: the network asks for a sign-in (RFC 6585)".to_owned());
    }
    if let Some((name, whose)) = header_of_a_filter(answer) {
        return Some(format!("the answer bears `{name}`, a header of {whose}"));
    }
    let body = String::from_utf8_lossy(&answer.body).to_lowercase();
    let words = FILTER_WORDS.iter().find(|(words, _)| body.contains(words));
    words.map(|(words, whose)| format!("the page bears `{words}`, words of {whose}"))
}

fn expected(text: &str, answer: &Answer) -> Origin {
    if String::from_utf8_lossy(&answer.body).contains(text) {
        return Origin::Service;
    }
    if answer.cut {
        return Origin::Doubtful(format!("the answer broke off before the text `{text}`"));
    }
    Origin::Between(format!("the answer lacks the text `{text}`"))
}

fn redirect(asked: Asked<'_>, location: &str) -> Origin {
    let Some(host) = host_of(location) else {
        return Origin::Service;
    };
    if host == asked.host {
        return Origin::Service;
    }
    if leads_inside(&host) {
        return Origin::Between(format!("redirected to {host}, a host of the local network"));
    }
    let zone = zone(&host);
    let known = asked.known.iter().any(|known| self::zone(known) == zone);
    // Over TLS the certificate has already told who speaks.
    if asked.scheme != Scheme::Http || known || zone == self::zone(asked.host) {
        return Origin::Service;
    }
    Origin::Doubtful(format!(
        "redirected over plain HTTP to {host}: the service, or a captive portal"
    ))
}

fn is_page(answer: &Answer) -> bool {
    let kind = answer.header("content-type").unwrap_or_default();
    answer.status == StatusCode::OK && kind.to_lowercase().starts_with("text/html")
}

/// A page over plain HTTP, with nothing that tells whose it is. Behind a name there may be anybody;
/// an address was named by whoever knows what is there.
fn page(asked: Asked<'_>) -> Origin {
    if asked.host.parse::<IpAddr>().is_ok() {
        return Origin::Service;
    }
    Origin::Doubtful("a page over plain HTTP: the service's, or a captive portal's".to_owned())
}

/// The host of a whole URI; a relative one stays where it is.
fn host_of(location: &str) -> Option<String> {
    let uri: Uri = location.parse().ok()?;
    uri.scheme()?;
    Some(uri.host()?.trim_matches(['[', ']']).to_lowercase())
}

fn leads_inside(host: &str) -> bool {
    match host.parse() {
        Ok(IpAddr::V4(ip)) => ip.is_private() || ip.is_loopback() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_unique_local() || ip.is_loopback(),
        Err(_) => !host.contains('.'),
    }
}

/// The last two labels. Coarse where a country's zone has three, which makes it believe more.
fn zone(host: &str) -> &str {
    let start = host
        .rmatch_indices('.')
        .nth(1)
        .map_or(0, |(dot, _)| dot + 1);
    &host[start..]
}

fn header_of_a_filter(answer: &Answer) -> Option<(&'static str, &'static str)> {
    let borne = |(name, _): &&(&str, &str)| answer.headers.contains_key(*name);
    FILTER_HEADERS.iter().find(borne).copied()
}

/// What a proxy that was to fetch it refuses by a status, where that can be told from the service. A
/// 403 is the proxy's own if it bears a proxy's header.
fn proxy_refuses(answer: &Answer) -> Option<EndpointFailure> {
    let own = header_of_a_filter(answer).is_some();
    match answer.status {
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            Some(exchange::refusal(answer.status, &answer.headers))
        }
        StatusCode::FORBIDDEN if own => Some(exchange::refusal(answer.status, &answer.headers)),
        StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
            let detail = format!("the proxy could not fetch it: status {}", answer.status);
            Some(failed(Stage::Proxy, FailureReason::ProxyFailed, detail))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName};
    use waterline_facts::{Seen, network::HttpStage};

    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let named = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), value.parse().unwrap())
        };
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers.iter().map(named).collect::<HeaderMap>(),
            body: body.as_bytes().to_vec(),
            cut: false,
            stage: HttpStage {
                took_ms: 1.0,
                status,
                server: Seen::Absent,
                via: Seen::Absent,
                location: Seen::Absent,
                traces: Vec::new(),
            },
        }
    }

    fn judged(scheme: Scheme, answer: &Answer) -> Origin {
        let known = ["login.microsoftonline.com".to_owned()];
        let asked = Asked {
            scheme,
            host: "crl3.digicert.com",
            fetched_by_proxy: false,
            expect: None,
            known: &known,
        };
        origin(asked, answer)
    }

    #[test]
    fn status_of_the_service_is_no_sign_of_a_filter() {
        for status in [200, 204, 400, 401, 403, 404, 500, 503] {
            assert_eq!(
                judged(Scheme::Http, &answer(status, &[], "")),
                Origin::Service
            );
        }
    }

    #[test]
    fn redirects_are_judged_by_where_they_lead() {
        let cases = [
            ("https://www.digicert.com/", "service"),
            ("https://www.microsoftonline.com/", "service"),
            ("/start", "service"),
            ("http://10.1.2.3/login", "between"),
            ("http://portal/login", "between"),
            ("https://guest.hotel.example/", "doubtful"),
            ("http://[fd00::1]/", "between"),
        ];
        for (location, expected) in cases {
            let found = judged(Scheme::Http, &answer(302, &[("location", location)], ""));
            let name = match found {
                Origin::Service => "service",
                Origin::Between(_) => "between",
                Origin::Doubtful(_) => "doubtful",
                Origin::Refused(_) => "refused",
            };
            assert_eq!(name, expected, "{location}");
        }
        let elsewhere = answer(302, &[("location", "https://guest.hotel.example/")], "");
        assert_eq!(judged(Scheme::Https, &elsewhere), Origin::Service);
    }

    #[test]
    fn page_over_plain_http_may_be_a_portal_and_over_tls_is_the_service() {
        let html = answer(
            200,
            &[("content-type", "text/html; charset=utf-8")],
            "<html>",
        );
        assert!(matches!(judged(Scheme::Http, &html), Origin::Doubtful(_)));
        assert_eq!(judged(Scheme::Https, &html), Origin::Service);
        let list = answer(200, &[("content-type", "application/pkix-crl")], "");
        assert_eq!(judged(Scheme::Http, &list), Origin::Service);
    }

    #[test]
    fn filters_are_known_by_their_own_words() {
        let cases = [
            answer(511, &[], ""),
            answer(403, &[("x-squid-error", "ERR_ACCESS_DENIED 0")], ""),
            answer(200, &[], "<h1>FortiGuard Web Filtering</h1>"),
        ];
        for answer in cases {
            let found = judged(Scheme::Http, &answer);
            assert!(matches!(found, Origin::Between(_)), "{}", answer.status);
        }
    }

    #[test]
    fn what_the_proxy_itself_refuses_is_no_page_that_got_in_between() {
        use FailureReason as Why;
        let squid = [("x-squid-error", "ERR 0")];
        let asked = Asked {
            scheme: Scheme::Http,
            host: "crl3.digicert.com",
            fetched_by_proxy: true,
            expect: None,
            known: &[],
        };
        let cases = [
            (407, &squid[..], Why::ProxyAuthenticationRequired),
            (407, &[], Why::ProxyAuthenticationRequired),
            (403, &squid, Why::ProxyForbidden),
            (503, &squid, Why::ProxyFailed),
            (504, &[], Why::ProxyFailed),
        ];
        for (status, headers, expected) in cases {
            let Origin::Refused(failure) = origin(asked, &answer(status, headers, "")) else {
                panic!("{status} is the proxy's");
            };
            assert_eq!(failure.reason, expected, "{status}");
        }
        let doubtful = origin(asked, &answer(403, &[], ""));
        assert!(matches!(doubtful, Origin::Doubtful(_)));
        let page = answer(403, &[], "FortiGuard Web Filtering");
        assert!(matches!(origin(asked, &page), Origin::Between(_)));
    }

    #[test]
    fn expected_text_decides() {
        let asked = |expect| Asked {
            scheme: Scheme::Http,
            host: "www.msftconnecttest.com",
            fetched_by_proxy: false,
            expect: Some(expect),
            known: &[],
        };
        let page = answer(200, &[], "Microsoft Connect Test");
        assert_eq!(origin(asked("Connect Test"), &page), Origin::Service);
        let found = origin(asked("something else"), &page);
        assert!(matches!(found, Origin::Between(_)));
    }
}
