"""What is concealed in the database: data keys, and the one pair of functions that uses them.

Each run of 10,000 entries has a data key of its own; it lies in the database wrapped by a key that
does not. An engine is opened with its `Vault`, so whoever reads or writes disclosures in a session
need not pass keys along, and there is no way to store one in clear.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, event, insert, update
from sqlmodel import Field, Session, SQLModel, select

from crypto import CryptoError, UnknownKey
from crypto.concealing import KEY_BYTES, DataKey, Random, Wrapping
from ledger import Tampered, Undecided

PER_KEY = 10_000
OPTION = "shield_vault"  # the engine's execution option that carries the vault
VERSION = b"\x01"
_HEADER = len(VERSION) + 8
NOTHING = 0  # the length of no disclosures at all, as they are stored
_FRESH = "shield_fresh_data_keys"


class DataKeyRow(SQLModel, table=True):
    """One wrapped data key, for the entries from `number` times 10,000."""

    __tablename__ = "data_key"
    number: int = Field(primary_key=True, sa_type=BigInteger)
    wrapping: str
    wrapped: bytes = Field(sa_type=LargeBinary)


DATA_KEYS = DataKeyRow.__table__  # type: ignore[attr-defined]


@dataclass
class Vault:
    """The data keys of one database, as far as this process has opened them."""

    wrapping: Wrapping
    random: Random
    _open: dict[int, DataKey] = field(default_factory=dict, repr=False)

    def again(self) -> "Vault":
        """The same that has opened nothing yet: what an audit reads with."""
        return Vault(wrapping=self.wrapping, random=self.random)

    def conceal(self, session: Session, texts: Sequence[tuple[int, str]]) -> list[bytes]:
        """The disclosures of these entries as they are stored, each bound to its index.

        Of nothing there is nothing to conceal: so registry statements can be told from the others.
        """
        concealed = []
        for index, text in texts:
            if not text:
                concealed.append(b"")
                continue
            number = index // PER_KEY
            key = (
                self._open.get(number) or self._find(session, number) or self._new(session, number)
            )
            header = VERSION + number.to_bytes(8)
            concealed.append(header + key.conceal(text.encode("ascii"), _context(header, index)))
        return concealed

    def reveal(self, session: Session, index: int, stored: bytes) -> str:
        """The disclosures of an entry; Tampered where they do not open, Undecided without a key."""
        if not stored:
            return ""
        header, concealed = stored[:_HEADER], stored[_HEADER:]
        if header[:1] != VERSION:
            raise Undecided(f"disclosure {index} is concealed in a newer way")
        number = int.from_bytes(header[1:])
        key = self._open.get(number) or self._find(session, number)
        if key is None:
            raise Tampered(f"disclosure {index}: there is no data key {number}")
        try:
            return key.reveal(concealed, _context(header, index)).decode("ascii")
        except (CryptoError, UnicodeDecodeError) as error:
            raise Tampered(f"disclosure {index}: {error}") from error

    def opened(self, number: int, wrapping: str, wrapped: bytes) -> DataKey:
        """A data key out of its wrapping."""
        try:
            return DataKey(self.wrapping.unwrap(wrapping, wrapped, _naming(number)))
        except UnknownKey as error:
            raise Undecided(f"data key {number}: {error}") from error
        except CryptoError as error:
            raise Tampered(f"data key {number}: {error}") from error

    def rewrap(self, session: Session) -> int:
        """Put every data key under the current wrapping key; gives how many were under another.

        The caller holds the pen, under which data keys are made too: afterwards none is left under
        an older key. Nothing concealed is touched, so readers go on.
        """
        current = self.wrapping.current()
        rows = session.execute(select(*DATA_KEYS.c).where(DATA_KEYS.c.wrapping != current)).all()
        for number, wrapping, wrapped in rows:
            key = self.wrapping.unwrap(wrapping, bytes(wrapped), _naming(number))
            session.execute(
                update(DATA_KEYS)
                .where(DATA_KEYS.c.number == number)
                .values(self._wrapped(number, key))
            )
        return len(rows)

    def _find(self, session: Session, number: int) -> DataKey | None:
        fresh: dict[int, DataKey] = session.info.get(_FRESH, {})
        if number in fresh:
            return fresh[number]
        row = session.execute(select(*DATA_KEYS.c).where(DATA_KEYS.c.number == number)).first()
        if row is None:
            return None
        self._open[number] = self.opened(number, row.wrapping, bytes(row.wrapped))
        return self._open[number]

    def _new(self, session: Session, number: int) -> DataKey:
        """A new data key, which this process remembers only once it is durable."""
        key = self.random(KEY_BYTES)
        session.execute(insert(DATA_KEYS), [{"number": number, **self._wrapped(number, key)}])
        if _FRESH not in session.info:
            event.listen(session, "after_commit", self._settled)
            event.listen(session, "after_rollback", _forget)
        session.info.setdefault(_FRESH, {})[number] = DataKey(key)
        return session.info[_FRESH][number]  # type: ignore[no-any-return]

    def _settled(self, session: Session) -> None:
        self._open |= session.info.pop(_FRESH, {})

    def _wrapped(self, number: int, key: bytes) -> dict[str, Any]:
        name, wrapped = self.wrapping.wrap(key, _naming(number))
        return {"wrapping": name, "wrapped": wrapped}


def vault_of(session: Session) -> Vault:
    """The vault that this session's engine was opened with."""
    vault = session.get_bind().get_execution_options().get(OPTION)
    if not isinstance(vault, Vault):
        raise Undecided("the database was opened without its wrapping key")
    return vault


def _forget(session: Session) -> None:
    session.info.pop(_FRESH, None)


def _context(header: bytes, index: int) -> bytes:
    return b"shield/disclosure/text\x00" + header + index.to_bytes(8)


def _naming(number: int) -> bytes:
    return b"shield/data-key\x00" + number.to_bytes(8)
