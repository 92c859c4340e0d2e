//! Judges a rule that asks the same of each element of a list.

use super::{Bench, Obstacles, fraction, judged, not_applicable};
use crate::{
    assessment::Finding,
    compile::CompiledEach,
    expr,
    facts::{Learned, view::Named},
    judged::Judged,
    verdict::Verdict,
};

/// What becomes of one element.
enum Outcome {
    NotConcerned,
    Met,
    NotMet(Box<Finding>),
}

impl Bench<'_> {
    /// Any element that is not met decides; else any that is not assessed; else any that is met.
    pub(super) fn each(&self, each: &CompiledEach) -> Judged {
        let (elements, mut obstacles) = self.elements(each);
        let (mut met, mut findings, mut unassessed) = (0_u64, Vec::new(), 0_u64);
        for element in elements {
            match self.element(each, element) {
                Ok(Outcome::NotConcerned) => {}
                Ok(Outcome::Met) => met += 1,
                Ok(Outcome::NotMet(finding)) => findings.push(*finding),
                Err(others) => {
                    unassessed += 1;
                    obstacles.merge(others);
                }
            }
        }
        let asked = met + unassessed + u64::try_from(findings.len()).unwrap_or(u64::MAX);
        share_out(&mut findings, asked);
        tell_apart(&mut findings);
        match (findings.is_empty(), obstacles.is_empty()) {
            (false, sound) => {
                let reason = if sound {
                    String::new()
                } else {
                    format!("{unassessed} more not assessed: {}", obstacles.reason())
                };
                Judged {
                    reason,
                    findings,
                    ..judged(Verdict::NotMet)
                }
            }
            (true, false) => obstacles.judged(findings),
            (true, true) if met == 0 => {
                not_applicable(format!("nothing in `{}` is concerned", each.element.of))
            }
            (true, true) => judged(Verdict::Met),
        }
    }

    /// The elements of the list, and why there may be more.
    fn elements<'b>(&'b self, each: &'b CompiledEach) -> (Vec<Named<'b>>, Obstacles) {
        let mut elements = Vec::new();
        let mut obstacles = Obstacles::default();
        self.view
            .visit(&each.element.of, None, &mut |learned| match learned {
                Learned::Known(_, json) => {
                    let named = |json| Named {
                        name: &each.element.name,
                        node: &each.element.node,
                        json,
                    };
                    elements.extend(json.as_array().into_iter().flatten().map(named));
                }
                Learned::Absent => {}
                Learned::Unknown(gap) => obstacles.gap(each.element.of.clone(), gap),
            });
        (elements, obstacles)
    }

    fn element(&self, each: &CompiledEach, named: Named<'_>) -> Result<Outcome, Obstacles> {
        let mut scope = self.scope.new_inner_scope();
        expr::bind(&mut scope, named);
        let element = Some((named, &each.element.of));
        if let Some(concerned) = &each.concerned
            && !self.holds(concerned, &scope, element)?
        {
            return Ok(Outcome::NotConcerned);
        }
        if self.passes(&scope, element)? {
            return Ok(Outcome::Met);
        }
        let key = each
            .key
            .text(&scope)
            .map_err(|problem| Obstacles::failed("key", problem))?;
        let key = format!("{}/{key}", self.rule.rule.id.value);
        let title = each
            .title
            .as_ref()
            .map(|title| title.fill(self.view, named));
        let title = title.unwrap_or_else(|| self.rule.rule.title.clone());
        Ok(Outcome::NotMet(Box::new(
            self.finding(key, title, &scope, element),
        )))
    }
}

/// Makes the share of each finding one of all the things that were asked about.
fn share_out(findings: &mut [Finding], asked: u64) {
    let asked = i64::try_from(asked).unwrap_or(i64::MAX);
    for finding in findings {
        finding.share *= fraction(1, asked.max(1));
    }
}

/// Sorts findings by key, and tells those with the same key apart by a number.
fn tell_apart(findings: &mut [Finding]) {
    let shown = |finding: &Finding| {
        let evidence = finding.evidence.iter().map(|one| one.value.to_string());
        (
            finding.key.clone(),
            finding.title.clone(),
            finding.would_be_met_if.clone(),
            evidence.collect::<Vec<_>>(),
        )
    };
    findings.sort_by_cached_key(shown);
    let mut same = 1;
    for index in 1..findings.len() {
        let (before, rest) = findings.split_at_mut(index);
        let first = &before[index - same].key;
        if *first == rest[0].key {
            same += 1;
            rest[0].key = format!("{first}~{same}");
        } else {
            same = 1;
        }
    }
}
