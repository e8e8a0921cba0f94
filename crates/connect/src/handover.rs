//! A tenant's keys on their way: in a backup they stay wrapped by the installation's own master key, in an archive for others they are
//! sealed to the recipient's public key (HPKE, RFC 9180), so that neither side's master key ever travels.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_256 as SUITE;
use rustls::crypto::hpke::{EncapsulatedSecret, Hpke as _, HpkePrivateKey, HpkePublicKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sportello_domain::ids::TenantId;

use crate::carried;
use crate::keys::{LENGTH, MasterKey, Unsealable, open, seal, wrapping_place};
use crate::private_files;

/// What a recipient's key begins with.
const PREFIX: &str = "sportello-";
/// Bytes of the sum that finds a slip in a recipient's key.
const SUM: usize = 4;
/// What the keys are sealed for.
const PURPOSE: &[u8] = b"sportello: keys of an archive, 1";

/// A data key as its row has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataKey {
    /// Its id.
    pub id: String,
    /// Since when, in microseconds.
    pub created_at: i64,
    /// The key, wrapped by the master key.
    pub wrapped: Vec<u8>,
}

/// Why keys could not be taken along, or not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeysProblem {
    /// The keys are wrapped by another master key.
    #[error("the keys are wrapped by another installation's master key")]
    OtherInstallation,
    /// The keys are sealed to another recipient.
    #[error("the keys are sealed to another recipient")]
    OtherRecipient,
    /// The keys are not what was packed.
    #[error("the keys are damaged")]
    Damaged,
    /// A text is no recipient's key.
    #[error("no recipient's key")]
    NoRecipient,
    /// A data key of this installation does not open.
    #[error("a data key does not open with this installation's master key")]
    Unwrappable,
}

impl From<Unsealable> for KeysProblem {
    fn from(_: Unsealable) -> Self {
        Self::Damaged
    }
}

/// The public half of an installation that takes tenants over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient(Vec<u8>);

impl Recipient {
    /// Reads one as it is shown; a slip is found.
    pub fn parse(text: &str) -> Result<Self, KeysProblem> {
        let bytes = text.trim().strip_prefix(PREFIX).and_then(|rest| URL_SAFE_NO_PAD.decode(rest).ok()).unwrap_or_default();
        let (key, sum) = bytes.split_at_checked(LENGTH).ok_or(KeysProblem::NoRecipient)?;
        if sum == sum_of(key).as_slice() { Ok(Self(key.to_vec())) } else { Err(KeysProblem::NoRecipient) }
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{PREFIX}{}", URL_SAFE_NO_PAD.encode([self.0.as_slice(), &sum_of(&self.0)].concat()))
    }
}

fn sum_of(key: &[u8]) -> Vec<u8> {
    Sha256::digest(key).get(..SUM).unwrap_or_default().to_vec()
}

/// Both halves, kept in a file of the folder of keys.
pub struct RecipientPair {
    public: Recipient,
    private: HpkePrivateKey,
}

impl RecipientPair {
    /// Reads the pair; none where none was made.
    pub fn read(folder: &Path) -> io::Result<Option<Self>> {
        let path = folder.join("recipient.key");
        let Some(bytes) = private_files::read(&path)? else { return Ok(None) };
        let wrong =
            || io::Error::new(io::ErrorKind::InvalidData, format!("{}: a recipient's pair has {} bytes", path.display(), 2 * LENGTH));
        let (private, public) = bytes.split_at_checked(LENGTH).filter(|(_, public)| public.len() == LENGTH).ok_or_else(wrong)?;
        Ok(Some(Self { public: Recipient(public.to_vec()), private: HpkePrivateKey::from(private.to_vec()) }))
    }

    /// Reads the pair, making it the first time.
    pub fn keep(folder: &Path) -> io::Result<Self> {
        if let Some(pair) = Self::read(folder)? {
            return Ok(pair);
        }
        let (public, private) = SUITE.generate_key_pair().map_err(io::Error::other)?;
        private_files::create(&folder.join("recipient.key"), &[private.secret_bytes(), &public.0].concat())?;
        Self::read(folder)?.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }

    /// What others need to know.
    pub const fn public(&self) -> &Recipient {
        &self.public
    }
}

impl std::fmt::Debug for RecipientPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecipientPair").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Keys as an archive holds them.
#[derive(Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case", deny_unknown_fields)]
enum Packed {
    /// Wrapped by the master key of this name.
    Installation { master_key: String, look_ups: String, data_keys: Vec<PackedKey> },
    /// Sealed to this recipient: what opens is [`Bare`] as JSON.
    Recipient { recipient: String, encapsulated: String, sealed: String },
}

#[derive(Serialize, Deserialize)]
struct Bare {
    look_ups: String,
    data_keys: Vec<PackedKey>,
}

#[derive(Serialize, Deserialize)]
struct PackedKey {
    key_id: String,
    created_at: i64,
    key: String,
}

/// The keys of a tenant, ready to be used here.
#[derive(Debug)]
pub struct Unpacked {
    /// Wrapped by this installation's master key.
    pub data_keys: Vec<DataKey>,
    look_ups: [u8; LENGTH],
}

impl MasterKey {
    /// The tenant's keys for an archive: for a recipient, or for this installation itself.
    pub fn pack(&self, tenant: TenantId, keys: &[DataKey], recipient: Option<&Recipient>) -> Result<Value, KeysProblem> {
        let look_ups = self.lookups_of(tenant);
        let packed = match recipient {
            None => Packed::Installation {
                master_key: self.name.clone(),
                look_ups: hex::encode(seal(&self.wrapping, &carried::place(tenant), &look_ups)?),
                data_keys: packed(keys, |wrapped| Ok(hex::encode(wrapped)))?,
            },
            Some(recipient) => {
                let bare = |wrapped: &[u8]| open(&self.wrapping, &wrapping_place(tenant), wrapped).map(hex::encode);
                let data_keys = packed(keys, |wrapped| bare(wrapped).map_err(|_| KeysProblem::Unwrappable))?;
                let plain = Bare { look_ups: hex::encode(look_ups), data_keys };
                let plain = serde_json::to_vec(&plain).map_err(|_| KeysProblem::Damaged)?;
                let to = HpkePublicKey(recipient.0.clone());
                let sealed = SUITE.seal(PURPOSE, tenant.uuid().as_bytes(), &plain, &to).map_err(|_| KeysProblem::NoRecipient)?;
                Packed::Recipient { recipient: recipient.to_string(), encapsulated: hex::encode(sealed.0.0), sealed: hex::encode(sealed.1) }
            }
        };
        serde_json::to_value(packed).map_err(|_| KeysProblem::Damaged)
    }

    /// The keys of an archive, wrapped for this installation.
    pub fn unpack(&self, tenant: TenantId, keys: &Value, pair: Option<&RecipientPair>) -> Result<Unpacked, KeysProblem> {
        match Packed::deserialize(keys).map_err(|_| KeysProblem::Damaged)? {
            Packed::Installation { master_key, .. } if master_key != self.name => Err(KeysProblem::OtherInstallation),
            Packed::Installation { master_key: _, look_ups, data_keys } => {
                let look_ups = open(&self.wrapping, &carried::place(tenant), &bytes(&look_ups)?)?;
                let look_ups = look_ups.try_into().map_err(|_| KeysProblem::Damaged)?;
                let data_keys = unpacked(data_keys, |wrapped| {
                    open(&self.wrapping, &wrapping_place(tenant), &wrapped)?;
                    Ok(wrapped)
                })?;
                Ok(Unpacked { data_keys, look_ups })
            }
            Packed::Recipient { recipient, encapsulated, sealed } => {
                let pair = pair.filter(|pair| pair.public.to_string() == recipient).ok_or(KeysProblem::OtherRecipient)?;
                let (encapsulated, sealed) = (EncapsulatedSecret(bytes(&encapsulated)?), bytes(&sealed)?);
                let plain = SUITE.open(&encapsulated, PURPOSE, tenant.uuid().as_bytes(), &sealed, &pair.private);
                let plain = plain.map_err(|_| KeysProblem::Damaged)?;
                let Bare { look_ups, data_keys } = serde_json::from_slice(&plain).map_err(|_| KeysProblem::Damaged)?;
                let look_ups = bytes(&look_ups)?.try_into().map_err(|_| KeysProblem::Damaged)?;
                let data_keys = unpacked(data_keys, |key| Ok(seal(&self.wrapping, &wrapping_place(tenant), &key)?))?;
                Ok(Unpacked { data_keys, look_ups })
            }
        }
    }

    /// Lets a tenant's look-ups find here what they found where its rows come from.
    pub fn carry(&self, tenant: TenantId, keys: &Unpacked) -> io::Result<()> {
        if keys.look_ups == self.lookups_of(tenant) {
            return Ok(());
        }
        self.carried.keep(tenant, keys.look_ups, &self.wrapping)
    }
}

fn packed(keys: &[DataKey], key: impl Fn(&[u8]) -> Result<String, KeysProblem>) -> Result<Vec<PackedKey>, KeysProblem> {
    let pack =
        |DataKey { id, created_at, wrapped }: &DataKey| Ok(PackedKey { key_id: id.clone(), created_at: *created_at, key: key(wrapped)? });
    keys.iter().map(pack).collect()
}

fn unpacked(keys: Vec<PackedKey>, wrap: impl Fn(Vec<u8>) -> Result<Vec<u8>, KeysProblem>) -> Result<Vec<DataKey>, KeysProblem> {
    let unpack = |PackedKey { key_id, created_at, key }| Ok(DataKey { id: key_id, created_at, wrapped: wrap(bytes(&key)?)? });
    keys.into_iter().map(unpack).collect()
}

fn bytes(hex: &str) -> Result<Vec<u8>, KeysProblem> {
    hex::decode(hex).map_err(|_| KeysProblem::Damaged)
}

#[cfg(test)]
mod tests {
    use sportello_engine::ports::Keys as _;

    use super::*;

    fn master() -> (tempfile::TempDir, MasterKey) {
        let folder = tempfile::tempdir().unwrap();
        let key = MasterKey::keep(&folder.path().join("master.key")).unwrap().with_carried(folder.path()).unwrap();
        (folder, key)
    }

    fn data_key(master: &MasterKey, tenant: TenantId) -> DataKey {
        DataKey { id: "k1".to_owned(), created_at: 7, wrapped: master.new_data_key(tenant).unwrap() }
    }

    #[test]
    fn keys_that_are_handed_over_open_and_find_with_the_recipient_alone() {
        let tenant = TenantId::new(uuid::Uuid::from_u128(1));
        let ((_one, sender), (two, receiver)) = (master(), master());
        let key = data_key(&sender, tenant);
        let sealed = sender.seal(tenant, &key.wrapped, b"place", b"secret").unwrap();
        let pair = RecipientPair::keep(two.path()).unwrap();
        let packed = sender.pack(tenant, &[key], Some(pair.public())).unwrap();

        let unpacked = receiver.unpack(tenant, &packed, Some(&pair)).unwrap();
        assert_eq!(receiver.open(tenant, &unpacked.data_keys[0].wrapped, b"place", &sealed), Ok(b"secret".to_vec()));
        assert_ne!(receiver.lookup_key(tenant, "X"), sender.lookup_key(tenant, "X"));
        receiver.carry(tenant, &unpacked).unwrap();
        assert_eq!(receiver.lookup_key(tenant, "X"), sender.lookup_key(tenant, "X"));
        // Also after a start, and in a process that was running all the while.
        let again = MasterKey::keep(&two.path().join("master.key")).unwrap().with_carried(two.path()).unwrap();
        assert_eq!(again.lookup_key(tenant, "X"), sender.lookup_key(tenant, "X"));
        let other = TenantId::new(uuid::Uuid::from_u128(2));
        assert_ne!(receiver.lookup_key(other, "X"), sender.lookup_key(other, "X"), "no other tenant's key went along");

        assert_eq!(receiver.unpack(tenant, &packed, None).unwrap_err(), KeysProblem::OtherRecipient);
        let stranger = tempfile::tempdir().unwrap();
        let stranger = RecipientPair::keep(stranger.path()).unwrap();
        assert_eq!(receiver.unpack(tenant, &packed, Some(&stranger)).unwrap_err(), KeysProblem::OtherRecipient);
        assert_eq!(receiver.unpack(other, &packed, Some(&pair)).unwrap_err(), KeysProblem::Damaged, "the keys are the tenant's");
    }

    #[test]
    fn keys_of_a_backup_open_with_their_own_master_key_alone() {
        let tenant = TenantId::new(uuid::Uuid::from_u128(1));
        let ((_one, own), (_two, other)) = (master(), master());
        let key = data_key(&own, tenant);
        let mut packed = own.pack(tenant, std::slice::from_ref(&key), None).unwrap();
        assert_eq!(own.unpack(tenant, &packed, None).unwrap().data_keys, [key]);
        assert_eq!(other.unpack(tenant, &packed, None).unwrap_err(), KeysProblem::OtherInstallation);
        packed["data_keys"][0]["key"] = "00".into();
        assert_eq!(own.unpack(tenant, &packed, None).unwrap_err(), KeysProblem::Damaged);
    }

    #[test]
    fn a_slip_in_a_recipients_key_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let shown = RecipientPair::keep(folder.path()).unwrap().public().to_string();
        assert_eq!(RecipientPair::keep(folder.path()).unwrap().public().to_string(), shown, "it is made once");
        assert_eq!(Recipient::parse(&shown).unwrap().to_string(), shown);
        let swapped = shown.replacen(&shown[12..14], &shown[12..14].chars().rev().collect::<String>(), 1);
        for wrong in [&shown[..shown.len() - 1], &format!("{swapped}A"), "sportello-", "age1xyz"] {
            assert_eq!(Recipient::parse(wrong), Err(KeysProblem::NoRecipient), "{wrong}");
        }
    }
}
