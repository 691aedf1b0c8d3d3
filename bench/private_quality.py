#!/usr/bin/env python3
"""How good rows of private methods are, beside those of a method without a guarantee.

    bench/private_quality.py DATA_FOLDER BIN_FOLDER [--epsilon 1,3,10] [--method swift,aim] [--rows 32561]

Adult: trained on adult.csv, judged against it and the unseen rows of adult_test.csv.gz. Domains are declared as somebody
would who knows the census and not the rows: categories of its codebook, ages 17 to 90, edges of gains and losses. Printed
for each method and epsilon: shapes, pair trends, the area of a learner trained on the synthetic rows and tested on unseen
ones (income), detection, membership inference, the mean error of all three-way marginals (numbers in the declared
parts), and the error of all one-way marginals within each race and sex, the worst of them last.
"""
import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

EDGES = {
    "age": list(range(17, 90, 3)) + [91],
    "fnlwgt": list(range(0, 1_600_000, 50_000)),
    "education-num": list(range(1, 18)),
    "capital-gain": [0, 1, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 10000, 15000, 20000, 50000, 99999, 100000],
    "capital-loss": [0, 1, 1000, 1500, 1600, 1700, 1800, 1900, 2000, 2200, 2500, 3000, 5000],
    "hours-per-week": list(range(1, 100, 3)) + [101],
}
GROUPS = ["race", "sex"]


def read(path):
    table = pd.read_csv(path, skipinitialspace=True, na_filter=False)
    table["income"] = table["income"].astype(str).str.rstrip(".")
    return table


def metadata_of(tables):
    columns, domain = {}, {}
    for name in tables[0].columns:
        if name in EDGES:
            columns[name] = {"sdtype": "numerical"}
            domain[name] = {"edges": EDGES[name], "decimals": 0}
        else:
            columns[name] = {"sdtype": "categorical"}
            domain[name] = {"categories": sorted(set().union(*(table[name].astype(str) for table in tables)))}
    return {"METADATA_SPEC_VERSION": "SINGLE_TABLE_V1", "columns": columns, "domain": domain}


def coded(table, metadata):
    codes, sizes = {}, {}
    for name, domain in metadata["domain"].items():
        if name in EDGES:
            edges = EDGES[name]
            codes[name] = np.clip(np.searchsorted(edges, table[name].to_numpy(), side="right") - 1, 0, len(edges) - 2)
            sizes[name] = len(edges) - 1
        else:
            codes[name] = pd.Categorical(table[name].astype(str), categories=domain["categories"]).codes
            sizes[name] = len(domain["categories"])
    return pd.DataFrame(codes), sizes


def shares(codes, sizes, names):
    at = np.zeros(len(codes), dtype=np.int64)
    for name in names:
        at = at * sizes[name] + codes[name].to_numpy()
    counts = np.bincount(at, minlength=int(np.prod([sizes[name] for name in names])))
    return counts / max(len(codes), 1)


def three_way(real, drawn, sizes):
    return float(np.mean([np.abs(shares(real, sizes, names) - shares(drawn, sizes, names)).sum()
                          for names in itertools.combinations(real.columns, 3)]))


def by_group(real, drawn, sizes):
    """Of each group: the mean L1 distance of all other columns' marginals within it."""
    errors = {}
    for column in GROUPS:
        for code in sorted(real[column].unique()):
            ours, theirs = real[real[column] == code], drawn[drawn[column] == code]
            others = [name for name in real.columns if name != column]
            errors[(column, code)] = (len(ours), float(np.mean(
                [np.abs(shares(ours, sizes, [name]) - shares(theirs, sizes, [name])).sum() for name in others])))
    return errors


def run(arguments, environment):
    start = time.monotonic()
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: exit {done.returncode}\n{done.stderr}")
    return done.stdout, time.monotonic() - start


def number(found, *path):
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return "-" if found is None else f"{found:.3f}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("bin")
    parser.add_argument("--epsilon", default="1,3,10")
    parser.add_argument("--method", default="swift,aim,mst,privsyn,mwem,trees")
    given = parser.parse_args()
    program = lambda name: os.path.join(given.bin, name)
    train, unseen = read(os.path.join(given.data, "adult.csv")), read(os.path.join(given.data, "adult_test.csv.gz"))
    unseen.columns = train.columns
    metadata = metadata_of([train, unseen])
    real, sizes = coded(train, metadata)
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        train.to_csv(path("adult.csv"), index=False)
        unseen.to_csv(path("unseen.csv"), index=False)
        with open(path("metadata.json"), "w") as out:
            json.dump(metadata, out)
        environment = dict(os.environ, HOME=folder, XDG_DATA_HOME="", XDG_CONFIG_HOME="")
        run([program("manage"), "budget", "set", "adult", "--epsilon", "1e6", "--delta", "0.1", "--really"], environment)
        print("| method | epsilon | shapes | trends | AUC | detection | membership | three-way | by group, mean | worst group (its rows) | fit |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
        for method in given.method.split(","):
            for epsilon in given.epsilon.split(",") if method not in ("trees", "ctgan", "tvae") else [""]:
                private = ["--epsilon", epsilon, "--metadata", path("metadata.json")] if epsilon else ["--no-report"]
                model, seconds = run([program("fit"), path("adult.csv"), "--method", method, *private], environment)
                run([program("sample"), model.strip(), "-n", str(len(train)), "--output", path("drawn.csv"), "--force",
                     *([] if epsilon else ["--seed", "1"])], environment)
                text, _ = run([program("ctgan-server"), "evaluate", "--original", path("adult.csv"), "--held-out",
                               path("unseen.csv"), "--synthetic", path("drawn.csv"), "--target", "income", "--json"],
                              environment)
                judged = json.loads(text)
                drawn, _ = coded(read(path("drawn.csv")), metadata)
                groups = by_group(real, drawn, sizes)
                worst = max(groups, key=lambda key: groups[key][1])
                name = f"{worst[0]} {metadata['domain'][worst[0]]['categories'][worst[1]]}"
                print(f"| {method} | {epsilon or 'none'} | {number(judged, 'quality', 'shapes')} | {number(judged, 'quality', 'trends')} | "
                      f"{number(judged, 'utility', 'train_on_synthetic', 'auc')} | {number(judged, 'detection', 'score')} | "
                      f"{max(attack['auc']['value'] for attack in judged['privacy']['membership']['attacks']):.3f} | {three_way(real, drawn, sizes):.3f} | "
                      f"{np.mean([error for _, error in groups.values()]):.3f} | "
                      f"{groups[worst][1]:.3f} ({name}, {groups[worst][0]}) | {seconds:.1f} s |", flush=True)


if __name__ == "__main__":
    main()
