"""Breaks by numpy, mapclassify and exhaustive search, for tests/classes.rs.

    python tests/oracle/classes.py > tests/oracle/classes.json

Needs numpy and mapclassify 2.10. mapclassify's own Fisher-Jenks works in 32 bits and is not asked; the best partition is found here by
the plain O(k n^2) dynamic programme: in fractions for the sets up to 160 values, in extended precision (64-bit mantissa) over centred
values for the large one.
"""
import json
import warnings
from fractions import Fraction

import mapclassify
import numpy as np

warnings.simplefilter("ignore")


def fisher(values, classes):
    """Least within-class squares, and the smallest value of each class but the first."""
    x = np.sort(np.asarray(values, dtype=np.longdouble))
    x = x - x.mean()
    n = len(x)
    sums = np.concatenate([[0], np.cumsum(x)])
    squares = np.concatenate([[0], np.cumsum(x * x)])
    starts = np.arange(n)

    def cost(end):  # of start..=end for every start <= end
        j = starts[: end + 1]
        s = sums[end + 1] - sums[j]
        return squares[end + 1] - squares[j] - s * s / (end + 1 - j)

    best = np.array([cost(end)[0] for end in range(n)])
    back = []
    for k in range(1, classes):
        after = np.full(n, np.inf, dtype=np.longdouble)
        start = np.zeros(n, dtype=int)
        for end in range(k, n):
            total = best[k - 1 : end] + cost(end)[k:]
            at = int(np.argmin(total))
            after[end], start[end] = total[at], at + k
        best = after
        back.append(start)
    end, cuts = n - 1, []
    for start in reversed(back):
        cuts.append(int(start[end]))
        end = cuts[-1] - 1
    ordered = np.sort(values)
    return float(best[n - 1]), [float(ordered[i]) for i in reversed(cuts)]


def fisher_exact(values, classes):
    """The same in fractions."""
    ordered = sorted(values.tolist())
    x = [Fraction(v) for v in ordered]
    n = len(x)
    sums, squares = [Fraction(0)], [Fraction(0)]
    for v in x:
        sums.append(sums[-1] + v)
        squares.append(squares[-1] + v * v)

    def cost(start, end):
        s = sums[end + 1] - sums[start]
        return squares[end + 1] - squares[start] - s * s / (end + 1 - start)

    costs = [[cost(start, end) for start in range(end + 1)] for end in range(n)]
    best, back = [costs[end][0] for end in range(n)], []
    for k in range(1, classes):
        after, start = [None] * n, [0] * n
        for end in range(k, n):
            after[end], start[end] = min((best[j - 1] + costs[end][j], j) for j in range(k, end + 1))
        best = after
        back.append(start)
    end, cuts = n - 1, []
    for start in reversed(back):
        cuts.append(start[end])
        end = cuts[-1] - 1
    return float(best[n - 1]), [ordered[i] for i in reversed(cuts)]


def right_closed(values, classes):
    return {
        "quantile": mapclassify.Quantiles(values, k=classes).bins.tolist(),
        "quantile_numpy": np.quantile(values, np.arange(1, classes) / classes).tolist(),
        "equal": mapclassify.EqualInterval(values, k=classes).bins.tolist(),
        "stddev": mapclassify.StdMean(values).bins.tolist(),
        "headtail": mapclassify.HeadTailBreaks(values).bins.tolist(),
        "box": mapclassify.BoxPlot(values).bins.tolist(),
        "maximum": mapclassify.MaximumBreaks(values, k=classes).bins.tolist(),
    }


def main():
    draw = np.random.default_rng(20260801)
    sets = {
        "normal": np.round(draw.normal(101.5, 0.6, 2850), 6),
        "lognormal": np.round(draw.lognormal(1.0, 1.2, 160), 4),
        "gamma": np.round(draw.gamma(2.0, 15.0, 137), 3),
        "offset": np.round(1e9 + draw.exponential(2.0, 120), 6),
        "two-offsets": np.round(np.concatenate([draw.normal(0, 1e-3, 60), 1e9 + draw.normal(0, 1e-3, 60)]), 6),
    }
    out = {}
    for name, values in sets.items():
        entry = {"values": values.tolist(), "fisher": {}}
        for classes in (5, 7, 9) if name == "normal" else (2, 3, 5, 7):
            squares, cuts = (fisher if name == "normal" else fisher_exact)(values, classes)
            entry["fisher"][str(classes)] = {"squares": squares, "starts": cuts}
        if name != "two-offsets":
            entry["right"] = {str(k): right_closed(values, k) for k in (5, 7)}
        out[name] = entry
    print(json.dumps(out, separators=(",", ":")))


main()
