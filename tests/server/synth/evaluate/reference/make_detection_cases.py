"""Writes detection_cases.json: what a classifier said in each fold, scikit-learn's area under the curve of it, and
SDMetrics' detection score of all folds.

    python make_detection_cases.py > detection_cases.json

detection_test.cpp takes the areas and the score of the same predictions and must find the same values.
"""

import json

import numpy as np
import pandas as pd
from sdmetrics.single_table.detection import base

ROWS = 45


def case(name, said):
    """`said` turns the cells of a fold's rows into the classifier's predictions."""
    folds = []
    area_of = base.roc_auc_score

    def recorded(truth, predictions):
        area = area_of(truth, predictions)
        folds.append({"truth": [int(t) for t in truth], "predictions": [float(p) for p in predictions], "area": area})
        return area

    class Detection(base.DetectionMetric):
        @staticmethod
        def _fit_predict(X_train, y_train, X_test):
            return said(X_test[:, 0])

    random = np.random.default_rng(7)
    real = pd.DataFrame({"x": random.normal(0, 1, ROWS)})
    made = pd.DataFrame({"x": random.normal(0.7, 1, ROWS)})
    base.roc_auc_score = recorded
    try:
        score = Detection.compute(real, made)
    finally:
        base.roc_auc_score = area_of
    return {"name": name, "folds": folds, "score": float(score)}


def main():
    np.random.seed(11)
    cases = [
        case("predictions that are right more often than not", lambda x: -x),
        case("predictions with ties", lambda x: np.round(-x)),
        case("predictions the wrong way round", lambda x: x),
        case("predictions by chance", lambda x: np.sin(1000 * x)),
    ]
    print(json.dumps(cases, indent=1))


main()
