# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that the program stands on, as one interface target.
find_package(PkgConfig REQUIRED)
find_package(MPI REQUIRED COMPONENTS C)

# The real-scalar PETSc by name, since update-alternatives may point to the complex one. A PETSC_DIR
# (with PETSC_ARCH) of the user's own comes first.
file(GLOB qv_petsc_folders "/usr/lib/petscdir/petsc*/*-real/lib/pkgconfig")
list(SORT qv_petsc_folders ORDER DESCENDING)
if(DEFINED ENV{PETSC_DIR})
  list(PREPEND qv_petsc_folders "$ENV{PETSC_DIR}/$ENV{PETSC_ARCH}/lib/pkgconfig"
       "$ENV{PETSC_DIR}/lib/pkgconfig")
endif()
list(JOIN qv_petsc_folders ":" qv_petsc_path)
set(ENV{PKG_CONFIG_PATH} "${qv_petsc_path}:$ENV{PKG_CONFIG_PATH}")
pkg_search_module(PETSC REQUIRED IMPORTED_TARGET petsc>=3.18 PETSc>=3.18)

pkg_search_module(HDF5 REQUIRED IMPORTED_TARGET hdf5-openmpi hdf5)
find_library(QV_HDF5_HL NAMES hdf5_openmpi_hl hdf5_hl HINTS ${HDF5_LIBRARY_DIRS} REQUIRED)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(CAIRO REQUIRED IMPORTED_TARGET cairo-png)
pkg_check_modules(OPENBLAS REQUIRED IMPORTED_TARGET openblas)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(GSL REQUIRED gsl)
find_library(QV_GSL NAMES gsl HINTS ${GSL_LIBRARY_DIRS} REQUIRED)
find_path(QV_RANDOM123 Random123/philox.h REQUIRED)

add_library(qv_dependencies INTERFACE)
target_include_directories(qv_dependencies SYSTEM INTERFACE ${QV_RANDOM123} ${GSL_INCLUDE_DIRS})
# GSL before OpenBLAS: the other way round it runs on its own slow cblas.
target_link_libraries(qv_dependencies INTERFACE PkgConfig::PETSC PkgConfig::HDF5 ${QV_HDF5_HL}
  PkgConfig::YAML PkgConfig::CAIRO PkgConfig::CRYPTO PkgConfig::ZLIB ${QV_GSL} PkgConfig::OPENBLAS
  MPI::MPI_C m)
