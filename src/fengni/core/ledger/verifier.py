#!/usr/bin/env python3
"""Checks a proof file of a ledger (docs/spec/ledger.md) alone: Python 3.9 or later, standard library, nothing else.

    python3 verifier.py FILE --key FINGERPRINT [--held EARLIER_FILE] [--lang zh|en] [--json]
Copy this file wherever you trust it. FINGERPRINT is the one printed on your agreement, not one that comes with FILE.
EARLIER_FILE is a proof or checkpoint you saved before. Exit codes: 0 verified, 2 usage, 5 failed, 6 insufficient.
What it does, in this order (the numbers stand at the code):
1. read       the file is one JSON document of a known format, nothing missing, nothing added, nothing twice
2. key        the fingerprint of the ledger's name and public key is the one you gave
3. head       the checkpoint is well formed and its Ed25519 signature holds (RFC 8032, computed here)
4. entries    each entry stands in the tree of the checkpoint at its sequence (RFC 9162 §2.1.3.2); those of a
              destruction certificate commit to its units and to all that it states
5. person     a receipt's entries open to one person and are numbered 1, 2, 3 ... without a gap
6. earlier    the tree of the earlier checkpoint is a prefix of this one (RFC 9162 §2.1.4.2)
7. held       the head you hold yourself is this head or that earlier one
It proves that nothing recorded was changed since the head you hold. It does not prove that everything was recorded.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

LARGEST_FILE = 16 * 1024 * 1024
EXITS = {"verified": 0, "failed": 5, "insufficient": 6}
STEPS = ("read", "key", "head", "entries", "person", "earlier", "held")
ENTRY_PROOF, PERSON_RECEIPT, CHECKPOINT = "fengni/entry-proof/1", "fengni/person-receipt/1", "fengni/checkpoint/1"
CERTIFICATE = "fengni/destruction-certificate/1"
_KEYS_OF = {ENTRY_PROOF: "entry", PERSON_RECEIPT: "person last entries", CHECKPOINT: ""}
_KEYS_OF[CERTIFICATE] = "statement destroyed issued"
_ACTS = {"destroyed": "disposals:disposal:run", "issued": "disposals:certificate:issue"}
_BODY_KEYS = "v id tenant act actor at outcome purpose resource count clear fields facts reason"
_PLAIN = re.compile(r"[0-9A-Za-z._:-]{1,80}")
_ORIGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,199}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_SIGNATURE = re.compile(r"— ([^ +\n]+) ([A-Za-z0-9+/]+={0,2})")
_MOST = 2**63 - 1
Json = Any  # a value from a file nobody vouches for: every use checks its type first


class Refused(Exception):
    """A check does not hold. Its arguments: the code of the sentence and, where there is one, the place in the file."""


class Head(NamedTuple):
    """A checkpoint whose signature was checked."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)  # no slots: they need Python 3.10
class Report:
    """The outcome. What the file claims (from `origin` on) is filled only when the status is "verified"."""

    status: str
    reason: str
    where: str
    steps: dict[str, str]
    format: str = ""
    fingerprint: str = ""
    origin: str = ""
    size: int = 0
    root: str = ""
    person: str = ""
    entries: list[dict[str, Json]] = field(default_factory=list)
    earlier: int = 0
    held: int = 0
    statement: dict[str, Json] = field(default_factory=dict)


def check(data: bytes, *, key: str | None = None, held: bytes | None = None) -> Report:
    """Check the bytes of a proof file. `key` is a fingerprint in any spelling, `held` the bytes of a file saved before.
    Returns a Report whatever the bytes are. Raises ValueError only for a `key` that is no fingerprint.
    """
    pinned = None if key is None else normal_fingerprint(key)
    ended: dict[str, str] = {}
    found: dict[str, Json] = {}
    try:
        reason = _procedure(data, pinned, held, ended, found)
    except Refused as refused:
        ended[STEPS[len(ended)]] = "failed"
        known = {name: found[name] for name in ("format", "fingerprint") if name in found}
        return Report("failed", refused.args[0], "".join(refused.args[1:]), ended, **known)
    if reason:
        return Report("insufficient", reason, "", ended, found["format"], found["fingerprint"])
    return Report("verified", "", "", ended, **found)


def _procedure(
    data: bytes, pinned: str | None, held: bytes | None, ended: dict[str, str], found: dict[str, Json]
) -> str:
    """The numbered steps of the module's text. Returns why the evidence is insufficient, or nothing."""
    file = read(data)  # 1
    public_key, note = _hex(file["public_key"], 32, "public_key"), _text(file["checkpoint"], "checkpoint")
    origin = note.partition("\n")[0]
    _require(_ORIGIN.fullmatch(origin), "checkpoint")
    found["format"], ended["read"] = file["format"], "ok"
    found["fingerprint"] = fingerprint(origin, public_key)  # 2
    if pinned is not None and pinned != found["fingerprint"].replace("-", ""):
        raise Refused("key")
    ended["key"] = "absent" if pinned is None else "ok"
    head = open_note(note, public_key, "checkpoint")  # 3
    found.update(origin=head.origin, size=head.size, root=head.root.hex())
    ended["head"] = "ok"
    found["entries"], found["statement"] = _check_entries(file, head), file.get("statement", {})  # 4
    ended["entries"] = "ok" if found["entries"] else "absent"
    found["person"] = _check_person(file, found["entries"])  # 5
    ended["person"] = "ok" if found["person"] else "absent"
    earlier = _check_earlier(file["earlier"], head, public_key)  # 6
    found["earlier"] = earlier.size if earlier else 0
    ended["earlier"] = "ok" if earlier else "absent"
    unlinked, found["held"] = ("", 0) if held is None else _check_held(held, head, earlier, public_key)  # 7
    ended["held"] = "ok" if found["held"] else "absent"
    return "no-key" if pinned is None else unlinked


def _check_entries(file: Json, head: Head) -> list[dict[str, Json]]:
    """Step 4. Returns the entries of the file as they were proved."""
    proved = []
    for name in [one for one in ("entry", *_ACTS) if one in file]:
        entry = _object(file[name], "sequence subjects_root body path", name)
        _check_leaf(entry, _hex(entry["subjects_root"], 32, f"{name}.subjects_root"), head, name)
        if name in _ACTS:
            _check_stated(file["statement"], name, entry["body"])
        proved.append({"sequence": entry["sequence"], "body": entry["body"]})
    if file["format"] == PERSON_RECEIPT:
        person = _hex(file["person"], 16, "person")
        _require(type(file["entries"]) is list, "entries")
        for place, item in enumerate(file["entries"]):
            where = f"entries[{place}]"
            entry = _object(item, "number sequence salt seen position subject_path body path", where)
            _check_leaf(entry, _subjects_root(entry, person, where), head, where)
            proved.append({name: entry[name] for name in ("number", "sequence", "seen", "body")})
    return proved


def _check_stated(stated: Json, name: str, body: dict[str, Json]) -> None:
    """The entry of a certificate commits to its units, or to all that it states, about this disposal of this house."""
    _require(type(stated) is dict and _is_plain(stated, 3) and type(stated.get("units")) is list, "statement")
    about, facts = {"kind": "disposals:disposal", "id": stated.get("disposal")}, body["facts"]
    _require(type(facts) is dict, name)
    commits = _sha256(_canonical(stated if name == "issued" else stated["units"])).hex()
    found = [body["act"], body["outcome"], body["resource"], body["tenant"], facts.get("commits")]
    if found != [_ACTS[name], "done", about, stated.get("tenant"), commits]:
        raise Refused("statement", name)


def _check_leaf(entry: dict[str, Json], subjects_root: bytes, head: Head, where: str) -> None:
    """The leaf of an entry, out of its sequence, subjects root and body, stands in the tree."""
    sequence, body = _integer(entry["sequence"], 0, _MOST, where), _body(entry["body"], where)
    leaf = _sha256(b"\x00fengni-entry/1\n" + sequence.to_bytes(8, "big") + subjects_root + _canonical(body))
    if not is_included(sequence, head.size, leaf, _hashes(entry["path"], where), head.root):
        raise Refused("inclusion", where)


def _subjects_root(entry: dict[str, Json], person: bytes, where: str) -> bytes:
    """The subjects root that one opened sub-leaf leads to; its path is as long as the entry's count of persons says."""
    body, seen = _body(entry["body"], where), _object(entry["seen"], "fields clear", where)
    _require(_is_codes(seen["fields"]) and set(seen["fields"]) <= set(body["fields"]), where)
    _integer(seen["clear"], 0, body["clear"], where)
    opened, number = _canonical(seen), _integer(entry["number"], 1, _MOST, where)
    salted = b"\x02" + _hex(entry["salt"], 16, where) + person
    found = _sha256(salted + number.to_bytes(8, "big") + len(opened).to_bytes(2, "big") + opened)
    position, path = _integer(entry["position"], 0, body["count"] - 1, where), _hashes(entry["subject_path"], where)
    _require(len(path) == (body["count"] - 1).bit_length(), where)
    for up, sibling in enumerate(path):
        found = _sha256(b"\x03" + (sibling + found if position >> up & 1 else found + sibling))
    return found


def _check_person(file: Json, entries: list[dict[str, Json]]) -> str:
    """Step 5. Returns the person's id of a receipt, nothing for other files."""
    if file["format"] != PERSON_RECEIPT:
        return ""
    if _integer(file["last"], 0, _MOST, "last") != len(entries):
        raise Refused("gap", "last")
    for place, entry in enumerate(entries):
        before = entries[max(place - 1, 0)]
        if entry["number"] != place + 1:
            raise Refused("gap", f"entries[{place}]")
        if entry["sequence"] < before["sequence"] or entry["body"]["tenant"] != before["body"]["tenant"]:
            raise Refused("order", f"entries[{place}]")
    return str(file["person"])


def _check_earlier(earlier: Json, head: Head, public_key: bytes) -> Head | None:
    """Step 6. Returns the earlier head, or None when the file has none."""
    if earlier is None:
        return None
    _object(earlier, "checkpoint path", "earlier")
    old = open_note(_text(earlier["checkpoint"], "earlier"), public_key, "earlier")
    path = _hashes(earlier["path"], "earlier")
    if old.origin != head.origin or not is_consistent(old.size, head.size, old.root, head.root, path):
        raise Refused("consistency", "earlier")
    return old


def _check_held(held: bytes, head: Head, earlier: Head | None, public_key: bytes) -> tuple[str, int]:
    """Step 7. Returns why the held head says nothing about this file, and its size. A fork of the ledger raises."""
    try:
        note = read(held)["checkpoint"] if held.lstrip()[:1] == b"{" else held.decode("utf-8", "replace")
        mine = open_note(_text(note, "held"), public_key, "held")
    except Refused:
        return "held-unusable", 0
    for other in (head, earlier):
        if other is not None and (other.origin, other.size) == (mine.origin, mine.size):
            if other.root != mine.root:
                raise Refused("held-differs")
            return "", mine.size
    return "held-unlinked", 0


def read(data: bytes) -> Json:
    """Step 1: the JSON object of a proof file, of a known format with exactly its keys. Raises Refused."""
    hooks: dict[str, Json] = dict.fromkeys(("parse_float", "parse_constant"), _no_number)
    hooks["parse_int"] = lambda digits: int(digits) if len(digits) < 20 else _no_number(digits)
    try:
        if len(data) > LARGEST_FILE:
            raise Refused("unreadable")
        file = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins, **hooks)
    except (ValueError, RecursionError, MemoryError):
        raise Refused("unreadable") from None
    if not isinstance(file, dict) or not isinstance(file.get("format"), str) or file["format"] not in _KEYS_OF:
        raise Refused("format")
    return _object(file, "format public_key checkpoint earlier " + _KEYS_OF[file["format"]], "")


def _no_twins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    if len(dict(pairs)) != len(pairs):
        raise Refused("unreadable")
    return dict(pairs)


def _no_number(_: str) -> NoReturn:
    raise Refused("unreadable")


def _require(condition: object, where: str) -> None:
    if not condition:
        raise Refused("malformed", where)


def _object(value: Json, keys: str, where: str) -> dict[str, Json]:
    _require(type(value) is dict and set(value) == set(keys.split()), where)
    return dict(value)


def _text(value: Json, where: str) -> str:
    _require(type(value) is str and len(value) <= 65_536, where)
    return str(value)


def _integer(value: Json, low: int, high: int, where: str) -> int:
    _require(type(value) is int and low <= value <= high, where)
    return int(value)


def _hex(value: Json, length: int, where: str) -> bytes:
    _require(re.fullmatch(f"[0-9a-f]{{{2 * length}}}", _text(value, where)), where)
    return bytes.fromhex(value)


def _hashes(value: Json, where: str) -> list[bytes]:
    _require(type(value) is list and len(value) <= 64, where)
    return [_hex(item, 32, where) for item in value]


def _body(value: Json, where: str) -> dict[str, Json]:
    """A body of version 1: only codes, ids and integers stand in it, so it prints and re-encodes in one way."""
    body = _object(value, _BODY_KEYS, where)
    _require(body["v"] == 1 and _is_plain(body, 3) and _is_codes(body["fields"]), where)
    _require(all(type(body[name]) is str for name in ("act", "at", "outcome", "tenant")), where)
    for name in ("v", "count", "clear"):
        _integer(body[name], 0, 10**9, where)
    return body


def _is_plain(value: Json, depth: int) -> bool:
    if isinstance(value, str):
        return _PLAIN.fullmatch(value) is not None
    if isinstance(value, (dict, list)):
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        return depth > 0 and all(_is_plain(part, depth - 1) for part in parts)
    return value is None or isinstance(value, int)


def _is_codes(value: Json) -> bool:
    plain = type(value) is list and all(type(v) is str and _is_plain(v, 0) for v in value)
    return plain and value == sorted(set(value))


def _canonical(value: Json) -> bytes:
    """The bytes that were hashed: sorted keys, no spaces (docs/spec/ledger.md §2)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def fingerprint(origin: str, public_key: bytes) -> str:
    """SHA-256(origin ‖ 0x0A ‖ 0x01 ‖ public key) in base32, thirteen groups of four."""
    letters = base64.b32encode(_sha256(origin.encode() + b"\n\x01" + public_key)).decode().rstrip("=")
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def normal_fingerprint(typed: str) -> str:
    """A fingerprint as 52 characters, out of what somebody typed. Raises ValueError when it cannot be one.
    Full-width characters, case, spaces and hyphens do not matter; 0, 1 and 8, which base32 lacks, are read as O, I, B.
    >>> normal_fingerprint("abcd-０123 " + "ef45" * 11)[:12]
    'ABCDOI23EF45'
    """
    plain = unicodedata.normalize("NFKC", typed[:1000]).upper().translate(str.maketrans("018", "OIB"))
    letters = re.sub(r"[\s‐-―−:_-]", "", plain)
    if not re.fullmatch(r"[A-Z2-7]{52}", letters):
        raise ValueError("a fingerprint has 52 letters and digits 2 to 7")
    return letters


def open_note(note: str, public_key: bytes, where: str) -> Head:
    """Step 3: the head of a signed note. Raises Refused. Signatures of other keys are left alone."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root, *more = [*text.split("\n"), "", ""]
    _require(lines.endswith("\n") and more == ["", ""] and _ORIGIN.fullmatch(origin) and _SIZE.fullmatch(size), where)
    head = Head(origin, int(size), _base64(root))
    _require(head.size <= _MOST and len(head.root) == 32 and (head.size or head.root == _sha256(b"")), where)
    key_id, ours = _sha256(origin.encode() + b"\n\x01" + public_key)[:4], []
    for line in lines[:-1].split("\n"):
        match = _SIGNATURE.fullmatch(line)
        signature = _base64(match[2]) if match else b""
        _require(len(signature) > 4, where)
        if match and match[1] == origin and signature[:4] == key_id:
            ours.append(signature[4:])
    if not ours or not all(is_signed(public_key, f"{text}\n".encode(), signature) for signature in ours[:16]):
        raise Refused("signature", where)
    return head


def _base64(text: str) -> bytes:
    """The bytes of strict base64; empty for any other spelling."""
    try:
        found = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return b""
    return found if base64.b64encode(found).decode() == text else b""


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def is_included(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `leaf` stands at `index` of the tree of `size` with `root` (RFC 9162 §2.1.3.2)."""
    return 0 <= index < size and len(root) == 32 and _climb(index, size - 1, leaf, path)[1] == root


def is_consistent(old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the tree of size `old` is a prefix of that of size `new` (RFC 9162 §2.1.4.2); not for an empty one."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    return len(steps) > 1 and _climb(place, last, steps[0], steps[1:]) == (old_root, new_root)


def _climb(place: int, last: int, start: bytes, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The roots of the old and the new tree that a path leads to; empty ones when its length is not right."""
    old = new = start
    for sibling in path:
        if last == 0:
            return b"", b""
        if place & 1 or place == last:
            old, new = _sha256(b"\x01" + sibling + old), _sha256(b"\x01" + sibling + new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            new = _sha256(b"\x01" + new + sibling)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else (b"", b"")


_P, _L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P


@lru_cache(maxsize=64)  # a file and the one held often carry the same note
def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature holds: [S]B = R + [k]A, all encodings canonical, no key of small order."""
    key, scalar = _point(public_key), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or scalar >= _L or _encoded(_times(8, key)) == _encoded(_ZERO):
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    minus_key = (-key[0] % _P, key[1], 1, -key[3] % _P)
    hashed = _times(int.from_bytes(digest, "little") % _L, minus_key)
    return _encoded(_plus(_times(scalar, _BASE), hashed)) == signature[:32]


def _point(data: bytes) -> tuple[int, ...] | None:
    """The point of 32 bytes in extended coordinates, or None (RFC 8032 §5.1.3 and §5.1.4)."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    if len(data) != 32 or y >= _P or (x * x - square) % _P or (x == 0 and sign):
        return None
    x = _P - x if x & 1 != sign else x
    return x, y, 1, x * y % _P


def _plus(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % _P, (p[1] + p[0]) * (q[1] + q[0]) % _P
    c, d = 2 * p[3] * q[3] * _D % _P, 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(scalar: int, point: tuple[int, ...]) -> tuple[int, ...]:
    found = _ZERO
    for bit in bin(scalar)[2:]:
        found = _plus(_plus(found, found), point) if bit == "1" else _plus(found, found)
    return found


def _encoded(point: tuple[int, ...]) -> bytes:
    inverse = pow(point[2], -1, _P)
    return (point[1] * inverse % _P | (point[0] * inverse % _P & 1) << 255).to_bytes(32, "little")


_ZERO: tuple[int, ...] = (0, 1, 1, 0)
_BASE = _point(bytes.fromhex("58" + "66" * 31)) or _ZERO


_SENTENCES = """
verified | 核验通过：文件所载与账本一致，封存后没有改动。 | Verified: the file agrees with the ledger; nothing changed.
failed | 核验未通过。 | Verification failed.
insufficient | 依据不足，不能下结论。 | The evidence is insufficient for a verdict.
unreadable | 文件读不出，或不是这种格式的文字。 | The file cannot be read as text of this kind.
format | 不是本程序认识的证明文件。 | This is no proof file that this program knows.
malformed | 文件里有一处不合格式。 | One place in the file does not have its form.
key | 文件所用的公钥与您给出的指纹不符。 | The key in the file is not the one whose fingerprint you gave.
signature | 检查点的签名不成立。 | The signature of the checkpoint does not hold.
inclusion | 有一条条目不在账本里，或内容被改过。 | An entry is not in the ledger, or was altered.
gap | 条目的编号有缺口。 | The numbering of the entries has a gap.
order | 条目的次序或归属不对。 | The entries are out of order or of different ledgers.
consistency | 现在的账本不是从早先的检查点续写的。 | The ledger does not continue the earlier checkpoint.
statement | 证书所载与账本里的承诺不符。 | The certificate does not state what the ledger commits to.
held-differs | 您留存的检查点与此不同：账本出现了两个版本。 | Your held checkpoint differs: the ledger has two versions.
no-key | 没有给出指纹。请用 --key 给出协议上印的指纹。 | Give the fingerprint printed on your agreement with --key.
held-unusable | 您留存的文件用不上，请另选一份。 | The file you hold cannot be used; choose another.
held-unlinked | 此文件没有接上您留存的检查点，请索取接上的一份。 | Not linked to the head you hold; ask for one that is.
limits | 它不证明所有事情都已记入账本。 | It does not prove that everything was recorded.
"""
SENTENCES = {code: (zh, en) for code, zh, en in (line.split(" | ") for line in _SENTENCES.strip().split("\n"))}


def render(report: Report, lang: str = "zh") -> str:
    """The report as lines for people."""
    shown = [SENTENCES[code][lang == "en"] for code in (report.status, report.reason) if code]
    shown += [f"@ {report.where}"] * bool(report.where)
    shown += [f"{report.origin}  {report.size}  {report.root}"] * bool(report.origin)
    shown += [_canonical(report.statement).decode()] * bool(report.statement)
    shown += ["#{sequence}  {body[at]}  {body[act]}  {body[outcome]}".format(**entry) for entry in report.entries]
    steps = "  ".join(f"{step}={ended}" for step, ended in report.steps.items())
    return "\n".join([*shown, report.fingerprint, steps, SENTENCES["limits"][lang == "en"]])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line. Returns 0, 5 or 6; argparse ends with 2 for usage."""
    parser = argparse.ArgumentParser(description="Checks a proof file of a ledger. 核验账本的证明文件。")
    parser.add_argument("file", type=Path)
    parser.add_argument("--key", metavar="FINGERPRINT")
    parser.add_argument("--held", metavar="EARLIER_FILE", type=Path)
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    try:
        report = check(given.file.read_bytes(), key=given.key, held=given.held and given.held.read_bytes())
    except (OSError, ValueError) as error:
        parser.error(str(error))
    shown = json.dumps(asdict(report), ensure_ascii=False) if given.json else render(report, given.lang)
    print(shown.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8"))
    return EXITS[report.status]


if __name__ == "__main__":
    sys.exit(main())
