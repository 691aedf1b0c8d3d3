#!/usr/bin/env python3
"""SmartNoise's private methods on the table of marginal_error.py: the error of all triples, seconds and peak memory.

    python -m venv peer && peer/bin/pip install smartnoise-synth     # or its parts for MST and AIM: mbi, disjoint-set, sqlalchemy
    peer/bin/python bench/peer_private.py DATA_FOLDER --method mst|aim --epsilon 1

Codes are given as categories, as a declared domain is: nothing of the budget goes to preprocessing.

Rows are drawn twice. By default mbi 1.1.0 gives rows with equal parents their codes in the order of the rows, so that columns
with a parent in common come out sorted alike: marginals of the model that no two columns measured have together are lost.
Independent rows (its method "sample") have none of that, and show what was learnt.
"""
import argparse
import resource
import sys
import time

from marginal_error import Coding, prepared, workload_error


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("--method", choices=["mst", "aim"], default="mst")
    parser.add_argument("--epsilon", type=float, default=1)
    parser.add_argument("--delta", type=float, default=1e-9)
    given = parser.parse_args()
    cells = prepared(given.data)
    coding = Coding(cells)
    real, sizes = coding.codes(cells), coding.sizes
    if given.method == "mst":
        from snsynth.mst import MSTSynthesizer as Peer
    else:
        from snsynth.aim import AIMSynthesizer as Peer
    start = time.monotonic()
    peer = Peer(epsilon=given.epsilon, delta=given.delta)
    peer.fit(real, categorical_columns=list(real.columns), preprocessor_eps=0.0)
    fitted = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"SmartNoise {given.method} epsilon {given.epsilon:g}: fit {fitted:.1f} s, peak {peak:.0f} MiB", flush=True)

    def error():
        return workload_error(real, peer.sample(len(real))[list(real.columns)].astype(int), sizes)

    print(f"error of rows as it draws them {error():.4f}", flush=True)
    model = type(peer.synthesizer)
    drawing = model.synthetic_data
    model.synthetic_data = lambda self, rows=None: drawing(self, rows, method="sample")
    print(f"error of independent rows {error():.4f}")


if __name__ == "__main__":
    sys.exit(main())
