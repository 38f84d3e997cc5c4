# SPDX-License-Identifier: GPL-3.0-or-later
"""Figures of finished runs against certified references; prints each beside its bound."""
import sys

import h5py
import numpy as np

failed = 0


def check(what, value, bound):
    global failed
    ok = bool(value <= bound)
    failed += not ok
    print(f"{'ok' if ok else 'NOT OK'}  {what}: {value:.3g} (bound {bound:.3g})")


def result(name):
    with h5py.File(name + ".h5") as f:
        return {k: v[()] for k, v in f["result"].items()}


# Pythagorean problem: binary128 Taylor integration, two orders agreeing to 1e-19
reference = {
    10: [[0.77848041013808549311, 0.14139230029008616862], [-2.02509247797819858616, 0.09721938414605839650],
         [1.15298573629970757306, -0.16261088749089841837]],
    60: [[0.74380750011808291542, 1.93994795109486329943], [0.26401033468625653894, -0.73162439486996371682],
         [-0.65749276781985498041, -0.57866925476094706200]],
}
for t, bound in ((10, 1e-11), (60, 1e-5)):
    r = result(f"pythagorean-{t}")
    check(f"Pythagorean t = {t}", np.abs(r["position"][0] - reference[t]).max(), bound)
    check(f"Pythagorean t = {t}: the end is met", abs(r["time"][0] - t), 0)
r = result("pythagorean-70")
check("closest approach", abs(r["closest_approach"][0] / 4.138248362587e-4 - 1), 1e-9)
check("its time", abs(r["closest_approach_time"][0] / 15.829920271582 - 1), 1e-9)
check("its pair is 4 and 5", abs(r["closest_approach_pair"][0] - 2), 0)
check("the body of mass 3 escapes", abs(r["escaper"][0] - 1), 0)

r = result("figure-eight")
check("figure-eight, 10 periods", np.abs(r["position"] - r["initial_position"]).max(), 1e-11)
r = result("brake")
back = np.abs(r["position"] - r["initial_position"]).max(axis=(1, 2))
check("brake orbits F1 to F5", back[:5].max(), 2e-9)
check("all 30 brake orbits", back.max(), 5e-7)

# the paper's seeds: 128-bit references, with 1 km/s = 0.2109535107 au/yr; here the velocities differ
# in the fifth digit, so only the initial conditions compare
first = {0: (13.232202558909872, 7.151893663724195, -6.027633760716439, 13.173247744953454),
         3: (13.261968538618632, 7.0814782261810478, -2.9090473891294435, 12.662414077964945)}
r = result("seeds-10yr")
for seed, k in first.items():
    x = r["initial_position"][seed]
    drawn = np.array([x[1] - x[0], x[2] - x[0]]).ravel()
    check(f"initial positions of seed {seed}", np.abs(drawn - k).max(), 1e-14)
check("centre of mass at rest", np.abs(r["initial_velocity"].sum(axis=1)).max(), 1e-15)
check("10 km/s", abs(np.linalg.norm(r["initial_velocity"][0, 0] - r["initial_velocity"][0, 2]) - 2.10945021), 1e-14)

r = result("paper-regularised")
e = r["energy_error"]
check("paper's seeds, regularised: median energy error", np.median(e), 1e-13)
check("largest", e.max(), 5e-12)
check("force evaluations a seed", r["force_evaluations"].mean(), 15000)
check("angular momentum error", r["angular_momentum_error"].max(), 1e-11)
check("drift of the centre of mass (au)", r["centre_of_mass_drift"].max(), 1e-10)

# the paper's seeds with the Hermite scheme: mean steps, median energy error
table = {"1e-4": (831900, None), "2.15443469e-4": (386329, None), "4.64158883e-4": (179373, None),
         "1e-3": (83337, None), "2.15443469e-3": (38762, None), "4.64158883e-3": (18072, 3.4e-10),
         "1e-2": (8469, 1.2e-8), "2.15443469e-2": (4008, 5.4e-7), "4.64158883e-2": (1941, 2.3e-5)}
for mu, (steps, median) in table.items():
    r = result(f"paper-{mu}")
    check(f"Hermite mu = {mu}: steps off by", abs(r["steps"].mean() / steps - 1), 0.005)
    e = np.median(r["energy_error"])
    if median:
        check(f"Hermite mu = {mu}: median energy error off by", abs(e / median - 1), 0.2)
    else:
        check(f"Hermite mu = {mu}: median energy error", e, 4.3e-11 if mu == "1e-4" else 2e-11)
sys.exit(failed > 0)
