//! The records that the catalogue names, for each chosen domain.
//!
//! One query for each record and domain, through the resolvers that the machine uses: an internal
//! zone of the same name is seen as the machine sees it.

use futures::{StreamExt, stream};
use waterline_facts::{DnsFacts, Seen, dns::RecordFacts};

use super::{
    DnsSettings,
    client::{Client, Data},
    no_public_domain, seen,
};
use crate::{
    Context, Draft,
    catalog::{Need, Record, RecordType},
};

/// Asks for every record of every domain.
pub(super) async fn ask_all(
    settings: &DnsSettings,
    client: &Client,
    cx: &Context,
    draft: &Draft<DnsFacts>,
) {
    let wanted = wanted(settings);
    if settings.domains.is_empty() {
        return draft.update(|facts| facts.records = no_public_domain());
    }
    draft.update(|facts| {
        facts.cloud = settings.cloud.name().to_owned();
        let facts_of = wanted.iter().map(|(facts, _)| facts.clone());
        facts.records = Seen::Known(facts_of.collect());
    });
    cx.progress.expect(wanted.len() as u64);
    stream::iter(wanted.into_iter().enumerate())
        .map(|(place, (facts, kind))| async move {
            let facts = ask(client, facts, kind).await;
            draft.update(|draft| replace(draft, place, facts));
            cx.progress.advance(1);
        })
        .buffer_unordered(cx.concurrency.max(1))
        .collect::<()>()
        .await;
}

fn replace(draft: &mut DnsFacts, place: usize, facts: RecordFacts) {
    if let Seen::Known(records) = &mut draft.records
        && let Some(slot) = records.get_mut(place)
    {
        *slot = facts;
    }
}

/// Every record to ask for, with nothing learned yet, sorted by domain and id.
fn wanted(settings: &DnsSettings) -> Vec<(RecordFacts, RecordType)> {
    let mut domains: Vec<_> = settings.domains.iter().map(|d| plain(d)).collect();
    domains.sort();
    domains.dedup();
    let records = &settings.catalog.records.records;
    let right = |record: &&Record| record.clouds.contains(&settings.cloud);
    domains
        .iter()
        .flat_map(|domain| records.iter().filter(right).map(|r| not_asked(r, domain)))
        .collect()
}

fn plain(domain: &str) -> String {
    domain.trim_end_matches('.').to_lowercase()
}

fn not_asked(record: &Record, domain: &str) -> (RecordFacts, RecordType) {
    let mut targets: Vec<_> = record.targets.iter().map(|t| t.to_string()).collect();
    targets.sort();
    let facts = RecordFacts {
        id: record.id.to_string(),
        domain: domain.to_owned(),
        name: record.name_in(domain),
        record_type: record.record_type.name().to_owned(),
        expected: record.expected.clone(),
        must_be_absent: record.must_be_absent,
        required: record.need == Need::Required && record.when.is_none(),
        targets,
        condition: record.when.clone().unwrap_or_default(),
        answer: Seen::not_run(),
        matches: Seen::not_run(),
    };
    (facts, record.record_type)
}

async fn ask(client: &Client, mut facts: RecordFacts, kind: RecordType) -> RecordFacts {
    let found = client.records(&facts.name, kind).await;
    let answer = seen(found, &facts.name).map(|data| data.iter().map(text_of).collect());
    facts.matches = matches(&facts, &answer);
    facts.answer = answer;
    facts
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

/// The data as a zone file writes it.
fn text_of(data: &Data) -> String {
    match data {
        Data::Address(address) => address.to_string(),
        Data::Name(name) => name.clone(),
        Data::Text(text) => text.clone(),
        Data::Mail { preference, host } => format!("{preference} {host}"),
        Data::Service {
            priority,
            weight,
            host,
            port,
        } => format!("{priority} {weight} {port} {host}"),
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
mod tests {
    use std::time::Duration;

    use waterline_facts::Reason;

    use super::*;
    use crate::{
        catalog::Catalog,
        context::testing::context,
        dns::fake::{FakeDns, Reply},
    };

    fn zone(name: &str, kind: RecordType) -> Reply {
        let alias = |target: &str| Reply::Data(vec![Data::Name(target.to_owned())]);
        match (name, kind) {
            ("enterpriseenrollment.good.example", _) => {
                alias("enterpriseenrollment-s.manage.microsoft.com")
            }
            ("enterpriseenrollment.bad.example", _) => alias("elsewhere.example"),
            ("msoid.bad.example", _) => alias("clientconfig.microsoftonline-p.net"),
            ("good.example", RecordType::Txt) => Reply::Data(vec![
                Data::Text("v=spf1 include:spf.protection.outlook.com -all".to_owned()),
                Data::Text("MS=ms87654321".to_owned()),
            ]),
            ("enterpriseregistration.good.example", _) => Reply::Silence,
            _ => Reply::NoSuchName,
        }
    }

    async fn facts_of(domains: &[&str]) -> Vec<RecordFacts> {
        let server = FakeDns::start(zone).await;
        let mut settings = DnsSettings::new(Catalog::embedded());
        settings.domains = domains.iter().map(|d| (*d).to_owned()).collect();
        let cx = context(Duration::from_millis(300));
        let client = Client::asking(&[server.address], cx.patience);
        let draft = Draft::default();
        ask_all(&settings, &client, &cx, &draft).await;
        draft.snapshot().0.records.into_known().unwrap()
    }

    fn record<'a>(facts: &'a [RecordFacts], id: &str, domain: &str) -> &'a RecordFacts {
        let found = facts.iter().find(|f| f.id == id && f.domain == domain);
        found.unwrap_or_else(|| panic!("{id} of {domain} was asked for"))
    }

    #[tokio::test]
    async fn each_domain_has_its_own_verdict_on_each_record() {
        let facts = facts_of(&["Good.example.", "bad.example", "bad.example"]).await;
        let cases = [
            ("enterprise-enrollment-cname", "good.example", true),
            ("enterprise-enrollment-cname", "bad.example", false),
            ("msoid-cname", "good.example", true),
            ("msoid-cname", "bad.example", false),
            ("domain-proof-txt", "good.example", true),
            ("domain-proof-txt", "bad.example", false),
            ("sender-policy-txt", "good.example", true),
        ];
        for (id, domain, right) in cases {
            let found = record(&facts, id, domain);
            assert_eq!(found.matches, Seen::Known(right), "{id} of {domain}");
        }
        let proof = record(&facts, "domain-proof-txt", "good.example");
        assert_eq!(proof.answer.known().unwrap()[0], "MS=ms87654321");
        let order: Vec<_> = facts.iter().map(|f| (&f.domain, &f.id)).collect();
        assert!(order.is_sorted());
    }

    #[tokio::test]
    async fn record_without_an_answer_is_unknown_not_absent() {
        let facts = facts_of(&["good.example"]).await;
        let silent = record(&facts, "enterprise-registration-cname", "good.example");
        assert_eq!(silent.answer.gap().unwrap().reason, Reason::TimedOut);
        assert_eq!(silent.matches.gap().unwrap().reason, Reason::TimedOut);
    }

    #[test]
    fn patterns_fit_by_their_parts() {
        let cases = [
            ("a.b", "A.B", true),
            ("a.b", "a.b.c", false),
            ("MS=ms*", "ms=ms123", true),
            ("MS=ms*", "xMS=ms1", false),
            (
                "* *.mail.protection.outlook.com",
                "0 x.mail.protection.outlook.com",
                true,
            ),
            ("* *.mail.protection.outlook.com", "0 x.example", false),
            (
                "v=spf1 *include:x*",
                "v=spf1 ip4:1.2.3.4 include:x -all",
                true,
            ),
            ("a*b*c", "abc", true),
            ("a*bc*c", "abc", false),
            ("*", "", true),
        ];
        for (pattern, data, right) in cases {
            assert_eq!(fits(pattern, data), right, "{pattern} on {data}");
        }
    }
}
