//! What the facts of a run suggest for a profile: defaults to offer, never answers taken unasked.

use jiff::tz::TimeZone;
use waterline_facts::{Environment, Seen};

use crate::{
    Packs, Profile,
    attestations::{Answer, AnswerKind, Attestation},
    expr,
    facts::FactView,
};

impl Packs {
    /// What the facts suggest: the domain of the directory, its further UPN suffixes as public
    /// domains, and answers to questions whose default can be told. What was not learned is left
    /// out.
    pub fn suggest(&self, environment: &Environment) -> Profile {
        let mut profile = Profile::default();
        if let Seen::Known(directory) = &environment.directory {
            profile.directory_domain = directory.domain.known().cloned().unwrap_or_default();
            profile.domains = directory
                .forest
                .upn_suffixes
                .known()
                .cloned()
                .unwrap_or_default();
        }
        let day = environment.run.started.to_zoned(TimeZone::UTC).date();
        let view = FactView::new(environment, self.wanted(), &profile, day);
        let answers = self.questions().iter().filter_map(|question| {
            let answer = self.suggested(question, &view)?;
            Some((question.id.value.clone(), answer))
        });
        profile.attested = answers.collect();
        profile
    }

    /// The answer that the facts suggest, if all that it takes was learned and it fits.
    fn suggested(&self, question: &Attestation, view: &FactView) -> Option<Answer> {
        let default = self.defaults().get(&question.id.value)?;
        let mut gates = default.gates.iter();
        if gates.any(|gate| !view.gaps(gate, None).is_empty()) {
            return None;
        }
        let scope = expr::scope(view);
        let expression = &default.expression;
        let answer = match question.kind {
            AnswerKind::YesNo => expression.bool(&scope).ok().map(Answer::YesNo),
            AnswerKind::Number => expression.int(&scope).ok().map(Answer::Number),
            _ => expression.text(&scope).ok().map(Answer::Word),
        };
        answer.filter(|answer| question.takes(answer))
    }
}
