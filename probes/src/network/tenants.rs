//! Which tenant each of the organisation's domains belongs to, as the cloud tells anybody who asks.
//!
//! Sends one GET without credentials for each domain, for the public OpenID Connect metadata, to the
//! cloud's sign-in host; only where the run contacts that host anyway. A domain that is verified in a
//! tenant is a name of that tenant there.
//! Source: MicrosoftDocs/entra-docs docs/identity-platform/v2-protocols-oidc.md (2026-06-30).

use std::{net::SocketAddr, sync::Arc};

use futures::{StreamExt, stream};
use reqwest::{
    Proxy, StatusCode, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};
use serde::Deserialize;
use waterline_facts::{
    Cloud, Gap, Reason, Seen,
    network::{Scheme, TenantFacts},
};

use super::{NetworkSettings, plan::Planned, proxy::Route};
use crate::{
    Context,
    dns::client::{Client, LookupError},
};

/// As much of an answer as is read; the real one has two kilobytes.
const LARGEST_ANSWER: usize = 64 << 10;
/// Domains that are asked at once, so that a long list does not look like an attack.
const AT_ONCE: usize = 4;
/// The service's number for a tenant that there is not.
const NO_SUCH_TENANT: u32 = 90_002;
const HTTPS: u16 = 443;

/// The host at which a cloud signs users in.
fn sign_in_host(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Commercial => "login.microsoftonline.com",
        Cloud::Usgov | Cloud::Dod => "login.microsoftonline.us",
        Cloud::China => "login.partner.microsoftonline.cn",
    }
}

/// What is known before anybody was asked: every domain, nothing of it.
pub(super) fn beforehand(
    settings: &NetworkSettings,
    planned: &[Planned],
) -> Seen<Vec<TenantFacts>> {
    if settings.domains.is_empty() {
        let gap = Gap::new(Reason::NotConfigured, "the profile names no domain");
        return Seen::Unknown(
            gap.with_remedy("list the public domains under `domains` in the profile"),
        );
    }
    let host = sign_in_host(settings.cloud);
    let contacted = |planned: &Planned| planned.is_contacted() && planned.facts.host == host;
    if !planned.iter().any(contacted) {
        let gap = Gap::new(Reason::NotRun, format!("the run does not contact {host}"));
        return Seen::Unknown(gap.with_remedy("run again with the target core"));
    }
    let mut domains = settings.domains.clone();
    domains.sort();
    domains.dedup();
    let unasked = |domain| TenantFacts {
        domain,
        tenant_id: Seen::not_run(),
    };
    Seen::Known(domains.into_iter().map(unasked).collect())
}

/// Asks for every domain, and hands on what is learned of each, by its place in the list.
pub(super) async fn ask_all(
    settings: &NetworkSettings,
    domains: Vec<TenantFacts>,
    cx: &Context,
    learned: impl Fn(usize, Seen<String>),
) {
    let host = sign_in_host(settings.cloud);
    let asking = asking(settings, host, cx);
    let asking = asking.as_ref();
    stream::iter(domains.into_iter().enumerate())
        .for_each_concurrent(AT_ONCE, async |(place, tenant)| {
            let tenant_id = match asking {
                Ok((client, authority)) => ask(client, authority, &tenant.domain).await,
                Err(problem) => Seen::unknown(Reason::Failed, problem.to_string()),
            };
            learned(place, tenant_id);
        })
        .await;
}

fn asking(
    settings: &NetworkSettings,
    host: &str,
    cx: &Context,
) -> Result<(reqwest::Client, Url), Box<dyn std::error::Error + Send + Sync>> {
    let names = Names::new(settings, cx, HTTPS)?;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured((*cx.tls).clone())
        .dns_resolver(Arc::new(names))
        .user_agent(super::AGENT)
        .redirect(Policy::none())
        .timeout(cx.patience)
        .no_proxy();
    match settings.proxy.for_host(Scheme::Https, host) {
        Route::Direct => {}
        Route::Through(proxy) => {
            let mut place = proxy.clone();
            place.port = settings.real(place.port);
            builder = builder.proxy(Proxy::all(place.to_string())?);
        }
        Route::Unsettled => return Err("a PAC file chooses the way, and none is evaluated".into()),
    }
    Ok((builder.build()?, Url::parse(&format!("https://{host}"))?))
}

/// Finds addresses by the resolvers of the run.
pub(super) struct Names {
    client: Client,
    /// The port that stands in for the one to connect to; 0 if none does.
    instead: u16,
}

impl Names {
    /// By the resolvers of the settings, else by the system's, to connect to this port.
    pub(super) fn new(
        settings: &NetworkSettings,
        cx: &Context,
        port: u16,
    ) -> Result<Self, LookupError> {
        Ok(Self {
            client: match settings.resolvers.as_slice() {
                [] => Client::of_the_system(cx.patience)?,
                servers => Client::asking(servers, cx.patience),
            },
            // The library keeps to a port that the address names.
            instead: settings.instead.get(&port).copied().unwrap_or(0),
        })
    }
}

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let (client, port) = (self.client.clone(), self.instead);
        Box::pin(async move {
            let found: Result<_, LookupError> = client.addresses(name.as_str()).await;
            let addresses = found?
                .into_iter()
                .map(move |address| SocketAddr::new(address, port));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

/// The id of the tenant that a domain belongs to; absent if the cloud knows none.
async fn ask(client: &reqwest::Client, authority: &Url, domain: &str) -> Seen<String> {
    match fetch(client, authority, domain).await {
        Ok((status, body)) => read(status, &body),
        Err(error) if error.is_timeout() => Seen::unknown(Reason::TimedOut, detail(&error)),
        Err(error) => Seen::unknown(Reason::Unreachable, detail(&error)),
    }
}

async fn fetch(
    client: &reqwest::Client,
    authority: &Url,
    domain: &str,
) -> reqwest::Result<(StatusCode, Vec<u8>)> {
    let mut url = authority.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.extend([domain, "v2.0", ".well-known", "openid-configuration"]);
    }
    let mut answer = client.get(url).send().await?;
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await? {
        body.extend_from_slice(&part);
        if body.len() > LARGEST_ANSWER {
            break;
        }
    }
    Ok((answer.status(), body))
}

/// The part of the service's answers that is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Answer {
    issuer: String,
    error_codes: Vec<u32>,
}

/// Reads the service's answer. Whatever is not clearly one of its two is not learned.
fn read(status: StatusCode, body: &[u8]) -> Seen<String> {
    let answer: Answer = serde_json::from_slice(body).unwrap_or_default();
    let tenant = tenant_of(&answer.issuer);
    match (status, tenant) {
        (StatusCode::OK, Some(tenant)) => Seen::Known(tenant),
        (StatusCode::BAD_REQUEST, _) if answer.error_codes.contains(&NO_SUCH_TENANT) => {
            Seen::Absent
        }
        _ => Seen::unknown(
            Reason::Malformed,
            format!(
                "status {}, and not an answer of the sign-in service",
                status.as_u16()
            ),
        ),
    }
}

/// The tenant's id in an issuer such as `https://HOST/ID/v2.0`, lower case.
fn tenant_of(issuer: &str) -> Option<String> {
    let url = Url::parse(issuer).ok()?;
    let id = url.path_segments()?.next()?.to_ascii_lowercase();
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    let digits = id.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    (digits && parts == [8, 4, 4, 4, 12]).then_some(id)
}

/// What happened, down to its cause.
fn detail(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use wiremock::{
        Mock, MockServer, ResponseTemplate,
        matchers::{method, path},
    };

    use super::*;

    const ID: &str = "9f0e6b0c-6f6e-4c0a-9a51-2b7c1d7f0a11";
    const METADATA: &str = "/contoso.test/v2.0/.well-known/openid-configuration";

    fn client() -> reqwest::Client {
        let builder = reqwest::Client::builder()
            .redirect(Policy::none())
            .no_proxy();
        builder.timeout(Duration::from_millis(300)).build().unwrap()
    }

    async fn asked(answer: ResponseTemplate) -> Seen<String> {
        let server = MockServer::start().await;
        let given = Mock::given(method("GET")).and(path(METADATA));
        given.respond_with(answer).mount(&server).await;
        ask(
            &client(),
            &Url::parse(&server.uri()).unwrap(),
            "contoso.test",
        )
        .await
    }

    fn json_answer(status: u16, body: &serde_json::Value) -> ResponseTemplate {
        ResponseTemplate::new(status).set_body_json(body)
    }

    #[tokio::test]
    async fn issuer_of_the_metadata_names_the_tenant() {
        let issuer = format!("https://login.example.test/{}/v2.0", ID.to_uppercase());
        let answer = json_answer(200, &json!({"issuer": issuer, "scopes": ["openid"]}));
        assert_eq!(asked(answer).await, Seen::Known(ID.to_owned()));
    }

    #[tokio::test]
    async fn a_domain_that_the_service_does_not_know_has_no_tenant() {
        let body = json!({"error": "invalid_tenant", "error_codes": [90002]});
        assert_eq!(asked(json_answer(400, &body)).await, Seen::Absent);
    }

    #[tokio::test]
    async fn whatever_else_answers_proves_nothing() {
        let page = "<html>sign in to the network</html>";
        let strange = json!({"issuer": "https://evil.example.test/not-an-id/"});
        let answers = [
            ResponseTemplate::new(200).set_body_string(page),
            ResponseTemplate::new(302).insert_header("Location", "http://portal.example.test"),
            ResponseTemplate::new(400),
            json_answer(400, &json!({"error_codes": [50000]})),
            json_answer(404, &json!({"error_codes": [90002]})),
            json_answer(200, &strange),
            ResponseTemplate::new(200).set_body_bytes(vec![b'['; 1 << 20]),
        ];
        for answer in answers {
            let seen = asked(answer).await;
            assert_eq!(seen.gap().unwrap().reason, Reason::Malformed, "{seen:?}");
        }
    }

    #[tokio::test]
    async fn silence_and_refusal_are_told_apart() {
        let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(5));
        assert_eq!(asked(slow).await.gap().unwrap().reason, Reason::TimedOut);
        let nobody = Url::parse("http://127.0.0.1:1").unwrap();
        let refused = ask(&client(), &nobody, "contoso.test").await;
        assert_eq!(refused.gap().unwrap().reason, Reason::Unreachable);
    }

    #[tokio::test]
    async fn a_domain_cannot_lead_the_request_elsewhere() {
        let server = MockServer::start().await;
        let authority = Url::parse(&server.uri()).unwrap();
        ask(&client(), &authority, "../x?y#z/..").await;
        let requests = server.received_requests().await.unwrap();
        let path = requests[0].url.path();
        assert!(
            path.ends_with("/v2.0/.well-known/openid-configuration"),
            "{path}"
        );
        assert_eq!(requests[0].url.query(), None);
    }
}
