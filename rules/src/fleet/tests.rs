//! What the inventory makes of machines.

use jiff::civil::date;

use super::*;
use EditionClass::{EntEdu, HomePro, IotLtsc, Ltsc, ServerLtsc};
use Fit::{Allowed, Refused, Supported, Unknown};
use MachineRole::{Client, Controller, Other, Server};

const TODAY: Date = date(2026, 11, 23);

fn machines(
    system: &str,
    build: Option<u32>,
    class: Option<EditionClass>,
    role: MachineRole,
) -> MachineGroup {
    let seen = |known| waterline_facts::seen::known_or_absent(known);
    MachineGroup {
        unit: Seen::Known("Germany/Berlin".to_owned()),
        operating_system: Seen::Known(system.to_owned()),
        version: seen(build.map(|build| format!("10.0 ({build})"))),
        build: waterline_facts::seen::known_or_absent(build),
        edition_class: waterline_facts::seen::known_or_absent(class),
        role: Seen::Known(role),
        active: 10,
        stale: 3,
        undated: 2,
        disabled: 1,
    }
}

fn fits(group: &MachineGroup) -> [Fit; 3] {
    let fleet = Fleet::of(std::slice::from_ref(group), TODAY);
    let kind = &fleet.kinds[0];
    [
        kind.enrolment.fit,
        kind.hybrid_join.fit,
        kind.co_management.fit,
    ]
}

/// Operating system, build, class of editions, role, and the fitness for enrolment, hybrid join and
/// co-management. 24H2 is serviced until 2027-10-12, and as Pro until 2026-10-13.
type Case = (
    &'static str,
    Option<u32>,
    Option<EditionClass>,
    MachineRole,
    [Fit; 3],
);

#[rustfmt::skip]
const CASES: [Case; 18] = [
    ("Windows 11 Enterprise", Some(26_100), Some(EntEdu), Client, [Supported; 3]),
    ("Windows 11 Pro", Some(26_100), Some(HomePro), Client, [Allowed, Supported, Allowed]),
    ("Windows 11", Some(26_100), None, Client, [Unknown, Supported, Unknown]),
    ("Windows 11 Enterprise", Some(29_999), Some(EntEdu), Client, [Unknown; 3]),
    ("Windows 11 Enterprise", None, Some(EntEdu), Client, [Unknown; 3]),
    ("Windows 10 Pro", Some(19_045), Some(HomePro), Client, [Allowed, Supported, Allowed]),
    ("Windows 10 Pro", Some(16_299), Some(HomePro), Client, [Allowed, Allowed, Allowed]),
    ("Windows 10 Pro", Some(15_063), Some(HomePro), Client, [Allowed, Allowed, Refused]),
    ("Windows 10 Pro", Some(10_586), Some(HomePro), Client, [Allowed, Refused, Refused]),
    ("Windows 10 LTSC", Some(19_044), Some(Ltsc), Client, [Supported; 3]),
    ("Windows 10 IoT LTSC", Some(19_044), Some(IotLtsc), Client, [Supported; 3]),
    ("Windows 10 2016 LTSB", Some(14_393), Some(Ltsc), Client, [Refused, Allowed, Refused]),
    ("Windows 7 Professional", Some(7601), None, Client, [Refused; 3]),
    ("Windows Server 2022", Some(20_348), Some(ServerLtsc), Server, [Refused, Supported, Refused]),
    ("Windows Server 2025", Some(26_100), Some(ServerLtsc), Server, [Refused, Unknown, Refused]),
    ("Windows Server 2012 R2", Some(9600), Some(ServerLtsc), Server, [Refused; 3]),
    ("Windows Server 2022", Some(20_348), Some(ServerLtsc), Controller, [Refused; 3]),
    ("macOS", None, None, Other, [Unknown, Refused, Refused]),
];

#[test]
fn build_edition_and_role_decide_what_can_be_done() {
    for (system, build, class, role, expected) in CASES {
        let group = machines(system, build, class, role);
        assert_eq!(
            fits(&group),
            expected,
            "{system} {build:?} {class:?} {role:?}"
        );
    }
}

#[test]
fn servicing_is_held_against_the_day_of_judging() {
    let group = machines("Windows 11 Pro", Some(26_100), Some(HomePro), Client);
    let on = |day| Fleet::of(std::slice::from_ref(&group), day).kinds.remove(0);
    assert_eq!(on(date(2026, 10, 13)).enrolment.fit, Supported);
    assert_eq!(on(date(2026, 10, 14)).enrolment.fit, Allowed);
    assert_eq!(on(TODAY).release.as_deref(), Some("24H2"));
    assert_eq!(on(TODAY).serviced_until, Some(date(2026, 10, 13)));
}

#[test]
fn only_machines_in_use_are_counted_as_fit() {
    let mut elsewhere = machines("Windows 11 Enterprise", Some(26_100), Some(EntEdu), Client);
    let here = elsewhere.clone();
    elsewhere.unit = Seen::Known("France/Paris".to_owned());
    elsewhere.active = 5;
    let server = machines(
        "Windows Server 2016",
        Some(14_393),
        Some(ServerLtsc),
        Server,
    );
    let fleet = Fleet::of(&[elsewhere, here, server], TODAY);
    assert_eq!(
        (fleet.all.active, fleet.all.stale, fleet.all.disabled),
        (25, 9, 3)
    );
    assert_eq!(
        fleet.all.enrolment,
        Tally {
            supported: 15,
            refused: 10,
            ..Tally::default()
        }
    );
    assert_eq!(fleet.all.hybrid_join.supported, 25);
    assert_eq!(fleet.kinds.len(), 2);
    assert_eq!(fleet.kinds[0].counts.active, 15);
    let units: Vec<_> = fleet
        .units
        .iter()
        .map(|unit| unit.counts.enrolment.supported)
        .collect();
    assert_eq!(units, [5, 10]);
}

#[test]
fn every_capability_has_rows_and_a_source() {
    let ids = [
        CapabilityId::Enrolment,
        CapabilityId::HybridJoin,
        CapabilityId::CoManagement,
    ];
    let support = Support::embedded();
    assert_eq!(
        support
            .capabilities
            .iter()
            .map(|one| one.id)
            .collect::<Vec<_>>(),
        ids
    );
    for capability in &support.capabilities {
        assert!(!capability.source.is_empty() && !capability.title.is_empty());
    }
}
