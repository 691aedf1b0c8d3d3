#!/usr/bin/env python3
"""Workload error of private methods on Adult, as the AIM paper measures it.

    bench/marginal_error.py DATA_FOLDER BIN_FOLDER --method mst --epsilon 1 [--runs 5] [--domains quantiles]

Prepares adult.csv and adult_test.csv.gz as McKenna et al. 2022 ("AIM", section 6.1) do: 48,842 rows, 15 attributes,
numbers in 32 bins of equal width over the observed range (16 of education-num). Fits, draws as many rows as the model
expects, and prints the mean over all three-way marginals of |exact - n / n' synthetic|_1 / n, and seconds and peak
memory of the fit. The domain counts as declared, unless --domains says what of it the fit is to find and pay for:

    bounds                         the range of numbers, which 32 parts of equal width then cut
    quantiles, privtree, dawa      the edges of 32 parts in the range that counts as declared
    categories                     the categories of texts
    all                            range and edges (quantiles) of numbers, and categories

The error is that of the same marginals, whatever parts a fit learnt by.
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

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from sides import Watcher

BINS = {"age": 32, "fnlwgt": 32, "education-num": 16, "capital-gain": 32, "capital-loss": 32, "hours-per-week": 32}


def prepared(folder):
    train = pd.read_csv(os.path.join(folder, "adult.csv"), skipinitialspace=True, keep_default_na=False)
    test = pd.read_csv(os.path.join(folder, "adult_test.csv.gz"), skipinitialspace=True, keep_default_na=False)
    test.columns = train.columns
    table = pd.concat([train, test], ignore_index=True)
    table["income"] = table["income"].astype(str).str.rstrip(".")
    return table


class Coding:
    """Cells as codes of the AIM paper's domain, and one more for texts that the table does not have."""

    def __init__(self, table):
        self.bounds = {name: (int(table[name].min()), int(table[name].max())) for name in BINS}
        self.texts = {name: sorted(table[name].unique()) for name in table.columns if name not in BINS}
        self.sizes = {name: BINS.get(name) or len(self.texts[name]) + 1 for name in table.columns}

    def codes(self, table):
        codes = pd.DataFrame()
        for name in table.columns:
            if name in BINS:
                low, high = self.bounds[name]
                at = (table[name].clip(low, high) - low) / ((high - low) / BINS[name])
                codes[name] = np.minimum(at.astype(int), BINS[name] - 1)
            else:
                at = pd.Categorical(table[name], categories=self.texts[name]).codes.astype(np.int64)
                codes[name] = np.where(at < 0, len(self.texts[name]), at)
        return codes


def metadata_of(coding, domains):
    """Of the codes where all is declared, else of the cells themselves."""
    columns, domain = {}, {}
    for name, size in coding.sizes.items():
        is_number = name in BINS and domains != "declared"
        columns[name] = {"sdtype": "numerical" if is_number else "categorical"}
        if domains == "declared":
            domain[name] = {"categories": [str(i) for i in range(size if name in BINS else size - 1)]}
        elif is_number:
            low, high = coding.bounds[name]
            domain[name] = {"bins": BINS[name]}
            if domains in ("bounds", "all"):
                domain[name]["private"] = ["min", "max"] + (["edges"] if domains == "all" else [])
            else:
                domain[name].update({"min": low, "max": high})
                if domains != "categories":
                    domain[name].update({"private": ["edges"], "binning": domains})
        elif domains in ("categories", "all"):
            domain[name] = {"private": ["categories"]}
        else:
            domain[name] = {"categories": coding.texts[name]}
    return {"METADATA_SPEC_VERSION": "SINGLE_TABLE_V1", "columns": columns, "domain": domain}


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
    parser.add_argument("--domains", default="declared",
                        choices=["declared", "bounds", "quantiles", "privtree", "dawa", "categories", "all"])
    parser.add_argument("--option", action="append", default=[], help="further flags of fit, as --option=--degree=3")
    given = parser.parse_args()
    cells = prepared(given.data)
    coding = Coding(cells)
    real = coding.codes(cells)
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, "adult.csv")
        (real if given.domains == "declared" else cells).to_csv(table, index=False)
        described = os.path.join(folder, "metadata.json")
        with open(described, "w") as out:
            json.dump(metadata_of(coding, given.domains), out)
        environment = dict(os.environ, HOME=folder, XDG_DATA_HOME="", XDG_CONFIG_HOME="")
        run([os.path.join(given.bin, "manage"), "budget", "set", "adult", "--epsilon", "1e6", "--delta", "0.1", "--really"],
            environment)
        results = []
        watcher = Watcher(folder)
        for _ in range(given.runs):
            fit = [os.path.join(given.bin, "fit"), table, "--method", given.method, "--epsilon", str(given.epsilon),
                   "--metadata", described, *given.option]
            model, seconds = run(fit, environment)
            drawn = os.path.join(folder, "drawn.csv")
            run([os.path.join(given.bin, "sample"), model.strip(), "-n", str(len(real)), "--output", drawn, "--force"],
                environment)
            rows = pd.read_csv(drawn, keep_default_na=False)
            rows = rows if given.domains == "declared" else coding.codes(rows)
            results.append(workload_error(real, rows, coding.sizes))
            print(f"{given.method} epsilon {given.epsilon:g}, domains {given.domains}: error {results[-1]:.4f}, "
                  f"fit {seconds:.2f} s", flush=True)
        print(f"mean {np.mean(results):.4f} (from {min(results):.4f} to {max(results):.4f}); "
              f"peak of any program {watcher.stop():.0f} MiB")


if __name__ == "__main__":
    main()
