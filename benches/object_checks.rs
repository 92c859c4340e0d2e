//! How fast the object checks are over objects in memory, on one core, and how much they keep.
//!
//! As a yardstick, `grep -c` looks for one class of characters in the same objects as lines of
//! JSON. Of each the best of some rounds counts, taken in turn, in time of the processor, so that
//! whatever else the machine does weighs little. Needs Linux, which tells that time; nothing is
//! sent anywhere.
//! Fails if a million objects take more than a second of one core.
//! Run it with `cargo bench --bench object_checks`; `OBJECTS=100000` before it makes it shorter.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    io::{BufWriter, Write},
    path::Path,
    process::Command,
    time::Duration,
};

use waterline_facts::{DirectoryObject, objects::ObjectKind};
use waterline_rules::{Checker, Profile};

const OBJECTS: usize = 1_000_000;
const ROUNDS: usize = 3;
/// The bound: a million objects a second.
const LONGEST_S: f64 = 1.0;
/// Objects that are fed at a time, as a directory sends them.
const BATCH: usize = 1_000;
/// Of a hundred objects, how many have a fault.
const FAULTY: usize = 3;

fn main() {
    let count = std::env::var("OBJECTS").map_or(OBJECTS, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("objects.ndjson");
    write_lines(count, &lines);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    let one = one.unwrap();
    let (mut checked, mut searched) = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        searched = searched.min(search(&lines));
        checked = checked.min(one.install(|| check(count)));
    }
    let rate = |time: Duration| count as f64 / time.as_secs_f64();
    println!("{count} objects, one thread, best of {ROUNDS} rounds");
    println!("checks   {:>9.0} objects/s, {checked:.2?}", rate(checked));
    println!("grep -c  {:>9.0} objects/s, {searched:.2?}", rate(searched));
    let ratio = checked.as_secs_f64() / searched.as_secs_f64();
    println!("ratio    {ratio:.2}");
    let per_million = checked.as_secs_f64() * 1e6 / count as f64;
    let held = per_million <= LONGEST_S;
    let word = if held { "held" } else { "MISSED" };
    println!("{word}: time for a million objects in s {per_million:.2}, bound {LONGEST_S:.2}");
    assert!(held, "missed: time for a million objects");
}

/// Feeds all objects and asks for the result; making them does not count.
fn check(count: usize) -> Duration {
    let before = resident_mb();
    let mut busy = Duration::ZERO;
    let mut checker = Checker::new(&Profile::default()).at(1_767_225_600);
    for start in (0..count).step_by(BATCH) {
        let batch: Vec<_> = (start..count.min(start + BATCH)).map(object).collect();
        let began = thread_time();
        checker.feed(&batch);
        busy += thread_time() - began;
    }
    let kept = resident_mb() - before;
    let began = thread_time();
    let facts = checker.finish();
    busy += thread_time() - began;
    let counts = facts
        .checks()
        .filter_map(|(_, found)| Some(found.known()?.count));
    let found: u64 = counts.sum();
    println!("  {busy:.2?} of processor; {found} faults, {kept:.0} MB kept");
    assert!(found > 0);
    busy
}

/// Counts the lines that hold a character outside printable ASCII.
fn search(lines: &Path) -> Duration {
    let script = "LC_ALL=C grep -c -E '[^ -~]' \"$1\"; cat /proc/$$/stat";
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-c", script, "sh"])
        .arg(lines)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    // Times of ended children, user's and system's, in hundredths of a second.
    let (_, numbers) = told.rsplit_once(')').unwrap();
    let numbers: Vec<&str> = numbers.split_whitespace().collect();
    let ticks = |at: usize| numbers[at].parse::<u64>().unwrap();
    Duration::from_millis(10 * (ticks(13) + ticks(14)))
}

/// How long this thread had a processor.
fn thread_time() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    Duration::from_nanos(told.split_whitespace().next().unwrap().parse().unwrap())
}

fn write_lines(count: usize, path: &Path) {
    let mut file = BufWriter::new(std::fs::File::create(path).unwrap());
    for number in 0..count {
        serde_json::to_writer(&mut file, &object(number)).unwrap();
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
