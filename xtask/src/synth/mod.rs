//! Synthetic directories: an export of an Active Directory of any size, with planted faults.
//!
//! The same settings give the same bytes. Each object follows from the seed and its own index, so
//! nothing but the list of what was planted grows with the directory. The writing is spread over
//! the processor's cores and joined in order. See `docs/synth.md`.

mod computers;
mod contacts;
mod faults;
mod forest;
mod groups;
mod layout;
mod ldif;
mod names;
mod object;
mod people;
mod planted;
mod random;
mod service_accounts;
mod world;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jiff::civil::Date;
use rayon::prelude::*;

use self::{
    faults::{Fault, Plot},
    layout::{Kind, Layout},
    object::Object,
    world::World,
};

pub use self::planted::{Claim, Planted, PlantedComputers, PlantedFault};

/// The fewest objects of a directory.
pub const FEWEST: u64 = 100;

/// Objects that one core makes at a stretch.
const CHUNK: u64 = 512;

/// Stretches that are made before they are written; bounds the memory.
const CHUNKS: u64 = 16;

/// What directory is wanted.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many users, groups, contacts, computers and service accounts in all.
    pub objects: u64,
    /// Decides all that is left to chance.
    pub seed: u64,
    /// The directory's day: all dates lie before it.
    pub day: Date,
    /// Which faults are planted.
    pub faults: Selection,
}

/// Which faults are planted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// All.
    #[default]
    All,
    /// These, by their names; none if empty.
    Only(Vec<String>),
}

/// Why no directory was written.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// Fewer objects than hold one of each kind.
    #[error("{0} objects are too few, {FEWEST} is the least")]
    TooFew(u64),
    /// A fault of this name does not exist.
    #[error("there is no fault `{0}`; `cargo xtask synth --list` names them")]
    NoFault(String),
    /// The output cannot be written.
    #[error("cannot write the directory")]
    Write(#[from] io::Error),
}

/// The names of all faults and traps, in their order.
pub fn fault_names() -> impl Iterator<Item = &'static str> {
    faults::all().map(|fault| fault.id)
}

/// Writes a directory as LDIF, and tells what was planted in it.
///
/// # Errors
/// If the settings ask for what cannot be, or the output cannot be written.
pub fn write(settings: &Settings, out: &mut dyn Write) -> Result<Planted, SynthError> {
    if settings.objects < FEWEST {
        return Err(SynthError::TooFew(settings.objects));
    }
    let layout = Layout::new(settings.objects, &chosen(&settings.faults)?);
    let world = World::new(settings.seed, settings.day, layout);
    out.write_all(b"version: 1\n\n")?;
    let mut head = Vec::new();
    forest::entries()
        .iter()
        .for_each(|entry| ldif::write(entry, &mut head));
    out.write_all(&head)?;
    let mut planted = begun(settings, &world);
    let stride = usize::try_from(CHUNK * CHUNKS).expect("a small number");
    for start in (0..settings.objects).step_by(stride) {
        let made: Vec<Stretch> = (0..CHUNKS)
            .into_par_iter()
            .map(|chunk| stretch(&world, start + chunk * CHUNK, settings.objects))
            .collect();
        for stretch in made {
            out.write_all(&stretch.text)?;
            stretch
                .faults
                .into_iter()
                .for_each(|fault| planted.note(fault));
        }
    }
    planted.finish();
    Ok(planted)
}

fn chosen(selection: &Selection) -> Result<Vec<&'static Fault>, SynthError> {
    let Selection::Only(names) = selection else {
        return Ok(faults::all().collect());
    };
    let find = |name: &String| {
        let fault = faults::all().find(|fault| fault.id == *name);
        fault.ok_or_else(|| SynthError::NoFault(name.clone()))
    };
    names.iter().map(find).collect()
}

/// Some objects, written, and what was planted in them.
#[derive(Default)]
struct Stretch {
    text: Vec<u8>,
    faults: Vec<Planting>,
}

/// One fault that was planted.
struct Planting {
    fault: &'static str,
    claims: Vec<Claim>,
    left_out: bool,
}

fn stretch(world: &World, start: u64, end: u64) -> Stretch {
    let mut stretch = Stretch::default();
    for index in start..(start + CHUNK).min(end) {
        let (kind, number) = world.layout.locate(index);
        let (object, planting) = make(world, kind, number);
        ldif::write(&object, &mut stretch.text);
        stretch.faults.extend(planting);
    }
    stretch
}

/// An object as it stands in the directory, broken if it is its turn.
fn make(world: &World, kind: Kind, number: u64) -> (Object, Option<Planting>) {
    let mut object = prepared(world, kind, number);
    let Some(slot) = world.layout.slot(kind, number) else {
        return (object, None);
    };
    let partner = prepared(world, Kind::User, slot.partner);
    let mut plot = Plot {
        world,
        object: &mut object,
        partner: &partner,
        turn: slot.turn,
        claims: Vec::new(),
        left_out: false,
    };
    (slot.fault.plant)(&mut plot);
    let Plot {
        claims, left_out, ..
    } = plot;
    (
        object,
        Some(Planting {
            fault: slot.fault.id,
            claims,
            left_out,
        }),
    )
}

/// A sound object; a user who is the partner of a fault is prepared for it.
fn prepared(world: &World, kind: Kind, number: u64) -> Object {
    let mut object = match kind {
        Kind::User => people::user(world, number),
        Kind::Group => groups::group(world, number),
        Kind::Contact => contacts::contact(world, number),
        Kind::Computer => computers::computer(world, number),
        Kind::ServiceAccount => service_accounts::service_account(world, number),
    };
    if kind == Kind::User
        && let Some(prepare) = world
            .layout
            .served_by(number)
            .and_then(|fault| fault.prepare)
    {
        prepare(&mut object);
    }
    object
}

fn begun(settings: &Settings, world: &World) -> Planted {
    let count = |name, kind| (name, world.layout.count(kind));
    let mut kinds = Vec::new();
    for number in 0..world.layout.count(Kind::Computer) {
        computers::count(world, number, &mut kinds);
    }
    kinds.sort_by_key(|kind| (kind.operating_system, kind.version));
    Planted {
        objects: settings.objects,
        seed: settings.seed,
        day: settings.day,
        counts: BTreeMap::from([
            count("users", Kind::User),
            count("groups", Kind::Group),
            count("contacts", Kind::Contact),
            count("computers", Kind::Computer),
            count("service_accounts", Kind::ServiceAccount),
        ]),
        computers: kinds,
        ..Planted::default()
    }
}

impl Planted {
    fn note(&mut self, planting: Planting) {
        let fault = planting.fault;
        *self.faults.entry(fault).or_default() += 1;
        self.left_out += u64::from(planting.left_out);
        let claims = planting.claims.into_iter();
        self.planted
            .extend(claims.map(|claim| PlantedFault { claim, fault }));
    }
}
