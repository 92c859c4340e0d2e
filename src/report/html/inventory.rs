//! What was found, as pictures: the fleet against its ends of servicing, endpoints, browsers, and
//! the faults of directory objects.

use waterline_facts::objects::ObjectFacts;
use waterline_rules::fleet::{Fit, Kind};

use super::per_cent;
use crate::report::{Report, inventory, recorded::RecordedKind, text};

/// The inventory.
pub(super) struct Inventory {
    pub(super) figures: Vec<(&'static str, String)>,
    pub(super) pictures: Vec<Picture>,
    pub(super) browsers: Vec<(String, String)>,
    pub(super) catalog: String,
    pub(super) gaps: Vec<(String, String)>,
}

/// A bar chart.
pub(super) struct Picture {
    pub(super) title: &'static str,
    pub(super) bars: Vec<Bar>,
}

/// One bar.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) remark: String,
    pub(super) count: u64,
    pub(super) width: String,
    /// Class of its colour.
    pub(super) class: &'static str,
}

/// Bars of one chart.
const MOST_BARS: usize = 20;

impl Inventory {
    /// The inventory of a report.
    pub(super) fn of(report: &Report) -> Self {
        let found = inventory::inventory(report);
        let directory = &found.directory;
        let figures = [
            ("Users", directory.users),
            ("of them disabled", directory.users_disabled),
            ("Groups", directory.groups),
            ("Contacts", directory.contacts),
            ("Computers", directory.computers),
            ("of them disabled", directory.computers_disabled),
        ];
        let shown =
            |count: Option<u64>| count.map_or_else(|| "not known".to_owned(), |n| n.to_string());
        let browsers = found.browsers.iter().flatten();
        let unknown = "version not known";
        let gaps = found.gaps.iter();
        Self {
            figures: figures.map(|(name, count)| (name, shown(count))).into(),
            pictures: pictures(report, &found),
            browsers: browsers
                .map(|browser| {
                    let version = browser.version.as_deref().unwrap_or(unknown);
                    (text::clean(&browser.name), text::clean(version))
                })
                .collect(),
            catalog: found
                .endpoints
                .as_ref()
                .map_or_else(String::new, |endpoints| {
                    text::clean(&endpoints.catalog_as_of)
                }),
            gaps: gaps
                .map(|gap| (text::clean(&gap.path), text::visible(&gap.reason)))
                .collect(),
        }
    }
}

fn pictures(report: &Report, found: &inventory::Inventory) -> Vec<Picture> {
    let fleet = found.directory.fleet.as_ref();
    let endpoints = found.endpoints.as_ref();
    let recorded = found.recorded.as_ref();
    let objects = report.environment.objects.known();
    [
        fleet.map(|fleet| fleet_picture(&fleet.kinds)),
        endpoints.map(endpoint_picture),
        objects.map(object_picture),
        recorded.map(|all| recorded_picture("Recorded machines, by what they run", &all.systems)),
        recorded.map(|all| recorded_picture("Browsers of recorded machines", &all.browsers)),
    ]
    .into_iter()
    .flatten()
    .filter(|picture| !picture.bars.is_empty())
    .collect()
}

fn fleet_picture(kinds: &[Kind]) -> Picture {
    let used = kinds.iter().filter(|kind| kind.counts.active > 0);
    let bars = used.take(MOST_BARS).map(|kind| {
        let name = kind.operating_system.as_deref();
        let release = kind.release.as_deref().or(kind.version.as_deref());
        let label = [
            name.unwrap_or("no operating system named"),
            release.unwrap_or(""),
        ];
        let until = kind.serviced_until.map_or_else(
            || "end of servicing not known".to_owned(),
            |day| format!("serviced until {day}"),
        );
        Bar::new(
            label.join(" ").trim_end(),
            until,
            kind.counts.active,
            fit(kind),
        )
    });
    Picture::new("Computers in use, by what they run", bars.collect())
}

fn recorded_picture(title: &'static str, kinds: &[RecordedKind]) -> Picture {
    let bars = kinds.iter().take(MOST_BARS).map(|kind| {
        let until = kind.ends.map(|day| format!("serviced until {day}"));
        let few = Some(text::clean(&kind.outliers())).filter(|names| !names.is_empty());
        let remark: Vec<String> = until.into_iter().chain(few).collect();
        let class = match kind.name {
            Some(_) => "ready",
            None => "not-assessed",
        };
        Bar::new(&kind.label(), remark.join("; "), kind.machines, class)
    });
    Picture::new(title, bars.collect())
}

fn fit(kind: &Kind) -> &'static str {
    match kind.enrolment.fit {
        Fit::Supported => "ready",
        Fit::Allowed => "advisories",
        Fit::Refused => "not-ready",
        Fit::Unknown => "not-assessed",
    }
}

fn endpoint_picture(endpoints: &inventory::EndpointInventory) -> Picture {
    let bar = |label: &str, count, class| Bar::new(label, String::new(), count, class);
    Picture::new(
        "Endpoints of the chosen targets",
        vec![
            bar("reachable", endpoints.reachable, "ready"),
            bar("not reachable", endpoints.unreachable, "not-ready"),
            bar("not assessed", endpoints.not_assessed, "not-assessed"),
        ],
    )
}

fn object_picture(objects: &ObjectFacts) -> Picture {
    let found = objects.checks().filter_map(|(check, violations)| {
        let count = violations.known()?.count;
        let label = check.id().replace('_', " ");
        (count > 0).then(|| Bar::new(&label, String::new(), count, "major"))
    });
    let mut bars: Vec<Bar> = found.collect();
    bars.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    bars.truncate(MOST_BARS);
    Picture::new("Faults of directory objects, by check", bars)
}

impl Picture {
    fn new(title: &'static str, mut bars: Vec<Bar>) -> Self {
        let longest = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
        for bar in &mut bars {
            // Counts of objects are far below where a float loses ones.
            bar.width = per_cent(bar.count as f64, longest as f64);
        }
        Self { title, bars }
    }
}

impl Bar {
    fn new(label: &str, remark: String, count: u64, class: &'static str) -> Self {
        Self {
            label: text::clean(label),
            remark,
            count,
            width: String::new(),
            class,
        }
    }
}
