//! A small installation in a temporary folder: Cesena grants, the union of Valmarecchia adds, Santarcangelo adapts.
#![expect(clippy::unwrap_used, reason = "tests stop at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

use sportello_domain::text::Language;
use sportello_tenancy::problem::{Problem, Severity, to_text};
use sportello_tenancy::release::{lock, publish};
use sportello_tenancy::source::Root;
use sportello_tenancy::{Installation, check, load};

pub(crate) struct Fixture {
    _folder: tempfile::TempDir,
    pub(crate) dir: PathBuf,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Fixture {
    /// The files alone, nothing published.
    pub(crate) fn unpublished() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("tenants");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixture"), &dir);
        Self { _folder: folder, dir }
    }

    /// Everything published and locked.
    pub(crate) fn new() -> Self {
        let fixture = Self::unpublished();
        fixture.publish_all("2026.1");
        fixture
    }

    pub(crate) fn publish_all(&self, release: &str) {
        let root = self.root();
        let fine = |result: Result<(), sportello_tenancy::problem::Problems>| {
            assert!(result.is_ok(), "{}", to_text(&result.unwrap_err().sorted(), Language::It));
        };
        fine(publish(&root, "cesena", release).map(drop));
        fine(lock(&root, "cesena", None).map(drop));
        fine(lock(&root, "unione-valmarecchia", None).map(drop));
        fine(publish(&root, "unione-valmarecchia", release).map(drop));
        fine(lock(&root, "santarcangelo", None).map(drop));
    }

    pub(crate) fn root(&self) -> Root {
        Root::new(&self.dir)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.dir.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn remove(&self, path: &str) {
        fs::remove_file(self.dir.join(path)).unwrap();
    }

    pub(crate) fn remove_folder(&self, path: &str) {
        fs::remove_dir_all(self.dir.join(path)).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.dir.join(path)).unwrap()
    }

    pub(crate) fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, &text.replacen(from, to, 1));
    }

    pub(crate) fn append(&self, path: &str, text: &str) {
        let old = self.read(path);
        self.write(path, &format!("{old}{text}"));
    }

    pub(crate) fn load(&self) -> Installation {
        load(&self.dir).unwrap()
    }

    /// The problems of one tenant as people see them; the temporary folder is left out.
    pub(crate) fn problems(&self, tenant: &str, language: Language) -> String {
        let problems = check(&self.dir, Some(tenant)).unwrap();
        self.shown(&problems, language)
    }

    pub(crate) fn shown(&self, problems: &[Problem], language: Language) -> String {
        to_text(problems, language).replace(&*self.dir.to_string_lossy(), "tenants")
    }

    pub(crate) fn codes(&self, tenant: &str) -> Vec<&'static str> {
        let problems = check(&self.dir, Some(tenant)).unwrap();
        problems.iter().filter(|problem| problem.severity() == Severity::Error).map(Problem::code).collect()
    }
}
