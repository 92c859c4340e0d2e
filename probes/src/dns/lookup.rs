//! The records of a name by one server's word.
//!
//! Asks over UDP, once more if nothing comes, and over TCP if the answer was cut off. What fails is
//! asked for unchecked, by which a signature that does not verify is told from a fault of the
//! server. Aliases are followed within the answer and, where it ends early, by asking again; never
//! in a circle, and not further than a resolver would.

use hickory_resolver::proto::rr::{Name, RData, Record};

use super::{
    data::{Data, complete, data_of, host_name, wire_type},
    error::{LookupError, of_code},
    exchange::{Manner, Question, Response, Server},
};
use crate::catalog::RecordType;

/// Records of one name beyond this number are dropped, which is told; no answer worth having comes
/// near it.
pub(super) const MOST_RECORDS: usize = 500;
/// Aliases that are followed, one behind the other.
const MOST_ALIASES: usize = 16;

/// What a server said of a name and type.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    /// The data, sorted; or why there are none.
    pub found: Result<Vec<Data>, LookupError>,
    /// Whether the server holds the zone itself; none if it told neither data nor absence.
    pub authoritative: Option<bool>,
    /// The zone that answers, by the SOA record beside the answer; none if it bears none.
    pub zone: Option<String>,
    /// Records that were there and not kept, as they were too many.
    pub dropped: usize,
}

impl Answer {
    fn failed(error: LookupError) -> Self {
        Self {
            found: Err(error),
            authoritative: None,
            zone: None,
            dropped: 0,
        }
    }
}

impl Server {
    /// The records of a name.
    pub(super) async fn look_up(&self, name: &str, kind: RecordType) -> Answer {
        let first = match complete(name) {
            Ok(name) => name,
            Err(error) => return Answer::failed(error),
        };
        let mut names = vec![first.clone()];
        let mut name = first;
        let mut first_answer = None;
        loop {
            let mut question = Question {
                name,
                kind: wire_type(kind),
                manner: Manner::Usual,
            };
            let response = match self.whole(&mut question).await {
                Ok(response) => response,
                Err(error) => return Answer::failed(error),
            };
            let answer = first_answer.get_or_insert_with(|| head(&response));
            let end = follow(&response.answers, &mut names, kind);
            let next = match end {
                Ok(End::Data(data, dropped)) => {
                    answer.dropped = dropped;
                    return answer.clone().with(Ok(data));
                }
                Ok(End::Alias(next)) => next,
                Ok(End::Nothing) => {
                    let error = of_code(response.code).unwrap_or(LookupError::NoRecords);
                    return answer.clone().with(Err(error));
                }
                Err(error) => return Answer::failed(error),
            };
            // A resolver has followed the aliases itself: what it calls absent at their end is so.
            if let Some(error) = of_code(response.code) {
                return answer.clone().with(Err(error));
            }
            name = next;
        }
    }

    /// A whole answer: asked twice, over TCP if need be, and with data if only their signatures
    /// are at fault.
    async fn whole(&self, question: &mut Question) -> Result<Response, LookupError> {
        let mut answer = self.ask(question).await;
        if answer.as_ref().is_err_and(|e| *e == LookupError::TimedOut) {
            answer = self.ask(question).await;
        }
        let response = answer?;
        if response.cut_off {
            question.manner = Manner::Tcp;
            let over_tcp = self.ask(question).await;
            return over_tcp.map_err(|error| LookupError::CutOff(error.to_string()));
        }
        if of_code(response.code).is_some_and(|error| matches!(error, LookupError::Answered(_))) {
            return self.checked(question, response).await;
        }
        Ok(response)
    }

    /// A server that fails although it has data holds them back.
    async fn checked(
        &self,
        question: &mut Question,
        failure: Response,
    ) -> Result<Response, LookupError> {
        question.manner = Manner::Unchecked;
        match self.ask(question).await {
            Ok(unchecked) if of_code(unchecked.code).is_none() => Err(LookupError::Bogus),
            _ => Ok(failure),
        }
    }
}

impl Answer {
    fn with(mut self, found: Result<Vec<Data>, LookupError>) -> Self {
        if found.as_ref().is_err_and(|error| !error.is_absence()) {
            self.authoritative = None;
        }
        self.found = found;
        self
    }
}

fn head(response: &Response) -> Answer {
    let beside = response.authorities.iter().chain(&response.answers);
    let mut zones = beside.filter(|record| matches!(record.data, RData::SOA(_)));
    Answer {
        found: Err(LookupError::NoRecords),
        authoritative: Some(response.authoritative),
        zone: zones.next().map(|record| host_name(&record.name)),
        dropped: 0,
    }
}

/// Where the records of an answer lead.
enum End {
    /// Data, and how many more there were.
    Data(Vec<Data>, usize),
    Alias(Name),
    Nothing,
}

/// Follows the aliases of an answer from the last of these names on.
fn follow(records: &[Record], names: &mut Vec<Name>, kind: RecordType) -> Result<End, LookupError> {
    let from = names.len();
    loop {
        let name = names.last().cloned().unwrap_or_default();
        let wanted =
            |record: &&Record| record.name == name && record.record_type() == wire_type(kind);
        let own: Vec<_> = records.iter().filter(wanted).collect();
        let kept = own.iter().take(MOST_RECORDS);
        let mut data: Vec<_> = kept.filter_map(|record| data_of(&record.data)).collect();
        if !data.is_empty() {
            data.sort();
            data.dedup();
            return Ok(End::Data(data, own.len().saturating_sub(MOST_RECORDS)));
        }
        let target = records.iter().find_map(|record| match &record.data {
            RData::CNAME(target) if record.name == name => Some(target.0.clone()),
            _ => None,
        });
        let Some(target) = target else {
            return Ok(match names.len() > from {
                true => End::Alias(name),
                false => End::Nothing,
            });
        };
        if names.contains(&target) || names.len() > MOST_ALIASES {
            return Err(LookupError::AliasLoop(host_name(&target)));
        }
        names.push(target);
    }
}

#[cfg(test)]
mod tests;
