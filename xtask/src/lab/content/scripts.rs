//! Names of people in several scripts, each with the ASCII form that its owner's login takes.

/// A name as written, and its ASCII form.
pub type Name = (&'static str, &'static str);

/// Names of one script.
#[derive(Debug)]
pub struct Script {
    /// Given names.
    pub given: [Name; 6],
    /// Surnames.
    pub surnames: [Name; 6],
}

/// All scripts, in a fixed order.
pub const SCRIPTS: [Script; 7] = [
    Script {
        given: [
            ("Alice", "alice"),
            ("Bruno", "bruno"),
            ("Clara", "clara"),
            ("David", "david"),
            ("Emma", "emma"),
            ("Frank", "frank"),
        ],
        surnames: [
            ("Archer", "archer"),
            ("Baker", "baker"),
            ("Carter", "carter"),
            ("Dixon", "dixon"),
            ("Fisher", "fisher"),
            ("Mason", "mason"),
        ],
    },
    Script {
        given: [
            ("Zoë", "zoe"),
            ("Jürgen", "juergen"),
            ("Łucja", "lucja"),
            ("Øyvind", "oyvind"),
            ("Čeněk", "cenek"),
            ("Inês", "ines"),
        ],
        surnames: [
            ("Müller", "mueller"),
            ("Žižka", "zizka"),
            ("Ångström", "angstroem"),
            ("Peña", "pena"),
            ("Gonçalves", "goncalves"),
            ("Łoś", "los"),
        ],
    },
    Script {
        given: [
            ("Ελένη", "eleni"),
            ("Νίκος", "nikos"),
            ("Σοφία", "sofia"),
            ("Γιώργος", "giorgos"),
            ("Άννα", "anna"),
            ("Κώστας", "kostas"),
        ],
        surnames: [
            ("Παππάς", "pappas"),
            ("Αγγέλου", "angelou"),
            ("Μαύρος", "mavros"),
            ("Δήμου", "dimou"),
            ("Βλάχος", "vlachos"),
            ("Ράπτης", "raptis"),
        ],
    },
    Script {
        given: [
            ("Ольга", "olga"),
            ("Иван", "ivan"),
            ("Мария", "maria"),
            ("Пётр", "petr"),
            ("Ірина", "iryna"),
            ("Юрий", "yuri"),
        ],
        surnames: [
            ("Соколов", "sokolov"),
            ("Кузнецов", "kuznetsov"),
            ("Щербак", "shcherbak"),
            ("Їжак", "yizhak"),
            ("Попов", "popov"),
            ("Ковалёв", "kovalev"),
        ],
    },
    Script {
        given: [
            ("伟", "wei"),
            ("さくら", "sakura"),
            ("민준", "minjun"),
            ("芳", "fang"),
            ("健", "ken"),
            ("서연", "seoyeon"),
        ],
        surnames: [
            ("王", "wang"),
            ("佐藤", "sato"),
            ("김", "kim"),
            ("李", "li"),
            ("高橋", "takahashi"),
            ("박", "park"),
        ],
    },
    Script {
        given: [
            ("ليلى", "layla"),
            ("عمر", "omar"),
            ("نور", "nour"),
            ("يوسف", "yusuf"),
            ("مريم", "maryam"),
            ("كريم", "karim"),
        ],
        surnames: [
            ("حداد", "haddad"),
            ("النجار", "alnajjar"),
            ("خياط", "khayyat"),
            ("صباغ", "sabbagh"),
            ("عطار", "attar"),
            ("نحاس", "nahhas"),
        ],
    },
    Script {
        given: [
            ("Nguyệt", "nguyet"),
            ("Đức", "duc"),
            ("Hồng", "hong"),
            ("Ayşe", "ayse"),
            ("İbrahim", "ibrahim"),
            ("Çağla", "cagla"),
        ],
        surnames: [
            ("Trần", "tran"),
            ("Đặng", "dang"),
            ("Phạm", "pham"),
            ("Yılmaz", "yilmaz"),
            ("Öztürk", "oeztuerk"),
            ("Işık", "isik"),
        ],
    },
];
