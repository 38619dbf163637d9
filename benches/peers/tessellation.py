"""Enclosed tessellation: Lifang beside momepy on the same buildings and streets.

momepy is timed without reading, writing or finding the enclosures; Lifang with finding them, and once more as a whole process with
reading and writing. Agreement is the intersection over the union of the two cells of a building. Who is right where they differ is
judged by brute force: at random points, the distance to the footprint whose cell holds the point against the distance to the nearest
footprint of the enclosure.
"""
import json
import math
import os
import random
import resource
import subprocess
import sys

TITLE = "Enclosed tessellation"
COLUMNS = [
    ("cells", "cells"), ("invalid", "invalid"), ("multipart", "in pieces"), ("gap_m2", "gaps m2"), ("overlap_m2", "overlaps m2"),
    ("agree_pct", "buildings that agree to 0.99 %"), ("wrong_pct", "land not nearest by 2 cm %"),
    ("worst_m", "worst m"), ("cpu_s", "cpu s"), ("whole_s", "cpu s with files"), ("rss_mb", "MB"),
]
# Buildings of a case; the names are what `compare.py` takes.
CASES = [("cells-3000", 3000), ("cells-23000", 23000)]
EPSG = 32648


def blocks(folder, count, seed=1):
    """Slabs, towers, old houses and shops on a street grid of 190 x 160 m, written as GeoPackages in UTM metres."""
    import geopandas
    from shapely.geometry import LineString, box
    rng = random.Random(seed)
    columns = max(2, round(math.sqrt(count / 24)))
    east, north = 730000.0, 3290000.0
    houses, block = [], 0
    while len(houses) < count:
        x0, y0 = east + block % columns * 190.0, north + block // columns * 160.0
        put = lambda x, y, w, d: houses.append(box(x0 + x, y0 + y, x0 + x + w, y0 + y + d))
        kind = rng.choices(["slab", "tower", "old", "shop"], [0.5, 0.2, 0.12, 0.18])[0]
        if kind == "slab":
            y = 22.0
            while y + 12 <= 138:
                x = rng.uniform(2, 8)
                while x + (wide := 15 * rng.choice([2, 3, 3, 4, 5])) <= 168:
                    put(x, y + rng.uniform(-1, 1), wide, 12)
                    x += wide + rng.uniform(7, 12)
                y += rng.uniform(26, 30)
        else:
            wide, deep, pitch = {"tower": (4, 3, (41, 39)), "old": (8, 5, (21, 23)), "shop": (4, 3, (41, 37))}[kind]
            for i in range(wide):
                for j in range(deep):
                    if rng.random() < 0.9:
                        w, d = (rng.uniform(10, 15), rng.uniform(9, 14)) if kind == "old" else (rng.uniform(22, 30), rng.uniform(18, 26))
                        put(6 + i * pitch[0] + rng.uniform(-2, 2), 24 + j * pitch[1] + rng.uniform(-2, 2), w, d)
        x = rng.uniform(1, 6)
        while x < 158:
            w = rng.uniform(9, 12)
            if rng.random() < 0.6:
                put(x, 2, w, rng.uniform(8, 12))
            x += w + rng.uniform(1.5, 6)
        block += 1
    rows = -(-block // columns)
    low, high = (east - 10, north - 10), (east + columns * 190.0 - 10, north + rows * 160.0 - 10)
    lines = [LineString([(low[0] + 190 * i, low[1]), (low[0] + 190 * i, high[1])]) for i in range(columns + 1)]
    lines += [LineString([(low[0], low[1] + 160 * j), (high[0], low[1] + 160 * j)]) for j in range(rows + 1)]
    os.makedirs(folder, exist_ok=True)
    save = lambda name, table, shapes: geopandas.GeoDataFrame(table, geometry=shapes, crs=EPSG).to_file(f"{folder}/{name}.gpkg")
    houses = houses[:count]
    save("streets", {"class": ["residential"] * len(lines)}, lines)
    save("border", {"name": ["border"]}, [box(*low, *high)])
    save("buildings", {"code": [f"H{i}" for i in range(len(houses))]}, houses)


def cpu(who=resource.RUSAGE_SELF):
    return sum(resource.getrusage(who)[:2])


def momepy(folder):
    import geopandas
    import momepy as peer
    read = lambda name: geopandas.read_file(f"{folder}/{name}.gpkg")
    buildings, streets, border = read("buildings"), read("streets"), read("border")
    enclosures = peer.enclosures(streets.geometry, limit=border.geometry)
    before = cpu()
    cells = peer.enclosed_tessellation(buildings.geometry, enclosures.geometry, segment=0.5, n_jobs=1)
    spent = cpu() - before
    shapes = {int(row): shape for row, shape in zip(cells.index, cells.geometry) if row >= 0}
    return cells.geometry, shapes, border.geometry.iloc[0], {"cpu_s": spent, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def lifang(folder):
    import geopandas
    out = f"{folder}/cells.gpkg"
    if os.path.exists(out):
        os.remove(out)
    before = cpu(resource.RUSAGE_CHILDREN)
    told = subprocess.run([os.environ["LIFANG"], "--json", "tessellate", "--buildings", f"{folder}/buildings.gpkg", "--streets",
                           f"{folder}/streets.gpkg", "--boundary", f"{folder}/border.gpkg", "--out", out],
                          check=True, capture_output=True, text=True)
    whole = cpu(resource.RUSAGE_CHILDREN) - before
    told = json.loads(told.stdout)
    cells = geopandas.read_file(out).to_crs(EPSG)
    code = next(name for name in ("building", "code") if name in cells.columns)
    shapes = {int(str(c)[1:]): shape for c, shape in zip(cells[code], cells.geometry) if str(c)[:1] == "H"}
    border = geopandas.read_file(f"{folder}/border.gpkg").geometry.iloc[0]
    spent = next(stage["cpu_seconds"] for stage in told["stages"] if stage["stage"] == "fabric")
    return cells.geometry, shapes, border, {"cpu_s": spent, "whole_s": whole, "rss_mb": told["peak_memory_mib"]}


def referee(folder, shapes, count=200_000, seed=1):
    """How much land goes to a footprint that is not the nearest of its enclosure, by more than 2 cm, and by how much at worst."""
    import geopandas
    import numpy
    import shapely
    read = lambda name: geopandas.read_file(f"{folder}/{name}.gpkg").geometry
    houses, border = read("buildings").values, read("border").iloc[0]
    blocks = [block for block in shapely.get_parts(shapely.polygonize(
        shapely.get_parts(shapely.union_all([*read("streets").values, border.boundary])))) if border.contains(block.representative_point())]
    rng = numpy.random.default_rng(seed)
    west, south, east, north = border.bounds
    points = shapely.points(rng.uniform(west, east, count), rng.uniform(south, north, count))
    rows = numpy.array(sorted(shapes))
    at, cell = shapely.STRtree([shapes[row] for row in rows]).query(points, predicate="within")
    own = numpy.full(count, -1)
    own[at] = rows[cell]
    tree = shapely.STRtree(points)
    of_block = shapely.STRtree(houses)
    seen, wrong, worst = 0, 0, 0.0
    for block in blocks:
        inside = of_block.query(block, predicate="contains")
        mine = tree.query(block, predicate="contains")
        mine = mine[own[mine] >= 0]
        if len(inside) == 0 or len(mine) == 0:
            continue
        there = shapely.STRtree(houses[inside])
        least = there.query_nearest(points[mine], return_distance=True, all_matches=False)[1]
        excess = shapely.distance(points[mine], houses[own[mine]]) - least
        seen, wrong, worst = seen + len(mine), wrong + int((excess > 0.02).sum()), max(worst, float(excess.max()))
    return {"wrong_pct": 100 * wrong / max(1, seen), "worst_m": worst}


TOOLS = [("momepy", momepy), ("Lifang", lifang)]


def one(name, folder):
    """Runs one tool here and prints its figures: the entry point of the process each tool gets."""
    import pickle
    import shapely
    cells, shapes, border, figures = dict(TOOLS)[name](folder)
    with open(f"{folder}/{name}.pickle", "wb") as file:
        pickle.dump({row: shapely.to_wkb(shape) for row, shape in shapes.items()}, file)
    union = shapely.union_all(cells.values)
    figures.update(cells=len(cells), invalid=int((~cells.is_valid).sum()),
                   multipart=int((shapely.get_num_geometries(cells.values) > 1).sum()),
                   gap_m2=border.difference(union).area, overlap_m2=float(cells.area.sum()) - union.area)
    figures.update(referee(folder, shapes))
    other = f"{folder}/{TOOLS[0][0]}.pickle"
    if name != TOOLS[0][0] and os.path.exists(other):
        with open(other, "rb") as file:
            theirs = {row: shapely.from_wkb(shape) for row, shape in pickle.load(file).items()}
        both = [(shapes[row], theirs[row]) for row in shapes if row in theirs]
        ratio = [a.intersection(b).area / a.union(b).area for a, b in both]
        figures["agree_pct"] = 100 * sum(r >= 0.99 for r in ratio) / max(1, len(theirs))
    print(json.dumps(figures))


def run(folder, limit, chosen):
    """All tools on all cases; yields a case's name and the rows of its table."""
    for name, count in CASES:
        if chosen and name not in chosen:
            continue
        path = f"{folder}/{name}"
        if not os.path.exists(f"{path}/buildings.gpkg"):
            blocks(path, count)
        rows = []
        for tool, _ in TOOLS:
            cap = lambda: resource.setrlimit(resource.RLIMIT_CPU, (3 * limit, 3 * limit + 5))
            try:
                done = subprocess.run([sys.executable, __file__, tool, path], capture_output=True, text=True, preexec_fn=cap,
                                      timeout=20 * limit)
                text = done.stdout.strip().splitlines()
                failed = (done.stderr.strip().splitlines() or ["no answer"])[-1]
                rows.append((tool, json.loads(text[-1]) if done.returncode == 0 and text else failed[:90]))
            except subprocess.TimeoutExpired:
                rows.append((tool, f"more than {20 * limit} s"))
        yield name, rows


if __name__ == "__main__":
    one(sys.argv[1], sys.argv[2])
