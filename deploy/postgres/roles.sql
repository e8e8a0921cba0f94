-- The three roles of Sportello and its database. Run once by an administrator of PostgreSQL 15 or later:
--
--   psql -v owner_password=… -v server_password=… -v backup_password=… -f deploy/postgres/roles.sql
--
-- The owner makes the tables (sportello db migrate), the server reads and writes the rows of one tenant at a time, the backup reads
-- all of them and changes none. None of them is a superuser and none can bypass row-level security; the server refuses to start
-- with a role that could. Other names do as well: pass -v prefix=… and -v database=….

\set ON_ERROR_STOP on
\if :{?prefix} \else \set prefix sportello \endif
\if :{?database} \else \set database sportello \endif

SELECT :'prefix' || '_owner' AS owner, :'prefix' || '_server' AS server, :'prefix' || '_backup' AS backup \gset

CREATE ROLE :"owner" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'owner_password';
CREATE ROLE :"server" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'server_password';
CREATE ROLE :"backup" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT PASSWORD :'backup_password';

-- Text is compared byte by byte, as SQLite does: lists come out in the same order at every placement.
CREATE DATABASE :"database" OWNER :"owner" TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database" TO :"server", :"backup";

\connect :"database"
REVOKE ALL ON SCHEMA public FROM PUBLIC;
