//! Shows on standard error how far each probe has got; silent where that is no terminal.

use std::{collections::BTreeMap, fmt::Write as _, sync::Mutex, sync::PoisonError, time::Duration};

use indicatif::{MultiProgress, ProgressBar, ProgressState, ProgressStyle};
use waterline_facts::{
    ProbeId,
    run::{ProbeOutcome, ProbeRun},
};
use waterline_probes::{context::Progress, runner::Observer};

/// How often lines are drawn anew.
const TICK: Duration = Duration::from_millis(100);

/// One line for each probe.
#[derive(Debug, Default)]
pub struct ProgressLines {
    lines: MultiProgress,
    bars: Mutex<BTreeMap<ProbeId, ProgressBar>>,
}

impl ProgressLines {
    /// Takes the lines away, so that a report can follow.
    pub fn clear(&self) {
        // A terminal that is gone needs no clearing.
        let _ = self.lines.clear();
    }
}

impl Observer for ProgressLines {
    fn started(&self, id: ProbeId, progress: &Progress) {
        let bar = self.lines.add(ProgressBar::new_spinner());
        bar.set_style(style(progress.clone()));
        bar.set_prefix(id.name());
        bar.enable_steady_tick(TICK);
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        bars.insert(id, bar);
    }

    fn ended(&self, run: &ProbeRun) {
        let bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bar) = bars.get(&run.id) {
            bar.finish_with_message(ending(&run.outcome));
        }
    }
}

fn style(progress: Progress) -> ProgressStyle {
    let counts = move |_: &ProgressState, out: &mut dyn std::fmt::Write| {
        // Writing into a line in memory does not fail.
        let _ = match progress.state() {
            (0, 0) => Ok(()),
            (done, 0) => write!(out, "{done}"),
            (done, total) => write!(out, "{done} of {total}"),
        };
    };
    ProgressStyle::with_template("{spinner} {prefix:<10} {elapsed:>4} {counts} {wide_msg}")
        .expect("a test reads this template")
        .with_key("counts", counts)
}

fn ending(outcome: &ProbeOutcome) -> String {
    let mut text = String::new();
    // Writing into text does not fail.
    let _ = match outcome {
        ProbeOutcome::Completed => write!(text, "done"),
        ProbeOutcome::Skipped => write!(text, "left out"),
        ProbeOutcome::Ended(gap) => write!(text, "ended early: {gap}"),
    };
    text
}

#[cfg(test)]
mod tests {
    use waterline_facts::{Gap, Reason};

    use super::*;

    #[test]
    fn template_is_sound() {
        style(Progress::default());
    }

    #[test]
    fn an_early_end_is_told_with_its_reason() {
        let gap = Gap::new(Reason::TimedOut, "no answer");
        let text = ending(&ProbeOutcome::Ended(gap));
        assert!(
            text.starts_with("ended early") && text.contains("no answer"),
            "{text}"
        );
    }
}
