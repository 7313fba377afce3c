#!/usr/bin/env bash
# The CUDA engine on this machine's first card: what is installed, every kernel against the plain double-precision one, heads
# by chunks of rows against whole ones, equal bits, 200 steps, then tokens per second and the time of each kind of kernel; beside PyTorch where there is one.
#   docker/gpu-check.sh [--out DIR] [--limit SECONDS] [PART...]
#     PART       survey, kernels, bits, steps, speed, pytorch; all of them when none is named
#     --out      folder for PART.jsonl, every number as a line of JSON; results/gpu/CARD when not given
#     --limit    seconds after which a part stops itself, 540 when not given; what it did until then is kept
#     PYTHON     a Python with PyTorch for CUDA: python3 when not set
#     CARD       emulated: a card that the processor emulates, to try this script out; needs g++
#   docker/gpu-check.sh bundle [--part-size MIB] [FILE]
#     packs this check with a Java runtime, to be run where there is no Java, Maven or network;
#     FILE is kleiber-gpu-check.tar.gz when not given, cut into parts when larger than 60 MiB
# It needs a JDK 25 or the bundle's runtime, and what `mvn test-compile -pl models` leaves in models/target.
# Status 1: something is wrong or was not finished; 2: it could not start.
set -euo pipefail
export LC_ALL=C
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
all=(survey kernels bits steps speed pytorch)
name=kleiber-gpu-check

case ${CARD:-} in
  "" | emulated) ;;
  *) printf "gpu-check: CARD is '%s' but can only be emulated, or not set\n" "$CARD" >&2; exit 2 ;;
esac
die() { printf 'gpu-check: %s\n' "$1" >&2; exit 2; }
positive() { [[ $2 =~ ^[1-9][0-9]{0,5}$ ]] || die "$1 '$2' is not a whole number above 0"; }

find_java() {
  local candidate
  for candidate in "$home/runtime/bin/java" "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /opt/java/*/bin/java; do
    if [ -x "$candidate" ] && [ "$("$candidate" -version 2>&1 | sed -n '1s/[^"]*"\([0-9]*\).*/\1/p')" -ge 25 ]; then
      echo "$candidate"
      return
    fi
  done
  die "no JDK 25 was found; set JAVA_HOME to one, or unpack a bundle, which brings its own (gpu-check.sh bundle)"
}

# A runtime for this check alone; says which kind it became.
make_runtime() {
  local jdk=$1 into=$2 log=$3
  if [ -x "$jdk/bin/jlink" ] && "$jdk/bin/jlink" --add-modules java.base --strip-debug --no-header-files --no-man-pages \
    --output "$into" >"$log" 2>&1; then
    echo "runtime: java.base of $jdk by jlink"
  else
    rm -rf "$into"
    mkdir "$into"
    tar -C "$jdk" -ch --exclude=./jmods --exclude=./include --exclude=./man --exclude=./demo --exclude=./sample \
      --exclude=src.zip --exclude=ct.sym --exclude=classes.jsa --exclude=classes_nocoops.jsa . | tar -C "$into" -x
    [ -s "$log" ] || echo "it has no jlink" >"$log"
    echo "runtime: a copy of $jdk without what only developers need; jlink made none: $(head -n 1 "$log")"
  fi
}

bundle() {
  local size=60 file= java staged parts
  while [ $# -gt 0 ]; do
    case $1 in
      --part-size) positive "--part-size" "${2:-}"; size=$2; shift 2 ;;
      -*) die "bundle has no option '$1', only --part-size MIB" ;;
      *) [ -z "$file" ] || die "bundle writes one file, but '$file' and '$1' were given"; file=$1; shift ;;
    esac
  done
  file=${file:-$name.tar.gz}
  [ -d "$(dirname "$file")" ] || die "there is no folder '$(dirname "$file")' to write '$file' into"
  java=$(find_java)
  staged=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$staged'" EXIT
  mkdir -p "$staged/$name/docker" "$staged/$name/models/target/test-classes" "$staged/$name/models/src/test/pytorch"
  make_runtime "$(dirname "$(dirname "$(readlink -f "$java")")")" "$staged/$name/runtime" "$staged/jlink"
  cp "${BASH_SOURCE[0]}" "$staged/$name/docker/"
  cp -R "$home/models/target/classes" "$staged/$name/models/target/"
  cp -R "$home/models/target/test-classes/kleiber" "$staged/$name/models/target/test-classes/"
  cp "$home/models/src/test/pytorch/gpt.py" "$staged/$name/models/src/test/pytorch/"
  rm -f "$file" "$file".part-*
  tar -C "$staged" -czf "$file" "$name"
  echo "bundle: $(($(wc -c <"$file") / 1048576 + 1)) MiB, for $(uname -s) on $(uname -m)"
  if [ "$(wc -c <"$file")" -gt $((size * 1048576)) ]; then
    split -b "${size}m" -d "$file" "$file.part-"
    rm "$file"
    parts=("$file".part-*)
    printf '%s\n' "${parts[@]}"
    file="cat $(basename "$file").part-* | tar -xz"
  else
    echo "$file"
    file="tar -xzf $(basename "$file")"
  fi
  echo "on the box: $file && $name/docker/gpu-check.sh"
}

check() {
  local limit=540 out=() parts=() java status=0 code part
  while [ $# -gt 0 ]; do
    case $1 in
      --limit) positive "--limit" "${2:-}"; limit=$2; shift 2 ;;
      --out) [ -n "${2:-}" ] || die "--out needs a folder"; out=("$2"); shift 2 ;;
      *)
        [[ " ${all[*]} " == *" $1 "* ]] || die "'$1' is no part; parts are: ${all[*]}; or bundle, alone"
        parts+=("$1")
        shift
        ;;
    esac
  done
  [ ${#parts[@]} -gt 0 ] || parts=("${all[@]}")
  java=$(find_java)
  for part in "${parts[@]}"; do
    code=0
    "$java" -Xmx8g --enable-native-access=ALL-UNNAMED -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
      -Dkleiber.home="$home" -cp "$home/models/target/classes:$home/models/target/test-classes" \
      kleiber.engine.cuda.CardCheck "$part" "$limit" ${out[@]+"${out[@]}"} || code=$?
    [ "$code" -ne 2 ] || exit 2
    [ "$code" -eq 0 ] || { status=1; echo "gpu-check: $part ended with status $code" >&2; }
  done
  exit "$status"
}

[ -f "$home/models/target/test-classes/kleiber/engine/cuda/CardCheck.class" ] \
  || die "$home/models/target has no classes; build them with: mvn test-compile -pl models"
if [ "${1:-}" = bundle ]; then
  shift
  bundle "$@"
else
  check "$@"
fi
