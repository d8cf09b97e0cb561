import { reads, type Family } from "../grammar.ts";

// Machines and containers of one host, asked through its own service. What can reach another host, or print passwords, is not listed.

const asks: typeof reads = (names, says, ...shapes) => ({ ...reads(names, says, ...shapes), ceiling: "arbitrary-exec" });

export const virtual: Family = {
  name: "virtual",
  commands: [
    {
      ...asks(
        "virsh",
        "asks or steers virtual machines",
        ["-rq --readonly --quiet --all --inactive --state-running --state-paused --state-shutoff --state-other --persistent --transient --autostart --no-autostart --name --uuid --id --table --title --managed-save --with-snapshot --without-snapshot --with-managed-save --with-checkpoint --snapshot --metadata", "list"],
        ["-rq --readonly --quiet --all --details --inactive --persistent --transient --autostart --no-autostart --name --uuid --type=word --table --inet --pool=word --network=word --parent --roots --tree --from=word --leaves --internal --external --disk-only --domain=word --reason --full --source=word --mac=word --interface=word --cap=word", "[net-list|pool-list|vol-list|nwfilter-list|iface-list|nodedev-list|snapshot-list|checkpoint-list|net-dhcp-leases|domifaddr|domiflist|domblklist|domstate|domcontrol|pool-info|vol-info|vol-path|net-info|net-uuid|dominfo|domid|domname|domuuid|domhostname|domblkinfo|domblkstat|domifstat|domif-getlink|domjobinfo|domblkerror|domfsinfo|vcpuinfo|vcpucount|cpu-stats|snapshot-info|snapshot-parent] word*"],
        // With a second word these set what they otherwise print.
        ["-rq --readonly --quiet --pretty --name", "[domtime|dommemstat|vcpupin|emulatorpin|snapshot-current] word"],
        ["-rq --readonly --quiet --human --pretty --cells=text --cpu=num --percent", "[nodeinfo|nodecpumap|nodecpustats|nodememstats|freecell|freepages|capabilities|domcapabilities|hostname|uri|version|sysinfo|maxvcpus] word*"],
        ["-rq --state --cpu-total --balloon --vcpu --interface --block --perf --iothread --memory --dirtyrate --list-active --list-inactive --list-running --raw --enforce --backing --nowait", "domstats word*"],
        ["-rq", "help word?", "pure"],
      ),
      traps: [["-c:text --connect=text -l:text --log=text", "virsh-connect", "egress", "this reaches another machine or writes a file"]],
    },
    asks("qm", "asks or steers virtual machines", ["~full:word --full=word", "list"], ["~verbose:word --verbose=word ~current:word --current=word ~snapshot:word --snapshot=word ~pretty:word --pretty=word", "[status|config|pending|showcmd|listsnapshot] num"], ["", "help word*", "pure"]),
    asks("pct", "asks or steers containers", ["", "[list|cpusets]"], ["~verbose:word --verbose?word --current --snapshot=word", "[status|config|pending|listsnapshot] num"], ["", "help word*", "pure"]),
    // The others are answered by corosync's own program, and with -v the index of packages is made anew.
    asks("pvecm", "asks or changes the cluster", ["", "apiver"]),
    asks("pveversion", "prints which Proxmox this is", ["", "", "read"]),
    asks("pveam pvesm", "asks or changes storage", ["", "help word*", "pure"]),
    asks("pvesh", "asks or steers Proxmox", ["--output-format=word --noproxy --noborder --noheader", "[ls|usage] /nodes"]),
    asks("xl", "asks or steers virtual machines", ["-lvnZ --long --label --cpupool --numa --verbose", "[list|info|vcpu-list|uptime|domid|domname|claims|pci-assignable-list|network-list|block-list] word*"], ["-c --cpus", "cpupool-list word?"], ["", "dmesg"]),
    asks("crictl", "asks or steers containers", ["-aqv -o:word --all --quiet --output=word --name=text --state=word --label=text --image=text --pod=text --latest --last=num --no-trunc --namespace=word --verbose --digests -p:text", "[ps|pods|images|img|info|version|stats|statsp|imagefsinfo] text*"], ["-ft --follow --tail=num --since=text --timestamps -p --previous", "logs word"]),
    asks("ctr", "asks or steers containers", ["-n:word --namespace=word", "version"], ["-n:word -q --namespace=word --quiet", "[images|image|i|containers|container|c|tasks|task|t|namespaces|namespace|ns|snapshots|snapshot|leases|plugins|content] [ls|list] text*"]),
    asks("lxc-ls lxc-info", "lists containers", ["-1fgdLsaipSHnc -n:word -F:text -c:entry --line --fancy --active --running --frozen --stopped --defined --name=word --ips --pid --stats --state --no-humanize --fancy-format=text", "word*"]),
    { names: "apptainer singularity", says: "runs containers, and makes folders for its settings whatever it is asked", ceiling: "arbitrary-exec" },
    { names: "toolbox distrobox", says: "is a shell around other programs", ceiling: "arbitrary-exec" },
    asks("portablectl", "asks or changes portable services", ["--no-pager --no-legend -q", "[list|is-attached] name?"]),
    // In any form but the table, "status" prints the values it was installed with.
    asks("helm", "asks or changes what runs in a cluster", ["^ -aAdqr -n:word -o:word -m:num -l:text -f:text --all --all-namespaces --deployed --failed --pending --superseded --uninstalled --namespace=word --output=word --max=num --selector=text --filter=text --date --reverse --short --time-format=text", "[list|ls]"], ["^ -n:word -o:word --namespace=word --output=word --max=num", "[history] word"], ["^ -n:word -o:[table] --namespace=word --output=[table] --revision=num", "[status] word"], ["^ --short --template=text", "version", "pure"], ["", "env"], ["^ -o:word", "[repo] [list|ls]"]),
    asks("qemu-system-x86_64 qemu-system-i386 qemu-system-aarch64 qemu-system-arm qemu-system-riscv64 qemu-system-ppc64 qemu-system-s390x", "runs virtual machines", ["!~machine:[help|?] !~M:[help|?] !~cpu:[help|?] !~device:[help|?] !~accel:[help] !~netdev:[help] !~object:[help] !~audiodev:[help] !~chardev:[help] !~vga:[help] !~display:[help]", "", "pure"], ["!~version !~help !~h !~device_help", "", "pure"]),
    asks("limactl", "steers virtual machines", ["^ -q --format=text --json --quiet", "[list|ls] word*"]),
    asks("kind", "makes clusters", ["", "version", "pure"]),
    asks("skopeo", "copies images", ["", "help word*", "pure"]),
  ],
  inside: ["virsh list --all", "virsh dominfo web", "virsh net-dhcp-leases default", "virsh domstats web", "qm list", "qm config 100", "pct status 100", "pvecm apiver", "pveversion", "xl list", "crictl ps -a", "crictl pods", "ctr -n k8s.io images ls -q", "helm list -A", "helm history web -n shop", "qemu-system-x86_64 -machine help"],
  aside: [
    ["virsh -c qemu+ssh://10.0.0.1/system list", "another machine"],
    ["virsh --conn qemu+ssh://10.0.0.1/system list", "the same, abbreviated"],
    ["virsh destroy web", "turns the machine off"],
    ["virsh undefine web --remove-all-storage", "destroys"],
    ["virsh dumpxml web --security-info", "prints passwords"],
    ["virsh edit web", "opens an editor"],
    ["virsh qemu-monitor-command web info", "any command of the machine monitor"],
    ["virsh 'list; destroy web'", "two commands in one word"],
    ["virsh list '; destroy web'", "a second command as an operand"],
    ["qm stop 100", "turns the machine off"],
    ["qm guest exec 100 id", "runs a program"],
    ["qm monitor 100", "any command of the machine monitor"],
    ["pct exec 100 id", "runs a program"],
    ["pct fsck 100", "changes the file system"],
    ["pvesh create /nodes/x/execute", "runs a program"],
    ["crictl exec x id", "runs a program"],
    ["crictl -r unix:///tmp/x ps", "another service"],
    ["crictl rm x", "destroys"],
    ["ctr run x y", "runs a program"],
    ["helm upgrade x y --post-renderer ./x", "runs a program"],
    ["helm get values web", "passwords are often there"],
    ["helm --kubeconfig /tmp/x list", "settings that can name a program"],
    ["qemu-system-x86_64 -machine help -chardev x", "more than the question"],
    ["qemu-system-x86_64 -monitor stdio", "starts a machine"],
    ["apptainer exec x id", "runs a program"],
    ["apptainer version", "makes folders for its settings"],
    ["pvecm status", "starts corosync-quorumtool"],
    ["pveversion -v", "makes the index of packages anew"],
    ["lxc-ls --nesting", "runs itself in every container"],
  ],
};
