//! A PostgreSQL cluster of a test's own: in a directory that goes with it, on loopback.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a server may take to start, on a machine that builds something else meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs. Whatever becomes of this process, it ends with it.
#[derive(Debug)]
pub struct Cluster {
    binaries: PathBuf,
    account: Option<Account>,
    directory: TempDir,
    port: u16,
    server: Child,
    watchdog: Child,
    databases: AtomicU32,
}

/// Who the server runs as: PostgreSQL refuses to run as root.
#[derive(Clone, Debug)]
struct Account {
    user: u32,
    group: u32,
}

/// The cluster that the tests of this process share, or nothing where PostgreSQL is not installed.
///
/// # Panics
/// If it is not installed and `CORS_POLICY_POSTGRES` is `required`, or if it does not start.
pub fn shared() -> Option<&'static Cluster> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    SHARED.get_or_init(Cluster::start).as_ref()
}

impl Cluster {
    /// Creates a cluster and starts its server, or nothing where PostgreSQL is not installed.
    ///
    /// # Panics
    /// As [`shared`].
    #[must_use]
    pub fn start() -> Option<Self> {
        let Some(binaries) = binaries() else {
            let required = env::var("CORS_POLICY_POSTGRES").is_ok_and(|value| value == "required");
            assert!(!required, "PostgreSQL is required, and neither initdb nor postgres was found");
            let _ = writeln!(io::stderr(), "skipped: PostgreSQL is not installed here");
            return None;
        };
        let account = unprivileged();
        let directory = TempDir::with_prefix("cors-policy-postgres-").unwrap();
        if let Some(Account { user, group }) = account {
            chown(directory.path(), Some(user), Some(group)).unwrap();
        }
        let watchdog = watch(directory.path());
        let data = directory.path().join("data");
        let mut initdb = command(&binaries.join("initdb"), account.as_ref());
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions", "-D"]);
        let done = initdb.arg(&data).output().unwrap();
        assert!(done.status.success(), "initdb: {}", String::from_utf8_lossy(&done.stderr));
        let (server, port) = serve_somewhere(&binaries, account.as_ref(), directory.path());
        Some(Self { binaries, account, directory, port, server, watchdog, databases: AtomicU32::new(0) })
    }

    /// The address of a database in it.
    #[must_use]
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}?sslmode=disable", self.port)
    }

    /// Creates an empty database. Returns its address.
    ///
    /// # Panics
    /// If the server refuses.
    #[must_use]
    pub fn create_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut create = Command::new(self.binaries.join("psql"));
        create.arg("-h").arg(self.directory.path()).args(["-p", &self.port.to_string(), "-U", "postgres"]);
        let done = create.args(["-X", "-c", &format!("CREATE DATABASE {name}")]).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        self.url("postgres", &name)
    }

    /// Kills the server and all of its processes with SIGKILL, as when the machine stops.
    ///
    /// # Panics
    /// If it was not running.
    pub fn kill(&mut self) {
        let mut processes = vec![self.server.id().to_string()];
        processes.extend(children(self.server.id()));
        // Processes that have ended by themselves meanwhile make `kill` fail.
        Command::new("kill").arg("-9").args(&processes).output().unwrap();
        assert_eq!(self.server.wait().unwrap().signal(), Some(9));
    }

    /// Starts the server again, on the same port.
    ///
    /// # Panics
    /// If it does not start.
    pub fn restart(&mut self) {
        let until = Instant::now() + PATIENCE;
        loop {
            let started = serve(&self.binaries, self.account.as_ref(), self.directory.path(), self.port);
            match started {
                Ok(server) => return self.server = server,
                // Processes of the killed server may still hold its memory.
                Err(log) => assert!(Instant::now() < until, "{log}"),
            }
            sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The end of its input is what it waits for.
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
        let _ = self.server.wait();
    }
}

/// The newest server that is installed.
fn binaries() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    found.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    let newest_first = found.into_iter().rev().map(|(_, directory)| directory);
    newest_first
        .chain(env::split_paths(&path))
        .find(|directory| ["initdb", "postgres", "psql"].iter().all(|name| directory.join(name).exists()))
}

/// The account that root gives the server.
fn unprivileged() -> Option<Account> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().ok()
    };
    if id(&["-u"]) != Some(0) {
        return None;
    }
    let account = ["postgres", "nobody"]
        .iter()
        .find_map(|name| Some(Account { user: id(&["-u", name])?, group: id(&["-g", name])? }));
    Some(account.unwrap())
}

fn command(program: &Path, account: Option<&Account>) -> Command {
    let Some(Account { user, group }) = account else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={user}"), format!("--regid={group}")]).arg("--clear-groups");
    command.arg(program);
    // A server refuses to start where it may not be.
    command.current_dir("/");
    command
}

/// Waits for the end of this process, stops the server and removes its files: also when a test is killed.
fn watch(directory: &Path) -> Child {
    let script = r#"
        cat >/dev/null
        server=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
        [ -n "$server" ] && kill -QUIT "$server" 2>/dev/null
        for _ in 1 2 3 4 5 6 7 8 9 10; do
            rm -rf "$1" 2>/dev/null && break
            sleep 0.2
        done
    "#;
    let mut watchdog = Command::new("sh");
    watchdog.args(["-c", script, "watchdog"]).arg(directory).stdin(Stdio::piped());
    // Not in the group of this process, which a terminal interrupts as a whole.
    watchdog.stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).spawn().unwrap()
}

fn serve_somewhere(binaries: &Path, account: Option<&Account>, directory: &Path) -> (Child, u16) {
    let until = Instant::now() + PATIENCE;
    loop {
        // Free now, and perhaps not a moment later.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        match serve(binaries, account, directory, port) {
            Ok(server) => return (server, port),
            Err(log) => assert!(Instant::now() < until, "{log}"),
        }
    }
}

/// Starts a server and waits until it serves, or returns what it said before it ended.
fn serve(binaries: &Path, account: Option<&Account>, directory: &Path, port: u16) -> Result<Child, String> {
    let log = directory.join("log");
    let output = fs::File::create(&log).unwrap();
    let mut server = command(&binaries.join("postgres"), account);
    server.arg("-D").arg(directory.join("data")).arg("-k").arg(directory).args(["-p", &port.to_string()]);
    server.args(["-c", "listen_addresses=127.0.0.1", "-c", "fsync=on", "-c", "max_connections=200"]);
    server.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
    let mut server = server.process_group(0).spawn().unwrap();
    let until = Instant::now() + PATIENCE;
    // The file is from an earlier server until this one has written its own.
    while !is_ready(directory, server.id()) {
        if server.try_wait().unwrap().is_some() {
            return Err(fs::read_to_string(&log).unwrap());
        }
        assert!(Instant::now() < until, "{}", fs::read_to_string(&log).unwrap());
        sleep(Duration::from_millis(20));
    }
    Ok(server)
}

/// What `pg_ctl` looks at: the process in the first line, the status in the eighth.
fn is_ready(directory: &Path, process: u32) -> bool {
    let file = fs::read_to_string(directory.join("data/postmaster.pid")).unwrap_or_default();
    let mut lines = file.lines();
    lines.next() == Some(process.to_string().as_str()) && lines.nth(6).map(str::trim) == Some("ready")
}

/// The processes that a process has started.
fn children(parent: u32) -> Vec<String> {
    let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    children.split_whitespace().map(str::to_owned).collect()
}
