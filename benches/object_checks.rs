//! How fast the object checks are over objects in memory, on one core, and how much they keep.
//!
//! As a yardstick, `grep -c` looks for one class of characters in the same objects as lines of
//! JSON; the time of each is the best of some rounds, taken in turn. Nothing is sent anywhere.
//! Run it with `cargo bench --bench object_checks`; `OBJECTS=100000` before it makes it shorter.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    io::{BufWriter, Write},
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use waterline_facts::{DirectoryObject, objects::ObjectKind};
use waterline_rules::{Checker, Profile};

const OBJECTS: usize = 1_000_000;
const ROUNDS: usize = 3;
/// Objects that are fed at a time, as a directory sends them.
const BATCH: usize = 1_000;
/// Of a hundred objects, how many have a fault.
const FAULTY: usize = 3;

fn main() {
    let count = std::env::var("OBJECTS").map_or(OBJECTS, |count| count.parse().unwrap());
    let objects: Vec<_> = (0..count).map(object).collect();
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("objects.ndjson");
    write_lines(&objects, &lines);
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()
        .unwrap();
    let (mut checked, mut searched) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        searched = searched.min(search(&lines));
        checked = checked.min(check(&objects));
    }
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    println!("{count} objects, one thread, best of {ROUNDS} rounds");
    println!("checks   {:>9.0} objects/s, {checked:.2?}", rate(checked));
    println!("grep -c  {:>9.0} objects/s, {searched:.2?}", rate(searched));
    println!(
        "ratio    {:.2}",
        checked.as_secs_f64() / searched.as_secs_f64()
    );
}

/// Feeds all objects and asks for the result.
fn check(objects: &[DirectoryObject]) -> Duration {
    let before = resident_mb();
    let began = Instant::now();
    let mut checker = Checker::new(&Profile::default()).at(1_767_225_600);
    for batch in objects.chunks(BATCH) {
        checker.feed(batch);
    }
    let kept = resident_mb() - before;
    let fed = began.elapsed();
    let facts = checker.finish();
    let took = began.elapsed();
    let found: u64 = facts
        .checks()
        .filter_map(|(_, found)| Some(found.known()?.count))
        .sum();
    println!("  fed in {fed:.2?}, concluded in {took:.2?}; {found} faults, {kept:.0} MB kept");
    assert!(found > 0);
    took
}

/// Counts the lines that hold a character outside printable ASCII.
fn search(lines: &Path) -> Duration {
    let began = Instant::now();
    let mut grep = Command::new("grep");
    grep.env("LC_ALL", "C").args(["-c", "-E", "[^ -~]"]);
    let status = grep.arg(lines).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{status}");
    began.elapsed()
}

fn write_lines(objects: &[DirectoryObject], path: &Path) {
    let mut file = BufWriter::new(std::fs::File::create(path).unwrap());
    for object in objects {
        serde_json::to_writer(&mut file, object).unwrap();
        file.write_all(b"\n").unwrap();
    }
    file.flush().unwrap();
}

/// The resident memory of this process; 0 where the system does not tell.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    size.unwrap_or_default() / 1024.0
}

/// An object: of twenty, seventeen users, two groups and a contact, with three addresses each.
fn object(number: usize) -> DirectoryObject {
    let kind = match number % 20 {
        0 | 1 => ObjectKind::Group,
        2 => ObjectKind::Contact,
        _ => ObjectKind::User,
    };
    let given = ["Anna", "Bogdan", "Chiara", "Dmitri", "Eleni", "Zoë"][number % 6];
    let unit = ["Berlin", "Lyon", "Porto", "Tartu", "Gdansk"][number / 7 % 5];
    let mail = format!("{}.{number:07}@contoso.com", given.trim_end_matches('ë'));
    let dn =
        format!("CN={given} Example {number:07},OU=People,OU={unit},DC=corp,DC=contoso,DC=com");
    let mut object = DirectoryObject::new(kind, dn);
    object.class = "user".to_owned();
    object.guid = format!("6f9619ff-8b86-d011-b42d-{number:012x}");
    object.common_name = Some(format!("{given} Example {number:07}"));
    object.display_name = object.common_name.clone();
    object.proxy_addresses = vec![
        format!("SMTP:{mail}"),
        format!("smtp:a{number:07}@fabrikam.com"),
        format!("smtp:{number:07}@contoso.onmicrosoft.com"),
    ];
    object.mail_nickname = Some(format!("a{number:07}"));
    object.group_type = (kind == ObjectKind::Group).then_some(2);
    if kind != ObjectKind::Contact {
        object.sam_account_name = Some(format!("a{number:07}"));
    }
    if kind == ObjectKind::User {
        let faulty = number % 100 < FAULTY + 3;
        object.user_principal_name = Some(if faulty {
            mail.replace('.', " ")
        } else {
            mail.clone()
        });
        object.given_name = Some(given.to_owned());
        object.surname = Some("Example".to_owned());
        object.account_control = Some(512);
        object.primary_group = Some(513);
        object.last_logon_s = Some(1_767_000_000);
    }
    object.mail = Some(mail);
    object
}
