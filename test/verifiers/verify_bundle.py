#!/usr/bin/env python3
"""A second opinion on evidence bundles, written from the published texts alone and sharing no line with the first.

RFC 6962 section 2 (tree), RFC 8032 (Ed25519), RFC 8493 (BagIt), c2sp.org/signed-note, /tlog-checkpoint, /tlog-tiles,
/tlog-proof, /tlog-cosignature. Standard library only.

    verify_bundle.py BUNDLE.zip|FOLDER     prints JSON: {"ok": ..., "size": ..., "root": ..., "problems": [...]}
"""
import base64
import hashlib
import json
import os
import re
import struct
import sys
import zipfile

# --- Ed25519, from RFC 8032 section 6 ---------------------------------------------------------------------------------
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def _recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if (x & 1) != sign else x


def _decompress(raw):
    y = int.from_bytes(raw, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    x = _recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _add(a, b):
    s = (a[1] - a[0]) * (b[1] - b[0]) % P
    t = (a[1] + a[0]) * (b[1] + b[0]) % P
    u = 2 * a[3] * b[3] * D % P
    v = 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _mul(n, point):
    result = (0, 1, 1, 0)
    while n:
        if n & 1:
            result = _add(result, point)
        point = _add(point, point)
        n >>= 1
    return result


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (_recover_x(BASE_Y, 0), BASE_Y, 1, _recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _decompress(public), _decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _mul(s, BASE), _add(r, _mul(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- RFC 6962 ---------------------------------------------------------------------------------------------------------
def sha(data):
    return hashlib.sha256(data).digest()


def root_of(hashes):
    n = len(hashes)
    if n == 0:
        return sha(b"")
    if n == 1:
        return hashes[0]
    k = 1 << (n - 1).bit_length() - 1
    return sha(b"\x01" + root_of(hashes[:k]) + root_of(hashes[k:]))


def inclusion_root(leaf, index, size, path):
    """RFC 6962 section 2.1.1 read backwards: the recursion that made the path, unwound."""

    def walk(m, n, rest):
        if n == 1:
            return leaf if not rest else None
        if not rest:
            return None
        k = 1 << (n - 1).bit_length() - 1
        if m < k:
            below = walk(m, k, rest[:-1])
            return below and sha(b"\x01" + below + rest[-1])
        below = walk(m - k, n - k, rest[:-1])
        return below and sha(b"\x01" + rest[-1] + below)

    return walk(index, size, list(path))


# --- C2SP -------------------------------------------------------------------------------------------------------------
class Bad(Exception):
    pass


def b64(text):
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Bad("loose base64")
    return data


def parse_vkey(line):
    name, key_id, material = line.strip().split("+", 2)
    data = b64(material)
    if hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex() != key_id:
        raise Bad("verifier key with a wrong id")
    return name, bytes.fromhex(key_id), data[0], data[1:]


def open_note(note, keys):
    """The text, once at least one known key signed it and no known key's signature is bad."""
    text, _, tail = note.rpartition("\n\n")
    text += "\n"
    if not tail.endswith("\n"):
        raise Bad("note without an end")
    good = 0
    for line in tail[:-1].split("\n"):
        match = re.fullmatch("\u2014 ([^ +]+) (\\S+)", line)
        if not match:
            raise Bad("no signature line")
        blob = b64(match[2])
        for name, key_id, kind, public in keys:
            if name != match[1] or key_id != blob[:4]:
                continue
            if kind == 1:
                valid = ed25519(public, text.encode(), blob[4:])
            elif kind == 4:
                (stamp,) = struct.unpack(">Q", blob[4:12])
                valid = ed25519(public, ("cosignature/v1\ntime %d\n" % stamp).encode() + text.encode(), blob[12:])
            else:
                continue
            if not valid:
                raise Bad("the signature of %s is bad" % name)
            good += kind == 1
    if not good:
        raise Bad("no known log key signed it")
    return text


def parse_head(text):
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] != "" or not re.fullmatch("0|[1-9][0-9]*", lines[1]):
        raise Bad("no checkpoint")
    return lines[0], int(lines[1]), b64(lines[2])


def tile_path(level, index, width):
    digits = "%03d" % (index % 1000)
    index //= 1000
    while index:
        digits = "x%03d/%s" % (index % 1000, digits)
        index //= 1000
    return "data/log/tile/%s/%s%s" % (level, digits, "" if width == 256 else ".p/%d" % width)


# --- the bag ----------------------------------------------------------------------------------------------------------
def load(path):
    files = {}
    if os.path.isdir(path):
        for base, _, names in os.walk(path):
            for name in names:
                whole = os.path.join(base, name)
                if os.path.islink(whole):
                    raise Bad("a link")
                with open(whole, "rb") as handle:
                    files[os.path.relpath(whole, path).replace(os.sep, "/")] = handle.read()
        return files
    with zipfile.ZipFile(path) as bag:
        for info in bag.infolist():
            if info.filename in files or info.filename.startswith("/") or ".." in info.filename.split("/"):
                raise Bad("a name twice, or one that leads out")
            if info.compress_type != zipfile.ZIP_STORED:
                raise Bad("compressed")
            files[info.filename] = bag.read(info)
    return files


def verify(path):
    problems = []

    def problem(name, say):
        problems.append({"file": name, "say": say})

    files = load(path)
    for manifest, covers in (("manifest-sha256.txt", lambda n: n.startswith("data/")), ("tagmanifest-sha256.txt", lambda n: not n.startswith("data/") and n != "tagmanifest-sha256.txt")):
        listed = set()
        for line in files.get(manifest, b"").decode().splitlines():
            digest, name = line.split("  ", 1)
            listed.add(name)
            if name not in files or hashlib.sha256(files[name]).hexdigest() != digest:
                problem(name, "changed or missing")
        for name in files:
            if covers(name) and name not in listed:
                problem(name, "not listed")

    keys = [parse_vkey(body.decode()) for name, body in sorted(files.items()) if name.startswith("data/keys/")]
    note = files["data/log/checkpoint"].decode()
    origin, size, root = parse_head(open_note(note, keys))

    leaves_by_level = []
    count, level = size, 0
    while count:
        row = []
        for index in range((count + 255) // 256):
            width = min(256, count - 256 * index)
            tile = files.get(tile_path(level, index, width), b"")
            if len(tile) != 32 * width:
                problem(tile_path(level, index, width), "missing or of the wrong length")
                tile = bytes(32 * width)
            row += [tile[32 * n : 32 * n + 32] for n in range(width)]
        if level:
            for n, found in enumerate(row):
                if root_of(leaves_by_level[-1][256 * n : 256 * n + 256]) != found:
                    problem("level %d" % level, "hash %d is not that of its tile" % n)
        leaves_by_level.append(row)
        count, level = count // 256, level + 1
    hashes = leaves_by_level[0] if leaves_by_level else []
    if root_of(hashes) != root:
        problem("data/log/checkpoint", "another root")

    leaves = {}
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        name = tile_path("entries", index, width)
        if name not in files:
            continue
        body, at, n = files[name], 0, 0
        while at + 2 <= len(body):
            (length,) = struct.unpack(">H", body[at : at + 2])
            leaf = body[at + 2 : at + 2 + length]
            at += 2 + length
            seq = 256 * index + n
            n += 1
            if seq >= size or sha(b"\x00" + leaf) != hashes[seq]:
                problem(name, "entry %d is not in the tree" % seq)
            else:
                leaves[seq] = json.loads(leaf)
        if n != width:
            problem(name, "holds %d entries, not %d" % (n, width))

    for name in files:
        if not name.startswith("data/proofs/"):
            continue
        head, _, checkpoint = files[name].decode().partition("\n\n")
        lines = head.split("\n")
        if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("extra ") or not lines[2].startswith("index "):
            problem(name, "no proof")
            continue
        leaf, seq = b64(lines[1][6:]), int(lines[2][6:])
        if open_note(checkpoint, keys) != open_note(note, keys):
            problem(name, "another head")
        if inclusion_root(sha(b"\x00" + leaf), seq, size, [b64(line) for line in lines[3:]]) != root:
            problem(name, "does not prove entry %d" % seq)
        leaves[seq] = json.loads(leaf)

    opened = {}
    for name in files:
        if not name.startswith("data/disclosures/"):
            continue
        for line in files[name].decode("utf-8").split("\n")[:-1]:
            value = json.loads(line)
            seq = value["seq"]
            if value.get("erased"):
                continue
            # The committed bytes stand in the line as they were committed: no canonicalising is needed to check them.
            committed = line[len('{"d":') : line.rindex(',"seq":')]
            digest = base64.urlsafe_b64encode(sha(committed.encode("utf-8"))).decode().rstrip("=")
            field = value["d"][1]
            leaf = leaves.get(seq, {})
            blob = re.match(r"blob:(\d+):", field)
            expected = leaf.get("blobs", [])[int(blob[1])]["commitment"] if blob else leaf.get("c", {}).get(field)
            if digest != expected:
                problem(name, "entry %d: %s was not committed" % (seq, field))
            opened.setdefault(seq, {})[field] = value["d"][2]

    for seq, values in sorted(opened.items()):
        if leaves[seq]["type"] != "recording":
            continue
        cast = files.get("data/recordings/%s.cast" % values["recording"])
        if cast is not None and hashlib.sha256(cast[values["from"] : values["to"]]).hexdigest() != values["sha256"]:
            problem("data/recordings/%s.cast" % values["recording"], "entry %d: not what was recorded" % seq)

    return {"ok": not problems, "origin": origin, "size": size, "root": root.hex(), "entries": len(leaves), "problems": problems}


if __name__ == "__main__":
    try:
        report = verify(sys.argv[1])
    except Exception as error:  # whatever a broken bundle provokes is a finding, not a crash
        report = {"ok": False, "problems": [{"file": sys.argv[1], "say": "%s: %s" % (type(error).__name__, error)}]}
    print(json.dumps(report))
    sys.exit(0 if report["ok"] else 1)
