"""Valhalla's isochrones, as its own service answers them: polygons of 1,125 m on foot around every facility.

The programs come from the wheel `pyvalhalla` (its Python part is not used); VALHALLA_BIN names their folder. Valhalla reads an
OpenStreetMap file, so the town is written as one, and walks by its own rules of lengths and snapping; the nodes inside a polygon are its
answer. Processor seconds: `valhalla_build_tiles` as preparation, and what the service's own process spends on the requests.
"""
import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request

import numpy as np
import pandas as pd

# The town's metres around this place, on a sphere.
LON, LAT = 106.0, 30.0
DEGREE = 111_195.0
THREADS = 1


def degrees(x, y):
    return LON + np.asarray(x) / (DEGREE * np.cos(np.radians(LAT))), LAT + np.asarray(y) / DEGREE


def write(nodes, edges, path):
    """The streets as ways from junction to junction."""
    import osmium
    near = {}
    for u, v in zip(edges.u.tolist(), edges.v.tolist()):
        near.setdefault(u, []).append(v)
        near.setdefault(v, []).append(u)
    lon, lat = degrees(nodes.x, nodes.y)
    if os.path.exists(path):
        os.remove(path)
    with osmium.SimpleWriter(path) as out:
        for i, (a, b) in enumerate(zip(lon, lat)):
            out.add_node(osmium.osm.mutable.Node(id=i + 1, location=(float(a), float(b)), version=1))
        ways, walked = 0, set()
        for start in near:
            if len(near[start]) == 2:
                continue
            for step in near[start]:
                if (start, step) in walked:
                    continue
                way = [start, step]
                while len(near[way[-1]]) == 2:
                    way.append(next(n for n in near[way[-1]] if n != way[-2]))
                walked.update([(way[0], way[1]), (way[-1], way[-2])])
                ways += 1
                out.add_way(osmium.osm.mutable.Way(id=ways, nodes=[n + 1 for n in way], tags={"highway": "residential"}, version=1))


def settings(folder, port):
    """The wheel's own defaults, with tiles and sockets in a folder of ours."""
    scope = {}
    with open(os.path.join(os.environ["VALHALLA_BIN"], "..", "valhalla_build_config.py")) as source:
        exec(compile(source.read(), "valhalla_build_config", "exec"), scope)
    plain = lambda value: ({k: plain(v) for k, v in value.items() if plain(v) is not None} if isinstance(value, dict)
                           else value if isinstance(value, (str, int, float, bool, list)) else None)
    config = plain(scope["config"])
    config["mjolnir"] = {**config["mjolnir"], "tile_dir": f"{folder}/tiles", "tile_extract": "", "concurrency": 2}
    for part in ("loki", "thor", "odin", "meili", "httpd"):
        service = config.get(part, {}).get("service")
        for key, value in (service or {}).items():
            if isinstance(value, str) and value.startswith("ipc:"):
                service[key] = f"ipc://{folder}/{part}_{key}"
    config["httpd"]["service"]["listen"] = f"tcp://127.0.0.1:{port}"
    config["service_limits"]["isochrone"]["max_distance"] = 100_000.0
    path = f"{folder}/valhalla.json"
    json.dump(config, open(path, "w"))
    return path


def cpu(process):
    fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def valhalla(t, radius, spent):
    """Processor seconds of preparation and answers, and the nodes inside each facility's polygon; distances are not known."""
    import shapely
    from shapely.geometry import shape
    programs = os.environ.get("VALHALLA_BIN", "")
    if not os.path.exists(f"{programs}/valhalla_build_tiles"):
        raise SystemExit("VALHALLA_BIN names no folder with Valhalla's programs")
    folder = tempfile.mkdtemp()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = settings(folder, port)
    write(t.nodes, t.edges, f"{folder}/town.osm.pbf")
    before = spent()
    subprocess.run([f"{programs}/valhalla_build_tiles", "-c", config, f"{folder}/town.osm.pbf"], check=True, capture_output=True)
    prepared = spent() - before
    service = subprocess.Popen([f"{programs}/valhalla_service", config, str(THREADS)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        lon, lat = degrees(t.nodes.x, t.nodes.y)
        ask = lambda node: json.load(urllib.request.urlopen(urllib.request.Request(
            f"http://127.0.0.1:{port}/isochrone", json.dumps({
                "locations": [{"lon": float(lon[node]), "lat": float(lat[node])}], "costing": "pedestrian", "polygons": True,
                "contours": [{"distance": radius / 1000}], "denoise": 0, "generalize": 0}).encode(),
            {"Content-Type": "application/json"})))
        for _ in range(100):
            try:
                ask(t.stand[0])
                break
            except OSError:
                time.sleep(0.1)
        start = cpu(service.pid)
        answers = [ask(node) for node in t.stand]
        spent_on = cpu(service.pid) - start
    finally:
        service.kill()
        service.wait()
    rows = []
    for i, answer in enumerate(answers):
        inside = np.nonzero(shapely.contains_xy(shape(answer["features"][0]["geometry"]), lon, lat))[0]
        rows.append(pd.DataFrame({"facility": i, "node": inside, "metres": np.nan}))
    return prepared, spent_on, pd.concat(rows)
