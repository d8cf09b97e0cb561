import { describe, expect, test } from "vitest";
import { objectionTo } from "../../../src-main/shellcheck/programs/psql.ts";
import { classify } from "../../../src-main/shellcheck/index.ts";

const PINNED = "-d 'dbname=postgres options=-csearch_path=pg_catalog'";

describe("statements over the statistics views", () => {
  test.each([
    "select pid, usename, state, left(query, 200) from pg_stat_activity where state <> 'idle' order by query_start",
    "select datname, numbackends from pg_stat_database order by numbackends desc limit 10",
    "select count(*) from pg_locks where not granted",
    "select round(extract(epoch from now() - query_start)) as seconds from pg_stat_activity",
  ])("reads %s", (sql) => {
    expect(objectionTo(sql)).toBeUndefined();
    expect(classify(`psql -X -A -t -w ${PINNED} -c "${sql}"`)).toMatchObject({ effect: "read", proved: true });
  });

  test.each([
    "select pg_terminate_backend(1)", "select pg_read_file('/etc/passwd') from pg_locks", "select lo_import('/etc/passwd')", "select 1; drop table x", "select pid into a from pg_locks", "select pid from pg_locks for update", "select pid from users", "select pid from pg_locks, users",
    "select pid from pg_locks a join users b on true", "select pid from (select 1) a", "select 1 -- x", "select 1 /* x */", "delete from pg_locks", "with a as (delete from t) select 1", "select $$x$$", "select \"evil\" from pg_locks", "select e'\\x' from pg_locks", "\\! id", "copy pg_locks to program 'id'", "select pid from pg_locks a join pg_database b on true, users",
    "select set_config('a','b',false)", "select dblink('x')", "select nextval('s')", "select current_setting('x')", "select pid::regclass from pg_locks", "select query_to_xml('delete from t',true,true,'')",
  ])("does not read %s", (sql) => {
    expect(objectionTo(sql)).toBeDefined();
  });

  test.each(["-X -c 'drop table x'", "-c 'select count(*) from pg_locks'", "-X -h evil -c 'select count(*) from pg_locks'", "-X -f /tmp/x.sql", "-X", "-X -c 'select count(*) from pg_locks' -c 'drop table t'", "-X -c 'drop table t' -c 'select count(*) from pg_locks'", "-X -o /tmp/x -c 'select count(*) from pg_locks'"])("withholds the proof from psql %s", (rest) => {
    expect(classify(`psql ${PINNED} ${rest}`).proved).toBe(false);
  });
  test.each([
    ["of its own", "-d 'dbname=postgres options=-csearch_path=pg_catalog'", true],
    ["of its own, as somebody", "-U ops -d 'dbname=app options=-csearch_path=pg_catalog'", true],
    ["that the role or the database was given", "-d postgres", false],
    ["of nobody's choice", "", false],
    ["that a second name takes away again", "-d 'dbname=postgres options=-csearch_path=pg_catalog' -d postgres", false],
    ["that names another schema first", "-d 'dbname=postgres options=-csearch_path=app,pg_catalog'", false],
    ["on another host", "-d 'host=evil dbname=postgres options=-csearch_path=pg_catalog'", false],
    ["with more than a path", "-d 'dbname=postgres options=-csearch_path=pg_catalog -crole=x'", false],
  ])("a connection with a search path %s", (_name, connection, proved) => {
    expect(classify(`psql -X ${connection} -c 'select left(datname, 5) from pg_database'`).proved).toBe(proved);
  });
  test("ending what one process does is service impact, and never proved", () => {
    for (const act of ["cancel", "terminate"]) expect(classify(`psql -X -A -t -w ${PINNED} -c 'select pg_${act}_backend(4242)'`)).toMatchObject({ effect: "service-impact", proved: false });
  });
  test.each(["select pg_cancel_backend(4242), 1", "select pg_cancel_backend(pid) from pg_stat_activity", "select pg_cancel_backend(4242); drop table t"])("%s is not that", (sql) => {
    expect(classify(`psql -X ${PINNED} -c "${sql}"`)).toMatchObject({ effect: "unknown", proved: false });
  });
});
