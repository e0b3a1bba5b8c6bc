#!/usr/bin/env bash
# Runs on the machine with the GPU, from the folder that check.sh prepared: run.sh [SECONDS]
# Writes check.json, check.md and logs to $OUT. Needs a driver and python3; compute-sanitizer where it is installed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
out=${OUT:-$PWD/out}
shopt -s nullglob
seconds=${1:-40}
mkdir -p "$out"

# Archives that came along, or came with an earlier call.
for archive in *.tar.xz; do
  python3 -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(".")' "$archive" && rm "$archive"
done

{
  date
  nvidia-smi
  nvidia-smi -q -d CLOCK,PERFORMANCE,TEMPERATURE,ECC,COMPUTE
  nvidia-smi topo -m
  nproc
  head -3 /proc/meminfo
  ldconfig -p | grep -E 'libcuda|nvidia-ml'
  command -v compute-sanitizer
} >"$out/machine.txt" 2>&1

java=(./jre/bin/java -Xmx4g -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -cp 'lib/*')
check=org.clockwork.benchmarks.gpu.GpuCheck

timeout $((seconds * 2 + 60)) "${java[@]}" $check plans "$out" "$seconds" >"$out/check.log" 2>&1
echo "check.sh: the check ended with $?" >>"$out/check.log"

sanitizer=
for candidate in "$(command -v compute-sanitizer)" /usr/local/cuda*/bin/compute-sanitizer; do
  [ -z "$sanitizer" ] && [ -x "$candidate" ] && sanitizer=$candidate
done
if [ -n "$sanitizer" ] && [ -d sanitized ]; then
  timeout 60 "$sanitizer" --tool memcheck "${java[@]}" $check sanitized "$out/sanitizer" 0 >"$out/sanitizer.log" 2>&1
  echo "check.sh: compute-sanitizer ended with $?" >>"$out/sanitizer.log"
  mv "$out/sanitizer/check.json" "$out/sanitizer.json" 2>/dev/null
  rm -rf "$out/sanitizer"
fi
tail -c 2000 "$out/check.log"
tail -c 1500 "$out/sanitizer.log" 2>/dev/null
[ -f "$out/check.md" ] && cat "$out/check.md"
exit 0
