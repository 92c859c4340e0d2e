//! Whom to ask: the configured resolvers, each by itself, and one public resolver.

use std::net::{IpAddr, SocketAddr};

use futures::future::join_all;
use waterline_facts::{DnsFacts, Gap, Reason, Seen, dns::View};

use super::{DnsSettings, data::Data, error::LookupError, exchange::Server, lookup::Answer};
use crate::{Context, Draft, catalog::RecordType};

/// Questions in a row without an answer after which a server is asked no further: each of those
/// that are under way at once may be such a one.
const GIVE_UP_AFTER: usize = 48;

/// The servers whose word is taken, each for itself.
pub(super) struct Views {
    servers: Vec<(View, Server)>,
}

impl Views {
    /// The configured resolvers alone.
    pub(super) fn inside(addresses: &[SocketAddr], cx: &Context) -> Self {
        // Each question is put twice, as a datagram may get lost.
        let server = |address: &SocketAddr| {
            let server = Server::new(*address, cx.patience / 2).given_up_after(GIVE_UP_AFTER);
            (View::Internal, server)
        };
        Self {
            servers: addresses.iter().map(server).collect(),
        }
    }

    /// The same, and the first public resolver that resolves a public name; which one becomes a
    /// fact. A resolver that is configured anyway is no view from outside.
    pub(super) async fn and_outside(
        mut self,
        settings: &DnsSettings,
        cx: &Context,
        draft: &Draft<DnsFacts>,
    ) -> Self {
        let inside: Vec<_> = self.servers.iter().map(|(_, one)| one.address).collect();
        let others = settings.public_resolvers.iter();
        let others = others.filter(|address| !inside.contains(address));
        let tried = join_all(others.map(|address| async {
            let server = Server::new(*address, cx.patience / 2).given_up_after(GIVE_UP_AFTER);
            let public = settings.catalog.records.public_name.as_str();
            let answer = server.look_up(public, RecordType::A).await;
            (server, answer)
        }));
        let (chosen, fact) = choose(tried.await);
        draft.update(|facts| facts.public_resolver = fact);
        self.servers
            .extend(chosen.map(|server| (View::Public, server)));
        self
    }

    /// All of them: the configured ones in their order, then the public one.
    pub(super) fn all(&self) -> impl Iterator<Item = (View, &Server)> {
        self.servers.iter().map(|(view, server)| (*view, server))
    }

    /// What each of them says of a name, in the same order.
    pub(super) async fn look_up(&self, name: &str, kind: RecordType) -> Vec<Answer> {
        join_all(self.all().map(|(_, server)| server.look_up(name, kind))).await
    }

    /// The addresses of a host in both families as a program on this machine gets them, sorted.
    ///
    /// # Errors
    /// If there is none. A family that fails hides behind one that has an address.
    pub(super) async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, LookupError> {
        let (four, six) = tokio::join!(
            self.look_up(host, RecordType::A),
            self.look_up(host, RecordType::Aaaa)
        );
        let [four, six] = [four, six].map(|answers| {
            let found = machine(answers.iter().map(|answer| &answer.found));
            found.map(|data| addresses(data).collect::<Vec<_>>())
        });
        match (four, six) {
            (Ok(four), Ok(six)) => Ok([four, six].concat()),
            (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
            (Err(four), Err(six)) => Err(if four.is_absence() { six } else { four }),
        }
    }
}

/// The addresses among data.
pub(super) fn addresses(data: &[Data]) -> impl Iterator<Item = IpAddr> {
    data.iter().filter_map(|data| match data {
        Data::Address(address) => Some(*address),
        _ => None,
    })
}

fn choose(tried: Vec<(Server, Answer)>) -> (Option<Server>, Seen<String>) {
    if tried.is_empty() {
        return (None, Seen::Absent);
    }
    let mut errors = Vec::new();
    for (server, answer) in tried {
        let address = server.address;
        match answer.found {
            Ok(_) => return (Some(server), Seen::Known(address.to_string())),
            Err(error) => errors.push((address, error)),
        }
    }
    let reason = errors.first().map_or(Reason::Failed, |(_, e)| e.reason());
    let told: Vec<_> = errors.iter().map(|(at, e)| format!("{at}: {e}")).collect();
    let gap = Gap::new(reason, told.join("; "))
        .with_remedy("name a public resolver that can be reached with --public-resolver");
    (None, Seen::Unknown(gap))
}

/// What a program on this machine gets: from the first resolver that gives data or says that there
/// are none, as Windows asks the next one only where the first does not.
pub(super) fn machine<'a, T>(
    answers: impl IntoIterator<Item = &'a Result<T, LookupError>>,
) -> Result<&'a T, LookupError> {
    let mut first_error = None;
    for answer in answers {
        match answer {
            Ok(data) => return Ok(data),
            Err(error) if error.is_absence() => return Err(error.clone()),
            Err(error) => {
                first_error.get_or_insert_with(|| error.clone());
            }
        }
    }
    Err(first_error.unwrap_or(LookupError::NotConfigured))
}

/// Whether those that answered agree; unknown if fewer than two did.
pub(super) fn agree<T: PartialEq>(answers: &[Seen<T>]) -> Seen<bool> {
    let mut learned = answers.iter().filter(|answer| !answer.is_unknown());
    let (Some(first), true) = (learned.next(), answers.len() > 1) else {
        return Seen::unknown(Reason::NotConfigured, "there is one resolver only");
    };
    let rest: Vec<_> = learned.collect();
    if rest.is_empty() {
        return Seen::unknown(Reason::Unreachable, "one resolver alone answered");
    }
    Seen::Known(rest.into_iter().all(|other| other == first))
}
