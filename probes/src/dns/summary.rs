//! What the queries to one resolver tell of it.

use waterline_facts::{
    Gap, Reason, Seen,
    dns::{ForwarderFacts, LatencyFacts, ResolverFacts},
};

use super::{
    error::{LookupError, of_code},
    exchange::Response,
    resolvers::{Asked, Purpose},
};
use crate::clock::ms;

/// The facts of a resolver to which these queries were put.
pub(super) fn summarise(facts: ResolverFacts, asked: &[Asked]) -> ResolverFacts {
    let silent = |asked: &&Asked| matches!(asked.found, Err(LookupError::TimedOut));
    let timed_out = asked.iter().filter(silent).count();
    let invents_names = invents(asked);
    let latency = latency(asked, timed_out);
    ResolverFacts {
        answers: Seen::Known(asked.iter().any(is_answer)),
        resolves_public: match invents_names {
            Seen::Known(true) => inventor(&facts.address),
            _ => resolves(asked, Purpose::Public),
        },
        invents_names,
        resolves_directory: resolves(asked, Purpose::Directory),
        tcp: find(asked, Purpose::Tcp).map(|asked| asked.found.is_ok()),
        edns: edns(asked),
        validates: answer(asked, Purpose::Verified).and_then(validates),
        median_ms: latency.clone().map(|latency| latency.median_ms),
        latency,
        uncached_ms: answer(asked, Purpose::Random).and_then(uncached),
        forwarders: forwarders(&facts.address),
        sent: asked.len() as u32,
        timed_out: timed_out as u32,
        ..facts
    }
}

fn is_answer(asked: &Asked) -> bool {
    match &asked.found {
        Ok(_) => true,
        Err(error) => error.is_answer(),
    }
}

fn inventor<T>(address: &str) -> Seen<T> {
    let detail = format!("{address} gives addresses also for names that exist nowhere");
    Seen::unknown(Reason::Malformed, detail)
}

/// The first query for this purpose; unknown if it was not sent.
fn find(asked: &[Asked], purpose: Purpose) -> Seen<&Asked> {
    let sent = asked.iter().find(|asked| asked.purpose == purpose);
    sent.map_or_else(
        || Seen::unknown(Reason::TimedOut, "it left earlier queries unanswered"),
        Seen::Known,
    )
}

/// The answer to the query for this purpose; unknown if there was none.
fn answer(asked: &[Asked], purpose: Purpose) -> Seen<&Response> {
    find(asked, purpose).and_then(|asked| match &asked.found {
        Ok(response) => Seen::Known(response),
        Err(error) => Seen::unknown(error.reason(), error.to_string()),
    })
}

/// Whether a query for this purpose found data. A resolver that said no, or said nothing to every
/// such query, does not resolve it; one that was not asked is unknown.
fn resolves(asked: &[Asked], purpose: Purpose) -> Seen<bool> {
    let mut tried = asked.iter().filter(|a| a.purpose == purpose).peekable();
    if tried.peek().is_none() {
        return Seen::unknown(Reason::NotConfigured, "no directory domain is known");
    }
    Seen::Known(tried.any(|asked| asked.data))
}

/// Whether it gave an address for a name that exists nowhere; only its own answer tells.
fn invents(asked: &[Asked]) -> Seen<bool> {
    let told = [Purpose::Reserved, Purpose::Random].map(|purpose| find(asked, purpose));
    let data = |told: &Seen<&Asked>| told.known().is_some_and(|asked| asked.data);
    if told.iter().any(data) {
        return Seen::Known(true);
    }
    let [reserved, random] = told;
    let answered = |asked: &Asked| match &asked.found {
        Ok(_) => Seen::Known(false),
        Err(error) if error.is_answer() => Seen::Known(false),
        Err(error) => Seen::unknown(error.reason(), error.to_string()),
    };
    match reserved.and_then(answered) {
        Seen::Known(told) => Seen::Known(told),
        _ => random.and_then(answered),
    }
}

/// An answer bears the extension if the question did and the server knows it.
fn edns(asked: &[Asked]) -> Seen<bool> {
    let usual = asked.iter().filter(|asked| asked.purpose != Purpose::Plain);
    let mut answers = usual
        .filter_map(|asked| asked.found.as_ref().ok())
        .peekable();
    match (answers.peek().is_some(), answer(asked, Purpose::Plain)) {
        (true, _) => Seen::Known(answers.any(|response| response.edns)),
        (false, plain) => plain.map(|_| false),
    }
}

fn validates(response: &Response) -> Seen<bool> {
    match of_code(response.code) {
        None => Seen::Known(response.verified),
        Some(error) => Seen::unknown(error.reason(), format!("the root zone: {error}")),
    }
}

fn uncached(response: &Response) -> Seen<f64> {
    match of_code(response.code) {
        Some(LookupError::NameNotFound) => Seen::Known(ms(response.took)),
        Some(error) => Seen::unknown(error.reason(), format!("a random name: {error}")),
        None => Seen::unknown(
            Reason::Malformed,
            "it did not say that a random name is none",
        ),
    }
}

fn latency(asked: &[Asked], timed_out: usize) -> Seen<LatencyFacts> {
    let answered = asked.iter().filter_map(|asked| asked.found.as_ref().ok());
    let times = answered.map(|response| ms(response.took)).collect();
    spread(times).map_or_else(
        || {
            let reason = match timed_out {
                0 => Reason::Unreachable,
                _ => Reason::TimedOut,
            };
            Seen::unknown(reason, "no query was answered")
        },
        Seen::Known,
    )
}

fn spread(mut times: Vec<f64>) -> Option<LatencyFacts> {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let upper = *times.get(middle)?;
    let median_ms = match times.len() % 2 {
        1 => upper,
        _ => (times[middle - 1] + upper) / 2.0,
    };
    // Nearest rank: the least time that nine of ten do not exceed.
    let ninetieth = (times.len() * 9).div_ceil(10) - 1;
    Some(LatencyFacts {
        answers: times.len() as u32,
        least_ms: *times.first()?,
        median_ms,
        ninetieth_ms: *times.get(ninetieth)?,
        most_ms: *times.last()?,
    })
}

/// Nothing in the protocol tells them.
fn forwarders(address: &str) -> ForwarderFacts {
    let gap = || {
        let detail =
            format!("a DNS server tells its forwarders to its administrators only ({address})");
        Gap::new(Reason::Denied, detail)
            .with_remedy("run Get-DnsServerForwarder on the server, with the rights of DnsAdmins")
    };
    ForwarderFacts {
        count: Seen::Unknown(gap()),
        timeout_s: Seen::Unknown(gap()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spread_by_rank() {
        let cases: [(&[f64], Option<[f64; 4]>); 5] = [
            (&[], None),
            (&[4.0], Some([4.0, 4.0, 4.0, 4.0])),
            (&[9.0, 1.0, 2.0], Some([1.0, 2.0, 9.0, 9.0])),
            (&[4.0, 1.0, 2.0, 9.0], Some([1.0, 3.0, 9.0, 9.0])),
            (
                &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0],
                Some([1.0, 5.5, 9.0, 10.0]),
            ),
        ];
        for (times, expected) in cases {
            let found = spread(times.to_vec());
            let found = found.map(|f| [f.least_ms, f.median_ms, f.ninetieth_ms, f.most_ms]);
            assert_eq!(found, expected, "{times:?}");
        }
    }
}
