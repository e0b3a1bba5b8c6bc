#!/usr/bin/env bash
# Prepares a folder that checks the cuda device on a machine with an NVIDIA GPU, which needs neither a JDK nor a network:
#   benchmarks/gpu/check.sh prepare FOLDER MODEL...     here, after ./clockwork test; MODEL is a compiled model's folder
#   bash FOLDER/run.sh [SECONDS]                        there; writes to $OUT (FOLDER/out unless set)
# The folder holds a Java runtime cut down to what is needed, jars, JCuda's library and the models, 45 MB without MiniLM.
# Models are compressed; where that is too large for one transfer, put some of the *.tar.xz there with a second one:
# run.sh unpacks what it finds. round_weights.py makes weights that compress to half.
set -euo pipefail

say() { printf '%s\n' "$*" >&2; }
ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readonly ROOT

# What the server uses of Java, found by running it.
MODULES=java.base,java.logging,java.management,java.naming,java.xml,jdk.management,jdk.unsupported
# Of the libraries: no clustering, no ONNX Runtime, no languages.
LIBRARIES='clockwork-|vertx-core|netty-|jackson-core|jctools-core|HdrHistogram|slf4j-|picocli|micrometer-|prometheus-|jcuda-1'

usage() {
  sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"
  exit 2
}

runtime() {
  local jre=$1/jre
  "${JAVA_HOME:?name a JDK 25 in JAVA_HOME}/bin/jlink" --add-modules "$MODULES" --strip-debug --no-header-files \
    --no-man-pages --compress zip-0 --output "$jre"
  rm -f "$jre/lib/jrt-fs.jar"
}

libraries() {
  local lib=$1/lib built=$ROOT/benchmarks/target natives
  if [ ! -f "$built/benchmarks.jar" ]; then
    say "check.sh: $built/benchmarks.jar is not there; run ./clockwork test first"
    exit 1
  fi
  mkdir -p "$lib"
  cp "$built/benchmarks.jar" "$lib/"
  find "$built/lib" -name '*.jar' | grep -E "/($LIBRARIES)[^/]*\.jar$" | xargs cp -t "$lib"
  # Of JCuda's libraries the driver's alone: the others are forty times its size.
  natives=$(find "$built/lib" -name 'jcuda-natives-*.jar')
  python3 - "$natives" "$lib/jcuda-driver.jar" <<'P'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as all, zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as one:
    for name in all.namelist():
        if "JCudaDriver" in name:
            one.writestr(name, all.read(name))
P
}

# pack ARCHIVE NAME...: of the folder that we are in
pack() {
  local archive=$1
  shift
  tar cf - "$@" | xz -6 -T0 >"$archive"
}

prepare() {
  local folder=$1 work model
  shift
  mkdir -p "$folder"
  folder=$(cd "$folder" && pwd)
  work=$(mktemp -d)
  # shellcheck disable=SC2064  # The folder's name is known now, and gone when the script ends.
  trap "rm -rf '$work'" EXIT
  libraries "$folder"
  cp "$ROOT/benchmarks/gpu/run.sh" "$folder/"
  [ -f "$folder/jre.tar.xz" ] || { runtime "$work" && (cd "$work" && pack "$folder/jre.tar.xz" jre); }
  for model in "$@"; do
    mkdir -p "$work/plans"
    cp -r "$model" "$work/plans/"
    (cd "$work" && pack "$folder/$(basename "$model").tar.xz" "plans/$(basename "$model")")
  done
  # The first is the one that compute-sanitizer looks at, so it should be small.
  mkdir -p "$work/sanitized"
  cp -r "$1" "$work/sanitized/"
  (cd "$work" && pack "$folder/sanitized.tar.xz" sanitized)
  du -sh "$folder" >&2
}

[ "${1:-}" = prepare ] && [ $# -ge 3 ] || usage
shift
prepare "$@"
