#!/usr/bin/env bash
# Two machines with a cable between them: a node on each, and both meet. Run inside `unshare -rn`, with JAVA, CLASSPATH
# and as arguments the project's folder, a temporary one, and "listed" (each is told the other's address) or "unlisted".
# Exit code 77: no such world here.
set -uo pipefail
root=$1 folder=$2 list=$3

mkfifo "$folder/one" "$folder/other" "$folder/never" "$folder/orders" "$folder/answers"
exec 5<>"$folder/never" 6<>"$folder/orders" 7<>"$folder/answers"
# The second machine: a shell in a network of its own, which does as it is told.
unshare -n bash <"$folder/orders" >"$folder/answers" 2>&1 &
second=$!
trap 'kill -9 $second $(jobs -p) 2>/dev/null; [ -n "${there:-}" ] && kill -9 "$there" 2>/dev/null' EXIT
ask() { printf '%s\n' "$1; echo code \$?" >&6; read -r _ answer <&7; [ "$answer" = 0 ]; }
ask true || exit 77

ip link set lo up && ip link add cable0 type veth peer name cable1 || exit 77
ip link set cable1 netns $second || exit 77
ip address add 10.98.0.1/24 dev cable0 && ip link set cable0 up || exit 77
ask "ip link set lo up && ip address add 10.98.0.2/24 dev cable1 && ip link set cable1 up" || exit 77

java="$JAVA @$root/conf/jvm.options org.clockwork.test.cluster.ChildNode cabled"
members1= members2=
[ "$list" = listed ] && members1=10.98.0.2 members2=10.98.0.1
$java 10.98.0.1 join $members1 <"$folder/never" >"$folder/one" 2>&1 &
printf '%s\n' "$java 10.98.0.2 join $members2 <$folder/never >$folder/other 2>&1 & echo pid \$!" >&6
read -r _ there <&7
exec 3<"$folder/one" 4<"$folder/other"
grep -m1 '2 members' <&3 || exit 1
grep -m1 '2 members' <&4 || exit 1
