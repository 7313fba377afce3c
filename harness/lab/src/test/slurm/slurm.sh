#!/usr/bin/env bash
# A grid on a real Slurm: a controller and two nodes on this machine, started here and ended here.
# One node is killed in mid-run, one task is sent back into the queue; the losses must be those of a
# training that was never interrupted, byte for byte. Needs root, slurm-wlm and munge (Debian:
# apt-get install slurm-wlm munge); exits with 77 where one of them is missing.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../../.." && pwd)
skip() { printf 'skipped: %s\n' "$1"; exit 77; }
fail() {
  printf 'FAILED: %s\n' "$1" >&2
  tail -n 25 "$dir"/*.log "$dir"/results/slurm/*.log >&2 || true
  exit 1
}
step() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }
PATH=$PATH:/usr/sbin:/sbin
for tool in munged slurmctld slurmd sbatch squeue scontrol; do
  command -v "$tool" >/dev/null || skip "there is no $tool here"
done
[ "$(id -u)" -eq 0 ] || skip "Slurm's daemons need root"
id munge >/dev/null 2>&1 || skip "there is no user munge"

dir=$(mktemp -d /tmp/kleiber-slurm.XXXXXX)
pids=()
# Kills, as a power cut would, what Slurm started on a node (all nodes when none is named): the
# processes that have this script's Slurm in their environment, and what watches over them.
kill_jobs() {
  local environ pid parent text
  for environ in /proc/[0-9]*/environ; do
    pid=${environ//[^0-9]/}
    text=$({ tr '\0' '\n' <"$environ"; } 2>/dev/null) || continue
    grep -qx "SLURMD_NODENAME=${1:-.*}" <<<"$text" || continue
    grep -qx "SLURM_CONF=$dir/slurm.conf" <<<"$text" || continue
    parent=$(ps -o ppid= -p "$pid" | tr -d ' ') || continue
    if [ "$(cat "/proc/$parent/comm" 2>/dev/null)" = slurmstepd ]; then kill -KILL "$parent" || true; fi
    kill -KILL "$pid" 2>/dev/null || true
  done
}
cleanup() {
  for pid in "${pids[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
  kill_jobs
  rm -rf "$dir"
}
trap cleanup EXIT
chmod 755 "$dir"

step munge
mkdir "$dir/munge"
head -c 1024 /dev/urandom >"$dir/munge/key"
chown -R munge:munge "$dir/munge"
chmod 700 "$dir/munge"
chmod 600 "$dir/munge/key"
mkdir -m 755 "$dir/socket"
chown munge:munge "$dir/socket"
setpriv --reuid=munge --regid=munge --clear-groups munged --key-file="$dir/munge/key" \
  --socket="$dir/socket/munge" --pid-file="$dir/munge/pid" --log-file="$dir/munge/log" \
  --seed-file="$dir/munge/seed" || fail "munged does not start"
pids+=("$(cat "$dir/munge/pid")")

step slurm
port=$((20000 + RANDOM % 20000))
host=$(hostname -s)
cat >"$dir/slurm.conf" <<CONF
ClusterName=kleiber
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/socket/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
SlurmdTimeout=10
KillWait=20
MinJobAge=3600
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool-%n
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd-%n.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd-%n.log
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=$(nproc)
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=$(nproc)
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
mkdir "$dir/state" "$dir/spool-n1" "$dir/spool-n2"
export SLURM_CONF=$dir/slurm.conf
slurmctld -D -f "$SLURM_CONF" >>"$dir/slurmctld.log" 2>&1 &
pids+=($!)
for node in n1 n2; do
  slurmd -D -f "$SLURM_CONF" -N "$node" >>"$dir/slurmd-$node.log" 2>&1 &
  pids+=($!)
  declare "$node=$!"
done
for _ in $(seq 60); do
  [ "$(sinfo -h -N -t idle -o %N 2>/dev/null | wc -l)" -eq 2 ] && break
  sleep 1
done
[ "$(sinfo -h -N -t idle -o %N | wc -l)" -eq 2 ] || fail "the two nodes are not up"

export KLEIBER_CACHE=$dir/cache
settings=(
  --set 'grid.0.model=[{depth: 2, width: 16, heads: 2}, {depth: 2, width: 24, heads: 2}]'
  --set 'grid.0.tokens=[524288, 1048576]' --set 'grid.1.model=[{depth: 2, width: 32, heads: 2}]'
  --set 'grid.1.tokens=[2097152]' --set 'fit.holdOut.flopsAbove=3.6e11'
  --set 'fit.law={type: PowerLaw}' --set 'fit.bootstrap=50'
)
experiment=$home/experiments/quickstart.yaml
step "an uninterrupted training to compare with"
"$home/kleiber" run "$experiment" "${settings[@]}" --out "$dir/alone" >"$dir/alone.log" 2>&1 ||
  fail "the uninterrupted training"

step submit
"$home/kleiber" slurm "$experiment" "${settings[@]}" --out "$dir/results" --tasks 2 --cores "$(nproc)" --submit |
  tee "$dir/submitted.log"
job=$(sed -n 's/.*train.sh as job \([0-9]*\).*/\1/p' "$dir/submitted.log")
[ -n "$job" ] || fail "no job was submitted"

step "wait for both tasks to train, and for work that can be lost"
for _ in $(seq 1500); do
  running=$(squeue -h -j "$job" -t running | wc -l)
  begun=$({ cat "$dir"/results/unfinished/*/*/checkpoints.jsonl 2>/dev/null || true; } | wc -l)
  [ "$begun" -gt 0 ] && [ "$running" -eq 2 ] && break
  sleep 0.2
done
[ "$running" -eq 2 ] || fail "the tasks do not run side by side"

step "send the task of node n2 back into the queue"
task=$(squeue -h -j "$job" -w n2 -t running -o %A | head -n 1)
[ -n "$task" ] || fail "nothing runs on n2"
scontrol requeue "$task"

step "kill node n1 and all that runs on it"
kill -KILL "$n1"
kill_jobs n1

step "the other node does the rest"
for _ in $(seq 600); do
  [ -s "$dir/results/report.html" ] && [ -z "$(squeue -h)" ] && break
  sleep 1
done
[ -s "$dir/results/report.html" ] || fail "there is no report: $(squeue)"
restarts=$(scontrol show job "$job" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p' | sort -n | tail -n 1)
[ "${restarts:-0}" -ge 1 ] || fail "no task was ever started again"
"$home/kleiber" runs "$dir/results" | tail -n 1 | tee "$dir/runs.log"
count=$(ls "$dir/alone/runs" | wc -l)
grep -q "^$count runs: $count done$" "$dir/runs.log" || fail "not every run is done"
for run in "$dir"/alone/runs/*; do
  cmp "$run/checkpoints.jsonl" "$dir/results/runs/$(basename "$run")/checkpoints.jsonl" || fail "losses differ"
done
[ -z "$(ls "$dir/results/unfinished")" ] || fail "something was left unfinished"
step "done: $count runs, equal byte for byte"
