#!/usr/bin/env bash
# Builds, and lays out what images take of it: docker/build.sh INTO, a folder that gets
#   libraries/   others' jars, which seldom change
#   program/     the launcher, its build without those, and the text of the corpus SourceJars
#   check/       docker/gpu-check.sh with what it runs
set -euo pipefail
into=$1
cd "$(dirname "$0")/.."
./kleiber --version
mkdir -p "$into/libraries" "$into/program/build/lib" "$into/program/models/target" \
  "$into/check/docker" "$into/check/models/target/test-classes" "$into/check/models/src/test/pytorch"
for jar in .builds/current/lib/*.jar; do
  case $jar in
    */kleiber-*) cp -p "$jar" "$into/program/build/lib" ;;
    *) cp -p "$jar" "$into/libraries" ;;
  esac
done
cp -p .builds/current/{kleiber.jar,kleiber.aot,built} "$into/program/build"
cp -p kleiber "$into/program"
cp -pR models/target/source-jars "$into/program/models/target"
cp -p docker/gpu-check.sh "$into/check/docker"
cp -pR models/target/classes "$into/check/models/target"
cp -pR models/target/test-classes/kleiber "$into/check/models/target/test-classes"
cp -p models/src/test/pytorch/gpt.py "$into/check/models/src/test/pytorch"
