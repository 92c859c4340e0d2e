//! Starts ChromeDriver on a port of its own, and opens a report of the program in Chromium.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use assert_cmd::cargo::CommandCargoExt;
use base64::Engine;
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// A start gives the plan dates.
const PROFILE: &str = "organisation: Harbour Works\nschedule: {start: 2026-12-01}\n";

/// A report in a browser window.
pub struct Browser {
    /// Drives the window.
    pub page: Client,
    /// Where the report lies.
    pub file: PathBuf,
    _folder: tempfile::TempDir,
    driver: Child,
}

/// How wide the window is.
pub enum Width {
    Desktop,
    Phone,
}

impl Browser {
    /// Opens the report of the recorded lab domain.
    pub async fn open(width: Width) -> Self {
        Self::open_report(width, write_report).await
    }

    /// Opens the page that is written to the path.
    pub async fn open_report(width: Width, write: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.html");
        write(&file);
        let (driver, port) = start_driver();
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&width, folder.path()))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let opened = Self {
            page,
            file,
            _folder: folder,
            driver,
        };
        opened.visit().await;
        opened
    }

    /// Opens the page, which saves files into the folder in which it lies.
    async fn visit(&self) {
        let folder = self.file.parent().unwrap();
        let saving = json!({"behavior": "allow", "downloadPath": folder});
        self.tell("Browser.setDownloadBehavior", saving).await;
        let address = format!("file://{}", self.file.display());
        self.page.goto(&address).await.unwrap();
    }

    /// What a script in the page returns.
    pub async fn ask(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.unwrap()
    }

    /// Writes a picture of the whole page to `target/screenshots`.
    pub async fn picture(&self, name: &str) {
        let size =
            "return [document.documentElement.scrollWidth, document.documentElement.scrollHeight]";
        let size = self.ask(size).await;
        let height = size[1].as_f64().unwrap().min(6000.0);
        let clip = json!({"x": 0, "y": 0, "width": size[0], "height": height, "scale": 1});
        let parameters = json!({"captureBeyondViewport": true, "clip": clip});
        let command = DevTools {
            command: "Page.captureScreenshot",
            parameters,
        };
        let picture = self.page.issue_cmd(command).await.unwrap();
        let picture = picture["data"].as_str().unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
        fs_err::create_dir_all(&folder).unwrap();
        let bytes = base64::prelude::BASE64_STANDARD.decode(picture).unwrap();
        fs_err::write(folder.join(name), bytes).unwrap();
    }

    /// What the page saves when something is pressed.
    pub async fn saved(&self, name: &str) -> String {
        let file = self.file.with_file_name(name);
        for _ in 0..200 {
            // While it is written it has another name.
            if let Ok(text) = fs_err::read_to_string(&file) {
                return text;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("nothing was saved as {name}");
    }

    /// What the page wrote to its console, refusals by its own policy among it.
    pub async fn console(&self) -> Vec<Value> {
        let entries = self.page.issue_cmd(BrowserLog).await.unwrap();
        entries.as_array().unwrap().clone()
    }

    /// A command of the DevTools protocol.
    pub async fn tell(&self, command: &'static str, parameters: Value) {
        let command = DevTools {
            command,
            parameters,
        };
        self.page.issue_cmd(command).await.unwrap();
    }

    pub async fn close(self) {
        self.page.clone().close().await.unwrap();
    }
}

/// A test that fails must not leave its driver behind; the driver ends the browser.
impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Writes a report of the size up to which reports may grow, whatever is found: that of the lab domain
/// with its findings over and over.
pub fn write_large_report(file: &Path) {
    let page = file.with_file_name("lab.html");
    write_report(&page);
    let text = fs_err::read_to_string(page).unwrap();
    fs_err::write(file, enlarged(&text)).unwrap();
}

/// The page with its findings so often that it has the size up to which reports may grow.
fn enlarged(page: &str) -> String {
    const LARGEST: usize = 4_900_000;
    let begin = page.find("<details class=\"card finding\"").unwrap();
    let end = page.find("<section id=\"not-assessed\"").unwrap();
    let end = page[..end].rfind("</section>").unwrap();
    let findings = &page[begin..end];
    let copies = (LARGEST - page.len()) / findings.len();
    let more: String = (0..copies)
        .map(|copy| findings.replace("id=\"finding-", &format!("id=\"copy-{copy}-")))
        .collect();
    format!("{}{more}{}", &page[..end], &page[end..])
}

/// Writes the report of the recorded lab domain.
pub fn write_report(file: &Path) {
    let profile = file.with_file_name("profile.yaml");
    fs_err::write(&profile, PROFILE).unwrap();
    replay(&profile, &["--report", &format!("html={}", file.display())]);
}

/// The report of the recorded lab domain as JSON, with the overlay that was saved beside the page.
pub fn report_with_overlay(page: &Path) -> Value {
    let overlay = page.with_file_name("plan-overlay.yaml");
    let overlay = overlay.to_str().unwrap();
    let profile = page.with_file_name("profile.yaml");
    let printed = replay(&profile, &["--overlay", overlay, "--report", "json"]);
    serde_json::from_slice(&printed).unwrap()
}

/// What a replay of the recorded lab domain prints.
fn replay(profile: &Path, arguments: &[&str]) -> Vec<u8> {
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lab-domain");
    let mut program = Command::cargo_bin("waterline").unwrap();
    let ended = program
        .env_clear()
        .args(["replay", "--quiet", "--fail-on", "never", "--profile"])
        .arg(profile)
        .args(arguments)
        .arg(recording)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{error}");
    ended.stdout
}

fn start_driver() -> (Child, u16) {
    let mut driver = Command::new("chromedriver")
        .args(["--port=0", "--allowed-ips=127.0.0.1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("chromedriver: install Debian's package chromium-driver");
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let started = lines.find_map(|line| {
        let line = line.unwrap();
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    });
    let port = started.expect("chromedriver says on which port it is");
    // Whoever stops reading would stop a driver that has more to say.
    std::thread::spawn(move || lines.for_each(drop));
    (driver, port)
}

fn capabilities(width: &Width, profile: &Path) -> fantoccini::wd::Capabilities {
    let mut options = json!({
        "args": [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1280,900",
            format!("--user-data-dir={}", profile.join("profile").display()),
        ],
    });
    if matches!(width, Width::Phone) {
        options["mobileEmulation"] =
            json!({"deviceMetrics": {"width": 360, "height": 740, "pixelRatio": 2.0}});
    }
    let all = json!({
        "browserName": "chrome",
        // On a machine with much else to do, looking through a long page takes minutes.
        "timeouts": {"script": 600_000},
        "goog:chromeOptions": options,
        "goog:loggingPrefs": {"browser": "ALL"},
    });
    all.as_object().unwrap().clone()
}

/// ChromeDriver's command for the browser's console.
#[derive(Debug)]
struct BrowserLog;

impl WebDriverCompatibleCommand for BrowserLog {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (
            http::Method::POST,
            Some(json!({"type": "browser"}).to_string()),
        )
    }
}

/// ChromeDriver's way to a command of the DevTools protocol.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(
        &self,
        base: &url::Url,
        session: Option<&str>,
    ) -> Result<url::Url, url::ParseError> {
        let session = session.unwrap_or_default();
        base.join(&format!("session/{session}/goog/cdp/execute"))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({"cmd": self.command, "params": self.parameters});
        (http::Method::POST, Some(body.to_string()))
    }
}
