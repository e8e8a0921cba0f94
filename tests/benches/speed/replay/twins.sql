-- Tenants whose rows are the same as another's, and many cases out of few. Nothing here is a statement that is measured.
SET search_path = sportello;

-- Tables of tenants' rows.
CREATE VIEW replay.tables AS
  SELECT c.oid::regclass AS name, c.relname AS short FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace IN ('sportello'::regnamespace, 'dispatch'::regnamespace) AND c.relkind = 'r' AND a.attname = 'tenant_id';

-- Columns that name a tenant.
CREATE FUNCTION replay.names_a_tenant(column_ name) RETURNS bool LANGUAGE sql IMMUTABLE AS $$
  SELECT column_ IN ('tenant_id', 'serving_tenant_id')
$$;

-- All rows of a tenant under another id.
CREATE FUNCTION replay.twin(original uuid, twin uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t regclass; wanted text;
BEGIN
  FOR t IN SELECT name FROM replay.tables LOOP
    SELECT string_agg(CASE WHEN replay.names_a_tenant(attname) THEN quote_literal(twin) || '::uuid' ELSE quote_ident(attname) END, ', ' ORDER BY attnum)
      INTO wanted FROM pg_attribute WHERE attrelid = t AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('INSERT INTO %s SELECT %s FROM %s WHERE tenant_id = %L', t, wanted, t, original);
  END LOOP;
END $$;

-- Keeps what a tenant holds now, to be multiplied: not what there is one of, nor what work finds.
CREATE FUNCTION replay.keep_seed(original uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record;
BEGIN
  FOR t IN SELECT * FROM replay.tables
    WHERE short NOT IN ('tenant_state', 'tenant_keys', 'definitions', 'counters', 'assignments', 'limit_counts', 'due')
  LOOP
    EXECUTE format('CREATE TABLE replay.%I AS SELECT * FROM %s WHERE tenant_id = %L', 'seed_' || t.short, t.name, original);
  END LOOP;
END $$;

-- The last column of a key that no id makes unique.
CREATE FUNCTION replay.is_number_of_a_key(t regclass, column_ int2) RETURNS bool LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t AND i.indisunique AND i.indkey[i.indnkeyatts - 1] = column_
    AND NOT EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = t AND a.attnum = ANY (i.indkey)
                    AND a.attname <> 'tenant_id' AND a.atttypid = 'uuid'::regtype))
$$;

-- An id for the copy of a row: of the same time.
CREATE FUNCTION replay.another(id uuid, n int) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (left(id::text, 15) || substr(md5(id::text || n), 1, 3) || '-8' || substr(md5(id::text || n), 4, 3) || '-' || substr(md5(id::text || n), 7, 12))::uuid
$$;

-- The seed again and again for a tenant, each time with other ids, codes and numbers; ids stay in the order of their time.
CREATE FUNCTION replay.multiply(owner uuid, first int, last int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE t record; wanted text;
BEGIN
  FOR t IN SELECT * FROM replay.tables WHERE to_regclass('replay.seed_' || short) IS NOT NULL LOOP
    SELECT string_agg(CASE
        WHEN replay.names_a_tenant(attname) THEN quote_literal(owner) || '::uuid'
        WHEN atttypid = 'uuid'::regtype THEN
          format('replay.another(r.%I, n)', attname)
        WHEN replay.is_number_of_a_key(t.name, attnum) THEN CASE atttypid
          WHEN 'int8'::regtype THEN format('r.%I + n * 10000::int8', attname)
          WHEN 'bytea'::regtype THEN format('decode(md5(encode(r.%I, ''hex'') || n), ''hex'')', attname)
          ELSE format('r.%I || ''-'' || n', attname) END
        ELSE 'r.' || quote_ident(attname) END, ', ' ORDER BY attnum)
      INTO wanted FROM pg_attribute WHERE attrelid = t.name AND attnum > 0 AND NOT attisdropped;
    EXECUTE format('INSERT INTO %s SELECT %s FROM generate_series(%s, %s) n, replay.%I r', t.name, wanted, first, last, 'seed_' || t.short);
  END LOOP;
END $$;

-- What a tenant holds, in few words.
CREATE FUNCTION replay.summary(owner uuid) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', (SELECT string_agg(n, ',' ORDER BY n) FROM (SELECT status || count(*) AS n FROM cases WHERE tenant_id = owner GROUP BY status) s),
    (SELECT count(*) FROM events WHERE tenant_id = owner), (SELECT count(*) FROM register_entries WHERE tenant_id = owner),
    (SELECT count(*) FROM outbox WHERE tenant_id = owner), (SELECT count(*) FROM jobs WHERE tenant_id = owner))
$$;
