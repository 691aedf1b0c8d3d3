#!/usr/bin/env python3
"""Workload error of private methods on Adult, as the AIM paper measures it.

    bench/marginal_error.py DATA_FOLDER BIN_FOLDER --method mst --epsilon 1 [--runs 5]

Prepares adult.csv and adult_test.csv.gz as McKenna et al. 2022 ("AIM", section 6.1) do: 48,842 rows, 15 attributes,
numbers in 32 bins of equal width over the observed range (16 of education-num). Fits, draws as many rows as the model
expects, and prints the mean over all three-way marginals of |exact - n / n' synthetic|_1 / n, and seconds and peak
memory of the fit. The domain counts as declared.
"""
import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

import numpy as np
import pandas as pd

BINS = {"age": 32, "fnlwgt": 32, "education-num": 16, "capital-gain": 32, "capital-loss": 32, "hours-per-week": 32}


def prepared(folder):
    train = pd.read_csv(os.path.join(folder, "adult.csv"), skipinitialspace=True)
    test = pd.read_csv(os.path.join(folder, "adult_test.csv.gz"), skipinitialspace=True)
    test.columns = train.columns
    table = pd.concat([train, test], ignore_index=True)
    table["income"] = table["income"].astype(str).str.rstrip(".")
    codes = pd.DataFrame()
    for name in table.columns:
        if name in BINS:
            low, high = table[name].min(), table[name].max()
            width = (high - low) / BINS[name]
            codes[name] = np.minimum(((table[name] - low) / width).astype(int), BINS[name] - 1)
        else:
            codes[name] = pd.Categorical(table[name], categories=sorted(table[name].unique())).codes
    sizes = {name: BINS.get(name, int(codes[name].max()) + 1) for name in codes.columns}
    return codes, sizes


def workload_error(real, synthetic, sizes, width=3):
    total, scale = len(real), len(real) / len(synthetic)
    errors = []
    for names in itertools.combinations(real.columns, width):
        cells = int(np.prod([sizes[name] for name in names]))
        def counted(table):
            at = np.zeros(len(table), dtype=np.int64)
            for name in names:
                at = at * sizes[name] + table[name].to_numpy()
            return np.bincount(at, minlength=cells)
        errors.append(np.abs(counted(real) - scale * counted(synthetic)).sum() / total)
    return float(np.mean(errors))


def run(arguments, environment):
    start = time.monotonic()
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = process.communicate()
    if process.returncode != 0:
        sys.exit(f"{arguments}: exit {process.returncode}\n{err}")
    return out, time.monotonic() - start


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("bin")
    parser.add_argument("--method", default="mst")
    parser.add_argument("--epsilon", type=float, default=1)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--option", action="append", default=[], help="further flags of fit, as --option=--degree=3")
    given = parser.parse_args()
    real, sizes = prepared(given.data)
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, "adult.csv")
        real.to_csv(table, index=False)
        metadata = {
            "METADATA_SPEC_VERSION": "SINGLE_TABLE_V1",
            "columns": {name: {"sdtype": "categorical"} for name in real.columns},
            "domain": {name: {"categories": [str(i) for i in range(sizes[name])]} for name in real.columns},
        }
        described = os.path.join(folder, "metadata.json")
        with open(described, "w") as out:
            json.dump(metadata, out)
        environment = dict(os.environ, HOME=folder, XDG_DATA_HOME="", XDG_CONFIG_HOME="")
        run([os.path.join(given.bin, "manage"), "budget", "set", "adult", "--epsilon", "1e6", "--delta", "0.1", "--really"],
            environment)
        results = []
        for _ in range(given.runs):
            fit = [os.path.join(given.bin, "fit"), table, "--method", given.method, "--epsilon", str(given.epsilon),
                   "--metadata", described, *given.option]
            model, seconds = run(fit, environment)
            drawn = os.path.join(folder, "drawn.csv")
            run([os.path.join(given.bin, "sample"), model.strip(), "-n", str(len(real)), "--output", drawn, "--force"],
                environment)
            error = workload_error(real, pd.read_csv(drawn), sizes)
            results.append(error)
            print(f"{given.method} epsilon {given.epsilon:g}: error {error:.4f}, fit {seconds:.2f} s", flush=True)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"mean {np.mean(results):.4f} (from {min(results):.4f} to {max(results):.4f}); peak of any program {peak:.0f} MiB")


if __name__ == "__main__":
    main()
