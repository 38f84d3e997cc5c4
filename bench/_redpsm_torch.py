# SPDX-License-Identifier: GPL-3.0-or-later
"""The published RED-PSM loop in PyTorch: 25 steps of Adam on (Lambda, Z) an iteration, one denoising
step, the dual; the operator as one sparse CSR tensor, its own Joseph weights. Same data, scaling, start,
lambda and TV denoiser as the runs of redpsm_torch.sh; prints CPU seconds to the given PSNR."""
import sys
import time

import h5py
import numpy as np
import torch

data_file, start_file, target, positive, limit = sys.argv[1:6]
target, positive, limit = float(target), positive == "positive-part", int(limit)
torch.set_num_threads(1)

with h5py.File(data_file) as f:
    samples, angle, truth = f["data/samples"][:, 0], f["data/angle"][:, 0], f["truth/image"][:]
with h5py.File(start_file) as f:
    scale, weight = f["result/checks/scale"][()], f["result/checks/weight"][()]
    spatial, latent, psi = (f[f"result/{k}"][:] for k in ("spatial_basis", "latent", "temporal_basis"))
T, J = samples.shape
N = truth.shape[1]
h = 2 / N
centre = (np.arange(N) + 0.5) * h - 1
disc = (centre[:, None] ** 2 + centre[None] ** 2 < 1).ravel()


def joseph(a):
    """Indices and weights of one view: rays step over rows or columns, two pixels a step."""
    c, s = np.cos(a), np.sin(a)
    along, across = (s, c) if abs(s) >= abs(c) else (c, s)
    step, ray = np.meshgrid(np.arange(N), np.arange(J), indexing="ij")
    position = ((centre[ray] - centre[step] * across) / along + 1) / h - 0.5
    low = np.floor(position).astype(int)
    rays, pixels, weights = [], [], []
    for i, w in ((low, 1 - (position - low)), (low + 1, position - low)):
        ok = (i >= 0) & (i < N)
        pixel = i * N + step if abs(s) >= abs(c) else step * N + i
        rays.append(ray[ok]), pixels.append(pixel[ok]), weights.append(w[ok] * h / abs(along))
    rays, pixels, weights = map(np.concatenate, (rays, pixels, weights))
    keep = disc[pixels]
    return rays[keep], pixels[keep], weights[keep]


rows, columns, values = [], [], []
for t in range(T):
    r, p, w = joseph(angle[t])
    rows.append(r + t * J), columns.append(p + t * N * N), values.append(w)
coo = torch.sparse_coo_tensor(
    np.stack([np.concatenate(rows), np.concatenate(columns)]),
    np.concatenate(values).astype(np.float32), (T * J, T * N * N)).coalesce()
A, At = coo.to_sparse_csr(), coo.t().coalesce().to_sparse_csr()


class Project(torch.autograd.Function):
    @staticmethod
    def forward(context, x):
        return (A @ x.reshape(-1, 1)).reshape(-1)

    @staticmethod
    def backward(context, g):
        return (At @ g.reshape(-1, 1)).reshape(T, N * N)


def tv(x, p, level=0.03, iterations=8):
    """Proximal map of isotropic total variation by FISTA on the dual p, warm."""
    q, s = p.clone(), 1.0
    for _ in range(iterations):
        u = x - divergence(q, level)
        gx = torch.zeros_like(u)
        gy = torch.zeros_like(u)
        gx[:, :, :-1] = u[:, :, 1:] - u[:, :, :-1]
        gy[:, :-1] = u[:, 1:] - u[:, :-1]
        new = q + torch.stack([gx, gy]) / (8 * level)
        new = new / torch.clamp((new * new).sum(0).sqrt(), min=1)
        s_new = (1 + (1 + 4 * s * s) ** 0.5) / 2
        q, p, s = new + (s - 1) / s_new * (new - p), new, s_new
    return x - divergence(p, level), p


def divergence(p, level):
    """The transpose of the differences, times the level."""
    d = torch.zeros_like(p[0])
    d[:, :, 1:] += p[0][:, :, :-1]
    d[:, :, :-1] -= p[0][:, :, :-1]
    d[:, 1:] += p[1][:, :-1]
    d[:, :-1] -= p[1][:, :-1]
    return level * d


# Psi = U Z, U the cubic Hermite interpolation between d knots
K = psi.shape[1]
d = latent.shape[0]
U = np.zeros((T, d))
for e in range(d):
    y = np.eye(d)[e]
    knots = np.linspace(0, 1, d)
    secant = np.diff(y) * (d - 1)
    slope = np.concatenate([[secant[0]], (secant[1:] + secant[:-1]) / 2, [secant[-1]]])
    x = np.arange(T) / (T - 1)
    i = np.minimum((x * (d - 1)).astype(int), d - 2)
    q = x * (d - 1) - i
    U[:, e] = ((1 - 3 * q**2 + 2 * q**3) * y[i] + (q - 2 * q**2 + q**3) * slope[i] / (d - 1)
               + (3 * q**2 - 2 * q**3) * y[i + 1] + (q**3 - q**2) * slope[i + 1] / (d - 1))
assert np.abs(U @ latent - psi).max() < 1e-10 * np.abs(psi).max()

single = lambda a: torch.tensor(np.ascontiguousarray(a), dtype=torch.float32)
g, U = single(samples / scale).reshape(-1), single(U)
factor = np.sqrt((psi**2).sum(0))  # the start's gauge does not matter to X: balance the two factors
size = np.sqrt((spatial**2).sum((1, 2)) / scale**2)
balance = np.sqrt(size / factor)
L = single(spatial.reshape(K, -1) / scale / balance[:, None]).requires_grad_()
Z = single(latent * balance).requires_grad_()
mask = single(disc.astype(float))
lam, nuclear = 4.0, 1e-3
beta = 1.5 * lam
optimiser = torch.optim.Adam([L, Z], lr=5e-3)
image = lambda: mask * ((U @ Z) @ L).clamp(min=0) if positive else mask * ((U @ Z) @ L)


def psnr(x):
    error = (x.detach().numpy().reshape(truth.shape) * scale - truth) ** 2
    return 10 * np.log10(truth.max() ** 2 / error.mean())


with torch.no_grad():
    f = image().clone()
y, p = torch.zeros_like(f), torch.zeros(2, T, N, N)
start = time.process_time()
best, reached = 0.0, None
for iteration in range(limit):
    for _ in range(25):
        optimiser.zero_grad()
        X = image()
        psi = U @ Z
        loss = (float(weight) * ((Project.apply(X) - g) ** 2).sum() + nuclear * ((psi**2).sum() + (L**2).sum())
                + beta / 2 * ((X - f + y) ** 2).sum())
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        X = image()
        denoised, p = tv(f.reshape(T, N, N), p)
        f = (lam * denoised.reshape(T, -1) + beta * (X + y)) / (lam + beta)
        y = y + X - f
        best = max(best, psnr(X))
    if best >= target:
        reached = time.process_time() - start
        break
print(f"{best:.2f} {iteration + 1} {reached or time.process_time() - start:.2f} {reached is not None:d}")
