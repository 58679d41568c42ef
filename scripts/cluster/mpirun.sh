#!/usr/bin/env bash
# Runs a sweep in parts under mpirun, a part in each process, merges them, and runs the script for the whole table.
#
#     scripts/cluster/mpirun.sh -n 8 [options of mpirun] -- sweep.dls [arguments]
#
# All processes must see this folder. Started again with as many processes, it goes on. DLS names the program: `dls`,
# unless set; MPIRUN the launcher.
set -euo pipefail

options=()
while (($#)) && [[ $1 != -- ]]; do
    options+=("$1")
    shift
done
(($# > 1)) || { echo "usage: mpirun.sh [options of mpirun] -- FILE.dls [arguments]" >&2; exit 2; }
shift

"${MPIRUN:-mpirun}" "${options[@]}" "${DLS:-dls}" run --part mpi "$@"
files=${DLS_RUNS:-.dls/runs.sqlite}
[[ ! -d $files ]] || files=${files%/}/runs.sqlite
"${DLS:-dls}" runs merge "${files%.*}-part-*.${files##*.}"
"${DLS:-dls}" run "$@"
