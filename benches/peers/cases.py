"""Cases for the comparison of partitions, written as atoms.csv and adjacency.csv.

atoms.csv has id,x,y,area,outline,households,compound: position, land and outline of the cell in metres; adjacency.csv has
a,b,shared_m. The land tiles a rectangle, so area and outline of any zone follow exactly from those of its cells.

    units(zones, seed)      jittered units of 3 to 36 households joined by Delaunay, 95 households a zone in all
    streets(blocks, seed)   street blocks of slabs, towers, old houses and shops; whole buildings, or entrances of at most 36
"""
import csv
import os

import numpy as np
from scipy.spatial import Voronoi

TOWERS = [66, 68, 72, 88, 99, 102, 108, 120, 132]


def cells(points, low, high):
    """Areas, outlines and shared borders of the Voronoi cells inside the rectangle from low to high."""
    n = len(points)
    mirrored = [points]
    for axis in (0, 1):
        for edge in (low[axis], high[axis]):
            copy = points.copy()
            copy[:, axis] = 2 * edge - copy[:, axis]
            mirrored.append(copy)
    diagram = Voronoi(np.vstack(mirrored))
    area, outline, shared = np.zeros(n), np.zeros(n), []
    for (a, b), ridge in zip(diagram.ridge_points, diagram.ridge_vertices):
        if min(a, b) >= n or -1 in ridge:
            continue
        p, q = diagram.vertices[ridge]
        length = float(np.hypot(*(p - q)))
        for at in (a, b):
            if at < n:
                outline[at] += length
                u, v = p - points[at], q - points[at]
                area[at] += abs(u[0] * v[1] - u[1] * v[0]) / 2
        if a < n and b < n and length > 0.5:
            shared.append((min(a, b), max(a, b), length))
    return area, outline, sorted(shared)


def write(folder, points, households, compound, low, high, allowed=None):
    os.makedirs(folder, exist_ok=True)
    area, outline, shared = cells(points, low, high)
    with open(f"{folder}/atoms.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "x", "y", "area", "outline", "households", "compound"])
        for i, (x, y) in enumerate(points):
            rows.writerow([i, round(x, 2), round(y, 2), round(area[i], 2), round(outline[i], 2), int(households[i]), int(compound[i])])
    with open(f"{folder}/adjacency.csv", "w", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["a", "b", "shared_m"])
        for a, b, length in shared:
            if allowed is None or allowed(a, b):
                rows.writerow([a, b, round(length, 2)])


def units(folder, zones, seed):
    rng = np.random.default_rng(seed)
    step, n = 40.0, round(320 * zones / 44)
    side = int(np.ceil(np.sqrt(n)))
    points = np.array([(i % side, i // side) for i in range(n)], float)
    points = (points + rng.uniform(-0.35, 0.35, points.shape)) * step
    households = rng.integers(3, 37, n)
    while (rest := 95 * zones - int(households.sum())) != 0:
        some = rng.integers(0, n, min(abs(rest), n))
        households[some] = np.clip(households[some] + np.sign(rest), 3, 36)
    low, high = points.min(axis=0) - step / 2, points.max(axis=0) + step / 2
    near = lambda a, b: float(np.hypot(*(points[a] - points[b]))) < 1.8 * step
    write(folder, points, households, np.zeros(n), low, high, near)


def streets(folder, blocks, seed, entrance=None):
    """Blocks of 170 x 140 m on a street grid of 190 x 160 m; buildings above `entrance` households are cut into slices."""
    rng = np.random.default_rng(seed)
    columns = max(2, round(np.sqrt(blocks)))
    rows = []  # x, y, width, depth, households, compound

    def put(x, y, width, depth, households, compound):
        slices = 1 if entrance is None else max(1, -(-households // entrance))
        for i in range(slices):
            share = households // slices + (i < households % slices)
            rows.append((x + width * (i + 0.5) / slices, y + depth / 2, share, compound))

    for block in range(blocks):
        x0, y0 = block % columns * 190.0, block // columns * 160.0
        kind = rng.choice(["slab", "tower", "old", "shop"], p=[0.5, 0.2, 0.12, 0.18])
        if kind == "slab":
            y = 22.0
            while y + 12 <= 138:
                x = rng.uniform(2, 8)
                while x + 15 * (stairs := int(rng.choice([2, 3, 3, 4, 5]))) <= 168:
                    put(x0 + x, y0 + y, 15.0 * stairs, 12, 12 * stairs, block)
                    x += 15 * stairs + rng.uniform(7, 12)
                y += rng.uniform(26, 30)
        else:
            wide, deep, size = {"tower": (4, 3, (26, 22)), "old": (8, 5, (12, 11)), "shop": (4, 3, (27, 23))}[kind]
            for i in range(wide):
                for j in range(deep):
                    if rng.random() < 0.9:
                        homes = {"tower": int(rng.choice(TOWERS)), "old": int(rng.integers(4, 13)), "shop": 0}[kind]
                        put(x0 + 5 + i * 164 / wide + rng.uniform(-2, 2), y0 + 24 + j * 115 / deep + rng.uniform(-2, 2), *size, homes, block)
        x = rng.uniform(1, 6)
        while x < 158:
            width = rng.uniform(9, 18)
            if rng.random() < (0.9 if kind == "shop" else 0.55):
                put(x0 + x, y0 + 2, width, 10, 0, block)
            x += width + rng.uniform(1.5, 6)
    table = np.array(rows)
    high = np.array([columns * 190.0, -(-blocks // columns) * 160.0]) - 10
    write(folder, table[:, :2].copy(), table[:, 2], table[:, 3], np.array([-10.0, -10.0]), high)
