"""How do walks past an actor stay whole, where they spread over many streets and come together again?

An errand is drawn along the streets that a fair share of those who pass take. Where walks spread over a grid, no street
may have that share, and what lies beyond would hang in the air.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]


def without_gaps(drawn: npt.NDArray[np.bool_], flow: Floats, *, tail: Ints, head: Ints, site: Ints) -> Ints:
    """Which further edges join all that is drawn to the site, each time along the street that most of them take?

    Parameters
    ----------
    drawn : ndarray of bool, shape (edges,)
    flow : ndarray of float, shape (edges,)
        Walks on each edge.
    tail, head : ndarray of int, shape (edges,)
        Node of each edge that is nearer to the site, and the other one.
    site : ndarray of int
        Nodes of the site.

    Returns
    -------
    ndarray of int
        Edges with a flow; none is drawn yet.

    Examples
    --------
    A street of three edges, of which the one in the middle is not drawn:

    >>> drawn, flow, nodes = np.array([True, False, True]), np.array([9.0, 4.0, 9.0]), np.arange(4)
    >>> without_gaps(drawn, flow, tail=nodes[:-1], head=nodes[1:], site=nodes[:1])
    array([1])
    """
    reached = set(site.tolist()) | set(head[drawn].tolist())
    loose = set(tail[drawn].tolist()) - reached
    added: list[int] = []
    most_used_to = _most_used_to_each(head, flow) if loose else {}
    for start in sorted(loose):
        at = start
        while at not in reached:
            reached.add(at)
            if (edge := most_used_to.get(at)) is None:
                break
            added.append(edge)
            at = int(tail[edge])
    return np.array(sorted(added), dtype=np.intp)


def _most_used_to_each(head: Ints, flow: Floats) -> dict[int, int]:
    """By which edge do most walks come to each node?"""
    walked = np.flatnonzero(flow > 0)
    walked = walked[np.lexsort((-flow[walked], head[walked]))]
    node, first = np.unique(head[walked], return_index=True)
    return dict(zip(node.tolist(), walked[first].tolist(), strict=True))
