import type { Family } from "../grammar.ts";
import { WATCHED } from "./watched.ts";

// Programs that answer `--help` and `--version`, as their only word, by printing and ending. Each is here because that is how its
// manual tells it; a program that nobody has listed may take the same word for a name, a host or a reason to start.

const ANSWERS = `
perl python python3 nvcc mongod pgbouncer kubelet smbd aide node_exporter clamscan
bash cp mv ln rm mkdir rmdir touch mkfifo mknod link unlink mktemp split csplit tee chcon chmod chown chgrp truncate shred sleep sync runcon chroot Rscript snmpget snmpwalk 
find bfs ps dd tar env xargs nice ionice timeout stdbuf chrt nohup setsid sudo watch
7z aa-audit aa-cleanprof aa-decode aa-genprof aa-logprof aa-mergeprof aa-teardown acpi_listen agate ar as asciidoctor
aspell aureport ausearch auditctl automake babel balooctl bandit bats bc biome bison black blastp blender bmaptool bootctl borg bpftrace brotli btop bubblewrap bwrap busctl bzip3 caffeine calligraflow calligrawords castxml ccache
 chrony chronyd clang clang-format clang-tidy clang++ clangd cloc cmake cmp cockpit-bridge codespell colcrt colrm column consul convert cpack cpio cppcheck cpupower createrepo_c cryptsetup csplit ctags ctest cython dbus-send dc ddrescue decode-dimms delta
desktop-file-validate devlink dialog diff3 diffstat distcc dive dnsmasq dolphin dot dpigs dpkg-deb duf dunstctl dust dvipdf efibootmgr elinks envsubst etcd evince exa exif exiftool eza fadvise fallocate faillog fc-cache fc-list fc-match fc-query fc-scan fd ffmpeg ffprobe figlet fincore
findmnt flameshot flatpak flex fluidsynth fontconfig fprintd-enroll fprintd-verify frpc frps fsck fstrim fusermount fusermount3 fwupdtool g++ gawk gcc gcov gdbus gdm gedit genisoimage getopt getpcaps gettext gfortran ghdl ghostscript gimp gitea gitstats gm gnome-screenshot gnome-software gnome-terminal gnuplot gofumpt gperf gpg
gpg-agent gpgconf gpgv gprof grafana graphviz grub-file grub-install grub-mkrescue grub-mount grub-script-check gtk-launch gum gunicorn haproxy hdparm hexedit hexyl hledger homectl hostapd htop httpd hugo hunspell hwinfo hyperfine i3status iconv id3tag id3v2 identify ifstat imhex info install inxi iostat iotop ipcalc ipcmk ipcrm iperf3
ipset irb isort jhead jless jq json5 kate kcmshell6 keepalived kernelstub kitty kmod kwin_wayland last lastlog lazydocker lcov ld ldconfig less lesskey lessecho libinput lighttpd lilypond linux-version listres localedef logrotate logsave lsar lsfd lsns lstopo lstopo-no-graphics ltrace lxc-attach lxc-console lxc-destroy lxc-start lxc-stop lynx
m4 make makeinfo mako man mandb mariadb mcedit mc mdadm meld memcached meson metaflac minicom mkfs.btrfs mkfs.xfs mkfs.ext4 mkisofs mksquashfs mmdblookup mongodump mongoexport mongoimport mongorestore mosquitto mount mpstat mpv msgattrib msgcat msgcmp msgcomm msgconv msgen msgexec msgfilter msgfmt msggrep msginit msgmerge msgunfmt msguniq mtr multitail mypy mysql mysqladmin mysqld
mysqldump nano nasm nautilus ncdu fastfetch netdata newgidmap newuidmap nfsstat nginx ninja nitch nl nmap nproc nsenter ntfsfix numactl numastat nvim nvtop nwipe objcopy ocrmypdf octez openrgb openvpn optipng ostree pactl pandoc parallel parted partclone.ext4 partx patch patchelf pavucontrol pbzip2 pdfattach pdfgrep
pdfinfo pdftotext pidstat pigz pinentry pipewire pipewire-pulse pivot_root pkg-config pkgconf pkgstats playerctl plymouth pmap png2pnm postconf powertop prelink prlimit prometheus protoc psql pg_amcheck pg_basebackup pg_checksums pg_controldata pg_createsubscriber pg_dump pg_dumpall pg_isready pg_receivewal pg_recvlogical pg_resetwal
pg_restore pg_rewind pg_upgrade pg_verifybackup pg_waldump pgbench pgcli createdb createuser dropdb dropuser initdb clusterdb reindexdb vacuumdb ptx pv pw-cli pw-config pw-container pw-dot pw-dump pw-link pw-metadata pw-midi2play pw-midi2record pw-mididump pw-mon pw-profiler pw-reserve pw-top pwgen pwqgen pycodestyle pydocstyle pyflakes python2 python3.11 qalc qemu-img qemu-nbd
qemu-system-x86_64 qpdf qtchooser ranger rdiff readpe recode recsel redis-benchmark redis-server resize restic rg ripgrep rlwrap rofi rrdtool rsnapshot rst2html rsyslogd ruff runc rustc rustfmt sadf sar scanimage scc scdoc screen script scriptreplay sdiff setarch setcap setxkbmap sfdisk shellcheck shfmt showmount sipcalc skopeo slabtop smartctl smem socat sox spamassassin sphinx-build
sqlite3 squashfs sshd stow strace strip subversion suricata swaybg swayidle swaylock swaymsg swtpm sysbench sysstat systemd-analyze systemd-ask-password systemd-cat systemd-creds systemd-cryptenroll systemd-delta systemd-detect-virt systemd-dissect systemd-escape systemd-firstboot systemd-hwdb systemd-id128 systemd-inhibit systemd-machine-id-setup systemd-mount systemd-notify systemd-nspawn systemd-path systemd-repart systemd-run systemd-socket-activate
systemd-stdio-bridge systemd-sysext systemd-sysusers systemd-tmpfiles systemd-tty-ask-password-agent systemd-umount taskset tcpdump telegraf testparm tesseract texi2any thermald tig timedatectl tinyproxy tmux tmt tokei toybox trace-cmd transmission-create transmission-daemon transmission-remote trust tshark tune2fs ttyd turbostat tuned-adm udevadm udiskie udisksctl umockdev unbound unsquashfs unxz unzip update-desktop-database
update-mime-database upower upx usbip userdbctl utmpdump uuidd uuidgen uuidparse uwsgi vala valac varnishd vault vim vipw virsh virt-install virt-viewer visudo vlc vmstat vnstat wayland-scanner waypipe wc wdctl weston wget wireplumber wireshark wpctl xargs xbps-query xfs_info xfs_repair xgettext xmllint xorriso xprop xrandr xsel
xsltproc xwininfo xxhsum yamllint yara 3d-ascii-viewer a2ping aha apkeep away bandwhich bluetui btm calligrastage cbonsai cfssl clip-view cmd-wrapped cockpit-tls czkawka_cli daps dillo dua dub envycontrol fastd fbi ffe flite frida-ps gamescope gpclient hledger-ui hledger-web hyprpicker inputattach jxlinfo kdocker kinfocenter kioclient krfb-virtualmonitor
kscreen-doctor kwriteconfig5 lci md-to-clip neo nicotine plasma-apply-colorscheme plasma-apply-cursortheme plasma-apply-desktoptheme plasma-apply-lookandfeel plasma-apply-wallpaperimage pomo Projucer protontricks prowler pyinstaller r2e reflector sgpt sherlock silicon snmpbulkget snmpgetnext snmpnetstat snmpstatus snmptable sqlite-utils
sslstrip sublist3r switch_root swipl tcpick termusic theHarvester tidy-viewer timg tre udiskie-dmenu vlock waitpid wpexec xml ytmdl restic rclone caddy traefik nomad kustomize k3d golangci-lint step cosign crane oras bottom procs just watchexec sd hck tuc zoxide age dog doggo gping jnettop iftop nethogs
yara yasm youtube-dl yt-dlp zabbix_agent2 zabbix_server zabbix_get zabbix_sender zathura zdump zenity zic zizmor zramctl zsh zstd 
`;

/** Programs of the other families that start, ask the network or take any word as work to do before they look at it. */
const DIFFERENT = new Set(
  ("echo printf true false : test [ [[ cd pwd pushd popd read export set unset alias unalias shift eval exec source . trap return exit break continue times type help let declare typeset local readonly getopts hash bind complete compopt caller logout suspend history fc coproc jobs fg bg disown wait umask ulimit dirs enable shopt mapfile readarray compgen builtin command expr yes kill " +
    "pg_config mysql_config mariadb_config xml2-config curl-config cups-config git svn hg bzr fossil aws az gcloud gsutil doctl gh glab hub heroku vercel netlify fly flyctl npm npx yarn pnpm pip pip3 gem cargo cpan gradle mvn ant rake bun deno go brew conda mamba pulumi terraform tofu vagrant packer helm kubectl oc docker nerdctl k9s minikube eksctl flux argocd istioctl tldr speedtest speedtest-cli " +
    "shutdown reboot poweroff halt init telinit start stop restart upstart initctl service killall5 login su sg newgrp write wall mesg mail mailx sendmail at batch crontab passwd chfn chsh vipw pass gradle certbot acme.sh racadm megacli MegaCli MegaCli64 storcli storcli64 perccli perccli64 ssacli hpssacli arcconf sas2ircu sas3ircu mvcli afuefi flashrom flashcp nvflash nvme dmsetup devmem devmem2 wrmsr ipmitool busybox ldd pidof clear factor man info less more most vi ed ex finger w who users " +
    // Log each call, or make folders first · ask the cluster for the rest of their help · look for where settings are · load a module before they read a word · scripts around other programs.
    "yum dnf dnf5 microdnf tdnf zypper crm rocm-smi amd-smi ceph scontrol sacctmgr ipvsadm rabbitmqctl rabbitmq-diagnostics mst ibhosts ibswitches ibrouters").split(" "),
);

const namesOf = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((name) => name !== ""));
const ANSWERERS = namesOf(`${ANSWERS} ${WATCHED}`);

/** Shorter ways of asking, and older ones: each only of programs in which the word means nothing else. */
const SHORT_ASKS: Readonly<Record<string, ReadonlySet<string>>> = {
  "-h": namesOf(`ping iftop curl wget nmap htop btop tcpdump socat iperf3 nc ncat hping3 blastp cage collectd cupsd foremost gow grabc hangups hcloud i3status lavat ldc2 ninja proxify slurmctld slurmd slurmdbd ctop eglinfo git-sizer clido restic rclone etcd hugo caddy traefik vault consul nomad skopeo kustomize kind
    golangci-lint gitleaks step age rage zoxide fd fdfind rg bat batcat hyperfine tokei dust duf procs bottom btm delta difft just watchexec sd xsv choose hexyl pastel typos ruff uv mypy black isort yamllint youtube-dl yt-dlp borg duplicity salt salt-call ab fio stress-ng strace ltrace perf squid unbound keepalived chronyd wg`),
  "-V": namesOf("memcached varnishd zabbix_get zabbix_agentd atop nethogs smbd pgbouncer tmux ssh iptables ip6tables ip ss tc bridge arp ifconfig route netstat hostname host traceroute ping arping strace ltrace python python2 python3 perl ruby gawk gzip xz zstd lz4 rsync psql pg_dump pg_restore pg_dumpall mysql mariadb less at atq crontab slurmctld slurmd slurmdbd slurmrestd foremost socat ab curl wget nmap htop fd fdfind rg bat batcat hyperfine tokei sshd named unbound"),
  "-v": namesOf("squid dnsmasq rsyslogd grafana-server vsftpd proftpd ispell nginx httpd apache2 perl ruby lua luajit node php ld gcc g++ cc c++ clang clang++ zip dig named haproxy redis-server redis-cli varnishd chronyd iperf3 perf docker podman nasm nerdctl"),
  "-help": namesOf("compseq proctl setxkbmap xrandr xset xprop xwininfo xdpyinfo glxinfo openssl"),
  help: namesOf("assimp picotool virsh wezterm zerotier-idtool iw makoctl qm pct openssl restic rclone hugo caddy vault consul nomad kustomize kind k3d golangci-lint step cosign crane oras regctl skopeo apptainer limactl"),
  version: namesOf("restic rclone hugo caddy traefik vault consul kustomize kind k3d golangci-lint step cosign crane oras regctl skopeo gmssl wait4x cointop cfssl etcdctl runc buildah openssl limactl picotool"),
};

/** What bash answers itself: with its help, or, in older versions, by saying that it knows no such option. The others of its own words would act. */
const OWN_TO_THE_SHELL = namesOf("alias bg bind caller cd compgen complete compopt dirs disown enable fc fg getopts hash history jobs mapfile popd pushd pwd read readarray shopt times trap type ulimit umask unalias unset wait");

/**
 * Whether this one word, alone, only makes the program say what it is or how it is used. A program that knows no long options reads
 * "--version" letter by letter, and an "o" in it may be the option that names a file to write.
 */
export const answersInquiries = (name: string, word: string, takesLongOptions: boolean): boolean =>
  (word === "--help" && OWN_TO_THE_SHELL.has(name)) ||
  (word === "--help" || word === "--version" ? (takesLongOptions && !DIFFERENT.has(name)) || ANSWERERS.has(name) : Object.hasOwn(SHORT_ASKS, word) && (SHORT_ASKS[word] as ReadonlySet<string>).has(name));

export const inquiries: Family = {
  name: "inquiries",
  commands: [
    { names: "eza exa lsd", says: "lists files", ceiling: "unknown", shapes: [["-1aAbBdDfFgGhHiIlmnrRsStTuUxXZ -L:num --git --classify?word --sizesort --timesort --extensionsort --directory-only --no-user --no-permissions --no-time --no-filesize --octal --changed --modified --created --accessed --blocks --group --links --numeric --absolute?word --color-scale?word --no-quotes --only-files --dereference --mounts --icon=word --permission=word --classic --ignore-glob=text --header -w:num --width=num -s:word --all --long --tree --level=num --icons?word --color=word --git-ignore --group-directories-first --header --sort=word --reverse --recurse --oneline --only-dirs --inode --links --extended --time=word --time-style=text --human-readable --size=word --depth=num --group-dirs=word --total-size --date=text --blocksize --octal-permissions", "name*"]] },
    { names: "duf dust", says: "prints sizes", ceiling: "unknown", shapes: [["-r -X:text -b -f -s -d:num -n:num --depth=num --reverse --number-of-lines=num --ignore-directory=text --no-percent-bars --apparent-size --ignore-hidden --dereference-links --limit-filesystem --only-fs=text --hide-fs=text --only-mp=text --hide-mp=text --warnings -x --all --json --inodes --only=text --hide=text --sort=word --output=text --theme=word --style=word --width=num", "name*"]] },
    { names: "procs", says: "lists processes", ceiling: "unknown", shapes: [["--tree --sorta=word --sortd=word --and --or --nand --nor --thread", "word*"]] },
    { names: "cloc", says: "counts lines of code, unpacks archives with other programs and keeps temporary files", ceiling: "arbitrary-exec" },
    { names: "tokei scc loc", says: "counts lines of code", ceiling: "unknown", shapes: [["-c -f -l -w --by-file --files --no-cocomo --languages --show-lang --format=word --include-ext=text --exclude-dir=text --sort=word --exclude=text --unrestricted -u --no-complexity --wide --type=text --hidden --no-ignore --compact", "opened*"]] },
    { names: "md5", says: "computes checksums", ceiling: "mutate", shapes: [["-brpqs -a:num --no-names --algorithm=num", "opened+"]] },
    { names: "crc32", says: "computes checksums", ceiling: "unknown", shapes: [["", "file+"]] },
    { names: "pinky", says: "prints who is signed in, and asks name servers from where", ceiling: "egress" },
    { names: "isosize", says: "prints the size of an image", shapes: [["-x -d:num --sectors --divisor=num", "disks+"]] },
    { names: "fc-query fc-scan", says: "prints what fonts are", ceiling: "mutate", shapes: [["-b -f:text -i:num --brief --format=text --index=num", "path+"]] },
    { names: "fc-list fc-match fc-pattern fc-cat fc-conflist", says: "lists fonts, and writes down what it finds for the next time", ceiling: "mutate" },
    { names: "pg_config mysql_config mariadb_config xml2-config curl-config cups-config", says: "is a script around other programs", ceiling: "unknown" },
    { names: "lstopo lstopo-no-graphics hwloc-ls", says: "draws the machine's parts", ceiling: "mutate", shapes: [["--no-graphics -v -s -l -p --of=[console|ascii] --no-io --no-bridges --whole-io --only=word --logical --physical --output-format=console --merge --no-caches --no-useless-caches", ""]] },
    { names: "xdpyinfo xlsclients xlsfonts xlsatoms xwininfo", says: "prints what the display shows", ceiling: "unknown" },
    { names: "ausyscall", says: "names system calls", shapes: [["--dump --exact", "word*"]] },
    { names: "lsinitramfs lsinitcpio unmkinitramfs", says: "prints what packages hold", ceiling: "unknown" },
    { names: "nfsstat", says: "prints network file system figures", shapes: [["-scnrmlv234 -o:word --server --client --nfs --rpc --mounts --list --verbose", ""]] },
    { names: "rpcinfo showmount", says: "asks or changes shares", ceiling: "egress" },
    { names: "vnstat", says: "prints traffic", ceiling: "mutate", shapes: [["-hdwmy5stql -i:word --hours --days --weeks --months --years --top --query --short --json?word --xml?word --oneline --iface=word --iflist --hoursgraph --fiveminutes", "num?"]] },
    { names: "repquota", says: "prints quotas", ceiling: "unknown", shapes: [["-agsuvpn", "word*"]] },
    { names: "quota", says: "prints quotas, and asks servers for those of their shares", ceiling: "egress", shapes: [["!-l !--local-only -gsuvwpq", "word*"]] },
    { names: "faillock faillog", says: "prints or forgets failed sign-ins; even to print them it opens their files for writing", ceiling: "mutate" },
    { names: "identify", says: "prints what is in a document or picture", ceiling: "unknown" },
    { names: "dumpe2fs", says: "prints what a file system is", ceiling: "unknown", shapes: [["-bfhx -i", "disk"]] },
    { names: "xfs_info lsinitrd usb-devices", says: "is a script around other programs", ceiling: "unknown" },
    { names: "lsusb.py lspcmcia x86info", says: "prints what the machine has", ceiling: "unknown", shapes: [["", ""]] },
  ],
  inside: ["wait --help", "fc --help", "ispell -v", "bash --version", "grep --help", "gcc --version", "nginx --version", "vnstat -d", "shasum -a 256 x", "python3 --version", "squid -v", "ping -h"],
  aside: [
    ["python3 --version x.py", "more than the question"],
    ["frobnicate --help", "nobody knows what it does"],
    ["let --help", "computes, in older shells"],
    ["exec --help", "another program, in older shells"],
    ["wait --version", "not a question to the shell"],
    ["kubectl foo --help", "a program of that name"],
    ["kubectl get pods --help --token=x", "more than the question"],
    ["./configure --help", "a program of its own choosing"],
    ["bash --version -c id", "more than the question"],
    ["git --help", "opens a pager its settings name"],
    ["reboot --version", "some of them restart"],
    ["npm --version", "asks the network"],
    ["pg_config --bindir", "is a script around other programs"],
    ["gdb --version", "starts iconv"],
    ["groff --version", "starts its drivers"],
    ["jdeps --version", "writes a file of figures, as every Java program does"],
    ["sccmap --version", "reads it letter by letter, and -o writes a file"],
    ["sponge --version", "writes what it is fed"],
    ["frobnicate -h", "nobody knows what it does"],
    ["frobnicate version", "nobody knows what it does"],
    ["curl -h example.com", "more than the question"],
    ["shutdown -h", "turns the machine off"],
    ["halt -h", "turns the machine off"],
    ["hostname help", "sets the name"],
    ["useradd -h x", "more than the question"],
    ["dnsmasq -h", "starts a server that ignores the hosts file"],
    ["screen -h", "another meaning"],
    ["as -v", "assembles what it is fed into a file"],
    ["bash --help; id -x", "an option id does not have"],
    ["ldd --version x", "may run it"],
    ["composer --version", "loads the plugins of the folder it stands in"],
    ["pytest --version", "runs conftest.py of the folder it stands in"],
    ["pylint --version", "runs the hook its settings of the folder name"],
    ["flake8 --version", "loads what the settings of the folder name"],
    ["jest --version", "runs the copy that lies in the folder"],
    ["stunnel --version", "takes the word for the name of its settings"],
    ["ansible --version", "makes a folder for temporary files"],
    ["ansible-lint --version", "asks the network for a newer one"],
    ["glances --version", "begins a log"],
    ["dmsetup --version", "makes the node it asks through"],
    ["svn help", "makes a folder of settings"],
    ["podman-compose --version", "starts podman"],
    ["toolbox --help", "starts man"],
    ["starship -h", "makes a folder for its logs, and empties it of old ones"],
    ["k9s version", "makes folders for its settings"],
    ["zypper --version", "begins a log"],
    ["crm --help", "moves its folders"],
    ["rocm-smi --help", "leaves its parts behind"],
    ["ceph --help", "asks the cluster for the rest of it"],
    ["scontrol --version", "looks for its settings in DNS where there are none"],
    ["ipvsadm --help", "loads a module of the kernel"],
    ["rabbitmqctl --version", "starts Erlang"],
    ["ibhosts --version", "is a script around other programs"],
    ["packer version", "asks the network for a newer one"],
    ["syft version", "asks the network for a newer one"],
  ],
};
