import { beforeAll, describe, expect, it } from "vitest";
import { loadSecondOpinion } from "../../../src-main/shells/process/shell-reader.ts";
import { classify, commandWords, createClassifier, treeSitterOpinion, type Classify } from "../../../src-main/shellcheck/index.ts";
import { createJudge } from "../../../src-main/shellcheck/judge.ts";
import { disagreement, type SecondOpinion } from "../../../src-main/shellcheck/second-opinion.ts";
import { awkObstacle } from "../../../src-main/shellcheck/programs/awk.ts";
import { objectionTo } from "../../../src-main/shellcheck/programs/psql.ts";
import { sedObstacle } from "../../../src-main/shellcheck/programs/sed.ts";

// Where two readings lie close together: each case stands beside the one on the other side of its border.

const verdictOf = (command: string): readonly [boolean, string, string] => {
  const { proved, effect, rule } = classify(command);
  return [proved, effect, rule];
};

describe("words that are only known when they are read", () => {
  it.each([
    ["grep *.c", true, "read", "text/grep"],
    ["grep *.key", false, "read-secret", "secret/path"],
    ["grep \"$p\" /var/log/syslog", true, "read", "text/grep"],
    ["grep -r password \"$p\" /var/log", false, "read-secret", "text/grep"],
    ["awk -F \"$x\" '{print}' notes.txt", false, "arbitrary-exec", "text/awk"],
    ["awk -F : '{print}' notes.txt", true, "read", "text/awk"],
    ["grep -r x /var/log/*", true, "read", "text/grep"],
    ["grep -r x /var/log/../*", false, "read-secret", "text/grep"],
    ["grep -r x /srv/*", false, "read-secret", "text/grep"],
    ["grep -r x /sys/devices/*", false, "read-secret", "text/grep"],
    ["ls \"$PWD\"", true, "read", "coreutils/ls"],
    ["cat \"$PWD\"/notes.txt", true, "read", "coreutils/cat"],
    ["cat $PWD/notes.txt", false, "read-secret", "coreutils/cat"],
    ["for x; do ls; done", false, "read", "structure/loop"],
    ["env $x", false, "unknown", "wrapper/env"],
    ["env -u X ls", true, "read", "coreutils/ls"],
    ["nice -- ls", true, "read", "coreutils/ls"],
    ["nice ./$x", false, "unknown", "names/open"],
    ["nice $x", false, "unknown", "wrapper/nice"],
    ["parallel ls", false, "arbitrary-exec", "wrapper/parallel"],
    ["ls | xargs -d \"$x\" ls", true, "read", "coreutils/ls"],
    ["ls | xargs -I", false, "unknown", "wrapper/xargs"],
    ["ps -oenv", false, "read-secret", "trap/ps-environment"],
    ["env ./$x", false, "unknown", "wrapper/env"],
    ["ps -eo env", false, "read-secret", "trap/ps-environment"],
    ["ps \"$x\"", false, "unknown", "programs/ps-words"],
  ])("%s", (command, proved, effect, rule) => {
    expect(verdictOf(command)).toEqual([proved, effect, rule]);
  });
});

describe("names that one command hands to the next", () => {
  const listed = "find /srv -name '*.c'";
  it.each([
    [`${listed} | grep -v x | xargs cat`, true],
    [`${listed} | grep x | xargs cat`, true],
    [`${listed} | grep "$x" | xargs cat`, true],
    [`${listed} | grep -o x | xargs cat`, false],
    [`${listed} | grep x other.txt | xargs cat`, false],
    [`${listed} | grep -n x | xargs cat`, false],
    [`${listed} | head -n 5 | xargs cat`, true],
    [`${listed} | head -c 5 | xargs cat`, false],
    [`${listed} | tail -n 5 | xargs cat`, true],
    [`${listed} | sort -r | uniq | xargs cat`, true],
    [`${listed} | sort -n 5 | xargs cat`, false],
    [`${listed} | sort <"$x" | xargs cat`, false],
    [`${listed} | cut -c 2- | xargs cat`, false],
    ["which ls | xargs md5sum", true],
    ["echo x | xargs md5sum", false],
    [`${listed} -print0 | xargs -0 cat`, true],
    [`${listed} -o -name x | xargs cat`, false],
    ["find /etc -name '*' | xargs cat", false],
    ["find | xargs cat", false],
    ["find -L | xargs stat", true],
  ])("%s", (command, proved) => {
    expect(classify(command).proved).toBe(proved);
  });
});

describe("find's own language", () => {
  it.each([
    ["find /srv \\( -name '*.c' , -name '*.h' \\) -exec cat {} +", false],
    ["find /srv \\( -name '*.c' -o -name '*.h' \\) -exec cat {} +", true],
    ["find /srv \\( -name '*.c' -o -true \\) -exec cat {} +", false],
    ["find . \\)", false],
    ["find . -frobnicate", false],
    ["find . \"$x\"", true],
    ["find \"$(date)\" -name x", false],
    ["find ./\"$(date)\" -name x", true],
    ["find \"$x\" -name y", true],
    ["find . -name *a*b*c*d*e*f*g*h*i*j", false],
    ["find . -name *a*b.c", true],
    ["find . -name $(date)", false],
    ["find . -name $x -newer \"$(date)\"", true],
    ["find . -name $x -newer \"$(date)\" -delete", false],
    ["find / -name *.c -exec wc {} +", true],
    ["find / -name * -exec wc {} +", false],
    ["find / -name *o* -exec cat {} +", false],
    ["find /srv -name *.conf -exec cat {} +", false],
    ["find /srv -name *.c -exec cat {} +", true],
    ["find . ! -name x", true],
    ["find . !", false],
    ["find . \\( -name x", false],
    ["find . -name", false],
    ["find . -exec ls", false],
    ["find . -fprintf out %p", false],
    ["find . -name x -a -name y", true],
    ["find -O3 . -name x", true],
    ["find . -name x -exec ls {} \\; -exec stat {} +", true],
  ])("%s", (command, proved) => {
    expect(classify(command).proved).toBe(proved);
  });
});

describe("scripts inside a word", () => {
  it.each(["1a x\\\\y", "a\\\nw is only text here", "s/a/\\//", "y/a\\/b/cde/", "s/[/]/x/", "/[/]/p", "s,[,],x,", "s/a/b/;#w out\np", "1,+10p", "10~20p", "1~10p", "$!d", "/a/I,/b/Mp", "s/[[:alpha:]/]x/y/", "s/[[.hyphen.]/]x/y/", "s/[[=a=]/]x/y/", "s/[\\t/]x/y/", "s/[^]/]x/y/", "s/a/b/3gIp", "y/a\\/b/c\\/d/", "10q", "5Q 3", "l 70", "b end; :end", "T x;t x", "1!p", "1 , 5 p", "}", "a\\", "i x\\\nw out\np"])("sed only prints by %j", (script) => {
    expect(sedObstacle(script)).toBeUndefined();
  });
  it.each([["s,[,],w out,", "trap/sed-write"], ["s/[/]/e/", "trap/sed-execute"], ["s/a", "programs/sed-substitution"], ["s/a/b", "programs/sed-substitution"], ["1,p", "programs/sed-address"], ["y/a/b", "programs/sed-command"], ["pp", "programs/sed-command"], ["r x", "programs/sed-command"], ["1", "programs/sed-command"], ["$", "programs/sed-command"], ["1,", "programs/sed-address"], ["1,+p", "programs/sed-address"], ["s", "programs/sed-substitution"], ["s\na\nb\n", "programs/sed-substitution"], ["sxaxbx", "programs/sed-substitution"], ["s_a_b_w x", "programs/sed-substitution"], ["s/a/b/x", "programs/sed-command"], ["s/a/b/ e", "programs/sed-command"], ["s/a/b/gw x", "trap/sed-write"], ["s/a/b/Ie", "trap/sed-execute"], ["1!e id", "trap/sed-execute"], ["/a/,/b/w x", "trap/sed-write"], ["a x\nw out", "trap/sed-write"], ["#\\\nw out", "trap/sed-write"], ["p;{w x", "trap/sed-write"], ["s/[\\/]/e/", "programs/sed-substitution"], ["ba;w x", "trap/sed-write"], ["5qw", "programs/sed-command"], ["10 20p", "programs/sed-command"]])("sed's %j is %s", (script, rule) => {
    expect(sedObstacle(script)?.rule).toBe(rule);
  });
  it.each([["{ print (1 > 2) }", undefined], ["1 > 2", undefined], ["{ print > \"x\" }", "trap/awk-output"], ["{ a = b / c > d }", "programs/awk-tokens"], ["{ f(1) }", "programs/awk-call"], ["}", "programs/awk-tokens"], [")", "programs/awk-tokens"], ["BEGIN { for (;; print > \"x\") break }", "trap/awk-output"], ["BEGIN { for (;; printf \"x\") break }", "trap/awk-output"], ["{ x = $1 >= 5 }", undefined], ["{ x **= 2; y = 2 ** 3 }", undefined], ["{ print } # don't \"quote\" | this", undefined], ["/[[:alpha:][]/", undefined], ["/a\\.b/", undefined], ["/[abc]+x/ && !/[^]x]/", undefined], ["{ i++ / 2 }", undefined], ["{ x = 1.5e+3 + .5 }", undefined], ["{ print \"a\\\"b\" }", undefined], ["{ print $1 \\\n $2 }", undefined], ["$1 == 5 || NR % 2 != 0 && $2 ~ /x/", undefined], ["{ a[$1, $2] = -1; delete a }", undefined], ["{ if (1) { print } else { next } }", undefined], ["{ print (1) > 2 }", "trap/awk-output"], ["{ printf(\"x\") > 2 }", "trap/awk-output"], ["{ sysopen(1) }", "programs/awk-call"], ["{ getline }", "trap/awk-getline"], ["{ mygetline = 1 }", undefined], ["{ systemd = 1 }", undefined], ["1system", "trap/awk-system"], ["{ x = `id` }", "programs/awk-tokens"], ["{ print $1 & $2 }", "programs/awk-tokens"], ["{ x = a / b; y = /\"/ | c }", "programs/awk-tokens"], ["{ \"x\n\" }", "programs/awk-tokens"], ["{ (1 }", undefined], ["{ a@b }", "trap/awk-indirect"], ["BEGIN { getline_x = 1 }", undefined]])("awk's %j is %s", (program, rule) => {
    expect(awkObstacle(program)?.rule).toBe(rule);
  });
});

describe("options of a command that runs another one", () => {
  const exact: readonly (readonly [string, readonly string[]])[] = [
    ["nice", ["-5", "-n5", "--adjustment=5", "-n", "--adjustment"]],
    ["ionice", ["-t", "-c3", "-n7", "-c", "-n"]],
    ["timeout", ["--preserve-status", "--foreground", "-v", "--verbose", "--kill-after", "--signal"]],
    ["stdbuf", ["-oL", "-o", "-e0x"]],
    ["/usr/bin/time", ["-p", "-v", "--verbose", "--portability", "--format"]],
    ["sudo", ["-n", "--non-interactive", "-E", "-nEH", "-s", "-u", "-g", "--user", "--group"]],
    ["doas", ["-n", "-s", "-u", "-C"]],
    ["nohup", [""]],
    ["setsid", ["-c", "-fw"]],
    ["chrt", ["-r", "-bf"]],
    ["env", ["-0", "--null", "-u", "--unset"]],
    ["ls | xargs", ["-0", "--null", "-r", "-t", "-x", "-r0", "-n1", "-0n1", "-n", "-L", "--max-args", "--delimiter", "-P4"]],
  ];
  it.each(exact)("%s knows them as they are spelled, and no others", (name, options) => {
    const rule = `wrapper/${name.replace(/^.*[ /]/, "")}`;
    for (const option of options) for (const other of [`-x${option}`, `${option === "" ? "-" : option}~`]) expect([other, classify(`${name} ${other} 5 ls`).segments.filter(({ proved }) => !proved).map((segment) => segment.rule)]).toEqual([other, [rule]]);
  });
  it.each([["env -u PATHS ls", true], ["env -u XPATH ls", true], ["env -u PATH ls", false], ["env ls -i", true], ["env ls PATH", true], ["timeout -k 5 5 ls", true], ["timeout -k 5 x ls", false], ["ls | xargs -0 echo -n1 -I", true], ["ls | xargs -I% echo -n1 %", true], ["ls | xargs -n1 echo -I%", true], ["find . -name '*.c' | xargs sort --null", false], ["find . -name '*.c' -print0 | xargs sort -0", false], ["find . -name '*.c' -print0 | xargs -P 4 -0 -n10 sort", true]])("%s", (command, proved) => {
    expect(classify(command).proved).toBe(proved);
  });
  it("stand for one name each where a marker does, and its beginning stays known", () => {
    const words = (command: string) => classify(command).segments.map(({ argv }) => argv.join(" "));
    expect(words("ls | xargs -I% echo a%b %")).toEqual(["ls", "echo a%b \u27E8each line\u27E9", "xargs -I% echo a%b %"]);
    expect(words("ls | xargs -i echo {}")).toContain("echo \u27E8each line\u27E9");
    expect(words("ls | xargs -0iX echo X {}")).toContain("echo \u27E8each line\u27E9 {}");
    expect(words("ls | xargs --replace=X echo X")).toContain("echo \u27E8each line\u27E9");
    expect(words("ls | xargs -r0I X echo X")).toContain("echo \u27E8each line\u27E9");
    expect(words("ls | xargs stat")).toContain("stat \u27E8each line\u27E9");
  });
  it.each([["ls | xargs -I% sort -%", false], ["ls | xargs -I% sort %", false], ["ls | xargs sort a", false], ["ls | xargs -I% pwd %", false], ["ls | xargs -I% stat a% b%", true]])("%s", (command, proved) => {
    expect([command, classify(command).proved]).toEqual([command, proved]);
  });
});

describe("statements", () => {
  it.each(["select pid from pg_locks   ", "select count(*) as count from pg_locks", "select extract(epoch from now() - query_start) from pg_stat_activity", "select a.pid from pg_stat_activity a join pg_locks b on a.pid = b.pid", "select name, setting from pg_settings where name in ('work_mem', 'port')", "select name from pg_settings where name = 'port'", "select 1 - 1 from pg_locks", "select 4 / 2.25 from pg_locks", "select 10 from pg_locks", "select pid from pg_locks where pid in (1)", "select pid from pg_locks where (pid = 1) and (pid = 2) or (pid = 3) and not (pid = 4)", "select case when (pid = 1) then (pid) else (pid) end from pg_locks", "select a.pid from pg_locks as a join pg_database b on (true) group by (pid)", "select pg_locks.pid from pg_locks", "select pid from pg_locks as a", "SELECT COUNT(*) FROM pg_locks", "select 'a b' from pg_locks"])("reads %s", (sql) => {
    expect(objectionTo(sql)).toBeUndefined();
  });
  it.each(["select pid from", "select pg_stat_activity", "select count from pg_locks", "select pid from t", "select usename as epoch from t", "select a epoch from s", "select (epoch from t)", "select pid from pg_locks a, t", "select pid from pg_locks ?", "select pid from pg_locks ? ", "", "select name from pg_settings", "select pid from pg_locks -- limit", "select pid from pg_locks /* limit */", "select pid - - pid from pg_locks", "select name from pg_settings where name = 'ssl_passphrase_command'", "select name from pg_settings where name = 'primary_conninfo'", "select name from pg_settings where name in ('port', 'x y')", "select name from pg_settings where name in ('port' 'x')", "select name from pg_settings where setting = name = 'port'", "select name from pg_settings where name = 'port' limit 1", "select name from pg_settings where name in ()", "select pid from pg_locks, pg_database", "select pid from pg_locks a, pg_database b", "select pid from pg_locks as a, pg_database", "select pid from pg_locks limit, pg_database", "select pid from pg_locks join users on true", "select pid from pg_locks where pg_locks", "select pg_locks from pg_locks", "select pid from (pg_locks)", "select in2(1)", "select pid as (1)", "select evil", "select count from pg_locks", "select 'a\\b' from pg_locks", "selects pid from pg_locks"])("does not read %j", (sql) => {
    expect(objectionTo(sql)).toBeDefined();
  });
  it.each([
    ["psql -X -d 'dbname=postgres options=-csearch_path=pg_catalog' -F , -c 'select pid from pg_locks'", true],
    ["psql -X -d 'dbname=postgres options=-csearch_path=pg_catalog' -F x -c 'select pid from pg_locks'", false],
    ["psql -X -d 'dbname=postgres options=-csearch_path=pg_catalog' -F", false],
    ["psql -X -d 'dbname=postgres options=-csearch_path=pg_catalog' \"$x\" -c 'select pid from pg_locks'", false],
    ["psql -X -d 'host=evil' -c 'select pid from pg_locks'", false],
    ["psql -d 'dbname=postgres options=-csearch_path=pg_catalog' -c 'select pid from pg_locks'", false],
  ])("%s", (command, proved) => {
    expect(classify(command).proved).toBe(proved);
  });
});

describe("text that no reader can finish", () => {
  it("is refused where it goes too deep, for us or for the reader itself", () => {
    expect(classify(`${"( ".repeat(40)}ls${" )".repeat(40)}`)).toMatchObject({ proved: false, denied: true });
    expect(classify("$(".repeat(30_000))).toMatchObject({ proved: false });
    expect(classify("{ ".repeat(30_000))).toMatchObject({ proved: false });
    expect(classify(`${"( ".repeat(20)}ls${" )".repeat(20)}`).denied).toBeUndefined();
  });
  it.each(["echo $(", "cat <(", "echo `", "echo $((", "echo $(($()))", "echo ${x", "ls &&", "(", "if true", "case x in"])("%j is never proved", (command) => {
    expect(classify(command).proved).toBe(false);
  });
  it.each([
    ...["(( x = $(rm y) ))", "(( $(rm y) ? 1 : 2 ))", "(( 1 ? $(rm y) : 2 ))", "(( 1 ? 2 : $(rm y) ))", "(( -$(rm y) ))", "(( ($(rm y)) ))", "(( 1 + $(rm y) ))", "for ((i=$(rm x);;)); do ls; done", "for ((;$(rm x);)); do ls; done", "for ((;;$(rm x))); do ls; done", "for ((;;)); do rm x; done"],
    ...["[[ -f $(rm x) ]]", "[[ $(rm x) == b ]]", "[[ a == $(rm x) ]]", "[[ a && $(rm x) ]]", "[[ ! -n $(rm x) ]]", "[[ ( -n $(rm x) ) ]]", "case $(rm x) in a) ls;; esac", "case x in $(rm x)) ls;; esac", "case x in a) rm x;; esac"],
    ...["a=(1 $(rm x))", "a[$(rm x)]=2", "a=$(rm x)", "declare a=(1 $(rm x))", "x=$(rm x) ls", "for x in $(rm y); do ls; done", "select x in a; do rm x; done", "while rm x; do ls; done", "until ls; do rm x; done", "if ls; then df; elif ls; then rm x; fi", "if ls; then df; else rm x; fi"],
    ...["echo ${x:-$(rm y)}", "echo ${x:=$(rm y)}", "echo ${x:$(rm y)}", "echo ${x:1:$(rm y)}", "echo ${x/$(rm y)/b}", "echo ${x/a/$(rm y)}", "echo ${x#$(rm y)}", "echo ${!x:-$(rm y)}", "echo ${x[$(rm y)]}", "echo ?(a|$(rm x))", "echo {a,$(rm x)}", "echo $\"$(rm x)\"", "echo [$(rm x)]*"],
    ...["echo $((1 + $(rm x)))", "echo $((x ? $(rm y) : 1))", "echo $((`rm x`))", "echo $((a[$(rm x)]))", "echo $(( '$(rm x)' ))", "echo <(rm x)", "echo >(rm x)", "ls > >(rm x)", "ls < $(rm x)", "ls <<< $(rm x)", "cat <<E\n$(rm x)\nE", "cat <<E\n`rm x`\nE", "ls > $(rm x)", "echo ${ rm x; }", "ls | rm x", "find . -ok rm {} \\;", "{ rm x; } > out", "echo $\\\n$(rm x)"],
  ])("lists what hides in %j", (command) => {
    expect(classify(command).segments.map(({ argv }) => argv[0])).toContain("rm");
  });
  it("lists what a coprocess and a function hold", () => {
    for (const command of ["coproc { rm x; }", "coproc rm x", "f() { rm x; }", "function f { rm x; }", "f() ( rm x )", "coproc n { rm x; }"]) expect(classify(command).segments.map(({ argv }) => argv[0])).toContain("rm");
  });
});

describe("the small languages of devices", () => {
  const device = (dialect: "racadm" | "cisco-ios", command: string): readonly [boolean, string] => {
    const { proved, effect } = classify(command, { dialect });
    return [proved, effect];
  };
  it.each([
    ["racadm", "racadm serveraction", [false, "unknown"]],
    ["racadm", "serveraction powerstatus", [true, "read"]],
    ["racadm", "racadm storage get pdisks", [true, "read"]],
    ["racadm", "racadm storage init:Disk.Virtual.0", [false, "destructive"]],
    ["cisco-ios", "show version |", [false, "mutate"]],
    ["cisco-ios", "show version | include x", [true, "read"]],
    ["cisco-ios", "show interfaces secret", [false, "read-secret"]],
    ["cisco-ios", "configure terminal", [false, "service-impact"]],
    ["cisco-ios", "copy x y", [false, "mutate"]],
  ] as const)("%s: %s", (dialect, command, expected) => {
    expect(device(dialect, command)).toEqual(expected);
  });
});

describe("the second reader", () => {
  let opinion: SecondOpinion;
  let both: Classify;
  beforeAll(async () => {
    opinion = await loadSecondOpinion();
    both = createClassifier({ secondOpinion: opinion });
  });

  it("sees the same words, nested and timed ones too", () => {
    expect(commandWords("echo `date`")).toEqual([["echo", "`date`"], ["date"]]);
    expect(commandWords("echo \"`echo \\`date\\``\"").flat()).toContain("date");
    expect(opinion("time ls -l")).toEqual([["ls", "-l"]]);
    expect(opinion("time -p ls")).toEqual([["ls"]]);
    expect(opinion("time")).toEqual([]);
    expect(opinion("x=1 ls a > out 2>&1")).toEqual([["ls", "a"]]);
    expect(opinion("cat <<< x")).toEqual([["cat"]]);
    expect(opinion("cat <<E\nx\nE")).toEqual([["cat"]]);
    expect(opinion("[ ! -f x ]")).toEqual([["[", "!", "-f", "x", "]"]]);
    expect(both("time ls").proved).toBe(true);
  });

  it("adds to the list what the first reader did not see, and says so of the whole", () => {
    const joined = both("systemctl restart nginx; cat <(ls)# ; rm -r /srv");
    expect(joined).toMatchObject({ proved: false, effect: "unknown" });
    expect(joined.segments.filter(({ rule }) => rule === "parse/second-opinion").map(({ argv, text, effect }) => ({ argv, text, effect }))).toEqual([{ argv: ["rm", "-r", "/srv"], text: "rm -r /srv", effect: "unknown" }]);
    const hidden = createClassifier({ secondOpinion: () => [["mkfs", "/dev/sda"], ["reboot"]] })("reboot");
    expect(hidden).toMatchObject({ proved: false, effect: "unknown", rule: "parse/second-opinion", why: "only one of two readers of the shell sees this command here" });
    expect(hidden.segments.map(({ argv }) => argv)).toEqual([["mkfs", "/dev/sda"], ["reboot"]]);
  });

  it("leaves a verdict alone where it sees no more, abstains, or only divides words otherwise", () => {
    for (const command of ["reboot", "rm -r /srv; reboot", "systemctl restart nginx | tee log"]) expect(both(command), command).toEqual(classify(command));
    for (const said of [undefined, [], [["reboot"]], [["reboot", "--other"]]]) expect(createClassifier({ secondOpinion: () => said })("reboot")).toEqual(classify("reboot"));
  });

  it("never runs what a reader gives up on", () => {
    const broken = createClassifier({ secondOpinion: () => { throw new RangeError("Maximum call stack size exceeded"); } });
    expect(broken("ls")).toMatchObject({ denied: true, proved: false });
    expect(broken("reboot")).toMatchObject({ denied: true, proved: false });
  });

  it("abstains from what it cannot read, and from what is too long", () => {
    expect(opinion("ls (")).toBeUndefined();
    expect(opinion(`ls ${"x".repeat(20_000)}`)).toBeUndefined();
    expect(treeSitterOpinion({ parse: () => null })("ls")).toBeUndefined();
    expect(disagreement("ls", () => undefined)).toContain("without doubt");
    expect(disagreement("ls", () => [["ls", "x"]])).toContain("different commands");
    expect(disagreement("ls", () => [])).toContain("different commands");
    expect(disagreement("ls a", () => [["ls", "b"]])).toContain("different commands");
    expect(disagreement("ls a", () => [["rm", "a"]])).toContain("different commands");
    expect(disagreement("ls a", () => [["ls a"]])).toContain("different commands");
    expect(disagreement("ls a; df", () => [["df"], ["ls", "a"]])).toBeUndefined();
    expect(disagreement("ls a; df", () => [["df"], ["ls", "b"]])).toContain("different commands");
    expect(disagreement("x=1 ls a > out", () => [["ls", "a"]])).toBeUndefined();
    expect(disagreement("ls \\\n-l", () => [["ls", "-l"]])).toBeUndefined();
  });
});

describe("two grammars", () => {
  const family = (name: string, names: string) => ({ name, commands: [{ names, says: "does" }], inside: [], aside: [] });
  it("may not claim one name, nor that of a program with a language of its own", () => {
    expect(() => createJudge([family("a", "x y"), family("b", "y")])).toThrow('two grammars claim the command "y"');
    expect(() => createJudge([family("a", "find")])).toThrow("find");
    expect(() => createJudge([family("a", "x"), family("b", "y")])).not.toThrow();
  });
});
