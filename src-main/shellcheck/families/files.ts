import { reads, type Family } from "../grammar.ts";

// Finders, listers and viewers of files that did not grow up with the system.

const RG = "-NUM -FiSsvwxclLnNoqHIhUap0 -m:num -A:num -B:num -C:num -t:word -T:word -j:num -M:num --fixed-strings --ignore-case --smart-case --case-sensitive --invert-match --word-regexp --line-regexp --count --count-matches --files-with-matches --files-without-match --line-number --no-line-number --only-matching --quiet --with-filename --no-filename --heading --no-heading --multiline --text --pcre2 --max-count=num --after-context=num --before-context=num --context=num --type=word --type-not=word --color=word --column --vimgrep --json --stats --trim --passthru --max-columns=num --null --sort=word --sortr=word --threads=num --one-file-system --max-depth=num --max-filesize=num --encoding=word --no-config --no-messages --byte-offset";
const WIDE = "-.u --hidden --no-ignore --unrestricted --no-ignore-vcs";
const FD =
  "-HIusigFapLq01 -t:text -e:text -E:text -S:text -c:word -j:num -d:num --hidden --no-hidden --no-ignore --no-ignore-vcs --unrestricted --case-sensitive --ignore-case --glob --regex --fixed-strings --absolute-path --relative-path --follow --full-path --print0 --max-depth=num --min-depth=num --exact-depth=num --type=text --extension=text --exclude=text --size=text --changed-within=text --changed-before=text --owner=text --color=word --threads=num --max-results=num --one-file-system --format=text --path-separator=text --prune --quiet --show-errors --and=text --search-path=name --base-directory=name --strip-cwd-prefix?word";

export const files: Family = {
  name: "files",
  commands: [
    {
      ...reads("fd fdfind", "finds files", [FD, "text? name*"]),
      traps: [
        ["-xX --exec?text --exec-batch?text", "fd-exec", "arbitrary-exec", "-x runs a command on what it finds"],
        ["-l --list-details", "fd-details", "arbitrary-exec", "-l runs ls"],
      ],
    },
    {
      ...reads("rg", "prints matching lines", [RG, "text tree+"], [`${RG} !-e:text !--regexp=text`, "tree+"], [`${RG} ${WIDE} -g:text --glob=text --iglob=text !-l !-c !-q !--files-with-matches !--files-without-match !--count !--count-matches !--quiet`, "text counted*"], [`${WIDE} -g:text --glob=text -t:word -T:word --type=word --type-not=word --sort=word --sortr=word --max-depth=num --null -0 --color=word !--files`, "name*"], ["!--type-list !--pcre2-version", "", "pure"]),
      searches: true,
      traps: [["--pre=text --hostname-bin=text -f:text --file=text --ignore-file=text -z --search-zip", "rg-helper", "arbitrary-exec", "this runs another program or reads another file"]],
    },
    { names: "ag", says: "searches files, and asks git for its settings", ceiling: "arbitrary-exec" },
    { ...reads("bat batcat", "prints files in colours", ["-nApfuP -l:text -r:text -H:text -m:text --number --show-all --plain --language=text --line-range=text --highlight-line=text --style=text --theme=text --color=word --decorations=word --paging=[never|auto] --tabs=num --wrap=word --terminal-width=num --file-name=text --map-syntax=text --italic-text=word --force-colorization --squeeze-blank --squeeze-limit=num --strip-ansi=word --nonprintable-notation=word --binary=word --no-paging", "path+"], ["!-L !--list-languages !--list-themes !--config-file !--config-dir !--cache-dir --color=word", "", "pure"]), ceiling: "read-secret", traps: [["--pager=text --diagnostic --lessopen --generate-config-file --acknowledgements -d --diff", "bat-helper", "arbitrary-exec", "this runs another program or writes a file"]] },
    reads("hexyl", "prints bytes", ["-vpCPi -n:num -s:num -o:num -c:num -l:num -b:num -g:num --length=num --bytes=num --skip=num --block-size=num --no-squeezing --color=word --border=word --plain --no-characters --characters --character-table=word --no-position --display-offset=num --panels=num --group-size=num --base=word --terminal-width=num --endianness=word", "path"]),
    reads("pastel", "prints colours", ["-n:num -t:word --number=num --type=word --color-mode=word -f -m:word", "[color|list|format|gradient|lighten|darken|complement|textcolor|random|mix|saturate|desaturate|gray|distinct|sort-by|to-gray|rotate|set] text*", "pure"]),
    reads("tre", "draws folders", ["-aspdj -l:num -E:text -c:word --all --simple --portable --directories --json --limit=num --exclude=text --color=word", "name?"]),
    reads("dua", "prints sizes", ["-axlA -f:word -t:num --apparent-size --count-hard-links --stay-on-filesystem --format=word --threads=num", "place*"], ["-axlA --apparent-size --count-hard-links --stay-on-filesystem --no-sort --no-total", "[a|aggregate] name*"]),
    reads("dutree diskus", "prints sizes", ["-asHfbl -d:num -x:text --depth=num --aggr=num --summary --usage --bytes --files-only --exclude=text --no-hidden -v -j:num --verbose --threads=num", "name*"]),
    reads("lfs", "prints file systems, of Lustre too", ["-a -s:word -f:text -c:text -u:word --all --sort=word --filter=text --cols=text --units=word --list-cols --json --csv --color=word --strategy=word", "name?"], ["-hilpv", "df name?"], ["-drvqy", "getstripe name+"], ["-hqv -u:word -g:word -p:num", "quota name"]),
    reads("dysk", "prints file systems", ["-a -s:word -f:text -c:text -u:word --all --sort=word --filter=text --cols=text --units=word --list-cols --json --csv --color=word --strategy=word", "name?"]),
    reads("dfc", "prints file systems", ["-aAbdfhiIklmMnoqsTuvwWg -c:word -e:word -p:text -t:text -q:word -u:word -g", ""]),
    reads("fdupes", "finds equal files", ["-rRsHnAfS1mpoiqt -o:word -G:text --recurse --symlinks --hardlinks --noempty --nohidden --omitfirst --size --sameline --summarize --permissions --order=word --reverse --time --quiet --minsize=text --maxsize=text", "name+"], ),
    reads("jdupes", "finds equal files", ["-rsHAfSmpqOzj1M -X:text -o:word --recurse --symlinks --hard-links --no-hidden --omit-first --size --summarize --print-summarize --permissions --quiet --param-order --zero-match --json --one-file-system --ext-filter=text --order=word --reverse", "name+"]),
    reads("fclones", "finds equal files", ["-s:text -d:num -f:text --depth=num --min=text --max=text --name=text --exclude=text --hidden --format=word -I", "group name+"]),
    reads("mimetype", "tells what files are", ["-abdiLMSv --all --brief --describe --dereference --mimetype --magic-only --stdin --noalign --namefile --output-format:text -F:text --separator=text --alias", "file+"]),
    reads("enca", "tells how text is encoded", ["-deimfrsgp -L:word --language=word --details --human-readable --mime-name --enca-name --iconv-name --rfc1345-name --cstocs-name --name=word --guess --list=word -l:word", "path*"]),
    { ...reads("isutf8", "tells whether text is UTF-8", ["-qli --quiet --list --invert --verbose -v", "counted+"]), opaque: true },
    reads("uchardet chardetect", "tells how text is encoded", ["", "path+"]),
    reads("attr", "prints attributes of files", ["-qLRS !-l", "name"], ["-qLRS !-g:text", "name"]),
    reads("gdu", "prints sizes", ["!-n !--non-interactive -pcHxads -i:text --no-progress --no-color --no-hidden --no-cross --summarize --show-apparent-size --show-disks --ignore-dirs=text", "name?"]),
    reads("stest", "picks files by their properties", ["-abcdefghlpqrsuvwx -n:name -o:name", "name*"]),
  ],
  inside: ["fd -e conf nginx /etc", "fd --type file --max-depth 2 log /var", "rg -n error /var/log", "rg -l main /srv", "rg --files /etc/apt", "bat -p --line-range 1:20 notes.txt", "hexyl -n 64 notes.bin", "dysk --all", "fdupes -r /srv", "mimetype -b notes.txt", "lfs df -h", "lfs getstripe /srv/a", "lfs quota -u ada /srv"],
  aside: [
    ["lfs setstripe -c 4 /srv", "changes"],
    ["lfs setquota -u ada -b 1T /srv", "sets"],
    ["fd -x rm", "runs a command on what it finds"],
    ["fd -X vim", "runs a command on all it finds"],
    ["fd -Hx rm", "the dangerous letter hides in a bundle"],
    ["fd --exec=rm", "attached"],
    ["fd --exec-b rm", "an abbreviated option"],
    ["fd -l", "runs ls"],
    ["rg key /", "reads everything"],
    ["rg -n password", "reads this folder, whatever lies in it"],
    ["rg --pre ./x error /var/log", "runs a program on every file"],
    ["rg --hostname-bin ./x error /var/log", "runs a program"],
    ["rg -z error /var/log", "runs programs to unpack"],
    ["rg -f /etc/shadow x /var/log", "a secret as patterns"],
    ["ag --pager sh x", "runs a program"],
    ["ag -l x /srv", "asks git for its settings"],
    ["bat --pager ./x notes.txt", "runs a program"],
    ["bat --paging=always notes.txt", "opens a pager"],
    ["bat /etc/shadow", "secret"],
    ["bat --generate-config-file", "writes"],
    ["fdupes -d /srv", "deletes"],
    ["fdupes -rdN /srv", "deletes without asking"],
    ["jdupes -L /srv", "makes links"],
    ["dua i", "is interactive, and can delete"],
    ["attr -s x -V y notes.txt", "sets an attribute"],
    ["gdu /", "is interactive, and can delete"],
  ],
};
