//! Looks a version up in the catalogue's table of releases.

use jiff::civil::Date;
use waterline_facts::{Gap, Reason, Seen, browsers::BrowserProduct};

use super::{
    catalog::{Catalog, Product, Release, ReleaseTable, Step},
    version::{self, Version},
};

/// When a version was released and when it ends.
pub(super) struct Dates {
    pub(super) released: Seen<Date>,
    pub(super) ends: Seen<Date>,
}

/// The dates of a version of a product in a channel.
pub(super) fn dates(catalog: &Catalog, product: &Product, version: &Version, esr: bool) -> Dates {
    match row(catalog, product, version) {
        Ok(row) => Dates {
            released: Seen::Known(row.released),
            ends: match (esr, row.esr_ends) {
                (false, _) => row.ends.map_or(Seen::Absent, Seen::Known),
                (true, Some(ends)) => Seen::Known(ends),
                // A table made while it was supported has no end for it yet.
                (true, None) => Seen::Absent,
            },
        },
        Err(gap) => Dates {
            released: Seen::Unknown(gap.clone()),
            ends: Seen::Unknown(gap),
        },
    }
}

/// The end of a version in the extended stable channel: versions of even number are served until
/// the next even one comes out. Absent where that was not known when the table was made, or the
/// number is odd, which the channel does not have.
pub(super) fn extended_end(catalog: &Catalog, product: BrowserProduct, major: u32) -> Seen<Date> {
    let table = catalog.products.iter().find(|one| one.product == product);
    let table = table.and_then(|one| table_of(catalog, one.releases?));
    let next = (major + 1).to_string();
    let row = table.and_then(|table| table.rows.iter().find(|row| row.version == next));
    match row {
        Some(row) if major.is_multiple_of(2) => row.ends.map_or(Seen::Absent, Seen::Known),
        _ => Seen::Absent,
    }
}

fn row<'a>(catalog: &'a Catalog, product: &Product, version: &Version) -> Result<&'a Release, Gap> {
    let table = product
        .releases
        .and_then(|which| table_of(catalog, which))
        .ok_or_else(|| {
            let detail = format!("the catalogue has no releases of {}", product.name);
            Gap::new(Reason::NotConfigured, detail)
        })?;
    let rows = || {
        let read = |row: &Release| Some(version::parse(&row.version).ok()?.version);
        table
            .rows
            .iter()
            .filter_map(move |row| Some((read(row)?, row)))
    };
    let same = |wanted: (u32, u32)| rows().find(|(row, _)| (row.major(), row.minor()) == wanted);
    let exact = same((version.major(), version.minor()));
    let found = match table.step {
        Step::Minor => exact,
        Step::Major => exact.or_else(|| same((version.major(), 0))),
    };
    if let Some((_, row)) = found {
        return Ok(row);
    }
    let newer = rows().next().is_some_and(|(newest, _)| *version > newest);
    let detail = if newer {
        format!(
            "version {version} is newer than the table of {}",
            table.as_of
        )
    } else {
        format!("version {version} is not in the table of {}", table.as_of)
    };
    Err(Gap::new(Reason::NotConfigured, detail).with_remedy("use a newer release of this program"))
}

fn table_of(catalog: &Catalog, product: BrowserProduct) -> Option<&ReleaseTable> {
    catalog
        .releases
        .iter()
        .find(|table| table.product == product)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn released(product: BrowserProduct, text: &str, esr: bool) -> Dates {
        let catalog = Catalog::embedded();
        let product = catalog.products.iter().find(|p| p.product == product);
        let version = version::parse(text).unwrap().version;
        dates(&catalog, product.unwrap(), &version, esr)
    }

    fn day(text: &str) -> Seen<Date> {
        Seen::Known(text.parse().unwrap())
    }

    #[test]
    fn major_or_minor_finds_the_row() {
        use BrowserProduct::{Chrome, Chromium, Edge, Firefox, Safari};
        let table = [
            (Chrome, "142.0.7444.134", day("2025-10-28")),
            (Chromium, "142.0.7444.134", day("2025-10-28")),
            (Edge, "142.0.3595.53", day("2025-10-31")),
            (Firefox, "140.14.0", day("2025-06-24")),
            (Firefox, "3.6.28", day("2010-01-21")),
            (Safari, "18.3.1", day("2025-01-27")),
            (Safari, "26.0", day("2025-09-15")),
        ];
        for (product, version, date) in table {
            assert_eq!(
                released(product, version, false).released,
                date,
                "{version}"
            );
        }
    }

    #[test]
    fn extended_support_has_an_end_of_its_own() {
        let end = |esr| released(BrowserProduct::Firefox, "140.14.0", esr).ends;
        assert_eq!(end(true), day("2026-09-29"));
        assert_eq!(end(false), day("2025-07-22"));
        let newest = released(BrowserProduct::Firefox, "153.7.0", true);
        assert_eq!(newest.ends, Seen::Absent);
    }

    #[test]
    fn version_newer_than_the_table_is_unknown_and_says_so() {
        for (product, text) in [
            (BrowserProduct::Chrome, "156.0.8078.79"),
            (BrowserProduct::Safari, "26.7"),
        ] {
            let gap = released(product, text, false)
                .released
                .gap()
                .cloned()
                .unwrap();
            assert!(gap.detail.contains("newer than the table"), "{gap}");
        }
        let never = released(BrowserProduct::Chrome, "82.0", false).released;
        assert!(never.gap().unwrap().detail.contains("not in the table"));
        assert!(
            released(BrowserProduct::Vivaldi, "7.5", false)
                .released
                .is_unknown()
        );
    }
}
