//! Reading a folder: which files may be there, no links, nothing unnoticed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::DocId;
use crate::problem::{Message, Problems, Span};
use crate::shape::kinds::Kind;
use crate::shape::validate::{Standing, check_file};
use crate::shape::{closest, list};
use crate::yaml::{Lists, Node, decode, is_id, parse_with};

/// Where `tenants/` is, and how its files are shown to people.
#[derive(Clone, Debug)]
pub struct Root {
    /// The folder.
    pub dir: PathBuf,
    shown: String,
}

impl Root {
    /// Files are shown under the path as it was given.
    pub fn new(dir: &Path) -> Self {
        let shown = dir.to_string_lossy();
        let shown = shown.strip_prefix("./").unwrap_or(&shown).trim_end_matches('/').to_owned();
        Self { dir: dir.to_owned(), shown }
    }

    /// The name of a file for people.
    pub fn shown(&self, relative: &str) -> Arc<str> {
        format!("{}/{relative}", self.shown).into()
    }

    /// The whole file as a place.
    pub fn file(&self, relative: &str) -> Span {
        Span::of_file(self.shown(relative))
    }
}

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Documents that could be read; wrong values in them are marked.
    pub documents: BTreeMap<DocId, Node>,
    /// SHA-256 of every file by its path in the folder, in hexadecimal.
    pub hashes: BTreeMap<String, String>,
    /// Other files, such as a logo.
    pub assets: BTreeMap<String, Vec<u8>>,
}

/// Which documents a folder may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A tenant's own folder.
    Tenant {
        /// True when there are layers below, so that its services are differences.
        inherits: bool,
    },
    /// A catalogue.
    Catalogue {
        /// True when it stands on another.
        overlay: bool,
    },
}

const TENANT_FILES: &[(&str, Kind)] = &[
    ("tenant", Kind::Tenant),
    ("branding", Kind::Branding),
    ("offices", Kind::Offices),
    ("calendar", Kind::Calendar),
    ("parameters", Kind::LocalParameters),
    ("identity", Kind::Identity),
    ("desk", Kind::Desk),
    ("registers", Kind::Registers),
    ("lock", Kind::Lock),
];
const TENANT_FOLDERS: &[(&str, Kind)] = &[
    ("services", Kind::Service),
    ("own-services", Kind::Service),
    ("workflows", Kind::Workflow),
    ("steps", Kind::Step),
    ("acts", Kind::Act),
    ("sections", Kind::Section),
    ("templates", Kind::Template),
    ("decisions", Kind::Decisions),
];
const CATALOGUE_FILES: &[(&str, Kind)] = &[
    ("parameters", Kind::Parameters),
    ("roles", Kind::Roles),
    ("policies", Kind::Policies),
    ("branding", Kind::Branding),
    ("calendar", Kind::Calendar),
    ("desk", Kind::Desk),
    ("RELEASE", Kind::Release),
];
const CATALOGUE_FOLDERS: &[(&str, Kind)] = &[
    ("services", Kind::Service),
    ("workflows", Kind::Workflow),
    ("steps", Kind::Step),
    ("acts", Kind::Act),
    ("sections", Kind::Section),
    ("templates", Kind::Template),
];

impl Layout {
    fn files(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Tenant { .. } => TENANT_FILES,
            Self::Catalogue { .. } => CATALOGUE_FILES,
        }
    }

    fn folders(self) -> &'static [(&'static str, Kind)] {
        match self {
            Self::Tenant { .. } => TENANT_FOLDERS,
            Self::Catalogue { .. } => CATALOGUE_FOLDERS,
        }
    }

    fn standing(self, folder: &str, kind: Kind) -> Standing {
        let layered = match self {
            Self::Tenant { inherits } => inherits && folder != "own-services",
            Self::Catalogue { overlay } => overlay,
        };
        let mergeable = matches!(
            kind,
            Kind::Service
                | Kind::Workflow
                | Kind::Step
                | Kind::Act
                | Kind::Section
                | Kind::Template
                | Kind::Roles
                | Kind::Parameters
                | Kind::Branding
                | Kind::Calendar
                | Kind::Desk
        );
        if layered && mergeable { Standing::Differences } else { Standing::Whole }
    }
}

/// SHA-256 in hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Reads a folder of `tenants/` by its layout; `relative` is its path there.
pub fn read_folder(root: &Root, relative: &str, layout: Layout, problems: &mut Problems) -> Folder {
    let mut reader = Reader { root, base: relative, layout, folder: Folder::default(), problems };
    for (name, is_dir) in reader.list("") {
        if !is_dir {
            reader.top_file(&name);
        } else if let Some((_, kind)) = layout.folders().iter().find(|(folder, _)| *folder == name) {
            reader.sub_folder(&name, *kind);
        } else if !(name == "catalogue" && matches!(layout, Layout::Tenant { .. })) {
            reader.unexpected(&name, layout.folders().iter().map(|(name, _)| *name));
        }
    }
    reader.folder
}

struct Reader<'r> {
    root: &'r Root,
    base: &'r str,
    layout: Layout,
    folder: Folder,
    problems: &'r mut Problems,
}

impl Reader<'_> {
    fn relative(&self, inner: &str) -> String {
        if inner.is_empty() { self.base.to_owned() } else { format!("{}/{inner}", self.base) }
    }

    /// Names in a folder in order, with whether each is a folder; links are reported and left out, hidden files left out.
    fn list(&mut self, inner: &str) -> Vec<(String, bool)> {
        let relative = self.relative(inner);
        let entries = match fs::read_dir(self.root.dir.join(&relative)) {
            Ok(entries) => entries,
            Err(error) => {
                self.problems.push(Message::Unreadable { detail: error.to_string().into() }, &self.root.file(&relative), "");
                return Vec::new();
            }
        };
        let mut names = Vec::new();
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(file_type) = entry.file_type() else { continue };
            if file_type.is_symlink() {
                self.problems.push(Message::SymbolicLink {}, &self.root.file(&format!("{relative}/{name}")), "");
            } else if !name.starts_with('.') && !name.ends_with('~') {
                names.push((name, file_type.is_dir()));
            }
        }
        names.sort();
        names
    }

    fn unexpected<'n>(&mut self, inner: &str, allowed: impl Iterator<Item = &'n str> + Clone) {
        let name = inner.rsplit('/').next().unwrap_or(inner);
        let message = match closest(name, allowed.clone()) {
            Some(near) => Message::UnexpectedFileLike { name: name.into(), suggestion: near.into() },
            None => Message::UnexpectedFile { name: name.into(), allowed: list(allowed).into() },
        };
        self.problems.push(message, &self.root.file(&self.relative(inner)), "");
    }

    fn bytes(&mut self, inner: &str) -> Option<Vec<u8>> {
        match fs::read(self.root.dir.join(self.relative(inner))) {
            Ok(bytes) => {
                self.folder.hashes.insert(inner.to_owned(), sha256(&bytes));
                Some(bytes)
            }
            Err(error) => {
                self.problems.push(Message::Unreadable { detail: error.to_string().into() }, &self.root.file(&self.relative(inner)), "");
                None
            }
        }
    }

    fn top_file(&mut self, name: &str) {
        let files = self.layout.files();
        let known = name.strip_suffix(".yaml").and_then(|stem| files.iter().find(|(file, _)| *file == stem));
        if let Some((_, kind)) = known {
            self.document(name, "", DocId::single(*kind));
        } else if is_asset(name) {
            if let Some(bytes) = self.bytes(name) {
                self.folder.assets.insert(name.to_owned(), bytes);
            }
        } else {
            let names: Vec<String> = files.iter().map(|(file, _)| format!("{file}.yaml")).collect();
            self.unexpected(name, names.iter().map(String::as_str));
        }
    }

    fn sub_folder(&mut self, folder: &str, kind: Kind) {
        for (name, is_dir) in self.list(folder) {
            let inner = format!("{folder}/{name}");
            match name.strip_suffix(".yaml") {
                Some(id) if !is_dir => {
                    let local = folder == "own-services" || id.starts_with("loc-");
                    let named_well = kind == Kind::Decisions
                        || (is_id(id) && (kind != Kind::Service || local == (folder == "own-services" && id.starts_with("loc-"))));
                    if named_well {
                        self.document(&inner, folder, DocId::of(kind, id));
                    } else {
                        let id =
                            if folder == "own-services" && !id.starts_with("loc-") { format!("loc-{id}") } else { "un-nome".to_owned() };
                        let message = Message::BadId { id: name.as_str().into(), example: format!("{id}.yaml").into() };
                        self.problems.push(message, &self.root.file(&self.relative(&inner)), "");
                    }
                }
                _ => {
                    let meant = name.strip_suffix(".yml").map_or_else(|| "<id>.yaml".to_owned(), |stem| format!("{stem}.yaml"));
                    self.unexpected(&inner, std::iter::once(meant.as_str()));
                }
            }
        }
    }

    fn document(&mut self, inner: &str, folder: &str, id: DocId) {
        let Some(bytes) = self.bytes(inner) else { return };
        let file = self.root.shown(&self.relative(inner));
        let standing = self.layout.standing(folder, id.kind);
        if let Some(node) = read_document(&bytes, &file, id.kind, standing, self.problems) {
            self.folder.documents.insert(id, node);
        }
    }
}

fn is_asset(name: &str) -> bool {
    let name = name.to_lowercase();
    [".svg", ".png", ".json", ".md", ".txt"].iter().any(|ending| name.ends_with(ending))
}

/// Reads one document from its bytes.
pub(crate) fn read_document(bytes: &[u8], file: &Arc<str>, kind: Kind, standing: Standing, problems: &mut Problems) -> Option<Node> {
    let text = decode(bytes, file, problems)?;
    let lists = if kind == Kind::Platform { Lists::AsSets } else { Lists::Refused };
    let mut node = parse_with(&text, file, lists, problems)?;
    check_file(kind.record(), standing, &mut node, problems);
    Some(node)
}
