"""Walking distances from 100 facilities, 1,125 m, on a street network of 50,000 nodes: Lifang beside scipy, pandana, igraph, networkx,
Valhalla.

Every tool gets the same tables and must give the same pairs of facility and node; missing and extra ones and the largest difference
are counted against scipy. Preparation (the tool's own graph) and answer are timed apart; reading tables is neither.
"""
import json
import os
import resource
import subprocess
import sys
import time

import numpy as np
import pandas as pd

RADIUS = 1125.0
TITLE = "Reach: 100 facilities, 1,125 m"
COLUMNS = [("prepare_s", "prepare s"), ("answer_s", "answer s"), ("ns_per_pair", "ns a pair"), ("pairs", "pairs"),
           ("missing", "missing"), ("extra", "extra"), ("worst_m", "largest difference m")]


def town(folder, side, seed):
    """A jittered lattice of side x side junctions 120 m apart, a fifth of the streets left out, a node every 25 m."""
    os.makedirs(folder, exist_ok=True)
    rng = np.random.default_rng(seed)
    at = np.stack(np.meshgrid(np.arange(side), np.arange(side)), -1).reshape(-1, 2) * 120.0 + rng.normal(0, 18, (side * side, 2))
    points, edges = [tuple(p) for p in at], []
    for a in range(side * side):
        for b in ([a + 1] if (a + 1) % side else []) + ([a + side] if a + side < side * side else []):
            if rng.random() < 0.2:
                continue
            long = float(np.hypot(*(at[b] - at[a]))) * rng.uniform(1.0, 1.15)
            pieces = max(1, round(long / 25))
            inner = range(len(points), len(points) + pieces - 1)
            points += [tuple(at[a] + (at[b] - at[a]) * (k + 1) / pieces) for k in range(pieces - 1)]
            way = [a, *inner, b]
            edges += [(u, v, round(long / pieces, 3)) for u, v in zip(way, way[1:])]
    pd.DataFrame(points, columns=["x", "y"]).round(3).rename_axis("id").to_csv(f"{folder}/nodes.csv")
    pd.DataFrame(edges, columns=["u", "v", "length"]).to_csv(f"{folder}/edges.csv", index=False)
    stand = rng.choice(side * side, 100, replace=False)
    pd.DataFrame({"id": range(100), "node": stand}).to_csv(f"{folder}/facilities.csv", index=False)


CASES = [("town-50k", lambda folder: town(folder, 80, 1))]


class Tables:
    def __init__(self, folder):
        self.folder = folder
        self.nodes, self.edges = pd.read_csv(f"{folder}/nodes.csv"), pd.read_csv(f"{folder}/edges.csv")
        self.stand = pd.read_csv(f"{folder}/facilities.csv").node.to_numpy()


def spent():
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def matrix(t):
    import scipy.sparse
    u, v, w = t.edges.u, t.edges.v, t.edges.length
    return scipy.sparse.csr_matrix((np.r_[w, w], (np.r_[u, v], np.r_[v, u])), shape=(len(t.nodes),) * 2)


def scipy(t):
    from scipy.sparse.csgraph import dijkstra
    before = spent()
    graph = matrix(t)
    ready = spent()
    d = dijkstra(graph, indices=t.stand, limit=RADIUS)
    f, n = np.nonzero(np.isfinite(d))
    return ready - before, spent() - ready, pd.DataFrame({"facility": f, "node": n, "metres": d[f, n]})


def pandana(t):
    import pandana
    before = spent()
    graph = pandana.Network(t.nodes.x, t.nodes.y, t.edges.u, t.edges.v, t.edges[["length"]])
    ready = spent()
    d = graph.nodes_in_range(t.stand, RADIUS)
    done = spent()
    length = d["length"] if "length" in d else d["weight"]
    number = {node: i for i, node in enumerate(t.stand)}
    return ready - before, done - ready, pd.DataFrame(
        {"facility": d.source.map(number), "node": d.destination.astype(int), "metres": length})


def igraph(t):
    import igraph
    before = spent()
    graph = igraph.Graph(n=len(t.nodes), edges=t.edges[["u", "v"]].to_numpy())
    weights = t.edges.length.tolist()
    ready = spent()
    d = np.asarray(graph.distances(source=t.stand.tolist(), weights=weights))
    f, n = np.nonzero(d <= RADIUS)
    return ready - before, spent() - ready, pd.DataFrame({"facility": f, "node": n, "metres": d[f, n]})


def networkx(t):
    import networkx
    before = spent()
    graph = networkx.Graph()
    # A facility may stand at a node no street leads to.
    graph.add_nodes_from(t.stand.tolist())
    graph.add_weighted_edges_from(zip(t.edges.u.tolist(), t.edges.v.tolist(), t.edges.length.tolist()))
    ready = spent()
    rows = [(i, node, metres) for i, start in enumerate(t.stand.tolist())
            for node, metres in networkx.single_source_dijkstra_path_length(graph, start, RADIUS).items()]
    return ready - before, spent() - ready, pd.DataFrame(rows, columns=["facility", "node", "metres"])


def lifang(t):
    out = f"{t.folder}/lifang.csv"
    done = subprocess.run([os.environ["LIFANG"], "--json", "graph", "reach", "--nodes", f"{t.folder}/nodes.csv", "--edges",
                           f"{t.folder}/edges.csv", "--facilities", f"{t.folder}/facilities.csv", "--cutoff", str(RADIUS),
                           "--out", out], check=True, capture_output=True, text=True)
    # One thread, so the wall time of a stage is at least its processor time.
    seconds = {stage["stage"]: stage["seconds"] for stage in json.loads(done.stdout)["stages"]}
    return seconds["graph"], seconds["search"], pd.read_csv(out)


def valhalla(t):
    import isochrone
    return isochrone.valhalla(t, RADIUS, spent)


TOOLS = [("Lifang", lifang), ("scipy", scipy), ("pandana", pandana), ("igraph", igraph), ("networkx", networkx),
         ("Valhalla, isochrones", valhalla)]


def one(name, folder):
    """Runs one tool here and prints its figures: the entry point of the process each tool gets."""
    t = Tables(folder)
    # The best of three, as machines are shared.
    prepare, answer, found = min((dict(TOOLS)[name](t) for _ in range(3)), key=lambda run: run[1])
    both = scipy(t)[2].merge(found, how="outer", on=["facility", "node"], indicator=True)
    print(json.dumps({"prepare_s": prepare, "answer_s": answer, "ns_per_pair": answer * 1e9 / len(found), "pairs": len(found),
                      "missing": int((both._merge == "left_only").sum()), "extra": int((both._merge == "right_only").sum()),
                      # Polygons know no distances.
                      "worst_m": None if found.metres.isna().all() else float((both.metres_x - both.metres_y).abs().max())}))


def run(folder, limit, chosen):
    """All tools on all cases; yields a case's name and the rows of its table."""
    for name, make in CASES:
        if chosen and name not in chosen:
            continue
        path = f"{folder}/{name}"
        if not os.path.exists(f"{path}/facilities.csv"):
            make(path)
        rows = []
        for tool, _ in TOOLS:
            try:
                done = subprocess.run([sys.executable, __file__, tool, path], capture_output=True, text=True, timeout=3 * limit)
                text = done.stdout.strip().splitlines()
                failed = (done.stderr.strip().splitlines() or ["failed"])[-1]
                rows.append((tool, json.loads(text[-1]) if done.returncode == 0 and text else failed[:90]))
            except subprocess.TimeoutExpired:
                rows.append((tool, f"more than {3 * limit} s"))
        yield name, rows


if __name__ == "__main__":
    one(sys.argv[1], sys.argv[2])
