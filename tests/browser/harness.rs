//! Starts ChromeDriver on a port of its own, and opens a report of the program in Chromium.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use assert_cmd::cargo::CommandCargoExt;
use fantoccini::{Client, ClientBuilder, wd::WebDriverCompatibleCommand};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

/// The report of the recorded lab domain, in a browser window.
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
    pub async fn open(width: Width) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("report.html");
        write_report(&file);
        let (driver, port) = start_driver();
        let page = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&width, folder.path()))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        page.goto(&format!("file://{}", file.display()))
            .await
            .unwrap();
        Self {
            page,
            file,
            _folder: folder,
            driver,
        }
    }

    /// What a script in the page returns.
    pub async fn ask(&self, script: &str) -> Value {
        self.page.execute(script, Vec::new()).await.unwrap()
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

/// Writes the report of the recorded lab domain.
fn write_report(file: &Path) {
    let recording = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lab-domain");
    let mut program = Command::cargo_bin("waterline").unwrap();
    let ended = program
        .env_clear()
        .args(["replay", "--quiet", "--fail-on", "never", "--report"])
        .arg(format!("html={}", file.display()))
        .arg(recording)
        .status()
        .unwrap();
    assert!(ended.success());
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
