//! Which dates are working days, counted from the beginning of the plan.

use jiff::civil::Date;

use super::ScheduleSettings;

/// The working days of a plan, found as they are asked for.
#[derive(Debug)]
pub(super) struct Calendar<'a> {
    settings: &'a ScheduleSettings,
    /// The working days found so far, in order.
    days: Vec<Date>,
    /// The date to look at next; none without a start, or at the end of the calendar.
    next: Option<Date>,
}

impl<'a> Calendar<'a> {
    pub(super) fn new(settings: &'a ScheduleSettings) -> Self {
        Self {
            settings,
            days: Vec::new(),
            next: settings.start,
        }
    }

    /// The date of a working day; none without a start, or beyond the year 9999.
    pub(super) fn date(&mut self, day: u32) -> Option<Date> {
        let day = usize::try_from(day).ok()?;
        while self.days.len() <= day {
            self.find()?;
        }
        self.days.get(day).copied()
    }

    /// The first working day on or after a date; none without a start, or beyond the year 9999.
    pub(super) fn day(&mut self, date: Date) -> Option<u32> {
        while self.days.last().is_none_or(|last| *last < date) {
            self.find()?;
        }
        let day = self.days.partition_point(|day| *day < date);
        u32::try_from(day).ok()
    }

    /// Finds the next working day.
    fn find(&mut self) -> Option<()> {
        loop {
            let date = self.next?;
            self.next = date.tomorrow().ok();
            if self.settings.is_working(date) {
                self.days.push(date);
                return Some(());
            }
        }
    }
}
