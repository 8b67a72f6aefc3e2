"""Random small networks for the tests of routes, and slow oracles in plain Python that use nothing of the package."""

import itertools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

import networkx as nx
import pandas as pd
from hypothesis import strategies as st

Arc = tuple[int, int, int, int, float]  # edge, direction (0: u→v, 1: v→u), tail, head, cost
Path = tuple[Arc, ...]
Shares = Callable[[int], list[tuple[Path, float]]]


def lengths() -> st.SearchStrategy[float]:
    """Odd lengths, and a few round ones that make ways equally long."""
    return st.floats(1.0, 300.0, allow_nan=False) | st.sampled_from([50.0, 100.0, 150.0])


@st.composite
def networks(
    draw: st.DrawFn, *, max_nodes: int = 7, max_extra: int = 6, one_way: bool = True, symmetric: bool = False
) -> pd.DataFrame:
    """A connected multigraph: a random tree, walked both ways, and more edges, some parallel, loops or closed."""
    n = draw(st.integers(2, max_nodes))
    ends = [(draw(st.integers(0, i - 1)), i) for i in range(1, n)]
    node = st.integers(0, n - 1)
    ends += draw(st.lists(st.tuples(node, node), max_size=max_extra))
    ends = [end if draw(st.booleans()) else end[::-1] for end in ends]
    length = [draw(lengths()) for _ in ends]
    table = pd.DataFrame({"u": [u for u, _ in ends], "v": [v for _, v in ends], "length_m": length})
    if symmetric:
        return table
    for column in ("cost_uv", "cost_vu"):
        table[column] = [metres * draw(st.sampled_from([1.0, 1.0, 1.5, 2.25])) for metres in length]
    if one_way:
        for row in range(n - 1, len(ends)):
            closed = draw(st.sampled_from(["", "", "cost_uv", "cost_vu"]))
            if closed:
                table.loc[row, closed] = math.inf
    return table


def arcs(edges: pd.DataFrame) -> list[Arc]:
    """Every edge in both directions, but those that are closed."""
    rows = edges.to_dict("records")
    both = [
        (i, way, row[tail], row[head], float(row.get(column, row["length_m"])))
        for way, tail, head, column in ((0, "u", "v", "cost_uv"), (1, "v", "u", "cost_vu"))
        for i, row in enumerate(rows)
    ]
    return [arc for arc in both if math.isfinite(arc[4])]


def costs_from(edges: pd.DataFrame, origins: Sequence[int]) -> dict[int, float]:
    """Least cost from the nearest origin, by Bellman and Ford."""
    cost = dict.fromkeys(origins, 0.0)
    changed = True
    while changed:
        changed = False
        for _, _, tail, head, metres in arcs(edges):
            if tail in cost and cost[tail] + metres < cost.get(head, math.inf):
                cost[head] = cost[tail] + metres
                changed = True
    return cost


def efficient_paths(edges: pd.DataFrame, origins: Sequence[int], end: int) -> Iterator[Path]:
    """Every path to ``end`` whose links all lead to a strictly higher cost from the origin."""
    cost = costs_from(edges, origins)
    ahead = [arc for arc in arcs(edges) if arc[2] in cost and cost[arc[2]] < cost[arc[3]]]

    def back(node: int, behind: Path) -> Iterator[Path]:
        if node in origins:
            yield behind
        for arc in ahead:
            if arc[3] == node:
                yield from back(arc[2], (arc, *behind))

    yield from back(end, ())


@st.composite
def journeys(draw: st.DrawFn, edges: pd.DataFrame, *, n_origins: int = 1) -> tuple[list[int], dict[int, float]]:
    """Origins, and trips to some of the nodes that can be reached from them."""
    nodes = sorted({*edges.u, *edges.v})
    origins = draw(st.lists(st.sampled_from(nodes), min_size=1, max_size=n_origins, unique=True))
    reached = sorted(costs_from(edges, origins))
    ends = draw(st.lists(st.sampled_from(reached), min_size=1, max_size=4, unique=True))
    return origins, {end: draw(st.floats(0.1, 20.0)) for end in ends}


def shortest_path(edges: pd.DataFrame, origin: int, end: int) -> tuple[list[tuple[int, int]], float]:
    """Edges and directions of networkx's shortest path, and by how many metres the best of all others is longer."""
    graph = in_networkx(edges)
    nodes = nx.dijkstra_path(graph, origin, end, weight="cost")
    least = nx.dijkstra_path_length(graph, origin, end, weight="cost")
    path, margin = [], math.inf
    for link in itertools.pairwise(nodes):
        edge, way, *_ = min((arc for arc in arcs(edges) if arc[2:4] == link), key=lambda arc: arc[4])
        path.append((edge, way))
        without = in_networkx(edges, without=(edge, way))
        if nx.has_path(without, origin, end):
            margin = min(margin, nx.dijkstra_path_length(without, origin, end, weight="cost") - least)
    return path, margin


def path_shares(edges: pd.DataFrame, origins: Sequence[int], end: int, theta_per_m: float) -> list[tuple[Path, float]]:
    """Each efficient path with its probability, proportional to e^(−θ·cost)."""
    paths = list(efficient_paths(edges, origins, end))
    cost = [math.fsum(arc[4] for arc in path) for path in paths]
    likeness = [math.exp(-theta_per_m * (metres - min(cost))) for metres in cost]
    return [(path, like / math.fsum(likeness)) for path, like in zip(paths, likeness, strict=True)]


def paths_on_the_ruler(
    edges: pd.DataFrame, origins: Sequence[int], end: int, *, detour_ratio: float, width_m: float
) -> list[Path]:
    """The efficient paths that a ruler with a mark every ``width_m`` finds within the ratio."""
    cost = costs_from(edges, origins)

    def marks(low: float, high: float) -> int:
        return math.floor(high / width_m + 1e-6) - math.floor(low / width_m + 1e-6)

    def used(path: Path) -> int:
        excess = [(cost[head], cost[tail] + metres - cost[head]) for _, _, tail, head, metres in path]
        return sum(marks(least, least + more) for least, more in excess if more > 1e-6)

    budget = marks(cost[end], detour_ratio * cost[end])
    return [path for path in efficient_paths(edges, origins, end) if used(path) <= budget]


def ruler_m(edges: pd.DataFrame, origins: Sequence[int], ends: Iterable[int], detour_ratio: float) -> float:
    """The least width of the stated kind that divides the longest budget into at most 256 bins."""
    cost = costs_from(edges, origins)
    width = 2.0**-19 * (math.sqrt(5.0) - 1.0) / 2.0
    while (detour_ratio - 1.0) * max(cost[end] for end in ends) / width > 256:
        width *= 2.0
    return width


def near_the_limit(
    edges: pd.DataFrame, origins: Sequence[int], ends: Collection[int], detour_ratio: float, *, width_m: float = 0.0
) -> bool:
    """Has any path a cost so near the limit that rounding, or a ruler of this width, may put it on the other side?"""
    cost = costs_from(edges, origins)
    for end in ends:
        for path in efficient_paths(edges, origins, end):
            excess = math.fsum(arc[4] for arc in path) - cost[end]
            gap = abs(excess - (detour_ratio - 1.0) * cost[end])
            near = gap <= width_m * (len(path) + 1) if width_m else 1e-9 < gap <= 2e-6
            if excess > 1e-6 and near:
                return True
    return False


def paths_within(edges: pd.DataFrame, origins: Sequence[int], end: int, *, detour_ratio: float) -> list[Path]:
    """The efficient paths whose cost is at most so many times the least."""
    most = detour_ratio * costs_from(edges, origins)[end] + 1e-6
    return [path for path in efficient_paths(edges, origins, end) if math.fsum(arc[4] for arc in path) <= most]


def even(paths: Sequence[Path]) -> list[tuple[Path, float]]:
    """All of them equally likely."""
    return [(path, 1.0 / len(paths)) for path in paths]


def flows_of(edges: pd.DataFrame, trips: Mapping[int, float], shares: Shares) -> pd.DataFrame:
    """Flow on each edge by walking every path to every destination."""
    flow = [[0.0] * len(edges), [0.0] * len(edges)]
    for end, weekly in trips.items():
        for path, share in shares(end):
            for edge, way, *_ in path:
                flow[way][edge] += weekly * share
    return pd.DataFrame({"flow_uv": flow[0], "flow_vu": flow[1]}, index=edges.index)


def enumerated_flows(
    edges: pd.DataFrame, origins: Sequence[int], trips: Mapping[int, float], theta_per_m: float
) -> pd.DataFrame:
    """Flow on each edge by walking every efficient path with the likeness of the logit."""
    return flows_of(edges, trips, lambda end: path_shares(edges, origins, end, theta_per_m))


def in_networkx(edges: pd.DataFrame, *, without: tuple[int, int] | None = None) -> "nx.MultiDiGraph[int]":
    """The same network in networkx, but for one edge in one direction."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(pd.concat([edges.u, edges.v]).unique().tolist())
    lengths_m = edges.length_m.tolist()
    for edge, way, tail, head, cost in arcs(edges):
        if (edge, way) != without:
            graph.add_edge(tail, head, cost=cost, length_m=lengths_m[edge])
    return graph


def balance(edges: pd.DataFrame, flows: pd.DataFrame) -> pd.Series:
    """What comes into each node less what goes out of it."""
    net = (flows.flow_uv - flows.flow_vu).to_numpy()
    into = pd.Series(net, index=edges.v.to_numpy()).groupby(level=0).sum()
    out = pd.Series(net, index=edges.u.to_numpy()).groupby(level=0).sum()
    return into.sub(out, fill_value=0.0)


def grid(across: int, down: int, *, metres: float = 100.0) -> pd.DataFrame:
    """Streets in squares; node (x, y) is x + across · y."""
    east = [(x + across * y, x + 1 + across * y) for y in range(down) for x in range(across - 1)]
    north = [(x + across * y, x + across * (y + 1)) for y in range(down - 1) for x in range(across)]
    ends = east + north
    return pd.DataFrame({"u": [u for u, _ in ends], "v": [v for _, v in ends], "length_m": metres})
