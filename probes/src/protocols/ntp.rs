//! The time by a server's word (NTP, RFC 5905): one question, one answer.
//!
//! An answer counts only if it repeats the moment of the question, which nobody else knows.

use std::time::Duration;

use jiff::Timestamp;
use waterline_facts::protocols::TimeFacts;

/// Seconds from 1900, where the protocol begins, to 1970.
const TO_1970: i64 = 2_208_988_800;
/// Version 4, as a client.
const CLIENT: u8 = 0x23;
const LENGTH: usize = 48;

/// The question at this moment.
pub(super) fn request(now: Timestamp) -> Vec<u8> {
    let mut packet = vec![0; LENGTH];
    packet[0] = CLIENT;
    packet[40..].copy_from_slice(&wire(now));
    packet
}

/// What an answer says to a question of this moment, after such a time; none if it is no answer
/// to that.
pub(super) fn answer(bytes: &[u8], asked: Timestamp, took: Duration) -> Option<TimeFacts> {
    let packet: &[u8; LENGTH] = bytes.first_chunk()?;
    let (leap, mode, stratum) = (packet[0] >> 6, packet[0] & 7, packet[1]);
    if mode != 4 || packet[24..32] != wire(asked) {
        return None;
    }
    let received = seconds(packet[32..40].first_chunk()?);
    let sent = seconds(packet[40..48].first_chunk()?);
    let asked = seconds(&wire(asked));
    let answered = asked + took.as_secs_f64();
    let offset = (difference(received, asked) + difference(sent, answered)) / 2.0;
    let there = difference(sent, received).max(0.0);
    Some(TimeFacts {
        // 0 is a refusal, which bears no time.
        stratum: if stratum == 0 { 16 } else { stratum.min(16) },
        synchronised: leap != 3 && (1..16).contains(&stratum),
        offset_ms: (offset * 1e6).round() / 1e3,
        round_trip_ms: ((took.as_secs_f64() - there).max(0.0) * 1e6).round() / 1e3,
    })
}

/// The moment as the protocol writes it: seconds since 1900, modulo 2^32, and their fraction.
fn wire(moment: Timestamp) -> [u8; 8] {
    let seconds = (moment.as_second() + TO_1970) as u32;
    let nanos = u64::from(moment.subsec_nanosecond().unsigned_abs());
    let fraction = (nanos << 32) / 1_000_000_000;
    ((u64::from(seconds) << 32) | fraction).to_be_bytes()
}

fn seconds(bytes: &[u8; 8]) -> f64 {
    u64::from_be_bytes(*bytes) as f64 / 4_294_967_296.0
}

/// The difference of two moments, across the turn of the era too.
fn difference(one: f64, other: f64) -> f64 {
    const ERA: f64 = 4_294_967_296.0;
    let plain = one - other;
    if plain > ERA / 2.0 {
        plain - ERA
    } else if plain < -ERA / 2.0 {
        plain + ERA
    } else {
        plain
    }
}

#[cfg(test)]
pub(super) mod tests {
    use jiff::SignedDuration;

    use super::*;

    /// The answer of a server whose clock is so far ahead.
    pub(in crate::protocols) fn reply(
        request: &[u8],
        now: Timestamp,
        ahead: SignedDuration,
    ) -> Vec<u8> {
        let mut packet = vec![0; LENGTH];
        packet[0] = 0x24;
        packet[1] = 3;
        packet[24..32].copy_from_slice(&request[40..48]);
        packet[32..40].copy_from_slice(&wire(now + ahead));
        packet[40..48].copy_from_slice(&wire(now + ahead));
        packet
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn offset_is_told_on_both_sides_and_across_the_era() {
        for (now, ahead) in [
            ("2026-11-23T12:00:00.25Z", 600),
            ("2026-11-23T12:00:00Z", -600),
            ("2036-02-07T06:28:10Z", 600),
        ] {
            let now = at(now);
            let reply = reply(&request(now), now, SignedDuration::from_secs(ahead));
            let facts = answer(&reply, now, Duration::ZERO).unwrap();
            let error = facts.offset_ms - ahead as f64 * 1000.0;
            assert!(error.abs() < 1.0, "{now}: {}", facts.offset_ms);
            assert!(facts.synchronised);
        }
    }

    #[test]
    fn answer_to_another_question_is_none() {
        let now = at("2026-11-23T12:00:00Z");
        let other = request(at("2026-11-23T12:00:01Z"));
        let reply = reply(&other, now, SignedDuration::ZERO);
        assert_eq!(answer(&reply, now, Duration::ZERO), None);
        assert_eq!(answer(&[0x24; 20], now, Duration::ZERO), None);
    }

    #[test]
    fn server_that_does_not_know_the_time_says_so() {
        let now = at("2026-11-23T12:00:00Z");
        let mut bytes = reply(&request(now), now, SignedDuration::ZERO);
        bytes[0] |= 0xC0;
        bytes[1] = 0;
        let facts = answer(&bytes, now, Duration::ZERO).unwrap();
        assert_eq!((facts.stratum, facts.synchronised), (16, false));
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes: Vec<u8>) {
            answer(&bytes, Timestamp::UNIX_EPOCH, Duration::ZERO);
        }
    }
}
