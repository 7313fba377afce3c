#!/usr/bin/env bash
# Fetches what the launcher's build needs, from the pom files alone: a layer that no change of code touches.
set -euo pipefail
cd "$(dirname "$0")/.."
# The same goals with nothing to compile; what runs the project's own classes is left out.
# shellcheck disable=SC2086  # arguments are words
mvn -B -q -DskipTests -Dformat.skip -Dmanual.skip -Dmaven.main.skip -Dexec.skip ${KLEIBER_MAVEN_ARGS:-} package
