#!/usr/bin/env bash
# Both images without Docker: the lines of docker/*.Dockerfile are done in fresh folders, with no file but those that they
# copy, then what would be the container's command runs there. Packages and the images begun from are taken for granted.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../../.." && pwd)
cd "$home"
work=$(mktemp -d /tmp/kleiber-images.XXXXXX)
trap 'rm -rf "$work"' EXIT
fail() { printf 'FAILED: %s\n' "$1" >&2; exit 1; }
step() { printf '== %s (%d s)\n' "$*" "$SECONDS"; }

# The stage of a Dockerfile that a word names: build, or the last.
stage() {
  awk -v which="$1" '/^FROM/ { inside = (/ AS build$/ ? "build" : "last") == which } inside' "docker/$2.Dockerfile"
}

# copy FOLDER SOURCE... TARGET: from the project, but for what .dockerignore names.
copy() {
  local into=$1/${*: -1} source
  shift
  mkdir -p "$into"
  for source in "${@:1:$#-1}"; do
    [ -e "$source" ] || fail "there is no '$source' to copy"
    ! grep -qx "$source" .dockerignore || fail ".dockerignore hides '$source'"
    if [ -d "$source" ]; then
      sed -n "s,^\*\*/,,p; s,^$source/,./,p" .dockerignore >"$work/ignored"
      tar -C "$source" -c --exclude-from="$work/ignored" . | tar -C "$into" -x
    else
      cp -p "$source" "$into"
    fi
  done
}

# A stage in a folder, whose own / is $work/root.
perform() {
  local folder=$1 instruction rest words
  mkdir -p "$folder"
  while read -r instruction rest; do
    read -ra words <<<"$rest"
    case "$instruction $rest" in
      "COPY --from=build /opt/java/openjdk "*) ;;
      "COPY --from=build "*)
        [ -d "$work/root${words[1]}" ] || fail "the stage build leaves no ${words[1]}"
        mkdir -p "$folder/${words[2]}"
        cp -pR "$work/root${words[1]}/." "$folder/${words[2]}"
        ;;
      COPY*) copy "$folder" "${words[@]}" ;;
      "RUN docker/install.sh "*) [ -x "$folder/docker/install.sh" ] || fail "docker/install.sh was not copied" ;;
      RUN*) (cd "$folder" && bash -c "${rest//\/image/$work/root/image}") ;;
      FROM* | WORKDIR* | ENV* | ENTRYPOINT* | " ") ;;
      *) fail "$instruction $rest: not known here" ;;
    esac
  done
}

cmp <(stage build cpu) <(stage build gpu) || fail "the stages build of the two images differ"
step "the stage in which both images are built"
stage build gpu | perform "$work/build"
for image in cpu gpu; do
  step "the image of docker/$image.Dockerfile"
  stage last "$image" | perform "$work/$image"
done
rm -rf "$work/build" "$work/root" # an image has nothing of them

# in_image IMAGE COMMAND...: with its environment, as its entry point would.
in_image() {
  local image=$1
  shift
  (cd "$work/$image" && env -u KLEIBER_MAVEN_ARGS KLEIBER_BUILD="$PWD/build" KLEIBER_CACHE="$work/cache" "$@") >"$work/said" 2>&1 \
    || { cat "$work/said"; fail "$* in the image of docker/$image.Dockerfile"; }
}
in_image cpu ./kleiber plan experiments/quickstart.yaml --measure --measure-seconds 0.1 # trains on the corpus
in_image gpu ./kleiber --version
in_image gpu docker/gpu-check.sh --out "$work/card" survey
grep -q '"sound":true' "$work/card/survey.jsonl" || fail "the survey of cards in the image came to no end"
step "both images start"
