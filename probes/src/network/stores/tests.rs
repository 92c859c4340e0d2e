//! What machines say of proxies, from registries and files in memory.

use super::*;
use crate::system::Recorded;

const USER: &str = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Internet Settings";
const MACHINE: &str =
    r"HKEY_LOCAL_MACHINE\Software\Microsoft\Windows\CurrentVersion\Internet Settings";
const CONFIG: &str = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Config\machine.config";
const CONNECTOR: &str = r"C:\Program Files\Microsoft AAD App Proxy Connector\ApplicationProxyConnectorService.exe.config";

fn windows(registry: &str) -> Recorded {
    let text = format!("Windows Registry Editor Version 5.00\r\n\r\n{registry}");
    let empty = Recorded::new(OsFamily::Windows);
    empty.with_registry(text.as_bytes()).unwrap()
}

/// The bytes of WinHTTP's settings as `.reg` text.
fn winhttp(flags: u8, server: &str, exceptions: &str) -> String {
    let mut bytes = vec![0x28, 0, 0, 0, 7, 0, 0, 0, flags, 0, 0, 0];
    for text in [server, exceptions] {
        bytes.extend(u32::try_from(text.len()).unwrap().to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let hex = hex.join(",");
    format!("[{MACHINE}\\Connections]\r\n\"WinHttpSettings\"=hex:{hex}\r\n")
}

fn dotnet(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><configuration><system.net>{inner}</system.net></configuration>"
    )
}

/// The proxy that decides for HTTP over TLS, and the place that says so.
fn found(system: &Recorded, role: Role) -> (Option<String>, Option<String>) {
    let stored = read(system, &[role]).unwrap();
    let used = stored.settings.iter().find(|facts| facts.used);
    (
        stored.choice.usual().map(ToString::to_string),
        used.map(|facts| facts.place.clone()),
    )
}

fn says(proxy: &str, place: &str) -> (Option<String>, Option<String>) {
    (Some(proxy.to_owned()), Some(place.to_owned()))
}

#[test]
fn each_role_follows_its_own_place() {
    let user = format!(
        "[{USER}]\r\n\"ProxyEnable\"=dword:00000001\r\n\"ProxyServer\"=\"user.example:1\"\r\n\r\n"
    );
    let device = winhttp(3, "device.example:2", "<local>;*.corp.example");
    let system = windows(&format!("{user}{device}")).with_file(
        CONFIG,
        dotnet("<defaultProxy><proxy proxyaddress=\"http://sync.example:3\"/></defaultProxy>"),
    );
    let cases = [
        (Role::User, says("http://user.example:1", "wininet")),
        (Role::Device, says("http://device.example:2", "winhttp")),
        (Role::SiteServer, says("http://device.example:2", "winhttp")),
        (
            Role::ConnectServer,
            says("http://sync.example:3", "machine.config"),
        ),
        (
            Role::Connector,
            says("http://sync.example:3", "machine.config"),
        ),
    ];
    for (role, expected) in cases {
        assert_eq!(found(&system, role), expected, "{role:?}");
    }
    let own = "<defaultProxy><proxy ProxyAddress='http://own.example:4' bypassonlocal='True'/>";
    let system = system.with_file(CONNECTOR, dotnet(&format!("{own}</defaultProxy>")));
    assert_eq!(
        found(&system, Role::Connector),
        says("http://own.example:4", CONNECTOR)
    );
    let off = dotnet("<defaultProxy enabled=\"false\"/>");
    let system = system.with_file(CONNECTOR, off);
    assert_eq!(
        found(&system, Role::Connector),
        (None, Some(CONNECTOR.to_owned())),
        "its own word that there is none outweighs machine.config"
    );
}

#[test]
fn kinds_and_exceptions_of_windows_are_understood() {
    let text = winhttp(
        3,
        "http=clear.example:80;https=secure.example:443",
        "<local>;10.*",
    );
    let stored = read(&windows(&text), &[Role::Device]).unwrap();
    let ProxyChoice::ByRules(rules) = &stored.choice else {
        panic!("{stored:?}");
    };
    assert_eq!(rules.https.as_ref().unwrap().host, "secure.example");
    assert_eq!(rules.http.as_ref().unwrap().host, "clear.example");
    assert_eq!(rules.exceptions, ["<local>", "10.*"]);
    assert_eq!(stored.settings[0].exceptions, rules.exceptions);
}

#[test]
fn settings_that_are_off_cut_short_or_missing_say_nothing() {
    let cut = format!("[{MACHINE}\\Connections]\r\n\"WinHttpSettings\"=hex:28,00,00,00,00\r\n");
    let huge = winhttp(3, "x.example:1", "").replace("0b,00,00,00", "ff,ff,ff,ff");
    let cases = [
        (winhttp(1, "x.example:1", ""), Role::Device),
        (cut, Role::Device),
        (huge, Role::Device),
        (String::new(), Role::Device),
        (
            format!("[{USER}]\r\n\"ProxyEnable\"=dword:0\r\n\"ProxyServer\"=\"x.example:1\"\r\n"),
            Role::User,
        ),
        (String::new(), Role::User),
        (String::new(), Role::ConnectServer),
        (String::new(), Role::Connector),
    ];
    for (registry, role) in cases {
        let stored = read(&windows(&registry), &[role]).unwrap();
        assert_eq!(stored.choice, ProxyChoice::None, "{registry} {role:?}");
    }
}

#[test]
fn policy_for_all_users_outweighs_the_users_own_settings() {
    let policy =
        r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Windows\CurrentVersion\Internet Settings";
    let server = |name: &str| {
        format!("\"ProxyEnable\"=dword:00000001\r\n\"ProxyServer\"=\"{name}.example:1\"\r\n\r\n")
    };
    let registry = format!(
        "[{policy}]\r\n\"ProxySettingsPerUser\"=dword:00000000\r\n\r\n[{USER}]\r\n{}[{MACHINE}]\r\n{}",
        server("user"),
        server("all")
    );
    assert_eq!(
        found(&windows(&registry), Role::User),
        says("http://all.example:1", "wininet")
    );
}

#[test]
fn pac_file_outweighs_the_server_beside_it() {
    let registry = format!(
        "[{USER}]\r\n\"ProxyEnable\"=dword:00000001\r\n\"ProxyServer\"=\"x.example:1\"\r\n\
         \"AutoConfigURL\"=\"http://pac.example/proxy.pac\"\r\n"
    );
    let stored = read(&windows(&registry), &[Role::User]).unwrap();
    assert_eq!(stored.choice, ProxyChoice::Automatic);
    assert_eq!(stored.pac.as_deref(), Some("http://pac.example/proxy.pac"));
}

#[test]
fn elsewhere_the_environment_decides_and_a_typo_names_its_variable() {
    let system = Recorded::new(OsFamily::Linux).with_variable("https_proxy", "http://p.example:8");
    assert_eq!(
        found(&system, Role::User),
        says("http://p.example:8", "environment")
    );
    let wrong = Recorded::new(OsFamily::Linux).with_variable("HTTPS_PROXY", "htp:/p.example:8");
    let error = read(&wrong, &[]).unwrap_err().to_string();
    assert!(error.contains("HTTPS_PROXY"), "{error}");
    let wrong = windows(&winhttp(3, "p.example:99999", ""));
    let error = read(&wrong, &[Role::Device]).unwrap_err().to_string();
    assert!(error.starts_with("winhttp: "), "{error}");
}

#[test]
fn credentials_in_settings_are_never_shown() {
    let system = windows("").with_file(
        CONFIG,
        dotnet(
            "<defaultProxy><proxy proxyaddress=\"http://me:secret@p.example:3\"/></defaultProxy>",
        ),
    );
    let stored = read(&system, &[Role::ConnectServer]).unwrap();
    assert!(!format!("{stored:?}").contains("secret"));
    assert_eq!(stored.choice.usual().unwrap().host, "p.example");
}

#[test]
fn config_file_that_breaks_off_is_read_as_far_as_it_goes() {
    let whole = dotnet("<defaultProxy><proxy proxyaddress=\"http://p.example:3\"/></defaultProxy>");
    for length in 0..whole.len() {
        let system = windows("").with_file(CONFIG, &whole.as_bytes()[..length]);
        read(&system, &[Role::ConnectServer]).unwrap();
    }
}
