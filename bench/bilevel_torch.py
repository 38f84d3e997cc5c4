# SPDX-License-Identifier: GPL-3.0-or-later
# Hyper-cleaning by BO-REP with PyTorch's automatic differentiation: the same work an iteration as
# quadrivium's: N lower steps every I iterations (projected and averaged), one step of z, one cross
# product, independent batches without replacement. Prints seconds an iteration.
import struct
import sys
import time

import numpy as np
import torch

torch.set_num_threads(int(sys.argv[5]) if len(sys.argv) > 5 else 1)
images, labels, batch, iterations = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def idx(name):
    raw = open(name, "rb").read()
    shape = struct.unpack(">" + "I" * raw[3], raw[4:4 + 4 * raw[3]])
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape[0], -1)


x = torch.tensor(idx(images).astype(np.float32) / 255)
t = torch.tensor(idx(labels)[:, 0].astype(np.int64))
r = np.random.default_rng(0)
order = r.permutation(len(t))
n, m = int(0.8 * len(t)), int(0.2 * len(t))
a, v, ta, tv = x[order[:n]], x[order[n:n + m]], t[order[:n]].clone(), t[order[n:n + m]]
wrong = torch.tensor(r.random(n) < 0.5)
ta[wrong] = torch.tensor(r.integers(0, 10, int(wrong.sum())))
eta, gamma, nu, beta, period, steps, l2, radius = 0.5, 0.05, 0.05, 0.9, 2, 3, 0.01, 1e9
lam = torch.zeros(n, requires_grad=True)
y = torch.zeros(a.shape[1], 10, requires_grad=True)
z = torch.zeros_like(y)
mom = torch.zeros(n)
loss = torch.nn.functional.cross_entropy


def draw(k):  # a subset without replacement, cheaper than torch.randperm
    return torch.from_numpy(r.choice(k, min(batch, k), replace=False, shuffle=False))


def lower(i, w):
    return (torch.sigmoid(lam[i]) * loss(a[i] @ w, ta[i], reduction="none")).mean() + l2 * (w * w).sum()


def iterate(k):
    global y, z
    if k > 0 and k % period == 0:
        c, w, total = y.detach(), y.detach().clone().requires_grad_(), torch.zeros_like(z)
        for _ in range(steps):
            g, = torch.autograd.grad(lower(draw(n), w), w)
            with torch.no_grad():
                w -= gamma * g
                far = torch.linalg.norm(w - c)
                if far > radius:
                    w.copy_(c + (w - c) * (radius / far))
                total += w
        y = (total / steps).requires_grad_()
    g, = torch.autograd.grad(lower(draw(n), y), y, create_graph=True)
    hz, = torch.autograd.grad((g * z).sum(), y)
    j = draw(m)
    fy, = torch.autograd.grad(loss(v[j] @ y, tv[j]), y)
    z = z - nu * (hz - fy)
    g, = torch.autograd.grad(lower(draw(n), y), y, create_graph=True)
    cross, = torch.autograd.grad((g * z).sum(), lam)
    mom.mul_(beta).add_(cross, alpha=-(1 - beta))
    with torch.no_grad():
        lam.sub_(mom, alpha=eta / (float(torch.linalg.norm(mom)) + 1e-30))


for k in range(20):
    iterate(k)
start = time.perf_counter()
for k in range(20, 20 + iterations):
    iterate(k)
print((time.perf_counter() - start) / iterations)
