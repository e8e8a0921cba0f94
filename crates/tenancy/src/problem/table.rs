//! The one table of problems: code, severity, details, and both texts in both languages.
//!
//! An entry reads `Variant (Severity) "code" { details } it: "what", "remedy"; en: "what", "remedy";`. A missing language does
//! not compile. Codes are stable: scripts and documentation refer to them; several entries may share one when only the remedy
//! differs.

use super::{Language, Severity, Words};

macro_rules! messages {
    ($( $(#[$doc:meta])* $name:ident ($severity:ident) $code:literal { $($field:ident),* }
        it: $it:literal, $it_remedy:literal; en: $en:literal, $en_remedy:literal; )+) => {
        /// What can be wrong. Each variant carries the details that its texts name.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Message {
            $( $(#[$doc])* $name {
                $( #[doc = concat!("What the texts call `", stringify!($field), "`.")] $field: Words ),*
            }, )+
        }

        impl Message {
            /// The stable code, for programs.
            pub fn code(&self) -> &'static str {
                match self { $( Self::$name { .. } => $code, )+ }
            }

            /// How bad it is.
            pub fn severity(&self) -> Severity {
                match self { $( Self::$name { .. } => Severity::$severity, )+ }
            }

            /// What is wrong.
            pub fn text(&self, language: Language) -> String {
                match self {
                    $( Self::$name { $($field),* } => {
                        $( let $field = $field.get(language); let _ = $field; )*
                        match language {
                            Language::It => format!($it),
                            Language::En => format!($en),
                        }
                    } )+
                }
            }

            /// What to do about it.
            pub fn remedy(&self, language: Language) -> String {
                match self {
                    $( Self::$name { $($field),* } => {
                        $( let $field = $field.get(language); let _ = $field; )*
                        match language {
                            Language::It => format!($it_remedy),
                            Language::En => format!($en_remedy),
                        }
                    } )+
                }
            }

            /// The details by name.
            pub fn args(&self, language: Language) -> Vec<(&'static str, &str)> {
                let _ = language;
                match self {
                    $( Self::$name { $($field),* } => vec![$( (stringify!($field), $field.get(language)) ),*], )+
                }
            }
        }

        /// One message of each kind, its details named after themselves: for documentation and tests.
        pub fn samples() -> Vec<Message> {
            vec![ $( Message::$name { $( $field: Words::from(concat!("‹", stringify!($field), "›")) ),* }, )+ ]
        }
    };
}

messages! {
    // ---- Files and YAML ----
    /// The file cannot be read.
    Unreadable (Error) "unreadable" { detail }
        it: "il file non si può leggere: {detail}", "controlla che esista e i suoi permessi";
        en: "the file cannot be read: {detail}", "check that it exists and its permissions";
    /// A link in place of a file or folder.
    SymbolicLink (Error) "symbolic_link" { }
        it: "è un collegamento simbolico", "sostituiscilo con una copia del file: qui i collegamenti non sono ammessi";
        en: "is a symbolic link", "put a copy of the file in its place: links are not allowed here";
    /// A file whose name has no meaning here.
    UnexpectedFile (Error) "unexpected_file" { name, allowed }
        it: "'{name}' non ha significato in questa cartella", "i nomi ammessi sono: {allowed}";
        en: "'{name}' means nothing in this folder", "allowed names are: {allowed}";
    /// A file whose name resembles a meaningful one.
    UnexpectedFileLike (Error) "unexpected_file" { name, suggestion }
        it: "'{name}' non ha significato in questa cartella", "forse intendevi '{suggestion}'?";
        en: "'{name}' means nothing in this folder", "did you mean '{suggestion}'?";
    /// A file that every tenant has is absent.
    MissingFile (Error) "missing_file" { name }
        it: "manca il file '{name}'", "crealo: senza di esso l'ente non si può servire";
        en: "the file '{name}' is missing", "create it: without it the tenant cannot be served";
    /// No tenant at all.
    NoTenants (Error) "no_tenants" { }
        it: "in questa cartella non c'è nessun ente", "controlla il percorso: ogni ente è una cartella con il suo tenant.yaml";
        en: "there is no tenant in this folder", "check the path: each tenant is a folder with its tenant.yaml";
    /// Over the size limit.
    TooLarge (Error) "too_large" { size, max }
        it: "il file è di {size} byte, più dei {max} ammessi", "dividilo: un servizio per file, le parti comuni in 'sections' e 'templates'";
        en: "the file has {size} bytes, more than the {max} allowed", "split it: a service per file, shared parts in 'sections' and 'templates'";
    /// Bytes that are not UTF-8.
    NotUtf8 (Error) "not_utf8" { }
        it: "il testo non è in UTF-8", "salva il file con codifica UTF-8 (nell'editor: «Salva con codifica»)";
        en: "the text is not UTF-8", "save the file with the encoding UTF-8 (in the editor: “Save with encoding”)";
    /// A control character.
    ControlCharacter (Error) "control_character" { character }
        it: "contiene un carattere invisibile ({character})", "cancellalo: di solito viene da un copia e incolla";
        en: "contains an invisible character ({character})", "delete it: it usually comes from copy and paste";
    /// Nothing in the file.
    EmptyFile (Error) "empty_file" { }
        it: "il file è vuoto", "scrivi almeno 'format: 1', oppure cancella il file";
        en: "the file is empty", "write at least 'format: 1', or delete the file";
    /// A tab character.
    Tab (Error) "tab" { }
        it: "c'è una tabulazione", "usa spazi, due per ogni livello (nell'editor: «Converti tabulazioni in spazi»)";
        en: "there is a tab", "use spaces, two for each level (in the editor: “Convert tabs to spaces”)";
    /// `a: b: c`.
    ColonInText (Error) "colon_in_text" { }
        it: "i due punti non possono stare qui", "se fanno parte del testo, metti tutto il testo tra virgolette: chiave: \"testo: con i due punti\"";
        en: "a colon cannot stand here", "if it is part of the text, put the whole text in quotes: key: \"text: with a colon\"";
    /// A line that fits no level.
    BadIndentation (Error) "bad_indentation" { }
        it: "il rientro della riga non corrisponde a nessun livello", "allinea la riga alle chiavi dello stesso livello e controlla che dopo la chiave ci siano i due punti e uno spazio";
        en: "the line's indentation fits no level", "align the line with the keys of the same level and check that a colon and a space follow the key";
    /// Quotes not closed.
    UnclosedQuote (Error) "unclosed_quote" { }
        it: "le virgolette aperte qui non si chiudono", "chiudile; un apostrofo tra apici semplici si raddoppia ('l''ufficio') oppure si usano le virgolette doppie";
        en: "the quotes opened here are not closed", "close them; an apostrophe in single quotes is doubled ('the mayor''s'), or use double quotes";
    /// Text after the closing quote.
    TextAfterQuote (Error) "text_after_quote" { }
        it: "dopo le virgolette chiuse c'è altro testo", "metti tra virgolette doppie tutto il testo: un apostrofo tra apici semplici lo chiude prima del tempo";
        en: "more text follows the closing quote", "put the whole text in double quotes: an apostrophe in single quotes ends it too early";
    /// Braces left open.
    UnclosedBrace (Error) "unclosed_brace" { }
        it: "la parentesi graffa non è chiusa, o manca una virgola", "scrivi {{chiave: valore, chiave: valore}}, con le virgole fra le voci";
        en: "the brace is not closed, or a comma is missing", "write {{key: value, key: value}}, with commas between the entries";
    /// Anything else that is no YAML.
    YamlSyntax (Error) "yaml_syntax" { detail }
        it: "la sintassi YAML non è valida ({detail})", "controlla rientri, due punti e virgolette di questa riga e della precedente";
        en: "the YAML syntax is not valid ({detail})", "check indentation, colons and quotes of this line and the one before";
    /// A key that is neither text nor number.
    ComplexKey (Error) "complex_key" { }
        it: "qui serve una chiave semplice", "una chiave è una parola seguita da due punti e uno spazio";
        en: "a simple key is needed here", "a key is a word followed by a colon and a space";
    /// A key given twice.
    DuplicateKey (Error) "duplicate_key" { key, line }
        it: "'{key}' è già stata scritta alla riga {line}", "unisci le due voci in una sola";
        en: "'{key}' was already written on line {line}", "merge the two entries into one";
    /// A list.
    ListNotAllowed (Error) "list_not_allowed" { }
        it: "qui c'è un elenco, ma gli elenchi non sono ammessi", "scrivi una mappa per identificativo: 'nome: {{…}}' al posto di '- …', oppure 'nome: true' per un insieme";
        en: "there is a list here, but lists are not allowed", "write a map by id: 'name: {{…}}' in place of '- …', or 'name: true' for a set";
    /// An anchor.
    AnchorNotAllowed (Error) "anchor_not_allowed" { }
        it: "ancore e riferimenti YAML ('&' e '*') non sono ammessi", "ripeti il valore, oppure metti tra virgolette il testo che comincia così";
        en: "YAML anchors and aliases ('&' and '*') are not allowed", "repeat the value, or quote the text that begins like this";
    /// A tag.
    TagNotAllowed (Error) "tag_not_allowed" { tag }
        it: "il tipo YAML '{tag}' non è ammesso", "toglilo: il tipo di ogni valore è già noto; un testo che comincia con '!' va tra virgolette";
        en: "the YAML tag '{tag}' is not allowed", "remove it: each value's type is known already; a text that begins with '!' goes in quotes";
    /// A second document in the file.
    ManyDocuments (Error) "many_documents" { }
        it: "il file contiene più documenti YAML ('---')", "tieni un solo documento per file";
        en: "the file holds several YAML documents ('---')", "keep one document a file";
    /// An empty value.
    NullValue (Error) "null_value" { key }
        it: "'{key}' non ha un valore", "scrivi il valore, oppure togli la riga; per togliere una voce ereditata scrivi 'excluded: true'";
        en: "'{key}' has no value", "write the value, or remove the line; to remove an inherited entry write 'excluded: true'";
    /// Nested too deep.
    TooDeep (Error) "too_deep" { max }
        it: "più di {max} livelli di rientro", "semplifica la struttura del file";
        en: "more than {max} levels of nesting", "simplify the file's structure";
    /// A `#` that is probably text.
    HashCutsText (Warning) "hash_cuts_text" { kept, lost }
        it: "il testo si ferma a '{kept}': '{lost}' è preso per un commento", "se fa parte del testo, metti tutto tra virgolette; se è un commento, lascia uno spazio dopo '#'";
        en: "the text stops at '{kept}': '{lost}' is taken for a comment", "if it is part of the text, put everything in quotes; if it is a comment, leave a space after '#'";
    /// Typographic quotes around a value.
    SmartQuotes (Warning) "smart_quotes" { value }
        it: "le virgolette tipografiche fanno parte del testo: {value}", "usa le virgolette diritte (\") attorno al testo, oppure nessuna";
        en: "typographic quotes become part of the text: {value}", "use straight quotes (\") around the text, or none";

    // ---- Shape ----
    /// `format` is not one that this version reads.
    UnsupportedFormat (Error) "unsupported_format" { value, supported }
        it: "il formato '{value}' non è conosciuto", "scrivi 'format: {supported}', oppure aggiorna il programma se il file viene da una versione più recente";
        en: "the format '{value}' is not known", "write 'format: {supported}', or update the program if the file comes from a newer version";
    /// A key that this kind of document does not have.
    UnknownKey (Error) "unknown_key" { key, place, allowed }
        it: "'{key}' non è una chiave di {place}", "le chiavi ammesse sono: {allowed}";
        en: "'{key}' is not a key of {place}", "allowed keys are: {allowed}";
    /// A key that resembles an existing one.
    UnknownKeyLike (Error) "unknown_key" { key, place, suggestion }
        it: "'{key}' non è una chiave di {place}", "forse intendevi '{suggestion}'?";
        en: "'{key}' is not a key of {place}", "did you mean '{suggestion}'?";
    /// An overlay names something that the catalogue does not have.
    NotUpstream (Error) "not_upstream" { key }
        it: "'{key}' non esiste nel catalogo di partenza", "togli la voce; se è una novità di questo ente aggiungi 'new: true'";
        en: "'{key}' does not exist in the catalogue it starts from", "remove the entry; if it is new in this tenant, add 'new: true'";
    /// The same, where new entries are not possible.
    NotUpstreamFixed (Error) "not_upstream" { key, allowed }
        it: "'{key}' non esiste nel catalogo di partenza", "le voci ammesse sono: {allowed}";
        en: "'{key}' does not exist in the catalogue it starts from", "allowed entries are: {allowed}";
    /// The same, with a likely intention.
    NotUpstreamLike (Error) "not_upstream" { key, suggestion }
        it: "'{key}' non esiste nel catalogo di partenza", "forse intendevi '{suggestion}'?";
        en: "'{key}' does not exist in the catalogue it starts from", "did you mean '{suggestion}'?";
    /// A required value is absent.
    MissingKey (Error) "missing_key" { key, place }
        it: "in {place} manca '{key}'", "aggiungi la riga '{key}: …'";
        en: "'{key}' is missing in {place}", "add the line '{key}: …'";
    /// A map where a value is needed, or the reverse, or text that is no number.
    WrongType (Error) "wrong_type" { path, expected, found }
        it: "'{path}' deve essere {expected}, non {found}", "correggi il valore";
        en: "'{path}' must be {expected}, not {found}", "correct the value";
    /// A truth value in another language.
    WrongBoolean (Error) "wrong_type" { path, found, suggestion }
        it: "'{path}' deve essere true o false, non '{found}'", "scrivi {suggestion}";
        en: "'{path}' must be true or false, not '{found}'", "write {suggestion}";
    /// A number or a text outside the bounds of its field.
    OutOfBounds (Error) "out_of_bounds" { path, value, bounds }
        it: "'{path}' vale {value}, fuori dai limiti", "ammesso: {bounds}";
        en: "'{path}' is {value}, out of bounds", "allowed: {bounds}";
    /// A text over its length.
    TooLong (Error) "too_long" { path, length, max }
        it: "'{path}' è lungo {length} caratteri, più dei {max} ammessi", "accorcia il testo";
        en: "'{path}' has {length} characters, more than the {max} allowed", "shorten the text";
    /// An empty text.
    EmptyText (Error) "empty_text" { path }
        it: "'{path}' è un testo vuoto", "scrivi il testo, oppure togli la riga";
        en: "'{path}' is an empty text", "write the text, or remove the line";
    /// A word that is not in the list.
    NotOneOf (Error) "not_one_of" { path, value, allowed }
        it: "'{value}' non è un valore di '{path}'", "i valori ammessi sono: {allowed}";
        en: "'{value}' is not a value of '{path}'", "allowed values are: {allowed}";
    /// A word that resembles one in the list.
    NotOneOfLike (Error) "not_one_of" { path, value, suggestion }
        it: "'{value}' non è un valore di '{path}'", "forse intendevi '{suggestion}'?";
        en: "'{value}' is not a value of '{path}'", "did you mean '{suggestion}'?";
    /// An identifier with other characters.
    BadId (Error) "bad_id" { id, example }
        it: "'{id}' non è un identificativo valido", "usa minuscole, cifre e trattini: '{example}'";
        en: "'{id}' is not a valid id", "use lower-case letters, digits and hyphens: '{example}'";
    /// A text lacks a language.
    MissingLanguage (Error) "missing_language" { path, language }
        it: "'{path}' non ha il testo in {language}", "aggiungi la traduzione accanto alle altre";
        en: "'{path}' has no text in {language}", "add the translation beside the others";
    /// A text lacks a language where that can be borne.
    MissingLanguageMild (Warning) "missing_language" { path, language }
        it: "'{path}' non ha il testo in {language}: si mostrerà l'italiano", "aggiungi la traduzione accanto alle altre";
        en: "'{path}' has no text in {language}: Italian will be shown", "add the translation beside the others";
    /// Nobody has confirmed this value.
    Unverified (Note) "unverified" { path }
        it: "'{path}' non è verificato", "quando qualcuno lo conferma scrivi 'source' e 'confirmed: {{by: …, on: AAAA-MM-GG}}'";
        en: "'{path}' is unverified", "when somebody confirms it, write 'source' and 'confirmed: {{by: …, on: YYYY-MM-DD}}'";
    /// A register that answers with people that do not exist.
    DemoAdapter (Note) "demo_adapter" { part }
        it: "'{part}' risponde con dati inventati", "va bene per provare: 'serve' lo usa solo sulla propria macchina (127.0.0.1), altrove vale 'manual'";
        en: "'{part}' answers with invented data", "fine for a trial: 'serve' uses it on its own machine (127.0.0.1) only, elsewhere it counts as 'manual'";
    /// A local note beside a value that is not a text.
    BadMarker (Error) "bad_marker" { key }
        it: "'{key}' non si può usare qui", "'new', 'excluded' e 'after' valgono per le voci di una raccolta nelle differenze locali";
        en: "'{key}' cannot be used here", "'new', 'excluded' and 'after' are for the entries of a collection, in local differences";

    // ---- Layers and policies ----
    /// A locked value was overridden.
    Locked (Error) "locked" { path, upstream, why }
        it: "'{path}' è vincolato{why}: il valore è fissato in {upstream}", "togli questa voce, oppure chiedi all'ente concedente di liberarla";
        en: "'{path}' is locked{why}: the value is set in {upstream}", "remove this entry, or ask the granting body to free it";
    /// An entry was added or removed in a locked collection.
    LockedCollection (Error) "locked" { path }
        it: "'{path}' è vincolato: qui non si aggiunge né si toglie nulla", "togli questa voce, oppure chiedi all'ente concedente di liberarla";
        en: "'{path}' is locked: nothing can be added or removed here", "remove this entry, or ask the granting body to free it";
    /// Longer than the catalogue's.
    OnlyShorter (Error) "only_shorter" { path, value, upstream, place }
        it: "'{path}' può solo essere abbreviato: qui {value}, nel catalogo {upstream} ({place})", "scrivi al massimo {upstream}";
        en: "'{path}' can only be shortened: here {value}, in the catalogue {upstream} ({place})", "write at most {upstream}";
    /// Outside what the catalogue allows.
    Within (Error) "within" { path, value, bounds }
        it: "'{path}' vale {value}, fuori da quanto il catalogo permette", "il catalogo ammette: {bounds}";
        en: "'{path}' is {value}, outside what the catalogue allows", "the catalogue allows: {bounds}";
    /// `new: true` on something that exists.
    NotNew (Error) "not_new" { key, upstream }
        it: "'{key}' non è nuovo: esiste già in {upstream}", "togli 'new: true' per cambiarlo, oppure usa un altro identificativo";
        en: "'{key}' is not new: it exists already in {upstream}", "remove 'new: true' to change it, or use another id";
    /// `after:` names nothing.
    UnknownAnchor (Warning) "unknown_anchor" { key, anchor }
        it: "'{key}' va messo dopo '{anchor}', che non esiste: finisce in fondo", "correggi 'after' con un identificativo della stessa raccolta";
        en: "'{key}' goes after '{anchor}', which does not exist: it ends up last", "correct 'after' to an id of the same collection";
    /// `after:` runs in a circle.
    AnchorCycle (Error) "anchor_cycle" { key }
        it: "'{key}' è messo dopo una voce che a sua volta lo segue", "togli un 'after' del giro";
        en: "'{key}' is put after an entry that itself follows it", "remove one 'after' of the circle";
    /// The override says what the catalogue says.
    Superfluous (Note) "superfluous" { path, upstream }
        it: "'{path}' ripete il valore ereditato da {upstream}", "togli la riga: così riceverai gli aggiornamenti";
        en: "'{path}' repeats the value inherited from {upstream}", "remove the line: updates will then reach you";
    /// A value that is kept for a later version.
    NoEffectYet (Note) "no_effect_yet" { path, kept }
        it: "'{path}' è tenuto per {kept}: per ora non ha effetto", "lascialo, oppure toglilo finché questa versione non lo usa";
        en: "'{path}' is kept for {kept}: it has no effect yet", "leave it, or remove it until a version uses it";
    /// Only one language of a text was changed.
    OtherLanguageStays (Warning) "other_language_stays" { path, language, upstream }
        it: "'{path}' cambia, ma il testo in {language} dice ancora quello che dice {upstream}", "riscrivi il testo anche in {language}: se va bene com'è, ripetilo";
        en: "'{path}' changes, but the text in {language} still says what {upstream} says", "write the text in {language} too: if it is right as it is, repeat it";
    /// Two policies of equal rank.
    PolicyTie (Error) "policy_tie" { pattern, other }
        it: "la regola '{pattern}' e la regola '{other}' valgono per gli stessi valori e nessuna è più precisa", "rendine una più precisa, con meno '*'";
        en: "the policy '{pattern}' and the policy '{other}' cover the same values and neither is more specific", "make one more specific, with fewer '*'";
    /// A rule that is said not to hold.
    PolicyNotInForce (Error) "policy_not_in_force" { path, rule }
        it: "'{path}' è false: una regola scritta vale sempre", "togli '{rule}'; perché l'ente sia libero di cambiare il valore scrivi 'free'";
        en: "'{path}' is false: a rule that is written always holds", "remove '{rule}'; to leave the tenant free to change the value write 'free'";
    /// Two rules for one path.
    PolicyTwoRules (Error) "policy_two_rules" { path, first, second }
        it: "'{path}' ha due regole: '{first}' e '{second}'", "lasciane una sola";
        en: "'{path}' has two rules: '{first}' and '{second}'", "leave one of them";
    /// Bounds that nothing can keep.
    BoundsOrder (Error) "bounds_order" { path, min, max }
        it: "'{path}' non ammette nessun valore: il minimo è {min}, il massimo {max}", "scambia i due limiti, oppure correggili";
        en: "'{path}' allows no value: the least is {min}, the greatest {max}", "swap the two bounds, or correct them";
    /// A policy path that matches no document kind.
    PolicyPath (Error) "policy_path" { pattern, allowed }
        it: "la regola '{pattern}' non riguarda nessun documento", "comincia con uno di: {allowed}";
        en: "the policy '{pattern}' concerns no document", "begin with one of: {allowed}";

    // ---- Inheritance and releases ----
    /// `inherits` names no tenant.
    UnknownParent (Error) "unknown_parent" { parent }
        it: "'{parent}' non è un ente di questa installazione", "correggi 'inherits' con il nome di una cartella di tenants/ che pubblica un catalogo";
        en: "'{parent}' is not a tenant of this installation", "correct 'inherits' to the name of a folder of tenants/ that publishes a catalogue";
    /// The parent has published nothing.
    NoRelease (Error) "no_release" { parent }
        it: "l'ente '{parent}' non ha pubblicato nessun rilascio", "pubblicane uno con: sportello catalogue publish {parent} ANNO.NUMERO";
        en: "the tenant '{parent}' has published no release", "publish one with: sportello catalogue publish {parent} YEAR.NUMBER";
    /// The pinned release is not there.
    ReleaseMissing (Error) "release_missing" { parent, release, tenant }
        it: "il rilascio {release} di '{parent}' non c'è", "ripristina la cartella catalogue/{release}, oppure aggiorna il blocco con: sportello tenant lock {tenant}";
        en: "release {release} of '{parent}' is not there", "restore the folder catalogue/{release}, or refresh the lock with: sportello tenant lock {tenant}";
    /// More layers than allowed.
    ChainTooLong (Error) "chain_too_long" { chain }
        it: "troppi cataloghi uno sull'altro: {chain}", "si eredita al massimo da un'unione che eredita da un ente concedente";
        en: "too many catalogues on top of each other: {chain}", "inherit at most from a union that inherits from a granting body";
    /// What is inherited has errors.
    ParentBroken (Error) "parent_broken" { parent, release }
        it: "il catalogo {release} di '{parent}', da cui eredita, ha errori", "vanno corretti lì: sono elencati con i loro file";
        en: "the catalogue {release} of '{parent}', from which it inherits, has errors", "they must be corrected there: they are listed with their files";
    /// A released file changed.
    ReleaseFileChanged (Error) "release_file_changed" { file, release }
        it: "'{file}' è cambiato dopo la pubblicazione del rilascio {release}", "ripristina il file originale: un rilascio non cambia più, le modifiche vanno in un rilascio nuovo";
        en: "'{file}' has changed since release {release} was published", "restore the original file: a release never changes, changes go into a new release";
    /// A released file is absent.
    ReleaseFileMissing (Error) "release_file_missing" { file, release }
        it: "'{file}' fa parte del rilascio {release} ma non c'è", "ripristina il file originale";
        en: "'{file}' is part of release {release} but is not there", "restore the original file";
    /// A file that was not released.
    ReleaseFileExtra (Error) "release_file_extra" { file, release }
        it: "'{file}' non fa parte del rilascio {release}", "toglilo: le modifiche vanno in 'draft' e poi in un rilascio nuovo";
        en: "'{file}' is not part of release {release}", "remove it: changes go into 'draft' and then into a new release";
    /// The folder and RELEASE.yaml disagree.
    ReleaseName (Error) "release_name" { release, folder }
        it: "RELEASE.yaml dice '{release}' ma la cartella si chiama '{folder}'", "ripristina la cartella originale";
        en: "RELEASE.yaml says '{release}' but the folder is called '{folder}'", "restore the original folder";
    /// The release exists.
    ReleaseExists (Error) "release_exists" { release }
        it: "il rilascio {release} esiste già", "scegli un numero nuovo: un rilascio non si sovrascrive mai";
        en: "release {release} exists already", "choose a new number: a release is never overwritten";
    /// Nothing to publish.
    NoDraft (Error) "no_draft" { tenant }
        it: "l'ente '{tenant}' non ha una bozza di catalogo", "crea la cartella tenants/{tenant}/catalogue/draft";
        en: "the tenant '{tenant}' has no draft catalogue", "create the folder tenants/{tenant}/catalogue/draft";
    /// A release number of another form.
    BadRelease (Error) "bad_release" { release }
        it: "'{release}' non è un numero di rilascio", "usa ANNO.NUMERO, per esempio 2026.1";
        en: "'{release}' is not a release number", "use YEAR.NUMBER, for example 2026.1";
    /// The parent's pin does not match its files.
    ParentChanged (Error) "parent_changed" { parent, release }
        it: "il rilascio {release} di '{parent}' non è quello su cui questo catalogo è stato pubblicato", "ripristina i file originali di quel rilascio";
        en: "release {release} of '{parent}' is not the one on which this catalogue was published", "restore the original files of that release";
    /// No lock yet.
    LockMissing (Error) "lock_missing" { tenant }
        it: "manca lock.yaml, che fissa il rilascio in vigore", "scrivilo con: sportello tenant lock {tenant}";
        en: "lock.yaml, which pins the release in force, is missing", "write it with: sportello tenant lock {tenant}";
    /// The lock names something else than what is there.
    LockDiffers (Error) "lock_differs" { what, locked, found, tenant }
        it: "il blocco dice {what} '{locked}', ma c'è '{found}'", "se il cambio è voluto, riscrivi il blocco con: sportello tenant lock {tenant}";
        en: "the lock says {what} '{locked}', but '{found}' is there", "if the change is meant, rewrite the lock with: sportello tenant lock {tenant}";

    // ---- Cross checks ----
    /// The folder and the slug differ.
    SlugDiffers (Error) "slug_differs" { slug, folder }
        it: "lo slug '{slug}' è diverso dalla cartella '{folder}'", "rendili uguali; uno slug precedente va in 'aliases'";
        en: "the slug '{slug}' differs from the folder '{folder}'", "make them equal; an earlier slug goes into 'aliases'";
    /// A reference to nothing.
    UnknownReference (Error) "unknown_reference" { kind, id, allowed }
        it: "{kind} '{id}' non esiste", "esistono: {allowed}";
        en: "{kind} '{id}' does not exist", "there are: {allowed}";
    /// A reference that resembles something.
    UnknownReferenceLike (Error) "unknown_reference" { kind, id, suggestion }
        it: "{kind} '{id}' non esiste", "forse intendevi '{suggestion}'?";
        en: "{kind} '{id}' does not exist", "did you mean '{suggestion}'?";
    /// An active service that is in no catalogue.
    UnknownService (Error) "unknown_service" { id }
        it: "il servizio '{id}' non esiste né nel catalogo né in own-services", "togli la riga, oppure aspetta il rilascio che lo contiene";
        en: "the service '{id}' exists neither in the catalogue nor in own-services", "remove the line, or wait for the release that has it";
    /// The same, with a likely intention.
    UnknownServiceLike (Error) "unknown_service" { id, suggestion }
        it: "il servizio '{id}' non esiste né nel catalogo né in own-services", "forse intendevi '{suggestion}'?";
        en: "the service '{id}' exists neither in the catalogue nor in own-services", "did you mean '{suggestion}'?";
    /// A role that no office fills.
    RoleUnbound (Error) "role_unbound" { role, service }
        it: "nessun ufficio ha il ruolo '{role}', richiesto dal servizio '{service}'", "in offices.yaml scrivi 'role: {role}' nell'ufficio che se ne occupa";
        en: "no office has the role '{role}', which the service '{service}' needs", "in offices.yaml write 'role: {role}' in the office that takes care of it";
    /// A role filled by two offices.
    RoleTwice (Error) "role_twice" { role, other }
        it: "il ruolo '{role}' è già dell'ufficio '{other}'", "lascialo a un solo ufficio";
        en: "the role '{role}' is already with the office '{other}'", "leave it with one office";
    /// Offices above each other in a circle.
    OfficeCycle (Error) "office_cycle" { office }
        it: "l'ufficio '{office}' è, risalendo, superiore a sé stesso", "correggi 'parent' di uno degli uffici del giro";
        en: "the office '{office}' is, going up, above itself", "correct 'parent' of one of the offices in the circle";
    /// Keys of an issuer are given twice or not at all.
    KeysPlace (Error) "keys_place" { issuer }
        it: "le chiavi di '{issuer}' devono stare in un posto solo", "scrivi 'jwks: {{url: …}}' oppure 'jwks: {{file: …}}'";
        en: "the keys of '{issuer}' must be in one place", "write 'jwks: {{url: …}}' or 'jwks: {{file: …}}'";
    /// Keys would be fetched where anybody on the way could replace them.
    KeysInsecure (Error) "keys_insecure" { issuer }
        it: "le chiavi di '{issuer}' viaggerebbero senza protezione", "usa un indirizzo https (http solo su questa macchina)";
        en: "the keys of '{issuer}' would travel unprotected", "use an https address (http on this machine only)";
    /// A file that a document names is not usable.
    BadAsset (Error) "bad_asset" { file, expected }
        it: "il file '{file}' non è {expected}", "sostituiscilo con un file corretto";
        en: "the file '{file}' is not {expected}", "put a correct file in its place";
    /// A tenant without Italian.
    ItalianNeeded (Error) "italian_needed" { }
        it: "l'italiano non si può togliere", "scrivi 'languages: {{it: true}}', con le altre lingue accanto";
        en: "Italian cannot be left out", "write 'languages: {{it: true}}', with the other languages beside it";
    /// A parameter that the tenant must fill.
    ParameterMissing (Error) "parameter_missing" { parameter, example }
        it: "manca il parametro '{parameter}', che ogni ente deve fissare", "in parameters.yaml scrivi '{parameter}: …' (per esempio {example})";
        en: "the parameter '{parameter}', which each tenant must set, is missing", "in parameters.yaml write '{parameter}: …' (for example {example})";
    /// A value that only this tenant can give.
    RequiredLocal (Error) "required_local" { path }
        it: "'{path}' va scritto da ogni ente: non si eredita", "aggiungilo nei file di questo ente";
        en: "'{path}' must be written by each tenant: it is not inherited", "add it in this tenant's files";
    /// A placeholder that means nothing.
    UnknownPlaceholder (Error) "unknown_placeholder" { placeholder, allowed }
        it: "il segnaposto '{{{{{placeholder}}}}}' non esiste", "segnaposto ammessi: {allowed}";
        en: "the placeholder '{{{{{placeholder}}}}}' does not exist", "allowed placeholders: {allowed}";
    /// A placeholder without a value in this tenant.
    EmptyPlaceholder (Error) "empty_placeholder" { placeholder, document, place }
        it: "'{document}' usa il segnaposto '{{{{{placeholder}}}}}', che qui non ha un valore", "compila il dato a cui si riferisce, oppure cambia il testo ({place})";
        en: "'{document}' uses the placeholder '{{{{{placeholder}}}}}', which has no value here", "fill in what it refers to, or change the text ({place})";
    /// Something that must be unique in the installation is not.
    NotUnique (Error) "not_unique" { what, value, other }
        it: "{what} '{value}' è già in uso: {other}", "scegline uno diverso: deve essere unico nell'installazione";
        en: "{what} '{value}' is already in use: {other}", "choose another: it must be unique in the installation";
    /// The rows of the tenant are not to be had.
    NotTakenIn (Error) "not_taken_in" { detail }
        it: "l'ente non entra in servizio con questi file: {detail}", "correggili e salva: fino ad allora resta come prima";
        en: "the tenant does not enter into service with these files: {detail}", "correct them and save: until then it stays as before";
    /// Hours that overlap.
    HoursOverlap (Error) "hours_overlap" { day, first, second }
        it: "{day}: gli orari {first} e {second} si sovrappongono", "unisci i due intervalli, oppure correggi l'ora";
        en: "{day}: the hours {first} and {second} overlap", "merge the two intervals, or correct the time";
    /// Hours that end before they begin.
    HoursOrder (Error) "hours_order" { from, to }
        it: "l'orario {from}–{to} finisce prima di cominciare", "scrivi l'ora di apertura a sinistra e quella di chiusura a destra";
        en: "the hours {from}–{to} end before they begin", "write the opening time on the left and the closing time on the right";
    /// A period that ends before it begins.
    PeriodOrder (Error) "period_order" { from, to }
        it: "il periodo dal {from} al {to} finisce prima di cominciare", "scambia le due date, oppure correggile";
        en: "the period from {from} to {to} ends before it begins", "swap the two dates, or correct them";
    /// Colours that cannot be read.
    Contrast (Error) "contrast" { foreground, background, ratio, needed, key, suggestion, reached }
        it: "{foreground} su {background} ha contrasto {ratio}:1, serve almeno {needed}:1", "prova {key}: \"{suggestion}\" ({reached}:1)";
        en: "{foreground} on {background} has contrast {ratio}:1, at least {needed}:1 is needed", "try {key}: \"{suggestion}\" ({reached}:1)";
    /// A condition that is not valid.
    BadCondition (Error) "bad_condition" { path, detail }
        it: "la condizione di '{path}' non è valida: {detail}", "controlla i nomi dei campi e la sintassi dell'espressione";
        en: "the condition of '{path}' is not valid: {detail}", "check the names of the fields and the syntax of the expression";
    /// An expression that is none.
    BadPattern (Error) "bad_pattern" { path }
        it: "l'espressione regolare di '{path}' non è valida", "controlla parentesi e barre rovesciate; mettila tra apici semplici";
        en: "the regular expression of '{path}' is not valid", "check brackets and backslashes; put it in single quotes";
    /// A place that names no answer and no document.
    BadPlace (Error) "bad_place" { path, detail }
        it: "'{path}' non indica una risposta o un documento: {detail}", "scrivi per esempio answers.request.kind";
        en: "'{path}' names no answer and no document: {detail}", "write for example answers.request.kind";
    /// A field whose type cannot be computed, or that repeats.
    CannotCompute (Error) "cannot_compute" { path }
        it: "'{path}' non può essere calcolato", "si calcolano solo campi fuori dai gruppi, di tipo number, money, text, date o boolean";
        en: "'{path}' cannot be computed", "only fields outside groups are, of type number, money, text, date or boolean";
    /// A group inside a group.
    NestedGroup (Error) "nested_group" { path }
        it: "'{path}' è un gruppo dentro un gruppo", "metti i suoi campi nel gruppo esterno, oppure fanne una sezione";
        en: "'{path}' is a group inside a group", "put its fields into the outer group, or make it a section";
    /// A workflow that cannot work.
    BadWorkflow (Error) "bad_workflow" { detail, remedy }
        it: "il flusso non è corretto: {detail}", "{remedy}";
        en: "the workflow is not correct: {detail}", "{remedy}";
    /// A workflow offers a step that nobody wrote yet.
    EmptyOffer (Warning) "empty_offer" { step }
        it: "il passo '{step}' è offerto ma non esiste", "scrivi steps/{step}.yaml, oppure togli l'offerta";
        en: "the step '{step}' is offered but does not exist", "write steps/{step}.yaml, or remove the offer";
    /// A step that does not go into the workflow.
    BadStep (Error) "bad_step" { step, detail }
        it: "il passo '{step}' non si può inserire qui: {detail}", "controlla i nomi di stati e passaggi del passo e del flusso";
        en: "the step '{step}' cannot be inserted here: {detail}", "check the names of states and transitions of step and workflow";
    /// The resolved document does not make a definition.
    BadDefinition (Error) "bad_definition" { document, detail }
        it: "'{document}' non forma una definizione valida: {detail}", "correggi il valore indicato";
        en: "'{document}' does not make a valid definition: {detail}", "correct the value named";
    /// A suspended service without the reason.
    SuspendedWithoutReason (Error) "suspended_without_reason" { }
        it: "il servizio è sospeso ma non dice perché", "aggiungi 'status_reason: {{it: …, en: …}}'";
        en: "the service is suspended but does not say why", "add 'status_reason: {{it: …, en: …}}'";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The details of an entry show in its texts with their own names; a text that drops one in one language only would tell
    /// the reader of that language less.
    #[test]
    fn both_languages_say_the_same() {
        for message in samples() {
            let code = message.code();
            for language in [Language::It, Language::En] {
                assert!(message.text(language).len() > 8, "{code} has no text");
                assert!(message.remedy(language).len() > 8, "{code} has no remedy");
            }
            let whole = |language| format!("{} {}", message.text(language), message.remedy(language));
            let (it, en) = (whole(Language::It), whole(Language::En));
            assert_ne!(it, en, "{code} is not translated");
            for (name, value) in message.args(Language::It) {
                assert_eq!(it.contains(value), en.contains(value), "{code}: '{name}' is named in one language only");
                assert!(it.contains(value), "{code}: '{name}' is never shown");
            }
        }
    }

    #[test]
    fn codes_are_snake_case() {
        for message in samples() {
            assert!(message.code().chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()), "{}", message.code());
        }
    }
}
