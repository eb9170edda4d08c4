#!/bin/sh
# Is there an echo server? Sends one line to `server`, port 12345, with netcat in a container on the network
# tp0_testing_net: no port is published and nothing is installed on this machine but Docker.
#
#   ./validar-echo-server.sh [MESSAGE]
#
# Prints `action: test_echo_server | result: success`, or `fail` and exits 1.

network=tp0_testing_net
message=${1:-Hola, servidor de eco}

if [ $# -gt 1 ]; then
  echo "validar-echo-server.sh: expected one argument at most, the message, got $#" >&2
  exit 1
fi

# Runs in the container. Some netcats end when their input does, others wait for the server to close: so it
# is looked at while it runs, and given up after 5 s. A last moment is left for what should not follow.
probe='
  : >/answer
  printf "%s\n" "$1" | nc -w 3 server 12345 >/answer &
  nc=$!
  wanted=$(printf "%s\n" "$1" | wc -c)
  for tenth in $(seq 50); do
    kill -0 "$nc" 2>/dev/null || break
    [ "$(wc -c </answer)" -lt "$wanted" ] || { sleep 0.2; break; }
    sleep 0.1
  done
  kill "$nc" 2>/dev/null
  # The dot keeps the line ends that $(…) would drop; the last one is optional.
  answer=$(cat /answer; echo .)
  [ "$answer" = "$1
." ] || [ "$answer" = "$1." ]
'

if docker run --rm --init --network "$network" busybox:latest sh -c "$probe" sh "$message"; then
  echo 'action: test_echo_server | result: success'
else
  echo 'action: test_echo_server | result: fail'
  exit 1
fi
