//! Snapshots on disk, for a start while the database is down.
//!
//! A file holds all tenants, compiled. It is written beside its final name and renamed when all of it is on the disk, so
//! that whoever reads finds all or nothing; the files before it stay, in case that the disk has lost what it promised to
//! keep. One that another version of the compiler wrote, or one with another list of public suffixes, is served as it is,
//! and everything is compiled again when the database answers. Whoever can write to the directory can admit anybody, as whoever can replace the binary.

mod form;

use std::fs::{self, File, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::snapshot::Snapshot;

pub(crate) use form::{Context, Read};

/// What a snapshot has for a suffix until all of it is on the disk, in front of the number of the process.
const WRITING: &str = "writing-";
/// How many files are kept.
const KEPT: usize = 3;
const SUFFIX: &str = ".cors-snapshot";
/// Whoever writes holds a lock on this: a process that replaces another one has the same directory for a while.
const LOCK: &str = "lock";
/// Longer than a write takes. One that hangs must not keep this process from its end.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);
const LOCK_PAUSE: Duration = Duration::from_millis(10);

/// A directory of snapshots.
#[derive(Clone, Debug)]
pub(crate) struct Disk {
    directory: PathBuf,
}

/// What became of the files in a directory.
#[derive(Debug)]
pub(crate) struct Found {
    /// The newest that could be read.
    pub(crate) read: Option<Read>,
    /// Those that could not, and why.
    pub(crate) unreadable: Vec<(PathBuf, String)>,
}

impl Disk {
    pub(crate) fn new(directory: PathBuf) -> Self {
        Disk { directory }
    }

    /// Writes a snapshot, and removes the oldest. Blocks until it is on the disk. Whoever reads it asks the store for what
    /// came after `resume_after`.
    pub(crate) fn write(
        &self,
        snapshot: &Snapshot,
        resume_after: u64,
        context: &Context<'_>,
    ) -> io::Result<()> {
        fs::create_dir_all(&self.directory)?;
        let _lock = self.lock()?;
        self.remove_unfinished()?;
        let number = self.files()?.first().map_or(0, |(number, _)| number + 1);
        let path = self.directory.join(format!("{number:020}{SUFFIX}"));
        let temporary = path.with_extension(format!("{WRITING}{}", std::process::id()));
        let written = write_file(&temporary, snapshot, resume_after, context)
            .and_then(|()| fs::rename(&temporary, &path));
        if let Err(error) = written {
            let _ = fs::remove_file(&temporary);
            return Err(error);
        }
        // A rename is on the disk when its directory is.
        File::open(&self.directory)?.sync_all()?;
        self.remove_old()
    }

    /// Waits until nobody else writes, for a while, and keeps others from it until what is returned is dropped.
    fn lock(&self) -> io::Result<File> {
        let lock = File::create(self.directory.join(LOCK))?;
        let until = Instant::now() + LOCK_PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(lock),
                // There are file systems that know no locks.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(lock);
                }
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) if Instant::now() >= until => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "another process holds the lock"));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            }
        }
    }

    /// Reads the newest snapshot that is whole.
    pub(crate) fn read(&self, context: &Context<'_>) -> Found {
        let mut found = Found { read: None, unreadable: Vec::new() };
        let files = match self.files() {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return found,
            Err(error) => {
                found.unreadable.push((self.directory.clone(), error.to_string()));
                return found;
            }
        };
        for (_, path) in files {
            let read = fs::read(&path).map_err(|error| error.to_string());
            match read.and_then(|bytes| form::read(&bytes, context)) {
                Ok(read) => {
                    found.read = Some(read);
                    break;
                }
                Err(why) => found.unreadable.push((path, why)),
            }
        }
        found
    }

    /// The snapshots, the newest first.
    fn files(&self) -> io::Result<Vec<(u64, PathBuf)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if let Some(number) = name.strip_suffix(SUFFIX).and_then(|number| number.parse().ok()) {
                files.push((number, path));
            }
        }
        files.sort_unstable_by(|one, other| other.cmp(one));
        Ok(files)
    }

    fn remove_old(&self) -> io::Result<()> {
        for (_, path) in self.files()?.into_iter().skip(KEPT) {
            fs::remove_file(path)?;
        }
        Ok(())
    }

    /// Removes what a process left that was killed while it was writing.
    fn remove_unfinished(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.directory)? {
            let path = entry?.path();
            if path.extension().is_some_and(|suffix| suffix.to_string_lossy().starts_with(WRITING)) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }
}

fn write_file(path: &Path, snapshot: &Snapshot, resume_after: u64, context: &Context<'_>) -> io::Result<()> {
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path)?);
    form::write(snapshot, resume_after, context, &mut file)?;
    file.flush()?;
    file.get_ref().sync_all()
}
