//! How fast reports are made: of the recorded lab domain, and of as many findings as asked for.
//!
//! As a yardstick `jq .` reads and prints the JSON report of the same findings. Both run by turns, the
//! best of some rounds counts. Nothing is sent anywhere.
//! Fails if HTML and JSON of the lab domain take more than 100 ms together or longer than `jq`, or if the
//! page of 200,000 findings takes more than 2 s or 5 MB.
//! Run it with `cargo bench --bench reports`; `cargo bench --bench reports -- 20000` for fewer findings.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use waterline::{
    recording,
    report::{Format, Layout, Report},
    run,
};
use waterline_facts::Environment;
use waterline_rules::{Assessment, Packs, Profile};

const ROUNDS: usize = 5;
const FINDINGS: u64 = 200_000;
/// The bounds.
const MID_SIZE: Duration = Duration::from_millis(100);
const MANY: Duration = Duration::from_secs(2);
const PAGE_BYTES: usize = 5_000_000;

fn main() -> Result<()> {
    let jq = support::tool("jq", "jq")?;
    let folder = support::folder("reports")?;
    let count = support::amount(FINDINGS)?;
    let subject = Subject::recorded()?;
    let mid = subject.measure(&folder.join("mid.json"), &jq)?;
    mid.print("lab domain");
    let many = subject.with_findings(count);
    let many = many.measure(&folder.join("many.json"), &jq)?;
    many.print(&format!("{count} findings"));
    let both = mid.html + mid.json;
    ensure!(both <= MID_SIZE, "missed: HTML and JSON took {both:.1?}");
    ensure!(both <= mid.jq, "missed: jq took {:.1?} only", mid.jq);
    ensure!(many.html <= MANY, "missed: the page took {:.1?}", many.html);
    ensure!(many.bytes <= PAGE_BYTES, "missed: {} bytes", many.bytes);
    println!("held");
    Ok(())
}

/// What is reported.
struct Subject {
    environment: Environment,
    assessment: Assessment,
    profile: Profile,
}

/// The best times.
struct Measured {
    html: Duration,
    json: Duration,
    csv: Duration,
    jq: Duration,
    bytes: usize,
}

impl Subject {
    /// The recorded lab domain.
    fn recorded() -> Result<Self> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lab-domain");
        let opened = recording::open(&path)?;
        let profile = Profile::default();
        let mut environment = opened.environment.clone();
        (environment.objects, _) = run::recheck(&opened, &profile, None)?;
        let assessment = Packs::embedded().assess(&environment, &profile, None)?;
        Ok(Self {
            environment,
            assessment,
            profile,
        })
    }

    /// The same with so many findings of its kinds, each of another thing.
    fn with_findings(&self, count: u64) -> Self {
        let kinds = &self.assessment.findings;
        let findings = (0..count).zip(kinds.iter().cycle()).map(|(number, kind)| {
            let mut finding = kind.clone();
            finding.key = format!("{}/CN=User {number},OU=Staff,DC=example,DC=test", kind.rule);
            finding.caused_by = None;
            finding.consequences = Vec::new();
            finding
        });
        Self {
            environment: self.environment.clone(),
            assessment: Assessment {
                findings: findings.collect(),
                ..self.assessment.clone()
            },
            profile: self.profile.clone(),
        }
    }

    fn render(&self, format: Format) -> (Duration, Vec<u8>) {
        let report = Report {
            environment: &self.environment,
            assessment: &self.assessment,
            profile: &self.profile,
            tool_version: env!("CARGO_PKG_VERSION"),
            damage: &[],
            catalog: None,
            changes: None,
        };
        let began = Instant::now();
        let mut out = Vec::new();
        format.render(&report, Layout::default(), &mut out).unwrap();
        (began.elapsed(), out)
    }

    fn measure(&self, file: &Path, jq: &PathBuf) -> Result<Measured> {
        fs_err::write(file, self.render(Format::Json).1)?;
        let mut best = Measured {
            html: Duration::MAX,
            json: Duration::MAX,
            csv: Duration::MAX,
            jq: Duration::MAX,
            bytes: self.render(Format::Html).1.len(),
        };
        for _ in 0..ROUNDS {
            best.html = best.html.min(self.render(Format::Html).0);
            best.json = best.json.min(self.render(Format::Json).0);
            best.csv = best.csv.min(self.render(Format::Csv).0);
            best.jq = best.jq.min(printed(jq, file)?);
        }
        Ok(best)
    }
}

/// How long `jq` takes to read the file and print it.
fn printed(jq: &PathBuf, file: &Path) -> Result<Duration> {
    let began = Instant::now();
    let ended = Command::new(jq)
        .arg(".")
        .arg(file)
        .stdout(Stdio::null())
        .status()?;
    ensure!(ended.success(), "jq failed");
    Ok(began.elapsed())
}

impl Measured {
    fn print(&self, name: &str) {
        let Self {
            html,
            json,
            csv,
            jq,
            bytes,
        } = self;
        let ratio = (*html + *json).as_secs_f64() / jq.as_secs_f64();
        println!("{name}: html {html:.1?} ({bytes} bytes), json {json:.1?}, csv {csv:.1?}");
        println!("{name}: jq {jq:.1?}, html and json {ratio:.2} of that");
    }
}
