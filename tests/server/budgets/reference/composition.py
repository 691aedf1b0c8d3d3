#!/usr/bin/env python3
"""What fits amount to in a concentrated budget, computed without a line of ours:

    composition.py '{"fits": [[EPSILON, DELTA, SHARE], ...], "budget": [EPSILON, DELTA]}'

SHARE of a fit's delta is for thresholds; a DELTA of 0 is a purely private fit. Prints as JSON: rho and delta of each fit,
the budget's caps, and the epsilon of all fits together. rho of Gaussian noise is turned into (epsilon, delta) by the
curve of Renyi divergences alpha * rho (Bun and Steinke 2016) and Canonne, Kamath and Steinke 2020, proposition 12,
minimised over a fine grid of orders.
"""
import json
import sys

import numpy as np

ORDERS = 1 + np.logspace(-6, 6, 200_001)


def log_delta(rho, epsilon):
    a = ORDERS
    return float(np.min((a - 1) * (a * rho - epsilon) + (a - 1) * np.log1p(-1 / a) - np.log(a)))


def bisected(holds, low, high):
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2


def rho_of(epsilon, delta):
    return bisected(lambda rho: log_delta(rho, epsilon) <= np.log(delta), 0, epsilon)


def epsilon_of(rho, delta):
    return bisected(lambda epsilon: log_delta(rho, epsilon) > np.log(delta), 0, rho + 2 * np.sqrt(rho * -np.log(delta)))


def main():
    asked = json.loads(sys.argv[1])
    fits = []
    for epsilon, delta, share in asked["fits"]:
        beside = share * delta
        fits.append([rho_of(epsilon, delta - beside) if delta > 0 else epsilon * epsilon / 2, beside])
    epsilon, delta = asked["budget"]
    print(json.dumps({
        "fits": fits,
        "caps": [rho_of(epsilon, delta / 2), delta / 2],
        "epsilon": epsilon_of(sum(rho for rho, _ in fits), delta / 2),
    }))


if __name__ == "__main__":
    main()
