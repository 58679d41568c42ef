#!/usr/bin/env bash
# Runs a sweep in parts side by side on this machine, merges them, and runs the script for the whole table.
#
#     PARTS=8 JOBS=4 scripts/cluster/parallel.sh sweep.dls [arguments]
#
# JOBS parts go on at a time: as many as there are cores, unless set. By GNU parallel where it is installed, else by xargs.
# Started again, it goes on. DLS names the program: `dls`, unless set. What a part prints is in dls-part-N.log.
set -euo pipefail

(($#)) || { echo "usage: PARTS=n [JOBS=n] parallel.sh FILE.dls [arguments]" >&2; exit 2; }
export DLS=${DLS:-dls} PARTS=${PARTS:?say how many parts there are, as in PARTS=8}
export DLS_THREADS=${DLS_THREADS:-1}
jobs=${JOBS:-$(nproc)}

# The part is the last word.
part() {
    local number=${*: -1}
    "$DLS" run --part "$number/$PARTS" "${@:1:$#-1}" >"dls-part-$number.log" 2>&1 && return
    echo "part $number failed: see dls-part-$number.log" >&2
    return 1
}
export -f part

if command -v parallel >/dev/null; then
    seq "$PARTS" | parallel -q --jobs "$jobs" part "$@"
else
    # shellcheck disable=SC2016 # The inner shell expands it.
    seq "$PARTS" | xargs -P "$jobs" -n 1 bash -c 'part "$@"' part "$@"
fi
files=${DLS_RUNS:-.dls/runs.sqlite}
[[ ! -d $files ]] || files=${files%/}/runs.sqlite
"$DLS" runs merge "${files%.*}-part-*-of-$PARTS.${files##*.}"
"$DLS" run "$@"
