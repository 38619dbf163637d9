"""Partition into connected zones of 90 to 100 households: Lifang beside METIS, KaHIP, GerryChain, GeoDa and spopt.

Every tool gets the same files and is scored by score.py. A tool that needs the number of zones gets households / 95. Each runs
in a process of its own with a limit in processor seconds; what fails or runs out of time is shown as such, not left out.
"""
import csv
import json
import os
import random
import resource
import subprocess
import sys
import time

import cases
from score import Case, score

LOW, HIGH = 90, 100
TITLE = "Partition: zones of 90 to 100 households"
COLUMNS = [
    ("in_band_pct", "in band and connected %"), ("households_pct", "households in them %"), ("zones", "zones"),
    ("broken", "broken"), ("polsby_popper", "Polsby-Popper"), ("inertia", "inertia (disc = 1)"), ("wall_s", "s"),
    ("cpu_s", "cpu s"), ("rss_mb", "MB"),
]
# Name, how to make it, and whether slow tools are tried on it.
CASES = [
    ("units-44", lambda to: cases.units(to, 44, 1), True),
    ("units-440", lambda to: cases.units(to, 440, 1), False),
    ("units-4400", lambda to: cases.units(to, 4400, 1), False),
    ("entrances-25", lambda to: cases.streets(to, 25, 1, 36), True),
    ("entrances-250", lambda to: cases.streets(to, 250, 1, 36), False),
    ("buildings-25", lambda to: cases.streets(to, 25, 1), True),
]


def neighbours(case):
    near = [[] for _ in range(case.n)]
    for a, b in case.links:
        near[a].append(int(b))
        near[b].append(int(a))
    return near


def count(case):
    return max(1, round(case.households.sum() / ((LOW + HIGH) / 2)))


def metis(case, seed):
    import pymetis
    options = pymetis.Options(seed=seed, ufactor=50)
    return pymetis.part_graph(count(case), adjacency=neighbours(case), vweights=case.households.tolist(),
                              contiguous=True, recursive=False, options=options)[1]


def kahip(case, seed):
    import kahip as library
    near = neighbours(case)
    first = [0]
    for some in near:
        first.append(first[-1] + len(some))
    to = [b for some in near for b in some]
    return library.kaffpa(case.households.tolist(), first, [1] * len(to), to, count(case), 0.05, True, seed, library.STRONG)[1]


def gerrychain(case, seed, seconds=60):
    """ReCom from the zones of METIS, the best state kept."""
    from functools import partial
    import networkx
    from gerrychain import Graph, MarkovChain, Partition, accept, updaters
    from gerrychain.proposals import recom
    from gerrychain.tree import bipartition_tree
    graph = networkx.Graph()
    graph.add_nodes_from((i, {"pop": int(h)}) for i, h in enumerate(case.households))
    graph.add_edges_from((int(a), int(b)) for a, b in case.links)
    start = metis(case, seed)
    state = Partition(Graph.from_networkx(graph), dict(enumerate(start)), updaters={"pop": updaters.Tally("pop")})
    cut = partial(bipartition_tree, max_attempts=30, warn_attempts=10**9, allow_pair_reselection=True)
    propose = partial(recom, pop_col="pop", pop_target=case.households.sum() / count(case), epsilon=0.3,
                      bipartition_tree_fn=cut, rng=random.Random(seed))
    good = lambda state: sum(LOW <= load <= HIGH for load in state["pop"].values())
    best, until = state, time.perf_counter() + seconds
    errors = 0
    while time.perf_counter() < until and errors < 20:
        try:
            for state in MarkovChain(propose, [], accept.always_accept, best, 10):
                best = state if good(state) > good(best) else best
        except Exception:
            errors += 1
    name = best.graph.original_nx_node_id_for_internal_node_id
    label = {name(i): best.assignment[i] for i in best.graph.node_indices}
    return [label[i] for i in range(case.n)]


def geoda(case, seed):
    import pandas
    import pygeoda
    path = f"{case.folder}/links.gal"
    with open(path, "w") as file:
        file.write(f"0 {case.n} case id\n")
        for i, near in enumerate(neighbours(case)):
            file.write(f"{i} {len(near)}\n{' '.join(map(str, near))}\n")
    links = pygeoda.read_gal(path, [str(i) for i in range(case.n)])
    data = pandas.DataFrame(case.xy, columns=["x", "y"])
    found = pygeoda.maxp_greedy(links, data, pandas.Series(case.households.astype(float)), LOW, random_seed=seed)
    return [zone if zone > 0 else -1 for zone in found["Clusters"]]


def spopt(case, seed):
    import geopandas
    import libpysal
    import numpy
    from spopt.region import MaxPHeuristic
    numpy.random.seed(seed)
    frame = geopandas.GeoDataFrame({"x": case.xy[:, 0], "y": case.xy[:, 1], "households": case.households},
                                   geometry=geopandas.points_from_xy(*case.xy.T))
    links = libpysal.weights.W(dict(enumerate(neighbours(case))), silence_warnings=True)
    model = MaxPHeuristic(frame, links, ["x", "y"], "households", LOW, top_n=2)
    model.solve()
    return model.labels_


def lifang(case, seed):
    labels = f"{case.folder}/lifang.csv"
    subprocess.run([os.environ["LIFANG"], "--json", "graph", "partition", "--atoms", f"{case.folder}/atoms.csv",
                    "--adjacency", f"{case.folder}/adjacency.csv", "--band", str(LOW), str(HIGH), "--seed", str(seed),
                    "--out", labels], check=True, stdout=subprocess.DEVNULL)
    return [int(row["part"]) for row in csv.DictReader(open(labels, newline=""))]


# Name, function, and whether it is slow.
TOOLS = [("Lifang", lifang, False), ("METIS k-way contiguous", metis, False), ("KaHIP kaffpa strong", kahip, False),
         ("GerryChain ReCom from METIS, 60 s", gerrychain, False), ("GeoDa max-p greedy", geoda, True),
         ("spopt max-p", spopt, True)]


def one(name, folder, seed):
    """Runs one tool here and prints its figures: the entry point of the process each tool gets."""
    case = Case(folder)
    tool = next(function for title, function, _ in TOOLS if title == name)
    spent = lambda: sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    began, before = time.perf_counter(), spent()
    labels = tool(case, seed)
    wall, cpu = time.perf_counter() - began, spent() - before
    who = resource.RUSAGE_CHILDREN if name == "Lifang" else resource.RUSAGE_SELF
    memory = resource.getrusage(who).ru_maxrss / 1024
    print(json.dumps({**score(case, labels, LOW, HIGH), "wall_s": wall, "cpu_s": cpu, "rss_mb": memory}))


def run(folder, limit, chosen):
    """All tools on all cases; yields a case's name and the rows of its table."""
    for name, make, slow_too in CASES:
        if chosen and name not in chosen:
            continue
        path = f"{folder}/{name}"
        if not os.path.exists(f"{path}/adjacency.csv"):
            make(path)
        rows = []
        for tool, _, slow in TOOLS:
            if slow and not slow_too:
                rows.append((tool, "not tried: slower than the square of the atoms"))
                continue
            cap = lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            try:
                done = subprocess.run([sys.executable, __file__, tool, path, "1"], capture_output=True, text=True,
                                      preexec_fn=cap, timeout=3 * limit)
                text = done.stdout.strip().splitlines()
                failed = (done.stderr.strip().splitlines() or [f"more than {limit} processor seconds"])[-1]
                rows.append((tool, json.loads(text[-1]) if done.returncode == 0 and text else failed[:90]))
            except subprocess.TimeoutExpired:
                rows.append((tool, f"more than {3 * limit} s"))
        yield name, rows


if __name__ == "__main__":
    one(sys.argv[1], sys.argv[2], int(sys.argv[3]))
