//! Compiled units, kept from run to run.
//!
//! Compiled code runs with the rights of this process, so it is believed only where nobody else
//! can have written it: the folder and the key belong to this user and are closed to others, and
//! each file carries a MAC of that key over its name and content. What does not fit is compiled
//! again. Files are written aside and renamed, so processes can share a folder.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use wasmtime::{Engine, Module};

use crate::system::user;

/// The most bytes that the folder may hold.
const FOLDER_SIZE: u64 = 256 << 20;
/// The bytes of a key, and of a MAC.
const KEY_SIZE: usize = 32;
/// The name of the key in the folder.
const KEY: &str = "key";
/// How the names of compiled units end.
const EXTENSION: &str = "unit";
/// After how long a file that is used counts as used again.
const FRESH: Duration = Duration::from_secs(3600);

/// A folder of compiled units.
pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; KEY_SIZE],
    /// The hash of everything that compiled code depends on: engine, its settings, processor.
    compatibility: blake3::Hash,
}

impl Cache {
    /// The cache in a folder, which is made if it is not there. `None` where it can't be trusted.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> Option<Cache> {
        let opened = check_folder(folder).and_then(|()| read_or_make_key(folder));
        match opened {
            Ok(key) => Some(Cache { folder: folder.to_owned(), key, compatibility: compatibility(engine) }),
            Err(problem) => {
                tracing::warn!(folder = %folder.display(), %problem, "the cache of compiled units is not used");
                None
            }
        }
    }

    /// The compiled form of a unit, if it is there and can be trusted.
    pub(crate) fn load(&self, engine: &Engine, unit: blake3::Hash) -> Option<Module> {
        let name = self.name(unit);
        let path = self.folder.join(&name);
        let mut file = open_own(&path).ok()?;
        let mut content = Vec::new();
        file.read_to_end(&mut content).ok()?;
        let (mac, code) = content.split_at_checked(KEY_SIZE)?;
        // Hashes compare in constant time.
        if self.mac(&name, code) != blake3::Hash::from_slice(mac).ok()? {
            tracing::warn!(path = %path.display(), "a compiled unit is not what was written: it is compiled again");
            return None;
        }
        if let Ok(used) = file.metadata().and_then(|metadata| metadata.modified())
            && used.elapsed().is_ok_and(|age| age > FRESH)
        {
            // It is only the order of removal that depends on it.
            let _ = file.set_modified(SystemTime::now());
        }
        deserialize(engine, code)
    }

    /// Keeps the compiled form of a unit. What goes wrong costs only time later.
    pub(crate) fn store(&self, unit: blake3::Hash, module: &Module) {
        let name = self.name(unit);
        let stored = module.serialize().map_err(|error| io::Error::other(format!("{error:#}"))).and_then(|code| {
            self.make_room(code.len() as u64)?;
            let mac = self.mac(&name, &code);
            let aside = write_aside(&self.folder, &[mac.as_bytes(), &code])?;
            fs::rename(&aside, self.folder.join(&name)).inspect_err(|_| drop(fs::remove_file(&aside)))
        });
        if let Err(problem) = stored {
            tracing::warn!(folder = %self.folder.display(), %problem, "a compiled unit could not be kept");
        }
    }

    fn name(&self, unit: blake3::Hash) -> String {
        format!("{}-{}.{EXTENSION}", unit.to_hex(), &self.compatibility.to_hex()[..16])
    }

    fn mac(&self, name: &str, code: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        hasher.update(self.compatibility.as_bytes());
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name.as_bytes());
        hasher.update(code);
        hasher.finalize()
    }

    /// Removes what was used longest ago until there is room.
    fn make_room(&self, size: u64) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name() == KEY {
                continue;
            }
            // Another process may have removed it meanwhile.
            if let Ok(metadata) = entry.metadata().and_then(|metadata| Ok((metadata.modified()?, metadata.len()))) {
                files.push((metadata.0, metadata.1, entry.path()));
            }
        }
        let mut total = size + files.iter().map(|file| file.1).sum::<u64>();
        files.sort();
        for (_, size, path) in files {
            if total <= FOLDER_SIZE {
                break;
            }
            if fs::remove_file(path).is_ok() {
                total -= size;
            }
        }
        Ok(())
    }
}

#[expect(unsafe_code, reason = "code that this process or another one of the same user compiled, by its MAC")]
fn deserialize(engine: &Engine, code: &[u8]) -> Option<Module> {
    // Safety: `Module::serialize` gave these bytes to the owner of the key, or the MAC would not fit.
    unsafe { Module::deserialize(engine, code) }.ok()
}

/// Everything that compiled code depends on, as one hash.
fn compatibility(engine: &Engine) -> blake3::Hash {
    struct Collect(blake3::Hasher);
    impl Hasher for Collect {
        fn write(&mut self, bytes: &[u8]) {
            self.0.update(bytes);
        }
        fn finish(&self) -> u64 {
            0
        }
    }
    let mut collect = Collect(blake3::Hasher::new());
    engine.precompile_compatibility_hash().hash(&mut collect);
    collect.0.finalize()
}

/// Makes the folder if it is not there, and checks that only this user can write to it.
fn check_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let metadata = fs::symlink_metadata(folder)?;
    check(metadata.is_dir(), "it is no folder")?;
    check(metadata.uid() == user(), "it belongs to another user")?;
    check(metadata.mode() & 0o022 == 0, "other users can write to it")
}

fn check(holds: bool, problem: &'static str) -> io::Result<()> {
    if holds { Ok(()) } else { Err(io::Error::other(problem)) }
}

/// Opens a regular file of this user that nobody else can write to; follows no link.
fn open_own(path: &Path) -> io::Result<File> {
    let file = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)?;
    let metadata = file.metadata()?;
    check(metadata.is_file(), "it is no regular file")?;
    check(metadata.uid() == user(), "it belongs to another user")?;
    check(metadata.mode() & 0o022 == 0, "other users can write to it")?;
    Ok(file)
}

/// The key of the folder; a new one where there is none.
fn read_or_make_key(folder: &Path) -> io::Result<[u8; KEY_SIZE]> {
    let path = folder.join(KEY);
    match read_key(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        key => return key,
    }
    let mut key = [0; KEY_SIZE];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let aside = write_aside(folder, &[&key])?;
    // A link does not replace a key that another process has made meanwhile.
    let linked = fs::hard_link(&aside, &path);
    fs::remove_file(&aside)?;
    match linked {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => read_key(&path),
    }
}

fn read_key(path: &Path) -> io::Result<[u8; KEY_SIZE]> {
    let mut file = open_own(path)?;
    check(file.metadata()?.mode() & 0o077 == 0, "other users can read its key")?;
    check(file.metadata()?.len() == KEY_SIZE as u64, "its key has a wrong size")?;
    let mut key = [0; KEY_SIZE];
    file.read_exact(&mut key)?;
    Ok(key)
}

/// Writes a new file that only this user can read, under a name that nobody else uses.
fn write_aside(folder: &Path, parts: &[&[u8]]) -> io::Result<PathBuf> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let path = folder.join(format!("aside-{}-{}", process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
    // One that a process of the same number left behind.
    let _ = fs::remove_file(&path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    written.inspect_err(|_| drop(fs::remove_file(&path)))?;
    Ok(path)
}
