"""Siting on a table of walking distances: Lifang beside spopt with HiGHS and with CBC.

500 clients and 200 candidates on the street network of reach.py, 5 sites, 1,125 m. Each tool runs in a process of its own; seconds
are wall time of the tool's own solving, reading and building its model included for spopt's `build`.
"""
import json
import os
import subprocess
import sys
import time

import numpy as np
import pandas as pd

import reach

TITLE = "Siting: 500 clients, 200 candidates, 5 sites, 1,125 m"
COLUMNS = [("objective", "objective"), ("bound", "bound"), ("proven", "proven"), ("build_s", "build s"), ("solve_s", "solve s")]
MODELS = ["lscp", "mclp", "p-median", "p-center"]
SITES, RADIUS = 5, 1125.0


def case(folder, seed):
    from scipy.sparse.csgraph import dijkstra
    reach.town(folder, 80, seed)
    t = reach.Tables(folder)
    rng = np.random.default_rng(seed)
    middle = (t.nodes.x.median(), t.nodes.y.median())
    near = t.nodes.id[(abs(t.nodes.x - middle[0]) < 2000) & (abs(t.nodes.y - middle[1]) < 2000)].to_numpy()
    clients, places = rng.choice(near, 500, replace=False), rng.choice(near, 200, replace=False)
    cost = dijkstra(reach.matrix(t), indices=places)[:, clients].T
    pd.DataFrame({"id": range(500), "node": clients, "households": rng.integers(4, 133, 500)}).to_csv(f"{folder}/clients.csv", index=False)
    pd.DataFrame({"id": range(200), "node": places}).to_csv(f"{folder}/candidates.csv", index=False)
    np.savetxt(f"{folder}/cost.csv", cost, delimiter=",", fmt="%.3f")


def lifang(folder, model, limit):
    done = subprocess.run([os.environ["LIFANG"], "--json", "graph", "site", "--model", model, "--clients", f"{folder}/clients.csv",
                           "--candidates", f"{folder}/candidates.csv", "--cost", f"{folder}/cost.csv", "--p", str(SITES),
                           "--radius", str(RADIUS), "--limit", str(limit)], check=True, capture_output=True, text=True)
    found = json.loads(done.stdout)
    seconds = {stage["stage"]: stage["seconds"] for stage in found["stages"]}
    return {"objective": found["objective"], "bound": found["bound"], "proven": "yes" if found["proven"] else "no",
            "build_s": seconds["read"], "solve_s": seconds["solve"]}


def spopt(solver):
    def solve(folder, model, limit):
        import pulp
        from spopt.locate import LSCP, MCLP, PCenter, PMedian
        cost = np.loadtxt(f"{folder}/cost.csv", delimiter=",")
        weight = pd.read_csv(f"{folder}/clients.csv").households.to_numpy()
        began = time.perf_counter()
        # LSCP has no answer in spopt where a client is out of every candidate's reach; Lifang lists such clients.
        made = {"lscp": lambda: LSCP.from_cost_matrix(cost[cost.min(1) <= RADIUS], RADIUS),
                "mclp": lambda: MCLP.from_cost_matrix(cost, weight, RADIUS, p_facilities=SITES),
                "p-median": lambda: PMedian.from_cost_matrix(cost, weight, p_facilities=SITES),
                "p-center": lambda: PCenter.from_cost_matrix(cost, p_facilities=SITES)}[model]()
        built = time.perf_counter()
        engine = pulp.HiGHS if solver == "HiGHS" else pulp.PULP_CBC_CMD
        made = made.solve(engine(msg=False, timeLimit=limit), results=False)
        done = time.perf_counter()
        optimal = pulp.LpStatus[made.problem.status] == "Optimal" and done - built < limit
        return {"objective": float(pulp.value(made.problem.objective)), "proven": "yes" if optimal else "no",
                "build_s": built - began, "solve_s": done - built}
    return solve


TOOLS = [("Lifang", lifang), ("spopt, HiGHS", spopt("HiGHS")), ("spopt, CBC", spopt("CBC"))]


def run(folder, limit, chosen):
    """All tools by every model; yields the model's name and the rows of its table."""
    path = f"{folder}/site-500"
    if not os.path.exists(f"{path}/cost.csv"):
        case(path, 1)
    for model in MODELS:
        if chosen and model not in chosen:
            continue
        rows = []
        for tool, _ in TOOLS:
            try:
                done = subprocess.run([sys.executable, __file__, tool, path, model, str(limit)], capture_output=True, text=True,
                                      timeout=3 * limit)
                text = done.stdout.strip().splitlines()
                failed = (done.stderr.strip().splitlines() or ["failed"])[-1]
                rows.append((tool, json.loads(text[-1]) if done.returncode == 0 and text else failed[:90]))
            except subprocess.TimeoutExpired:
                rows.append((tool, f"more than {3 * limit} s"))
        yield model, rows


if __name__ == "__main__":
    print(json.dumps(dict(TOOLS)[sys.argv[1]](sys.argv[2], sys.argv[3], int(sys.argv[4]))))
