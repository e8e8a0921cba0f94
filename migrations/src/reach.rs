//! Which programs may serve beside a step that they do not know.
//!
//! A step *expands*: new tables, new columns that may be absent or have a default, new indexes. Older programs never notice it. A
//! step that *contracts* takes away or narrows what some older program uses, and says so in its name, because names are what a
//! database keeps of its steps: `m0021_contract_m0018_old_addresses` asks for programs that know `m0018` at least.

/// What the name of a step that contracts goes on with after its number.
const CONTRACTS: &str = "contract_";

/// The step that programs must know to serve beside this one; none where it expands.
///
/// ```
/// # use sportello_migrations::needs;
/// assert_eq!(needs("m0021_contract_m0018_old_addresses"), Some("m0018"));
/// assert_eq!(needs("m0013_ratings"), None);
/// ```
pub fn needs(step: &str) -> Option<&str> {
    let (_, purpose) = step.split_once('_')?;
    Some(number(purpose.strip_prefix(CONTRACTS)?))
}

/// The newest of the steps applied beside which a program cannot serve that knows only these.
///
/// ```
/// # use sportello_migrations::refusing;
/// let known = ["m0017_one", "m0018_two"].map(str::to_owned);
/// let refusing = |step: &str| refusing(&[step.to_owned()], &known).is_some();
/// assert!(!refusing("m0019_three") && !refusing("m0020_contract_m0018_tidy"));
/// assert!(refusing("m0021_contract_m0019_tidy") && refusing("m0021_contract_"));
/// ```
pub fn refusing<'a>(applied: &'a [String], known: &[String]) -> Option<&'a String> {
    let lacks = |wanted: &str| !known.iter().any(|step| number(step) == wanted);
    let refuses = |step: &String| !known.contains(step) && needs(step).is_some_and(lacks);
    applied.iter().filter(|step| refuses(step)).max()
}

/// The part of a name that counts: `m0018` of `m0018_old_addresses`.
fn number(step: &str) -> &str {
    step.split('_').next().unwrap_or_default()
}
