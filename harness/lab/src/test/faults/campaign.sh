#!/usr/bin/env bash
# Kills trainings at random moments and starts them again, and then counts what was lost.
#
#   campaign.sh [KILLS] [--out FILE] [--seed N] [--minutes M]
#
# A grid of solo runs, cohorts and a trunk with branches is trained once without interruption, then
# again and again: kill -9 of the coordinator or of one of its workers, now and then a SIGTERM or
# SIGINT, at random moments, until KILLS processes (200) were killed or M minutes are over. At the
# end every log and all final weights must be those of the training that was never interrupted, byte
# for byte, and no run may have been published twice. Exits with 1 when one is not.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../../.." && pwd)
kills=200 out= seed=$$ minutes=100000
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$2; shift 2 ;;
    --seed) seed=$2; shift 2 ;;
    --minutes) minutes=$2; shift 2 ;;
    [0-9]*) kills=$1; shift ;;
    *) printf 'campaign: what is %s? See the head of %s\n' "$1" "$0" >&2; exit 2 ;;
  esac
done
RANDOM=$seed
dir=$(mktemp -d "${TMPDIR:-/tmp}/kleiber-faults.XXXXXX")
coordinator=
cleanup() {
  if [ -n "$coordinator" ]; then kill -KILL "$coordinator" 2>/dev/null || true; fi
  [ -n "${keep:-}" ] || rm -rf "$dir"
}
trap cleanup EXIT
fail() {
  keep=yes
  printf 'FAILED: %s; all of it is in %s\n' "$1" "$dir" >&2
  exit 1
}
step() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
export KLEIBER_CACHE=$dir/cache
"$home/kleiber" --version >/dev/null # builds when needed
KLEIBER_BUILD=$(cd "${KLEIBER_BUILD:-$home/.builds/current}" && pwd -P)
export KLEIBER_BUILD
exec 8<"$KLEIBER_BUILD/built"
flock -s 8 # a newer build must not sweep this one away between two starts

mkdir "$dir/text"
for file in {1..60}; do
  for ((line = 0; line < 40; line++)); do
    printf 'the %d law of %d small models and %d tokens\n' $((RANDOM % 10)) $((RANDOM % 100)) $RANDOM
  done >"$dir/text/$file.txt"
done
cat >"$dir/mixed.yaml" <<YAML
name: mixed
question: Is anything lost?
base:
  corpus: {type: TextFiles, path: '$dir/text', tokenizer: {type: Bytes}, heldOutFraction: 0.2}
  context: 32
  batch: 8
  tokens: 81920
  repeat: true
  model: {type: Gpt, depth: 1, width: 16, heads: 2, position: rotary, norm: rms, activation: gelu, tiedHead: true, qkNorm: false, biases: false}
  optimizer: {learningRate: 1e-2, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1, clip: 1}
  schedule: {type: WarmupStableDecay, warmupTokens: 4096, decayFraction: 0.2, finalFraction: 0}
  checkpoints: {first: 4096, ratio: 1.3}
  heldOut:
    text: {tokens: 2048}
  seed: 1
grid:
  - model.depth: [2, 3]                     # solo: shapes of their own
    model.width: [32]
    schedule: [{type: Cosine, warmupTokens: 4096, finalFraction: 0.1}]
  - seed: [2, 3, 4, 5, 6, 7]                # cohorts
    schedule: [{type: Cosine, warmupTokens: 4096, finalFraction: 0.1}]
  - tokens: [61440, 81920, 122880, 163840]  # a trunk with branches
    model.width: [24]
fit:
  law: {type: PowerLaw}
  objective: {type: Huber, delta: 1e-3}
  heldOut: text
  checkpoints: last
  params: total
  flops: exact
  holdOut: {flopsAbove: 2e10}
  bootstrap: 50
  confidence: 0.9
YAML

# run FOLDER [OPTION…]: becomes the coordinator of the grid.
run() {
  local folder=$1
  shift
  exec "$home/kleiber" run "$dir/mixed.yaml" --out "$folder" --devices cpu --threads 2 \
    --cohort 3 --keep-weights "$@"
}

# For each run that is published: its id, and the file that says so. Another file is another run.
published() { find "$1/runs" -mindepth 2 -maxdepth 2 -name provenance.json -printf '%h %i\n' 2>/dev/null | sed 's|.*/||' | sort || true; }

step "the grid without interruption"
began=$SECONDS
(run "$dir/whole" >"$dir/whole.log" 2>&1) || { cat "$dir/whole.log" >&2; fail "the grid does not run"; }
whole=$((SECONDS - began))
runs=$(find "$dir/whole/runs" -mindepth 1 -maxdepth 1 | wc -l)
step "$runs runs in $whole s"

killed=0 killed_coordinators=0 killed_workers=0 stopped=0 starts=0 resumed=0 grids=0 all=0 lost=0 twice=0 differing=0 leftovers=0

# Deals one blow to the coordinator or to a worker of its. Gives 0 when the coordinator is to end.
blow() {
  local workers victim
  case $((RANDOM % 8)) in
    0) kill -"$([ $((RANDOM % 2)) -eq 0 ] && echo TERM || echo INT)" "$coordinator" 2>/dev/null || return 0
       stopped=$((stopped + 1)) ;;
    1 | 2) kill -KILL "$coordinator" 2>/dev/null || return 0
       killed=$((killed + 1)) killed_coordinators=$((killed_coordinators + 1)) ;;
    *) mapfile -t workers < <(pgrep -P "$coordinator" java || true)
       [ ${#workers[@]} -gt 0 ] || return 1
       victim=${workers[RANDOM % ${#workers[@]}]}
       kill -KILL "$victim" 2>/dev/null || return 1
       killed=$((killed + 1)) killed_workers=$((killed_workers + 1))
       return 1 ;;
  esac
}

# Waits for a random moment: one in six at any time, the others while something trains, for else
# most would fall into the start of a process.
moment() {
  local now=$((RANDOM % 6))
  touch "$dir/looked"
  while [ $now -ne 0 ] && kill -0 "$coordinator" 2>/dev/null; do
    [ -z "$(find "$1/snapshots" "$1/runs" -newer "$dir/looked" -print -quit 2>/dev/null)" ] || now=0
    sleep 0.1
  done
  sleep "$((RANDOM % 4)).$((RANDOM % 10))"
}

# A grid from its beginning to its end, with as many blows as it takes.
grid() {
  local folder=$dir/grid-$grids log code before
  : >"$dir/published"
  while true; do
    log=$dir/grid-$grids.$starts.log
    starts=$((starts + 1))
    set -m # or a shell's child in the background would be deaf to SIGINT
    (run "$folder" --workers $((1 + RANDOM % 2)) --snapshot-every "0.$((RANDOM % 4))" >"$log" 2>&1) &
    coordinator=$!
    set +m
    while kill -0 "$coordinator" 2>/dev/null; do
      moment "$folder"
      if [ $killed -lt "$kills" ] && [ $SECONDS -lt $((minutes * 60)) ] && blow; then break; fi
    done
    code=0
    wait "$coordinator" 2>/dev/null || code=$?
    coordinator=
    resumed=$((resumed + $(grep -c ' goes on after step ' "$log" || true)))
    ! grep -q '^	at ' "$log" || fail "a stack trace in $log"
    published "$folder" >"$dir/now"
    # What was published once stays as it is, but for runs that had failed.
    before=$(comm -23 "$dir/published" "$dir/now" | wc -l)
    twice=$((twice + before))
    # A failed run is one that lost its worker three times: it is tried again, so it may be replaced.
    grep -v -F -f <(grep -l '"state":"failed"' "$folder"/runs/*/outcome.json 2>/dev/null |
      sed 's|.*/runs/\([0-9a-f]*\)/.*|\1|'; echo none) "$dir/now" >"$dir/published" || true
    case $code in
      0) break ;;
      1 | 130 | 137 | 143) ;; # a run failed, stopped, killed, stopped before it could listen
      *) # three starts of one worker in a row were hit: the grid gives up, and the user starts it again
         grep -q 'does not start, tried' "$log" || fail "the coordinator ended with $code: $log" ;;
    esac
  done
  compare "$folder"
  grids=$((grids + 1))
  rm -rf "$folder" "$dir"/grid-*.log
  step "grid $grids: $killed of $kills killed, $starts starts, $lost lost, $twice twice, $differing differ"
}

compare() {
  local folder=$1 run file before=$((lost + twice + differing + leftovers))
  for run in "$dir"/whole/runs/*; do
    run=${run##*/}
    all=$((all + 1))
    if [ ! -f "$folder/runs/$run/outcome.json" ]; then
      lost=$((lost + 1))
      continue
    fi
    for file in spec.json facts.json outcome.json checkpoints.jsonl weights.safetensors; do
      if ! cmp -s "$dir/whole/runs/$run/$file" "$folder/runs/$run/$file"; then
        differing=$((differing + 1))
        step "$folder/runs/$run/$file differs"
      fi
    done
  done
  leftovers=$((leftovers + $(find "$folder/unfinished" "$folder/snapshots" -type f 2>/dev/null | wc -l)))
  leftovers=$((leftovers + $(find "$folder/runs" -mindepth 1 -maxdepth 1 -name '*.*' | wc -l)))
  [ $((lost + twice + differing + leftovers)) -eq $before ] || fail "$lost lost, $twice twice, $differing files differ, $leftovers left over"
}

while [ $killed -lt "$kills" ] && [ $SECONDS -lt $((minutes * 60)) ]; do grid; done

summary() {
  cat <<END
| what | count |
|---|---|
| processes killed by SIGKILL | $killed |
| … coordinators | $killed_coordinators |
| … workers | $killed_workers |
| stopped by SIGTERM or SIGINT | $stopped |
| starts of a coordinator | $starts |
| runs that went on from a snapshot | $resumed |
| grids trained to their end | $grids |
| runs in them | $all |
| runs lost | $lost |
| runs published twice | $twice |
| files that differ (spec, facts, outcome, checkpoints, weights) | $differing |
| files left over | $leftovers |
| seconds, all / one grid uninterrupted | $SECONDS / $whole |
| seed | $seed |
END
}
summary
if [ -n "$out" ]; then summary >"$out"; fi
