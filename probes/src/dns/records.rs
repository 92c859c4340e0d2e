//! The records that the catalogue names, for each domain, by each server's own word.
//!
//! One query for each record, domain and server. An internal zone of the same name is seen as the
//! machine sees it, and beside it what the public has.

use futures::FutureExt;
use waterline_facts::{
    DnsFacts, Gap, Reason, Seen,
    dns::{RecordFacts, ServerAnswer, Split, View},
};

use super::{
    DnsSettings,
    data::Data,
    domains::Domain,
    error::LookupError,
    exchange::Server,
    lookup::Answer,
    seen,
    slots::Slots,
    views::{Views, agree, machine},
};
use crate::{
    Context, Draft,
    catalog::{Need, Record, RecordType},
};

/// Asks for every record of these domains.
pub(super) async fn ask_all(
    settings: &DnsSettings,
    domains: &[Domain],
    views: &Views,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let wanted = wanted(settings, domains);
    let facts = wanted.iter().map(|(facts, _)| facts.clone()).collect();
    let slots = Slots::append(draft, "records", |facts| &mut facts.records, facts);
    draft.update(|facts| facts.cloud = settings.cloud.name().to_owned());
    let asks = wanted.into_iter().map(|(facts, kind)| {
        async move {
            let answers = ask(views, &facts.name, kind).await;
            conclude(facts, views, answers)
        }
        .boxed()
    });
    slots.fill(cx, asks.collect()).await;
}

/// Every record to ask for, with nothing learned yet, in the order of domains and ids.
fn wanted(settings: &DnsSettings, domains: &[Domain]) -> Vec<(RecordFacts, RecordType)> {
    let records = &settings.catalog.records.records;
    let right = |record: &&Record| record.clouds.contains(&settings.cloud);
    domains
        .iter()
        .flat_map(|domain| records.iter().filter(right).map(|r| not_asked(r, domain)))
        .collect()
}

fn not_asked(record: &Record, domain: &Domain) -> (RecordFacts, RecordType) {
    let mut targets: Vec<_> = record.targets.iter().map(|t| t.to_string()).collect();
    targets.sort();
    let facts = RecordFacts {
        id: record.id.to_string(),
        domain: domain.name.clone(),
        origin: domain.origin,
        name: record.name_in(&domain.name),
        record_type: record.record_type.name().to_owned(),
        expected: record.expected.clone(),
        must_be_absent: record.must_be_absent,
        required: record.need == Need::Required && record.when.is_none(),
        targets,
        condition: record.when.clone().unwrap_or_default(),
        answer: Seen::not_run(),
        matches: Seen::not_run(),
        answers: Vec::new(),
        resolvers_agree: Seen::not_run(),
        split: Seen::not_run(),
    };
    (facts, record.record_type)
}

async fn ask(views: &Views, name: &str, kind: RecordType) -> Vec<Answer> {
    if kind != RecordType::Ns {
        return views.look_up(name, kind).await;
    }
    let asks = views.all().map(|(_, server)| delegation(server, name));
    futures::future::join_all(asks).await
}

/// The name servers of a domain, or of the zone that holds it: a suffix below a delegated domain is
/// as public as that one, without a delegation of its own.
async fn delegation(server: &Server, domain: &str) -> Answer {
    let own = server.look_up(domain, RecordType::Ns).await;
    let absent = own.found.as_ref().is_err_and(LookupError::is_absence);
    let zone = own.zone.as_deref().filter(|zone| absent && *zone != domain);
    match zone.filter(|zone| is_below_public_suffix(zone)) {
        Some(zone) => server.look_up(zone, RecordType::Ns).await,
        None => own,
    }
}

/// Whether somebody can have registered this name, or one above it: `example.co.uk`, not `co.uk`.
pub(super) fn is_below_public_suffix(name: &str) -> bool {
    psl::domain_str(name).is_some()
}

fn conclude(mut facts: RecordFacts, views: &Views, answers: Vec<Answer>) -> RecordFacts {
    let inside = views.all().zip(&answers);
    let inside = inside.filter(|((view, _), _)| *view == View::Internal);
    let found = machine(inside.map(|(_, answer)| &answer.found));
    let texts = |data: &Vec<Data>| data.iter().map(Data::text).collect();
    facts.answer = seen(found.map(texts), &facts.name);
    facts.matches = matches(&facts, &facts.answer);
    let answers = views.all().zip(answers);
    let answers = answers.map(|((view, server), answer)| ServerAnswer {
        server: server.address.to_string(),
        view,
        authoritative: told(&answer),
        bogus: bogus(&answer),
        dropped: answer.dropped as u32,
        answer: seen(answer.found.map(|data| texts(&data)), &facts.name),
        matches: Seen::not_run(),
    });
    facts.answers = answers.collect();
    for place in 0..facts.answers.len() {
        facts.answers[place].matches = matches(&facts, &facts.answers[place].answer);
    }
    let (outside, inside): (Vec<_>, Vec<_>) = facts
        .answers
        .iter()
        .partition(|one| one.view == View::Public);
    let inside: Vec<_> = inside.iter().map(|one| one.answer.clone()).collect();
    facts.resolvers_agree = agree(&inside);
    facts.split = outside
        .first()
        .map_or_else(no_outside, |outside| split(&facts.answer, &outside.answer));
    facts
}

/// Whether the server holds the zone itself.
pub(super) fn told(answer: &Answer) -> Seen<bool> {
    match (&answer.found, answer.authoritative) {
        (_, Some(authoritative)) => Seen::Known(authoritative),
        (Err(error), None) => Seen::unknown(error.reason(), error.to_string()),
        (Ok(_), None) => Seen::not_run(),
    }
}

fn bogus(answer: &Answer) -> Seen<bool> {
    match &answer.found {
        Err(LookupError::Bogus) => Seen::Known(true),
        Err(error) if !error.is_answer() => Seen::unknown(error.reason(), error.to_string()),
        _ => Seen::Known(false),
    }
}

fn no_outside<T>() -> Seen<T> {
    let gap = Gap::new(Reason::NotConfigured, "no public resolver was asked");
    Seen::Unknown(gap.with_remedy("name one that can be reached with --public-resolver"))
}

/// How two views differ.
fn split(inside: &Seen<Vec<String>>, outside: &Seen<Vec<String>>) -> Seen<Split> {
    match (inside, outside) {
        (Seen::Unknown(gap), _) | (_, Seen::Unknown(gap)) => Seen::Unknown(gap.clone()),
        (Seen::Absent, Seen::Known(_)) => Seen::Known(Split::HiddenInside),
        (Seen::Known(_), Seen::Absent) => Seen::Known(Split::InsideOnly),
        (inside, outside) if inside != outside => Seen::Known(Split::Different),
        _ => Seen::Absent,
    }
}

fn matches(facts: &RecordFacts, answer: &Seen<Vec<String>>) -> Seen<bool> {
    match answer {
        Seen::Unknown(gap) => Seen::Unknown(gap.clone()),
        Seen::Absent => Seen::Known(facts.must_be_absent),
        Seen::Known(_) if facts.must_be_absent => Seen::Known(false),
        Seen::Known(_) if facts.expected.is_empty() => Seen::Known(true),
        Seen::Known(data) => {
            let right = |datum: &String| facts.expected.iter().any(|e| fits(e, datum));
            Seen::Known(data.iter().any(right))
        }
    }
}

/// Whether the data fits the pattern, in which `*` stands for any text; letter case is ignored.
fn fits(pattern: &str, data: &str) -> bool {
    let (pattern, data) = (pattern.to_lowercase(), data.to_lowercase());
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == data;
    };
    let Some(mut left) = data.strip_prefix(head) else {
        return false;
    };
    let mut parts: Vec<_> = rest.split('*').collect();
    let tail = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(place) = left.find(part) else {
            return false;
        };
        left = &left[place + part.len()..];
    }
    left.ends_with(tail)
}

#[cfg(test)]
mod tests;
