//! What holds for every layout, and what a few of them look like.

use jiff::civil::date;
use proptest::prelude::*;

use super::{layout::Placed, *};

const WAVES: [WaveId; 3] = [WaveId::Safety, WaveId::Directory, WaveId::Network];

/// Works in order: waves ascending, each after some of those before it.
fn works() -> impl Strategy<Value = Vec<Work>> {
    let one = (
        0_usize..3,
        prop::option::weighted(0.9, 0_usize..4),
        prop::collection::vec(any::<prop::sample::Index>(), 0..3),
        prop_oneof![Just(0_u64), 1_u64..4000],
        prop_oneof![4 => Just(0_u64), 1 => (0_u64..12).prop_map(|day| day * DAY)],
    );
    prop::collection::vec(one, 0..25).prop_map(|mut all| {
        all.sort_by_key(|one| one.0);
        let works = all.into_iter().enumerate();
        works
            .map(|(place, (wave, owner, after, duration, earliest))| Work {
                wave: WAVES[wave],
                owner,
                after: match place {
                    0 => Vec::new(),
                    _ => after.iter().map(|index| index.index(place)).collect(),
                },
                duration: owner.map_or(0, |_| duration),
                earliest,
            })
            .collect()
    })
}

fn end(work: &Work, placed: &Placed) -> Ticks {
    placed.begin + work.duration
}

proptest! {
    #[test]
    fn an_owner_does_one_thing_at_a_time(works in works()) {
        let layout = lay_out(&works);
        let all: Vec<_> = works.iter().zip(&layout.placed).collect();
        for (number, (work, placed)) in all.iter().enumerate() {
            for (other, there) in &all[..number] {
                if work.owner.is_some() && work.owner == other.owner {
                    prop_assert!(end(other, there) <= placed.begin);
                }
            }
        }
    }

    #[test]
    fn what_must_come_before_has_ended_and_waves_do_not_overlap(works in works()) {
        let layout = lay_out(&works);
        let mut begin = 0;
        let mut first = 0;
        let waves: Vec<_> = works.chunk_by(|a, b| a.wave == b.wave).collect();
        prop_assert_eq!(waves.len(), layout.calls.len());
        for (wave, call) in waves.into_iter().zip(&layout.calls) {
            for place in first..first + wave.len() {
                let placed = layout.placed[place];
                prop_assert!(placed.begin >= begin);
                prop_assert!(end(&works[place], &placed) <= Ticks::from(*call) * DAY);
                for earlier in &works[place].after {
                    prop_assert!(end(&works[*earlier], &layout.placed[*earlier]) <= placed.begin);
                }
                if works[place].owner.is_some() {
                    prop_assert!(placed.begin >= works[place].earliest);
                }
            }
            begin = Ticks::from(*call) * DAY;
            first += wave.len();
        }
    }

    /// A delay within the slack moves no call; one beyond it moves the end of the wave.
    #[test]
    fn slack_is_exactly_what_a_task_can_slip(works in works(), which in any::<prop::sample::Index>()) {
        prop_assume!(!works.is_empty());
        let place = which.index(works.len());
        prop_assume!(works[place].owner.is_some());
        let layout = lay_out(&works);
        let wave_end = |works: &[Work], layout: &Layout| {
            let all = works.iter().zip(&layout.placed);
            let wave = all.filter(|(work, _)| work.wave == works[place].wave);
            wave.map(|(work, placed)| end(work, placed)).max()
        };
        let slipped = |by: Ticks| {
            let mut works = works.clone();
            works[place].earliest = layout.placed[place].begin + by;
            let layout = lay_out(&works);
            wave_end(&works, &layout)
        };
        let slack = layout.placed[place].slack;
        prop_assert_eq!(slipped(slack), wave_end(&works, &layout));
        prop_assert!(slipped(slack + 1) > wave_end(&works, &layout));
    }

    #[test]
    fn every_wave_has_something_that_cannot_slip(works in works()) {
        let layout = lay_out(&works);
        let all: Vec<_> = works.iter().zip(&layout.placed).collect();
        for wave in all.chunk_by(|(a, _), (b, _)| a.wave == b.wave) {
            prop_assert!(wave.iter().any(|(_, placed)| placed.slack == 0));
        }
    }

    #[test]
    fn dates_are_working_days_in_order(
        start in 0_i32..20_000,
        working in prop::collection::btree_set(0_usize..7, 1..7),
        holidays in prop::collection::btree_set(0_i32..100, 0..20),
    ) {
        let names: [WorkingDay; 7] = [
            WorkingDay::Monday, WorkingDay::Tuesday, WorkingDay::Wednesday, WorkingDay::Thursday,
            WorkingDay::Friday, WorkingDay::Saturday, WorkingDay::Sunday,
        ];
        let first = date(2000, 1, 1).checked_add(jiff::Span::new().days(start)).unwrap();
        let later = |days: i32| first.checked_add(jiff::Span::new().days(days)).unwrap();
        let settings = ScheduleSettings {
            start: Some(first),
            working_days: working.iter().map(|day| names[*day]).collect(),
            holidays: holidays.iter().map(|days| later(*days)).collect(),
            ..ScheduleSettings::default()
        };
        let mut calendar = Calendar::new(&settings);
        let days: Vec<Date> = (0..30).map(|day| calendar.date(day).unwrap()).collect();
        prop_assert!(days.is_sorted_by(|a, b| a < b));
        for (number, date) in (0..).zip(&days) {
            prop_assert!(settings.is_working(*date));
            prop_assert_eq!(calendar.day(*date), Some(number));
        }
        prop_assert!(!settings.is_working(first) || days[0] == first);
    }
}

#[test]
fn a_weekend_and_a_holiday_are_passed_over() {
    let settings = ScheduleSettings {
        start: Some(date(2026, 12, 24)),
        holidays: [date(2026, 12, 25), date(2027, 1, 1)].into(),
        ..ScheduleSettings::default()
    };
    let mut calendar = Calendar::new(&settings);
    let dates: Vec<String> = (0..6)
        .map(|day| calendar.date(day).unwrap().to_string())
        .collect();
    assert_eq!(
        dates,
        [
            "2026-12-24",
            "2026-12-28",
            "2026-12-29",
            "2026-12-30",
            "2026-12-31",
            "2027-01-04"
        ]
    );
    assert_eq!(calendar.day(date(2026, 12, 26)), Some(1));
}

#[test]
fn a_calendar_ends_without_a_fault() {
    let settings = ScheduleSettings {
        start: Some(date(9999, 12, 30)),
        ..ScheduleSettings::default()
    };
    let mut calendar = Calendar::new(&settings);
    assert_eq!(calendar.date(0), Some(date(9999, 12, 30)));
    assert_eq!(calendar.date(2), None);
    let undated = ScheduleSettings::default();
    assert_eq!(Calendar::new(&undated).date(0), None);
    assert_eq!(Calendar::new(&undated).day(date(2026, 1, 1)), None);
}

#[test]
fn what_ends_with_a_day_does_not_reach_into_the_next() {
    assert_eq!(last_day(0, DAY), 0);
    assert_eq!(last_day(0, DAY + 1), 1);
    assert_eq!(last_day(DAY, 0), 1);
    assert_eq!(duration(8.0, 8.0), DAY);
    assert_eq!(duration(1.0, 3.0), 334);
}
