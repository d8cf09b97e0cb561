import { describe, expect, it } from "vitest";
import { compileShape, matchShape, type CommandData } from "../../../src-main/shellcheck/grammar.ts";
import { classify, treeSitterOpinion } from "../../../src-main/shellcheck/index.ts";
import { awkObstacle } from "../../../src-main/shellcheck/programs/awk.ts";
import { sedObstacle } from "../../../src-main/shellcheck/programs/sed.ts";
import { kindVerdict } from "../../../src-main/shellcheck/kinds.ts";
import { couldNameSecret, isSecretPath, normalPath } from "../../../src-main/shellcheck/secrets.ts";
import { knownValue, unknownValue } from "../../../src-main/shellcheck/words.ts";

const data: CommandData = { names: "tool", says: "does", traps: [["-o:text --output=text", "tool-output", "mutate", "writes"]] };
const match = (options: string, operands: string, words: readonly string[]): boolean => matchShape(compileShape([options, operands], data), words.map((word) => knownValue(word)), kindVerdict).matched;

describe("matching arguments against a shape", () => {
  it.each([
    [["-a"], true],
    [["-ab"], true],
    [["-ac"], false],
    [["-n", "5"], true],
    [["-n5"], true],
    [["-an5"], true],
    [["-n"], false],
    [["-n", "count"], true],
    [["-n", "x/y"], false],
    [["-w"], true],
    [["-w3"], true],
    [["-wx/y"], false],
    [["--all"], true],
    [["--al"], false],
    [["--all=x"], false],
    [["--lines=5"], true],
    [["--lines", "5"], true],
    [["--lines=x/y"], false],
    [["--lines"], false],
    [["--color"], true],
    [["--color=auto"], true],
    [["-7"], true],
    [["-7x"], false],
    [["-word"], true],
    [["-key", "v"], true],
    [["-key"], false],
    [["--", "-z"], false],
    [["--", "z"], true],
    [["x", "--"], false],
    [["-n", "-a"], false],
    [["-n", "-5"], true],
    [["-ncount"], false],
    [["-P", "x"], true],
    [["-Px"], false],
    [["-P", "-a"], false],
    [["--name", "x"], true],
    [["--name=x"], false],
    [["-"], true],
    [[""], true],
    [["x", "-a"], true],
    [["x", "y"], false],
    [["--bogus=1"], false],
  ] as const)("%j fits: %s", (words, fits) => {
    expect(match("-ab -P>text --name>text -n:num -w?num --all --lines=num --color?text -NUM ~word ~key:text", "text?", words)).toBe(fits);
  });

  it("reads no word as letters where the program does not", () => {
    const whole = (words: readonly string[]): boolean => matchShape(compileShape(["~ ~c ~e ~ce:text", "text?"], { names: "tool", says: "does" }), words.map((word) => knownValue(word)), kindVerdict).matched;
    expect([whole(["-c"]), whole(["-c", "-e"]), whole(["-ec"])]).toEqual([true, true, false]);
  });

  it("takes dashed words behind -- only where no option could hurt", () => {
    const matches = (opaque: boolean): boolean => matchShape(compileShape(["-a", "text*"], { names: "tool", says: "does", ...(opaque && { opaque }) }), ["x", "--", "-z"].map((word) => knownValue(word)), kindVerdict).matched;
    expect([matches(true), matches(false)]).toEqual([true, false]);
  });

  it("lets a trap match and says what it does", () => {
    const shape = compileShape(["-a", "text*"], data);
    for (const words of [["-o", "x"], ["-ox"], ["-aox"], ["--output=x"], ["--output", "x"]]) {
      expect(matchShape(shape, words.map((word) => knownValue(word)), kindVerdict)).toMatchObject({ matched: true, traps: [{ rule: "tool-output", effect: "mutate" }] });
    }
    expect(() => compileShape(["-o", ""], data)).toThrow(/trapped/);
  });

  it("wants one of the marked options, and only those", () => {
    expect(match("!-l !--list -v", "text*", ["-l"])).toBe(true);
    expect(match("!-l !--list -v", "text*", ["-v", "--list"])).toBe(true);
    expect(match("!-l !--list -v", "text*", ["-v"])).toBe(false);
  });

  it("takes anything, or ends options at the first operand, when told so", () => {
    expect(match("*", "text*", ["-z", "--q"])).toBe(true);
    expect(match("+ -a", "text*", ["x", "-z"])).toBe(true);
    expect(match("-a", "text*", ["x", "-z"])).toBe(false);
  });

  it("fills slots from the left and leaves what later slots need", () => {
    expect(match("", "[a|b] num* text", ["a", "1", "2", "x"])).toBe(true);
    expect(match("", "[a|b] num* text", ["a", "x"])).toBe(true);
    expect(match("", "[a|b] num* text", ["c", "x"])).toBe(false);
    expect(match("", "num+", [])).toBe(false);
    expect(match("", "num? [a|b] text", ["a", "x"])).toBe(true);
    expect(match("", "num? [a|b] text", ["1", "a", "x"])).toBe(true);
    expect(match("", "num? [a|b] text", ["x/y", "x"])).toBe(false);
    expect(match("", "num* [a|b]", ["1", "x/y", "a"])).toBe(false);
    expect(match("", "num+ [a|b]", ["a"])).toBe(false);
    expect(match("", "[a|b] num", ["x/y", "1"])).toBe(false);
    expect(match("", "[a|b] num", ["a", "x/y"])).toBe(false);
    expect(match("", "[a|b] [c|d] num", ["x/y", "c", "1"])).toBe(false);
    expect(match("", "show num?", ["show"])).toBe(true);
    expect(match("", "show num?", ["shown"])).toBe(false);
  });

  it("does not let an open word stand where it could become an option, unless no option hurts", () => {
    const open = unknownValue("$x");
    const one = unknownValue('"$x"', { count: "one" });
    const prefixed = unknownValue('"/a$x"', { prefix: "/a", count: "one" });
    const split = unknownValue("/a$x", { prefix: "/a" });
    const shape = compileShape(["-a", "text*"], data);
    const opaque = compileShape(["-a", "text*"], { ...data, opaque: true });
    expect([open, one, prefixed, split].map((value) => matchShape(shape, [value], kindVerdict).matched)).toEqual([false, false, true, false]);
    expect([open, one, prefixed, split].map((value) => matchShape(opaque, [value], kindVerdict).matched)).toEqual([true, true, true, true]);
    expect(matchShape(compileShape(["", "text"], { ...data, opaque: true }), [open], kindVerdict).matched).toBe(false);
  });
});

describe("sed scripts", () => {
  it.each(["p", "1,5p", "$d", "/a/,/b/d", "/a/I,+2p", "0~3p", "1!G;h;$!d", "s/a/b/", "s/a/b/gI2p", "s,[,],;,", "s/[^/]*$//", "s/[]]/x/", "s/[[:space:]]/x/", "y/abc/xyz/", "a text", "i\\\ntext", "c\\\ntext\np", "/x/{s/a/b/;p}", "{p;p}", ":a;N;$!ba;s/\\n/ /g", "ta", "5q", "5q3", "l 10", "=", "F;z", "# note\np", "\\,x,p", "N;P;D", "x;G;H;g"])("%j only prints", (script) => {
    expect(sedObstacle(script)).toBeUndefined();
  });

  it.each(["w x", "W x", "e", "e id", "r x", "R x", "s/a/b/w x", "s/a/b/e", "s/a/b/gew", "s/a", "s/a/b", "s/[/x/", "s/[\\]/x/e", "y/a", "y/a/b", "v", "k", "1,p", "1,/x", "/x", "\\", "\\x", "p x", "5q x", "b a b", "s\\a\\b\\", "s a b ", "s/a\nb/c/", "s/a/b\nc/", "y/a/b/w"])("%j is not proved", (script) => {
    expect(sedObstacle(script)).toBeDefined();
  });
});

describe("awk programs", () => {
  it.each(["{print $1}", "/a|b/{n++} END{print n}", "$3 > 5", "NR==1,NR==5", "{if ($1 > 5) print}", "BEGIN{FS=\":\"}{print length($0)}", "!seen[$0]++", "{gsub(/[-]/, \"-\"); print}", "{print $1/2}", "# note\n{print}", "{for (i=1;i<=NF;i++) s+=$i} END{print s}", "{printf \"%s\\n\", $1}"])("%j only prints", (program) => {
    expect(awkObstacle(program)).toBeUndefined();
  });

  it.each(["{gsub(/[/]/, 1)}", "{system(\"x\")}", "{print > \"x\"}", "{print >> \"x\"}", "{print | \"x\"}", "{\"x\" | getline}", "{close(x)}", "@load \"x\"", "{foo(1)}", "function f(){}", "{print a/b; print > \"x\"}", "{print \"unclosed}", "/unclosed", "{print ENVIRON[1]}", "}", ")", "{for(;;print 1 > \"x\")x}", "{`id`}", "/a[/]b\n/"])("%j is not proved", (program) => {
    expect(awkObstacle(program)).toBeDefined();
  });
});

describe("names that hold secrets", () => {
  it("finds them however the path is spelled", () => {
    expect(["/etc/shadow", "/etc/../etc//shadow", "../../etc/shadow", "~/.ssh/id_rsa", "a.pem", "prod.env", "/proc/1/task/1/environ"].map(isSecretPath)).toEqual(Array(7).fill(true));
    expect(["/etc/passwd", "id_rsa.pub", "README.md", "setting.c", "/proc/cpuinfo", "site.crt"].map(isSecretPath)).toEqual(Array(6).fill(false));
    expect(["/a/../../b", "a/./b//c/..", "../x"].map(normalPath)).toEqual(["/b", "a/b", "../x"]);
  });

  it("knows which globs could meet one", () => {
    expect([".*", ".*\\.key", "\\/etc\\/sh.*", "id.*", ".*".repeat(12)].map(couldNameSecret)).toEqual(Array(5).fill(true));
    expect([".*\\.c", "\\/var\\/lo.\\/x", "report.*\\.txt"].map(couldNameSecret)).toEqual(Array(3).fill(false));
  });
});

describe("words and structures", () => {
  it.each(["echo ${x:-a} ${x#a} ${x%%b*} ${x/a/b} ${x^^} ${x:1:2} ${#x} ${a[0]} ${a[@]}", "echo $((1 + (2 * 3)))", "echo $'a\\nb'", "find $dir -maxdepth 1", "find . -mtime +$days", "ls [a-c]*", "time -p ls", "! ls", "if ls; then df; elif free; then ls; else w; fi"])("%s is proved", (command) => {
    expect(classify(command).proved).toBe(true);
  });

  it.each(["echo ${x:=a}", "echo ${!x}", "echo ${x@Q}", "echo ${!x*}", "echo ${x:$(id)}", "echo ${x:1:y}", "echo ${x/$(id)/b}", "echo ${x,,$(id)}", "echo $((x))", "echo $((1 ? 2 : $(id)))", "echo $((-x + !y))", "echo $'\\x41'", "echo {a,b}", "echo ?(a)", "echo $\"a\"", "ls [$(rm x)]*", "ls *", "[[ a && ! ( b || c ) ]]", "for ((i=0;i<1;i++)); do ls; done", "coproc ls", "ls <<-E\nx\nE", "ls 2>&$x", "ls <&-", "cat <$x", "echo ${ id; }", "echo ${| id; }", "cat < /dev/sda"].filter((command) => command !== "ls *"))("%s is not", (command) => {
    expect(classify(command).proved).toBe(false);
  });

  it("lists commands inside arithmetic, tests, arrays and here-documents, even though nothing there is proved", () => {
    for (const command of ["echo $((1 + $(rm x)))", "((x = $(rm x) ? 1 : (2)))", "for ((i=$(rm x);;)); do ls; done", "[[ ! ( $(rm x) == a || -n b ) ]]", "a=(1 $(rm x))", "a[$(rm x)]=1", "cat <<E\n$(rm x)\nE", "declare a=$(rm x)", "case $(rm x) in a) ls;; esac", "echo ${a[$(rm x)]}", "coproc rm x"]) {
      expect(classify(command).segments.map(({ argv }) => argv[0])).toContain("rm");
    }
  });
});

describe("a sign that goes on behind the end of a line", () => {
  it.each(["cat <<\\\n-E\nx\nE\nrm y", "echo ${\\\nx:-$(rm y)}", "echo ${x\\\n-$(rm y)}", "cat <<E\\\nF\nx\nEF\nrm y", "cat <<E\n$('r\\\nm' y)\nE"])("%j is unknown as a whole, for its parts cannot all be listed", (command) => {
    expect(classify(command)).toMatchObject({ proved: false, effect: "unknown" });
  });
  it("is no reason to doubt where a line goes on between words", () => {
    expect(classify("touch a \\\n  b").effect).toBe("mutate");
    expect(classify("ls \\\n -l").proved).toBe(true);
  });
});

describe("small programs", () => {
  it.each(["command", "ps -ef", "ps aux", "ps -o pid= -p 1", "ps --ppid 2 --no-headers", "ps -C nginx", "ps 123", "dd if=a.txt bs=1 count=5", "tar -tvf a.tar", "tar --list --file=a.tar", "tar -t -f a.tar", "tar tzf a.tgz --wildcards", "[ ! -f x ]", "test a", "test -n \"$x\"", "test \"$x\" = y", "nice df", "ionice -c3 df", "env df", "env -u X df", "timeout -k 5 10s df", "command -V ls", "find -L . -newermt 2024-01-01", "find . -exec ls -l {} +", "find . -name '*.c' -exec wc -l ./{} \\;", "ls | xargs -0 -n1 echo", "ls | xargs -I % echo x%y", "ls | xargs --replace=% echo %", "ls | xargs -i echo {}", "ls | xargs", "find", "find -L", "find -L | xargs ls", "find . -a -name x", "find . -name x , -print", "find $x -name y", "find . -name a -a -name b | xargs cat", "find . -name 'a?[bc].txt' -exec cat {} +", "find . -name 'a\\*.txt' -exec cat {} +", "find / -path '*/notes/*.txt' -exec cat {} +", "find -execdir ls {} +", "find -exec ls {} +", "apt -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= list --upgradable", "tar -t -v -f a.tar", "tar -tf a.tar notes.txt", "ps -p 1", "ps p 1", "ps -u root", "ps --sort -size", "date \"+%F $x\"", "ls </dev/null"])("%s is proved", (command) => {
    expect(classify(command).proved).toBe(true);
  });

  it.each(["ps \"$x\"", "ps --bogus", "ps -o environ", "ps -o", "ps -", "dd \"$x\"", "dd of=\"$x\"", "dd conv=notrunc if=a", "dd oflag=sync", "tar", "tar tf", "tar \"$x\"", "tar tf -x", "tar tf .env", "tar -tf a --bogus", "[ a", "test a b", "test", "test \"$x\"", "[ -n $x ]", "[ 'a[0]' = b ]", "nice", "nice $x", "nice --bogus df", "ionice -c", "timeout x df", "env - X=1 df", "env $x", "command -v -x", "command -p ls", "sudo", "nohup --bogus ls", "find . -name", "find . -exec ls", "find . \\( -name x", "find . ! ", "find . -bogus", "find -D exec .", "xargs --bogus", "find . )", "find $(ls)", "find [!a]*", "find -", "find . -execdir cat {} +", "find . -exec cat {}.bak \\;", "ps -o env", "ps u%", "tar -v", "tar -tvzf", "tar -x", "apt list", "apt $x list", "dd if=.env", "timeout", "nice -n", "nice -n5", "nice -n $x ls", "env \"$x\" ls", "ls | xargs -I", "ls | xargs $x", "date x", "date \"$x\"", "< $x", "ls < $x", "test a b c", "test \"$x\" \"$y\" c", "ls | xargs -I{} cat {}", "ls | xargs -n"])("%s is not", (command) => {
    expect(classify(command).proved).toBe(false);
  });
});

describe("the second reader's abstentions", () => {
  it("says nothing about text that is too long, unread or in error", () => {
    const nothing = treeSitterOpinion({ parse: () => null });
    expect(nothing("ls")).toBeUndefined();
    expect(nothing("x".repeat(20_000))).toBeUndefined();
  });
});
