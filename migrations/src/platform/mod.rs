//! Steps of the platform's database: the directory of tenants, without any of their rows.

pub(crate) mod m0001_directory;
pub(crate) mod m0002_placements;
