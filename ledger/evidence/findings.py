"""What a check finds: one of three verdicts, and for each fault the part that does not hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from ledger.evidence.manifest import Manifest, Role


class Verdict(StrEnum):
    """Three-valued: what can't be told is neither right nor wrong."""

    VERIFIED = "VERIFIED"
    FAILED = "FAILED"
    CANNOT_TELL = "CANNOT-TELL"


@dataclass(frozen=True, slots=True)
class Fault:
    """The part that does not hold (or that is missing), where, and why."""

    part: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.part}: {self.where}: {self.what}"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One statement of a bundle that holds: who said what, when it was recorded, and where."""

    index: int
    role: Role
    hash: bytes
    recorded: datetime
    agency: str
    kid: str
    issued_at: int
    claims: Mapping[str, Any]
    marked: bool = False  # its key is said to have been compromised by then


@dataclass(frozen=True, kw_only=True)
class Findings:
    """The outcome of a check. `faults` make it FAILED; else `doubts` make it CANNOT-TELL."""

    manifest: Manifest | None = None
    lines: tuple[Line, ...] = ()
    faults: tuple[Fault, ...] = ()
    doubts: tuple[Fault, ...] = ()
    cosigned_by: tuple[str, ...] = ()
    attested: bool = False  # the hub signed the manifest: this is all that was issued

    @property
    def verdict(self) -> Verdict:
        if self.faults:
            return Verdict.FAILED
        return Verdict.CANNOT_TELL if self.doubts else Verdict.VERIFIED


@dataclass
class Notebook:
    """What is written down while checking: it goes on after a fault, so that all are named."""

    faults: list[Fault] = field(default_factory=list)
    doubts: list[Fault] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    cosigned_by: list[str] = field(default_factory=list)
    attested: bool = False

    def fault(self, part: str, where: str, what: object) -> None:
        self.faults.append(Fault(part, where, str(what)))

    def doubt(self, part: str, where: str, what: object) -> None:
        self.doubts.append(Fault(part, where, str(what)))

    def findings(self, manifest: Manifest | None = None) -> Findings:
        return Findings(
            manifest=manifest,
            lines=tuple(self.lines),
            faults=tuple(self.faults),
            doubts=tuple(self.doubts),
            cosigned_by=tuple(self.cosigned_by),
            attested=self.attested,
        )
