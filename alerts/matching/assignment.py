"""Who goes with whom: each arrival with one departure at most, and the whole as likely as can be.

Exact where few are entangled (the Hungarian method, Kuhn 1955, by shortest augmenting paths with
potentials, O(n³)); the best first where many are. Either way the same pairs give the same answer,
whatever order they came in.
"""

from collections.abc import Collection, Iterator, Mapping

EXACT = 40  # on either side
Edge = tuple[str, str]
_SCALE = 1_000


def assigned(gains: Mapping[Edge, float]) -> frozenset[Edge]:
    """The pairs, no end twice, whose gains add up to most. Only what gains something is taken."""
    kept = {edge: round(gain * _SCALE) for edge, gain in gains.items() if gain > 0}
    return frozenset().union(*(_of_one_tangle(tangle) for tangle in _tangles(kept)))


def _tangles(gains: Mapping[Edge, int]) -> Iterator[Mapping[Edge, int]]:
    """The edges that hang together: what others do makes no difference to them."""
    at: dict[tuple[str, str], set[Edge]] = {}
    for edge in sorted(gains):
        ends = ("row", edge[0]), ("column", edge[1])
        joined = {edge}.union(*(at.get(end, ()) for end in ends))
        for row, column in joined:
            at["row", row] = at["column", column] = joined
    for tangle in sorted({id(edges): sorted(edges) for edges in at.values()}.values()):
        yield {edge: gains[edge] for edge in tangle}


def _of_one_tangle(gains: Mapping[Edge, int]) -> frozenset[Edge]:
    rows = sorted({row for row, _ in gains})
    columns = sorted({column for _, column in gains})
    if max(len(rows), len(columns)) > EXACT:
        return _best_first(gains)
    return _exact(gains, rows, columns)


def _best_first(gains: Mapping[Edge, int]) -> frozenset[Edge]:
    taken: set[Edge] = set()
    for row, column in sorted(gains, key=lambda edge: (-gains[edge], edge)):
        if all(row != r and column != c for r, c in taken):
            taken.add((row, column))
    return frozenset(taken)


def _exact(
    gains: Mapping[Edge, int], rows: Collection[str], columns: Collection[str]
) -> frozenset[Edge]:
    # As many idle columns as rows, so that a row may also stay alone at no gain.
    ends = [*columns, *(None for _ in rows)]
    cost = [[-gains.get((row, end), 0) if end else 0 for end in ends] for row in rows]
    taken = _cheapest(cost)
    pairs = {(row, ends[place]) for row, place in zip(rows, taken, strict=True)}
    return frozenset((row, end) for row, end in pairs if end is not None and (row, end) in gains)


def _cheapest(cost: list[list[int]]) -> list[int]:
    """For each row its column, at the least cost; there are at least as many columns as rows."""
    n, m = len(cost), len(cost[0]) if cost else 0
    by_row, by_column = [0] * (n + 1), [0] * (m + 1)
    owner = [0] * (m + 1)  # row of each column, from 1; column 0 is where a search begins
    for row in range(1, n + 1):
        owner[0] = row
        way, last = _search(cost, by_row, by_column, owner)
        while last:
            owner[last], last = owner[way[last]], way[last]
    place = [0] * n
    for column, row in enumerate(owner):
        if column and row:
            place[row - 1] = column - 1
    return place


def _search(
    cost: list[list[int]], by_row: list[int], by_column: list[int], owner: list[int]
) -> tuple[list[int], int]:
    """The cheapest way to a free column, potentials kept feasible on it; the way back, its end."""
    m = len(by_column) - 1
    least: list[float] = [float("inf")] * (m + 1)
    way, done = [0] * (m + 1), [False] * (m + 1)
    column = 0
    while owner[column]:
        done[column] = True
        row = owner[column]
        for each in (e for e in range(1, m + 1) if not done[e]):
            rest = cost[row - 1][each - 1] - by_row[row] - by_column[each]
            if rest < least[each]:
                least[each], way[each] = rest, column
        nearest = min((e for e in range(1, m + 1) if not done[e]), key=lambda e: (least[e], e))
        step = int(least[nearest])
        for each in range(m + 1):
            if done[each]:
                by_row[owner[each]] += step
                by_column[each] -= step
            else:
                least[each] -= step
        column = nearest
    return way, column
