//! Which controllers of a domain are tried, and which of them stand in this machine's site.
//!
//! A password goes only to controllers whose names lie within their domain: locator records are not
//! signed, and a forged one could name a host that has a good certificate of its own.

use waterline_facts::{Gap, Reason};

use super::{
    asking::Asking,
    link::Dialer,
    locate::{Located, Locator},
    netlogon,
    server::root_attributes,
    settings::{AuthChoice, DirectorySettings, Scheme, ServerUrl, StartTls},
};

/// The controllers of a domain that DNS names, in the order in which to try them.
///
/// # Errors
/// If there are none.
pub(super) async fn by_dns(
    settings: &DirectorySettings,
    locator: &Locator,
    domain: &str,
) -> Result<Vec<ServerUrl>, Gap> {
    usable(settings, domain, locator.controllers(domain).await?)
}

/// The controllers of the first suggested domain of which DNS names any.
///
/// # Errors
/// If there is none.
pub(super) async fn by_suggestion(
    settings: &DirectorySettings,
    locator: &Locator,
) -> Result<Vec<ServerUrl>, Gap> {
    let password = matches!(settings.auth, AuthChoice::Simple { .. });
    let suggested = settings.suggested.iter().filter(|_| !password);
    for domain in suggested.clone() {
        if let Ok(urls) = by_dns(settings, locator, domain).await {
            return Ok(urls);
        }
    }
    let tried: Vec<_> = suggested.map(String::as_str).collect();
    let what = "this machine is in no domain, and none was named".to_owned();
    let what = match tried.is_empty() {
        true => what,
        false => format!("{what}; DNS names no controllers of {}", tried.join(", ")),
    };
    Err(Gap::new(Reason::NotConfigured, what)
        .with_remedy("name one with --domain, a server with --server, or an export with --ldif"))
}

/// Takes the controllers of this machine's site first, by what the first controller that answers
/// says of the site; the site. Where there is none, or nobody says, nothing changes.
pub(super) async fn own_site(settings: &DirectorySettings, asking: &mut Asking) -> Option<String> {
    let (url, answer) = asking.any().await?;
    let domain = answer.root.domain;
    let site = ask_site(asking.dialer(), &url, &domain).await?;
    prefer_site(settings, asking, &domain, &site).await;
    Some(site)
}

/// Takes the controllers of a site first.
pub(super) async fn prefer_site(
    settings: &DirectorySettings,
    asking: &mut Asking,
    domain: &str,
    site: &str,
) {
    let located = asking.dialer().locator.controllers_of_site(domain, site);
    let near = located
        .await
        .and_then(|near| usable(settings, domain, near));
    asking.prefer(near.unwrap_or_default());
}

/// The site of this machine, as a controller sees it.
async fn ask_site(dialer: &Dialer, url: &ServerUrl, domain: &str) -> Option<String> {
    let link = dialer.open(url).await.ok()?;
    let filter = netlogon::filter(domain);
    let answer = root_attributes(&link, dialer.patience, &filter, &[netlogon::ATTRIBUTE]).await;
    link.close(dialer.patience).await;
    netlogon::client_site(answer.ok()?.value(netlogon::ATTRIBUTE)?)
}

fn usable(
    settings: &DirectorySettings,
    domain: &str,
    located: Vec<Located>,
) -> Result<Vec<ServerUrl>, Gap> {
    let password = matches!(settings.auth, AuthChoice::Simple { .. });
    let (domain, first) = (domain.trim_end_matches('.'), located[0].host.clone());
    let trusted = |found: &Located| !password || is_within(&found.host, domain);
    let urls: Vec<_> = located
        .into_iter()
        .filter(trusted)
        .map(|found| url(settings, &found))
        .collect();
    if urls.is_empty() {
        return Err(stranger(domain, &first));
    }
    Ok(urls)
}

fn url(settings: &DirectorySettings, found: &Located) -> ServerUrl {
    match (&settings.auth, settings.start_tls) {
        // The locator record names the port of plain LDAP; a password wants TLS.
        (AuthChoice::Simple { .. }, StartTls::ForPasswords) => {
            ServerUrl::new(Scheme::Ldaps, &found.host)
        }
        _ => ServerUrl {
            port: found.port,
            ..ServerUrl::new(Scheme::Ldap, &found.host)
        },
    }
}

fn is_within(host: &str, domain: &str) -> bool {
    let above = host
        .len()
        .checked_sub(domain.len())
        .filter(|above| host.is_char_boundary(*above));
    above.is_some_and(|above| {
        let (above, tail) = host.split_at(above);
        tail.eq_ignore_ascii_case(domain) && above.ends_with('.')
    })
}

fn stranger(domain: &str, host: &str) -> Gap {
    let what = format!(
        "DNS names {host} as a controller of {domain}; no password is sent to a host outside the \
         domain"
    );
    Gap::new(Reason::Untrusted, what)
        .with_remedy("name the controller with --server, or use --auth kerberos")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(host: &str) -> Located {
        Located {
            priority: 0,
            order: 0,
            host: host.to_owned(),
            port: 3890,
        }
    }

    fn found(auth: AuthChoice, start_tls: StartTls, hosts: &[&str]) -> Result<Vec<String>, Gap> {
        let settings = DirectorySettings {
            auth,
            start_tls,
            ..DirectorySettings::default()
        };
        let located = hosts.iter().map(|host| located(host)).collect();
        let urls = usable(&settings, "corp.test.", located)?;
        Ok(urls.iter().map(ToString::to_string).collect())
    }

    fn simple() -> AuthChoice {
        AuthChoice::Simple {
            bind_dn: "jane".to_owned(),
            password: "hunter2".into(),
        }
    }

    #[test]
    fn scheme_and_port_follow_from_the_sign_in() {
        let hosts = ["dc1.corp.test"];
        let cases = [
            (
                AuthChoice::Kerberos,
                StartTls::ForPasswords,
                "ldap://dc1.corp.test:3890",
            ),
            (
                simple(),
                StartTls::ForPasswords,
                "ldaps://dc1.corp.test:636",
            ),
            (simple(), StartTls::Always, "ldap://dc1.corp.test:3890"),
        ];
        for (auth, start_tls, expected) in cases {
            assert_eq!(found(auth, start_tls, &hosts).unwrap(), [expected]);
        }
    }

    #[test]
    fn password_goes_to_no_host_outside_the_domain() {
        let outside = ["dc1.evil.test", "xcorp.test", "corp.test.evil.test", "é"];
        let gap = found(simple(), StartTls::Always, &outside).unwrap_err();
        assert_eq!(gap.reason, Reason::Untrusted);
        assert!(gap.detail.contains("dc1.evil.test"));
        let tickets = found(AuthChoice::Kerberos, StartTls::Always, &outside).unwrap();
        assert_eq!(tickets.len(), outside.len());
        let mixed = ["dc1.evil.test", "DC2.Corp.test"];
        let urls = found(simple(), StartTls::Always, &mixed).unwrap();
        assert_eq!(urls, ["ldap://dc2.corp.test:3890"]);
    }
}
