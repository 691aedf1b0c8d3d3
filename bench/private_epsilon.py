#!/usr/bin/env python3
"""What a private model's statement amounts to by somebody else's accountant (pip install dp-accounting).

    bench/private_epsilon.py MODEL.gz ...

Reads the list of what was spent from each model file, counts it by Google's Renyi accountant and, where it can say more, by
privacy loss distributions, and holds that against the epsilon that the model claims.
"""

import gzip
import json
import struct
import sys

from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent, pld, rdp

ORDERS = [1 + x / 10 for x in range(1, 100)] + list(range(12, 64)) + list(range(64, 1025, 16))


def statement_of(path):
    # A safetensors file: 8 bytes of length, then a JSON header whose __metadata__ has the model's entries.
    with gzip.open(path) as model:
        length = struct.unpack("<Q", model.read(8))[0]
        return json.loads(json.loads(model.read(length))["__metadata__"]["privacy"])


def events_of(statement):
    for one in statement["spent"]:
        if one["mechanism"] not in ("discrete Gaussian", "discrete Gaussian of sampled rows", "discrete Gaussian of votes"):
            raise SystemExit(f"{one['mechanism']}: counted by nobody else here")
        noisy = GaussianDpEvent(one["scale"] / one["sensitivity"])
        if "rate" in one:
            noisy = PoissonSampledDpEvent(one["rate"], noisy)
        yield SelfComposedDpEvent(noisy, one["times"])


def main():
    print("| claimed | by Renyi divergences | by privacy loss distributions |")
    print("| --- | --- | --- |")
    for path in sys.argv[1:]:
        statement = statement_of(path)
        renyi, losses = rdp.RdpAccountant(ORDERS), pld.PLDAccountant()
        for event in events_of(statement):
            renyi.compose(event)
            losses.compose(event)
        delta = statement["delta"]
        print(f"| {statement['epsilon']:g} | {renyi.get_epsilon(delta):.4f} | {losses.get_epsilon(delta):.4f} |")


if __name__ == "__main__":
    main()
