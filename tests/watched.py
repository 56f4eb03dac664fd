"""A node whose witnesses are real ones in this process, on a network that a test can cut."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask

from api import Unreachable
from api.bootstrap import make_home
from api.config import Settings
from api.gathering import Gatherer
from api.guarding import guard
from api.places import Place, policy_of
from api.services import Services, quantum_verifier
from api.wire import Answer
from api.witness.application import create_app
from api.witness.office import Witness, found
from crypto.mldsa import QuantumKey
from crypto.notes import Verifier
from ledger import databases
from ledger.policies import Policy
from ledger.roster import HUB
from tests.journeys import written
from tests.world import World, log_signer

QUANTUM = QuantumKey.from_seed(b"the log's second key".ljust(32))

Answering = Callable[[str, str, bytes | None], Answer]


@dataclass
class Network:
    """Who answers under which host; nobody else does."""

    hosts: dict[str, Flask | Answering] = field(default_factory=dict)
    asked: list[tuple[str, str, bytes | None]] = field(default_factory=list)

    def fetch(self, method: str, url: str, body: bytes | None, _: Mapping[str, str]) -> Answer:
        self.asked.append((method, url, body))
        parts = urlsplit(url)
        host = self.hosts.get(parts.netloc)
        if host is None:
            raise Unreachable(f"{url} cannot be reached")
        if not isinstance(host, Flask):
            return host(method, parts.path, body)
        said = host.test_client().open(parts.path, method=method, data=body)
        return Answer(status=said.status_code, body=said.data, headers=dict(said.headers))


@dataclass
class Watched:
    """A world's log, its witnesses by name, and the gatherer between them."""

    world: World
    home: Path
    network: Network = field(default_factory=Network)
    witnesses: dict[str, Witness] = field(default_factory=dict)
    apps: dict[str, Flask] = field(default_factory=dict)

    def found(self, *names: str, quorum: int) -> None:
        """Start witnesses, let them watch the log, and put them on the registry."""
        for name in names:
            home = self.home / name
            home.mkdir(parents=True)
            settings = Settings.read({"SHIELD_HOME": str(home)})
            make_home(settings, random.Random(name).randbytes)
            witness = found(settings, f"{name}.test")
            witness.state.watch(self.log_keys)
            self.witnesses[name] = witness
            self.apps[name] = create_app(witness, now=self.world.clock)
            self.starts(name)
        for place, witness in enumerate(self.witnesses.values(), 1):
            self.register(witness.verifiers[0], quorum=min(place, quorum))

    def register(self, verifier: Verifier, *, quorum: int) -> None:
        self.world.passes(minutes=1)
        body = {"kind": "witness.added", "vkey": verifier.vkey, "quorum": quorum}
        self.world.post({**body, "occurred_at": written(self.world.clock.now)}, HUB)

    @property
    def log_keys(self) -> tuple[Verifier, ...]:
        ed25519 = log_signer(self.world.origin).verifier
        return (ed25519, quantum_verifier(self.world.origin, QUANTUM))

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(
            Place(name=each.name, url=f"http://{each.name}", also=each.verifiers[1:])
            for each in self.witnesses.values()
        )

    @property
    def node(self) -> Services:
        return Services(
            settings=Settings(home=self.home, database_url=str(self.world.engine.url)),
            engine=self.world.engine,
            origin=self.world.origin,
            hub_key=self.world.hub_key,
            sequencer=self.world.sequencer,
            clock=self.world.clock,
            places=self.places,
        )

    @property
    def policy(self) -> Policy:
        with databases.reading(self.world.engine) as session:
            return policy_of(self.world.desk.registry.current(session), self.places)

    def gatherer(self) -> Gatherer:
        return Gatherer(node=self.node, key=QUANTUM, fetch=self.network.fetch)

    def stops(self, *names: str) -> None:
        for name in names:
            del self.network.hosts[f"{name}.test"]

    def starts(self, *names: str) -> None:
        for name in names:
            self.network.hosts[f"{name}.test"] = self.apps[name]

    def guard(self, world: World) -> Callable[[], None]:
        """What a process that starts on this world's database is told."""
        signer = log_signer(world.origin)
        return guard(world.engine, signer.verifier, self.places, self.network.fetch)
