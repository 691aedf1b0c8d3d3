"""Writes fidelity_cases.json: small tables with what numpy counts of their triples and pairs of columns, and what the
`prdc` package (Naeem et al. 2020) makes of their distances.

    python make_fidelity_cases.py > fidelity_cases.json

fidelity_test.cpp measures the same tables and must find the same values. null is a missing cell.
"""

import itertools
import json

import numpy as np
import pandas as pd
import prdc.prdc
from sklearn.metrics import mutual_info_score

ROWS = 60
NEIGHBOURS = 5


def is_number(column):
    return pd.api.types.is_numeric_dtype(column)


def by_frequency(original, column):
    """Codes of `column` by twenty quantiles of `original`, each value by itself where it has no more."""
    if not is_number(original):
        return column.fillna("missing").to_numpy()
    known = np.sort(original.dropna().to_numpy())
    values = np.unique(known)
    missing = column.isna().to_numpy()
    numbers = column.to_numpy()
    if len(values) <= 20:
        return np.where(missing, "missing", np.where(np.isin(numbers, values), numbers.astype(str), "outside"))
    cuts = np.unique(known[[cut * len(known) // 20 for cut in range(1, 20)]])
    return np.where(missing, -1, np.searchsorted(cuts, numbers, side="right"))


def three_way(original, other):
    distances = []
    for names in itertools.combinations(original.columns, 3):
        shares = []
        for table in (original, other):
            cells = pd.Series(list(zip(*(by_frequency(original[n], table[n]) for n in names))))
            shares.append(cells.value_counts(normalize=True))
        distances.append(shares[0].subtract(shares[1], fill_value=0).abs().sum() / 2)
    return float(np.mean(distances))


def by_width(original, column):
    """TabPC's bin_dataframe with the original's numpy.histogram_bin_edges; missing apart from what lies outside."""
    if not is_number(original):
        return column.fillna("missing").to_numpy()
    values = original.dropna().unique()
    if len(values) <= 10:
        codes = np.where(np.isin(column, values), column.astype(str), "outside")
    else:
        edges = np.histogram_bin_edges(original.dropna(), bins=10)
        codes = pd.cut(column, bins=edges, labels=False, include_lowest=True).fillna(-1).to_numpy().astype(str)
    return np.where(column.isna(), "missing", codes)


def normalised(first, second):
    entropies = mutual_info_score(first, first) + mutual_info_score(second, second)
    return 2 * mutual_info_score(first, second) / entropies if entropies > 0 else 0


def weighted_information(original, other):
    real, made = [], []
    for a, b in itertools.combinations(original.columns, 2):
        for table, found in ((original, real), (other, made)):
            found.append(normalised(by_width(original[a], table[a]), by_width(original[b], table[b])))
    real, made = np.array(real), np.array(made)
    weights = real + made
    return float(1 - (weights * np.abs(real - made)).sum() / weights.sum())


def distances_of(original):
    """Means over the columns of neighbours.h's distance."""
    scales = {}
    for name in original.columns:
        if is_number(original[name]):
            known = np.sort(original[name].dropna().to_numpy())
            at = lambda part: known[int(part * (len(known) - 1))]
            scales[name] = at(0.99) - at(0.01) or known[-1] - known[0] or 1

    def between(first, second=None):
        second = first if second is None else second
        total = np.zeros((len(first), len(second)))
        for name in original.columns:
            a, b = first[name], second[name]
            both = a.isna().to_numpy()[:, None] & b.isna().to_numpy()[None, :]
            either = a.isna().to_numpy()[:, None] | b.isna().to_numpy()[None, :]
            if name in scales:
                apart = np.minimum(np.abs(a.to_numpy()[:, None] - b.to_numpy()[None, :]) / scales[name], 1)
            else:
                apart = (a.to_numpy()[:, None] != b.to_numpy()[None, :]).astype(float)
            total += np.where(both, 0, np.where(either, 1, apart))
        return total / len(original.columns)

    return between


def density_coverage(original, other):
    """By prdc itself, its distance replaced; and with rows on a ball's surface within it."""
    between = distances_of(original)
    prdc.prdc.compute_pairwise_distance = between
    package = prdc.prdc.compute_prdc(original, other, NEIGHBOURS)
    radii = prdc.prdc.compute_nearest_neighbour_distances(original, NEIGHBOURS)
    within = between(original, other) <= radii[:, None] + 1e-9
    return {
        "prdc": {"density": float(package["density"]), "coverage": float(package["coverage"])},
        "density": float(within.sum(axis=0).mean() / NEIGHBOURS),
        "coverage": float(within.any(axis=1).mean()),
    }


def numbers(seed, shift):
    random = np.random.default_rng(seed)
    x = random.normal(shift, 1, ROWS)
    return pd.DataFrame({"a": x, "b": x + random.normal(0, 0.5, ROWS), "c": random.exponential(1 + shift, ROWS)})


def mixed(seed, shift):
    random = np.random.default_rng(seed)
    size = random.integers(0, 5, ROWS).astype(float)
    weight = np.round(size * 10 + random.normal(50 + 10 * shift, 8, ROWS))
    kind = np.where(random.random(ROWS) < 0.3 + shift / 4, "round", "square").astype(object)
    town = random.choice(["Bern", "Rome", "Oslo", "Riga"], ROWS).astype(object)
    weight[random.random(ROWS) < 0.1] = np.nan
    kind[random.random(ROWS) < 0.1] = None
    if shift > 0:
        town[random.random(ROWS) < 0.2] = "Lyon"
        size[random.random(ROWS) < 0.1] = 9
    return pd.DataFrame({"size": size, "weight": weight, "kind": kind, "town": town})


def cells(table):
    return {name: [None if pd.isna(cell) else cell for cell in table[name]] for name in table.columns}


def case(name, make):
    original, held_out, synthetic = make(1, 0), make(2, 0), make(3, 0.4)
    found = {"name": name, "columns": {c: bool(is_number(original[c])) for c in original.columns}}
    for side, table in (("original", original), ("held_out", held_out), ("synthetic", synthetic)):
        found[side] = cells(table)
    for side, table in (("attainable", held_out), ("synthetic", synthetic)):
        found["measured_" + side] = {
            "three_way": three_way(original, table),
            "mutual_information": weighted_information(original, table),
            **density_coverage(original, table),
        }
    return found


def main():
    print(json.dumps([case("numbers", numbers), case("mixed columns with gaps", mixed)], separators=(",", ":")))


main()
