#!/bin/sh
# Is there an echo server? Sends one line to `server` with netcat, in a container on its network: no port is
# published and nothing is installed on this machine but Docker. Ours is asked which port it is configured to
# listen on; another server of that name listens on 12345.
#
#   ./validar-echo-server.sh [MESSAGE]
#
# Prints `action: test_echo_server | result: success`, or `fail` and exits 1.

here=$(dirname -- "$0")
message=${1:-Hola, servidor de eco}

# What this folder's Makefile calls it: a repository in the course's layout has the course's targets, and a branch for each mode.
if [ -f "$here/docker/project.sh" ]; then
  up='`make up`' logs='`make logs`' status='`make status`' stays='`make up MODE=echo` starts one that stays'
else
  up='`make docker-compose-up`' logs='`make docker-compose-logs`' status='`docker ps`'
  stays='one that stays is in the branches ej1 to ej4 (`git switch ej1`, `make docker-compose-up`)'
fi

if [ $# -gt 1 ]; then
  echo "validar-echo-server.sh: expected one argument at most, the message, got $#" >&2
  exit 1
fi

# The network that the server is on; without a server, the one that it would be on.
network=$(docker inspect --type container -f '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}' server 2>/dev/null)
networks_of_server=$network
network=${network%% *}
if [ -z "$network" ]; then
  project=$(sh "$here/docker/project.sh" 2>/dev/null) || project=tp0
  network=${project}_testing_net
  if networks=$(docker network ls -q --filter "name=^$network\$") && [ -z "$networks" ]; then
    echo 'action: test_echo_server | result: fail'
    echo "there is no server, and no network \"$network\": $up starts both" >&2
    exit 1
  fi
fi

port=$(docker exec server node --permission --allow-fs-read=/app/ --allow-fs-read=/config/ \
  --disable-warning=ExperimentalWarning /app/quiniela.mjs echo --config=/config/server.yaml --print-port 2>/dev/null)
case $port in '' | *[!0-9]*) port=12345 ;; esac

# Runs in the container. Some netcats end when their input does, others wait for the server to close: so it
# is looked at while it runs, and given up after 5 s. A last moment is left for what should not follow.
probe='
  : >/answer
  printf "%s\n" "$1" | nc -w 3 server "$2" >/answer &
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

if docker run --rm --init --network "$network" busybox:latest sh -c "$probe" sh "$message" "$port"; then
  echo 'action: test_echo_server | result: success'
  exit 0
fi
echo 'action: test_echo_server | result: fail'

# Why: netcat has no certificate, and a server that has ended is not there to answer.
if [ -n "$(docker exec server printenv TLS_CERT 2>/dev/null)" ]; then
  echo "the server speaks TLS, which netcat does not: its own health check has a certificate, see $status" >&2
  exit 1
fi
state=$(docker inspect --type container -f '{{.State.Status}} {{.State.ExitCode}}' server 2>/dev/null)
case $state in
  'exited 0')
    started=$(docker inspect --type container -f '{{.State.StartedAt}}' server)
    if docker logs --since "$started" server 2>&1 | grep -q 'sorteo.*success'; then
      echo "the draw is over, and the server has left with it: $stays" >&2
    else
      echo "the server has been stopped: $up starts it again" >&2
    fi
    ;;
  'exited 137' | 'exited 143')
    echo "the server was killed, exit code ${state#exited }: $up starts it again, and it goes on from its journal" >&2
    ;;
  exited*) echo "the server has failed with exit code ${state#exited }: $logs says why" >&2 ;;
  '') ! docker version >/dev/null 2>&1 || echo "there is no container of the server: $up starts one" >&2 ;;
  running*)
    # Its own name leads nowhere then, whatever it does.
    [ -n "$networks_of_server" ] ||
      echo "the server is in no network: \`docker network connect $network server\` lets it into its own" >&2
    ;;
  paused*) echo 'the server is paused: `docker unpause server` lets it go on' >&2 ;;
  restarting*) echo "the server is being started again: $logs says why" >&2 ;;
  created*) echo "the server has not been started: $up starts it" >&2 ;;
esac
exit 1
