import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { classify, createClassifier } from "../../../src-main/shellcheck/index.ts";
import { countsRounds, knownRounds, loopsOf, numbersOf } from "../../../src-main/shellcheck/loops.ts";
import { knownValue, unknownValue } from "../../../src-main/shellcheck/words.ts";
import { loadSecondOpinion } from "../../../src-main/shells/process/shell-reader.ts";

const isProved = (script: string): boolean => classify(script).proved;

/** Loops over a list, in which every round is a look by itself. */
const PROVED: readonly string[] = [
  'for s in nginx mysql; do echo -n "$s: "; systemctl is-active $s; done',
  "for i in 1 2 3; do uptime; sleep 1; done",
  "for i in {1..5}; do sar -f /var/log/sysstat/sa$i; done",
  "for i in {5..1}; do date; done",
  "for i in {1..500}; do date; done",
  "for i in $(seq 1 3); do echo $i; done",
  'for d in /dev/sd?; do echo "$d"; smartctl -H "$d" | grep -i result; done',
  "for i in 0 1; do smartctl -A -d megaraid,$i /dev/sda | grep Pending; done",
  'for d in /sys/class/net/*; do echo "$(basename $d) $(cat $d/mtu)"; done',
  'for f in /etc/cron.d/*; do echo "$f"; cat "$f"; done',
  "for x in a b; do for y in c d; do wc -l /srv/$x/$y; done; done",
  'for i in 1 2; do sed -n "${i}p" /etc/hosts; done',
  "for u in ada bob; do id $u; done | sort",
  "for i in a b; do (cd /srv/$i && ls -l); done",
  "cd /srv; for i in $(seq 3); do cd /srv; ls; done",
  "for i in a; do ls $i; done; for i in b; do ls $i; done",
];

/** Nothing a person should not see first: each does, in some round, what is no look, or may. */
const ASKED: readonly (readonly [script: string, why: string])[] = [
  ["for f in /etc/shadow; do cat $f; done", "reads a secret"],
  ["for f in shadow; do cat /etc/$f; done", "reads a secret"],
  ["for n in status environ; do cat /proc/1/$n; done", "reads a secret in its second round"],
  ["for f in w; do sed -n \"$f x\" y; done", "writes"],
  ["for x in system; do awk \"BEGIN{$x(1)}\"; done", "runs a program"],
  ["for c in ls rm; do $c x; done", "which program runs is left to the loop"],
  ["for c in rm; do command $c x; done", "destroys"],
  ["for s in -o; do sort $s x y; done", "an option"],
  ["for f in '*'; do cat $f; done", "a sign the shell spells out"],
  ["for f in 'a /etc/shadow'; do cat $f; done", "a blank at which the shell divides it"],
  ["for f in ~/.ssh/id_rsa; do cat $f; done", "reads a secret"],
  ["for f in *; do sort \"$f\"; done", "a name may be an option"],
  ["for f in /srv/*; do head -3 $f; done", "a name may hold blanks"],
  ["for f in /srv/*; do wc -l $f; done", "a name may hold blanks, and what is behind one be a device"],
  ["for f in /sys/class/net/../../../tmp/*; do head -3 $f; done", "a name that is not the kernel's may hold blanks"],
  ["for f in /srv/*; do head -3 \"${f}x\"y\"$z\"; done", "nobody knows the rest"],
  ["for f in /root/.s*; do cat \"$f\"; done", "may meet secrets"],
  ["for i in {1..500}; do cat $i; done", "too long to go through"],
  ["for i in 0{1..3}; do cat $i; done", "not foreseen"],
  ["for i in {01..03}; do cat $i; done", "not foreseen"],
  ["for i in $(ls /proc); do cat /proc/$i/stat; done", "nobody knows what the list holds"],
  ["for f in /etc/shadow; do true; done; cat $f", "the variable stays after the loop"],
  ["for f in /dev/watchdog; do true; done; wc -l $f", "the variable stays after the loop"],
  ["for \\\nf in /dev/watchdog; do true; done; wc -l $f", "the variable stays after the loop"],
  ["for a in 1 2; do wc -l $f; for f in /dev/watchdog; do true; done; done", "the second round follows the inner loop"],
  ["for i in a; do for i in /etc/shadow; do true; done; cat $i; done", "the inner loop sets the variable of the outer one"],
  ["for d in a /etc; do cd $d; cat shadow; done", "enters a folder in its second round"],
  ["for i in {1..500}; do cat users; cd /etc; cd dovecot; done", "enters a folder, and the next round begins there"],
  ["for i in $(seq 3); do cat users; cd dovecot; cd etc; done", "enters a folder, and the next round begins there"],
  ['for f in /srv/*; do cat users; cd "$f"; cd /etc/dovecot; done', "enters a folder, and the next round begins there"],
  ['for f in /srv/*; do wc -l watchdog; cd "$(cat x)"; done', "enters a folder nobody knows"],
  ["for i in $(seq 3); do grep -r x .; cd ..; done", "may enter the root"],
  ['for i in a; do cd "$(cat x)"; csvstat notes.csv; done', "opens a name in a folder nobody knows, though it is called like one that only looks at names"],
  ["for i in 1 2; do cat users; cd /etc/dovecot; done", "its second round begins there"],
  ["for i in a b; do read i; cat $i; done", "sets the variable"],
  ["for i in a b; do i=/etc/shadow; cat $i; done", "sets the variable"],
  ["for i in a b; do echo ${i:=x}; done", "may set the variable"],
  ["for i in a b; do echo $((i)); done", "arithmetic"],
  ["for i in a b; do cat <<< $i; done", "writes a file"],
  ["for i; do ls $i; done", "a list nobody sees"],
  ["for PATH in /tmp; do ls; done", "decides what runs"],
  ["for http_proxy in x; do ls; done", "a setting"],
  ["for UID in 1; do ls; done", "the shell's own"],
  ["for f in /etc/cron.d/*; do cat \"$(hostname)$f\"; done", "nobody knows the beginning"],
  ["select i; do ls $i; done", "asks"],
  ["select i in a b; do ls $i; done", "asks"],
  ["while true; do ls; done", "has no end"],
];

describe("a loop over a list", () => {
  it("is a look where each of its rounds is one", () => {
    expect(PROVED.filter((script) => !isProved(script))).toEqual([]);
  });

  it("is no look by any other round", () => {
    expect(ASKED.filter(([script]) => isProved(script))).toEqual([]);
  });

  it("is read alike by the second reader", async () => {
    const both = createClassifier({ secondOpinion: await loadSecondOpinion() });
    expect(PROVED.filter((script) => !both(script).proved)).toEqual([]);
  });

  it("counts its rounds with a name that is nobody's setting", () => {
    expect(["i", "ab", "a1_b", "histcharsx", "auto_resume_2"].filter((name) => !countsRounds(name))).toEqual([]);
    expect(["histchars", "auto_resume", "I", "aB", "a-b", "1a", "_a", "a b"].filter(countsRounds)).toEqual([]);
  });

  it("goes through values that the shell leaves as they are, as often and as long as may be", () => {
    const once = { times: 1, length: 1 };
    expect(["a", "/srv/x", "./a", "a.b:c@d%e+f,g/h=i-j"].filter((text) => knownRounds([knownValue(text)], once) === undefined)).toEqual([]);
    expect(["", "-o", "a b", "a*", "*a", "~a", "=a", "a\n", "a;b", "a$b"].filter((text) => knownRounds([knownValue(text)], once) !== undefined)).toEqual([]);
    expect(knownRounds([knownValue("a"), unknownValue("$x")], once)).toBeUndefined();
    expect(knownRounds([unknownValue("x")], once)).toBeUndefined();
    expect(knownRounds([], once)).toBeUndefined();
    const list = (length: number) => Array.from({ length }, (_, at) => knownValue(`a${at}`));
    expect([[32, 1, 1], [33, 1, 1], [4, 8, 1], [4, 9, 1], [2, 1, 2_048], [2, 1, 2_049]].map(([words, times, length]) => knownRounds(list(words as number), { times: times as number, length: length as number }) !== undefined)).toEqual([true, false, true, false, true, false]);
  });

  it("counts up and down between two numbers that are written out", () => {
    const texts = (text: string) => numbersOf(text)?.map(({ known }) => known);
    expect([texts("{9..12}"), texts("{2..0}"), texts("{7..7}")]).toEqual([["9", "10", "11", "12"], ["2", "1", "0"], ["7"]]);
    expect([texts("{1..32}")?.length, texts("{1..33}"), texts("{1000..1}")]).toEqual([32, [undefined], [undefined]]);
    expect(["{1..3}x", "x{1..3}", "{01..3}", "{1..03}", "{1..}", "{a..c}", "{1..3..2}", "{1..99999}", "{-1..3}", "{1a..3}"].filter((text) => numbersOf(text) !== undefined)).toEqual([]);
  });

  it("knows by their whole names what any loop of a script sets", () => {
    expect([...loopsOf("for ab in x; do :; done; select cd in y; do for \\\n ef in z; do :; done; done; before gh; xfor ij").set].toSorted()).toEqual(["ab", "cd", "ef"]);
  });

  it("lists what each round runs", () => {
    const { effect, segments } = classify("for s in web db; do systemctl restart $s; done");
    expect({ effect, ran: segments.map(({ argv }) => argv) }).toEqual({ effect: "service-impact", ran: [["systemctl", "restart", "web"], ["systemctl", "restart", "db"]] });
  });

  it("lists what stands in it where there is no round to foresee", () => {
    expect(["for i; do rm x; done", "for i in; do rm x; done", `for i in ${"a ".repeat(40)}; do rm x; done`].map((script) => classify(script).segments.filter(({ argv }) => argv[0] === "rm").length)).toEqual([1, 1, 1]);
  });

  it("is not refused for its length alone", () => {
    const long = Array.from({ length: 200 }, () => "rm x").join("; ");
    expect(classify(`for i in ${"a ".repeat(30)}; do for j in ${"a ".repeat(30)}; do ${long}; done; done`).denied).toBeUndefined();
  });

  it("gives its commands the words that bash gives them", () => {
    const lists = ["a b", "1 2 3", "{1..3}", "{3..1}", "{0..0}", "x.y z:w a,b", "/srv/a ./b", "a=1 b%2"];
    const bodies = ["c $v", 'c "$v"', "c x$v.y", 'c "p ${v} q"', "c ${v}z", "c '$v'", 'c -n$v; echo "$(c $v)"', "for w in $v k; do c $w$v; done", "c {$v}", String.raw`c \$v`, "c a | c $v", 'if c $v; then c "not $v"; fi'];
    const scripts = lists.flatMap((list) => bodies.map((body) => `for v in ${list}; do ${body}; done`));
    // Each script in a shell of its own, where the command tells what it was given.
    const driver = `c() { local IFS=:; printf '%s\\t' "$*" >&3; }\nfor script; do ( eval "$script" ) 3>&1 >/dev/null; echo; done`;
    const { stdout } = spawnSync("/bin/bash", ["--noprofile", "--norc", "-c", driver, "bash", ...scripts], { env: { LC_ALL: "C.UTF-8" }, encoding: "utf8" });
    const listed = scripts.map((script) => classify(script).segments.filter(({ argv }) => argv[0] === "c").map(({ argv }) => argv.slice(1).join(":")));
    const ran = stdout.trimEnd().split("\n").map((line) => line.split("\t").filter((words) => words !== ""));
    expect(listed.map((words) => words.toSorted())).toEqual(ran.map((words) => words.toSorted()));
  });
});
