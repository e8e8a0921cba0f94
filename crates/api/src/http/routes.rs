//! Which methods each address takes, as the API's own description says: what tells a wrong method (405) from a wrong address
//! (404).

use std::{collections::BTreeSet, sync::Arc};

use serde_json::Value;

/// The addresses and their methods.
#[derive(Debug)]
pub(crate) struct Routes(Vec<Route>);

#[derive(Debug)]
struct Route {
    template: Arc<str>,
    pieces: Vec<Piece>,
    methods: BTreeSet<String>,
}

#[derive(Debug)]
enum Piece {
    Fixed(String),
    Any,
}

impl Routes {
    /// The addresses of an OpenAPI document.
    pub(crate) fn of(document: &Value) -> Self {
        let paths = document.get("paths").and_then(Value::as_object);
        let routes = paths.into_iter().flatten().map(|(path, item)| Route {
            template: path.as_str().into(),
            pieces: path.split('/').map(|piece| if piece.starts_with('{') { Piece::Any } else { Piece::Fixed(piece.to_owned()) }).collect(),
            methods: item.as_object().into_iter().flat_map(|item| item.keys()).map(|method| method.to_ascii_uppercase()).collect(),
        });
        Self(routes.collect())
    }

    /// One more address, which the document does not describe.
    pub(crate) fn with(mut self, path: &str) -> Self {
        let pieces = path.split('/').map(|piece| if piece.starts_with('{') { Piece::Any } else { Piece::Fixed(piece.to_owned()) });
        self.0.push(Route { template: path.into(), pieces: pieces.collect(), methods: BTreeSet::from(["GET".to_owned()]) });
        self
    }

    /// The template of an address, such as `/v1/tenants/{tenant}/cases/{case}`; none where there is no such address.
    pub(crate) fn template(&self, path: &str) -> Option<Arc<str>> {
        self.nearest(path).map(|route| Arc::clone(&route.template))
    }

    fn nearest(&self, path: &str) -> Option<&Route> {
        let pieces: Vec<&str> = path.split('/').collect();
        // `cases/search` is an address of its own, and no case.
        self.0.iter().filter(|route| route.fits(&pieces)).max_by_key(|route| route.fixed())
    }

    /// The methods of an address as `Allow` lists them; none where there is no such address.
    pub(crate) fn allow(&self, path: &str) -> Option<String> {
        let nearest = self.nearest(path)?;
        let mut methods: BTreeSet<&str> = nearest.methods.iter().map(String::as_str).collect();
        if methods.contains("GET") {
            methods.insert("HEAD");
        }
        methods.insert("OPTIONS");
        Some(methods.into_iter().collect::<Vec<_>>().join(", "))
    }
}

impl Route {
    /// How many of its pieces are words.
    fn fixed(&self) -> usize {
        self.pieces.iter().filter(|piece| matches!(piece, Piece::Fixed(_))).count()
    }

    fn fits(&self, pieces: &[&str]) -> bool {
        self.pieces.len() == pieces.len()
            && self.pieces.iter().zip(pieces).all(|(piece, given)| match piece {
                Piece::Fixed(fixed) => fixed == given,
                Piece::Any => !given.is_empty(),
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn methods_are_listed_for_addresses_that_exist() {
        let routes = Routes::of(&json!({"paths": {"/a/{b}": {"get": {}, "patch": {}}, "/a/search": {"post": {}}}}));
        assert_eq!(routes.allow("/a/x").as_deref(), Some("GET, HEAD, OPTIONS, PATCH"));
        assert_eq!(routes.allow("/a/search").as_deref(), Some("OPTIONS, POST"));
        assert_eq!((routes.template("/a/x").as_deref(), routes.template("/a/search").as_deref()), (Some("/a/{b}"), Some("/a/search")));
        for none in ["/a", "/a/", "/a/x/y", "", "/"] {
            assert_eq!(routes.allow(none), None, "{none}");
        }
    }
}
