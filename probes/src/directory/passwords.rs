//! Password policies: the one of the domain, and finer ones for some users or groups.

use waterline_facts::{
    Seen,
    directory::{DomainFacts, FineGrainedPolicy, PasswordPolicy},
};

use super::{
    entry::{Entry, small_number},
    forest::unreadable,
    hidden::{Guarded, required},
    query::{Filter, Place, Query, Scope},
    source::{Directory, read_one},
    values,
};

/// Bits of `pwdProperties` (MS-SAMR 2.2.3.1).
const COMPLEX: u32 = 0x1;
const REVERSIBLE: u32 = 0x10;

const MINUTES_PER_DAY: f64 = 24.0 * 60.0;

fn domain_policy() -> Query {
    Query {
        base: Place::Domain(""),
        scope: Scope::Base,
        filter: Filter::Any,
        attributes: &[
            "lockoutDuration",
            "lockOutObservationWindow",
            "lockoutThreshold",
            "maxPwdAge",
            "minPwdAge",
            "minPwdLength",
            "pwdHistoryLength",
            "pwdProperties",
        ],
        witness: Place::Domain(""),
    }
}

const FINE_GRAINED: Guarded = Guarded {
    container: Place::Domain("CN=Password Settings Container,CN=System"),
    above: Place::Domain("CN=System"),
    filter: Filter::Class("msDS-PasswordSettings"),
    attributes: &[
        "cn",
        "msDS-LockoutDuration",
        "msDS-LockoutObservationWindow",
        "msDS-LockoutThreshold",
        "msDS-MaximumPasswordAge",
        "msDS-MinimumPasswordAge",
        "msDS-MinimumPasswordLength",
        "msDS-PasswordComplexityEnabled",
        "msDS-PasswordHistoryLength",
        "msDS-PasswordReversibleEncryptionEnabled",
        "msDS-PasswordSettingsPrecedence",
        "msDS-PSOAppliesTo",
    ],
};

/// Every search of this topic.
pub(super) fn queries() -> Vec<Query> {
    [vec![domain_policy()], FINE_GRAINED.queries()].concat()
}

/// Reads the policies of the domain.
pub(super) async fn learn(directory: &dyn Directory, domain: &mut DomainFacts) {
    let head = match read_one(directory, &domain_policy()).await {
        Seen::Absent => unreadable(&Seen::<()>::Absent),
        found => found,
    };
    domain.minimum_password_age_days = head
        .as_ref()
        .and_then(|head| required(head, "minPwdAge", days));
    domain.password_policy = of_domain(&head);
    domain.fine_grained_policies = FINE_GRAINED.read(directory).await.map(|entries| {
        let mut policies: Vec<_> = entries.iter().filter_map(fine_grained).collect();
        policies.sort_by(|a, b| (&a.precedence, &a.name).cmp(&(&b.precedence, &b.name)));
        policies
    });
}

fn of_domain(head: &Seen<Entry>) -> PasswordPolicy {
    let number = |name| {
        head.as_ref()
            .and_then(|head| required(head, name, small_number))
    };
    let span = |name| {
        head.as_ref()
            .and_then(|head| span(head, name, MINUTES_PER_DAY))
    };
    let or_never = |name, unit| {
        head.as_ref()
            .and_then(|head| span_or_never(head, name, unit))
    };
    let property = |bit| number("pwdProperties").map(|properties| properties & bit != 0);
    PasswordPolicy {
        maximum_age_days: or_never("maxPwdAge", 1.0),
        minimum_length: number("minPwdLength"),
        history: number("pwdHistoryLength"),
        complexity: property(COMPLEX),
        reversible: property(REVERSIBLE),
        lockout_threshold: number("lockoutThreshold"),
        lockout_minutes: or_never("lockoutDuration", MINUTES_PER_DAY),
        lockout_window_minutes: span("lockOutObservationWindow"),
    }
}

fn fine_grained(entry: &Entry) -> Option<FineGrainedPolicy> {
    let number = |name| required(entry, name, small_number);
    let truth = |name| required(entry, name, values::truth);
    Some(FineGrainedPolicy {
        name: entry.text("cn")?,
        precedence: number("msDS-PasswordSettingsPrecedence"),
        applies_to: entry.values("msDS-PSOAppliesTo").len() as u64,
        minimum_password_age_days: required(entry, "msDS-MinimumPasswordAge", days),
        policy: PasswordPolicy {
            maximum_age_days: span_or_never(entry, "msDS-MaximumPasswordAge", 1.0),
            minimum_length: number("msDS-MinimumPasswordLength"),
            history: number("msDS-PasswordHistoryLength"),
            complexity: truth("msDS-PasswordComplexityEnabled"),
            reversible: truth("msDS-PasswordReversibleEncryptionEnabled"),
            lockout_threshold: number("msDS-LockoutThreshold"),
            lockout_minutes: span_or_never(entry, "msDS-LockoutDuration", MINUTES_PER_DAY),
            lockout_window_minutes: span(entry, "msDS-LockoutObservationWindow", MINUTES_PER_DAY),
        },
    })
}

fn days(value: &[u8]) -> Option<f64> {
    values::integer(value).and_then(values::interval_days)
}

/// A length of time in a unit of which a day has so many; absent if it never ends.
fn span(entry: &Entry, attribute: &str, units_per_day: f64) -> Seen<f64> {
    match required(entry, attribute, values::integer) {
        Seen::Known(i64::MIN) => Seen::Absent,
        Seen::Known(_) => entry.fact(attribute, |value| Some(days(value)? * units_per_day)),
        other => other.map(|_| 0.0),
    }
}

/// The same where no time at all means that it never ends: passwords expire never and not at once,
/// accounts stay locked.
fn span_or_never(entry: &Entry, attribute: &str, units_per_day: f64) -> Seen<f64> {
    match span(entry, attribute, units_per_day) {
        Seen::Known(0.0) => Seen::Absent,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use waterline_facts::Reason;

    use super::*;

    fn entry(attributes: &[(&str, &str)]) -> Entry {
        let pair =
            |(name, value): &(&str, &str)| ((*name).to_owned(), vec![value.as_bytes().to_vec()]);
        Entry {
            attributes: attributes.iter().map(pair).collect(),
            ..Entry::default()
        }
    }

    #[test]
    fn policy_of_a_domain_is_told_in_days_and_minutes() {
        let head = entry(&[
            ("maxPwdAge", "-36288000000000"),
            ("minPwdLength", "7"),
            ("pwdHistoryLength", "24"),
            ("pwdProperties", "17"),
            ("lockoutThreshold", "5"),
            ("lockoutDuration", "-18000000000"),
            ("lockOutObservationWindow", "-9223372036854775808"),
        ]);
        let expected = PasswordPolicy {
            maximum_age_days: Seen::Known(42.0),
            minimum_length: Seen::Known(7),
            history: Seen::Known(24),
            complexity: Seen::Known(true),
            reversible: Seen::Known(true),
            lockout_threshold: Seen::Known(5),
            lockout_minutes: Seen::Known(30.0),
            lockout_window_minutes: Seen::Absent,
        };
        assert_eq!(of_domain(&Seen::Known(head)), expected);
    }

    #[test]
    fn password_that_never_expires_has_no_greatest_age() {
        for never in ["0", "-9223372036854775808"] {
            let seen = span_or_never(&entry(&[("maxPwdAge", never)]), "maxPwdAge", 1.0);
            assert_eq!(seen, Seen::Absent, "{never}");
        }
    }

    #[test]
    fn what_is_not_shown_is_hidden_and_not_never() {
        let policy = of_domain(&Seen::Known(Entry::default()));
        for fact in [policy.maximum_age_days, policy.lockout_minutes] {
            assert_eq!(fact.gap().unwrap().reason, Reason::Denied);
        }
    }

    #[test]
    fn fine_grained_policy_is_read() {
        let policy = fine_grained(&entry(&[
            ("cn", "Administrators"),
            ("msDS-PasswordSettingsPrecedence", "10"),
            ("msDS-PSOAppliesTo", "CN=Domain Admins,CN=Users"),
            ("msDS-MinimumPasswordAge", "-864000000000"),
            ("msDS-PasswordComplexityEnabled", "TRUE"),
            ("msDS-LockoutDuration", "-18000000000"),
        ]));
        let policy = policy.unwrap();
        assert_eq!(
            (policy.name.as_str(), policy.applies_to),
            ("Administrators", 1)
        );
        assert_eq!(policy.precedence, Seen::Known(10));
        assert_eq!(policy.minimum_password_age_days, Seen::Known(1.0));
        assert_eq!(policy.policy.complexity, Seen::Known(true));
        assert_eq!(policy.policy.lockout_minutes, Seen::Known(30.0));
        assert!(policy.policy.history.is_unknown());
    }
}
