"""Runs Lifang and its peers on the same cases and prints a table a case. One module a stage; each names its columns.

    compare.py --lifang target/release/lifang --work target/peers [--limit 180] [--stage partition] [CASE ...]
"""
import argparse
import importlib
import os
import platform

STAGES = ["partition", "reach", "siting", "tessellation"]


def cell(row, key):
    value = row.get(key)
    if value is None:
        return ""
    return str(value) if isinstance(value, (int, str)) else f"{value:.4f}" if 0 < value < 0.1 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--lifang", required=True)
    options.add_argument("--work", required=True)
    options.add_argument("--limit", type=int, default=180)
    options.add_argument("--stage", choices=STAGES, action="append")
    options.add_argument("cases", nargs="*")
    given = options.parse_args()
    os.environ["LIFANG"] = os.path.abspath(given.lifang)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for name in given.stage or STAGES:
        stage = importlib.import_module(name)
        print(f"## {stage.TITLE}\n")
        for case, rows in stage.run(os.path.abspath(given.work), given.limit, given.cases):
            print(f"### {case}\n")
            print("| tool | " + " | ".join(title for _, title in stage.COLUMNS) + " |")
            print("|---" * (1 + len(stage.COLUMNS)) + "|")
            for tool, row in rows:
                cells = [row] + [""] * (len(stage.COLUMNS) - 1) if isinstance(row, str) else [cell(row, key) for key, _ in stage.COLUMNS]
                print(f"| {tool} | " + " | ".join(cells) + " |", flush=True)
            print(flush=True)


if __name__ == "__main__":
    main()
