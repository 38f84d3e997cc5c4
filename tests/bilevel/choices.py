# SPDX-License-Identifier: GPL-3.0-or-later
# Five iterations of the small problem, written anew from the method's description.
import sys

import h5py
import numpy as np

bad = 0
q = {k: v[()] for k, v in h5py.File("two.h5")["data"].items()}
A, C, F, H, K, a, f, h = (q[k] for k in "ACFHKafh")
Gy = lambda x, y: A @ y + C.T @ x + a
Fy = lambda x, y: F @ y + K.T @ x + f
Fx = lambda x, y: H @ x + K @ y + h


def stage(x, y, gamma, radius, steps, last=False, heap=False):
    w, total, g = y.copy(), 0, 0
    for _ in range(steps):
        g = Gy(x, w) + (g if heap else 0)
        w = w - gamma * g
        d = w - y
        w = y + d * min(1, radius / max(np.linalg.norm(d), 1e-300))
        total = total + w
    return w if last else total / steps


def walk(T=5, eta=0.1, gamma=0.2, nu=0.3, I=2, N=3, beta=0.8, R=np.inf, used="new", at="after",
         first=False, last=False, heap=False, guard=0, decay=None, epochs=0, solve=False):
    x, y, z, m = np.full(2, 0.5), np.zeros(2), np.zeros(2), np.zeros(2)
    for k in range(epochs):
        y = stage(x, y, 0.3 / 2**k, 0.4 / 2 ** (k / 2), 2 * 2**k)
    norms = []
    for t in range(T):
        s = decay ** (t // 2) if decay else 1
        before, z_before = y, z
        if t > 0 and t % I == 0:
            y = stage(x, y, s * gamma, R, N, last, heap)
        where = y if at == "after" else before
        z = np.linalg.solve(A, Fy(x, where)) if solve else z - nu * (A @ z - Fy(x, where))
        d = Fx(x, y) - C @ (z if used == "new" else z_before)
        m = d if first and t == 0 else beta * m + (1 - beta) * d
        norms.append(np.linalg.norm(m))
        x = x - s * eta * m / (norms[-1] + guard)
    return x, y, norms


def same(name, tol=1e-13, **options):
    global bad
    x, y, norms = walk(**options)
    with h5py.File(name + ".h5") as g:
        gap = max(np.abs(g["result/upper"][()] - x).max(), np.abs(g["result/lower"][()] - y).max(),
                  np.abs(g["series/direction_norm"][1:] - norms).max())
    print(name, gap, "" if gap < tol else "NOT MET")
    bad += not gap < tol


same("paper")
same("shared")  # without noise the draws do not matter
same("ball", R=0.05)
same("previous", used="old")
same("before", at="before")
same("first", first=True)
same("last", last=True)
same("heap", heap=True)
same("guard", guard=0.5)
same("decay", decay=0.5)
same("compat", last=True, heap=True, guard=1e-10)
same("epochs", epochs=3)
for by in ("cg", "minres", "pipecg", "pipecg2"):
    same("z-" + by, tol=1e-10, solve=True)
# choices differ from each other
xs = [tuple(h5py.File(n + ".h5")["result/upper"][()]) for n in
      ("paper", "ball", "previous", "before", "first", "last", "heap", "guard", "decay")]
bad += len(set(xs)) != len(xs)
# z of Xavier's rule from the first direction, of 40 seeds: uniform within sqrt(2)
with h5py.File("xavier-seeds.h5") as g:
    x, n = g["result/upper"][()], g["series/direction_norm"][:, 1]
x0 = np.full(2, 0.5)
step = x0 - x
d = step / np.linalg.norm(step, axis=1)[:, None] * n[:, None] / (1 - 0.8)
z = np.linalg.solve(C, (Fx(x0, np.zeros(2)) - d).T).T
good = np.abs(z).max() <= np.sqrt(2) and np.abs(z).max() > 1.25 and abs(z.mean()) < 0.35
good = good and abs(z.std() - np.sqrt(2 / 3)) < 0.15
print("z by Xavier's rule", np.abs(z).max(), z.mean(), z.std(), "" if good else "NOT MET")
bad += not good
sys.exit(int(bad > 0))
