//! A folder of backups: `<tenant>/<time>.tar` for each tenant and each time, `platform/<time>.tar` for the directory of tenants.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sportello_domain::ids::TenantId;

use crate::write::names;
use crate::{Problem, Result};

/// The folder in which backups are.
#[derive(Clone, Debug)]
pub struct Backups {
    folder: PathBuf,
}

/// A backup that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The moment that it is of.
    pub at: Timestamp,
    /// Where it is.
    pub path: PathBuf,
}

impl Backups {
    /// Those in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Where a backup of a tenant goes, or one of the platform.
    pub fn path(&self, tenant: Option<TenantId>, now: Timestamp) -> PathBuf {
        self.of(tenant).join(format!("{}.tar", stamp(now)))
    }

    /// Where what a restore replaces goes: beside the archive that replaces it, and never taken for a backup.
    pub fn beside(archive: &Path, now: Timestamp) -> PathBuf {
        archive.with_file_name(format!("replaced-{}.tar", stamp(now)))
    }

    /// The tenants of which there are backups.
    pub fn tenants(&self) -> Result<Vec<TenantId>> {
        Ok(names(&self.folder)?.iter().filter_map(|name| name.parse().ok()).collect())
    }

    /// The newest backup of a tenant, or of the platform, up to a time.
    pub fn newest(&self, tenant: Option<TenantId>, at: Option<Timestamp>) -> Result<Option<Found>> {
        Ok(self.all(tenant)?.into_iter().rfind(|found| at.is_none_or(|at| found.at <= at)))
    }

    /// Removes all but the newest so many, and answers how many went.
    pub fn keep(&self, tenant: Option<TenantId>, most: usize) -> Result<usize> {
        let all = self.all(tenant)?;
        let old = all.len().saturating_sub(most.max(1));
        for found in all.iter().take(old) {
            fs::remove_file(&found.path).map_err(|error| Problem::of_io(&found.path, &error))?;
        }
        Ok(old)
    }

    /// All, the oldest first.
    fn all(&self, tenant: Option<TenantId>) -> Result<Vec<Found>> {
        let folder = self.of(tenant);
        let found = |name: String| Some(Found { at: moment(name.strip_suffix(".tar")?)?, path: folder.join(&name) });
        let mut all: Vec<_> = names(&folder)?.into_iter().filter_map(found).collect();
        all.sort_by_key(|found| found.at);
        Ok(all)
    }

    fn of(&self, tenant: Option<TenantId>) -> PathBuf {
        self.folder.join(tenant.map_or_else(|| "platform".to_owned(), |tenant| tenant.to_string()))
    }
}

/// A moment as a name of a file that sorts by time: `20260504T083000.123Z`.
pub(crate) fn stamp(now: Timestamp) -> String {
    now.strftime("%Y%m%dT%H%M%S.%3fZ").to_string()
}

fn moment(stamp: &str) -> Option<Timestamp> {
    stamp.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_up_to_a_time_is_chosen_and_the_oldest_go() {
        let folder = tempfile::tempdir().unwrap();
        let backups = Backups::in_folder(folder.path());
        let id: TenantId = "01980000-0000-7000-8000-000000000001".parse().unwrap();
        let tenant = Some(id);
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let times = ["2026-05-04T08:30:00.123Z", "2026-05-04T08:30:00.124Z", "2026-05-05T08:30:00Z"].map(at);
        for time in times {
            let path = backups.path(tenant, time);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        fs::write(Backups::beside(&backups.path(tenant, times[0]), at("2026-06-01T00:00:00Z")), "").unwrap();
        let newest = |until: Option<&str>| backups.newest(tenant, until.map(at)).unwrap().map(|found| found.at);
        assert_eq!(newest(None), Some(times[2]));
        assert_eq!(newest(Some("2026-05-05T08:29:59Z")), Some(times[1]));
        assert_eq!(newest(Some("2026-05-04T08:30:00.123Z")), Some(times[0]));
        assert_eq!(newest(Some("2026-05-04T08:30:00Z")), None);
        assert_eq!(backups.newest(None, None), Ok(None));
        assert_eq!(backups.tenants().unwrap(), [id]);
        assert_eq!(backups.keep(tenant, 2), Ok(1));
        assert_eq!(newest(Some("2026-05-04T08:30:00.123Z")), None);
        assert_eq!(fs::read_dir(folder.path().join(id.to_string())).unwrap().count(), 3, "what was replaced stays");
    }
}
