//! The configuration from a shell, without a server: `check`, `publish TENANT RELEASE`, `lock TENANT`, `explain TENANT DOCUMENT PATH`.
#![expect(clippy::print_stdout, reason = "a command line")]

use std::path::Path;

use sportello_domain::text::Language;
use sportello_tenancy::problem::{Problems, Summary, to_text};
use sportello_tenancy::source::Root;

fn main() -> std::process::ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let dir = Path::new("tenants");
    let failed = match args.as_slice() {
        ["publish", tenant, release] => show(sportello_tenancy::release::publish(&Root::new(dir), tenant, release).map(drop)),
        ["lock", tenant] => show(sportello_tenancy::release::lock(&Root::new(dir), tenant, None).map(drop)),
        ["explain", tenant, document, path] => match sportello_tenancy::explain(dir, tenant, document, path) {
            Ok(found) => {
                println!("{}", found.text(Language::It));
                false
            }
            Err(problem) => show(Err(vec![problem].into())),
        },
        _ => match sportello_tenancy::check(dir, args.get(1).copied()) {
            Ok(problems) => {
                print!("{}", to_text(&problems, Language::It));
                println!("{}", Summary::of(&problems).line(Language::It));
                Summary::of(&problems).failed(false)
            }
            Err(problem) => show(Err(vec![problem].into())),
        },
    };
    u8::from(failed).into()
}

fn show(result: Result<(), Problems>) -> bool {
    match result {
        Ok(()) => false,
        Err(problems) => {
            print!("{}", to_text(&problems.sorted(), Language::It));
            true
        }
    }
}
