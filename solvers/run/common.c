/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solvers/run/common.h"

// clang-format off
const qv_key qv_common_keys[] = {
  QV_ROW(TEXT, qv_common, problem, .path = "problem",
         .doc = "what to do; `quadrivium list` shows all problems"),
  QV_ROW(TEXT, qv_common, title, .path = "title", .preset = "",
         .doc = "one line that goes into the output and its pictures"),
  QV_ROW(INT, qv_common, seed, .path = "seed", .preset = "0", .range = "[0,inf)",
         .doc = "of every random number of the run"),
  QV_ROW(TEXT, qv_common, output, .path = "output", .flags = QV_KEY_NEUTRAL,
         .doc = "the HDF5 file that the run makes, from the working directory"),
  QV_ROW(INT, qv_common, step, .path = "run.step", .preset = "", .range = "[1,inf)",
         .flags = QV_KEY_NEUTRAL,
         .doc = "work between two looks at clock and signals, in the problem's unit of work; "
                "by default about a tenth of a second"),
  QV_ROW(TEXT, qv_common, deadline, .path = "run.deadline", .preset = "", .flags = QV_KEY_NEUTRAL,
         .doc = "local time (2026-01-31T12:00:00) before which the run has stopped with a checkpoint"),
  QV_ROW(REAL, qv_common, wall_time, .path = "run.wall-time", .preset = "", .range = "(0,inf)",
         .unit = "s", .flags = QV_KEY_NEUTRAL,
         .doc = "stop with a checkpoint after so much time"),
  QV_ROW(QUANTITY, qv_common, checkpoint_every, .path = "checkpoint.every", .preset = "5 min",
         .range = "(0,inf)", .unit = "s|min|h|d|steps", .flags = QV_KEY_NEUTRAL,
         .doc = "time or number of steps between two checkpoints"),
  QV_ROW(TEXT, qv_common, checkpoint_directory, .path = "checkpoint.directory", .preset = ".",
         .flags = QV_KEY_NEUTRAL,
         .doc = "folder of the checkpoints <output>.ckpt-0 and -1; '.' is beside the output"),
  {QV_KEY_END}
};
// clang-format on
