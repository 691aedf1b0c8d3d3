#!/usr/bin/env python3
"""How near `sample --impute` comes with models of private methods.

    bench/private_completion.py DATA_FOLDER BIN_FOLDER [--epsilon 1] [--method mst,privsyn] [--rows 6000] [--blank 0.2]

Adult with the domains of private_quality.py: fitted to adult.csv, then unseen rows of adult_test.csv.gz with so many of
their cells blank, at random, are completed. Printed: the share of blank categories that come back as they were (a mean over
the columns of texts), and the mean absolute error of blank numbers (in standard deviations of the column, a mean over the
columns of numbers); in brackets what cells of drawn rows have, each taken from any row.
"""
import argparse
import json
import os
import sys
import tempfile

import numpy as np
import pandas as pd

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from private_quality import EDGES, metadata_of, read, run


def scores(real, found, blank):
    right, error = [], []
    for name in real.columns:
        rows = blank[name].to_numpy()
        if name in EDGES:
            apart = np.abs(found.loc[rows, name].astype(float) - real.loc[rows, name].astype(float))
            error.append(float(apart.mean()) / float(real[name].std()))
        else:
            right.append(float((found.loc[rows, name].astype(str) == real.loc[rows, name].astype(str)).mean()))
    return float(np.mean(right)), float(np.mean(error))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("bin")
    parser.add_argument("--epsilon", default="1")
    parser.add_argument("--method", default="mst,swift,privsyn,dpctgan")
    parser.add_argument("--rows", type=int, default=6000)
    parser.add_argument("--blank", type=float, default=0.2)
    given = parser.parse_args()
    train = read(os.path.join(given.data, "adult.csv"))
    unseen = read(os.path.join(given.data, "adult_test.csv.gz"))
    unseen.columns = train.columns
    random = np.random.default_rng(1)
    real = unseen.iloc[random.permutation(len(unseen))[:given.rows]].reset_index(drop=True)
    blank = pd.DataFrame(random.random(real.shape) < given.blank, columns=real.columns)
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        train.to_csv(path("adult.csv"), index=False)
        real.astype(str).mask(blank, "").to_csv(path("gaps.csv"), index=False)
        with open(path("metadata.json"), "w") as out:
            json.dump(metadata_of([train, unseen]), out)
        environment = dict(os.environ, HOME=folder, XDG_DATA_HOME="", XDG_CONFIG_HOME="")
        call = lambda *words: run([os.path.join(given.bin, words[0]), *words[1:]], environment)
        call("manage", "budget", "set", "adult", "--epsilon", "1e6", "--delta", "0.1", "--really")
        for epsilon in given.epsilon.split(","):
            for method in given.method.split(","):
                model = call("fit", path("adult.csv"), "--method", method, "--epsilon", epsilon,
                             "--metadata", path("metadata.json"))[0].strip()
                _, seconds = call("sample", model, "--impute", path("gaps.csv"), "--seed", "1",
                                  "--output", path("full.csv"), "--force")
                call("sample", model, "-n", str(given.rows), "--seed", "2", "--output", path("drawn.csv"), "--force")
                full, drawn = read(path("full.csv")), read(path("drawn.csv"))
                apart = drawn.apply(lambda column: random.permutation(column.to_numpy()))
                right, error = scores(real, full, blank)
                right_apart, error_apart = scores(real, apart, blank)
                print(f"{method} epsilon {epsilon}: categories {right:.3f} ({right_apart:.3f}), "
                      f"numbers {error:.3f} ({error_apart:.3f}), {seconds:.1f} s", flush=True)


if __name__ == "__main__":
    main()
