//! The questions of `waterline init`, over any reader and writer.
//!
//! An empty line takes what stands in brackets, or leaves the question open. What does not fit is
//! said and asked again; the end of the input ends it without a profile.

use std::io::{self, BufRead, Read, Write};

use anyhow::bail;
use waterline_facts::Cloud;
use waterline_rules::{
    Packs, Profile,
    attestations::{Answer, AnswerKind, Attestation},
    profile::public_domain,
    source::did_you_mean,
};

/// Longest answer that is read, in bytes.
const MAX_ANSWER: u64 = 4_096;

/// Columns that are written to: every terminal has them.
const WIDTH: usize = 79;

/// How often a question is asked before it is left open.
const MAX_TRIES: usize = 20;

/// A conversation with whoever writes the profile.
pub struct Interview<R, W> {
    input: R,
    output: W,
}

impl<R: BufRead, W: Write> Interview<R, W> {
    /// A conversation over these.
    pub fn new(input: R, output: W) -> Self {
        Self { input, output }
    }

    /// Asks for a whole profile.
    ///
    /// # Errors
    /// If the input ends or cannot be read.
    pub fn profile(&mut self, packs: &Packs, suggested: Profile) -> anyhow::Result<Profile> {
        self.tell("An empty line takes what stands in brackets, or leaves a question open.")?;
        let organisation = self.text("Name of the organisation", &suggested.organisation)?;
        let clouds = Cloud::ALL.map(Cloud::name);
        let asked = format!("Cloud of the tenant ({})", clouds.join(", "));
        let cloud = self.parsed(&asked, suggested.cloud.name(), |text| {
            let mut all = Cloud::ALL.into_iter();
            let near = did_you_mean(text, clouds);
            all.find(|cloud| cloud.name() == text)
                .ok_or_else(|| format!("there is no cloud `{text}`{near}"))
        })?;
        let directory_domain = self.text(
            "DNS name of the Active Directory domain",
            &suggested.directory_domain,
        )?;
        let domains = self.domains(&suggested.domains)?;
        let mut profile = Profile {
            organisation,
            cloud: cloud.unwrap_or_default(),
            directory_domain,
            domains,
            ..Profile::default()
        };
        profile.targets = self.targets(packs)?;
        for question in packs.questions_for(&profile) {
            let default = suggested.attested.get(&question.id.value);
            if let Some(answer) = self.answer(question, default)? {
                profile.attested.insert(question.id.value.clone(), answer);
            }
        }
        Ok(profile)
    }

    fn targets(&mut self, packs: &Packs) -> anyhow::Result<Vec<String>> {
        self.tell("\nWhat can be judged (* without a choice):")?;
        for outline in packs.outline() {
            let target = outline.target;
            let indent = "  ".repeat(outline.depth);
            let mark = if target.default { "*" } else { "-" };
            self.tell(&format!(
                "  {indent}{mark} {}: {}",
                target.id.value, target.title
            ))?;
        }
        let asked = "Targets, with commas between; none for those with *";
        let targets = self.parsed(asked, "", |text| {
            let targets = words(text);
            let profile = Profile {
                targets: targets.clone(),
                ..Profile::default()
            };
            let chosen = packs.tree().choose(&profile);
            chosen.map(|_| targets).map_err(|error| error.to_string())
        })?;
        Ok(targets.unwrap_or_default())
    }

    fn answer(
        &mut self,
        question: &Attestation,
        default: Option<&Answer>,
    ) -> anyhow::Result<Option<Answer>> {
        self.tell(&format!(
            "\n{} ({} knows)",
            question.question, question.owner
        ))?;
        if !question.help.trim().is_empty() {
            self.tell(&format!("  {}", question.help.trim()))?;
        }
        let default = default.map(spoken).unwrap_or_default();
        self.parsed(hint(question).as_str(), &default, |text| {
            heard(question, text)
        })
    }

    fn text(&mut self, asked: &str, default: &str) -> anyhow::Result<String> {
        let text = self.parsed(asked, default, |text| Ok(text.to_owned()))?;
        Ok(text.unwrap_or_default())
    }

    fn domains(&mut self, default: &[String]) -> anyhow::Result<Vec<String>> {
        let asked = "Public domains, with commas between";
        let domains = self.parsed(asked, &default.join(", "), |text| {
            let words = words(text);
            words.iter().map(|word| public_domain(word)).collect()
        })?;
        Ok(domains.unwrap_or_default())
    }

    /// Asks until an answer can be taken; nothing if it is left open.
    fn parsed<T>(
        &mut self,
        asked: &str,
        default: &str,
        take: impl Fn(&str) -> Result<T, String>,
    ) -> anyhow::Result<Option<T>> {
        for _ in 0..MAX_TRIES {
            self.ask(asked, default)?;
            let line = self.line()?;
            let text = match line.trim() {
                "" => default,
                text => text,
            };
            if text.is_empty() {
                return Ok(None);
            }
            match take(text) {
                Ok(value) => return Ok(Some(value)),
                Err(problem) => self.tell(&format!("  {problem}"))?,
            }
        }
        self.tell("  left open")?;
        Ok(None)
    }

    fn line(&mut self) -> anyhow::Result<String> {
        let mut bytes = Vec::new();
        let mut limited = self.input.by_ref().take(MAX_ANSWER);
        if limited.read_until(b'\n', &mut bytes)? == 0 {
            bail!("the answers ended early, so nothing was written");
        }
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.chars().filter(|c| !c.is_control()).collect())
    }

    fn ask(&mut self, asked: &str, default: &str) -> io::Result<()> {
        let asked = match default {
            "" => format!("{asked}:"),
            default => format!("{asked} [{default}]:"),
        };
        write!(self.output, "{} ", textwrap::fill(&asked, WIDTH))?;
        self.output.flush()
    }

    /// Says a line, wrapped where it is long, and each part as far in as it begins.
    fn tell(&mut self, text: &str) -> io::Result<()> {
        for line in text.split('\n') {
            let words = line.trim_start();
            let indent = &line[..line.len() - words.len()];
            let layout = textwrap::Options::new(WIDTH)
                .initial_indent(indent)
                .subsequent_indent(indent);
            writeln!(self.output, "{}", textwrap::fill(words, layout))?;
        }
        Ok(())
    }
}

/// What kind of answer is wanted.
fn hint(question: &Attestation) -> String {
    match question.kind {
        AnswerKind::YesNo => "yes or no".to_owned(),
        AnswerKind::List => "words, with commas between".to_owned(),
        _ => question.wanted(),
    }
}

/// An answer as one would type it.
fn spoken(answer: &Answer) -> String {
    match answer {
        Answer::YesNo(true) => "yes".to_owned(),
        Answer::YesNo(false) => "no".to_owned(),
        Answer::Number(number) => number.to_string(),
        Answer::Word(word) => word.clone(),
        Answer::List(words) => words.join(", "),
    }
}

/// The answer that was typed, if it fits the question.
fn heard(question: &Attestation, text: &str) -> Result<Answer, String> {
    let answer = match question.kind {
        AnswerKind::YesNo => match text.to_lowercase().as_str() {
            "yes" | "y" | "true" => Answer::YesNo(true),
            "no" | "n" | "false" => Answer::YesNo(false),
            _ => return Err("please answer yes or no".to_owned()),
        },
        AnswerKind::Number => match text.parse() {
            Ok(number) => Answer::Number(number),
            Err(_) => return Err("please answer with a whole number".to_owned()),
        },
        AnswerKind::List => Answer::List(words(text)),
        AnswerKind::Choice | AnswerKind::Date => Answer::Word(text.to_owned()),
    };
    match question.takes(&answer) {
        true => Ok(answer),
        false => Err(format!("please answer with {}", question.wanted())),
    }
}

/// Words with commas or blanks between.
fn words(text: &str) -> Vec<String> {
    let words = text.split([',', ' ']).map(str::trim);
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use waterline_rules::source::Source;

    /// The profile that comes of these lines, and what was said.
    fn interview(lines: &[&str], suggested: Profile) -> (anyhow::Result<Profile>, String) {
        let mut said = Vec::new();
        let input = lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>();
        let mut interview = Interview::new(input.as_bytes(), &mut said);
        let profile = interview.profile(Packs::embedded(), suggested);
        (profile, String::from_utf8(said).unwrap())
    }

    /// Enough empty lines for whatever comes after the lines that matter.
    fn then_nothing<'a>(lines: &[&'a str]) -> Vec<&'a str> {
        [lines, &[""; 200]].concat()
    }

    #[test]
    fn nothing_that_is_said_is_wider_than_a_terminal_and_no_word_is_cut() {
        let (profile, said) = interview(&then_nothing(&["", "", "", ""]), Profile::default());
        profile.unwrap();
        // Before that the prompts stand in one line, as nobody's Enter shows.
        let (_, said) = said.split_once("What can be judged").unwrap();
        for line in said.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }

    #[test]
    fn what_is_no_public_domain_is_asked_again() {
        let lines = then_nothing(&["", "", "", "banana", "Contoso.com, fabrikam.com"]);
        let (profile, said) = interview(&lines, Profile::default());
        assert_eq!(profile.unwrap().domains, ["contoso.com", "fabrikam.com"]);
        assert!(said.contains("`banana` is no public domain"), "{said}");
    }

    #[test]
    fn what_is_typed_becomes_a_profile_that_reads_as_it_was_meant() {
        let lines = [
            "Contoso",
            "usgov",
            "",
            "contoso.com, b.example",
            "core",
            "yes",
        ];
        let (profile, said) = interview(&then_nothing(&lines), Profile::default());
        let profile = profile.unwrap();
        assert_eq!(profile.organisation, "Contoso");
        assert_eq!(profile.domains, ["contoso.com", "b.example"]);
        assert_eq!(profile.targets, ["core"]);
        let first = Packs::embedded().questions_for(&profile)[0];
        assert!(said.contains(&first.question), "{said}");
        let answers: Vec<_> = profile.attested.keys().collect();
        assert_eq!(answers, [&first.id.value]);
        let text = Packs::embedded().write_profile(&profile);
        let read = Packs::embedded().read_profile(&Source::new("p.yaml", text));
        assert_eq!(read.unwrap(), profile);
    }

    #[test]
    fn an_empty_line_takes_what_was_probed() {
        let suggested = Profile {
            directory_domain: "corp.example".to_owned(),
            domains: vec!["corp.example".to_owned()],
            ..Profile::default()
        };
        let (profile, said) = interview(&[""; 200], suggested.clone());
        let profile = profile.unwrap();
        assert_eq!(profile.domains, suggested.domains);
        assert_eq!(profile.directory_domain, "corp.example");
        assert!(said.contains("[corp.example]"), "{said}");
        assert!(profile.targets.is_empty() && profile.attested.is_empty());
    }

    #[test]
    fn what_does_not_fit_is_said_and_asked_again() {
        let lines = ["", "moon", "china", "", "", "coer", "core", "perhaps", "no"];
        let (profile, said) = interview(&then_nothing(&lines), Profile::default());
        let profile = profile.unwrap();
        assert_eq!(profile.cloud, Cloud::China);
        assert_eq!(profile.targets, ["core"]);
        for told in ["no cloud `moon`", "did you mean `core`?", "please answer"] {
            assert!(said.contains(told), "{told}: {said}");
        }
    }

    #[test]
    fn an_input_that_ends_early_gives_no_profile() {
        let (profile, _) = interview(&["Contoso"], Profile::default());
        assert!(
            profile
                .unwrap_err()
                .to_string()
                .contains("nothing was written")
        );
    }
}
