"""Scores any labels of a case. Knows nothing of how they came about."""
import csv
import math

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


class Case:
    def __init__(self, folder):
        read = lambda name: list(csv.DictReader(open(f"{folder}/{name}", newline="")))
        atoms, links = read("atoms.csv"), read("adjacency.csv")
        column = lambda rows, key, kind: np.array([kind(row[key]) for row in rows])
        self.folder, self.n = folder, len(atoms)
        self.households = column(atoms, "households", int)
        self.xy = np.stack([column(atoms, "x", float), column(atoms, "y", float)], axis=1)
        self.area = column(atoms, "area", float)
        self.outline = column(atoms, "outline", float) if "outline" in atoms[0] else None
        self.links = np.stack([column(links, "a", int), column(links, "b", int)], axis=1)
        self.shared = column(links, "shared_m", float)


def score(case, labels, low, high):
    """Share of zones in band and connected, households in them, and how compact the zones are."""
    labels = np.asarray(labels)
    given = labels >= 0
    _, zone = np.unique(labels[given], return_inverse=True)
    count = int(zone.max()) + 1
    of = np.full(case.n, -1)
    of[given] = zone
    load = np.bincount(zone, weights=case.households[given], minlength=count)
    a, b = of[case.links[:, 0]], of[case.links[:, 1]]
    inside = (a == b) & (a >= 0)
    ends = case.links[inside]
    graph = coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(case.n, case.n))
    piece = connected_components(graph, directed=False)[1]
    pieces = np.bincount(np.unique(np.stack([of[given], piece[given]], axis=1), axis=0)[:, 0], minlength=count)
    good = (load >= low) & (load <= high) & (pieces == 1)
    result = {
        "zones": count,
        "in_band_pct": 100 * good.mean(),
        "households_pct": 100 * load[good].sum() / case.households.sum(),
        "broken": int((pieces > 1).sum()),
    }
    # Moment of inertia of the land about the zone's centre, as a multiple of a disc of the same area: 1 is best.
    area = np.bincount(zone, weights=case.area[given], minlength=count)
    xy, weight = case.xy[given], case.area[given]
    centre = np.stack([np.bincount(zone, weights=weight * xy[:, i], minlength=count) / area for i in (0, 1)], axis=1)
    square = ((xy - centre[zone]) ** 2).sum(axis=1) + weight / (2 * math.pi)
    inertia = np.bincount(zone, weights=weight * square, minlength=count) / (area**2 / (2 * math.pi))
    result["inertia"] = float(np.average(inertia, weights=area))
    if case.outline is not None:
        length = np.bincount(zone, weights=case.outline[given], minlength=count)
        length -= 2 * np.bincount(a[inside], weights=case.shared[inside], minlength=count)
        result["polsby_popper"] = float(np.average(4 * math.pi * area / length**2, weights=area))
    return result
