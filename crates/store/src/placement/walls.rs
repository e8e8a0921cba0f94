//! The wall between tenants that share a database: row-level security, forced, on every table, and a server whose role it binds.
//!
//! `db migrate` raises it as the owner, from the catalogue of the database itself, so a new table cannot be forgotten. The server
//! looks at it before it serves and refuses where it finds a hole.
//!
//! One table stands outside: `dispatch.due`, by which workers find what is due. What may be in it is held column by column.

use sqlx::{AssertSqlSafe, PgConnection, Row, postgres::PgRow};

use crate::StoreProblem;

/// The rows that a transaction sees: those of the tenant that it said it is about, and none where it said nothing.
const OWN_ROWS: &str = "tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::uuid";
/// The same as the database writes it.
const OWN_ROWS_SHOWN: &str = "(tenant_id = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)";
/// The name of the policy under which the server works.
const POLICY: &str = "tenant_rows";

/// Who reaches the database beside its owner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Roles<'a> {
    /// Serves.
    pub(super) server: &'a str,
    /// Reads everything.
    pub(super) backup: Option<&'a str>,
}

/// What is in a schema of the database.
const TABLES: &str =
    "SELECT c.relname::text AS name, c.relkind::text AS kind, c.relrowsecurity AS secured, c.relforcerowsecurity AS forced,
       has_table_privilege(current_user, c.oid, 'TRUNCATE') AS truncates,
       EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped) AS owned
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'sportello' AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relname <> 'seaql_migrations'
 ORDER BY 1";

/// The policies that let the asking role see rows.
const POLICIES: &str =
    "SELECT p.tablename::text AS name, p.policyname::text AS policy, p.qual AS sees, p.with_check AS writes, p.cmd AS does
  FROM pg_policies p
 WHERE p.schemaname = 'sportello' AND p.permissive = 'PERMISSIVE'
   AND EXISTS (SELECT 1 FROM unnest(p.roles) r WHERE r = 'public' OR pg_has_role(current_user, r, 'MEMBER'))
 ORDER BY 1, 2";

/// What stands in the schema outside the wall, each column with the table that has it.
const OUTSIDE: &str = "SELECT c.relname || COALESCE('.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod), '') AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE n.nspname = 'dispatch' AND c.relkind NOT IN ('i', 'I', 't')
 ORDER BY 1";
/// All that may stand there: ids, a kind that the table's own check bounds, and times.
const OUTSIDE_ALLOWED: [&str; 5] =
    ["due.job_id uuid", "due.kind text", "due.lease_until bigint", "due.run_at bigint", "due.tenant_id uuid"];

/// What the asking role could do beside reading under policies.
const ROLE: &str = "SELECT current_user::text AS name,
       EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolsuper AND pg_has_role(current_user, r.oid, 'MEMBER')) AS super,
       EXISTS (SELECT 1 FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(current_user, r.oid, 'MEMBER')) AS bypasses,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname IN ('sportello', 'dispatch') AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owns,
       EXISTS (SELECT 1 FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace
                WHERE n.nspname IN ('sportello', 'dispatch') AND f.prosecdef) AS borrows,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'dispatch' AND c.relkind = 'r' AND has_table_privilege(current_user, c.oid, 'TRUNCATE')) AS empties";

/// Looks for a hole, as the role that serves. The error is the hole, or what the database said.
pub(super) async fn check(database: &str, connection: &mut PgConnection) -> Result<(), Hole> {
    let hole = |detail: String| Hole::Found(StoreProblem::Wall { database: database.to_owned(), detail });
    let role = sqlx::query(ROLE).fetch_one(&mut *connection).await?;
    let name: String = role.try_get("name")?;
    for (power, what) in [
        ("super", "is a superuser or may become one"),
        ("bypasses", "has BYPASSRLS or may become a role that has it"),
        ("owns", "owns tables of the schema sportello or may become their owner"),
    ] {
        if role.try_get(power)? {
            return Err(hole(format!("the role {name} {what}")));
        }
    }
    if role.try_get("borrows")? {
        return Err(hole("the database holds a function that runs with its owner's rights (SECURITY DEFINER)".to_owned()));
    }
    if role.try_get("empties")? {
        return Err(hole("the table dispatch.due can be emptied with TRUNCATE".to_owned()));
    }
    let outside: Vec<String> = sqlx::query_scalar(OUTSIDE).fetch_all(&mut *connection).await?;
    if let Some(more) = outside.iter().find(|name| !OUTSIDE_ALLOWED.contains(&name.as_str())) {
        return Err(hole(format!("the schema dispatch, which no policy guards, holds {more}")));
    }
    let policies = sqlx::query(POLICIES).fetch_all(&mut *connection).await?;
    for table in sqlx::query(TABLES).fetch_all(connection).await? {
        if let Some(detail) = hole_in(&table, &policies)? {
            return Err(hole(detail));
        }
    }
    Ok(())
}

fn hole_in(table: &PgRow, policies: &[PgRow]) -> sqlx::Result<Option<String>> {
    let name: String = table.try_get("name")?;
    let kind: String = table.try_get("kind")?;
    if !["r", "p"].contains(&kind.as_str()) {
        return Ok(Some(format!("{name} is a view or a foreign table, a second way to the same rows")));
    }
    for (held, what) in
        [("owned", "has no column tenant_id"), ("secured", "has no row-level security"), ("forced", "does not force row-level security")]
    {
        if !table.try_get::<bool, _>(held)? {
            return Ok(Some(format!("the table {name} {what}")));
        }
    }
    if table.try_get("truncates")? {
        return Ok(Some(format!("the table {name} can be emptied with TRUNCATE, which no policy binds")));
    }
    let mut right = false;
    for policy in policies {
        if policy.try_get::<String, _>("name")? != name {
            continue;
        }
        let (sees, writes): (Option<String>, Option<String>) = (policy.try_get("sees")?, policy.try_get("writes")?);
        let own = |text: &Option<String>| text.as_deref() == Some(OWN_ROWS_SHOWN);
        if !(own(&sees) && own(&writes)) {
            let policy: String = policy.try_get("policy")?;
            return Ok(Some(format!("the policy {policy} of the table {name} shows more than the rows of one tenant")));
        }
        right |= policy.try_get::<String, _>("does")? == "ALL";
    }
    Ok((!right).then(|| format!("the table {name} lacks the policy {POLICY}")))
}

/// What stopped a look at the wall.
pub(super) enum Hole {
    /// There is one.
    Found(StoreProblem),
    /// The database did not answer.
    Unseen(sqlx::Error),
}

impl Hole {
    /// The hole, or what the database's error means.
    pub(super) fn into_problem(self, problem: impl FnOnce(sqlx::Error) -> StoreProblem) -> StoreProblem {
        match self {
            Self::Found(hole) => hole,
            Self::Unseen(error) => problem(error),
        }
    }
}

impl From<sqlx::Error> for Hole {
    fn from(error: sqlx::Error) -> Self {
        Self::Unseen(error)
    }
}

/// Raises the wall, as the owner, around every table that lacks it. Tables where it stands are not locked.
pub(super) async fn raise(connection: &mut PgConnection, roles: Roles<'_>) -> sqlx::Result<()> {
    let mut wanted = vec![(POLICY, "ALL", Some(roles.server), OWN_ROWS), ("owner_rows", "ALL", None, "true")];
    wanted.extend(roles.backup.map(|backup| ("backup_rows", "SELECT", Some(backup), "true")));
    for table in sqlx::query(TABLES).fetch_all(&mut *connection).await? {
        let name: String = table.try_get("name")?;
        if !table.try_get::<bool, _>("owned")? {
            continue;
        }
        let mut steps = Vec::new();
        if !(table.try_get("secured")? && table.try_get("forced")?) {
            steps.push(format!("ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"));
        }
        for (policy, does, role, rows) in &wanted {
            let role = role.map_or_else(|| "CURRENT_USER".to_owned(), quoted);
            if stands(connection, &name, policy, &role).await? {
                continue;
            }
            let check = if *does == "ALL" { format!(" WITH CHECK ({rows})") } else { String::new() };
            steps.push(format!("DROP POLICY IF EXISTS {policy} ON {name}"));
            steps.push(format!("CREATE POLICY {policy} ON {name} FOR {does} TO {role} USING ({rows}){check}"));
        }
        steps.push(format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {}", quoted(roles.server)));
        steps.extend(roles.backup.map(|backup| format!("GRANT SELECT ON {name} TO {}", quoted(backup))));
        run(connection, &steps).await?;
    }
    open_schema(connection, roles, "sportello").await?;
    open_dispatch(connection, roles).await
}

/// Lets the server find what is due: it may list, lease and take away, and change nothing else.
async fn open_dispatch(connection: &mut PgConnection, roles: Roles<'_>) -> sqlx::Result<()> {
    let server = quoted(roles.server);
    let mut steps = vec![
        format!("GRANT USAGE ON SCHEMA dispatch TO {server}"),
        format!("GRANT SELECT, INSERT, DELETE, UPDATE (run_at, lease_until) ON dispatch.due TO {server}"),
    ];
    if let Some(backup) = roles.backup.map(quoted) {
        steps.push(format!("GRANT USAGE ON SCHEMA dispatch TO {backup}"));
        steps.push(format!("GRANT SELECT ON dispatch.due TO {backup}"));
    }
    run(connection, &steps).await
}

/// Lets the server work on the platform's rows, which belong to no tenant.
pub(super) async fn open_platform(connection: &mut PgConnection, roles: Roles<'_>) -> sqlx::Result<()> {
    let mut steps = vec![format!("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA platform TO {}", quoted(roles.server))];
    steps.extend(roles.backup.map(|backup| format!("GRANT SELECT ON ALL TABLES IN SCHEMA platform TO {}", quoted(backup))));
    run(connection, &steps).await?;
    open_schema(connection, roles, "platform").await
}

/// Lets the roles into a schema, and read how far it is.
async fn open_schema(connection: &mut PgConnection, roles: Roles<'_>, schema: &str) -> sqlx::Result<()> {
    let mut steps = Vec::new();
    for role in [Some(roles.server), roles.backup].into_iter().flatten().map(quoted) {
        steps.push(format!("GRANT USAGE ON SCHEMA {schema} TO {role}"));
        steps.push(format!("REVOKE ALL ON {schema}.seaql_migrations FROM {role}"));
        steps.push(format!("GRANT SELECT ON {schema}.seaql_migrations TO {role}"));
    }
    run(connection, &steps).await
}

/// Whether a policy stands as it is wanted.
async fn stands(connection: &mut PgConnection, table: &str, policy: &str, role: &str) -> sqlx::Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM pg_policies WHERE schemaname = 'sportello' AND tablename = $1 AND policyname = $2
                 AND permissive = 'PERMISSIVE' AND roles = ARRAY[CASE WHEN $3 = 'CURRENT_USER' THEN current_user ELSE btrim($3, '\"')::name END]
                 AND qual = CASE WHEN $2 = 'tenant_rows' THEN $4 ELSE 'true' END)";
    sqlx::query_scalar(sql).bind(table).bind(policy).bind(role).bind(OWN_ROWS_SHOWN).fetch_one(connection).await
}

/// All in one transaction.
async fn run(connection: &mut PgConnection, steps: &[String]) -> sqlx::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    sqlx::raw_sql(AssertSqlSafe(format!("BEGIN; {}; COMMIT", steps.join("; ")))).execute(connection).await?;
    Ok(())
}

/// A name as SQL takes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
