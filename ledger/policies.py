"""Policies: which cosignatures make a checkpoint one to rely on (C2SP tlog-policy).

A policy names logs and witnesses by their keys, and a quorum over nested groups of witnesses: k of
n, any, all. The registry's witnesses and quorum are one such policy; a client may hold another in a
file, and judges by its own.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crypto import Malformed, Untrusted
from crypto.notes import Scheme, Verifier, open_note
from ledger import Undecided
from ledger.checkpoints import Checkpoint, open_checkpoint
from ledger.roster import Roster

NOBODY = "none"
QUORUM = "registered+witnesses"
MAX_BYTES = 1_000_000

_LOG_SCHEMES = (Scheme.NOTE, Scheme.TREE_COSIGNATURE)
_WITNESS_SCHEMES = (Scheme.COSIGNATURE, Scheme.TREE_COSIGNATURE)
_COUNT = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Group:
    """Has seen a checkpoint when at least so many of its members have."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """Logs and witnesses by key, groups of witnesses, and the name whose word is needed.

    `witnesses` and `groups` share one space of names, which mean nothing outside.
    """

    logs: tuple[Verifier, ...] = ()
    witnesses: Mapping[str, Verifier] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NOBODY
    urls: Mapping[str, str] = field(default_factory=dict)

    @property
    def asks_for_witnesses(self) -> bool:
        return self.quorum != NOBODY


def of_roster(roster: Roster, also: Iterable[Verifier] = ()) -> Policy:
    """The registry's rule: `quorum` of its witnesses, each counted once.

    `also` are further keys under the names of those witnesses (ML-DSA-44): either key's line shows
    that the witness has seen the checkpoint (`ledger.demands` asks for more). A key that two names
    share counts for the first.
    """
    keys: dict[str, list[Verifier]] = {}
    seen: set[bytes] = set()
    enrolled = [Verifier.parse(each.vkey) for each in roster.witnesses.values()]
    for verifier in (*enrolled, *also):
        if verifier.name in roster.witnesses and verifier.key.raw not in seen:
            seen.add(verifier.key.raw)
            keys.setdefault(verifier.name, []).append(verifier)
    witnesses = {alias(each): each for verifiers in keys.values() for each in verifiers}
    groups = {
        f"{name}+any": Group(1, tuple(alias(each) for each in verifiers))
        for name, verifiers in keys.items()
    }
    logs = tuple(Verifier.parse(each) for each in (roster.hub_key, roster.quantum_key) if each)
    if roster.quorum == 0:
        return Policy(logs=logs, witnesses=witnesses, groups=groups)
    # A group that asks for more than it has members is never satisfied, which is what it means.
    wanted = Group(roster.quorum, tuple(groups))
    return Policy(logs=logs, witnesses=witnesses, groups={**groups, QUORUM: wanted}, quorum=QUORUM)


def alias(verifier: Verifier) -> str:
    """A name within the policy: no name of a key has a plus sign, so none can be taken for it."""
    return f"{verifier.name}+{verifier.id.hex()}"


def check_quorum(policy: Policy, note: bytes) -> tuple[Verifier, ...]:
    """Who of the policy's witnesses cosigned, when that is enough; Undecided when it is not.

    A line of a known key that does not hold is BadSignature, whoever else signed.
    """
    if not policy.asks_for_witnesses and not policy.witnesses:
        return ()
    try:
        signed = open_note(note, policy.witnesses.values()).signed_by
    except Untrusted:
        signed = ()
    if not satisfied(policy, signed):
        raise Undecided(f"{len(signed)} cosignatures are no quorum: more witnesses must have seen")
    return signed


def check(policy: Policy, note: bytes) -> Checkpoint:
    """The checkpoint that one of the policy's logs signed and its quorum has seen."""
    text = note.partition(b"\n")[0].decode(errors="replace")
    logs = [each for each in policy.logs if each.name == text]
    checkpoint = open_checkpoint(note, text, logs)
    check_quorum(policy, note)
    return checkpoint


def satisfied(policy: Policy, signed: Iterable[Verifier]) -> bool:
    """Whether these keys' words are enough."""
    if not policy.asks_for_witnesses:
        return True
    held = set(signed)
    saw = {name: verifier in held for name, verifier in policy.witnesses.items()}
    for name, group in policy.groups.items():  # a group comes after its members
        saw[name] = sum(saw[member] for member in group.members) >= group.needed
    return saw[policy.quorum]


def serialize(policy: Policy) -> str:
    """The policy as a tlog-policy file."""
    return "".join(line + "\n" for line in _lines(policy))


def _lines(policy: Policy) -> Iterator[str]:
    for log in policy.logs:
        yield _line("log", log.vkey, policy.urls.get(log.vkey, ""))
    for name, verifier in policy.witnesses.items():
        yield _line("witness", name, verifier.vkey, policy.urls.get(name, ""))
    for name, group in policy.groups.items():
        yield _line("group", name, str(group.needed), *group.members)
    yield _line("quorum", policy.quorum)


def _line(*items: str) -> str:
    return " ".join(item for item in items if item)


def parse(data: bytes) -> Policy:
    """Read a tlog-policy file; Malformed tells the line."""
    if len(data) > MAX_BYTES or any((c < 0x20 and c not in b"\t\n") or c == 0x7F for c in data):
        raise Malformed("a policy is a short text without control characters")
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("the policy is not UTF-8") from error
    reading = _Reading()
    for number, line in enumerate(lines, 1):
        items = [item for item in re.split(r"[ \t]+", line) if item]
        if items and not items[0].startswith("#"):
            try:
                reading.take(items[0], items[1:])
            except Malformed as error:
                raise Malformed(f"line {number} of the policy: {error}") from error
    return reading.done()


@dataclass
class _Reading:
    """What the lines so far have defined."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    urls: dict[str, str] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def take(self, word: str, items: Sequence[str]) -> None:
        match word, items:
            case "log", [vkey, *url] if len(url) < 2:
                log = _verifier(vkey, _LOG_SCHEMES, self.logs)
                self.logs.append(log)
                self.urls.update(zip([log.vkey], url, strict=False))
            case "witness", [name, vkey, *url] if len(url) < 2:
                self._fresh(name)
                known = self.witnesses.values()
                self.witnesses[name] = _verifier(vkey, _WITNESS_SCHEMES, known)
                self.urls.update(zip([name], url, strict=False))
            case "group", [name, needed, *members] if members:
                self._fresh(name)
                self.groups[name] = self._group(needed, members)
            case "quorum", [name] if self.quorum is None:
                self._defined(name, nobody=True)
                self.quorum = name
            case _:
                raise Malformed("not a log, witness, group or (one) quorum")

    def done(self) -> Policy:
        if self.quorum is None:
            raise Malformed("the policy names no quorum")
        return Policy(
            logs=tuple(self.logs),
            witnesses=self.witnesses,
            groups=self.groups,
            quorum=self.quorum,
            urls=self.urls,
        )

    def _group(self, needed: str, members: Sequence[str]) -> Group:
        for member in members:
            self._defined(member)
            if member in self._used:
                raise Malformed(f"{member} is a member already")
            self._used.add(member)
        words = {"any": 1, "all": len(members)}
        if needed not in words and not _COUNT.fullmatch(needed):
            raise Malformed("a group needs any, all, or a number of its members")
        count = words[needed] if needed in words else int(needed)
        if count > len(members):
            raise Malformed(f"{count} of {len(members)} members can't be had")
        return Group(count, tuple(members))

    def _fresh(self, name: str) -> None:
        if name == NOBODY or name in self.witnesses or name in self.groups:
            raise Malformed(f"the name {name} is taken")

    def _defined(self, name: str, *, nobody: bool = False) -> None:
        if (
            name not in self.witnesses
            and name not in self.groups
            and not (nobody and name == NOBODY)
        ):
            raise Malformed(f"{name} is not defined before this line")


def _verifier(vkey: str, schemes: Sequence[Scheme], known: Iterable[Verifier]) -> Verifier:
    verifier = Verifier.parse(vkey)
    if verifier.scheme not in schemes:
        raise Malformed("the key signs other things")
    # Whoever holds a key under two names would be counted twice.
    if any(each.key.raw == verifier.key.raw for each in known):
        raise Malformed("the key is there already")
    return verifier
