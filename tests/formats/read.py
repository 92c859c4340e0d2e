"""Reads the reports in a folder with libraries that others wrote, and prints what they hold as JSON."""

import csv
import json
import sys
from pathlib import Path

import icalendar
import junitparser

# Cells may hold a whole list of evidence.
csv.field_size_limit(1 << 30)


def table(path):
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, strict=True))
    for row in rows:
        assert None not in row and None not in row.values(), "a row is not as long as the head"
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), f"formula: {cell[:40]}"
    return rows


def suites(path):
    read = junitparser.JUnitXml.fromfile(str(path))
    told = {}
    for suite in read:
        counts = (suite.tests, suite.failures, suite.errors, suite.skipped)
        suite.update_statistics()
        assert counts == (suite.tests, suite.failures, suite.errors, suite.skipped), suite.name
        told[suite.name] = counts
    return told


def calendar(path):
    read = icalendar.Calendar.from_ical(path.read_bytes())
    entries = [part for part in read.subcomponents]
    for entry in entries:
        assert not entry.errors, entry.errors
        assert entry["UID"] and entry["DTSTAMP"].dt, "an entry without identity"
        if "DTSTART" in entry:
            assert entry["DTSTART"].dt < entry["DTEND"].dt, "ends before it begins"
    assert len({entry["UID"] for entry in entries}) == len(entries), "one identity twice"
    return [str(entry["SUMMARY"]) for entry in entries]


folder = Path(sys.argv[1])
print(
    json.dumps(
        {
            "findings": [row["key"] for row in table(folder / "findings.csv")],
            "tasks": [row["task"] for row in table(folder / "tasks.csv")],
            "rules": {row["rule"]: row["verdict"] for row in table(folder / "rules.csv")},
            "suites": suites(folder / "junit.xml"),
            "calls": [name for name in calendar(folder / "plan.ics") if "call" in name],
        }
    )
)
