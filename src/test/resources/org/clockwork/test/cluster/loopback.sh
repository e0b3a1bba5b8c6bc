#!/usr/bin/env bash
# One machine with a second interface: two nodes meet, and that interface has carried nothing. Run inside `unshare -rn`,
# with JAVA, CLASSPATH and as arguments the project's folder and a temporary one. Exit code 77: no such world here.
set -uo pipefail
root=$1 folder=$2

ip link set lo up || exit 77
ip link add out0 type veth peer name out1 || exit 77
for each in out0 out1; do
  # No IPv6 address of its own: the kernel would announce it, whatever the nodes do.
  ip link set "$each" addrgenmode none || exit 77
done
ip address add 10.99.0.1/24 dev out0 && ip link set out0 up && ip link set out1 up || exit 77
# Whatever is meant for elsewhere, a look-up of a name for example, leaves by this interface, too.
ip route add default via 10.99.0.2 || exit 77

carried() { sed -n 's/^ *\(out[01]\):/\1/p' /proc/net/dev; }
node() { "$JAVA" "@$root/conf/jvm.options" org.clockwork.test.cluster.ChildNode counted 127.0.0.1 join <"$folder/never" >"$1" 2>&1 & }

before=$(carried)
mkfifo "$folder/one" "$folder/other" "$folder/never"
exec 5<>"$folder/never"
node "$folder/one"
one=$!
node "$folder/other"
other=$!
trap 'kill -9 $one $other 2>/dev/null' EXIT
exec 3<"$folder/one" 4<"$folder/other"
grep -m1 '2 members' <&3 || exit 1
grep -m1 '2 members' <&4 || exit 1
# The one leaves, and the other hears of it: that, too, was on loopback.
kill -9 $one
grep -m1 '1 member$' <&4 || exit 1
after=$(carried)
if [ "$before" != "$after" ]; then
  printf 'carried before:\n%s\nand after:\n%s\n' "$before" "$after"
  exit 1
fi
# The counters count: a packet that is meant to leave does.
printf x >/dev/udp/10.99.0.2/9
[ "$before" != "$(carried)" ] || { echo "the counters of out0 stand still whatever is sent"; exit 1; }
