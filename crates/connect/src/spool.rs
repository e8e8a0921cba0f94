//! Outgoing mail as files: `outgoing/<tenant>/<id>.eml` under the data folder, for whoever carries it on.
//!
//! A letter that comes twice under the same id overwrites itself. To extend: SMTP is another implementation of the same port.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sportello_engine::ports::{Clock, Mail, Mailer, PortProblem};

use crate::files::apart;
use crate::private_files;

/// A folder of letters.
pub struct Spool {
    folder: PathBuf,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Spool {
    /// The letters under a folder, which is made when the first one arrives.
    pub fn new(folder: impl Into<PathBuf>, clock: Arc<dyn Clock>) -> Self {
        Self { folder: folder.into(), clock }
    }
}

#[async_trait]
impl Mailer for Spool {
    async fn send(&self, mail: &Mail) -> Result<(), PortProblem> {
        let path = self.folder.join(mail.tenant.to_string()).join(format!("{}.eml", mail.id));
        let date = self.clock.now().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let text = letter(mail, &date)?;
        apart(move || private_files::replace(&path, text.as_bytes())).await
    }
}

/// The sender's address where no mail server has given one yet; the domain is reserved (RFC 2606).
const SENDER: &str = "sportello@sportello.example";

/// The letter as RFC 5322 has it, its text in base64 so that no line is too long and nothing in it is taken for a header.
fn letter(mail: &Mail, date: &str) -> Result<String, PortProblem> {
    let Mail { id, tenant: _, from, to, subject, body } = mail;
    // The address stands bare in a header: whatever could end it or add another is refused.
    if !to.contains('@') || to.chars().any(|sign| sign.is_control() || sign.is_whitespace() || ",;<>\"".contains(sign)) {
        return Err(PortProblem("mail: the address is not one".to_owned()));
    }
    let encoded = STANDARD.encode(body.replace("\r\n", "\n").replace('\n', "\r\n"));
    let lines: Vec<&str> = encoded.as_bytes().chunks(76).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    Ok(format!(
        "Date: {date}\r\nMessage-ID: <{id}@sportello.example>\r\nFrom: {}\r\n <{SENDER}>\r\nTo: {to}\r\nSubject: {}\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\nAuto-Submitted: auto-generated\r\n\r\n{}\r\n",
        words(from),
        words(subject),
        lines.join("\r\n"),
    ))
}

/// A text as encoded words (RFC 2047): short enough for the line of a header, none splitting a character.
fn words(text: &str) -> String {
    let mut chunks = vec![String::new()];
    for sign in text.chars() {
        if chunks.last().is_some_and(|chunk| chunk.len() + sign.len_utf8() > 39) {
            chunks.push(String::new());
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(sign);
        }
    }
    chunks.iter().map(|chunk| format!("=?utf-8?B?{}?=", STANDARD.encode(chunk))).collect::<Vec<_>>().join("\r\n ")
}

#[cfg(test)]
mod tests {
    use sportello_domain::ids::{OutboxId, TenantId};
    use uuid::Uuid;

    use super::*;
    use crate::clock::tests::Hands;

    fn mail() -> Mail {
        Mail {
            id: OutboxId::new(Uuid::from_u128(2)),
            tenant: TenantId::new(Uuid::from_u128(1)),
            from: "Comune di Prova".to_owned(),
            to: "mario.rossi@example.org".to_owned(),
            subject: "La tua richiesta è arrivata\r\nBcc: everybody@example.org".to_owned(),
            body: "Perché\nno".to_owned(),
        }
    }

    #[tokio::test]
    async fn a_letter_becomes_a_file_of_its_tenant_once() {
        let data = tempfile::tempdir().unwrap();
        let spool = Spool::new(data.path(), Arc::new(Hands::default()));
        spool.send(&mail()).await.unwrap();
        spool.send(&mail()).await.unwrap();
        let folder = data.path().join(mail().tenant.to_string());
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        let text = std::fs::read_to_string(folder.join(format!("{}.eml", mail().id))).unwrap();
        assert!(text.starts_with("Date: Mon, 02 Mar 2026 09:00:00 +0000\r\nMessage-ID: <"), "{text}");
        assert!(!text.contains("Bcc:"), "a subject adds no header");
        assert!(text.lines().all(|line| line.len() <= 76), "{text}");
        let body = text.split("\r\n\r\n").nth(1).unwrap().trim().to_owned();
        assert_eq!(STANDARD.decode(body).unwrap(), "Perché\r\nno".as_bytes());
    }

    #[test]
    fn an_address_cannot_smuggle_a_header() {
        for to in ["a@example.org\r\nBcc: b@example.org", "a@example.org, b@example.org", "nobody", "<a@example.org>"] {
            assert!(letter(&Mail { to: to.to_owned(), ..mail() }, "").is_err(), "{to}");
        }
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let text = "à".repeat(60);
        let decoded: String = words(&text)
            .split("\r\n ")
            .map(|word| {
                assert!(word.len() <= 64, "{word}");
                let inner = word.strip_prefix("=?utf-8?B?").unwrap().strip_suffix("?=").unwrap();
                String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap()
            })
            .collect();
        assert_eq!(decoded, text);
    }
}
