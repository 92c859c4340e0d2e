//! Whom a run would contact and why: for reading in a terminal, and for machines.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use jiff::civil::Date;
use serde::Serialize;
use waterline_facts::ProbeId;
use waterline_probes::catalog::{Catalog, EndpointGroup, QuestionId};

use super::{
    Layout,
    page::{FAINT, HEADING, PLAIN, Page},
    text::clean,
    words,
};
use crate::run::{PlannedContact, RunSettings};

/// Whom a run would contact, and the groups of the catalogue for whose sake it would.
#[derive(Debug, Serialize)]
pub struct Contacts<'a> {
    contacts: &'a [PlannedContact],
    groups: BTreeMap<&'a str, Group<'a>>,
    /// Groups that are left out as nobody needs them, each with the reason.
    not_needed: BTreeMap<String, String>,
}

/// Why a group of the catalogue is contacted.
#[derive(Debug, Serialize)]
struct Group<'a> {
    why: &'a str,
    when: Option<&'a str>,
    question: Option<&'a str>,
    source: &'a str,
    as_of: Option<Date>,
}

impl<'a> Contacts<'a> {
    /// The contacts of a run with these settings, with what the catalogue says of their purposes, and
    /// what the run leaves out.
    pub fn of(contacts: &'a [PlannedContact], settings: &'a RunSettings) -> Self {
        let probes = settings.only.contains(&ProbeId::Network);
        Self {
            not_needed: match probes {
                true => settings.network.not_needed(),
                false => BTreeMap::new(),
            },
            ..Self::new(contacts, &settings.network.catalog)
        }
    }

    /// These contacts, with what the catalogue says of their purposes.
    pub fn new(contacts: &'a [PlannedContact], catalog: &'a Catalog) -> Self {
        let purposes = contacts.iter().flat_map(|contact| &contact.purposes);
        let purposes: BTreeSet<&str> = purposes.map(String::as_str).collect();
        let named = |group: &&EndpointGroup| purposes.contains(group.id.as_str());
        let groups = catalog.endpoints.iter().filter(named).map(|group| {
            let told = Group {
                why: &group.why,
                when: group.when.as_deref(),
                question: group.question.as_ref().map(QuestionId::as_str),
                source: &group.source,
                as_of: group.as_of,
            };
            (group.id.as_str(), told)
        });
        Self {
            contacts,
            groups: groups.collect(),
            not_needed: BTreeMap::new(),
        }
    }

    /// Writes them as JSON.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        writeln!(out)
    }

    /// Writes them for a reader: by probe, each with its purposes, then what each purpose is.
    ///
    /// # Errors
    /// If the writer fails.
    pub fn write(&self, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
        let mut page = Page::new(layout, out);
        if self.contacts.is_empty() {
            return page.text(0, HEADING, "This run would contact nobody.");
        }
        let count = words::count(self.contacts.len() as u64, "contact");
        page.text(0, HEADING, &format!("This run would make {count}."))?;
        for probe in ProbeId::ALL {
            let own = self.contacts.iter().filter(|one| one.probe == probe);
            let own: Vec<&PlannedContact> = own.collect();
            if !own.is_empty() {
                let count = words::count(own.len() as u64, "contact");
                page.heading(&probe.name().to_uppercase(), &count)?;
            }
            for contact in own {
                write_contact(contact, &mut page)?;
            }
        }
        self.write_groups(&mut page)?;
        self.write_not_needed(&mut page)
    }

    fn write_not_needed(&self, page: &mut Page) -> io::Result<()> {
        if self.not_needed.is_empty() {
            return Ok(());
        }
        page.heading("LEFT OUT", "groups of the catalogue that are not needed")?;
        for (id, why) in &self.not_needed {
            page.text(2, PLAIN, id)?;
            page.text(6, PLAIN, &clean(why))?;
        }
        Ok(())
    }

    fn write_groups(&self, page: &mut Page) -> io::Result<()> {
        if self.groups.is_empty() {
            return Ok(());
        }
        page.heading("WHY", "groups of the catalogue")?;
        for (id, group) in &self.groups {
            page.text(2, PLAIN, id)?;
            page.text(6, PLAIN, &clean(group.why))?;
            if let Some(when) = group.when {
                let question = group.question.map(|id| format!(" (`{id}` in the profile)"));
                let question = question.unwrap_or_default();
                page.text(6, PLAIN, &format!("Only if {}{question}", clean(when)))?;
            }
            let date = group.as_of.map(|date| format!(", {date}"));
            let source = format!("{}{}", clean(group.source), date.unwrap_or_default());
            page.text(6, FAINT, &source)?;
        }
        Ok(())
    }
}

fn write_contact(contact: &PlannedContact, page: &mut Page) -> io::Result<()> {
    let proxy = contact.proxy.as_ref();
    let proxy = proxy.map(|proxy| format!(" through {}", clean(proxy)));
    let whom = format!("{}{}", clean(&contact.whom), proxy.unwrap_or_default());
    page.text(2, PLAIN, &whom)?;
    let purposes: Vec<String> = contact.purposes.iter().map(|one| clean(one)).collect();
    page.text(6, FAINT, &purposes.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(whom: &str, purposes: &[&str]) -> PlannedContact {
        PlannedContact {
            probe: ProbeId::Network,
            whom: whom.to_owned(),
            proxy: Some("http://proxy.example:3128".to_owned()),
            purposes: purposes.iter().map(|one| (*one).to_owned()).collect(),
        }
    }

    #[test]
    fn every_contact_has_its_purpose_and_every_purpose_its_source_within_the_width() {
        let contacts = [
            contact(
                "login.microsoftonline.com:443/https",
                &["identity-sign-in", "intune-sign-in"],
            ),
            contact("ours.example:443/https", &["ours"]),
        ];
        let catalog = Catalog::embedded();
        let contacts = Contacts::new(&contacts, &catalog);
        let mut out = Vec::new();
        contacts.write(Layout::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        insta::assert_snapshot!(text);
        assert!(text.lines().all(|line| line.chars().count() <= 80));
    }

    #[test]
    fn nobody_is_said_to_be_nobody() {
        let catalog = Catalog::embedded();
        let mut out = Vec::new();
        let contacts = Contacts::new(&[], &catalog);
        contacts.write(Layout::default(), &mut out).unwrap();
        assert_eq!(out, b"This run would contact nobody.\n");
    }
}
