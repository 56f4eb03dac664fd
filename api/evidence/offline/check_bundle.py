# ruff: noqa: INP001 - a file by itself, on purpose: it travels inside the bundles that it checks
"""Check a Shield Ledger evidence bundle offline: Python 3.11 and `cryptography`, nothing else.

    python -I check_bundle.py bundle.zip --pin pins.json

The pin file ({"origin", "vkey"}, perhaps "policy": a C2SP tlog-policy) says whom you trust. Get it
from the log's operator and never from a bundle; get this program from a source that you trust, too.
Exit codes: 0 VERIFIED, 3 FAILED (each part is named), 10 CANNOT-TELL. The formats are those of RFC
9901, RFC 9162, C2SP signed-note, tlog-cosignature, tlog-proof, tlog-policy, and docs/formats.md.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import zipfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

try:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    MLDSA44PublicKey.from_public_bytes(bytes(1312))
    SCHEMES = frozenset({1, 4, 6})
except (ImportError, UnsupportedAlgorithm):  # a library without it: its lines are passed over
    SCHEMES = frozenset({1, 4})

Json = dict[str, Any]
Vkey = tuple[str, bytes, int, bytes]  # name, id, scheme, key
Lines = list[tuple[str, bytes]]
Policy = tuple[list[Vkey], dict[str, Vkey], dict[str, tuple[int, list[str]]], str]

VERSION = 2  # of version 1 the manifest was signed by nobody
HUB = "ZZ-HUB"
MAX_FILES, MAX_BYTES = 20_000, 256 * 1024 * 1024
RESERVED = {"iss", "aud", "iat", "jti", "_sd", "_sd_alg", "..."}
P = 2**255 - 19
SMALL = {  # the y of the points of small order, under which anybody can sign
    *(0, 1, P - 1),
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
}
MEMBERS = {
    *("format", "version", "origin", "log", "policy", "subject", "issued_at", "issued_to"),
    *("checkpoint", "history", "entries", "files"),
}
NAME = re.compile(
    r"[a-z][a-z_]*\.[a-z]+|README\.txt|entries/(0|[1-9][0-9]{0,15})\.json"
    r"|proofs/(0|[1-9][0-9]{0,15})\.tlog-proof|statements/(0|[1-9][0-9]{0,15})\.sd-jwt"
)
ENTRY = re.compile(
    rb'\{"index":(0|[1-9][0-9]{0,15}),"jwt":"([\w-]+\.[\w-]+\.[\w-]+)"'
    rb',"prev":"([A-Za-z0-9+/]{43}=)"(?:,"tag":"([\w-]{22})")?'
    rb',"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z"\}'
)
PROOF = re.compile(
    r"c2sp\.org/tlog-proof@v1\n(?:extra [A-Za-z0-9+/=]*\n)?index (0|[1-9][0-9]{0,18})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)",
    re.DOTALL,
)
HEAD = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
BROKEN = (ValueError, LookupError, TypeError, AttributeError, RecursionError, InvalidSignature)
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError)


# --- bytes, JSON and keys --------------------------------------------------------------------


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def b64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not base64 in its only spelling")
    return data


def show(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def b64u(text: str) -> bytes:
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if show(data) != text:
        raise ValueError("not base64url in its only spelling")
    return data


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_json(data: bytes) -> Any:
    """JSON with one meaning: no key twice, and whole numbers only."""

    def once(pairs: list[tuple[str, Any]]) -> Json:
        if len(dict(pairs)) != len(pairs):
            raise ValueError("the same key twice")
        return dict(pairs)

    def refuse(text: str) -> NoReturn:
        raise ValueError(f"{text} is no number here")

    return json.loads(
        data.decode("utf-8"), object_pairs_hook=once, parse_float=refuse, parse_constant=refuse
    )


def check_ed25519(raw: bytes, signature: bytes, data: bytes) -> None:
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if len(raw) != 32 or y >= P or y in SMALL:
        raise ValueError("a key that no honest key generator makes")
    ed25519.Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)


def check_jwk(jwk: Json, signature: bytes, data: bytes) -> None:
    if (jwk["kty"], jwk["crv"]) == ("OKP", "Ed25519"):
        check_ed25519(b64u(jwk["x"]), signature, data)
        return
    if (jwk["kty"], jwk["crv"], len(signature)) != ("EC", "P-256", 64):
        raise InvalidSignature("a key is Ed25519 or P-256, a signature 64 bytes")
    point = b"\x04" + b64u(jwk["x"]) + b64u(jwk["y"])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    key.verify(encode_dss_signature(r, s), data, ec.ECDSA(hashes.SHA256()))


def check_jwt(jwk: Json, alg: str, signature: bytes, jwt: str) -> None:
    if (alg == "ES256") != (jwk["kty"] == "EC"):
        raise InvalidSignature("signed under another algorithm than the key's")
    check_jwk(jwk, signature, jwt.rpartition(".")[0].encode())


def kid_of(jwk: Json) -> str:
    """RFC 7638: the hash of a key's required members."""
    return show(sha(canonical({n: jwk[n] for n in ("crv", "kty", "x", "y") if n in jwk})))


# --- notes, witnesses and policies -----------------------------------------------------------


def read_vkey(vkey: str) -> Vkey:
    name, printed, material = vkey.split("+", 2)
    raw = b64(material)
    if sha(name.encode(), b"\n", raw)[:4].hex() != printed or raw[0] not in (1, 4, 6):
        raise ValueError("not a vkey of a scheme that is known here")
    return name, bytes.fromhex(printed), raw[0], raw[1:]


def split_note(note: bytes) -> tuple[str, Lines]:
    body, blank, rest = note.decode().rpartition("\n\n")
    if not blank or not rest.endswith("\n"):
        raise ValueError("the note has no signature lines")
    lines = [re.fullmatch(r"— ([^ ]+) (.+)", line) for line in rest[:-1].split("\n")]
    if not all(lines):
        raise ValueError("not a signature line")
    return body + "\n", [(found[1], b64(found[2])) for found in lines if found]


def signed_by(verifier: Vkey, text: str, lines: Lines) -> bool:
    """Whether this key signed; InvalidSignature when a line of it does not hold."""
    name, key_id, scheme, raw = verifier
    mine = [data[4:] for who, data in lines if who == name and data[:4] == key_id]
    if scheme not in SCHEMES:
        return False
    for data in mine:
        if scheme == 1:
            check_ed25519(raw, data, text.encode())
        elif scheme == 4:
            stamp = int.from_bytes(data[:8], "big")
            check_ed25519(raw, data[8:], f"cosignature/v1\ntime {stamp}\n{text}".encode())
        else:
            origin, size, root = HEAD.findall(text)[0]
            message = b"subtree/v1\n\0" + counted(name) + data[:8] + counted(origin) + bytes(8)
            message += int(size).to_bytes(8, "big") + b64(root)
            MLDSA44PublicKey.from_public_bytes(raw).verify(data[8:], message)
    return bool(mine)


def counted(name: str) -> bytes:
    return bytes([len(name.encode())]) + name.encode()


def read_policy(text: str) -> Policy:
    """C2SP tlog-policy: logs and witnesses by key, groups with what they need, the quorum."""
    logs: list[Vkey] = []
    witnesses: dict[str, Vkey] = {}
    groups: dict[str, tuple[int, list[str]]] = {}
    quorum = "none"
    for line in text.splitlines():
        match line.split():
            case ["log", vkey, *_]:
                logs.append(read_vkey(vkey))
            case ["witness", name, vkey, *_]:
                witnesses[name] = read_vkey(vkey)
            case ["group", name, needed, *members]:
                words = {"any": 1, "all": len(members)}
                groups[name] = (words[needed] if needed in words else int(needed), members)
            case ["quorum", name]:
                quorum = name
            case [word, *_] if not word.startswith("#"):
                raise ValueError(f"{word} is no line of a policy")
    return logs, witnesses, groups, quorum


# --- statements, and who may make them -------------------------------------------------------


def read_jwt(jwt: str) -> tuple[Json, Json, bytes]:
    """Header, payload and signature in good form; the signature is not checked yet."""
    header, payload, signature = map(b64u, jwt.split("."))
    told, said = read_json(header), read_json(payload)
    if set(told) != {"alg", "kid", "typ"} or told["typ"] != "shield+sd-jwt":
        raise ValueError("not a statement's header")
    if told["alg"] not in ("Ed25519", "EdDSA", "ES256"):
        raise ValueError("an algorithm that is not known here")
    texts = [said["iss"], said["aud"], said["jti"], told["kid"]]
    if not all(isinstance(text, str) and text for text in texts) or type(said["iat"]) is not int:
        raise ValueError("not a statement's payload")
    if said.get("_sd_alg", "sha-256") != "sha-256" or "..." in said:
        raise ValueError("disclosures that are not known here")
    return told, said, signature


def read_claims(said: Json, disclosures: list[str]) -> Json:
    """RFC 9901: each disclosure hashes to one of the digests that were signed, and none twice."""
    digests, claims = set(said.get("_sd", ())), dict[str, Any]()
    for text in disclosures:
        salt, name, value = read_json(b64u(text))
        digests.remove(show(sha(text.encode("ascii"))))
        if name in claims or name in said or name in RESERVED or len(salt) < 22:
            raise ValueError(f"{name} may not be disclosed so")
        claims[name] = value
    return claims


class Keys:
    """What the registry statements add up to: who holds which key, from and up to which entry."""

    def __init__(self) -> None:
        self.origin = ""
        self.agencies = {HUB}
        self.countries: set[str] = set()
        self.held: dict[str, Json] = {}

    def valid(self, kid: str, at: int) -> Json:
        held = self.held[kid]
        if held["added"] >= at or (held["revoked"] is not None and held["revoked"] < at):
            raise ValueError(f"key {kid} was not valid at entry {at}")
        return held

    def take(self, told: Json, by: str, kid: str, at: int) -> None:
        """One registry statement; an error when its signer may not make it."""
        if "_sd" in told:
            raise ValueError("a registry statement is public")
        kind, agency = told["kind"], str(told.get("agency", ""))
        root = f"{agency[:2]}-ROOT"
        if kind == "log.created" and (by, at) == (HUB, 0):
            self._found(told, kid)
        elif kind == "participant.added" and by == HUB:
            self._admit(told["participant"], at)
        elif kind == "agency.enrolled" and by == root and agency not in {root, *self.agencies}:
            self._enrol(agency, told, at)
            self.agencies.add(agency)
        elif kind == "key.added" and (by == root or (by == HUB and agency == root)):
            if agency not in self.agencies and not (agency == root and root[:2] in self.countries):
                raise ValueError(f"{agency} is not enrolled")
            self._enrol(agency, told, at)
        elif kind == "key.revoked":
            held = self.valid(told["kid"], at)
            if by not in (HUB, f"{held['holder'][:2]}-ROOT") or held["revoked"] is not None:
                raise ValueError("not theirs to revoke")
            held |= {"revoked": at, "since": told.get("compromised_since")}
        else:
            raise ValueError(f"{by} may not state {kind} here")

    def _found(self, told: Json, kid: str) -> None:
        keys = [read_vkey(told["checkpoint_key"])]
        if told.get("quantum_checkpoint_key") is not None:
            keys.append(read_vkey(told["quantum_checkpoint_key"]))
        if kid_of(told["key"]) != kid or {key[0] for key in keys} != {told["origin"]}:
            raise ValueError("a log is not created so")
        if [key[2] for key in keys] != [1, 6][: len(keys)]:
            raise ValueError("a log signs otherwise")
        self.origin = told["origin"]
        self.held[kid] = {"holder": HUB, "key": told["key"], "added": -1, "revoked": None}
        for participant in told.get("participants", ()):
            self._admit(participant, 0)

    def _admit(self, told: Json, at: int) -> None:
        if told["country"] in self.countries:
            raise ValueError("takes part already")
        self._enrol(f"{told['country']}-ROOT", told, at)
        self.countries.add(told["country"])

    def _enrol(self, holder: str, told: Json, at: int) -> None:
        """A key, whose holder has shown that it has the private one."""
        kid = kid_of(told["key"])
        if kid in self.held:
            raise ValueError("the key was enrolled before")
        words = ("shield/possession", self.origin, holder, kid)
        check_jwk(told["key"], b64u(told["possession"]), "\0".join(words).encode())
        self.held[kid] = {"holder": holder, "key": told["key"], "added": at, "revoked": None}


# --- the bundle ------------------------------------------------------------------------------


def climb(steps: list[bytes], index: int, size: int, leaf: bytes) -> bytes:
    """RFC 9162 section 2.1.3.2: the root that an inclusion proof leads to."""
    node, last, reached = index, size - 1, leaf
    if not 0 <= index < size:
        raise ValueError("the entry is beyond the tree")
    for step in steps:
        if last == 0:
            raise ValueError("the proof is too long")
        if node & 1 or node == last:
            reached = sha(b"\1", step, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = sha(b"\1", reached, step)
        node, last = node >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return reached


class Bundle:
    """A bundle being checked: faults make it FAILED, doubts alone make it CANNOT-TELL."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files
        self.faults: list[str] = []
        self.doubts: list[str] = []
        self.told: list[tuple[str, str, str]] = []  # line, key, time: marks come at the end
        self.keys = Keys()
        self.head: tuple[int, bytes] | None = None
        self.manifest: Json = {}
        self.last, self.k = (-1, bytes(32)), 0
        self.attested = False

    def fault(self, part: str, where: str, what: object) -> None:
        self.faults.append(f"{part}: {where}: {what}")

    def doubt(self, part: str, where: str, what: object) -> None:
        self.doubts.append(f"{part}: {where}: {what}")

    def open(self) -> bool:
        """Read the manifest; whether there is one that this program understands."""
        where = "manifest.json"
        if where not in self.files:
            self.doubt("manifest", where, "missing")
            return False
        try:
            self.manifest = read_json(self.files[where])
            version = self.manifest["version"]
            if self.manifest["format"] != "shield-evidence" or type(version) is not int:
                raise ValueError("not the manifest of an evidence bundle")
            if version > VERSION:
                self.doubt("version", where, f"{version}, and this program knows {VERSION}")
                return False
            indexes = [item["index"] for item in self.manifest["entries"]]
            roles = {item["role"] for item in self.manifest["entries"]}
            if sorted(set(indexes)) != indexes or not roles <= {"history", "alert", "registry"}:
                raise ValueError("its entries are not in order")
            if set(self.manifest) != MEMBERS or set(self.manifest["checkpoint"]) != {
                "size",
                "root",
            }:
                raise ValueError("its members are not those of a manifest")
            names = ("origin", "log", "policy", "issued_at", "issued_to")
            texts = [self.manifest["subject"]["shipment"], *map(self.manifest.get, names)]
            if not "".join(texts).replace("\n", "").isprintable():
                raise ValueError("text that can't be shown")
            if version < 1 or canonical(self.manifest) != self.files[where]:
                raise ValueError("not a manifest in its only spelling")
        except BROKEN as error:
            self.fault("manifest", where, error)
            return False
        return True

    def check(self, pin: Json) -> None:
        listed, entries = self.manifest["files"], self.manifest["entries"]
        kinds = (("entries", "json"), ("proofs", "tlog-proof"), ("statements", "sd-jwt"))
        wanted = {f"{at}/{item['index']}.{end}" for item in entries for at, end in kinds}
        if {name for name in listed if "/" in name} != wanted:
            self.fault("index", "manifest.json", "its files are not those of its entries")
        if "checkpoint.note" in self.files:
            self.check_head(self.files["checkpoint.note"], pin)
        for item in entries:
            self.check_item(item)
        for name in sorted({*wanted, *listed, "checkpoint.note"}):
            if name not in self.files:
                self.doubt("files", name, "missing")
            elif sha(self.files[name]).hex() != listed.get(name):
                self.fault("files", name, "is not the file of the manifest")
        beside = {"manifest.json", *(["manifest.jws"] if self.manifest["version"] > 1 else [])}
        for name in sorted(self.files.keys() - listed.keys() - beside):
            self.fault("files", name, "is not in the manifest")
        if self.manifest["version"] > 1:
            self.check_attested("manifest.jws")

    def check_attested(self, where: str) -> None:
        """The hub signed this very manifest (RFC 7515 appendix F): nothing was cut off."""
        part, at = "manifest signature", self.manifest["checkpoint"]["size"]
        if where not in self.files:
            self.doubt(part, where, "missing: whether it was issued so can't be told")
            return
        try:
            head, empty, tail = self.files[where].decode("ascii").split(".")
            told = read_json(b64u(head))
            if empty or set(told) != {"alg", "kid", "typ"} or told["typ"] != "shield-evidence+jws":
                raise ValueError("not the signature of a manifest")
            if told["alg"] not in ("Ed25519", "EdDSA", "ES256"):
                raise ValueError("an algorithm that is not known here")
            held, signature = self.keys.held.get(str(told["kid"])), b64u(tail)
            if held is None or held["added"] >= at:
                registry = [i["index"] for i in self.manifest["entries"] if i["role"] == "registry"]
                if all(f"statements/{n}.sd-jwt" in self.files for n in registry):
                    raise ValueError("no such key was added")
                self.doubt("key statement", where, "missing: no such key was added")
            elif held["revoked"] is not None and held["revoked"] < at:
                self.fault("key", where, f"key {told['kid']} was revoked before")
            elif held["holder"] != HUB:
                raise ValueError(f"the key is {held['holder']}'s, and not the hub's")
            else:
                jwt = f"{head}.{show(self.files['manifest.json'])}.{tail}"
                check_jwt(held["key"], told["alg"], signature, jwt)
                self.attested = True
        except BROKEN as error:
            self.fault(part, where, str(error) or "does not fit the hub's key and this manifest")

    def check_head(self, note: bytes, pin: Json) -> None:
        """The checkpoint is the log's own, as large as is told, and seen by a quorum."""
        where, told = "checkpoint.note", self.manifest["checkpoint"]
        try:
            text, lines = split_note(note)
            origin, size, root = HEAD.fullmatch(text).groups()  # type: ignore[union-attr]
            self.head = (int(size), b64(root))
        except BROKEN as error:
            self.fault("checkpoint", where, error)
            return
        if {origin, self.manifest["origin"]} != {pin["origin"]}:
            self.fault("origin", where, f"this is not about the log {pin['origin']}")
        if int(size) != told["size"]:
            self.fault("size", where, f"{size} is not {told['size']}")
        if root != told["root"]:
            self.fault("root", where, "the root is not the manifest's")
        log = read_vkey(pin["vkey"])
        logs, witnesses, groups, quorum = read_policy(pin.get("policy") or "")
        if self.signed(log, text, lines, "log signature") is False:
            self.fault("log signature", where, "the log itself did not sign")
        for other in logs:
            if other[0] == pin["origin"] and other != log:
                self.signed(other, text, lines, "log signature")
        saw = {
            name: bool(self.signed(key, text, lines, "cosignature"))
            for name, key in witnesses.items()
        }
        for group, (needed, members) in groups.items():
            saw[group] = sum(saw[member] for member in members) >= needed
        if quorum != "none" and not saw[quorum]:
            self.doubt("quorum", where, "too few witnesses have seen it")

    def signed(self, key: Vkey, text: str, lines: Lines, part: str) -> bool | None:
        """Whether this key signed; None, and a fault, when its line does not hold."""
        try:
            return signed_by(key, text, lines)
        except BROKEN:
            self.fault(part, "checkpoint.note", f"{key[0]}: the signature does not hold")
            return None

    def check_item(self, item: Json) -> None:
        """One entry: its place in the log, and the statement that it commits to."""
        n = item["index"]
        entry = self.check_entry(item, f"entries/{n}.json")
        if entry is not None:
            self.check_proof(n, f"entries/{n}.json", f"proofs/{n}.tlog-proof")
        k, self.k = self.k, self.k + (item["role"] == "history")
        said = self.check_statement(item, entry, f"statements/{n}.sd-jwt")
        if entry is None or said is None:
            return
        if item["role"] == "history":
            self.check_history(n, entry, said.get("shipment"), k)
        told = (n, item["role"], said.get("occurred_at", "-"), said["iss"], said.get("kind", "-"))
        line = "  ".join(map(ascii, told)).replace("'", "")
        self.told.append((line, said["kid"], entry[4].decode() + "Z"))

    def check_history(self, n: int, entry: tuple[Any, ...], about: Any, k: int) -> None:
        """Of a statement whose body was erased only the tag says what it is about, with the key."""
        key, ref = self.manifest["history"].get("key"), self.manifest["subject"]["shipment"]
        if about is None and key is None:
            self.doubt("subject", f"statements/{n}.sd-jwt", "does not say what it is about")
        elif about not in (None, ref):
            self.fault("subject", f"statements/{n}.sd-jwt", f"is not about {ref}")
        message = b"shield/history" + k.to_bytes(8, "big")
        want = hmac.digest(b64u(key), message, "sha256")[:16] if key else None
        if entry[3] is None or (want and b64u(entry[3].decode()) != want):
            self.fault("tag", f"entries/{n}.json", f"is not number {k} of the history")

    def check_entry(self, item: Json, where: str) -> tuple[Any, ...] | None:
        if where not in self.files:
            return None
        data = self.files[where]
        digest = sha(b"\0", data)
        if digest != b64(item["hash"]):
            self.fault("entry", where, "its hash is not the manifest's")
        found = ENTRY.fullmatch(data)
        try:
            index, jwt, prev, tag, time = found.groups()  # type: ignore[union-attr]
            datetime.fromisoformat(time.decode())
            b64u(tag.decode() if tag else "")
            before = b64(prev.decode())
        except BROKEN:
            self.fault("entry", where, "not an entry")
            return None
        if int(index) != item["index"]:
            self.fault("index", where, f"says it is entry {int(index)}")
        if item["index"] - 1 == self.last[0] and before != self.last[1]:
            self.fault("link", where, "does not follow the entry before it")
        self.last = (item["index"], digest)
        return int(index), jwt.decode(), prev, tag, time

    def check_proof(self, n: int, entry: str, where: str) -> None:
        if where not in self.files or self.head is None:
            return
        try:
            index, steps, note = PROOF.fullmatch(self.files[where].decode()).groups()  # type: ignore[union-attr]
            proof = [b64(step) for step in steps.splitlines()]
        except BROKEN:
            self.fault("proof", where, "not a tlog-proof")
            return
        if int(index) != n:
            self.fault("index", where, f"is for entry {index}")
        if note.encode() != self.files["checkpoint.note"]:
            self.fault("proof", where, "leads to another checkpoint")
        try:
            if climb(proof, n, self.head[0], sha(b"\0", self.files[entry])) != self.head[1]:
                raise ValueError("does not lead to the root")
        except BROKEN as error:
            self.fault("proof", where, error)

    def check_statement(self, item: Json, entry: Any, where: str) -> Json | None:
        """What the statement says, once its key was valid at this entry and it was signed so."""
        if where not in self.files:
            return None
        names = ("statement", "disclosure", "signature")
        if item["role"] == "registry":
            names = ("key statement", "key statement", "key statement")
        jwt, *disclosures = self.files[where].decode("latin-1").split("~")
        if entry is not None and jwt != entry[1]:
            same = jwt.rpartition(".")[0] == entry[1].rpartition(".")[0]
            self.fault(names[2] if same else names[0], where, "is not what the entry commits to")
            return None
        part = names[0]
        try:
            header, said, signature = read_jwt(jwt)
            part = names[1]
            if not disclosures or disclosures.pop() != "":
                raise ValueError("a statement ends with ~")
            claims = read_claims(said, disclosures)
            part = names[0]
            jwk = self.speaker(item["index"], header["kid"], said, where)
            if jwk is None:
                return None
            check_jwt(jwk, header["alg"], signature, jwt)
            if item["role"] == "registry":
                self.keys.take(said, said["iss"], header["kid"], item["index"])
        except InvalidSignature:
            self.fault(names[2], where, "does not fit its issuer's key and these bytes")
            return None
        except BROKEN as error:
            self.fault(part, where, error)
            return None
        shown = claims if "_sd" in said else said
        return {**shown, "iss": said["iss"], "kid": header["kid"]}

    def speaker(self, at: int, kid: str, said: Json, where: str) -> Json | None:
        """The key that is valid for this entry and its issuer's; None once the trouble is told."""
        if at == 0:
            if said["kind"] != "log.created" or said["origin"] != said["aud"] or "_sd" in said:
                raise ValueError("entry 0 does not create the log")
            return dict(said["key"])
        held = self.keys.held.get(kid)
        if held is None or held["added"] >= at:
            self.doubt("key statement", where, f"missing: no key {kid} was added before")
            return None
        if held["revoked"] is not None and held["revoked"] < at:
            self.fault("key", where, f"key {kid} was revoked before")
            return None
        if held["holder"] != said["iss"]:
            raise InvalidSignature
        if said["aud"] != self.keys.origin:
            raise ValueError("made for another log")
        return dict(held["key"])

    def lines(self) -> list[str]:
        """What was verified, a line a statement; a star where its key was compromised by then."""
        since = {kid: held.get("since") for kid, held in self.keys.held.items()}
        return [
            f"{'*' if (mark := since.get(kid)) and moment(mark) <= moment(time) else ' '} {line}"
            for line, kid, time in self.told
        ]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def unpack(path: Path) -> dict[str, bytes]:
    """The files of the archive; limits come before reading."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        if len(names) > MAX_FILES or sum(member.file_size for member in members) > MAX_BYTES:
            raise ValueError("too large for a bundle")
        if len(set(names)) != len(names) or not all(NAME.fullmatch(name) for name in names):
            raise ValueError("not the files of a bundle")
        return {name: archive.read(name) for name in names}


def judge(
    path: Path, pin: Json | None, *, trust_embedded: bool, demand_attested: bool = False
) -> Bundle:
    """Check the bundle in this file by the pin; without one, by what it says of itself."""
    try:
        bundle = Bundle(unpack(path))
    except UNREADABLE as error:
        bundle = Bundle({})
        bundle.fault("archive", "the file", error)
        return bundle
    if not bundle.open():
        return bundle
    if pin is None:
        if not trust_embedded:
            bundle.doubt("pin", "manifest.json", "nothing is pinned: checked against itself only")
        told = bundle.manifest
        pin = {"origin": told["origin"], "vkey": told["log"], "policy": told["policy"]}
    try:
        read_policy(pin.get("policy") or "")
        read_vkey(pin["vkey"])
    except BROKEN as error:
        bundle.fault("manifest", "manifest.json", error)
        return bundle
    bundle.check(pin)
    if demand_attested and bundle.manifest["version"] == 1:
        bundle.doubt("version", "manifest.json", "1: nobody signed that this is all of it")
    return bundle


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a Shield Ledger evidence bundle, offline.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--pin", type=Path, help="whom you trust: a file from the log's operator")
    parser.add_argument(
        "--trust-embedded", action="store_true", help="believe the keys that the bundle names"
    )
    parser.add_argument(
        "--attested", action="store_true", help="take no bundle of version 1, which is not signed"
    )
    asked = parser.parse_args()
    try:
        pin = read_json(asked.pin.read_bytes()) if asked.pin else None
        if pin is not None:
            read_policy(pin.get("policy") or "")
            if read_vkey(pin["vkey"])[0] != pin["origin"]:
                raise ValueError("its key is not named as its log is")
    except (OSError, *BROKEN) as error:
        parser.error(f"the pin file: {error}")
    bundle = judge(
        asked.bundle, pin, trust_embedded=asked.trust_embedded, demand_attested=asked.attested
    )
    verdict = "FAILED" if bundle.faults else "CANNOT-TELL" if bundle.doubts else "VERIFIED"
    told = bundle.manifest
    said = [verdict, *(f"  {each}" for each in bundle.faults + bundle.doubts)]
    if told and not bundle.attested:
        said.append("No word of the hub that this is all of it: later statements may be cut off.")
    if pin is None and told:
        said.append(f"Assumed, as the bundle says: log {told.get('log')}")
    if bundle.told:
        said.append(f"Statements that hold, about {told['subject']['shipment']}:")
        said += bundle.lines()
    sys.stdout.write("\n".join(said) + "\n")
    return {"VERIFIED": 0, "FAILED": 3, "CANNOT-TELL": 10}[verdict]


if __name__ == "__main__":
    sys.exit(main())
