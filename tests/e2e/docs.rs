//! The documents tell the truth about what is there: files that they link to, commands that they name.

#![expect(clippy::expect_used, reason = "a helper that fails, fails the test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use sportello_tests::{repository, sportello};

/// Every page of the project, with its text.
fn pages() -> Vec<(PathBuf, String)> {
    fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("its entries can be read").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() && !name.starts_with('.') && name != "target" {
                collect(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    collect(&repository(), &mut found);
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("UTF-8"))).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)#\s]+)(?:#[^)]*)?\)").expect("a pattern");
    let mut count = 0;
    for (page, text) in pages() {
        for target in link.captures_iter(&text).filter_map(|found| found.get(1)).map(|found| found.as_str()) {
            if target.contains("://") {
                continue;
            }
            let path = page.parent().expect("a page stands in a folder").join(target);
            assert!(path.exists(), "{} links to {target}, which is not there", page.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} links were found");
}

#[test]
fn every_command_exists() {
    let command = Regex::new(r"(?m)(?:^|[`$] ?|-- )sportello ([a-z]+)(?: ([a-z]+))?").expect("a pattern");
    let mut named = BTreeSet::new();
    for (page, text) in pages() {
        for found in command.captures_iter(&text) {
            let word = |group| found.get(group).map(|found| found.as_str().to_owned());
            named.insert((word(1).expect("a command"), word(2), page.display().to_string()));
        }
    }
    assert!(named.len() > 10, "only these commands were found: {named:?}");
    for (first, second, page) in named {
        let nested = ["tenant", "catalogue", "db"].contains(&first.as_str());
        let words: Vec<&str> = [Some(first.as_str()), second.as_deref().filter(|_| nested), Some("--help")].into_iter().flatten().collect();
        let asked = sportello(&words);
        assert!(asked.status.success(), "{page} names `sportello {}`: {}", words.join(" "), String::from_utf8_lossy(&asked.stderr));
    }
}

/// What stands between backticks and looks like a path of the repository: its first folder is one of ours, and nothing in it is a
/// placeholder.
fn paths(text: &str) -> Vec<&str> {
    let folders = ["crates/", "deploy/", "docs/", "migrations/", "openapi/", "tenants/", "tests/"];
    let quoted = Regex::new(r"`([A-Za-z0-9_./-]+)`").expect("a pattern");
    let found = quoted.captures_iter(text).filter_map(|found| found.get(1)).map(|found| found.as_str());
    found.filter(|path| folders.iter().any(|folder| path.starts_with(folder))).collect()
}

#[test]
fn every_path_of_the_repository_that_a_page_names_is_there() {
    let root = repository();
    let mut count = 0;
    for (page, text) in pages().into_iter().filter(|(page, _)| page.parent() == Some(&root) || page.starts_with(root.join("docs"))) {
        for path in paths(&text) {
            assert!(root.join(path).exists(), "{} names `{path}`, which is not there", page.display());
            count += 1;
        }
    }
    assert!(count > 20, "only {count} paths were found");
    assert_eq!(paths("`tests/run` `tests/<name>` `cases/{case}` `crates/api/…/x` crates/x `docs/api.md`"), ["tests/run", "docs/api.md"]);
}

/// The addresses of the table in `docs/api.md`: methods, path, names of the query.
fn addresses(page: &str) -> Vec<(Vec<String>, String, Vec<String>)> {
    let table = page.split("| addresses |").nth(1).expect("the table").split("\n\n").next().expect("its end");
    let quoted = Regex::new(r"`((?:[A-Z]+ )*)([^` ?]+)(?:\?([^`]*))?`").expect("a pattern");
    let mut found = Vec::new();
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        for address in quoted.captures_iter(row.split(" | ").next().expect("a first cell")) {
            let words = |group: usize, by: char| {
                let text = address.get(group).map_or("", |found| found.as_str());
                text.split(by).map(|word| word.trim_end_matches('=').to_lowercase()).filter(|word| !word.is_empty()).collect::<Vec<_>>()
            };
            found.push((words(1, ' '), address[2].to_owned(), words(3, '&')));
        }
    }
    found
}

#[test]
fn every_address_that_the_api_page_names_is_described() {
    let described: serde_json::Value = serde_json::from_slice(&sportello(&["openapi", "--json"]).stdout).expect("JSON");
    let described = described["paths"].as_object().expect("paths");
    let page = fs::read_to_string(repository().join("docs/api.md")).expect("the page");
    let found = addresses(&page);
    assert!(found.len() > 40, "only {} addresses were found", found.len());
    for (methods, address, parameters) in found {
        // `…` stands for what the address before it begins with.
        let fits = |path: &str| match address.strip_prefix('…') {
            Some(rest) => path.ends_with(rest),
            None if address.starts_with('/') => path == address,
            None => path == format!("/v1/tenants/{{tenant}}/{address}"),
        };
        // `/docs` is a page, not an operation.
        let operations: Vec<_> = described.iter().filter(|(path, _)| fits(path)).collect();
        assert!(!operations.is_empty() || address == "/docs", "docs/api.md names `{address}`, which is not described");
        for method in methods {
            assert!(operations.iter().any(|(_, item)| item.get(&method).is_some()), "docs/api.md: no {method} at `{address}`");
        }
        for name in parameters {
            let known = operations.iter().any(|(_, item)| item["get"]["parameters"].to_string().contains(&format!("\"name\":\"{name}\"")));
            assert!(known, "docs/api.md: `{address}` takes no `{name}`");
        }
    }
}
