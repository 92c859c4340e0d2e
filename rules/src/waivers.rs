//! Waivers: findings that the organisation accepts, until a day.
//!
//! A waived finding stays listed. A rule counts as waived only if everything that it was asked of
//! was assessed and each of its findings is waived: a waiver accepts what was seen, and never
//! stands in for what was not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::{
    assessment::{Finding, RuleResult},
    judged::Judged,
    profile::Waiver,
    rule::Rule,
    source::did_you_mean,
    verdict::Verdict,
};

/// The waivers of a profile at a day.
#[derive(Debug)]
pub struct Waivers<'a> {
    /// In force: of several with one name and scope the one that holds longest.
    in_force: BTreeMap<(&'a str, &'a str), &'a Waiver>,
    /// No longer in force.
    expired: Vec<&'a Waiver>,
}

impl<'a> Waivers<'a> {
    /// The waivers at this day; each still holds on the day on which it expires.
    pub fn new(waivers: &'a [Waiver], as_of: Date) -> Self {
        let (expired, mut holding): (Vec<_>, Vec<_>) =
            waivers.iter().partition(|waiver| as_of > waiver.expires);
        holding.sort_by_key(|waiver| (waiver.expires, &waiver.owner, &waiver.reason));
        let in_force = holding
            .into_iter()
            .map(|waiver| ((waiver.finding.as_str(), waiver.scope.as_str()), waiver));
        Self {
            in_force: in_force.collect(),
            expired,
        }
    }

    /// What judging a rule gave, with its findings waived where a waiver says so, and its verdict
    /// changed where that leaves nothing that is not met. A rule that is never to be waived stays as
    /// it is.
    pub fn apply(&self, rule: &Rule, mut judged: Judged) -> Judged {
        if rule.never_waivable {
            return judged;
        }
        for finding in &mut judged.findings {
            finding.waived = self.of(finding).is_some();
        }
        let all_waived = judged.findings.iter().all(|finding| finding.waived);
        if judged.verdict == Verdict::NotMet && !judged.findings.is_empty() && all_waived {
            self.accept(&mut judged);
        }
        judged
    }

    /// The waiver of a finding: the one of its key, otherwise the first scope of its rule that it
    /// fits, otherwise the one of its rule.
    pub fn of(&self, finding: &Finding) -> Option<&'a Waiver> {
        if let Some(waiver) = self.in_force.get(&(finding.key.as_str(), "")) {
            return Some(waiver);
        }
        let rule = finding.rule.as_str();
        let of_rule = self.in_force.range((rule, "")..);
        let mut of_rule = of_rule.take_while(|((name, _), _)| *name == rule);
        let whole = self.in_force.get(&(rule, "")).copied();
        let scoped = of_rule.find(|((_, scope), _)| !scope.is_empty() && fits(scope, finding));
        scoped.map(|(_, waiver)| *waiver).or(whole)
    }

    /// The verdict of a rule of which each finding is waived.
    fn accept(&self, judged: &mut Judged) {
        if !judged.is_whole() {
            let rest = match judged.reason.as_str() {
                "" => "the rest was not assessed",
                reason => reason,
            };
            judged.reason = format!("what was found is waived; {rest}");
            judged.verdict = Verdict::NotAssessed;
            return;
        }
        let waivers = judged
            .findings
            .iter()
            .filter_map(|finding| self.of(finding));
        let reasons: BTreeSet<String> = waivers.map(accepted).collect();
        judged.verdict = Verdict::Waived;
        judged.reason = reasons.into_iter().collect::<Vec<_>>().join("; ");
    }

    /// Why waivers had no effect, each a sentence, sorted. The results and findings are those after
    /// [`Waivers::apply`].
    pub fn notices(&self, rules: &[RuleResult], findings: &[Finding]) -> Vec<String> {
        let mut notices: Vec<String> = self.expired.iter().map(|waiver| expired(waiver)).collect();
        let waived = findings.iter().filter(|finding| finding.waived);
        let used: BTreeSet<&Waiver> = waived.filter_map(|finding| self.of(finding)).collect();
        let rules: BTreeMap<&str, Verdict> = rules
            .iter()
            .map(|rule| (rule.id.as_str(), rule.verdict))
            .collect();
        let idle = self
            .in_force
            .values()
            .filter(|waiver| !used.contains(*waiver));
        notices.extend(idle.map(|waiver| nothing_to_waive(waiver, &rules, findings)));
        notices.sort();
        notices
    }
}

/// Whether the end of a finding's key fits a scope, in which `*` is any text.
fn fits(scope: &str, finding: &Finding) -> bool {
    let own = finding.key.split_once('/').map_or("", |(_, own)| own);
    let mut parts = scope.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = own.strip_prefix(first) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// Who accepts a finding, until when and why.
fn accepted(waiver: &Waiver) -> String {
    let Waiver {
        reason,
        owner,
        expires,
        ..
    } = waiver;
    let instead = match waiver.compensating_control.trim() {
        "" => String::new(),
        control => format!(" (in its place: {control})"),
    };
    format!("accepted by {owner} until {expires}: {reason}{instead}")
}

fn expired(waiver: &Waiver) -> String {
    let Waiver { owner, expires, .. } = waiver;
    let what = waiver.words();
    format!(
        "waiver of {what} expired on {expires} and has no effect; {owner} may renew or remove it"
    )
}

/// Why a waiver that is in force found nothing to waive.
fn nothing_to_waive(
    waiver: &Waiver,
    rules: &BTreeMap<&str, Verdict>,
    findings: &[Finding],
) -> String {
    let (name, rule, what) = (waiver.finding.as_str(), waiver.rule(), waiver.words());
    let Some(verdict) = rules.get(rule) else {
        let hint = did_you_mean(rule, rules.keys().copied());
        return format!("waiver of {what} names no rule of the chosen targets{hint}");
    };
    let named = |finding: &&Finding| {
        let of_rule = rule == name && finding.rule == rule;
        finding.key == name || of_rule && (waiver.scope.is_empty() || fits(&waiver.scope, finding))
    };
    if let Some(finding) = findings.iter().find(named) {
        return match finding.waived {
            true => format!("waiver of {what} has no effect, as others waive the same finding"),
            false => format!("waiver of {what} has no effect, as the rule can never be waived"),
        };
    }
    let keys = findings.iter().filter(|finding| finding.rule == rule);
    let hint = did_you_mean(name, keys.map(|finding| finding.key.as_str()));
    let state = match verdict {
        Verdict::Met => "is met",
        Verdict::NotMet | Verdict::Waived => "has no such finding",
        Verdict::NotAssessed => "was not assessed",
        Verdict::NotApplicable => "does not apply",
    };
    format!("waiver of {what} has nothing to waive, as the rule {state}{hint}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{date, judged, result, rule, waiver};

    /// A rule that waivers can accept.
    fn any() -> Rule {
        rule("dns-slow", &["core"])
    }

    fn outcome(waivers: &[Waiver], judged: &Judged) -> (Verdict, Vec<bool>) {
        let judged = Waivers::new(waivers, date("2026-11-02")).apply(&any(), judged.clone());
        let waived = judged.findings.iter().map(|finding| finding.waived);
        (judged.verdict, waived.collect())
    }

    /// Waivers as what they name and the day on which they expire.
    type Named = &'static [(&'static str, &'static str)];

    #[test]
    fn a_waiver_accepts_what_it_names_while_it_is_in_force() {
        use Verdict::{NotMet, Waived};
        let two = judged("dns-slow", NotMet, &["a", "b"]);
        let table: [(Named, Verdict, [bool; 2]); 8] = [
            (&[], NotMet, [false, false]),
            (&[("dns-slow", "2026-11-02")], Waived, [true, true]),
            (&[("dns-slow", "2026-11-01")], NotMet, [false, false]),
            (&[("dns-slow/b", "2026-11-02")], NotMet, [false, true]),
            (
                &[("dns-slow/a", "2027-01-01"), ("dns-slow/b", "2027-01-01")],
                Waived,
                [true, true],
            ),
            (
                &[("dns-slow/a", "2026-01-01"), ("dns-slow", "2027-01-01")],
                Waived,
                [true, true],
            ),
            (
                &[("dns-slow", "2026-01-01"), ("dns-slow", "2027-01-01")],
                Waived,
                [true, true],
            ),
            (
                &[("dns", "2027-01-01"), ("dns-slow/", "2027-01-01")],
                NotMet,
                [false, false],
            ),
        ];
        for (waivers, verdict, waived) in table {
            let waivers: Vec<Waiver> = waivers.iter().map(|(f, e)| waiver(f, e)).collect();
            assert_eq!(
                outcome(&waivers, &two),
                (verdict, waived.to_vec()),
                "{waivers:?}"
            );
        }
    }

    #[test]
    fn a_scope_chooses_among_the_findings_of_a_rule() {
        let things = [
            "dc1.branch.example.com:443",
            "dc2.example.com:443",
            "dc1.branch.example.com:80",
        ];
        let judged = judged("port-closed", Verdict::NotMet, &things);
        for (scope, waived) in [
            ("*", [true, true, true]),
            ("*.branch.*", [true, false, true]),
            ("*:443", [true, true, false]),
            ("dc1.*.com:80", [false, false, true]),
            ("dc1*dc1*", [false, false, false]),
            ("dc2.example.com:443", [false, true, false]),
            ("dc2.example.com", [false, false, false]),
        ] {
            let waiver = Waiver {
                scope: scope.to_owned(),
                ..waiver("port-closed", "2027-01-01")
            };
            let (_, found) = outcome(&[waiver], &judged);
            assert_eq!(found, waived, "{scope}");
        }
    }

    #[test]
    fn what_is_never_to_be_waived_stays_as_it_is_and_the_waiver_is_noticed() {
        let judged = judged("dns-slow", Verdict::NotMet, &["a"]);
        let waivers = [waiver("dns-slow", "2027-01-01")];
        let waivers = Waivers::new(&waivers, date("2026-11-02"));
        let rule = Rule {
            never_waivable: true,
            ..any()
        };
        let after = waivers.apply(&rule, judged.clone());
        assert_eq!(after, judged);
        let results = [result("dns-slow", after.verdict)];
        let notices = waivers.notices(&results, &after.findings);
        let notice = "waiver of `dns-slow` has no effect, as the rule can never be waived";
        assert_eq!(notices, [notice]);
    }

    #[test]
    fn a_waiver_says_what_is_done_in_place() {
        let waivers = [Waiver {
            compensating_control: "the branch prints from a kiosk".to_owned(),
            ..waiver("dns-slow", "2027-01-01")
        }];
        let judged = judged("dns-slow", Verdict::NotMet, &["a"]);
        let judged = Waivers::new(&waivers, date("2026-11-02")).apply(&any(), judged.clone());
        assert!(
            judged
                .reason
                .ends_with("(in its place: the branch prints from a kiosk)")
        );
    }

    #[test]
    fn a_waiver_never_stands_in_for_what_was_not_assessed() {
        let waivers = [waiver("dns-slow", "2027-01-01")];
        let unread = judged("dns-slow", Verdict::NotAssessed, &[]);
        assert_eq!(outcome(&waivers, &unread), (Verdict::NotAssessed, vec![]));
        let seen = judged("dns-slow", Verdict::NotAssessed, &["a"]);
        assert_eq!(outcome(&waivers, &seen), (Verdict::NotAssessed, vec![true]));
        let partly = Judged {
            would_assess: vec!["run it inside the network".to_owned()],
            ..judged("dns-slow", Verdict::NotMet, &["a"])
        };
        assert_eq!(
            outcome(&waivers, &partly),
            (Verdict::NotAssessed, vec![true])
        );
        let partly = Judged {
            reason: "1 more not assessed: timed out".to_owned(),
            ..judged("dns-slow", Verdict::NotMet, &["a"])
        };
        let after = Waivers::new(&waivers, date("2026-11-02")).apply(&any(), partly.clone());
        assert_eq!(after.verdict, Verdict::NotAssessed);
        assert_eq!(
            after.reason,
            "what was found is waived; 1 more not assessed: timed out"
        );
        let hollow = judged("dns-slow", Verdict::NotMet, &[]);
        assert_eq!(outcome(&waivers, &hollow), (Verdict::NotMet, vec![]));
    }

    #[test]
    fn a_waived_rule_says_who_accepts_it_until_when_and_why() {
        let waivers = [
            waiver("dns-slow", "2027-01-01"),
            waiver("dns-slow", "2026-12-01"),
        ];
        let judged = judged("dns-slow", Verdict::NotMet, &["a", "b"]);
        let judged = Waivers::new(&waivers, date("2026-11-02")).apply(&any(), judged.clone());
        insta::assert_snapshot!(judged.reason, @"accepted by the owner until 2027-01-01: it is known");
    }

    fn notices(waivers: &[Waiver], judged: &[Judged]) -> Vec<String> {
        let waivers = Waivers::new(waivers, date("2026-11-02"));
        let after: Vec<Judged> = judged
            .iter()
            .map(|judged| waivers.apply(&any(), judged.clone()))
            .collect();
        let ids = ["dns-slow", "forest-low", "port-closed"];
        let rules = ids
            .iter()
            .zip(&after)
            .map(|(id, judged)| result(id, judged.verdict));
        let findings: Vec<Finding> = after.iter().flat_map(|j| j.findings.clone()).collect();
        waivers.notices(&rules.collect::<Vec<_>>(), &findings)
    }

    #[test]
    fn each_waiver_without_effect_is_noticed_with_the_reason() {
        let judged = [
            judged("dns-slow", Verdict::NotMet, &["alpha"]),
            judged("forest-low", Verdict::Met, &[]),
            judged("port-closed", Verdict::NotAssessed, &[]),
        ];
        let waivers = [
            waiver("dns-slow/alpha", "2027-01-01"),
            waiver("dns-slow", "2027-01-01"),
            waiver("dns-slow/alfa", "2027-01-01"),
            waiver("dns-slow/alpha", "2025-01-01"),
            waiver("forest-low", "2027-01-01"),
            waiver("port-closed/x", "2027-01-01"),
            waiver("port-close", "2027-01-01"),
            waiver("something-else", "2027-01-01"),
        ];
        insta::assert_snapshot!(notices(&waivers, &judged).join("\n"), @"
        waiver of `dns-slow/alfa` has nothing to waive, as the rule has no such finding; did you mean `dns-slow/alpha`?
        waiver of `dns-slow/alpha` expired on 2025-01-01 and has no effect; the owner may renew or remove it
        waiver of `dns-slow` has no effect, as others waive the same finding
        waiver of `forest-low` has nothing to waive, as the rule is met
        waiver of `port-close` names no rule of the chosen targets; did you mean `port-closed`?
        waiver of `port-closed/x` has nothing to waive, as the rule was not assessed
        waiver of `something-else` names no rule of the chosen targets
        ");
        assert_eq!(notices(&waivers[..1], &judged), Vec::<String>::new());
    }
}
