import type { Family } from "../grammar.ts";

// Programs that answer `--help` and `--version`, as their only word, by printing and ending. Each is here because that is how its
// manual tells it; a program that nobody has listed may take the same word for a name, a host or a reason to start.

const ANSWERS = `
7z aa-audit aa-cleanprof aa-decode aa-genprof aa-logprof aa-mergeprof aa-teardown acpi_listen agate aider ansible ansible-doc ansible-galaxy ansible-inventory ansible-lint ansible-playbook ansible-vault apachectl ar as asciidoctor
aspell aureport ausearch auditctl autoconf autoheader automake autoreconf autoupdate babel balooctl bandit bats bc biome bison black blastp blender bmaptool bootctl borg bpftrace brotli btop bubblewrap bwrap busctl bzip3 caffeine calibre calligraflow calligrawords castxml ccache
checksec chrony chronyd clang clang-format clang-tidy clang++ clangd cloc cmake cmp cockpit-bridge codespell colcrt colrm column composer consul convert cpack cpio cppcheck cpupower createrepo_c cryptsetup csplit ctags ctest cups-config cython dbus-send dc ddrescue debconf-show decode-dimms delta
desktop-file-validate devlink dialog diff3 diffstat distcc dive dmsetup dnsmasq dolphin dot dpigs dpkg-deb dpkg-reconfigure dracut duf dunstctl dust dvipdf efibootmgr elinks envsubst etcd evince exa exif exiftool eza fadvise fakeroot fallocate faillog fc-cache fc-list fc-match fc-query fc-scan fd ffmpeg ffprobe figlet fincore
findmnt firefox flake8 flameshot flatpak flex fluidsynth fontconfig fprintd-enroll fprintd-verify frpc frps fsck fstrim fusermount fusermount3 fwupdtool g++ gawk gcc gcov gdb gdbus gdm gedit genisoimage getopt getpcaps gettext gettextize gfortran ghdl ghostscript gimp gitea gitstats glances gm gnome-screenshot gnome-software gnome-terminal gnuplot gofumpt gperf gpg
gpg-agent gpgconf gpgv gprof grafana graphviz groff grub-file grub-install grub-mkconfig grub-mkrescue grub-mount grub-script-check grype gtk-launch gum gunicorn haproxy hdparm help2man hexedit hexyl hledger homectl hostapd htop httpd hugo hunspell hwinfo hyperfine i3status iconv id3tag id3v2 identify ifstat imhex info install inxi iostat iotop ipcalc ipcmk ipcrm iperf3
ipset irb isort jest jdeps jhead jless jq json5 kate kcmshell6 keepalived kernelstub kitty kmod kwin_wayland last lastlog lazydocker lcov ld ldconfig less lesskey lessecho libinput libtool lighttpd lilypond linux-version listres localedef logrotate logsave lsar lsfd lsinitramfs lsns lstopo lstopo-no-graphics ltrace lvm lvmdevices lxc-attach lxc-console lxc-destroy lxc-start lxc-stop lynx
m4 make makeinfo mako man mandb mariadb mcedit mc mdadm meld memcached meson metaflac minicom mkfs.btrfs mkfs.xfs mkfs.ext4 mkisofs mksquashfs mmdblookup mongodump mongoexport mongoimport mongorestore mosquitto mount mpstat mpv msgattrib msgcat msgcmp msgcomm msgconv msgen msgexec msgfilter msgfmt msggrep msginit msgmerge msgunfmt msguniq mtr multitail mypy mysql mysqladmin mysqld
mysqldump mysql_secure_installation nano nasm nautilus ncdu needrestart neofetch fastfetch netdata newgidmap newuidmap nfsstat nginx ninja nitch nl nmap nproc nsenter ntfsfix numactl numastat nvim nvtop nwipe objcopy octave ocrmypdf octez openrgb openvpn optipng ostree pactl pandoc parallel parted partclone.ext4 partx patch patchelf pavucontrol pbzip2 pdfattach pdfgrep
pdfinfo pdftotext pidstat pigz pinentry pipewire pipewire-pulse pivot_root pkg-config pkgconf pkgstats playerctl plantuml plymouth pmap png2pnm podman-compose poetry postconf powertop prelink prlimit prometheus protoc psql pg_amcheck pg_basebackup pg_checksums pg_config pg_controldata pg_createsubscriber pg_dump pg_dumpall pg_isready pg_receivewal pg_recvlogical pg_resetwal
pg_restore pg_rewind pg_upgrade pg_verifybackup pg_waldump pgbench pgcli createdb createuser dropdb dropuser initdb clusterdb reindexdb vacuumdb ptx pv pw-cli pw-config pw-container pw-dot pw-dump pw-link pw-metadata pw-midi2play pw-midi2record pw-mididump pw-mon pw-profiler pw-reserve pw-top pwgen pwqgen pycodestyle pydocstyle pyflakes pylint pytest python2 python3.11 qalc qemu-img qemu-nbd
qemu-system-x86_64 qpdf qtchooser ranger rdiff readpe recode recsel redis-benchmark redis-server resize restic rg rga ripgrep rlwrap rofi rrdtool rsnapshot rst2html rsyslogd ruff runc rustc rustfmt sadf sar scanimage scc scdoc screen script scriptreplay sdiff setarch setcap setxkbmap sfdisk shellcheck shfmt showmount sipcalc skopeo slabtop smartctl smem socat sox spamassassin sphinx-build
sqlite3 squashfs sshd stow strace strip stunnel subversion suricata swaybg swayidle swaylock swaymsg swtpm syft sysbench sysstat systemd-analyze systemd-ask-password systemd-cat systemd-creds systemd-cryptenroll systemd-delta systemd-detect-virt systemd-dissect systemd-escape systemd-firstboot systemd-hwdb systemd-id128 systemd-inhibit systemd-machine-id-setup systemd-mount systemd-notify systemd-nspawn systemd-path systemd-repart systemd-run systemd-socket-activate
systemd-stdio-bridge systemd-sysext systemd-sysusers systemd-tmpfiles systemd-tty-ask-password-agent systemd-umount taskset tcpdump telegraf testparm tesseract texi2any thermald tig timedatectl tinyproxy tmux tmt tokei toolbox toybox trace-cmd transmission-create transmission-daemon transmission-remote trivy trust tshark tune2fs ttyd turbostat tuned-adm tzselect udevadm udiskie udisksctl umockdev unbound unsquashfs unxz unzip update-desktop-database
update-mime-database upower upx usbip userdbctl utmpdump uuidd uuidgen uuidparse uwsgi vala valac valgrind varnishd vault vim vipw virsh virt-install virt-viewer virt-what visudo vlc vmstat vnstat wayland-scanner waypipe wc wdctl weston wget wireplumber wireshark wpctl xargs xbps-query xdg-desktop-menu xdg-icon-resource xdg-mime xdg-open xdg-settings xdg-user-dir xfs_info xfs_repair xgettext xmllint xorriso xprop xrandr xsel
xsltproc xvfb-run xwininfo xxhsum yamllint yara yasm youtube-dl yt-dlp zabbix_agent2 zabbix_server zabbix_get zabbix_sender zathura zdump zenity zic zizmor zless zmore zramctl zsh zstd zstdgrep zutils
`;

/** Programs of the other families that start, ask the network or take any word as work to do before they look at it. */
const DIFFERENT = new Set(
  ("echo printf true false : test [ [[ cd pwd pushd popd read export set unset alias unalias shift eval exec source . trap return exit break continue times type help let declare typeset local readonly getopts hash bind complete compopt caller logout suspend history fc coproc jobs fg bg disown wait umask ulimit dirs enable shopt mapfile readarray compgen builtin command expr yes kill " +
    "git svn hg bzr fossil aws az gcloud gsutil doctl gh glab hub heroku vercel netlify fly flyctl npm npx yarn pnpm pip pip3 gem cargo cpan gradle mvn ant rake bun deno go brew conda mamba pulumi terraform tofu vagrant packer helm kubectl oc docker nerdctl k9s minikube eksctl flux argocd istioctl tldr speedtest speedtest-cli " +
    "shutdown reboot poweroff halt init telinit start stop restart upstart initctl service killall5 login su sg newgrp write wall mesg mail mailx sendmail at batch crontab passwd chfn chsh vipw pass gradle certbot acme.sh racadm megacli MegaCli MegaCli64 storcli storcli64 perccli perccli64 ssacli hpssacli arcconf sas2ircu sas3ircu mvcli afuefi flashrom flashcp nvflash nvme devmem devmem2 wrmsr ipmitool busybox ldd clear factor man info less more most vi ed ex finger w who users").split(" "),
);

/** What may be asked of nearly every program. */
export const INQUIRY = /^--(help|version)$/;
export const answersInquiries = (name: string, isListed: boolean): boolean => (isListed && !DIFFERENT.has(name)) || ANSWERERS.has(name);

const ANSWERERS: ReadonlySet<string> = new Set(ANSWERS.split(/\s+/).filter((name) => name !== ""));

export const inquiries: Family = {
  name: "inquiries",
  commands: [
    { names: "anytopnm bmptopnm gemtopnm giftopnm jpegtopnm pamtopnm pamtotga pbmtoascii pgmtopgm pnmtojpeg pnmtopng ppmhist ppmtopgm tgatoppm pamtopam imgtoppm", says: "changes pictures", ceiling: "unknown", shapes: [["!~version", "", "pure"]] },
    { names: "eza exa lsd", says: "lists files", ceiling: "unknown", shapes: [["-1aAbBdDfFgGhHiIlmnrRsStTuUxXZ -L:num --git --classify?word --sizesort --timesort --extensionsort --directory-only --no-user --no-permissions --no-time --no-filesize --octal --changed --modified --created --accessed --blocks --group --links --numeric --absolute?word --color-scale?word --no-quotes --only-files --dereference --mounts --icon=word --permission=word --classic --ignore-glob=text --header -w:num --width=num -s:word --all --long --tree --level=num --icons?word --color=word --git-ignore --group-directories-first --header --sort=word --reverse --recurse --oneline --only-dirs --inode --links --extended --time=word --time-style=text --human-readable --size=word --depth=num --group-dirs=word --total-size --date=text --blocksize --octal-permissions", "name*"]] },
    { names: "duf dust", says: "prints sizes", ceiling: "unknown", shapes: [["-r -X:text -b -f -s -d:num -n:num --depth=num --reverse --number-of-lines=num --ignore-directory=text --no-percent-bars --apparent-size --ignore-hidden --dereference-links --limit-filesystem --only-fs=text --hide-fs=text --only-mp=text --hide-mp=text --warnings -x --all --json --inodes --only=text --hide=text --sort=word --output=text --theme=word --style=word --width=num", "name*"]] },
    { names: "procs", says: "lists processes", ceiling: "unknown", shapes: [["--tree --sorta=word --sortd=word --and --or --nand --nor --thread", "word*"]] },
    { names: "tokei scc cloc loc", says: "counts lines of code", ceiling: "unknown", shapes: [["-c -f -l -w --by-file --files --no-cocomo --languages --show-lang --format=word --include-ext=text --exclude-dir=text --sort=word --exclude=text --unrestricted -u --no-complexity --wide --type=text --hidden --no-ignore --compact", "name*"]] },
    { names: "crc32 md5", says: "computes checksums", ceiling: "mutate", shapes: [["-bcrpqs -a:num --check --no-names --algorithm=num", "name+"]] },
    { names: "pinky", says: "prints who is signed in, and asks name servers from where", ceiling: "egress" },
    { names: "isosize", says: "prints the size of an image", shapes: [["-x -d:num --sectors --divisor=num", "name+"]] },
    { names: "fc-list fc-match fc-query fc-scan fc-pattern fc-cat fc-conflist", says: "lists fonts", ceiling: "mutate", shapes: [["-vbqs -f:text --verbose --brief --format=text --quiet --sort", "text*"]] },
    { names: "pg_config mysql_config xml2-config curl-config cups-config", says: "prints how a program was built", ceiling: "unknown", shapes: [["--bindir --docdir --includedir --libdir --configure --cc --cflags --ldflags --libs --version --prefix --datadir --serverroot --api-version --serverbin --pkglibdir --sysconfdir --pgxs --mandir --localedir --sharedir --htmldir --pkgincludedir --includedir-server --cppflags --cflags_sl --ldflags_ex --ldflags_sl", "", "read"]] },
    { names: "lstopo lstopo-no-graphics", says: "draws the machine's parts", ceiling: "mutate", shapes: [["--no-graphics -v -s -l -p --of=console --no-io --no-bridges --whole-io --only=word --logical --physical --output-format=console --merge --no-caches --no-useless-caches", ""]] },
    { names: "xdpyinfo xlsclients xlsfonts xlsatoms xwininfo", says: "prints what the display shows", ceiling: "unknown" },
    { names: "ausyscall", says: "names system calls", shapes: [["--dump --exact", "word*"]] },
    { names: "lsinitramfs lsinitcpio unmkinitramfs", says: "prints what packages hold", ceiling: "unknown" },
    { names: "nfsstat", says: "prints network file system figures", shapes: [["-scnrmlvo234 -o:word --server --client --nfs --rpc --mounts --list --verbose", ""]] },
    { names: "rpcinfo showmount exportfs", says: "asks or changes shares", ceiling: "egress" },
    { names: "vnstat", says: "prints traffic", ceiling: "mutate", shapes: [["-hdwmy5stqlr -i:word --hours --days --weeks --months --years --top --query --short --json?word --xml?word --oneline --iface=word --iflist --hoursgraph --fiveminutes", "num?"]] },
    { names: "quota repquota", says: "prints quotas", ceiling: "unknown", shapes: [["-agsuvwpq -u -g", "word*"]] },
    { names: "aureport ausearch auditctl faillock faillog", says: "asks or changes the audit system", ceiling: "mutate" },
    { names: "identify", says: "prints what is in a document or picture", ceiling: "unknown" },
    { names: "dumpe2fs", says: "prints what a file system is", ceiling: "unknown", shapes: [["-bfhx -i", "disk"]] },
    { names: "xfs_info", says: "prints what a file system is", ceiling: "unknown", shapes: [["", "name"]] },
    { names: "lsinitrd lsusb.py usb-devices lspcmcia x86info virt-what", says: "prints what the machine has", ceiling: "unknown", shapes: [["", ""]] },
  ],
  inside: ["bash --version", "grep --help", "gcc --version", "nginx --version", "pg_config --bindir", "vnstat -d", "shasum -a 256 x"],
  aside: [
    ["frobnicate --help", "nobody knows what it does"],
    ["./configure --help", "a program of its own choosing"],
    ["bash --version -c id", "more than the question"],
    ["git --help", "opens a pager its settings name"],
    ["kubectl foo --help", "a plugin"],
    ["reboot --version", "some of them restart"],
    ["npm --version", "asks the network"],
    ["bash --help; id -x", "an option id does not have"],
    ["ldd --version x", "may run it"],
  ],
};
