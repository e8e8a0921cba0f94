//! Steps of a tenant's database.

pub(crate) mod m0001_tenant_state;
pub(crate) mod m0002_people;
pub(crate) mod m0003_cases;
pub(crate) mod m0004_special_values;
pub(crate) mod m0005_case_files;
pub(crate) mod m0006_register;
pub(crate) mod m0007_delivery;
pub(crate) mod m0008_limits;
pub(crate) mod m0009_case_language;
pub(crate) mod m0010_checkouts;
pub(crate) mod m0011_workflows;
pub(crate) mod m0012_office_work;
pub(crate) mod m0013_ratings;
pub(crate) mod m0014_dispatch;
pub(crate) mod m0015_dead_letters;
pub(crate) mod m0016_register_elsewhere;
