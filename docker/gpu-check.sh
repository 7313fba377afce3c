#!/usr/bin/env bash
# The CUDA engine on this machine's first card: what is installed, every kernel against the plain double-precision one, equal
# bits, 200 steps, then tokens per second and the time of each kind of kernel; beside PyTorch where there is one.
#   docker/gpu-check.sh [PART...]    survey, kernels, bits, steps, speed, pytorch; all of them when none is named
#   PYTHON     a Python with PyTorch for CUDA: python3 when not set
# Each part takes less than ten minutes. It needs a JDK 25 and what `mvn test-compile -pl models` leaves in models/target,
# which may have been built elsewhere; no network.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
classes=$home/models/target/classes:$home/models/target/test-classes
parts=("$@")
[ $# -gt 0 ] || parts=(survey kernels bits steps speed pytorch)

java=
for candidate in "${JAVA_HOME:-/nowhere}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java /opt/java/*/bin/java; do
  if [ -x "$candidate" ] && [ "$("$candidate" -version 2>&1 | sed -n '1s/[^"]*"\([0-9]*\).*/\1/p')" -ge 25 ]; then
    java=$candidate
    break
  fi
done
[ -n "$java" ] || { echo "gpu-check: no JDK 25 was found; set JAVA_HOME to one" >&2; exit 2; }
[ -f "$home/models/target/test-classes/kleiber/engine/CardCheck.class" ] \
  || { echo "gpu-check: $home/models/target has no classes; build them with: mvn test-compile -pl models" >&2; exit 2; }

status=0
for part in "${parts[@]}"; do
  if [ "$part" = pytorch ]; then
    python=${PYTHON:-python3}
    if ! $python -c 'import torch; assert torch.cuda.is_available()' 2>/dev/null; then
      echo "== pytorch: '$python' has none that sees a card; set PYTHON to one that does"
      continue
    fi
    echo "== pytorch $($python -c 'import torch; print(torch.__version__)'), tokens/s in bfloat16"
    for config in S M L XL GPT2; do
      printf '%-6s %12.0f\n' "$config" "$($python "$home/models/src/test/pytorch/gpt.py" "$config" --device cuda --seconds 6)"
    done
  else
    "$java" -Xmx8g --enable-native-access=ALL-UNNAMED -Dkleiber.home="$home" -cp "$classes" kleiber.engine.CardCheck "$part" \
      || status=1
  fi
done
exit $status
