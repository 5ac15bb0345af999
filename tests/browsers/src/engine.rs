//! The browsers: how they are found, started and ended.

use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs};

use cors_policy_browser::Profile;
use serde_json::{Value, json};

use crate::bidi::Session;

/// A browser engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Chromium,
    Firefox,
}

/// A running browser. It ends when this is dropped.
pub(crate) struct Browser {
    pub(crate) session: Session,
    /// Dropped last, with all that is still running.
    _driver: Driver,
}

/// The process that takes commands: chromedriver, or Firefox itself.
struct Driver {
    /// A shell that ends itself and all that it started once nobody holds its input any more, however the tests
    /// end.
    guard: Child,
    profile: PathBuf,
}

const GUARD: &str = r#""$@" 2>/dev/null & exec >&-; read -r _; kill -s KILL -- "-$$""#;

const CHROMIUM: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
];

impl Engine {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "Chromium",
            Engine::Firefox => "Firefox",
        }
    }

    /// How the model behaves as this engine.
    pub(crate) fn profile(self) -> Profile {
        match self {
            Engine::Chromium => Profile::CHROMIUM,
            Engine::Firefox => Profile::FIREFOX,
        }
    }

    /// What takes commands, by the names that it may have.
    fn programs(self) -> &'static [&'static str] {
        match self {
            Engine::Chromium => &["chromedriver"],
            Engine::Firefox => &["firefox-esr", "firefox"],
        }
    }

    /// Starts the browser, or says what keeps it from that.
    pub(crate) fn start(self) -> Result<Browser, String> {
        let program = find(self.programs())?;
        let name = format!("{}-{}", self.name().to_ascii_lowercase(), std::process::id());
        let profile = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&profile).map_err(|error| format!("{}: {error}", profile.display()))?;
        match self {
            Engine::Chromium => start_chromium(&program, profile),
            Engine::Firefox => start_firefox(&program, profile),
        }
    }
}

fn start_chromium(program: &Path, profile: PathBuf) -> Result<Browser, String> {
    let mut args: Vec<String> = CHROMIUM.map(str::to_owned).into();
    args.push(format!("--user-data-dir={}", profile.display()));
    let mut driver = Driver::start(profile, Command::new(program).arg("--port=0"))?;
    let port = driver.announced_port();
    driver.session(port, &json!({ "goog:chromeOptions": { "args": args } }))
}

fn start_firefox(program: &Path, profile: PathBuf) -> Result<Browser, String> {
    let mut firefox = Command::new(program);
    firefox.args(["-headless", "--no-remote", "--remote-debugging-port=0", "--profile"]).arg(&profile);
    let preferences = fs::write(profile.join("user.js"), include_str!("../pages/firefox.js"));
    preferences.map_err(|error| error.to_string())?;
    let driver = Driver::start(profile, &firefox)?;
    let port = driver.written_port();
    driver.session(port, &json!({}))
}

/// The first of the programs that is installed.
fn find(programs: &[&str]) -> Result<PathBuf, String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let mut places =
        programs.iter().flat_map(|program| folders.iter().map(move |folder| folder.join(program)));
    places.find(|place| place.is_file()).ok_or_else(|| format!("{} is not installed", programs.join(" or ")))
}

impl Driver {
    /// Starts the program under guard, in a process group of its own.
    fn start(profile: PathBuf, command: &Command) -> Result<Self, String> {
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "guard"]).arg(command.get_program()).args(command.get_args());
        guard.stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
        let guard = guard.spawn().map_err(|error| format!("sh: {error}"))?;
        Ok(Driver { guard, profile })
    }

    /// Where chromedriver says that it listens.
    fn announced_port(&mut self) -> Option<u16> {
        let port = |line: &str| {
            let port = line.strip_prefix("ChromeDriver was started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        };
        let output = BufReader::new(self.guard.stdout.as_mut()?);
        output.lines().map_while(Result::ok).find_map(|line| port(&line))
    }

    /// Where Firefox writes that it listens, once it does.
    fn written_port(&self) -> Option<u16> {
        let file = self.profile.join("WebDriverBiDiServer.json");
        (0..600).find_map(|_| {
            sleep(Duration::from_millis(100));
            let text = fs::read_to_string(&file).ok()?;
            let server: Value = serde_json::from_str(&text).ok()?;
            server.get("ws_port")?.as_u64()?.try_into().ok()
        })
    }

    fn session(self, port: Option<u16>, capabilities: &Value) -> Result<Browser, String> {
        let port = port.ok_or("it does not say where it listens")?;
        let session = Session::new(port, &json!({ "alwaysMatch": capabilities }))?;
        Ok(Browser { session, _driver: self })
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session.end();
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
        let _ = fs::remove_dir_all(&self.profile);
    }
}
