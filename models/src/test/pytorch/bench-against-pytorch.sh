#!/usr/bin/env bash
# Kleiber against PyTorch, the same models on the same cores, in turns: prints the medians over
# rounds of tokens per second and their ratios, then those of a cohort of eight against eight models
# one after another.
#   bench-against-pytorch.sh [ROUNDS]     5 when not given
#   PYTHON      how to start a Python with PyTorch: python3 when not set. It may be several words,
#               such as a chroot. Debian's PyTorch is at its best with libopenblas0-openmp:
#               OMP_NUM_THREADS=2 LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-openmp
#   CONFIGS     "S M L XL tiny" when not set
#   COHORTS     "S tiny" when not set
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
home=$here/../../../..
rounds=${1:-5}
python=${PYTHON:-python3}
configs=${CONFIGS-S M L XL tiny}
cohorts=${COHORTS-S tiny}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || { echo "bench-against-pytorch: ROUNDS is $rounds but must be a whole number of at least 1" >&2; exit 2; }
version=$($python -c 'import torch; print(torch.__version__)') \
  || { echo "bench-against-pytorch: '$python' has no PyTorch; set PYTHON to one that has" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# measure CONFIG MEMBERS: one row, "config members kleiber pytorch".
measure() {
  local ours theirs
  "$home/kleiber" bench "$1" --members "$2" --rounds 1 --json "$work/bench.json" >/dev/null
  ours=$(sed 's/.*"tokensPerSecond":\([0-9.e+]*\).*/\1/' "$work/bench.json")
  # shellcheck disable=SC2086  # a command is words
  theirs=$($python - "$1" --models "$2" <"$here/gpt.py")
  echo "$1 $2 $ours $theirs" | tee -a "$work/rows" >&2
}

for ((round = 1; round <= rounds; round++)); do
  for config in $configs; do measure "$config" 1; done
  for config in $cohorts; do measure "$config" 8; done
done

printf '\nmedians of %d rounds, tokens/s; PyTorch %s\n' "$rounds" "$version"
printf '%-7s %7s %10s %10s %7s   %s\n' config models Kleiber PyTorch ratio 'ratio, lowest–highest round'
# median COLUMN-EXPRESSION: of the rows on stdin.
median() { awk "{ print $1 }" | sort -g | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
cut -d' ' -f1,2 "$work/rows" | awk '!seen[$0]++' | while read -r config models; do
  rows=$(grep "^$config $models " "$work/rows")
  ratios=$(awk '{ printf "%.2f\n", $3 / $4 }' <<<"$rows" | sort -g)
  printf '%-7s %7d %10.0f %10.0f %7.2f   %s–%s\n' "$config" "$models" "$(median '$3' <<<"$rows")" \
    "$(median '$4' <<<"$rows")" "$(median '$3 / $4' <<<"$rows")" "$(head -n 1 <<<"$ratios")" "$(tail -n 1 <<<"$ratios")"
done
