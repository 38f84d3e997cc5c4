# SPDX-License-Identifier: GPL-3.0-or-later
"""Time scikit-image's radon on the frames of projector.c, one angle a frame, and compare the values."""
import sys
import time

import numpy as np
from skimage.transform import radon

image = np.fromfile("projector.image").reshape(128, 128)
ours = np.fromfile("projector.samples").reshape(128, 128)
degrees = 180 * np.arange(128) / 128

theirs = np.empty_like(ours)
best = np.inf
for again in range(3):
    start = time.process_time()
    for t, angle in enumerate(degrees):
        # rows go downwards there, and pixels have side 1
        theirs[t] = radon(image[::-1], [angle], circle=True)[:, 0] * 2 / 128
    best = min(best, (time.process_time() - start) / 128)

# its centre is pixel N/2 where ours lies between two pixels
error = min(np.linalg.norm(np.roll(theirs, s, 1) - ours) / np.linalg.norm(ours) for s in (-1, 0, 1))
seconds = float(sys.argv[1])
print(f"scikit-image {best:.3g} s a projection, ours {seconds:.3g} s: {best / seconds:.0f} times faster")
print(f"relative difference of the projections {error:.3f}")
sys.exit(0 if error < 0.05 and best > 50 * seconds else 1)
