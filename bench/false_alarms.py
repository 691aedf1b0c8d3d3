#!/usr/bin/env python3
"""How often rows that leak nothing are called doubtful or bad, and how often a leak that was planted is found.

    bench/false_alarms.py TABLE.csv ROWS REPEATS [--held-out ROWS] [--leak KIND] [--keys a,b]
                          [--keep FOLDER] [--program ctgan-server]

Rows of one table that no model saw stand in the place of a sample: of each of REPEATS shuffles the first ROWS are the
original, a tenth of them (or --held-out) held out, and as many of the others, or as there are, the synthetic table.
With --leak training rows are put into it: `copied` all of them, `jittered` all of them with numbers moved by a
thousandth of their standard deviation, `hundredth` one in a hundred as it is, `jittered-hundredth` one in a hundred
with its numbers moved, `one-moved-hundredth` and `two-moved-hundredth` one in a hundred with the first whole number or
two moved by one. Prints as JSON the verdicts of privacy, the share of them that are doubtful or bad, the findings
behind those, and in how many repeats the gap named memorization is certain to be above 0. The tables are written to a
folder that is deleted; --keep FOLDER keeps the evaluations there, and takes those that are there already. Needs pandas.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import tempfile

import numpy
import pandas

LEAKS = ("none", "copied", "jittered", "hundredth", "jittered-hundredth", "one-moved-hundredth", "two-moved-hundredth")


def jittered(rows, random):
    """Rows whose numbers are moved a little; whole numbers of few values stay what they are, as they round to it."""
    moved = rows.copy()
    for name in rows.columns:
        numbers = pandas.to_numeric(rows[name], errors="coerce")
        if numbers.isna().any() or numbers.nunique() < 20:
            continue
        noise = random.normal(0, numbers.std() / 1000, len(rows))
        whole = (numbers == numbers.round()).all()
        # A whole number is moved by at least one, half of the time.
        shift = numpy.where(random.random(len(rows)) < 0.5, numpy.sign(noise), 0) + noise.round() if whole else noise
        moved[name] = (numbers + shift).map(lambda number: str(int(number)) if whole else repr(float(number)))
    return moved


def moved(rows, columns, random):
    """Rows whose first columns of whole numbers with at least 20 values are moved by one, up or down."""
    moved_rows = rows.copy()
    for name in rows.columns:
        numbers = pandas.to_numeric(rows[name], errors="coerce")
        if columns == 0 or numbers.isna().any() or numbers.nunique() < 20 or (numbers != numbers.round()).any():
            continue
        moved_rows[name] = (numbers + random.choice([-1, 1], len(rows))).map(lambda number: str(int(number)))
        columns -= 1
    return moved_rows


def leaking(training, fresh, kind, random):
    """The synthetic table: fresh rows, with training rows among them."""
    if kind == "none":
        return fresh
    leaked = training if not kind.endswith("hundredth") else training.sample(n=len(training) // 100, random_state=1)
    if kind.startswith("jittered"):
        leaked = jittered(leaked, random)
    if kind.endswith("moved-hundredth"):
        leaked = moved(leaked, 1 if kind.startswith("one") else 2, random)
    return pandas.concat([leaked, fresh.iloc[: len(fresh) - len(leaked)]])


def evaluated(arguments, folder, output, training, held_out, synthetic):
    """One evaluation."""
    paths = {name: folder / f"{name}.csv" for name in ("original", "held-out", "synthetic")}
    for path, rows in zip(paths.values(), (training, held_out, synthetic)):
        rows.to_csv(path, index=False)
    command = [arguments.program, "evaluate", "--output", str(output)]
    if arguments.keys:
        command += ["--keys", arguments.keys]
    for name, path in paths.items():
        command += [f"--{name}", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    return json.loads(output.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table")
    parser.add_argument("rows", type=int)
    parser.add_argument("repeats", type=int)
    parser.add_argument("--held-out", type=int)
    parser.add_argument("--leak", choices=LEAKS, default="none")
    parser.add_argument("--keys")
    parser.add_argument("--keep", type=pathlib.Path)
    parser.add_argument("--program", default="ctgan-server")
    arguments = parser.parse_args()
    table = pandas.read_csv(arguments.table, dtype=str, keep_default_na=False)
    rows, held_out = arguments.rows, arguments.held_out or arguments.rows // 10
    if len(table) < 1.5 * rows:
        parser.error(f"{arguments.table} has {len(table)} rows, and one and a half times {rows} are needed")
    verdicts, findings, unsure = (collections.Counter() for _ in range(3))
    memorization = 0
    with tempfile.TemporaryDirectory() as folder:
        for repeat in range(arguments.repeats):
            drawn = table.sample(frac=1, random_state=repeat)
            training, control, fresh = drawn[: rows - held_out], drawn[rows - held_out : rows], drawn[rows : 2 * rows]
            name = f"{pathlib.Path(arguments.table).stem}-{rows}-{held_out}-{arguments.leak}-{repeat}.json"
            output = (arguments.keep or pathlib.Path(folder)) / name
            if output.exists():
                evaluation = json.loads(output.read_text())
            else:
                synthetic = leaking(training, fresh, arguments.leak, numpy.random.default_rng(repeat))
                evaluation = evaluated(arguments, pathlib.Path(folder), output, training, control, synthetic)
            unseen = (evaluation["detection"] or {}).get("unseen")
            memorization += unseen is not None and unseen["memorization"]["low"] > 0
            found = evaluation["judgements"]
            verdicts[found["privacy"]["verdict"]] += 1
            for finding in found["findings"]:
                if finding["section"] == "privacy" and finding["verdict"] in ("doubtful", "bad"):
                    findings[f"{finding['id']} {finding['verdict']}"] += 1
                elif finding["section"] == "privacy" and finding["verdict"] == "unsure":
                    unsure[finding["id"]] += 1
    alarms = (verdicts["doubtful"] + verdicts["bad"]) / arguments.repeats
    print(json.dumps({"table": arguments.table, "rows": rows, "held_out": held_out, "leak": arguments.leak,
                      "repeats": arguments.repeats, "verdicts": verdicts, "alarms": alarms, "findings": findings,
                      "unsure": unsure, "memorization": memorization}))


if __name__ == "__main__":
    main()
