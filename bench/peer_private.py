#!/usr/bin/env python3
"""SmartNoise's private methods on the table of marginal_error.py: the error of all triples, seconds and peak memory.

    python -m venv peer && peer/bin/pip install smartnoise-synth     # or its parts for MST and AIM: mbi, disjoint-set, sqlalchemy
    peer/bin/python bench/peer_private.py DATA_FOLDER --method mst|aim --epsilon 1

Codes are given as categories, as a declared domain is: nothing of the budget goes to preprocessing.
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
    drawn = peer.sample(len(real))[list(real.columns)].astype(int)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"SmartNoise {given.method} epsilon {given.epsilon:g}: error {workload_error(real, drawn, sizes):.4f}, "
          f"fit {fitted:.1f} s, peak {peak:.0f} MiB")


if __name__ == "__main__":
    sys.exit(main())
