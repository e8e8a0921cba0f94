//! The layer under all others: what the platform says where nobody else does.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::policy::Policies;
use crate::problem::Problems;
use crate::resolve::{Layer, LayerKind};
use crate::shape::kinds::Kind;
use crate::shape::validate::Standing;
use crate::source::{DocId, read_document, sha256};

const DOCUMENTS: [(Kind, &str, &str); 1] = [(Kind::Branding, "platform:branding.yaml", include_str!("branding.yaml"))];

/// The platform's defaults as a layer.
pub fn platform_layer() -> Layer {
    let mut problems = Problems::new();
    let documents: BTreeMap<_, _> = DOCUMENTS
        .into_iter()
        .filter_map(|(kind, file, text)| {
            Some((DocId::single(kind), read_document(text.as_bytes(), &file.into(), kind, Standing::Whole, &mut problems)?))
        })
        .collect();
    Layer { kind: LayerKind::Platform, name: "platform".into(), documents: Arc::new(documents), policies: Policies::default() }
}

/// The state of the defaults, for the hash of what a tenant was resolved from.
pub fn platform_hash() -> String {
    sha256(DOCUMENTS.map(|(_, file, text)| format!("{file}\n{text}")).join("\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_valid() {
        let mut problems = Problems::new();
        for (kind, file, text) in DOCUMENTS {
            assert!(read_document(text.as_bytes(), &file.into(), kind, Standing::Whole, &mut problems).is_some());
        }
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(platform_layer().documents.len(), DOCUMENTS.len());
    }
}
