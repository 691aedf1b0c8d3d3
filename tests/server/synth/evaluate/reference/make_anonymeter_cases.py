"""Writes anonymeter_original.csv, _control.csv, _synthetic.csv and anonymeter.json: three tables and the risks that
Anonymeter finds in them.

    python make_anonymeter_cases.py ../../../../../original_data/original_data_demo.csv

The synthetic table leaks on purpose: a third of its rows are training rows with another capital-gain. Anonymeter draws
without a seed, so each attack runs several times and the mean rates are written; attacks_test.cpp asks for
overlapping intervals.
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
from anonymeter.evaluators import InferenceEvaluator, LinkabilityEvaluator, SinglingOutEvaluator

warnings.simplefilter("ignore")
COLUMNS = ["age", "workclass", "fnlwgt", "education", "occupation", "relationship", "capital-gain", "hours-per-week"]
ROWS = 400
RUNS = 5


def tables(path):
    random = np.random.default_rng(3)
    rows = pd.read_csv(path, skipinitialspace=True)[COLUMNS].drop_duplicates()
    rows = rows.sample(3 * ROWS, random_state=4).reset_index(drop=True)
    original, control, synthetic = (rows[i * ROWS:(i + 1) * ROWS].reset_index(drop=True) for i in range(3))
    synthetic = pd.DataFrame({c: random.permutation(synthetic[c].to_numpy()) for c in COLUMNS})
    leaked = random.choice(ROWS, ROWS // 3, replace=False)
    synthetic.loc[leaked, :] = original.loc[leaked, :]
    synthetic.loc[leaked, "capital-gain"] = random.permutation(synthetic["capital-gain"].to_numpy())[: len(leaked)]
    return original, control, synthetic


def rates(make, evaluate):
    found = []
    for _ in range(RUNS):
        evaluator = make()
        evaluate(evaluator)
        results = evaluator.results()
        found.append([results.attack_rate.value, results.control_rate.value, results.risk().value, *results.risk().ci])
    main, control, risk, low, high = np.mean(found, axis=0)
    return {"main": main, "control": control, "risk": risk, "low": low, "high": high}


def main():
    original, control, synthetic = tables(sys.argv[1])
    for name, table in (("original", original), ("control", control), ("synthetic", synthetic)):
        table.to_csv(f"anonymeter_{name}.csv", index=False)
    known = dict(ori=original, syn=synthetic, control=control)
    halves = (COLUMNS[0::2], COLUMNS[1::2])
    cases = {
        "singling out by one column": rates(lambda: SinglingOutEvaluator(**known, n_attacks=400),
                                            lambda e: e.evaluate(mode="univariate")),
        "singling out by several columns": rates(lambda: SinglingOutEvaluator(**known, n_attacks=400, n_cols=3),
                                                 lambda e: e.evaluate(mode="multivariate")),
        "linkability": rates(
            lambda: LinkabilityEvaluator(**known, aux_cols=halves, n_attacks=ROWS, n_neighbors=10),
            lambda e: e.evaluate()),
    }
    for secret in ("education", "fnlwgt", "relationship"):
        others = [c for c in COLUMNS if c != secret]
        cases[f"inference of {secret}"] = rates(
            lambda: InferenceEvaluator(**known, aux_cols=others, secret=secret, n_attacks=ROWS),
            lambda e: e.evaluate())
    with open("anonymeter.json", "w") as file:
        json.dump(cases, file, indent=1)


main()
