"""Writes mixtures.json: fits of scikit-learn's BayesianGaussianMixture, with the responsibilities they started from.

    python make_mixture_fixtures.py ../../../../../original_data/original_data_demo.csv > mixtures.json

bayesian_mixture_test.cpp starts from the same responsibilities and must arrive at the same mixtures. `scores` are
the mean log-likelihoods and lower bounds that scikit-learn reaches with its own k-means starts on whole columns.
"""

import json
import sys
import warnings

import numpy as np
import pandas as pd
from sklearn.mixture import BayesianGaussianMixture

warnings.simplefilter("ignore")
COLUMNS = ["age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week"]


class Recording(BayesianGaussianMixture):
    """Keeps the responsibilities that the first maximisation step is given."""

    def _initialize(self, X, resp):
        self.first_responsibilities = resp.copy()
        super()._initialize(X, resp)


def model(kind, components, seed, **options):
    return kind(
        n_components=components,
        weight_concentration_prior_type="dirichlet_process",
        weight_concentration_prior=0.001,
        random_state=seed,
        **options,
    )


def case(name, rows, components=10, seed=0, **options):
    rows = np.asarray(rows, dtype=float)
    fitted = model(Recording, components, seed, **options).fit(rows.reshape(-1, 1))
    values, first, counts = np.unique(rows, return_index=True, return_counts=True)
    responsibilities = fitted.first_responsibilities[first]
    hard = np.isin(responsibilities, (0.0, 1.0)).all()
    return {
        "name": name,
        "components": components,
        "iterations_limit": fitted.max_iter,
        "values": values.tolist(),
        "counts": counts.tolist(),
        # One component a value for a k-means start; else the whole row.
        "clusters": responsibilities.argmax(axis=1).tolist() if hard else None,
        "responsibilities": None if hard else np.round(responsibilities, 6).tolist(),
        "means": fitted.means_.ravel().tolist(),
        "variances": fitted.covariances_.ravel().tolist(),
        "weights": fitted.weights_.tolist(),
        "lower_bound": fitted.lower_bound_,
        "iterations": fitted.n_iter_,
        "converged": bool(fitted.converged_),
        # Of the first values: what the published transformer draws modes from, before it adds 1e-6.
        "posterior": fitted.predict_proba(values[:40].reshape(-1, 1)).tolist(),
    }


def soft_case(name, rows):
    """Equal values must share a start, so soft responsibilities come from a function of the value."""

    class Soft(BayesianGaussianMixture):
        def _initialize_parameters(self, X, random_state, xp=None):
            x = (X - X.mean()) / X.std()
            responsibilities = np.exp(-((x - np.linspace(-1.5, 1.5, self.n_components)) ** 2))
            responsibilities /= responsibilities.sum(axis=1, keepdims=True)
            responsibilities = np.round(responsibilities, 6)
            responsibilities[:, -1] = 1 - responsibilities[:, :-1].sum(axis=1)
            self.first_responsibilities = responsibilities
            self._initialize(X, responsibilities)

    rows = np.asarray(rows, dtype=float)
    fitted = model(Soft, 4, 0).fit(rows.reshape(-1, 1))
    values, first, counts = np.unique(rows, return_index=True, return_counts=True)
    return {
        "name": name,
        "components": 4,
        "iterations_limit": fitted.max_iter,
        "values": values.tolist(),
        "counts": counts.tolist(),
        "clusters": None,
        "responsibilities": np.round(fitted.first_responsibilities[first], 6).tolist(),
        "means": fitted.means_.ravel().tolist(),
        "variances": fitted.covariances_.ravel().tolist(),
        "weights": fitted.weights_.tolist(),
        "lower_bound": fitted.lower_bound_,
        "iterations": fitted.n_iter_,
        "converged": bool(fitted.converged_),
        "posterior": fitted.predict_proba(values[:40].reshape(-1, 1)).tolist(),
    }


def scores(column):
    rows = column.to_numpy(dtype=float).reshape(-1, 1)
    fits = [model(BayesianGaussianMixture, 10, seed).fit(rows) for seed in range(8)]
    return {
        "column": column.name,
        "lower_bounds": [round(f.lower_bound_, 1) for f in fits],
        "scores": [round(f.score(rows), 5) for f in fits],
        "modes": [int((f.weights_ > 0.005).sum()) for f in fits],
    }


def main():
    adult = pd.read_csv(sys.argv[1])
    random = np.random.default_rng(20261121)
    cases = [case("Adult's " + c, adult[c]) for c in COLUMNS if c != "fnlwgt"]
    cases.append(case("500 rows of Adult's fnlwgt", adult["fnlwgt"].head(500)))
    three = np.concatenate([random.normal(m, s, 120) for m, s in ((-5, 1), (0, 0.3), (7, 2))])
    cases.append(case("three normals", np.round(three, 3)))
    cases.append(case("log-normal", np.round(random.lognormal(3, 1.5, 300), 2), seed=5))
    cases.append(case("uniform, until it converges", np.round(random.uniform(0, 1, 250), 3), max_iter=3000))
    cases.append(case("far from zero", 1e6 + np.round(random.normal(0, 3, 200), 2)))
    cases.append(case("a constant", np.full(50, 42.0)))
    cases.append(case("two values", [3.0] * 70 + [8.0] * 30))
    cases.append(case("five rows, five components", [1.0, 2.0, 4.0, 8.0, 16.0], components=5))
    cases.append(case("one component", np.round(random.normal(2, 1, 60), 2), components=1))
    cases.append(soft_case("soft start", np.round(three, 1)))
    # Writing on separate lines keeps the file readable in a diff.
    print('{"cases": [')
    print(",\n".join(json.dumps(c, separators=(",", ":")) for c in cases))
    print('], "scores": [')
    print(",\n".join(json.dumps(scores(adult[c]), separators=(",", ":")) for c in COLUMNS))
    print("]}")


if __name__ == "__main__":
    main()
