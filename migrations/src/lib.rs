//! The schema of the databases, one step a file.
//!
//! Every key of a tenant's tables begins with `tenant_id`, so the same tables serve one file per tenant and one database shared
//! by all under row-level security. Types are the portable ones: ids are UUIDs, instants are microseconds since 1970 in UTC as
//! integers, civil days are `YYYY-MM-DD`, amounts are cents, JSON is text.
//!
//! To extend: add a file, put it at the end of its list, and never touch one that was released. A step expands first (new
//! columns with a default, new tables); what nobody reads any more is removed by a step of a later release, whose name says which
//! programs it shuts out: [`needs`]. A test of the store reads the schema before and after each step and holds it to its name.

use sea_orm_migration::prelude::*;

mod columns;
mod platform;
mod reach;
mod tenant;

pub use reach::{needs, refusing};

/// The steps of a tenant's database.
#[derive(Clone, Copy, Debug)]
pub struct TenantMigrator;

impl MigratorTrait for TenantMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(tenant::m0001_tenant_state::Step),
            Box::new(tenant::m0002_people::Step),
            Box::new(tenant::m0003_cases::Step),
            Box::new(tenant::m0004_special_values::Step),
            Box::new(tenant::m0005_case_files::Step),
            Box::new(tenant::m0006_register::Step),
            Box::new(tenant::m0007_delivery::Step),
            Box::new(tenant::m0008_limits::Step),
            Box::new(tenant::m0009_case_language::Step),
            Box::new(tenant::m0010_checkouts::Step),
            Box::new(tenant::m0011_workflows::Step),
            Box::new(tenant::m0012_office_work::Step),
            Box::new(tenant::m0013_ratings::Step),
            Box::new(tenant::m0014_dispatch::Step),
            Box::new(tenant::m0015_dead_letters::Step),
            Box::new(tenant::m0016_register_elsewhere::Step),
        ]
    }
}

/// The steps of the platform's database.
#[derive(Clone, Copy, Debug)]
pub struct PlatformMigrator;

impl MigratorTrait for PlatformMigrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(platform::m0001_directory::Step), Box::new(platform::m0002_placements::Step)]
    }
}
