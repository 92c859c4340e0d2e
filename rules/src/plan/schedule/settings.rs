//! What a profile says about time: start, working days, holidays, capacity of owners.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use jiff::civil::{Date, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hours that an owner has for the plan in a working day, where the profile does not say.
const USUAL_HOURS: f64 = 8.0;

/// Hours that an owner can have in a day.
const HOURS: RangeInclusive<f64> = 0.25..=24.0;

/// When people work on the plan. Every field may be left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScheduleSettings {
    /// The day on which the plan begins, or the first working day after it; without it the plan has
    /// days by number and no dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Date>,
    /// The days of the week on which is worked: Monday to Friday if left out.
    pub working_days: BTreeSet<WorkingDay>,
    /// Dates on which nobody works.
    pub holidays: BTreeSet<Date>,
    /// Hours that an owner has for the plan in a working day, from 0.25 to 24; 8 if left out.
    pub hours_per_day: f64,
    /// The same for single owners, where it differs: owner to hours.
    pub capacity: BTreeMap<String, f64>,
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum WorkingDay {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Default for ScheduleSettings {
    fn default() -> Self {
        use WorkingDay::{Friday, Monday, Thursday, Tuesday, Wednesday};
        Self {
            start: None,
            working_days: [Monday, Tuesday, Wednesday, Thursday, Friday].into(),
            holidays: BTreeSet::new(),
            hours_per_day: USUAL_HOURS,
            capacity: BTreeMap::new(),
        }
    }
}

impl ScheduleSettings {
    /// What is wrong with it, and what to do; nothing if it can be used.
    pub fn fault(&self) -> Option<String> {
        if self.working_days.is_empty() {
            let message = "`working_days` names no day; leave it out for Monday to Friday";
            return Some(message.to_owned());
        }
        let single = self.capacity.iter();
        let mut all = single
            .map(|(owner, hours)| (owner.as_str(), *hours))
            .chain([("hours_per_day", self.hours_per_day)]);
        let (name, hours) = all.find(|(_, hours)| !HOURS.contains(hours))?;
        Some(format!(
            "`{name}` is {hours}: an owner has from {} to {} hours in a day",
            HOURS.start(),
            HOURS.end()
        ))
    }

    /// Hours of a working day that an owner has for the plan.
    pub fn hours_of(&self, owner: &str) -> f64 {
        let own = self.capacity.get(owner).copied();
        let hours = own.unwrap_or(self.hours_per_day);
        hours.clamp(*HOURS.start(), *HOURS.end())
    }

    /// Whether people work on this day.
    pub fn is_working(&self, date: Date) -> bool {
        self.working_days.contains(&date.weekday().into()) && !self.holidays.contains(&date)
    }
}

impl From<Weekday> for WorkingDay {
    fn from(day: Weekday) -> Self {
        match day {
            Weekday::Monday => Self::Monday,
            Weekday::Tuesday => Self::Tuesday,
            Weekday::Wednesday => Self::Wednesday,
            Weekday::Thursday => Self::Thursday,
            Weekday::Friday => Self::Friday,
            Weekday::Saturday => Self::Saturday,
            Weekday::Sunday => Self::Sunday,
        }
    }
}
