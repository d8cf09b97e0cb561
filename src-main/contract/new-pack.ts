/** A pack that is fit for use as it stands, with one runbook that looks: what the editor opens with and `sena skill new` writes. */
export const newPack = ({ id, title, author }: { readonly id: string; readonly title: string; readonly author: string }): Readonly<Record<string, string>> => ({
  "pack.yaml": `sena: 1
id: ${id}
version: 0.1.0
title: ${JSON.stringify(title)}
summary: What this pack is for, in one sentence.
author: ${JSON.stringify(author)}
`,
  "runbooks.yaml": `parsers:
  mounts:
    kind: table
    columns:
      - { key: device, title: Device, kind: text }
      - { key: path, title: Mounted on, kind: text }
      - { key: kind, title: File system, kind: text }
      - { key: options, title: Options, kind: text }
    fixtures:
      - name: one mount
        output: "/dev/sda1 / ext4 rw,relatime 0 0\\n"
        rows: [{ device: /dev/sda1, path: / }]

skills:
  - id: mount-table
    title: The kernel's mount table
    summary: What the kernel says is mounted.
    topic: disk
    ask:
      say:
        - "{show} [the] (kernel's mount table|proc mounts|kernel mounts) [on <host>]"
        - "what does the kernel say is mounted [on <host>]"
      not:
        - "mount the disk"
        - "unmount the share"
        - "how full is the disk"
    steps:
      - { id: read, title: The mount table, run: [cat, /proc/mounts], read: mounts }
    tell:
      - { when: { count: { above: 0 } }, say: "{count} file systems are mounted on {host}." }
`,
});
