"""A log in memory for tests of witnesses: it grows, signs, proves, and can be made to lie."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.serving import make_server

from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, Signer, Verifier, attach, signature_line
from ledger import merkle
from ledger.checkpoints import Checkpoint, encode, sign
from ledger.merkle import Node
from ledger.witnessing import Request, encode_request

ORIGIN = "ledger.test/growing"


@dataclass
class Growing:
    """Leaves `0`, `1`, … of one history; another `branch` is another history from a size on."""

    size: int = 0
    forked_at: int = 1 << 60
    branch: str = ""
    signer: Signer = field(
        default_factory=lambda: Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes(32)))
    )

    def leaf(self, index: int) -> bytes:
        told = self.branch if index >= self.forked_at else ""
        return merkle.leaf_hash(f"{told}{index}".encode())

    def read(self, nodes: Sequence[Node]) -> list[bytes]:
        return [self._node(level, index) for level, index in nodes]

    def _node(self, level: int, index: int) -> bytes:
        if level == 0:
            return self.leaf(index)
        pair = self._node(level - 1, 2 * index) + self._node(level - 1, 2 * index + 1)
        return merkle.pair_hash(pair)

    def checkpoint(self, size: int | None = None) -> Checkpoint:
        count = self.size if size is None else size
        return Checkpoint(origin=self.signer.name, size=count, root=merkle.root(count, self.read))

    def note(self, size: int | None = None) -> bytes:
        return sign(self.checkpoint(size), self.signer)

    def request(self, old: int, size: int | None = None) -> Request:
        new = self.checkpoint(size).size
        proof = merkle.prove_consistency(old, new, self.read) if 0 < old < new else ()
        return Request(old=old, proof=proof, note=self.note(size))

    def body(self, old: int, size: int | None = None) -> bytes:
        return encode_request(self.request(old, size))


def cosigners(name: str, *, time: int = 1_790_000_000) -> tuple[Cosigner, Cosigner]:
    """A witness's two keys, made of its name."""
    seed = name.encode().ljust(32, b".")[:32]
    return (
        Cosigner(name=name, key=PrivateKey.from_seed(seed), time=time),
        Cosigner(name=name, key=QuantumKey.from_seed(seed), time=time),
    )


def verifiers(name: str) -> tuple[Verifier, Verifier]:
    ed25519, quantum = cosigners(name)
    return ed25519.verifier, quantum.verifier


def cosigned(note: bytes, checkpoint: Checkpoint, *signing: Cosigner) -> bytes:
    return attach(note, [signature_line(encode(checkpoint), each) for each in signing])


@contextmanager
def served(app: Flask | Callable[..., object]) -> Iterator[str]:
    """An application on a free port, by its URL."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
