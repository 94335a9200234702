"""Checks an export of an audit trail. Needs Python 3.9 or newer and nothing else: no network, no other package.

    python3 verify.py                      beside the other files of the export, unpacked
    python3 verify.py EXPORT.zip           or the packed export
    python3 verify.py EXPORT.zip --key HEX the public key that is known from elsewhere
    python3 verify.py EXPORT.zip --anchors FILE   anchors that were kept elsewhere

What is checked: the signature over manifest.json (Ed25519, RFC 8032); that every file is the one of the manifest;
that every link's hash is that of its contents; that every link follows the one before; that first and last link,
their number and the anchors are those that the manifest tells. Exit code 0: everything holds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import sys
import zipfile
from typing import IO, Any, cast

Point = tuple[int, int, int, int]

# --- Ed25519 as RFC 8032, section 5.1 and 6, describes it -------------------------------------------------------

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(a: Point, b: Point) -> Point:
    """The sum of two points in extended coordinates."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Point) -> Point:
    """A multiple of a point."""
    found = (0, 1, 1, 0)
    while number > 0:
        if number & 1:
            found = add(found, point)
        point = add(point, point)
        number >>= 1
    return found


def same(a: Point, b: Point) -> bool:
    """Whether two points are one."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def recover_x(y: int, sign: int) -> int | None:
    """The x that belongs to y, or None."""
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if sign else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x & 1 != sign else x


def unpack(raw: bytes) -> Point | None:
    """The point of 32 bytes, or None."""
    number = int.from_bytes(raw, "little")
    y, sign = number & ((1 << 255) - 1), number >> 255
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = cast(int, recover_x(BASE_Y, 0))
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


def signed(public: bytes, content: bytes, signature: bytes) -> bool:
    """Whether the signature is that of this content under this key."""
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r, s = unpack(public), unpack(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + content).digest(), "little") % Q
    return same(times(s, BASE), add(r, times(h, a)))


# --- the export -------------------------------------------------------------------------------------------------


class Wrong(Exception):
    """Something does not hold."""


class Folder:
    """The files of an unpacked export."""

    def __init__(self, path: str) -> None:
        self.path = pathlib.Path(path)

    def names(self) -> set[str]:
        """The files there are; what Python leaves beside a script is none of them."""
        return {found.name for found in self.path.iterdir() if found.is_file()}

    def open(self, name: str) -> IO[bytes]:
        return (self.path / name).open("rb")


class Packed:
    """The files of a packed export."""

    def __init__(self, path: str) -> None:
        self.zip = zipfile.ZipFile(path)

    def names(self) -> set[str]:
        found = self.zip.namelist()
        if len(set(found)) != len(found):
            raise Wrong("the archive has two files of one name")
        return set(found)

    def open(self, name: str) -> IO[bytes]:
        return self.zip.open(name)


def hashed(source: Folder | Packed, name: str) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with source.open(name) as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def read(source: Folder | Packed, name: str) -> bytes:
    """All of a file."""
    with source.open(name) as file:
        return file.read()


def manifest_of(source: Folder | Packed, known_key: str | None) -> tuple[dict[str, Any], str]:
    """The manifest, once its signature and the hashes of all other files hold."""
    raw = read(source, "manifest.json")
    try:
        manifest = json.loads(raw)
        public = read(source, "public_key.txt").decode("ascii").strip()
        signature = read(source, "manifest.sig").decode("ascii").strip()
        good = signed(bytes.fromhex(public), raw, bytes.fromhex(signature))
    except ValueError as error:
        raise Wrong("the manifest, the key or the signature cannot be read") from error
    if not good or signature != signature.lower() or public != public.lower():
        raise Wrong("the signature is not that of this manifest under this key")
    if known_key and public != known_key.strip().lower():
        raise Wrong("it is signed, but under another key than the one you know: " + public)
    for name, digest in sorted(manifest["files"].items()):
        if name not in source.names() or hashed(source, name) != digest:
            raise Wrong(name + " is not the file of the manifest")
    extra = source.names() - set(manifest["files"]) - {"manifest.json", "manifest.sig"}
    if isinstance(source, Packed) and extra:
        raise Wrong("files that the manifest does not name: " + ", ".join(sorted(extra)))
    return manifest, public


def check_links(source: Folder | Packed, manifest: dict[str, Any], marks: dict[int, str]) -> int:
    """Walk the chain; how many links were given without their contents."""
    sequence, previous, withheld = manifest["first"] - 1, manifest["before"], 0
    with source.open("links.txt") as file:
        for line in file:
            sequence += 1
            where = f"link {sequence}: "
            written, _, text = line.rstrip(b"\n").partition(b" ")
            digest = written.decode("ascii", "replace")
            if text.startswith(b"withheld "):
                withheld += 1
                found = {"previous": text[9:].decode("ascii", "replace"), "sequence": sequence}
            else:
                if hashlib.sha256(text).hexdigest() != digest:
                    raise Wrong(where + "its contents were changed")
                found = json.loads(text)
            if found["sequence"] != sequence:
                raise Wrong(where + "a link is missing")
            if found["previous"] != previous:
                raise Wrong(where + "it does not follow the link before")
            if marks.get(sequence, digest) != digest:
                raise Wrong(where + "it is not the link that was anchored")
            previous = digest
    if (sequence, previous) != (manifest["last"], manifest["end"]):
        raise Wrong("the end was cut off")
    return withheld


def anchors_of(text: bytes) -> dict[int, str]:
    """The anchors of a file: number of the link and its hash."""
    found: dict[int, str] = {}
    for line in text.decode("utf-8").splitlines():
        if line.strip():
            anchor = json.loads(line)
            if found.setdefault(anchor["sequence"], anchor["hash"]) != anchor["hash"]:
                raise Wrong(f"two anchors of link {anchor['sequence']} differ")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Check and tell; the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", nargs="?", default=str(pathlib.Path(__file__).resolve().parent))
    parser.add_argument("--key", help="the public key that is known from elsewhere, in hexadecimal digits")
    parser.add_argument("--anchors", help="a file of anchors that was kept elsewhere")
    chosen = parser.parse_args(arguments)
    try:
        source = Folder(chosen.export) if pathlib.Path(chosen.export).is_dir() else Packed(chosen.export)
        manifest, public = manifest_of(source, chosen.key)
        marks = anchors_of(read(source, "anchors.txt"))
        if chosen.anchors:
            kept = anchors_of(pathlib.Path(chosen.anchors).read_bytes())
            if any(marks.get(number, hash) != hash for number, hash in kept.items()):
                raise Wrong("the anchors kept elsewhere are not those of the export")
            marks.update(kept)
        withheld = check_links(source, manifest, marks)
    except Wrong as error:
        print(f"WRONG 核验未通过: {error}")
        return 1
    except Exception as error:  # noqa: BLE001 - a damaged archive fails in many ways, and each means the same
        print(f"WRONG 核验未通过: {error!r}")
        return 1
    inside = [number for number in marks if manifest["first"] <= number <= manifest["last"]]
    print("OK 核验通过")
    first, last = manifest["first"], manifest["last"]
    print(f"links 条数: {last - first + 1} ({first} - {last})")
    print(f"withheld 内容不随附: {withheld}")
    print(f"anchors 锚点: {len(inside)}")
    print(f"last hash 末条哈希: {manifest['end']}")
    print(f"public key 公钥: {public}")
    if not chosen.key:
        print(
            "Compare the public key with the one that the office has told you. 请与主管部门公布的公钥核对。"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
