//! nginx and `HAProxy`, where they are installed, each with a configuration of a test's own.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long a proxy may take to start, on a machine that builds something else meanwhile.
const PATIENCE: Duration = Duration::from_secs(30);

/// A proxy that runs until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    child: Child,
    address: SocketAddr,
    directory: TempDir,
}

impl Proxy {
    /// nginx with this in its `server` block, or nothing where it is not installed.
    #[must_use]
    pub fn nginx(http: &str, server: &str) -> Option<Self> {
        let binary = find("nginx")?;
        Some(Proxy::start(&binary, |directory, address| {
            let place = directory.display();
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map(|name| format!("{name}_temp_path {place}/{name};"))
                .join(" ");
            let text = format!(
                "daemon off; master_process off; error_log stderr crit; pid {place}/pid;\n\
                 events {{ }}\n\
                 http {{ access_log off; {temporary} {http}\n server {{ listen {address}; {server} }} }}\n"
            );
            let file = directory.join("nginx.conf");
            fs::write(&file, text).unwrap();
            vec!["-p".into(), directory.into(), "-e".into(), "stderr".into(), "-c".into(), file]
        }))
    }

    /// `HAProxy` with this in its frontend and this backend, or nothing where it is not installed.
    #[must_use]
    pub fn haproxy(frontend: &str, backend: SocketAddr) -> Option<Self> {
        let binary = find("haproxy")?;
        Some(Proxy::start(&binary, |directory, address| {
            let text = format!(
                "defaults\n mode http\n timeout connect 5s\n timeout client 10s\n timeout server 10s\n\
                 frontend public\n bind {address}\n{frontend}\n default_backend application\n\
                 backend application\n server one {backend}\n"
            );
            let file = directory.join("haproxy.cfg");
            fs::write(&file, text).unwrap();
            vec!["-db".into(), "-f".into(), file]
        }))
    }

    fn start(binary: &Path, configure: impl Fn(&Path, SocketAddr) -> Vec<PathBuf>) -> Self {
        let begun = Instant::now();
        loop {
            // Between finding a port and taking it another process may take it: then it is tried again.
            let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
            let directory = TempDir::with_prefix("cors-policy-proxy-").unwrap();
            let arguments = configure(directory.path(), address);
            let mut command = Command::new(binary);
            command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::inherit());
            let mut child = command.spawn().unwrap();
            while child.try_wait().unwrap().is_none() {
                if TcpStream::connect(address).is_ok() {
                    return Proxy { child, address, directory };
                }
                assert!(begun.elapsed() < PATIENCE, "{} does not start", binary.display());
                sleep(Duration::from_millis(20));
            }
            assert!(begun.elapsed() < PATIENCE, "{} does not start", binary.display());
        }
    }

    /// A URL on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where its files are.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary of a proxy.
fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    let found = directories.map(|directory| directory.join(name)).find(|file| file.is_file());
    if found.is_none() {
        let is_required = env::var("CORS_POLICY_PROXIES").is_ok_and(|value| value == "required");
        assert!(!is_required, "{name} is required, and was not found");
        let _ = writeln!(io::stderr(), "skipped: {name} is not installed here");
    }
    found
}
