//! Compiled units, kept from run to run.
//!
//! Compiled code runs with the rights of this process, so it is believed only where nobody else
//! can have written it: the folder and the key belong to this user and are closed to others, and
//! each file carries a MAC of that key over its name and content. What does not fit is compiled
//! again. Files are written aside and renamed, so processes can share a folder.

use std::ffi::OsStr;
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
/// How the names of files begin that are still being written.
const ASIDE: &str = "aside-";
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
            if !is_removable(&entry.file_name()) {
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

/// Whether a name is one that this cache gives to what it may remove: not that of its key, nor of what somebody else put there.
fn is_removable(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| {
        name.starts_with(ASIDE) || name.strip_suffix(EXTENSION).is_some_and(|stem| stem.ends_with('.'))
    })
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
    let path = folder.join(format!("{ASIDE}{}-{}", process::id(), COUNTER.fetch_add(1, Ordering::Relaxed)));
    // One that a process of the same number left behind.
    let _ = fs::remove_file(&path);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let written = parts.iter().try_for_each(|part| file.write_all(part));
    written.inspect_err(|_| drop(fs::remove_file(&path)))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    const WASM: &str = "(module (func (export \"f\")))";

    struct Folder {
        root: tempfile::TempDir,
        engine: Engine,
        module: Module,
        unit: blake3::Hash,
    }

    impl Folder {
        fn new() -> Folder {
            let engine = Engine::default();
            let wasm = wat::parse_str(WASM).expect("correct WAT");
            let module = Module::from_binary(&engine, &wasm).expect("a module");
            Folder { root: tempfile::tempdir().expect("a folder"), engine, module, unit: blake3::hash(&wasm) }
        }

        fn path(&self) -> PathBuf {
            self.root.path().join("cache/units")
        }

        fn open(&self) -> Option<Cache> {
            Cache::open(&self.path(), &self.engine)
        }

        /// A cache that holds the unit, and the file that it is in.
        fn filled(&self) -> (Cache, PathBuf) {
            let cache = self.open().expect("a new folder is trusted");
            cache.store(self.unit, &self.module);
            let file = self.path().join(cache.name(self.unit));
            assert!(self.holds(&cache));
            (cache, file)
        }

        fn holds(&self, cache: &Cache) -> bool {
            cache.load(&self.engine, self.unit).is_some()
        }

        fn set_mode(&self, path: &Path, mode: u32) {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("own file");
        }
    }

    #[test]
    fn what_is_stored_is_found_again_by_every_process() {
        let folder = Folder::new();
        let (_, file) = folder.filled();
        let again = folder.open().expect("the folder is still trusted");
        assert!(folder.holds(&again));
        assert!(again.load(&folder.engine, blake3::hash(b"another")).is_none());
        assert_eq!(fs::metadata(file).expect("the file").mode() & 0o777, 0o600);
        let names = fs::read_dir(folder.path()).expect("the folder").count();
        assert_eq!(names, 2, "the key and one unit, nothing left aside");
    }

    #[test]
    fn no_changed_byte_is_believed() {
        let folder = Folder::new();
        let (cache, file) = folder.filled();
        let whole = fs::read(&file).expect("the file");
        for at in [0, KEY_SIZE - 1, KEY_SIZE, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&file, changed).expect("own file");
            assert!(!folder.holds(&cache), "byte {at}");
        }
        for length in [0, 1, KEY_SIZE, whole.len() - 1] {
            fs::write(&file, &whole[..length]).expect("own file");
            assert!(!folder.holds(&cache), "{length} bytes");
        }
        fs::write(&file, &whole).expect("own file");
        assert!(folder.holds(&cache));
    }

    #[test]
    fn a_unit_under_the_name_of_another_is_not_believed() {
        let folder = Folder::new();
        let (cache, file) = folder.filled();
        let other = blake3::hash(b"another");
        fs::copy(file, folder.path().join(cache.name(other))).expect("own folder");
        assert!(cache.load(&folder.engine, other).is_none());
    }

    #[test]
    fn a_file_of_another_key_is_not_believed() {
        let (folder, other) = (Folder::new(), Folder::new());
        let (cache, file) = folder.filled();
        let (_, foreign) = other.filled();
        fs::copy(foreign, file).expect("own folder");
        assert!(!folder.holds(&cache));
    }

    #[test]
    fn files_that_others_can_write_and_links_are_not_believed() {
        let folder = Folder::new();
        let (cache, file) = folder.filled();
        folder.set_mode(&file, 0o622);
        assert!(!folder.holds(&cache));
        folder.set_mode(&file, 0o600);
        let moved = folder.root.path().join("moved");
        fs::rename(&file, &moved).expect("own folder");
        symlink(moved, &file).expect("own folder");
        assert!(!folder.holds(&cache));
    }

    #[test]
    fn folders_and_keys_that_are_open_to_others_are_not_used() {
        let folder = Folder::new();
        folder.filled();
        folder.set_mode(&folder.path(), 0o777);
        assert!(folder.open().is_none());
        folder.set_mode(&folder.path(), 0o700);
        let key = folder.path().join(KEY);
        folder.set_mode(&key, 0o644);
        assert!(folder.open().is_none());
        folder.set_mode(&key, 0o600);
        fs::write(&key, "short").expect("own file");
        assert!(folder.open().is_none());
        fs::remove_file(&key).expect("own file");
        let renewed = folder.open().expect("a new key");
        assert!(!folder.holds(&renewed), "what an old key signed is not believed");
    }

    #[test]
    fn a_link_or_a_file_is_no_folder() {
        let folder = Folder::new();
        fs::create_dir(folder.root.path().join("cache")).expect("own folder");
        symlink(folder.root.path(), folder.path()).expect("own folder");
        assert!(folder.open().is_none());
        fs::remove_file(folder.path()).expect("own link");
        fs::write(folder.path(), "").expect("own folder");
        assert!(folder.open().is_none());
    }

    #[test]
    fn what_was_used_longest_ago_makes_room() {
        let folder = Folder::new();
        let (cache, file) = folder.filled();
        let fill = |name: &str, days: u64| {
            let file = File::create(folder.path().join(name)).expect("own folder");
            file.set_len(FOLDER_SIZE / 2).expect("a file without blocks");
            file.set_modified(SystemTime::now() - Duration::from_secs(days * 86_400)).expect("own file");
        };
        fill("oldest.unit", 2);
        fill("older.unit", 1);
        fill("aside-1-1", 3);
        fill("notes.txt", 9);
        cache.store(blake3::hash(b"another"), &folder.module);
        assert!(folder.path().join("notes.txt").exists(), "a file that is not the cache's own stays");
        assert!(!folder.path().join("aside-1-1").exists());
        assert!(!folder.path().join("oldest.unit").exists());
        assert!(folder.path().join("older.unit").exists());
        assert!(file.exists());
        assert!(folder.path().join(KEY).exists());
    }

    #[test]
    fn many_writers_share_a_folder() {
        let folder = Folder::new();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let cache = folder.open().expect("a folder");
                    for _ in 0..20 {
                        cache.store(folder.unit, &folder.module);
                        assert!(folder.holds(&cache));
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2);
    }
}
