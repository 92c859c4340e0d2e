//! Filters held against entries of an export, as a server would hold them.
//!
//! Made ready once for all entries: attributes by their numbers, so that the filters of all small
//! searches cost a million objects little.

use super::{
    fields::{Fields, Names, Number},
    query::Filter,
    values,
};

/// A filter that is ready to be held against entries.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Every entry.
    Any,
    /// No entry: it wants an attribute that is not read.
    Never,
    /// An attribute has this value.
    Is(Number, &'static str),
    /// An attribute has a value that begins so.
    Begins(Number, &'static str),
    /// An attribute has a value.
    Present(Number),
    /// All these bits of a number are set.
    Bits(Number, i64),
    /// One of these bits of a number is set.
    AnyBit(Number, i64),
    /// It does not hold.
    Not(Box<Test>),
    /// The first is the attribute of the category, the other that of the classes.
    Category(Number, Number, &'static str),
    /// All of them hold.
    All(Vec<Test>),
    /// One of them holds.
    Either(Vec<Test>),
}

impl Test {
    /// Makes a filter ready for entries with attributes of these numbers.
    pub fn of(filter: &Filter, names: &Names) -> Self {
        let number = |name: &str| names.number(name.as_bytes());
        let each = |filters: &[Filter]| filters.iter().map(|each| Self::of(each, names)).collect();
        let ready = match filter {
            Filter::Any => Some(Self::Any),
            Filter::Class(class) => number("objectClass").map(|at| Self::Is(at, class)),
            Filter::Category(category) => number("objectCategory")
                .zip(number("objectClass"))
                .map(|(category_at, class_at)| Self::Category(category_at, class_at, category)),
            Filter::Is(name, value) => number(name).map(|at| Self::Is(at, value)),
            // An export is read for searches that are known beforehand.
            Filter::Outside(..) | Filter::Leads(..) => None,
            Filter::Begins(name, start) => number(name).map(|at| Self::Begins(at, start)),
            Filter::Bits(name, bits) => number(name).map(|at| Self::Bits(at, i64::from(*bits))),
            Filter::Present(name) => number(name).map(Self::Present),
            Filter::AnyBit(name, bits) => number(name).map(|at| Self::AnyBit(at, i64::from(*bits))),
            Filter::Not(filter) => Some(Self::Not(Box::new(Self::of(filter, names)))),
            Filter::All(filters) => Some(Self::All(each(filters))),
            Filter::Either(filters) => Some(Self::Either(each(filters))),
        };
        ready.unwrap_or(Self::Never)
    }

    /// Whether an entry meets the filter, as far as an export can tell.
    pub fn is_met(&self, fields: &Fields<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Never => false,
            Self::Is(number, value) => fields.has(*number, value),
            Self::Begins(number, start) => fields
                .of(*number)
                .any(|value| begins(value, start.as_bytes())),
            Self::Present(number) => fields.of(*number).next().is_some(),
            Self::Bits(number, bits) => bits_of(fields, *number) & bits == *bits,
            Self::AnyBit(number, bits) => bits_of(fields, *number) & bits != 0,
            Self::Not(test) => !test.is_met(fields),
            Self::Category(category, class, name) => match fields.of(*category).next() {
                Some(stored) => is_category(stored, name),
                // An export without categories is told by its classes.
                None => fields.has(*class, name),
            },
            Self::All(tests) => tests.iter().all(|test| test.is_met(fields)),
            Self::Either(tests) => tests.iter().any(|test| test.is_met(fields)),
        }
    }
}

impl Test {
    /// What is left of the filter for entries of these classes and category, which are the attributes
    /// of these numbers: it is met by such an entry if and only if the filter is.
    pub fn left_open(&self, fields: &Fields<'_>, known: [Option<Number>; 2]) -> Self {
        let each = |tests: &[Self], but: &Self| -> Vec<Self> {
            let open = tests.iter().map(|test| test.left_open(fields, known));
            open.filter(|test| test != but).collect()
        };
        match self {
            Self::Category(..) => Self::constant(self.is_met(fields)),
            Self::Is(number, _) if known.contains(&Some(*number)) => {
                Self::constant(self.is_met(fields))
            }
            Self::Not(test) => match test.left_open(fields, known) {
                Self::Any => Self::Never,
                Self::Never => Self::Any,
                open => Self::Not(Box::new(open)),
            },
            Self::All(tests) => match each(tests, &Self::Any) {
                open if open.is_empty() => Self::Any,
                open if open.contains(&Self::Never) => Self::Never,
                open => Self::All(open),
            },
            Self::Either(tests) => match each(tests, &Self::Never) {
                open if open.is_empty() => Self::Never,
                open if open.contains(&Self::Any) => Self::Any,
                open => Self::Either(open),
            },
            other => other.clone(),
        }
    }

    fn constant(is_met: bool) -> Self {
        if is_met { Self::Any } else { Self::Never }
    }
}

/// The number's bits; none if it is not there.
fn bits_of(fields: &Fields<'_>, number: Number) -> i64 {
    let value = fields.of(number).next();
    value.and_then(values::integer).unwrap_or_default()
}

/// A category is stored as the name of a class in the schema, whose first part is the class's name.
fn is_category(stored: &[u8], name: &str) -> bool {
    let after = stored
        .get(3 + name.len()..)
        .filter(|_| begins(stored, b"CN="));
    let ends = after.is_some_and(|rest| rest.is_empty() || rest.starts_with(b","));
    ends && begins(&stored[3..], name.as_bytes())
}

/// Whether a value begins so, without regard to the case of ASCII letters.
pub(super) fn begins(value: &[u8], start: &[u8]) -> bool {
    let head = value.get(..start.len());
    head.is_some_and(|head| head.eq_ignore_ascii_case(start))
}

/// Whether an entry with these attributes meets the filter.
#[cfg(test)]
pub(super) fn meets<'a>(attributes: &[(&'static str, &'a str)], filter: &Filter) -> bool {
    let names = Names::new(
        attributes
            .iter()
            .map(|(name, _)| *name)
            .chain(filter.attributes()),
    );
    let value = |(name, value): &(&str, &'a str)| {
        (names.number(name.as_bytes()).unwrap(), value.as_bytes())
    };
    let fields = Fields::of_entry(&names, b"CN=a", attributes.iter().map(value));
    Test::of(filter, &names).is_met(&fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USER: [(&str, &str); 4] = [
        ("objectClass", "user"),
        (
            "objectCategory",
            "CN=Person,CN=Schema,CN=Configuration,DC=a",
        ),
        ("sAMAccountName", "MSOL_1"),
        ("systemFlags", "-2147483645"),
    ];

    #[test]
    fn filter_is_met_as_a_server_would_have_it() {
        let met = [
            Filter::Class("USER"),
            Filter::Category("person"),
            Filter::Begins("sAMAccountName", "msol_"),
            Filter::Bits("systemFlags", 3),
            Filter::AnyBit("systemFlags", 6),
            Filter::Present("samaccountname"),
            Filter::Not(Box::new(Filter::AnyBit("userAccountControl", 2))),
            Filter::Any,
        ];
        assert!(meets(&USER, &Filter::All(met.to_vec())));
        let unmet = [
            Filter::Class("group"),
            Filter::Category("computer"),
            Filter::Category("per"),
            Filter::Is("sAMAccountName", "MSOL_"),
            Filter::Bits("systemFlags", 8),
            Filter::AnyBit("systemFlags", 24),
            Filter::Present("servicePrincipalName"),
            Filter::Not(Box::new(Filter::Any)),
            Filter::Is("notRead", "x"),
        ];
        assert!(!meets(&USER, &Filter::Either(unmet.to_vec())));
    }

    #[test]
    fn classes_rule_out_what_no_other_attribute_can_mend() {
        let all = |filters: &[Filter]| Filter::All(filters.to_vec());
        let cases = [
            (Filter::Class("group"), false),
            (Filter::Category("computer"), false),
            (Filter::Category("person"), true),
            (Filter::Is("sAMAccountName", "x"), true),
            (all(&[Filter::Class("user"), Filter::Is("cn", "x")]), true),
            (all(&[Filter::Class("group"), Filter::Present("cn")]), false),
            (
                Filter::Either(vec![Filter::Class("group"), Filter::Present("cn")]),
                true,
            ),
            (Filter::Not(Box::new(Filter::Class("user"))), false),
            (Filter::Not(Box::new(Filter::Class("group"))), true),
        ];
        for (filter, expected) in cases {
            let names = Names::new(
                USER.map(|(name, _)| name)
                    .into_iter()
                    .chain(filter.attributes()),
            );
            let number = |name: &str| names.number(name.as_bytes());
            let value =
                |(name, value): &(&str, &'static str)| (number(name).unwrap(), value.as_bytes());
            let fields = Fields::of_entry(&names, b"CN=a", USER.iter().map(value));
            let known = [number("objectClass"), number("objectCategory")];
            let test = Test::of(&filter, &names);
            let open = test.left_open(&fields, known);
            assert_eq!(open != Test::Never, expected, "{filter:?}");
            assert_eq!(open.is_met(&fields), test.is_met(&fields), "{filter:?}");
        }
    }

    #[test]
    fn without_categories_the_classes_decide() {
        let classes = [("objectClass", "top"), ("objectClass", "group")];
        assert!(meets(&classes, &Filter::Category("group")));
        assert!(!meets(&classes, &Filter::Category("person")));
    }
}
