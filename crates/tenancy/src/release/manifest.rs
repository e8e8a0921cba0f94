//! `RELEASE.yaml`, read.

use std::collections::BTreeMap;

use crate::yaml::Node;

/// A release that something stands on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// The tenant that published it.
    pub tenant: String,
    /// Its number.
    pub release: String,
    /// The SHA-256 of its `RELEASE.yaml`.
    pub sha256: String,
    /// What it stands on itself.
    pub on: Option<Box<Self>>,
}

impl Pin {
    /// Reads a pin that was checked against its shape.
    pub fn read(node: &Node) -> Option<Self> {
        Some(Self {
            tenant: node.text("tenant")?.to_owned(),
            release: node.text("release")?.to_owned(),
            sha256: node.text("sha256")?.to_owned(),
            on: node.get("on").and_then(Self::read).map(Box::new),
        })
    }

    /// As it is written into files.
    pub fn yaml(&self) -> String {
        let on = self.on.as_ref().map(|pin| format!(", on: {}", pin.yaml())).unwrap_or_default();
        format!("{{tenant: {}, release: {}, sha256: {}{on}}}", self.tenant, self.release, self.sha256)
    }
}

/// What a release says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Its number.
    pub release: String,
    /// What an overlay stands on.
    pub parent: Option<Pin>,
    /// SHA-256 of each file by path.
    pub files: BTreeMap<String, String>,
    /// Version of each service.
    pub services: BTreeMap<String, String>,
}

impl Manifest {
    /// Reads a manifest that was checked against its shape.
    pub fn read(node: &Node) -> Self {
        let map = |key: &str| node.get(key).into_iter().flat_map(Node::entries);
        Self {
            release: node.text("release").unwrap_or_default().to_owned(),
            parent: node.get("parent").and_then(Pin::read),
            files: map("files").filter_map(|(path, entry)| Some((path.to_owned(), entry.node.as_text()?.to_owned()))).collect(),
            services: map("services").filter_map(|(id, entry)| Some((id.to_owned(), entry.node.text("version")?.to_owned()))).collect(),
        }
    }

    /// As it is written into `RELEASE.yaml`.
    pub fn yaml(&self) -> String {
        let mut out = format!(
            "# Written when the release was published. Nothing in this folder changes any more.\nformat: 1\nrelease: {}\n",
            self.release
        );
        if let Some(parent) = &self.parent {
            out.extend(["parent: ", &parent.yaml(), "\n"]);
        }
        section(&mut out, "files", self.files.iter().map(|(path, hash)| format!("  {path}: {hash}\n")));
        section(&mut out, "services", self.services.iter().map(|(id, version)| format!("  {id}: {{version: {version}}}\n")));
        out
    }
}

/// A map with its entries, or an empty one.
pub(super) fn section(out: &mut String, key: &str, lines: impl Iterator<Item = String>) {
    let body: String = lines.collect();
    if body.is_empty() {
        out.extend([key, ": {}\n"]);
    } else {
        out.extend([key, ":\n", &body]);
    }
}
