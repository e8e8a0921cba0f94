//! Holds the shape of the workspace: which crate may know which, which crates of others are banned, and the few rules of
//! style that no lint knows.
//!
//! A new crate needs a row in [`ARROWS`]; a new licence needs a line in `deny.toml`. The checks are functions over plain
//! text, so that each of them is also tried on something it must refuse.

#![expect(clippy::expect_used, reason = "a project that cannot be read fails the test, with the file's name")]

mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Which of our crates each crate may link into the product; tests may build the whole graph. Arrows point one way: from what
/// people call down to what decides.
const ARROWS: &[(&str, &[&str])] = &[
    ("sportello-domain", &[]),
    ("sportello-migrations", &[]),
    ("sportello-tenancy", &["sportello-domain"]),
    ("sportello-store", &["sportello-domain", "sportello-migrations"]),
    ("sportello-engine", &["sportello-store", "sportello-tenancy", "sportello-domain"]),
    ("sportello-connect", &["sportello-engine", "sportello-domain"]),
    ("sportello-archive", &["sportello-connect", "sportello-store", "sportello-domain"]),
    ("sportello-documents", &["sportello-domain"]),
    ("sportello-api", &["sportello-engine", "sportello-domain"]),
    (
        "sportello",
        &[
            "sportello-api",
            "sportello-archive",
            "sportello-connect",
            "sportello-documents",
            "sportello-engine",
            "sportello-store",
            "sportello-tenancy",
            "sportello-domain",
            "sportello-migrations",
        ],
    ),
    ("sportello-test-postgres", &[]),
    ("sportello-tests", &["sportello", "sportello-test-postgres"]),
];

/// What a floor must not import from others, with the reason. Names ending in `*` are prefixes.
const FLOORS: &[(&str, &[&str], &str)] = &[
    ("sportello-domain", &["actix*", "utoipa*", "sea-orm*", "sqlx", "tokio", "reqwest", "clap"], "the domain is pure"),
    ("sportello-tenancy", &["actix*", "utoipa*", "sea-orm*", "sqlx", "reqwest", "clap"], "configuration knows no web and no rows"),
    ("sportello-store", &["actix*", "utoipa*", "jsonwebtoken", "reqwest", "clap"], "rows know no web"),
    ("sportello-engine", &["actix*", "utoipa*", "sea-orm*", "sqlx", "reqwest", "clap"], "commands reach rows through the store alone"),
    ("sportello-connect", &["actix*", "utoipa*", "sea-orm*", "sqlx", "clap"], "adapters know ports, not routes or rows"),
    ("sportello-archive", &["actix*", "utoipa*", "sea-orm*", "sqlx", "reqwest", "clap"], "archives reach rows through the store alone"),
    (
        "sportello-documents",
        &["actix*", "utoipa*", "sea-orm*", "sqlx", "tokio", "reqwest", "clap", "typst"],
        "papers are printed from words alone",
    ),
    ("sportello-engine", &["krilla*", "dejavu"], "commands print through a port"),
    ("sportello-api", &["sea-orm*", "sqlx", "clap"], "routes reach rows through the engine alone"),
];

/// Crates that serve tests and must not be linked into the product.
const TEST_ONLY: &[&str] = &["insta", "proptest"];

/// Where a literal service or tenant name is refused altogether; elsewhere (examples, the demonstration day) only comparisons are.
const NAMELESS_CRATES: &[&str] =
    &["crates/domain", "crates/tenancy", "crates/store", "crates/archive", "crates/engine", "crates/connect", "crates/documents"];

/// What a person who clones the repository looks for.
const REQUIRED: &[&str] = &[
    ".ci/run",
    ".editorconfig",
    ".gitattributes",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "deploy/Containerfile",
    "deploy/README.md",
    "deploy/compose.yaml",
    "deploy/sportello.service",
    "deploy/sportello.yaml",
    "docs/decisions",
    "publiccode.yml",
    "rustfmt.toml",
    "tests/run",
];

const LONGEST_FILE: usize = 800;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests' folder stands in the project's").to_owned()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The path as a person would write it, from the project's root.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

/// All files below `folder`, without build output, repository and data folders.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.expect("a readable folder").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_symlink() || matches!(name, "target" | ".git" | "node_modules") || (name == "data" && folder == root()) {
                continue;
            }
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = ["crates", "migrations", "tests"].iter().flat_map(|folder| files(&root().join(folder))).collect();
    found.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    assert!(found.len() > 20, "the walk over the sources found only {} files", found.len());
    found
}

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo can be started");
    assert!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn packages(metadata: &Value) -> &[Value] {
    metadata["packages"].as_array().expect("cargo metadata lists packages")
}

fn ours(metadata: &Value) -> impl Iterator<Item = &Value> {
    packages(metadata).iter().filter(|package| package["source"].is_null())
}

fn assert_none(findings: &[String], rule: &str) {
    assert!(findings.is_empty(), "{rule}\n  {}", findings.join("\n  "));
}

// Arrows.

/// Each dependency among our crates that [`ARROWS`] does not know, and each crate without a row.
fn wrong_arrows<'a>(packages: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut findings = Vec::new();
    for package in packages {
        let name = text(package, "name");
        let Some(allowed) = allowed.get(name) else {
            findings.push(format!("{name} has no row in ARROWS"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten().filter(|dependency| text(dependency, "kind") != "dev") {
            let target = text(dependency, "name");
            if target.starts_with("sportello") && !allowed.contains(&target) {
                findings.push(format!("{name} depends on {target}; it may depend on {allowed:?}"));
            }
        }
    }
    findings
}

/// Each import of a crate that the importing floor must not know.
fn wrong_floors<'a>(packages: impl Iterator<Item = &'a Value>) -> Vec<String> {
    let mut findings = Vec::new();
    for package in packages {
        let name = text(package, "name");
        for dependency in package["dependencies"].as_array().into_iter().flatten().filter(|dependency| text(dependency, "kind") != "dev") {
            let target = text(dependency, "name");
            for (_, banned, reason) in FLOORS.iter().filter(|(floor, ..)| *floor == name) {
                let hit = banned.iter().any(|ban| ban.strip_suffix('*').map_or(*ban == target, |prefix| target.starts_with(prefix)));
                if hit {
                    findings.push(format!("{name} imports {target}: {reason}"));
                }
            }
            if TEST_ONLY.contains(&target) && name != "sportello-tests" {
                findings.push(format!("{name} links {target} into the product: it belongs under [dev-dependencies]"));
            }
        }
    }
    findings
}

#[test]
fn arrows_between_our_crates_point_one_way() {
    assert_none(&wrong_arrows(ours(&metadata())), "arrows between crates");
}

#[test]
fn each_floor_imports_only_what_it_may_know() {
    assert_none(&wrong_floors(ours(&metadata())), "imports of a floor");
}

#[test]
fn a_wrong_arrow_is_found() {
    let package = serde_json::json!({"name": "sportello-store", "dependencies": [
        {"name": "sportello-tenancy", "kind": null}, {"name": "sportello-domain", "kind": null}, {"name": "actix-web", "kind": null},
        {"name": "insta", "kind": null}, {"name": "proptest", "kind": "dev"}]});
    assert_eq!(
        wrong_arrows([&package].into_iter()),
        ["sportello-store depends on sportello-tenancy; it may depend on [\"sportello-domain\", \"sportello-migrations\"]"]
    );
    assert_eq!(
        wrong_floors([&package].into_iter()),
        [
            "sportello-store imports actix-web: rows know no web",
            "sportello-store links insta into the product: it belongs under [dev-dependencies]"
        ]
    );
    assert_eq!(wrong_arrows([&serde_json::json!({"name": "sportello-utils"})].into_iter()), ["sportello-utils has no row in ARROWS"]);
}

/// Each crate with the features that it is built with, by itself or with the tests (`normal,build` or that and `dev`).
fn features(edges: &str) -> BTreeMap<String, BTreeSet<String>> {
    let arguments = ["tree", "--workspace", "--locked", "--prefix", "none", "-f", "{p}\t{f}", "-e", edges];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().expect("cargo can be started");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut crates: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let (name, features) = line.trim_end_matches(" (*)").split_once('\t').unwrap_or((line, ""));
        crates.entry(name.to_owned()).or_default().insert(features.to_owned());
    }
    crates
}

#[test]
fn nothing_is_compiled_a_second_time_for_tests() {
    let (built, tested) = (features("normal,build"), features("normal,build,dev"));
    assert!(built.len() > 200, "{}", built.len());
    let differs = built.iter().filter(|(name, features)| tested.get(*name) != Some(features));
    let findings: Vec<String> = differs.map(|(name, features)| format!("{name} {features:?}")).collect();
    assert_none(&findings, "features that only tests ask for: name who asks for them under [dependencies] of tests/Cargo.toml");
}

#[test]
fn versions_lints_and_licence_stand_in_one_place() {
    let mut findings = Vec::new();
    for package in ours(&metadata()) {
        let path = PathBuf::from(text(package, "manifest_path"));
        findings.extend(loose_lines(&read(&path)).into_iter().map(|finding| format!("{}: {finding}", shown(&path))));
    }
    assert_none(&findings, "what the workspace decides and a crate decides again");
}

/// Lines of a crate's manifest that do not defer to the workspace.
fn loose_lines(manifest: &str) -> Vec<String> {
    let mut findings = Vec::new();
    let mut section = "";
    for line in manifest.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies") && !line.contains("workspace = true") {
            findings.push(format!("`{line}` names its own version"));
        }
    }
    for wanted in ["version.workspace = true", "edition.workspace = true", "license.workspace = true", "[lints]\nworkspace = true"] {
        if !manifest.contains(wanted) {
            findings.push(format!("`{wanted}` is missing").replace('\n', " "));
        }
    }
    findings
}

#[test]
fn a_version_of_its_own_is_found() {
    let manifest = "version.workspace = true\nedition.workspace = true\nlicense.workspace = true\n[dependencies]\nserde = \"1\"\n";
    assert_eq!(loose_lines(manifest), ["`serde = \"1\"` names its own version", "`[lints] workspace = true` is missing"]);
}

// Crates of others.

/// The entries of `name = [ … ]` in `deny.toml`, one per line there.
fn deny_list(name: &str) -> Vec<String> {
    let text = read(&root().join("deny.toml"));
    let start = format!("{name} = [");
    let entries: Vec<String> = text
        .lines()
        .skip_while(|line| *line != start)
        .skip(1)
        .take_while(|line| *line != "]")
        .filter_map(|line| line.split('"').nth(1).map(str::to_owned))
        .collect();
    assert!(!entries.is_empty(), "deny.toml: no list `{name}`");
    entries
}

#[test]
fn no_banned_crate_is_in_the_tree() {
    let banned: BTreeSet<String> = deny_list("deny").into_iter().collect();
    for known in ["ring", "openssl", "openssl-sys", "native-tls", "serde_yaml"] {
        assert!(banned.contains(known), "deny.toml no longer bans {known}");
    }
    // What is built, on whatever platform: the lock file also names crates that no feature turns on.
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--workspace", "--locked", "--target", "all", "--prefix", "none"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "cargo tree: {}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8_lossy(&output.stdout);
    let built: BTreeSet<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(built.contains("actix-web"), "the tree could not be read");
    let findings: Vec<String> = built.iter().filter(|name| banned.contains(**name)).map(|name| format!("{name} is built")).collect();
    assert_none(&findings, "banned crates (deny.toml says why)");
}

#[test]
fn every_crate_comes_from_the_registry_under_an_admitted_licence() {
    let admitted: BTreeSet<String> = deny_list("allow").into_iter().collect();
    let mut findings = Vec::new();
    for package in packages(&metadata()) {
        let name = text(package, "name");
        if !is_admitted(text(package, "license"), &admitted) {
            findings.push(format!("{name}: licence `{}`", text(package, "license")));
        }
        let source = text(package, "source");
        if !source.is_empty() && source != "registry+https://github.com/rust-lang/crates.io-index" {
            findings.push(format!("{name}: comes from {source}"));
        }
    }
    assert_none(&findings, "licences and sources (deny.toml lists the admitted ones)");
}

/// Whether an SPDX expression can be met with `admitted` licences alone. The old spelling with `/` means `OR`.
fn is_admitted(expression: &str, admitted: &BTreeSet<String>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut position = 0;
    !words.is_empty() && any_of(&words, &mut position, admitted) && position == words.len()
}

fn any_of(words: &[&str], position: &mut usize, admitted: &BTreeSet<String>) -> bool {
    let mut met = all_of(words, position, admitted);
    while words.get(*position) == Some(&"OR") {
        *position += 1;
        met |= all_of(words, position, admitted);
    }
    met
}

fn all_of(words: &[&str], position: &mut usize, admitted: &BTreeSet<String>) -> bool {
    let mut met = one(words, position, admitted);
    while words.get(*position) == Some(&"AND") {
        *position += 1;
        met &= one(words, position, admitted);
    }
    met
}

fn one(words: &[&str], position: &mut usize, admitted: &BTreeSet<String>) -> bool {
    let word = words.get(*position).copied().unwrap_or_default();
    *position += 1;
    if word == "(" {
        let met = any_of(words, position, admitted);
        let closed = words.get(*position) == Some(&")");
        *position += 1;
        return met && closed;
    }
    if words.get(*position) == Some(&"WITH") {
        let exception = words.get(*position + 1).copied().unwrap_or_default();
        *position += 2;
        return admitted.contains(&format!("{word} WITH {exception}"));
    }
    admitted.contains(word)
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let admitted: BTreeSet<String> = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned).into();
    for good in ["MIT", "MIT/GPL-3.0", "GPL-2.0 OR MIT", "ISC AND (GPL-2.0 OR MIT)", "Apache-2.0 WITH LLVM-exception"] {
        assert!(is_admitted(good, &admitted), "{good}");
    }
    for bad in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR ISC", "ISC AND (GPL-2.0 OR GPL-3.0)", "Apache-2.0", "MIT MIT"] {
        assert!(!is_admitted(bad, &admitted), "{bad}");
    }
}

// Style that no lint knows.

/// The lines of a source without comments and without the module of tests at its end, numbered from one.
fn product_lines(source: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = source.lines().collect();
    let end = (0..lines.len())
        .find(|&at| lines[at] == "#[cfg(test)]" && lines.get(at + 1).is_some_and(|next| next.starts_with("mod ") && next.ends_with('{')))
        .unwrap_or(lines.len());
    lines[..end]
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line.split(" // ").next().unwrap_or(line)))
        .collect()
}

/// Names of services in published and local catalogues, and of tenants: data that no code may know.
fn names_of_data() -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut services, mut tenants) = (BTreeSet::new(), BTreeSet::new());
    for path in files(&root().join("tenants")) {
        let shown = shown(&path);
        let parts: Vec<&str> = shown.split('/').collect();
        if let [_, tenant, .., folder, file] = parts.as_slice() {
            tenants.insert((*tenant).to_owned());
            if let ("services" | "own-services", Some(id)) = (*folder, file.strip_suffix(".yaml")) {
                services.insert(id.to_owned());
            }
        }
    }
    (services, tenants)
}

/// Whether a line decides something by a literal: compares with it, or has it as the arm of a `match`.
fn decides(line: &str) -> bool {
    ["==", "!=", "=>", "matches!", ".eq(", "starts_with(", "ends_with(", ".contains(", "eq_ignore_ascii_case", "if let \""]
        .iter()
        .any(|sign| line.contains(sign))
        || line.trim_start().starts_with('|')
        || line.trim_end().ends_with('|')
}

/// Lines of `source` that know a name of `names`; all of them where `strict`, else those that decide by it.
fn lines_that_know(source: &str, names: &BTreeSet<String>, strict: bool) -> Vec<(usize, String)> {
    product_lines(source)
        .into_iter()
        .filter(|(_, line)| strict || decides(line))
        .flat_map(|(at, line)| {
            line.split('"').skip(1).step_by(2).filter(|text| names.contains(*text)).map(move |text| (at, text.to_owned()))
        })
        .collect()
}

#[test]
fn no_code_decides_by_the_name_of_a_service_or_a_tenant() {
    let (services, tenants) = names_of_data();
    assert!(services.contains("pink-badge") && tenants.contains("cesena"), "the catalogue could not be read");
    let names: BTreeSet<String> = services.union(&tenants).cloned().collect();
    let mut findings = Vec::new();
    for path in sources() {
        let shown = shown(&path);
        if !shown.starts_with("crates/") || shown.ends_with("/tests.rs") || shown.contains("/tests/") || shown.ends_with("_tests.rs") {
            continue;
        }
        let strict = NAMELESS_CRATES.iter().any(|folder| shown.starts_with(folder));
        for (line, name) in lines_that_know(&read(&path), &names, strict) {
            findings.push(format!("{shown}:{line}: `{name}` is data: say what differs in its configuration"));
        }
    }
    assert_none(&findings, "services and tenants are data");
}

#[test]
fn a_decision_by_name_is_found() {
    let names: BTreeSet<String> = ["pink-badge".to_owned()].into();
    let source = "//! e.g. \"pink-badge\"\nfn f(id: &str) -> bool {\n    id == \"pink-badge\"\n}\nconst A: &str = \"pink-badge\";\n\
                  const B: &str = \"pink-badges\"; // \"pink-badge\"\nmatch id {\n    \"a\" | \"pink-badge\" => 1,\n}\n\
                  #[cfg(test)]\nmod tests {\n    const C: &str = \"pink-badge\";\n}\n";
    let found = |strict| lines_that_know(source, &names, strict).into_iter().map(|(line, _)| line).collect::<Vec<_>>();
    for line in ["id.eq_ignore_ascii_case(\"pink-badge\")", "[\"x\", \"pink-badge\"].contains(&id)", "if let \"pink-badge\" = id {}"] {
        assert_eq!(lines_that_know(line, &names, false).len(), 1, "{line}");
    }
    assert_eq!(found(true), [3, 5, 8]);
    assert_eq!(found(false), [3, 8]);
}

#[test]
fn files_stay_short_and_lints_are_expected_not_allowed() {
    let mut findings = Vec::new();
    for path in sources() {
        let source = read(&path);
        let length = source.lines().count();
        if length > LONGEST_FILE {
            findings.push(format!("{}: {length} lines, at most {LONGEST_FILE}", shown(&path)));
        }
        for (at, line) in source
            .lines()
            .enumerate()
            .filter(|(_, line)| line.trim_start().starts_with("#[allow(") || line.trim_start().starts_with("#![allow("))
        {
            findings.push(format!("{}:{}: `{}`: write #[expect(…, reason = …)]", shown(&path), at + 1, line.trim()));
        }
        if path.file_stem().is_some_and(|stem| stem == "utils" || stem == "util" || stem == "helpers") {
            findings.push(format!("{}: a module that says nothing about what it holds", shown(&path)));
        }
    }
    assert_none(&findings, "style");
}

#[test]
fn text_files_end_their_lines_with_a_line_feed() {
    let attributes = read(&root().join(".gitattributes"));
    assert!(attributes.lines().any(|line| line == "* text=auto eol=lf"), ".gitattributes no longer pins the ends of lines");
    let texts = ["rs", "toml", "yaml", "yml", "md", "csv", "json", "sh", "txt", "service", "svg", "lock", "snap"];
    let mut findings = Vec::new();
    for path in files(&root()) {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        if texts.contains(&extension) && fs::read(&path).expect("a readable file").contains(&b'\r') {
            findings.push(format!("{} holds a carriage return", shown(&path)));
        }
    }
    assert_none(&findings, "ends of lines");
}

// What a visitor looks for.

#[test]
fn the_files_that_a_visitor_looks_for_are_there() {
    let missing: Vec<String> =
        REQUIRED.iter().filter(|name| !root().join(name).exists()).map(|name| format!("{name} is missing")).collect();
    assert_none(&missing, "required files");
    assert!(read(&root().join("LICENSE")).contains("GNU AFFERO GENERAL PUBLIC LICENSE"), "LICENSE is not the AGPL");
}

#[test]
fn publiccode_tells_the_truth_about_this_version() {
    let code = yaml::parse(&read(&root().join("publiccode.yml"))).expect("publiccode.yml is YAML");
    let manifest = read(&root().join("Cargo.toml"));
    let version =
        manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"')).expect("the workspace has a version");
    assert_eq!(text(&code, "publiccodeYmlVersion"), "0.7.0");
    assert_eq!(text(&code, "softwareVersion"), version);
    assert_eq!(text(&code["legal"], "license"), "AGPL-3.0-or-later");
    for key in ["name", "url", "platforms", "developmentStatus", "softwareType", "maintenance", "localisation"] {
        assert!(!code[key].is_null(), "publiccode.yml: `{key}` is mandatory");
    }
    assert!(code["maintenance"]["contacts"][0]["name"].is_string(), "publiccode.yml: internal maintenance wants a contact");
    assert!(code.get("it").or(code.get("IT")).is_none(), "publiccode.yml: the Italian section is deprecated");
    for language in ["it", "en"] {
        let description = &code["description"][language];
        let short = text(description, "shortDescription").chars().count();
        let long = text(description, "longDescription").chars().count();
        assert!((1..=150).contains(&short), "{language}: shortDescription has {short} characters");
        assert!((150..=10_000).contains(&long), "{language}: longDescription has {long} characters");
        assert!(description["features"].as_array().is_some_and(|features| !features.is_empty()), "{language}: features");
    }
}

// The reader that these tests share.

#[test]
fn scalars_are_what_they_look_like() {
    let read = yaml::parse("a: 1\nb: \"1\"\nc: 1.5\nd: 0.1.0\ne: [true, ~, NO]\n200: x").expect("a valid document");
    assert_eq!(read, serde_json::json!({"a": 1, "b": "1", "c": 1.5, "d": "0.1.0", "e": [true, null, "NO"], "200": "x"}));
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    assert_eq!(yaml::parse("a: 1\na: 2"), Err("line 2: the key `a` stands twice".to_owned()));
}
