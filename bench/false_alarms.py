#!/usr/bin/env python3
"""How often rows that leak nothing are called doubtful or bad.

    bench/false_alarms.py TABLE.csv ROWS REPEATS [--held-out ROWS] [--program ctgan-server]

Rows of one table that no model saw stand in the place of a sample: of each of REPEATS shuffles the first ROWS are the
original, a tenth of them (or --held-out) held out, and as many of the others the synthetic table. Prints the verdicts
of privacy and the findings behind those that are doubtful or bad, as JSON. Needs pandas.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import pandas


def judged(program, folder, training, held_out, synthetic):
    """The judgements of one evaluation."""
    paths = {name: folder / f"{name}.csv" for name in ("original", "held-out", "synthetic")}
    for path, rows in zip(paths.values(), (training, held_out, synthetic)):
        rows.to_csv(path, index=False)
    output = folder / "evaluation.json"
    output.unlink(missing_ok=True)
    command = [program, "evaluate", "--output", str(output)]
    for name, path in paths.items():
        command += [f"--{name}", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return json.loads(output.read_text())["judgements"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table")
    parser.add_argument("rows", type=int)
    parser.add_argument("repeats", type=int)
    parser.add_argument("--held-out", type=int)
    parser.add_argument("--program", default="ctgan-server")
    arguments = parser.parse_args()
    table = pandas.read_csv(arguments.table, dtype=str, keep_default_na=False)
    rows, held_out = arguments.rows, arguments.held_out or arguments.rows // 10
    if len(table) < 2 * rows:
        parser.error(f"{arguments.table} has {len(table)} rows, and twice {rows} are needed")
    verdicts, findings = collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(arguments.repeats):
            drawn = table.sample(frac=1, random_state=repeat)
            parts = drawn[: rows - held_out], drawn[rows - held_out : rows], drawn[rows : 2 * rows]
            found = judged(arguments.program, pathlib.Path(folder), *parts)
            verdicts[found["privacy"]["verdict"]] += 1
            for finding in found["findings"]:
                if finding["section"] == "privacy" and finding["verdict"] in ("doubtful", "bad"):
                    findings[f"{finding['id']} {finding['verdict']}"] += 1
    print(json.dumps({"table": arguments.table, "rows": rows, "verdicts": verdicts, "findings": findings}))


if __name__ == "__main__":
    main()
