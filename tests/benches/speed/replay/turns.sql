-- The turns of programs that send statements again. Locks stand for what is waited for, so that nobody spends anything while another
-- is measured: whoever gives turns holds `opened` and `begun` until they are, a program `brought` and `done`.
CREATE SCHEMA replay;
CREATE UNLOGGED TABLE replay.turns (channel int, turn int, v text[], took float8, PRIMARY KEY (channel, turn));

CREATE FUNCTION replay.lock_of(channel int, what text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT channel * 4 + array_position(ARRAY['opened', 'brought', 'begun', 'done'], what)
$$;

-- Waits until a turn is opened: its values are there.
CREATE FUNCTION replay.wait(channel int, turn int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF turn = 1 THEN
    PERFORM pg_advisory_lock(replay.lock_of(channel, 'brought'), turn);
    PERFORM pg_advisory_lock(replay.lock_of(channel, 'done'), turn);
  END IF;
  PERFORM pg_advisory_lock(replay.lock_of(channel, 'opened'), turn);
  PERFORM pg_advisory_unlock(replay.lock_of(channel, 'opened'), turn);
END $$;

-- The values were brought: waits until the turn begins, and looks at the clock.
CREATE FUNCTION replay.start(channel int, turn int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_lock(replay.lock_of(channel, 'brought'), turn + 1);
  PERFORM pg_advisory_unlock(replay.lock_of(channel, 'brought'), turn);
  PERFORM pg_advisory_lock(replay.lock_of(channel, 'begun'), turn);
  PERFORM pg_advisory_unlock(replay.lock_of(channel, 'begun'), turn);
  PERFORM set_config('replay.start', clock_timestamp()::text, false);
END $$;

-- The last statement was answered.
CREATE FUNCTION replay.done(channel_ int, turn_ int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  now timestamptz := clock_timestamp();
BEGIN
  UPDATE replay.turns SET took = extract(epoch FROM now - current_setting('replay.start')::timestamptz) * 1e6
    WHERE channel = channel_ AND turn = turn_;
END $$;

-- What was said last is there for all before the next may read it.
CREATE FUNCTION replay.next(channel int, turn int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_lock(replay.lock_of(channel, 'done'), turn + 1);
  PERFORM pg_advisory_unlock(replay.lock_of(channel, 'done'), turn);
END $$;

GRANT USAGE ON SCHEMA replay TO PUBLIC;
GRANT SELECT, UPDATE ON replay.turns TO PUBLIC;
