"""The walking network in columns: arrays that every route method reads and none changes."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from grannskap.errors import TableError

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Which nodes are linked, how far apart, and at what perceived cost in each direction?

    Every edge gives two arcs: arc ``e`` runs u→v, arc ``n_edges + e`` runs v→u. Parallel edges and loops are kept.

    Attributes
    ----------
    nodes : Index
        Node labels.
    edges : Index
        Edge labels, as in the table that the network came from.
    tail, head : ndarray of int
        Node positions of each arc, shape (2 × edges,).
    length_m, cost_m : ndarray of float
        Length and perceived length of each arc in metres; a cost of infinity closes the arc.
    graph : csr_array
        Cost from node to node with parallel arcs kept apart, as Dijkstra's method wants it.
    open : ndarray of int
        The arc of each of its entries: those that are not closed, by tail.
    """

    nodes: pd.Index
    edges: pd.Index
    tail: Ints
    head: Ints
    length_m: Floats
    cost_m: Floats
    graph: csr_array
    open: Ints
    _kept: dict[Callable[..., Any], Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def from_edges(cls, edges: pd.DataFrame) -> Self:
        """Which network do these edges make?

        Parameters
        ----------
        edges : DataFrame
            ``u``, ``v`` (labels of any kind), ``length_m`` (above 0) and optionally ``cost_uv``, ``cost_vu`` (perceived
            metres in each direction, above 0; infinity where that way is closed). Undirected unless costs differ.

        Returns
        -------
        Network
            With edges in the order of the table.

        Raises
        ------
        TableError
            It is no table, a column is missing or stands twice, or a length or cost is not a number above 0.

        Examples
        --------
        >>> import pandas as pd
        >>> net = Network.from_edges(pd.DataFrame({"u": ["a", "b"], "v": ["b", "c"], "length_m": [80.0, 120.0]}))
        >>> list(net.nodes), float(net.distances_m(["a"])[net.positions(["c"])[0]])
        (['a', 'b', 'c'], 200.0)
        """
        if not isinstance(edges, pd.DataFrame):
            raise TableError("The edges are no pandas DataFrame: make a table with the columns u, v and length_m.")
        missing = [c for c in ("u", "v", "length_m") if c not in edges.columns]
        if missing:
            raise TableError(
                "The edge table has no column {missing}: it needs u, v and length_m.", missing=", ".join(missing)
            )
        if not edges.columns.is_unique:
            twice = edges.columns[edges.columns.duplicated()][0]
            raise TableError("The edge table has the column {column} twice: keep one of them.", column=twice)
        codes, nodes = pd.factorize(pd.concat([edges["u"], edges["v"]], ignore_index=True), sort=True)
        if (codes < 0).any():
            raise TableError("The edge table has an edge without a node: fill in u and v on every row.")
        length = _positive(edges, "length_m", may_close=False)
        costs = [_positive(edges, c, may_close=True) if c in edges.columns else length for c in ("cost_uv", "cost_vu")]
        n = len(edges)
        return cls.from_arrays(
            pd.Index(nodes), edges.index, codes[:n], codes[n:], length_m=length, cost_uv=costs[0], cost_vu=costs[1]
        )

    @classmethod
    def from_arrays(
        cls,
        nodes: pd.Index,
        edges: pd.Index,
        u: npt.ArrayLike,
        v: npt.ArrayLike,
        *,
        length_m: Floats,
        cost_uv: Floats,
        cost_vu: Floats,
    ) -> Self:
        """Which network do these node positions, lengths and costs make? (No checks: for tables that are known.)"""
        tail = np.concatenate([np.asarray(u, np.intp), np.asarray(v, np.intp)])
        head = np.concatenate([np.asarray(v, np.intp), np.asarray(u, np.intp)])
        cost = np.concatenate([cost_uv, cost_vu])
        length = np.concatenate([length_m, length_m])
        return cls(nodes, edges, tail, head, length, cost, *_graph(tail, head, cost, len(nodes)))

    @property
    def n_edges(self) -> int:
        """How many edges are there?"""
        return len(self.edges)

    @property
    def symmetric(self) -> bool:
        """Does every edge cost the same both ways?"""
        return bool(np.array_equal(self.cost_m[: self.n_edges], self.cost_m[self.n_edges :]))

    def reversed(self) -> Self:
        """What is the network of the way back, where each arc costs what its opposite did?"""
        return self.with_costs(self.cost_m[self.n_edges :], self.cost_m[: self.n_edges])

    def with_costs(self, cost_uv: Floats, cost_vu: Floats) -> Self:
        """What is the network when its edges cost this much, in perceived metres in each direction?"""
        cost = np.concatenate([cost_uv, cost_vu])
        if np.array_equal(np.isfinite(cost), np.isfinite(self.cost_m)):  # the same arcs in the same order
            return replace(self, cost_m=cost, graph=self._along(cost))
        graph, opened = _graph(self.tail, self.head, cost, len(self.nodes))
        return replace(self, cost_m=cost, graph=graph, open=opened)

    def once(self, work: Callable[[Self], Found]) -> Found:
        """What does this work find out about the network? Done once and kept, for a network never changes."""
        if work not in self._kept:
            self._kept[work] = work(self)
        found: Found = self._kept[work]
        return found

    def positions(self, labels: Iterable[Hashable]) -> Ints:
        """At which positions do these nodes stand?

        Raises
        ------
        TableError
            A label is no node of the network.
        """
        wanted = list(labels)
        found = self.nodes.get_indexer(pd.Index(wanted))
        if (found < 0).any():
            unknown = wanted[int(np.flatnonzero(found < 0)[0])]
            raise TableError("The network has no node {node}: choose one of the labels in u and v.", node=unknown)
        return np.asarray(found, np.intp)

    def costs_from(self, origins: Ints, *, limit: float = np.inf) -> Floats:
        """What does it cost to walk to each node from the nearest origin, in perceived metres?

        Parameters
        ----------
        origins : ndarray of int
            Node positions.
        limit : float
            Costs beyond this are not worked out and given as infinity.

        Returns
        -------
        ndarray
            Shape (nodes,); infinity where a node cannot be reached.
        """
        return _from_nearest(self.graph, origins, limit)

    def distances_m(self, origins: Iterable[Hashable]) -> Floats:
        """How many metres is the shortest walk to each node from the nearest of these origins?

        Returns
        -------
        ndarray
            Shape (nodes,), in the order of ``nodes``; closed arcs are not walked.
        """
        return _from_nearest(self._along(self.length_m), self.positions(origins), np.inf)

    def _along(self, each: Floats) -> csr_array:
        """The graph with another number on each arc."""
        return csr_array((each[self.open], self.graph.indices, self.graph.indptr), shape=self.graph.shape)


def _from_nearest(graph: csr_array, origins: Ints, limit: float) -> Floats:
    one = int(origins[0]) if len(origins) == 1 else origins
    found: Any = dijkstra(graph, indices=one, min_only=len(origins) > 1, limit=limit)
    return np.asarray(found, np.float64)


def _graph(tail: Ints, head: Ints, cost: Floats, n_nodes: int) -> tuple[csr_array, Ints]:
    """Rows by tail, parallel arcs side by side (building through COO would add them up), closed arcs and loops out."""
    usable = np.flatnonzero(np.isfinite(cost) & (tail != head))
    order = usable[np.argsort(tail[usable], kind="stable")]
    indptr = np.zeros(n_nodes + 1, np.int32)
    np.cumsum(np.bincount(tail[order], minlength=n_nodes), out=indptr[1:])
    return csr_array((cost[order], head[order].astype(np.int32), indptr), shape=(n_nodes, n_nodes)), order


def _positive(edges: pd.DataFrame, column: str, *, may_close: bool) -> Floats:
    given = edges[column]
    values = np.asarray(pd.to_numeric(given, errors="coerce").to_numpy(np.float64, na_value=np.nan))
    fine = (values > 0) & (np.isfinite(values) | may_close)
    if not fine.all():
        at = int(np.flatnonzero(~fine)[0])
        raise TableError(
            "Edge {row} has {column} = {value}: it must be a number above 0.",
            row=edges.index[at],
            column=column,
            value=given.iloc[at] if np.isnan(values[at]) else float(values[at]),
        )
    return values
