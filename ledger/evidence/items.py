"""One entry of a bundle with its proof and statement: each part is checked, and named if spoiled.

The order of the checks decides which part is named first: what lies nearest to the change.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crypto import BadSignature, CryptoError, Malformed, UnknownKey, sdjwt
from ledger import LedgerError, Tampered, entries, merkle, receipts
from ledger.checkpoints import Checkpoint
from ledger.entries import Entry
from ledger.evidence import speakers
from ledger.evidence.findings import Line, Notebook
from ledger.evidence.manifest import CHECKPOINT, Item, Manifest
from ledger.roster import Roster


@dataclass
class Reading:
    """The bundle as far as it has been read: the roster and the history grow with each entry."""

    files: Mapping[str, bytes]
    manifest: Manifest
    head: Checkpoint | None
    book: Notebook
    roster: Roster
    last: tuple[int, bytes] = (-1, entries.GENESIS_PREV)
    k: int = 0

    def take(self, item: Item) -> None:
        """Check one entry, in order of the log."""
        entry = self._entry(item)
        if entry is not None:
            self._placed(item, entry)
        k, self.k = self.k, self.k + (item.role == "history")
        verified = self._statement(item, entry)
        if entry is None or verified is None:
            return
        if item.role == "history":
            self._history(item, entry, verified, k)
        self.book.lines.append(self._line(item, entry, verified))

    def _entry(self, item: Item) -> Entry | None:
        data = self.files.get(item.entry)
        if data is None:
            return None
        if entries.hash_of(data) != item.hash:
            self.book.fault("entry", item.entry, "its hash is not the manifest's")
        try:
            entry = entries.decode(data)
        except Malformed as error:
            self.book.fault("entry", item.entry, error)
            return None
        if entry.index != item.index:
            self.book.fault("index", item.entry, f"says it is entry {entry.index}")
        if item.index - 1 == self.last[0] and entry.prev != self.last[1]:
            self.book.fault("link", item.entry, "does not follow the entry before it")
        self.last = (item.index, entries.hash_of(data))
        return entry

    def _placed(self, item: Item, entry: Entry) -> None:
        """Whether the proof leads from this entry, at its index, to the checkpoint."""
        proof = self.files.get(item.proof)
        if proof is None or self.head is None:
            return
        try:
            receipt = receipts.decode_tlog_proof(proof, entries.encode(entry))
        except Malformed as error:
            self.book.fault("proof", item.proof, error)
            return
        if receipt.index != item.index:
            self.book.fault("index", item.proof, f"is for entry {receipt.index}")
        if receipt.checkpoint != self.files[CHECKPOINT]:
            self.book.fault("proof", item.proof, "leads to another checkpoint")
        try:
            merkle.check_inclusion(
                receipt.proof, item.index, self.head.size, receipt.hash, self.head.root
            )
        except Tampered as error:
            self.book.fault("proof", item.proof, error)

    def _statement(self, item: Item, entry: Entry | None) -> sdjwt.Verified | None:
        statement = self.files.get(item.statement)
        if statement is None:
            return None
        registry = item.role == "registry"
        part = "key statement" if registry else "statement"
        signature = "key statement" if registry else "signature"
        jwt = statement.partition(b"~")[0]
        if entry is not None and jwt != entry.jwt.encode():
            same = jwt.rpartition(b".")[0] == entry.jwt.encode().rpartition(b".")[0]
            self.book.fault(
                signature if same else part, item.statement, "is not what the entry commits to"
            )
            return None
        try:
            sdjwt.split(jwt + b"~", complete=False)
        except Malformed as error:
            self.book.fault(part, item.statement, error)
            return None
        try:
            parsed = sdjwt.split(statement, complete=False)
        except Malformed as error:
            self.book.fault("key statement" if registry else "disclosure", item.statement, error)
            return None
        return self._spoken(item, parsed, part, signature)

    def _spoken(
        self, item: Item, parsed: sdjwt.Parsed, part: str, signature: str
    ) -> sdjwt.Verified | None:
        try:
            verified = speakers.check(parsed, self.roster, at=item.index)
            if item.role == "registry":
                self.roster = speakers.grown(self.roster, verified, at=item.index)
        except UnknownKey as error:
            if error.revoked:
                self.book.fault("key", item.statement, error)
            else:
                self.book.doubt("key statement", item.statement, f"missing: {error}")
            return None
        except BadSignature as error:
            self.book.fault(signature, item.statement, error)
            return None
        except (CryptoError, LedgerError) as error:
            self.book.fault(part, item.statement, error)
            return None
        return verified

    def _history(self, item: Item, entry: Entry, verified: sdjwt.Verified, k: int) -> None:
        """Whether it is about the shipment, and the k-th entry of its history.

        Of a statement whose body was erased only the tag tells so, to whoever has the key.
        """
        about, key = verified.claims.get("shipment"), self.manifest.history_key
        if about is None and key is None:
            self.book.doubt("subject", item.statement, "does not say what it is about")
        elif about not in (None, self.manifest.shipment):
            self.book.fault("subject", item.statement, f"is not about {self.manifest.shipment}")
        if entry.tag is None:
            self.book.fault("tag", item.entry, "is about no shipment")
        elif key is not None and entry.tag != entries.tag_of(key, k):
            self.book.fault("tag", item.entry, f"is not number {k} of the shipment's history")

    def _line(self, item: Item, entry: Entry, verified: sdjwt.Verified) -> Line:
        return Line(
            index=item.index,
            role=item.role,
            hash=item.hash,
            recorded=entry.time,
            agency=verified.issuer,
            kid=verified.kid,
            issued_at=verified.issued_at,
            claims=verified.claims or speakers.stated(verified),
        )
