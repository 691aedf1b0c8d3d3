"""Writes sdmetrics_cases.json: small tables with SDMetrics' scores of their columns, pairs and wholes.

    python make_sdmetrics_cases.py ../../../../../original_data/original_data_demo.csv > sdmetrics_cases.json

sdmetrics_test.cpp scores the same tables and must find the same values. null is NaN, or that SDMetrics refuses.
"""

import json
import math
import sys
import warnings

import numpy as np
import pandas as pd
import sdmetrics
from sdmetrics import column_pairs, single_column
from sdmetrics.reports.single_table import QualityReport
from sdmetrics.reports.single_table._properties import ColumnPairTrends

warnings.simplefilter("ignore")


def number(value):
    return None if value is None or not math.isfinite(value) else float(value)


def score(metric, original, synthetic):
    try:
        return number(metric.compute(original, synthetic))
    except Exception:
        return None


def cells(column):
    return [None if pd.isna(cell) else cell.item() if isinstance(cell, np.generic) else cell for cell in column]


def column_case(name, kind, original, synthetic):
    numeric = kind == "numerical"
    metrics = {
        "score": single_column.KSComplement if numeric else single_column.TVComplement,
        "coverage": single_column.RangeCoverage if numeric else single_column.CategoryCoverage,
        "adherence": single_column.BoundaryAdherence if numeric else single_column.CategoryAdherence,
        "missing": single_column.MissingValueSimilarity,
    }
    case = {"name": name, "kind": kind, "original": cells(original), "synthetic": cells(synthetic)}
    return case | {key: score(metric, original, synthetic) for key, metric in metrics.items()}


def association(property_, first, second, original, synthetic, metadata):
    """Cramer's V of `original`, which SDMetrics gives only when it holds it against a limit."""
    real, real_bins = property_._get_processed_data(original, metadata)
    made, made_bins = property_._get_processed_data(synthetic, metadata)
    pair = property_._get_columns_data_and_metric(first, second, real, real_bins, made, made_bins, metadata)
    breakdown = column_pairs.ContingencySimilarity.compute_breakdown(
        pair[0], pair[1], real_association_threshold=1e-300)
    return number(breakdown["real_association"])


def pair_cases(original, synthetic, metadata):
    pairs = ColumnPairTrends()
    pairs.num_rows_subsample = None
    details = pairs._generate_details(original, synthetic, metadata)
    cases = []
    for _, row in details.iterrows():
        case = {
            "first": row["Column 1"],
            "second": row["Column 2"],
            "metric": row["Metric"],
            "score": number(row["Score"]),
            "original": number(row["Real Correlation"]),
            "synthetic": number(row["Synthetic Correlation"]),
        }
        if row["Metric"] == "ContingencySimilarity":
            both = (row["Column 1"], row["Column 2"])
            case["original"] = association(pairs, *both, original, synthetic, metadata)
            case["synthetic"] = association(pairs, *both, synthetic, original, metadata)
        cases.append(case)
    return cases


def table_case(name, original, synthetic, kinds):
    metadata = {"columns": {column: {"sdtype": kind} for column, kind in kinds.items()}}
    report = QualityReport()
    report.num_rows_subsample = None
    report.generate(original, synthetic, metadata, verbose=False)
    properties = report.get_properties().set_index("Property").Score
    return {
        "name": name,
        "columns": [column_case(c, kind, original[c], synthetic[c]) for c, kind in kinds.items()],
        "pairs": pair_cases(original, synthetic, metadata),
        "shapes": number(properties["Column Shapes"]),
        "trends": number(properties["Column Pair Trends"]),
        "overall": number(report.get_score()),
    }


def with_gaps(random, values, rate):
    values = pd.Series(values).astype(object if isinstance(values[0], str) else float)
    return values.mask(random.random(len(values)) < rate)


def made_table(random, rows, shift, gap, categories):
    base = random.normal(size=rows)
    return pd.DataFrame({
        "normal": base + shift,
        "related": 2 * base + random.normal(scale=0.4, size=rows) + shift,
        "whole": random.integers(-3, 9, rows) + int(4 * shift),
        "gappy": with_gaps(random, np.round(np.exp(base), 2), gap),
        "constant": np.full(rows, 7.5),
        "mostly zero": np.where(random.random(rows) < 0.9, 0, random.integers(1, 99999, rows)),
        "city": random.choice(categories, rows),
        "region": np.where(base > shift, "north", "south"),
        "gappy text": with_gaps(random, list(random.choice(["x", "y y", "z,"], rows)), gap),
        "one text": ["same"] * rows,
    })


MADE = {
    "normal": "numerical", "related": "numerical", "whole": "numerical", "gappy": "numerical",
    "constant": "numerical", "mostly zero": "numerical", "city": "categorical", "region": "categorical",
    "gappy text": "categorical", "one text": "categorical",
}


def adult_case(path):
    table = pd.read_csv(path)
    kinds = {c: "numerical" if pd.api.types.is_numeric_dtype(table[c]) else "categorical" for c in table.columns}
    original = table.sample(300, random_state=1).reset_index(drop=True)
    synthetic = pd.DataFrame({c: table[c].sample(250, random_state=i).to_numpy() for i, c in enumerate(kinds)})
    return table_case("Adult, columns apart", original, synthetic, kinds)


def main():
    random = np.random.default_rng(5)
    few, many = ["Bern", "Rome"], ["Bern", "Rome", "Oslo", "Riga", "Turin"]
    cases = [
        table_case("alike", made_table(random, 150, 0, 0.1, many), made_table(random, 130, 0, 0.1, many), MADE),
        table_case("apart", made_table(random, 90, 0, 0, many), made_table(random, 160, 0.7, 0.3, few), MADE),
        table_case("more categories", made_table(random, 60, 0, 0.5, few), made_table(random, 60, 0, 0, many), MADE),
        table_case("hardly any rows", made_table(random, 3, 0, 0.4, many), made_table(random, 4, 0, 0.4, many), MADE),
        adult_case(sys.argv[1]),
    ]
    nothing = made_table(random, 40, 0, 0.2, many)
    nothing["gappy"] = np.nan
    cases.append(table_case("a column without values", made_table(random, 50, 0, 0.2, many), nothing, MADE))
    json.dump({"sdmetrics": sdmetrics.__version__, "cases": cases}, sys.stdout)


main()
