# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by quickstart.sh and test.sh: what the program needs on Debian, installed where it is
# missing. Uses bash, dpkg-query and apt-get alone, so that it works on a bare system.

# Everything that a build and a run stand on; cmake/QvDependencies.cmake looks for the same.
# shellcheck disable=SC2034 # used by those that source this
qv_build_packages=(
  build-essential cmake pkg-config ninja-build
  libopenmpi-dev openmpi-bin libhdf5-openmpi-dev libpetsc-real-dev
  libgsl-dev libopenblas-dev librandom123-dev
  libyaml-dev libcairo2-dev libssl-dev zlib1g-dev
)
# Data that decks of inputs/ name.
# shellcheck disable=SC2034
qv_data_packages=(dataset-fashion-mnist)

# The packages of "$@" that are not installed, into the array qv_missing.
qv_find_missing() {
  local installed package
  installed=" $(dpkg-query -W -f '${db:Status-Status}:${Package} ' "$@" 2>/dev/null || true) "
  qv_missing=()
  for package in "$@"; do
    [[ $installed == *" installed:$package "* ]] || qv_missing+=("$package")
  done
}

# Install "$@", or say how and stop with 69 (a service is unavailable).
qv_install() {
  local as_root=()
  local options=(install -y --no-install-recommends -o DPkg::Lock::Timeout=300)
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null; then
      printf 'These packages are missing, and installing them needs root:\n'
      printf '\n  apt-get update && apt-get install -y --no-install-recommends %s\n\n' "$*"
      exit 69
    fi
    as_root=(sudo)
  fi
  printf 'Installing with apt: %s\n' "$*"
  if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
         apt-get update -q -o DPkg::Lock::Timeout=300 ||
     ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q "${options[@]}" "$@"; then
    printf 'apt-get failed. To install by hand, as root:\n'
    printf '\n  apt-get update && apt-get install -y --no-install-recommends %s\n\n' "$*"
    exit 69
  fi
}

# qv_setup PACKAGE…: see that all are there. Quick when they are.
qv_setup() {
  if ! command -v dpkg-query >/dev/null; then
    printf 'No dpkg here: taking for granted what docs/guide.md lists under "Building".\n'
    return
  fi
  qv_find_missing "$@"
  [ ${#qv_missing[@]} -eq 0 ] || qv_install "${qv_missing[@]}"
}

# qv_build TARGET: configure and build the release preset, from the top of the sources
qv_build() {
  cmake --preset release && cmake --build --preset release --target "$1"
}
