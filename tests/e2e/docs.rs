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
