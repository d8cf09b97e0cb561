// Which of the machine's own programs a practice host has. A fixed list, so that a host offers the same whatever else the
// operator's machine holds; what a host cannot do honestly (mount, python, package tools) is scripted or absent.
export const REAL_PROGRAMS =
  "bash sh dash env printf cat ls cp mv rm mkdir rmdir ln touch chmod chown chgrp stat head tail grep egrep fgrep zgrep zcat sed awk mawk gawk sort uniq wc cut tr tee xargs find diff cmp comm paste join nl od xxd hexdump strings file base64 base32 md5sum sha1sum sha256sum sha512sum cksum gzip gunzip bzip2 bunzip2 xz unxz zstd tar cpio basename dirname realpath readlink pwd echo test [ true false seq sleep timeout nice nohup setsid stdbuf tty stty id whoami groups logname expr factor numfmt column less more vi vim vim.basic vim.tiny nano ed tput clear reset tmux screen script which type mktemp dd truncate sync shred split csplit tac rev fold fmt pr expand unexpand shuf yes printenv flock watch jq getopt namei bc locale infocmp tic perl mkfifo install unlink arch".split(" ");

export const SCRIPTED_PROGRAMS =
  "systemctl journalctl service hostnamectl timedatectl nginx ps top pgrep pidof kill pkill lsof free uptime w who last vmstat iostat uname hostname lscpu nproc dmesg date sysctl chronyc df du lsblk blkid findmnt mount smartctl logrotate ss netstat ip ping nc curl dig getent nft iptables psql pg_isready pg_lsclusters vacuumdb apt apt-get apt-cache dpkg dpkg-query crontab sudo docker shutdown systemd-analyze systemd-detect-virt dmidecode sensors lsmod openssl".split(" ");

const SBIN = new Set("nginx sysctl blkid smartctl logrotate nft iptables ip service shutdown dmidecode".split(" "));
export const folderOf = (program: string): string => (SBIN.has(program) ? "usr/sbin" : "usr/bin");
/** Programs only hosts with that service have. */
export const ONLY_ON: Readonly<Record<string, string>> = { nginx: "nginx.service", psql: "postgresql.service", pg_isready: "postgresql.service", pg_lsclusters: "postgresql.service", vacuumdb: "postgresql.service", docker: "docker.service" };
