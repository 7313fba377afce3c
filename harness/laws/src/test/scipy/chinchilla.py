"""Chinchilla's third approach with SciPy, beside Kleiber's, on the same points.

Usage: python3 chinchilla.py POINTS.csv [EVERY]

Huber(1e-3) on ln L from the 4,500 starts of Besiroglu et al. 2024 (arXiv:2404.10102), or from every
EVERY-th of them with the time scaled up: BFGS with the analytic gradient, and L-BFGS-B with its
default tolerance and with a tight one. Prints for each the objective, CPU seconds, and the
constants. Needs numpy and scipy; side-by-side.sh runs both sides.
"""
import csv
import itertools
import sys
import time

import numpy as np
from scipy.optimize import minimize

DELTA = 1e-3
HIGHEST_LOSS = 3.44  # of the 240 points; the five above it were left out there


def points(path):
    with open(path, newline="") as file:
        rows = [(float(r["Model Size"]), float(r["Training FLOP"]), float(r["loss"])) for r in csv.DictReader(file)]
    n, c, loss = np.array([row for row in rows if row[2] < HIGHEST_LOSS]).T
    return np.log(n), np.log(c / (6 * n)), np.log(loss)


def objective(p, ln_n, ln_d, ln_loss):
    a, b, e, alpha, beta = p
    terms = np.stack([a - alpha * ln_n, b - beta * ln_d, np.full_like(ln_n, e)])
    highest = terms.max(axis=0)
    shares = np.exp(terms - highest)
    total = shares.sum(axis=0)
    residual = highest + np.log(total) - ln_loss
    size = np.abs(residual)
    cost = np.where(size <= DELTA, residual**2 / 2, DELTA * (size - DELTA / 2)).sum()
    pull = np.clip(residual, -DELTA, DELTA) * shares / total
    gradient = [pull[0].sum(), pull[1].sum(), pull[2].sum(), -(pull[0] * ln_n).sum(), -(pull[1] * ln_d).sum()]
    return cost, np.array(gradient)


def main():
    np.seterr(all="ignore")
    data = points(sys.argv[1])
    every = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    sizes = [0, 5, 10, 15, 20, 25]
    exponents = [0, 0.5, 1, 1.5, 2]
    starts = list(itertools.product(sizes, sizes, [-1, -0.5, 0, 0.5, 1], exponents, exponents))[::every]
    tight = dict(ftol=1e-16, gtol=1e-12, maxiter=5000, maxfun=50000, maxcor=20)
    for name, method, options in [
        ("BFGS", "BFGS", {}),
        ("L-BFGS-B", "L-BFGS-B", {}),
        ("L-BFGS-B, tight", "L-BFGS-B", tight),
    ]:
        begin = time.process_time()
        ends = [minimize(objective, start, args=data, jac=True, method=method, options=options) for start in starts]
        seconds = (time.process_time() - begin) * every
        best = min((end for end in ends if np.isfinite(end.fun)), key=lambda end: end.fun)
        a, b, e, alpha, beta = best.x
        print(
            f"SciPy {name}: objective {best.fun:.12e}, {seconds:.1f} CPU s for 4500 starts, "
            f"E {np.exp(e):.5f} A {np.exp(a):.2f} alpha {alpha:.5f} B {np.exp(b):.2f} beta {beta:.5f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
