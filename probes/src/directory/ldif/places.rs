//! Where entries stand: in which domain and naming context, and how far below the searches' bases.
//!
//! Most entries stand beside thousands of others, so what is known of a container is kept and names
//! are taken apart once for each container, not for each entry.

use std::{collections::HashMap, sync::Arc};

use crate::directory::{
    dn::{Dn, Partition, Rdn, depth, first_part},
    query::Place,
};

/// More containers than this are not kept at once.
const MOST_KEPT: usize = 20_000;

/// Where an entry stands.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    /// The naming context.
    pub partition: Partition,
    /// DNS name of the domain whose name it has; empty if there is none.
    pub domain: Arc<str>,
    /// How far it stands below each of the places, if it is one or stands below one.
    pub depths: Vec<Option<usize>>,
    /// The places that it is itself.
    pub is: Vec<usize>,
    /// Whether it stands at or below the base of the objects, in their domain.
    pub among_objects: bool,
}

/// The domain whose objects are read, and their base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// DNS name of the domain.
    pub domain: String,
    /// Where its objects begin.
    pub base: Dn,
}

/// Finds out where entries stand.
#[derive(Debug)]
pub(super) struct Places {
    places: Vec<(Partition, Vec<Rdn>)>,
    /// Values of a name's first part that may make it something other than one among many.
    special: Vec<String>,
    target: Option<Arc<Target>>,
    /// By the name of a container: the number of the spot of what stands in it.
    known: HashMap<String, usize>,
    spots: Vec<Spot>,
    /// That of the last entry that was not one of many.
    odd: Option<Spot>,
}

/// The parts of a place's name within its naming context.
pub(super) fn path(place: Place) -> Vec<Rdn> {
    let (_, path) = place.locate();
    Dn::parse(path).unwrap_or_default().parts().to_vec()
}

impl Places {
    /// Finds out about these places.
    pub fn new(places: &[Place]) -> Self {
        let located: Vec<_> = places
            .iter()
            .map(|place| (place.locate().0, path(*place)))
            .collect();
        let names = located.iter().filter_map(|(_, path)| path.first());
        let mut special: Vec<_> = names.map(|rdn| rdn.value.to_lowercase()).collect();
        special.extend(["configuration", "schema"].map(str::to_owned));
        special.sort();
        special.dedup();
        Self {
            places: located,
            special,
            target: None,
            known: HashMap::new(),
            spots: Vec::new(),
            odd: None,
        }
    }

    /// From now on the objects of this domain are read.
    pub fn aim(&mut self, target: Option<&Arc<Target>>) {
        if self.target.as_ref() != target {
            self.target = target.cloned();
            self.forget();
        }
    }

    /// Where the entry of this name stands; nothing if it is no distinguished name.
    pub fn find(&mut self, dn: &str) -> Option<&Spot> {
        let key = self.container(dn).filter(|key| !key.is_empty());
        let Some(key) = key else {
            let spot = self.locate(dn)?;
            return Some(self.odd.insert(spot));
        };
        if let Some(number) = self.known.get(key) {
            return self.spots.get(*number);
        }
        let spot = self.locate(dn)?;
        if self.spots.len() >= MOST_KEPT {
            self.forget();
        }
        self.known.insert(key.to_owned(), self.spots.len());
        self.spots.push(spot);
        self.spots.last()
    }

    fn forget(&mut self) {
        self.known.clear();
        self.spots.clear();
    }

    /// The name of the container, if the entry is one of many in it.
    fn container<'a>(&self, dn: &'a str) -> Option<&'a str> {
        let (first, container) = first_part(dn)?;
        let (attribute, value) = first.split_once('=')?;
        // Parts of a domain's name, and what would have to be taken apart to be compared.
        let odd = attribute.trim_ascii().eq_ignore_ascii_case("dc")
            || value.contains(['"', '+'])
            || hides_letters(value);
        let target = self.target.as_ref().and_then(|target| target.base.value(0));
        let value = value.trim_ascii();
        let is = |name: &str| value.eq_ignore_ascii_case(name);
        let special = odd || target.is_some_and(is) || self.special.iter().any(|name| is(name));
        (!special).then_some(container)
    }

    fn locate(&self, dn: &str) -> Option<Spot> {
        let dn = Dn::parse(dn)?;
        let (partition, within) = dn.partition();
        let domain = dn.dns_name().unwrap_or_default();
        let below = |(of, path): &(Partition, Vec<Rdn>)| {
            (*of == partition).then(|| depth(within, path)).flatten()
        };
        let among = |target: &Arc<Target>| {
            partition == Partition::Domain
                && domain == target.domain
                && dn.depth_below(&target.base).is_some()
        };
        let depths: Vec<_> = self.places.iter().map(below).collect();
        let is = (0..depths.len()).filter(|number| depths[*number] == Some(0));
        Some(Spot {
            is: is.collect(),
            depths,
            among_objects: self.target.as_ref().is_some_and(among),
            domain: domain.into(),
            partition,
        })
    }
}

/// Whether letters are written as numbers (`\\43onfiguration`); `\\,` and its like are no letters.
fn hides_letters(value: &str) -> bool {
    let bytes = value.as_bytes();
    let number = |pair: &[u8]| pair[0] == b'\\' && pair[1].is_ascii_hexdigit();
    bytes.windows(2).any(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places() -> Places {
        let places = [
            Place::Domain(""),
            Place::Domain("CN=System"),
            Place::Configuration("CN=Sites"),
        ];
        let mut places = Places::new(&places);
        let target = Target {
            domain: "corp.test".to_owned(),
            base: Dn::parse("OU=People,DC=corp,DC=test").unwrap(),
        };
        places.aim(Some(&Arc::new(target)));
        places
    }

    #[test]
    fn what_is_remembered_of_a_container_is_what_its_name_says() {
        let names = [
            "DC=corp,DC=test",
            "CN=a,DC=corp,DC=test",
            "CN=System,DC=corp,DC=test",
            "CN=b,CN=System,DC=corp,DC=test",
            "cn=c,CN=system,dc=CORP,DC=test",
            "OU=People,DC=corp,DC=test",
            "CN=a,OU=People,DC=corp,DC=test",
            "CN=b,OU=People,DC=corp,DC=test",
            r"CN=Doe\, J,OU=People,DC=corp,DC=test",
            "CN=Configuration,DC=corp,DC=test",
            r"CN=C\6fnfiguration,DC=corp,DC=test",
            "CN=Schema,CN=Configuration,DC=corp,DC=test",
            "CN=Sites,CN=Configuration,DC=corp,DC=test",
            "CN=x,CN=Sites,CN=Configuration,DC=corp,DC=test",
            "DC=child,DC=corp,DC=test",
            "CN=a,DC=child,DC=corp,DC=test",
            "DC=DomainDnsZones,DC=corp,DC=test",
        ];
        let mut remembering = places();
        for name in names.iter().chain(&names) {
            let found = remembering.find(name).unwrap().clone();
            let afresh = places().locate(name).unwrap();
            let told = |spot: &Spot| {
                (
                    spot.partition,
                    spot.domain.clone(),
                    spot.depths.clone(),
                    spot.among_objects,
                )
            };
            assert_eq!(told(&found), told(&afresh), "{name}");
        }
        assert!(
            remembering
                .find("CN=a,OU=People,DC=corp,DC=test")
                .unwrap()
                .among_objects
        );
        assert!(remembering.find("nonsense").is_none());
    }
}
