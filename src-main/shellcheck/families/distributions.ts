import { reads, type Family } from "../grammar.ts";

// What is installed, as the package databases of distributions say it. Only questions that read files: nothing that refreshes an index.

const asks: typeof reads = (names, says, ...shapes) => ({ ...reads(names, says, ...shapes), ceiling: "service-impact" });
const ALPM = "--config=kept -0 --dbpath=name --root=name --null --quiet --short -q";

export const distributions: Family = {
  name: "distributions",
  commands: [
    asks("expac", "prints what packages are", ["-QSspgH1v -H:word -d:text -l:text -t:text --query --sync --search --group --local --readone --humansize=word --delim=text --listdelim=text --timefmt=text --verbose", "text+"]),
    asks("pactree", "prints what packages need", ["-acglrsuo -d:num --ascii --color --config=kept --dbpath=name --debug --depth=num --graph --linear --optional?num --reverse --sync --unique", "word?"]),
    asks("pacinfo pacsift paccheck pacreport paclog paccapability", "prints what packages are", [`${ALPM} --raw --removable-size --no-timeout --list-broken --file-properties --files --md5sum --sha256sum --depends --opt-depends --require-mtree --recursive --backup --noextract --noupgrade --db-files --missing-files --unowned-files --optional-deps --backups --group=text --logfile=path --commandline --pkglist --warnings --after=text --before=text --action=text --caller=text --package=text --grep=text --color?word --exact --any --invert --regex --case-insensitive --cache --repo=text --name=text --description=text --base=text --url=text --license=text --provides=text --conflicts=text --replaces=text --owns-file=text --packager=text --satisfies=text --depends=text --arch=text --installed --installed-version --explicit --not-depended-on --ignored`, "text*"]),
    asks("pacconf", "prints settings", ["-r:text -l --config=kept --raw --repo=text --repo-list --single --verbose --arch=word --sysroot=name --options", "word*"]),
    asks("pacini", "prints parts of settings", ["--section=text --section-list --verbose --stdin", "path word*"]),
    asks("pkgfile", "looks files of packages up", ["-bdgilqrsvw0 -R:word -C:path -D:name --search --list --binaries --directories --glob --ignorecase --quiet --raw --regex --verbose --repo=word --null", "text"]),
    asks("vercmp", "compares versions", ["", "text text", "pure"]),
    { names: "archlinux-java", says: "is a script around other programs", ceiling: "service-impact" },
    asks("qlist qfile qsize qcheck qdepends quse qlop qkeyword qatom", "asks about packages", ["-IvqCdabcefklmoSsxURtHpPn -F:text --installed --verbose --quiet --nocolor --exact --all --slots --umap --columns --dups --dir --obj --sym --tree --human --summary --time --list", "text*"]),
    asks("eix", "asks about packages", ["-IvceSsACnpqxlLuUHiyo --installed --verbose --compact --exact --category --name --description --category-name --homepage --license --upgrade --world --brief --brief2 --only-names --regex --pattern --substring --begin --end --fuzzy --use --dup-packages --stable --testing --nocolor --format=text", "text*"]),
    asks("rc-status", "prints services", ["-aclmrsuC -f:word --all --crashed --list --manual --runlevel --servicelist --supervised --unused --format=word --nocolor", "word?"]),
    asks("deborphan", "lists packages nobody needs", ["-adHlPszn -p:num --all-packages --find-config --libdevel --nice-mode --show-arch --show-deps --show-priority --show-section --show-size --guess-all --guess-common --guess-data --guess-dev --guess-debug --guess-dummy --guess-perl --guess-python --guess-section --guess-interpreters --guess-pike --guess-mono --guess-ruby --guess-doc --guess-kernel --no-show-section --priority=text --priority=num --exclude=text --status-file=path -f:path", "word*"]),
    asks("dpkg-divert dpkg-statoverride", "lists or changes diversions", ["!--list", "text*"]),
    asks("xbps-query", "asks about packages", ["!-l !-H !-m !-O !-L !-o:text !-s:text !-x:word !-X:word !-f:word !-S:word !-p:text !-v !--list-pkgs !--list-hold-pkgs !--list-manual-pkgs !--list-orphans !--list-repos !--ownedby=text !--search=text !--show=word !--files=word !--deps=word !--revdeps=word --property=text --regex --fulldeptree --verbose -id", "word?"]),
    asks("pkginfo", "asks about packages", ["!-i !-l:text !-o:text !-f:path !--installed !--list=text !--owner=text !--footprint=path", ""]),
    asks("ubuntu-distro-info debian-distro-info distro-info", "prints which versions there are", ["-adsltcrfho --all --devel --stable --lts --latest --supported --unsupported --codename --release --fullname --series=word --days?word --date=text --alias=word --oldstable --testing --elts --supported-esm", "", "pure"]),
    asks("cloud-init", "asks or runs the first start", ["-a --list-keys --format=text", "query word?", "read-secret", "cloud-init-query", "the instance's data may hold passwords"]),
  ],
  inside: ["expac -Q '%n %v' bash", "pactree -r bash", "pacinfo bash", "paclog --commandline", "pacconf --repo-list", "pkgfile -l bash", "vercmp 1.0 1.1", "qlist -I", "deborphan", "xbps-query -l", "debian-distro-info --stable"],
  aside: [
    ["pkgfile --update", "fetches and writes"],
    ["pkgfile -u", "fetches and writes"],
    ["xbps-query -R x", "asks the network"],
    ["xbps-query -RS x", "asks the network, in a bundle"],
    ["archlinux-java set x", "sets"],
    ["qlop -S x; rm y", "another command behind it"],
    ["deborphan --df-keep", "not listed"],
    ["deborphan -A x", "changes what is kept"],
    ["dpkg-divert --remove x", "changes"],
    ["cloud-init clean", "removes"],
    ["cloud-init status --long", "starts systemctl"],
    ["cloud-init query userdata", "passwords are often there"],
    ["pacini /etc/shadow", "secret"],
    ["cloud-init single --name x", "runs"],
  ],
};
