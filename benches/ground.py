"""The ground of whole cities as a table: python3 benches/ground.py target/release/lifang CITY.osm.pbf ..."""
import json
import os
import subprocess
import sys

COLUMNS = ["city", "buildings", "cells", "arcs", "enclosures", "area error", "gaps, overlaps m2", "in pieces, invalid",
           "faults found and handled", "cpu s: ground / all", "MiB"]
print("| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
for path in sys.argv[2:]:
    done = subprocess.run([sys.argv[1], "--json", "tessellate", "--osm", path], capture_output=True, text=True)
    name = os.path.basename(path).split(".")[0]
    if done.returncode:
        print(f"| {name} | {done.stderr.strip()} |")
        continue
    told = json.loads(done.stdout)
    faults = ", ".join(f"{code} {count}" for code, count in told["faults_by_code"].items())
    ground = next(stage for stage in told["stages"] if stage["stage"] == "fabric")
    print(f"| {name} | {told['buildings']:,} | {told['cells']:,} | {told['arcs']:,} | {told['enclosures']:,} | {told['area_error']:.0e} "
          f"| {told['gap_m2']:g}, {told['overlap_m2']:g} | {told['multipart']}, {told['invalid']} | {faults} "
          f"| {ground['cpu_seconds']:.1f} / {told['cpu_seconds']:.1f} | {told['peak_memory_mib']:.0f} |", flush=True)
