#!/usr/bin/env bash
# One global fit of Chinchilla's law to the 240 points of Besiroglu et al. 2024, by Kleiber and by
# SciPy. Fails when Kleiber's objective is above any of SciPy's.
#   side-by-side.sh POINTS.csv [EVERY]   every EVERY-th of SciPy's 4,500 starts, its time scaled up
#   PYTHON                               an interpreter with numpy and scipy; python3 when not set
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
points=$1
fit=$(mktemp)
trap 'rm -f "$fit"' EXIT

"$here/../../../../../kleiber" fit "$points" --map 'N=Model Size,C=Training FLOP,L=loss' \
  --where 'loss < 3.44' --bootstrap 0 --json "$fit" >/dev/null
ours=$(sed -n 's/^  "cost" : \(.*\),$/\1/p' "$fit")
echo "Kleiber: objective $ours, $(sed -n 's/^  "seconds" : \(.*\),$/\1/p' "$fit") s in a JVM just started; warm: mvn -q verify -Pjmh -pl harness/laws -Djmh=FitBenchmark.fit"
"${PYTHON:-python3}" "$here/chinchilla.py" "$points" "${2:-1}" | while IFS= read -r line; do
  echo "$line"
  theirs=$(sed 's/.*objective \([^,]*\),.*/\1/' <<<"$line")
  awk -v ours="$ours" -v theirs="$theirs" 'BEGIN { exit !(ours <= theirs * (1 + 1e-11)) }' ||
    { echo "Kleiber's objective is above that"; exit 1; }
done
