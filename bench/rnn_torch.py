# SPDX-License-Identifier: GPL-3.0-or-later
# Hyper-cleaning of texts by BO-REP in PyTorch, as one writes it by hand: autograd, and autograd of
# the gradient's product with z for Hessian and cross products. The same network, sizes and number of
# oracle calls as the deck of rnn_torch.sh. Prints milliseconds an iteration.
import sys
import time

import torch
from torch import nn

torch.set_num_threads(1)
torch.manual_seed(0)
N, M, WORDS, E, H, F, T, B = 2000, 400, 4000, 50, 64, 64, 40, 32
PERIOD, STEPS, ITERATIONS = 2, 6, int(sys.argv[1])

table = torch.randn(WORDS, E)
tokens, label = torch.randint(WORDS, (N, T)), torch.randint(2, (N,))
v_tokens, v_label = torch.randint(WORDS, (M, T)), torch.randint(2, (M,))


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(E, H, num_layers=2, batch_first=True)
        self.head = nn.Sequential(nn.Linear(H, F), nn.Tanh(), nn.Linear(F, F), nn.Tanh(), nn.Linear(F, 2))

    def forward(self, words):
        return self.head(self.rnn(table[words])[0].max(1).values)


net = Classifier()
y = list(net.parameters())
lam = torch.zeros(N, requires_grad=True)
z = [torch.zeros_like(p) for p in y]
m = torch.zeros(N)
ce = nn.CrossEntropyLoss(reduction="none")


def lower():
    i = torch.randint(N, (B,))
    loss = (torch.sigmoid(lam[i]) * ce(net(tokens[i]), label[i])).mean()
    return loss + 1e-4 * sum((p * p).sum() for p in y)


def upper():
    j = torch.randint(M, (B,))
    return ce(net(v_tokens[j]), v_label[j]).mean()


def inner(a, b):
    return sum((p * q).sum() for p, q in zip(a, b))


def iterate(t):
    global m
    if t and t % PERIOD == 0:
        for _ in range(STEPS):
            g = torch.autograd.grad(lower(), y)
            with torch.no_grad():
                for p, q in zip(y, g):
                    p -= 0.1 * q
    g = torch.autograd.grad(lower(), y, create_graph=True)
    hz = torch.autograd.grad(inner(g, z), y)
    fy = torch.autograd.grad(upper(), y)
    for k in range(len(z)):
        z[k] -= 0.02 * (hz[k] - fy[k])
    g = torch.autograd.grad(lower(), y, create_graph=True)
    h = -torch.autograd.grad(inner(g, z), lam)[0]
    m = 0.9 * m + 0.1 * h
    with torch.no_grad():
        lam.sub_(0.1 * m / (m.norm() + 1e-10))


for t in range(4):
    iterate(t)
start = time.perf_counter()
for t in range(ITERATIONS):
    iterate(t + 4)
print(1e3 * (time.perf_counter() - start) / ITERATIONS)
