#!/bin/sh
# Builds one practice host inside fresh user, mount, PID, network, UTS and IPC namespaces and holds it until stdin closes.
# Run by `unshare --user --map-root-user --mount --pid --fork --net --uts --ipc`. Nothing outside the host's own tree is
# writable from within: the machine's programs come in read-only, its network not at all.
set -e
root=$1 name=$2 tools=$3 node=$4
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"

mount --make-rprivate /
mount --bind "$root" "$root"

# Read-only twice over: once for the programs behind the symlink farm in usr/bin, once for the libraries at their own place.
lend() {
  [ -e "$1" ] || return 0
  mkdir -p "$2"
  mount --rbind "$1" "$2"
  mount -o remount,bind,ro "$2" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$2"
}
lend /usr "$root/.host/usr"
for part in lib lib32 lib64 libx32 share libexec; do lend "/usr/$part" "$root/usr/$part"; done
# Not merged (/lib is a folder of its own): lend those too.
for part in lib lib32 lib64 libx32 bin sbin; do [ -L "/$part" ] || lend "/$part" "$root/.host/$part"; done
lend "$tools" "$root/.lab/tools"
mount --bind "$node" "$root/.lab/node"
mount -o remount,bind,ro "$root/.lab/node" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$root/.lab/node"

mount -t proc proc "$root/proc" 2>/dev/null || mount --rbind /proc "$root/proc"
for fake in meminfo loadavg uptime cpuinfo version; do
  [ -e "$root/.lab/proc/$fake" ] && mount --bind "$root/.lab/proc/$fake" "$root/proc/$fake" || true
done
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do : > "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
mkdir "$root/dev/pts" "$root/dev/shm"
mount --rbind /dev/pts "$root/dev/pts"
chmod 1777 "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${n%%:*}" "$root/dev/${n#*:}"; done

hostname "$name"
ip link set lo up 2>/dev/null || true
cd "$root"
mkdir -p .lab/old
pivot_root . .lab/old
umount -l /.lab/old 2>/dev/null || /.host/usr/bin/umount -l /.lab/old
cd /
echo ready
# PID 1 of the host: reaps what was detached, and goes (taking everything with it) when the lab lets go of stdin.
exec /bin/bash --noprofile --norc -c 'while read -r _; do :; done'
