"""What a proof costs from the store, as the tree grows to ten million leaves.

    uv run python bench/proofs.py                         # SQLite
    uv run python bench/proofs.py --database postgresql

The tiles are those of synthetic leaves, grown and stored by the ledger's own code; there are no
entries behind them. At each size, proofs of random leaves and from random older sizes are made and
checked. `cold`: the first proof on a new connection, which has read no page of the database, in a
process that remembers no row of hashes that it folded before; the others remember what they fold.
`warm`: each proof reads its tiles anew, on a connection that has read before. `batch`: one reader
for all, which remembers tiles. `request`: as warm, with opening and closing a moment of the
database around each. Figures are processor time in this process, median and 95th percentile; on
PostgreSQL the server's own time is not in them.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine, text

sys.path.insert(0, str(Path(__file__).parent))

import append

from ledger import databases, merkle, publication, tilebook, tiles
from ledger.merkle import Frontier, ReadHashes
from ledger.tiles import updates

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
STEP = 50_000  # leaves to a transaction
PROOFS = 300
COLD = 40

Prove = Callable[[int, ReadHashes], None]


def leaf(index: int) -> bytes:
    return sha256(index.to_bytes(8)).digest()


def grow(engine: Engine, tree: Frontier, size: int) -> Frontier:
    """Store the tiles of a tree of this size, from those of a smaller one."""
    while tree.size < size:
        before = tree.size
        upto = min(size, before + STEP)
        tree, completed = tree.extend(map(leaf, range(before, upto)))
        with databases.writing(engine) as session:
            tilebook.grow(session, updates(before, completed))
    return tree


def inclusion(tree: Frontier) -> Prove:
    """Prove that a leaf is in the tree."""
    root = tree.root()

    def prove(index: int, read: ReadHashes) -> None:
        proof = merkle.prove_inclusion(index, tree.size, read)
        checks.append(lambda: merkle.check_inclusion(proof, index, tree.size, leaf(index), root))

    return prove


def consistency(tree: Frontier) -> Prove:
    """Prove that an older tree is a beginning of this one."""
    root = tree.root()

    def prove(old: int, read: ReadHashes) -> None:
        proof = merkle.prove_consistency(old + 1, tree.size, read)
        older = roots.get(old)
        if older is not None:
            checks.append(lambda: merkle.check_consistency(proof, old + 1, tree.size, older, root))

    return prove


checks: list[Callable[[], None]] = []
roots: dict[int, bytes] = {}  # of trees of one leaf more


def timed(work: Callable[[], None]) -> float:
    began = time.process_time_ns()
    work()
    return (time.process_time_ns() - began) / 1e3


def cold(engine: Engine, places: Sequence[int], prove: Prove) -> Iterator[float]:
    for place in places[:COLD]:
        engine.dispose()
        tiles.folded_before.cache_clear()
        with databases.reading(engine) as session:
            session.execute(text("SELECT 1"))
            yield timed(lambda place=place: prove(place, publication.hashes(session)))  # type: ignore[misc]


def warm(engine: Engine, places: Sequence[int], prove: Prove) -> Iterator[float]:
    with databases.reading(engine) as session:
        for place in places:
            yield timed(lambda place=place: prove(place, publication.hashes(session)))  # type: ignore[misc]


def batch(engine: Engine, places: Sequence[int], prove: Prove) -> Iterator[float]:
    with databases.reading(engine) as session:
        read = publication.hashes(session)
        for place in places:
            yield timed(lambda place=place: prove(place, read))  # type: ignore[misc]


def request(engine: Engine, places: Sequence[int], prove: Prove) -> Iterator[float]:
    def whole(place: int) -> None:
        with databases.reading(engine) as session:
            prove(place, publication.hashes(session))

    for place in places:
        yield timed(lambda place=place: whole(place))  # type: ignore[misc]


def measure(engine: Engine, tree: Frontier, make: Callable[[Frontier], Prove]) -> str:
    """One row of figures."""
    dice = random.Random(tree.size)
    places = [dice.randrange(tree.size) for _ in range(PROOFS)]
    with databases.reading(engine) as session:
        read = publication.hashes(session)
        if make is consistency:
            roots.update({place: merkle.root(place + 1, read) for place in places})
    prove = make(tree)
    took = [list(ask(engine, places, prove)) for ask in (cold, warm, batch, request)]
    for check in checks:
        check()
    checks.clear()
    roots.clear()
    return "".join(
        f"{statistics.median(each):10,.0f}{statistics.quantiles(each, n=20)[-1]:7,.0f}"
        for each in took
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--leaves", type=int, default=SIZES[-1])
    said = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as scratch,
        append.database(said.database, Path(scratch)) as url,
    ):
        (Path(scratch) / "home").mkdir()
        engine = databases.connect(url)
        databases.create_tables(engine)
        print(f"{said.database}: microseconds of CPU a proof, median and 95th percentile")
        print(f"{'':24}" + "".join(f"{name:>17}" for name in ("cold", "warm", "batch", "request")))
        tree = Frontier.empty()
        for size in (size for size in SIZES if size <= said.leaves):
            tree = grow(engine, tree, size)
            for name, make in (("inclusion", inclusion), ("consistency", consistency)):
                print(f"{size:12,} {name:11}{measure(engine, tree, make)}", flush=True)
        engine.dispose()


if __name__ == "__main__":
    main()
