//! A PAC file: fetched, bounded, recorded, and not evaluated.
//!
//! Sends one GET without credentials to the place that the settings name, directly. A PAC file is a
//! program; running one that a network names is left to the system that it is meant for. The proxies
//! that its text names are listed, so that its reader knows which to try with `--proxy`.

use std::{collections::BTreeSet, error::Error, sync::Arc};

use reqwest::{Url, redirect::Policy};
use tokio::time::Instant;
use waterline_facts::{Gap, Reason, Seen, network::PacFacts};

use super::{NetworkSettings, tenants::Names};
use crate::{Context, clock::ms};

/// A larger file is not read: Chromium takes none above this size either.
const LARGEST: usize = 1 << 20;
/// Characters of the text that are kept.
const KEPT: usize = 64 << 10;
/// Proxies that are listed.
const MOST_PROXIES: usize = 100;
/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// Fetches the file that the settings name.
pub(super) async fn fetch(settings: &NetworkSettings, cx: &Context) -> Seen<PacFacts> {
    let Some(place) = &settings.pac else {
        return Seen::Absent;
    };
    let url = match Url::parse(place) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => url,
        _ => {
            let gap = Gap::new(
                Reason::NotConfigured,
                "the place of the PAC file is no address of HTTP",
            );
            return Seen::Unknown(gap.with_remedy("correct the proxy settings of this machine"));
        }
    };
    let start = Instant::now();
    match read(settings, url, cx).await {
        Ok(text) => Seen::Known(PacFacts {
            url: without_credentials(place),
            bytes: text.len() as u64,
            took_ms: ms(start.elapsed()),
            proxies: proxies(&text),
            text: text.chars().take(KEPT).collect(),
        }),
        Err(gap) => Seen::Unknown(gap),
    }
}

async fn read(settings: &NetworkSettings, url: Url, cx: &Context) -> Result<String, Gap> {
    let port = url.port_or_known_default().unwrap_or(80);
    let names = Names::new(settings, cx, port).map_err(|error| failed(&error))?;
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured((*cx.tls).clone())
        .dns_resolver(Arc::new(names))
        .user_agent(super::AGENT)
        .redirect(Policy::limited(MOST_REDIRECTS))
        .timeout(cx.patience)
        .no_proxy()
        .build()
        .map_err(|error| failed(&error))?;
    let answer = client.get(url).send().await;
    let mut answer = answer.map_err(|error| failed(&error))?;
    if !answer.status().is_success() {
        let detail = format!("the PAC file's server answered {}", answer.status());
        return Err(Gap::new(Reason::Failed, detail));
    }
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|error| failed(&error))? {
        body.extend_from_slice(&part);
        if body.len() > LARGEST {
            let detail = format!("the PAC file has more than {LARGEST} bytes");
            return Err(Gap::new(Reason::Malformed, detail));
        }
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}

fn failed(error: &(dyn Error + 'static)) -> Gap {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let late = error
        .downcast_ref::<reqwest::Error>()
        .is_some_and(reqwest::Error::is_timeout);
    let reason = match late {
        true => Reason::TimedOut,
        false => Reason::Unreachable,
    };
    Gap::new(reason, format!("the PAC file cannot be fetched: {cause}"))
}

/// How many proxies the text of a PAC file names.
pub(crate) fn count_proxies(text: &str) -> usize {
    proxies(text).len()
}

/// What follows the word `PROXY` (or another kind) in the text, where it looks like `HOST:PORT`.
fn proxies(text: &str) -> Vec<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || "\"';,+()".contains(c))
        .filter(|word| !word.is_empty())
        .collect();
    let named = words.windows(2).filter(|pair| {
        let kinds = ["PROXY", "HTTP", "HTTPS", "SOCKS", "SOCKS4", "SOCKS5"];
        kinds.contains(&pair[0].to_uppercase().as_str()) && is_place(pair[1])
    });
    let named: BTreeSet<String> = named.map(|pair| pair[1].to_lowercase()).collect();
    named.into_iter().take(MOST_PROXIES).collect()
}

fn is_place(word: &str) -> bool {
    let Some((host, port)) = word.rsplit_once(':') else {
        return false;
    };
    let sound = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    !host.is_empty() && host.len() <= 255 && host.chars().all(sound) && port.parse::<u16>().is_ok()
}

fn without_credentials(place: &str) -> String {
    let Ok(mut url) = Url::parse(place) else {
        return String::new();
    };
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use wiremock::{Mock, MockServer, ResponseTemplate, matchers::any};

    use super::*;
    use crate::{catalog::Catalog, context::testing::context};

    const TEXT: &str = "function FindProxyForURL(url, host) {\n  if (isPlainHostName(host)) return \
                        'DIRECT';\n  return \"PROXY Gate.example:8080; PROXY b.example:81;DIRECT\";\n}";

    async fn fetched(place: String) -> Seen<PacFacts> {
        let mut settings = NetworkSettings::new(Catalog::embedded());
        settings.pac = Some(place);
        settings.resolvers = vec![([127, 0, 0, 1], 9).into()];
        fetch(&settings, &context(Duration::from_millis(500))).await
    }

    async fn answered(answer: ResponseTemplate) -> Seen<PacFacts> {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&server).await;
        fetched(server.uri()).await
    }

    #[tokio::test]
    async fn file_is_recorded_with_the_proxies_that_it_names() {
        let facts = answered(ResponseTemplate::new(200).set_body_string(TEXT)).await;
        let facts = facts.into_known().unwrap();
        assert_eq!(facts.proxies, ["b.example:81", "gate.example:8080"]);
        assert_eq!(
            (facts.text.as_str(), facts.bytes),
            (TEXT, TEXT.len() as u64)
        );
    }

    #[tokio::test]
    async fn whatever_is_no_such_file_has_its_reason() {
        let huge = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 10 << 20]);
        let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(5));
        let circle = ResponseTemplate::new(302).insert_header("Location", "/");
        let cases = [
            (answered(huge).await, Reason::Malformed, "more than 1048576"),
            (answered(slow).await, Reason::TimedOut, "timed out"),
            (answered(circle).await, Reason::Unreachable, "redirects"),
            (
                answered(ResponseTemplate::new(404)).await,
                Reason::Failed,
                "404",
            ),
            (
                fetched("http://127.0.0.1:1/".to_owned()).await,
                Reason::Unreachable,
                "refused",
            ),
            (
                fetched("file:///etc/passwd".to_owned()).await,
                Reason::NotConfigured,
                "no address",
            ),
            (
                fetched("proxy.pac".to_owned()).await,
                Reason::NotConfigured,
                "no address",
            ),
        ];
        for (seen, reason, words) in cases {
            let gap = seen.gap().unwrap();
            assert_eq!(gap.reason, reason, "{gap:?}");
            assert!(gap.detail.contains(words), "{gap:?}");
        }
    }

    #[tokio::test]
    async fn credentials_in_the_place_are_not_repeated() {
        let server = MockServer::start().await;
        let body = ResponseTemplate::new(200).set_body_string(TEXT);
        Mock::given(any()).respond_with(body).mount(&server).await;
        let place = server.uri().replace("http://", "http://me:secret@");
        let facts = fetched(place).await.into_known().unwrap();
        assert!(!format!("{facts:?}").contains("secret"));
    }
}
