//! Why something was not done: one table of codes, each with its HTTP status and its words in both languages.
//!
//! Every error that a client can see is a [`Refusal`]; internal detail has no way into one. To extend: add a line to the table;
//! documentation and the API's problem details follow from it.

use std::fmt;

use crate::text::Language;

/// A text made for one occasion, in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Italian.
    pub it: String,
    /// English.
    pub en: String,
}

impl Message {
    /// A message in both languages.
    pub fn new(it: impl Into<String>, en: impl Into<String>) -> Self {
        Self { it: it.into(), en: en.into() }
    }

    /// The text in the reader's language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::It => &self.it,
            Language::En => &self.en,
        }
    }
}

/// One thing that is wrong in what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer (RFC 6901) into the body, such as `/answers/applicant/tax-code`.
    pub pointer: String,
    /// Stable code, such as `required`.
    pub code: &'static str,
    /// What is wrong and how to mend it.
    pub message: Message,
}

/// Why something was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The entry of the table.
    pub code: Code,
    /// What happened here, where the title does not say enough.
    pub detail: Option<Message>,
    /// Everything that is wrong in what was sent.
    pub faults: Vec<Fault>,
}

impl Refusal {
    /// A refusal that says what its title says.
    pub const fn new(code: Code) -> Self {
        Self { code, detail: None, faults: Vec::new() }
    }

    /// A refusal with particulars.
    pub fn because(code: Code, it: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, detail: Some(Message::new(it, en)), faults: Vec::new() }
    }

    /// A refusal that lists what is wrong.
    pub const fn with_faults(code: Code, faults: Vec<Fault>) -> Self {
        Self { code, detail: None, faults }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.id())
    }
}

impl std::error::Error for Refusal {}

macro_rules! codes {
    ($($variant:ident = $id:literal, $status:literal, $it:literal, $en:literal, $it_remedy:literal, $en_remedy:literal;)+) => {
        /// The codes of refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[expect(missing_docs, reason = "the English title beside each is its documentation")]
        pub enum Code { $($variant),+ }

        impl Code {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable id, `snake_case`.
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id),+ }
            }

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status),+ }
            }

            /// What happened.
            pub const fn title(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($it, $en)),+ }
            }

            /// What to do.
            pub const fn remedy(self, language: Language) -> &'static str {
                match self { $(Self::$variant => language.pick($it_remedy, $en_remedy)),+ }
            }
        }
    };
}

codes! {
    MalformedJson = "malformed_json", 400,
        "Il corpo della richiesta non è JSON valido", "The body of the request is not valid JSON",
        "Controlla la sintassi nel punto indicato.", "Check the syntax at the place given.";
    InvalidBody = "invalid_body", 400,
        "Il corpo della richiesta non ha la forma attesa", "The body of the request does not have the expected shape",
        "Confronta il corpo con lo schema in /openapi.json.", "Compare the body with the schema in /openapi.json.";
    InvalidParameter = "invalid_parameter", 400,
        "Un parametro della richiesta non è valido", "A parameter of the request is not valid",
        "Correggi il parametro indicato.", "Correct the parameter named.";
    IdempotencyKeyRequired = "idempotency_key_required", 400,
        "Manca l'intestazione Idempotency-Key", "The Idempotency-Key header is missing",
        "Invia una chiave nuova per ogni operazione e la stessa se la ripeti.", "Send a new key for each operation and the same one when you repeat it.";
    Unauthenticated = "unauthenticated", 401,
        "Non è chiaro chi sei", "It is not clear who you are",
        "Accedi e invia un token valido nell'intestazione Authorization.", "Log in and send a valid token in the Authorization header.";
    Forbidden = "forbidden", 403,
        "Non hai il ruolo per farlo", "You do not have the role for this",
        "Chiedi all'amministratore dell'ente il ruolo necessario.", "Ask the body's administrator for the role.";
    AssuranceLevelTooLow = "assurance_level_too_low", 403,
        "Serve un accesso con un livello di identità più alto", "A log-in with a higher identity level is needed",
        "Accedi di nuovo con il livello indicato dalla scheda del servizio.", "Log in again with the level that the service sheet names.";
    NotFound = "not_found", 404,
        "Non c'è nulla a questo indirizzo", "There is nothing at this address",
        "Controlla l'indirizzo.", "Check the address.";
    MethodNotAllowed = "method_not_allowed", 405,
        "Questo indirizzo non accetta questo metodo", "This address does not take this method",
        "Usa uno dei metodi dell'intestazione Allow.", "Use one of the methods in the Allow header.";
    NotAcceptable = "not_acceptable", 406,
        "La risposta non esiste nel formato chiesto", "The reply does not exist in the format asked for",
        "Chiedi uno dei formati della documentazione.", "Ask for one of the formats in the documentation.";
    IdempotencyKeyInUse = "idempotency_key_in_use", 409,
        "Una richiesta con la stessa chiave è ancora in corso", "A request with the same key is still running",
        "Attendi e ripeti con la stessa chiave.", "Wait and repeat with the same key.";
    NotADraft = "not_a_draft", 409,
        "La pratica è già stata presentata", "The case has already been submitted",
        "Usa i passaggi, i messaggi o i documenti della pratica.", "Use the case's transitions, messages or documents.";
    StillADraft = "still_a_draft", 409,
        "La pratica non è ancora stata presentata", "The case has not been submitted yet",
        "Presentala prima.", "Submit it first.";
    TransitionNotAvailable = "transition_not_available", 409,
        "Questo passaggio ora non è possibile", "This transition is not possible now",
        "Leggi i passaggi possibili in /transitions.", "Read the possible ones at /transitions.";
    ActMissing = "act_missing", 409,
        "Manca il provvedimento", "The act is missing",
        "Carica il provvedimento tra i documenti della pratica e riprova.", "Upload the act to the case's documents and try again.";
    PaymentDue = "payment_due", 409,
        "C'è un importo ancora da pagare", "There is an amount still to be paid",
        "Registra il pagamento e riprova.", "Record the payment and try again.";
    AlreadyPaid = "already_paid", 409,
        "Questo importo risulta già pagato", "This amount has already been paid",
        "Controlla i pagamenti della pratica.", "Check the case's payments.";
    OpinionGiven = "opinion_given", 409,
        "Questo parere è già stato espresso", "This opinion has already been given",
        "Leggi i pareri della pratica; per aggiungere altro scrivi una nota.", "Read the case's opinions; to add something write a note.";
    NothingDue = "nothing_due", 409,
        "Per questa pratica non c'è nulla da pagare", "There is nothing to pay for this case",
        "Controlla i pagamenti della pratica.", "Check the case's payments.";
    NotPaidOnline = "not_paid_online", 409,
        "Qui non si paga in linea", "One cannot pay online here",
        "Paga allo sportello: un operatore registra il pagamento.", "Pay at the desk: an operator records the payment.";
    AlreadyRated = "already_rated", 409,
        "Hai già dato il tuo giudizio", "You have already said what you think",
        "Per questa pratica non serve altro: grazie.", "Nothing else is needed for this case: thank you.";
    NameTaken = "name_taken", 409,
        "Questo nome è già usato", "This name is already in use",
        "Scegline un altro, oppure elimina quello che c'è.", "Choose another one, or remove what has it.";
    AlreadyAnnulled = "already_annulled", 409,
        "La registrazione è già annullata", "The entry has already been annulled",
        "Non serve fare altro.", "Nothing else is needed.";
    CaseConcluded = "case_concluded", 409,
        "La pratica è conclusa", "The case is concluded",
        "Avvia una nuova pratica, se serve.", "Start a new case if needed.";
    ServiceSuspended = "service_suspended", 409,
        "Il servizio è sospeso", "The service is suspended",
        "La scheda del servizio dice perché.", "The service sheet says why.";
    ChannelClosed = "channel_closed", 409,
        "Il servizio non si può chiedere da questo canale", "The service cannot be asked for over this channel",
        "La scheda del servizio elenca i canali aperti.", "The service sheet lists the open channels.";
    FormChanged = "form_changed", 409,
        "Il modulo è cambiato da quando la bozza è stata salvata", "The form has changed since the draft was last saved",
        "Apri la bozza, rileggi le risposte e salvale di nuovo.", "Open the draft, read the answers again and save them.";
    VersionMismatch = "version_mismatch", 412,
        "Nel frattempo qualcun altro ha modificato la risorsa", "Somebody else has changed the resource meanwhile",
        "Rileggi la risorsa e ripeti con il suo nuovo ETag.", "Read the resource again and repeat with its new ETag.";
    BodyTooLarge = "body_too_large", 413,
        "Quello che hai inviato è troppo grande", "What you sent is too large",
        "Riduci la dimensione.", "Make it smaller.";
    UnsupportedMediaType = "unsupported_media_type", 415,
        "Il tipo di contenuto non è accettato", "The content type is not accepted",
        "Usa il Content-Type indicato dalla documentazione.", "Use the Content-Type that the documentation names.";
    Misdirected = "misdirected", 421,
        "Questo dominio appartiene a un altro ente", "This domain belongs to another body",
        "Usa il dominio dell'ente che hai nominato.", "Use the domain of the body that you named.";
    InvalidAnswers = "invalid_answers", 422,
        "Alcune risposte mancano o non sono valide", "Some answers are missing or not valid",
        "Correggi i campi indicati in errors.", "Correct the fields listed in errors.";
    Unprocessable = "unprocessable", 422,
        "La richiesta è scritta bene ma non si può eseguire", "The request is well-formed but cannot be carried out",
        "Correggi quanto indicato in errors.", "Correct what is listed in errors.";
    IdempotencyKeyReused = "idempotency_key_reused", 422,
        "La stessa chiave è già servita per una richiesta diversa", "The same key has already been used for another request",
        "Usa una chiave nuova.", "Use a new key.";
    DocumentRefused = "document_refused", 422,
        "Il file non può essere accettato", "The file cannot be accepted",
        "Carica un file del tipo e della dimensione indicati dalla scheda.", "Upload a file of the type and size that the sheet names.";
    IfMatchRequired = "if_match_required", 428,
        "Manca l'intestazione If-Match", "The If-Match header is missing",
        "Leggi la risorsa e invia il suo ETag.", "Read the resource and send its ETag.";
    TooManyRequests = "too_many_requests", 429,
        "Troppe richieste", "Too many requests",
        "Attendi i secondi indicati in Retry-After.", "Wait for the seconds given in Retry-After.";
    Internal = "internal", 500,
        "Qualcosa si è rotto dalla nostra parte", "Something broke on our side",
        "Riprova; se continua, segnala il request_id all'assistenza.", "Try again; if it goes on, tell support the request_id.";
    TenantUnavailable = "tenant_unavailable", 503,
        "L'ente non ha ora una configurazione utilizzabile", "The body has no usable configuration now",
        "Riprova più tardi; l'assistenza è già in grado di vederlo.", "Try again later; support can already see it.";
    Stopping = "stopping", 503,
        "Questo server si sta fermando", "This server is stopping",
        "Riprova fra poco: risponde un altro server, o questo quando riparte.", "Try again shortly: another server answers, or this one when it is back.";
    IssuerUnavailable = "issuer_unavailable", 503,
        "Il fornitore d'identità ora non risponde", "The identity provider does not answer now",
        "Riprova fra poco: il tuo accesso può essere ancora valido.", "Try again shortly: your log-in may still be valid.";
    StoreUnavailable = "store_unavailable", 503,
        "I dati ora non sono raggiungibili", "The data cannot be reached now",
        "Riprova fra poco: nulla è stato modificato.", "Try again shortly: nothing was changed.";
    RegisterUnavailable = "register_unavailable", 503,
        "Il registro collegato ora non risponde", "The register that is connected does not answer now",
        "Riprova fra poco: nulla è stato modificato.", "Try again shortly: nothing was changed.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_is_unique_and_speaks_both_languages() {
        let ids: HashSet<_> = Code::ALL.iter().map(|code| code.id()).collect();
        assert_eq!(ids.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{}", code.id());
            assert_ne!(code.title(Language::It), code.title(Language::En), "{}", code.id());
            assert_ne!(code.remedy(Language::It), code.remedy(Language::En), "{}", code.id());
        }
    }
}
