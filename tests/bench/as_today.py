"""A site worked out by hand, as one would today: a graph as of OSMnx, networkx for the walks, a buffer and a join."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import osmnx as ox
import pandas as pd

from grannskap.place.place import Place


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """What one has before the first site: the graph with its edges, the places to go to, and those that are passed."""

    graph: "nx.MultiDiGraph[int]"
    edges: gpd.GeoDataFrame
    targets: pd.DataFrame
    actors: gpd.GeoDataFrame

    @classmethod
    def of(cls, place: Place) -> "Town":
        """The same streets, destinations and actors as grannskap has; that costs nothing here."""
        edges = place.streets.edges
        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph(crs=f"EPSG:{place.crs}")
        graph.add_nodes_from((n, {"x": x, "y": y}) for n, (x, y) in enumerate(place.streets.nodes))
        for row, (u, v, length) in enumerate(zip(edges.u, edges.v, edges.length_m, strict=True)):
            graph.add_edge(u, v, length=length, row=row)
            graph.add_edge(v, u, length=length, row=row)
        door = place.access.drop_duplicates("place").set_index("place")
        there = place.destinations[place.destinations.place.isin(door.index)]
        spots = door.loc[there.place]
        nodes = ox.distance.nearest_nodes(graph, spots.x.to_numpy(), spots.y.to_numpy())
        targets = pd.DataFrame({"function": there.function.to_numpy(), "node": nodes})
        return cls(graph, edges, targets, place.places[place.places.actor].reset_index(drop=True))


def site_as_today(town: Town, x: float, y: float, *, radius_m: float, beta: float = 0.002) -> pd.Series:
    """Shortest walks to all places within reach, shared by distance; how often each actor within 30 m is passed."""
    start = ox.distance.nearest_nodes(town.graph, x, y)
    metres, paths = nx.single_source_dijkstra(town.graph, start, cutoff=radius_m, weight="length")
    found = town.targets.assign(metres=town.targets.node.map(pd.Series(metres))).dropna()
    weight = np.exp(-beta * found.metres)
    found = found.assign(trips=weight / weight.groupby(found.function).transform("sum"))
    flow: Counter[int] = Counter()
    for node, trips in zip(found.node, found.trips, strict=True):
        for u, v in pairwise(paths[node]):
            between = town.graph[u][v]
            flow[min(between.values(), key=lambda edge: edge["length"])["row"]] += trips
    walked = town.edges.iloc[list(flow)][["geometry"]].assign(trips=list(flow.values()))
    zones = walked.set_geometry(walked.buffer(30.0))
    passed = gpd.sjoin(town.actors[["element_id", "geometry"]], zones, predicate="intersects")
    return passed.groupby("element_id").trips.max()
