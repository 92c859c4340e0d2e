//! A profile as a file for people: YAML with what each line means, and every question that can be
//! answered.
//!
//! Reading the text gives the same profile again. What is not decided stands there as a comment, so
//! that a file can be finished by hand.

use std::{collections::BTreeSet, fmt::Write};

use crate::{
    Packs, Profile,
    attestations::{Answer, AnswerKind, Attestation},
    plan::ScheduleSettings,
    rule::Target,
};

impl Packs {
    /// A profile as commented YAML; of the questions those for its targets.
    pub fn write_profile(&self, profile: &Profile) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_head(profile, &mut text);
        let _ = self.write_targets(profile, &mut text);
        let _ = self.write_answers(profile, &mut text);
        let _ = write_rest(profile, &mut text);
        text
    }

    fn write_head(&self, profile: &Profile, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "# What the organisation wants, for `waterline assess --profile FILE`.\n\
             # The form, for editors: `waterline schema profile`.\n"
        )?;
        writeln!(out, "# The organisation's name, as reports show it.")?;
        writeln!(out, "organisation: {}\n", quoted(&profile.organisation))?;
        writeln!(
            out,
            "# The cloud of the tenant: commercial, usgov, dod or china."
        )?;
        writeln!(out, "cloud: {}\n", profile.cloud.name())?;
        writeln!(
            out,
            "# DNS name of the Active Directory domain; empty for that of the machine."
        )?;
        writeln!(
            out,
            "directory_domain: {}\n",
            quoted(&profile.directory_domain)
        )?;
        writeln!(
            out,
            "# Public domains that are, or will be, verified in the tenant."
        )?;
        write_list("domains", &profile.domains, out)
    }

    fn write_targets(&self, profile: &Profile, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "\n# What to judge; choosing a target chooses its parts and what it needs. Empty: what\n\
             # needs no choice."
        )?;
        for outline in self.outline() {
            let Target { id, title, .. } = outline.target;
            let indent = "  ".repeat(outline.depth);
            writeln!(out, "#   {indent}{}: {title}", id.value)?;
        }
        write_list("targets", &profile.targets, out)
    }

    fn write_answers(&self, profile: &Profile, out: &mut String) -> std::fmt::Result {
        writeln!(
            out,
            "\n# What no probe can see. Without an answer what rests on it is not assessed."
        )?;
        if profile.attested.is_empty() {
            writeln!(out, "attested: {{}}")?;
        } else {
            writeln!(out, "attested:")?;
        }
        let mark = if profile.attested.is_empty() {
            "# "
        } else {
            "  "
        };
        for question in self.questions_for(profile) {
            write_answer(
                question,
                profile.attested.get(&question.id.value),
                mark,
                out,
            )?;
        }
        let asked: BTreeSet<&str> = self
            .questions_for(profile)
            .into_iter()
            .map(|question| question.id.value.as_str())
            .collect();
        for (id, answer) in &profile.attested {
            if !asked.contains(id.as_str()) {
                writeln!(out, "  {id}: {}", plain(answer))?;
            }
        }
        Ok(())
    }

    /// The questions that matter for the targets of a profile, by id.
    pub fn questions_for(&self, profile: &Profile) -> Vec<&Attestation> {
        let chosen = self.tree().choose(profile).unwrap_or_default();
        let chosen: BTreeSet<&str> = chosen.iter().map(|one| one.id.value.as_str()).collect();
        let matters = |question: &&Attestation| {
            let mut targets = question.targets.iter();
            targets.any(|id| chosen.contains(id.value.as_str()))
        };
        self.questions().iter().filter(matters).collect()
    }
}

fn write_answer(
    question: &Attestation,
    answer: Option<&Answer>,
    mark: &str,
    out: &mut String,
) -> std::fmt::Result {
    let indent = if mark == "# " { "" } else { "  " };
    writeln!(out, "{indent}# {}", question.question)?;
    writeln!(
        out,
        "{indent}# ({}; {} knows{})",
        question.wanted(),
        question.owner,
        match question.help.trim() {
            "" => String::new(),
            help => format!(". {help}"),
        }
    )?;
    match answer {
        Some(answer) => writeln!(out, "{indent}{}: {}", question.id.value, plain(answer)),
        None => writeln!(
            out,
            "{indent}# {}: {}",
            question.id.value,
            example(question)
        ),
    }
}

/// The waivers and thresholds, and how they are written where there are none.
fn write_rest(profile: &Profile, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\n# Thresholds of rules, within the bounds that `waterline rules show ID` tells, such as\n\
         #   dns-resolver-silent: {{min_share: 0.5}}"
    )?;
    writeln!(out, "parameters: {}", json(&profile.parameters))?;
    writeln!(
        out,
        "\n# Findings that are accepted until a day, such as\n\
         #   - finding: core-endpoint-unreachable\n\
         #     scope: '*.branch.example.com:443'\n\
         #     reason: the branch closes in spring\n\
         #     owner: Jo Doe\n\
         #     expires: 2027-03-31\n\
         #     compensating_control: its users work through the terminal server"
    )?;
    writeln!(out, "waivers: {}", json(&profile.waivers))?;
    if profile.schedule != ScheduleSettings::default() {
        writeln!(out, "\n# When people work on the plan.")?;
        writeln!(out, "schedule: {}", json(&profile.schedule))?;
    }
    Ok(())
}

fn write_list(name: &str, values: &[String], out: &mut String) -> std::fmt::Result {
    if values.is_empty() {
        return writeln!(out, "{name}: []");
    }
    writeln!(out, "{name}:")?;
    values
        .iter()
        .try_for_each(|value| writeln!(out, "- {}", quoted(value)))
}

/// An answer as YAML.
fn plain(answer: &Answer) -> String {
    match answer {
        Answer::Word(word) => quoted(word),
        other => json(other),
    }
}

/// An answer that one could give.
fn example(question: &Attestation) -> String {
    match question.kind {
        AnswerKind::YesNo => "true".to_owned(),
        AnswerKind::Choice => question.choices.first().cloned().unwrap_or_default(),
        AnswerKind::Date => "2027-01-31".to_owned(),
        AnswerKind::Number => "1".to_owned(),
        AnswerKind::List => "[]".to_owned(),
    }
}

/// A text as YAML: plain where that can be nothing else, in double quotes as JSON otherwise.
fn quoted(text: &str) -> String {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let letter = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let is_reserved = reserved.contains(&text.to_ascii_lowercase().as_str());
    if letter && text.chars().all(word) && !is_reserved {
        return text.to_owned();
    }
    json(&text)
}

/// A value as JSON, which is YAML on one line.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "{}".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use proptest::prelude::*;

    fn read(text: &str) -> Profile {
        let source = Source::new("profile.yaml", text);
        Packs::embedded()
            .read_profile(&source)
            .unwrap_or_else(|faults| {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                panic!("{}\n{text}", faults.join("\n"))
            })
    }

    #[test]
    fn a_profile_without_decisions_names_every_question_and_reads_as_the_default() {
        let packs = Packs::embedded();
        let text = packs.write_profile(&Profile::default());
        assert_eq!(read(&text), Profile::default());
        for question in packs.questions_for(&Profile::default()) {
            assert!(
                text.contains(&format!("# {}: ", question.id.value)),
                "{text}"
            );
        }
    }

    #[test]
    fn what_can_be_taken_for_something_else_is_quoted() {
        for (text, expected) in [
            ("contoso.com", "contoso.com"),
            ("no", "\"no\""),
            ("", "\"\""),
            ("1.5", "\"1.5\""),
            ("a: b", "\"a: b\""),
            ("x\ny", "\"x\\ny\""),
        ] {
            assert_eq!(quoted(text), expected);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_profile_reads_as_it_was_written(
            organisation in "\\PC{0,30}",
            domains in prop::collection::vec("[a-z]{1,8}\\.(no|example)", 0..4),
            yes: bool,
        ) {
            let question = Packs::embedded().questions().iter().find(|one| one.kind == AnswerKind::YesNo);
            let answers = question.map(|one| (one.id.value.clone(), Answer::YesNo(yes)));
            let profile = Profile {
                organisation,
                domains,
                targets: vec!["core".to_owned()],
                attested: answers.into_iter().collect(),
                ..Profile::default()
            };
            prop_assert_eq!(read(&Packs::embedded().write_profile(&profile)), profile);
        }
    }
}
