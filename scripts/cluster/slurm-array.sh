#!/usr/bin/env bash
# Runs a sweep as an array of SLURM, a part in each task, and tells how to merge the parts.
#
#     PARTS=10 sbatch --array=1-10 scripts/cluster/slurm-array.sh sweep.dls [arguments]
#     PARTS=10 sbatch --array=4 scripts/cluster/slurm-array.sh sweep.dls       # part 4 again, which goes on
#
# PARTS is the number of all parts, also where a few are started again. DLS names the program: `dls`, unless set. All tasks
# run in the folder that sbatch was called in. Give sbatch what your cluster asks for, such as --time and --mem.
#SBATCH --job-name=dls-sweep
#SBATCH --output=dls-part-%a.log
set -euo pipefail

: "${PARTS:?say how many parts there are, as in PARTS=10 sbatch --array=1-10 ...}"
: "${SLURM_ARRAY_TASK_ID:?start it by sbatch --array=1-$PARTS}"
(($#)) || { echo "usage: PARTS=n sbatch --array=1-n slurm-array.sh FILE.dls [arguments]" >&2; exit 2; }

export DLS_THREADS=${DLS_THREADS:-${SLURM_CPUS_PER_TASK:-1}}
"${DLS:-dls}" run --part "$SLURM_ARRAY_TASK_ID/$PARTS" "$@"
echo "when all parts are done: dls runs merge '.dls/runs-part-*-of-$PARTS.sqlite', then dls run $1"
