#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small made-up data for the decks of this folder that read a file, into the working directory:
data.h5, binary.h5, images.h5, texts.h5, quad.h5 and points.h5. Needs numpy and h5py."""
import h5py
import numpy as np

r = np.random.default_rng(0)


def write(name, **arrays):
    with h5py.File(name, "w") as f:
        for path, array in arrays.items():
            f[path.replace("__", "/")] = array


def samples(name, classes, wrong):
    """Labels of a linear rule; a share of those for training is wrong."""
    x, w = r.normal(size=(900, 5)), r.normal(size=(5, classes))
    true = np.argmax(x @ w, 1)
    label = true.copy()
    noisy = r.random(900) < wrong
    noisy[300:] = False
    label[noisy] = r.integers(0, classes, noisy.sum())
    write(name, train__x=x[:300], train__label=label[:300], train__label_true=true[:300],
          validation__x=x[300:600], validation__label=true[300:600],
          test__x=x[600:], test__label=true[600:])


def images(name):
    """Six classes around centres of their own."""
    label = np.arange(600) % 6
    write(name, train__x=2 * r.normal(size=(6, 8))[label] + r.normal(size=(600, 8)), train__label=label)


def texts(name):
    """Words below 50 are common in texts of class 0, those above in class 1; 30 % of the training
    labels are wrong."""
    def draw(n):
        label = r.integers(0, 2, n)
        word = r.integers(0, 50, (n, 12)) + 50 * (r.random((n, 12)) < 0.3 + 0.4 * label[:, None])
        word[np.arange(12) >= r.integers(6, 13, (n, 1))] = -1
        return word, label
    (a, true), (b, validation) = draw(240), draw(120)
    label = np.where(r.random(240) < 0.3, 1 - true, true)
    write(name, train__tokens=a, train__label=label, train__label_true=true,
          validation__tokens=b, validation__label=validation)


def quadratic(name, points, dx=3, dy=4):
    half = [r.normal(size=(n, n)) for n in (dx, dy, dy)]
    h, a, f = (m @ m.T + np.eye(len(m)) for m in half)
    write(name, data__A=a, data__F=f, data__H=h, data__C=r.normal(size=(dx, dy)),
          data__K=r.normal(size=(dx, dy)), data__a=r.normal(size=dy), data__f=r.normal(size=dy),
          data__h=r.normal(size=dx))
    write(points, x=r.normal(size=(5, dx)))


samples("data.h5", 3, 0.4)
samples("binary.h5", 2, 0)
images("images.h5")
texts("texts.h5")
quadratic("quad.h5", "points.h5")
