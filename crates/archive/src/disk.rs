//! The storage below everything that is kept, as a trait, so that a full disk and a power cut are tests.

use std::any::Any;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One folder of files.
pub trait Disk: fmt::Debug + Send + Sync {
    /// Makes an empty file, in place of one of that name. The name is durable after [`Self::sync`].
    fn create(&self, name: &str) -> io::Result<Arc<dyn Blob>>;
    /// Opens a file that exists.
    fn open(&self, name: &str) -> io::Result<Arc<dyn Blob>>;
    /// The names of all files, in no order.
    fn names(&self) -> io::Result<Vec<String>>;
    /// Gives a file another name, in place of a file that has it.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Removes a file.
    fn remove(&self, name: &str) -> io::Result<()>;
    /// Makes what was created, renamed and removed durable.
    fn sync(&self) -> io::Result<()>;
    /// Whether a name still leads to a file that was opened: it may have been removed, or moved away for another.
    fn leads_to(&self, name: &str, blob: &dyn Blob) -> io::Result<bool> {
        match self.open(name) {
            Ok(found) => Ok(found.identity()? == blob.identity()?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
    /// Keeps others out until the answer is dropped. Fails with [`io::ErrorKind::WouldBlock`] if another is in.
    fn lock(&self) -> io::Result<Box<dyn Any + Send + Sync>>;
}

/// The bytes of one file.
pub trait Blob: fmt::Debug + Send + Sync {
    /// Reads at an offset; fewer bytes than asked only at the end of the file.
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all bytes at an offset, or fails having written some of them.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Its length in bytes.
    fn size(&self) -> io::Result<u64>;
    /// Cuts it, or fills it up with zeros.
    fn truncate(&self, len: u64) -> io::Result<()>;
    /// Makes what was written durable. After a failure nothing is known of it, and trying again proves nothing.
    fn sync(&self) -> io::Result<()>;
    /// What tells it from every other file that there is now, whatever its name: volume and number. `None` where the system does not say.
    fn identity(&self) -> io::Result<Option<(u64, u64)>>;
}

/// A folder of the machine.
#[derive(Debug, Clone)]
pub struct RealDisk {
    folder: PathBuf,
}

/// The file whose lock keeps others out.
const LOCK: &str = "lock";

impl RealDisk {
    /// A folder, which is made if it does not exist.
    pub fn at(folder: PathBuf) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        sync_parent(&folder)?;
        Ok(Self { folder })
    }

    /// A folder that must exist.
    pub fn existing(folder: PathBuf) -> io::Result<Self> {
        if std::fs::metadata(&folder)?.is_dir() {
            return Ok(Self { folder });
        }
        Err(io::ErrorKind::NotADirectory.into())
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Disk for RealDisk {
    fn create(&self, name: &str) -> io::Result<Arc<dyn Blob>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        private(&mut options);
        Ok(Arc::new(RealBlob { file: options.open(self.path(name))? }))
    }

    fn open(&self, name: &str) -> io::Result<Arc<dyn Blob>> {
        let path = self.path(name);
        let both = OpenOptions::new().read(true).write(true).open(&path);
        // Whoever only reads may have no right to write.
        let file = match both {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(&path)?,
            other => other?,
        };
        Ok(Arc::new(RealBlob { file }))
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            names.extend(entry?.file_name().into_string());
        }
        Ok(names)
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.path(from), self.path(to))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        std::fs::remove_file(self.path(name))
    }

    #[cfg(unix)]
    fn sync(&self) -> io::Result<()> {
        File::open(&self.folder)?.sync_all()
    }

    /// Elsewhere a folder cannot be synced, and the file system keeps names in order by itself.
    #[cfg(not(unix))]
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn lock(&self) -> io::Result<Box<dyn Any + Send + Sync>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options);
        let file = options.open(self.path(LOCK))?;
        file.try_lock()?;
        Ok(Box::new(file))
    }
}

/// Makes the name of a folder durable.
#[cfg(unix)]
fn sync_parent(folder: &Path) -> io::Result<()> {
    match std::fs::canonicalize(folder)?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_parent(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Files are for their owner alone: events tell who works when and where.
#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_: &mut OpenOptions) {}

#[derive(Debug)]
struct RealBlob {
    file: File,
}

impl Blob for RealBlob {
    fn read_at(&self, into: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match read_some(&self.file, rest, offset + done as u64) {
                Ok(0) => break,
                Ok(len) => done += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    #[cfg(unix)]
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::write_all_at(&self.file, bytes, offset)
    }

    #[cfg(windows)]
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut done = 0;
        while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
            done +=
                std::os::windows::fs::FileExt::seek_write(&self.file, rest, offset + done as u64)?;
        }
        Ok(())
    }

    fn size(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    #[cfg(unix)]
    fn identity(&self) -> io::Result<Option<(u64, u64)>> {
        Ok(Some(told_apart(&self.file.metadata()?)))
    }

    #[cfg(not(unix))]
    fn identity(&self) -> io::Result<Option<(u64, u64)>> {
        Ok(None)
    }
}

/// What tells the file or folder of a path from every other that there is now: volume and number. `None` where the system does not say.
#[cfg(unix)]
pub fn identity(path: &Path) -> io::Result<Option<(u64, u64)>> {
    Ok(Some(told_apart(&std::fs::metadata(path)?)))
}

/// What tells the file or folder of a path from every other that there is now: `None`, as the system does not say.
#[cfg(not(unix))]
pub fn identity(path: &Path) -> io::Result<Option<(u64, u64)>> {
    std::fs::metadata(path).map(|_| None)
}

#[cfg(unix)]
fn told_apart(about: &std::fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (about.dev(), about.ino())
}

#[cfg(unix)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_some(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}

/// Fills a buffer from an offset, or fails where the file ends before.
pub(crate) fn read_exact_at(blob: &dyn Blob, into: &mut [u8], offset: u64) -> io::Result<()> {
    let len = blob.read_at(into, offset)?;
    if len == into.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}
