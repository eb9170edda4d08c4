#!/usr/bin/env bash
# The health check of an engine's node: it knows its cluster, and has all that the others have. No program is started for it.
#
# Nodes that start for the first time at the same moment sometimes elect a leader that never counts one of them (one start
# in thirty of nats-server 2.10.27 on a busy machine). All are well by their own word, but nothing can be made that three
# nodes keep: "no suitable peers for placement". The others than the leader begin anew then; it counts who comes back.
#
# A node that comes back sometimes has a leader, but never takes up what the engine itself has written meanwhile (2.10.27,
# once in some hundred kills): with another node lost, no leader could be elected any more. It is started again, whatever it
# keeps: that is on its disk. If the leader is lost before that, it is still the one that is stuck.

#   healthy.sh [SECONDS that a node has to be counted [SECONDS that it has to find a leader [SECONDS that it has to catch up]]]
counted=${1:-10} led=${2:-60} current=${3:-30}
behind=$NATS_STORE/behind-since

# The answer to a path of the monitoring port.
ask() {
  exec 3<>"/dev/tcp/${NATS_MONITOR/://}" || exit 1
  printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&3
  IFS= read -r -d '' answer <&3
  exec 3>&-
}

# Ends this node for process 1 (supervise.sh) to start it again, if it has run for so many seconds.
start_again_after() {
  read -r up _ </proc/uptime
  for process in /proc/[0-9]*; do
    [[ $(<"$process/comm") == nats-server && $(<"$process/environ") == *"NATS_STORE=$NATS_STORE"* ]] || continue
    read -r -a stat <"$process/stat"
    # Its 22nd field says when it was started, in hundredths of a second.
    ((${up%.*} - stat[21] / 100 < $1)) || kill -KILL "${process#/proc/}"
  done 2>/dev/null
}

# Not if it keeps anything.
begin_anew_after() {
  [[ $answer != *'"streams": 0,'* ]] || start_again_after "$1"
  exit 1
}

# Since when it has been behind stands in a file: each check is a process of its own.
catch_up() {
  local up since=
  read -r up _ </proc/uptime
  [[ ! -s $behind ]] || read -r since <"$behind"
  if [[ -z $since ]] || ((since > ${up%.*})); then
    echo "${up%.*}" >"$behind"
    since=${up%.*}
  fi
  ((${up%.*} - since < current)) || {
    : >"$behind"
    start_again_after 0
  }
}

ask /healthz
healthy=$answer
ask /jsz
[[ $answer =~ '"leader": "'([^\"]+) ]] || {
  [[ ! -s $behind ]] || catch_up
  begin_anew_after "$led"
}
leader=${BASH_REMATCH[1]}
if [[ $healthy == *'not current with the meta leader'* ]]; then
  catch_up
  exit 1
fi
[[ ! -s $behind ]] || : >"$behind"
[[ $healthy == *'"status":"ok"'* ]] || exit 1

commas=${NATS_ROUTES//[^,]/}
nodes=$((${#commas} + 1))
[[ $answer =~ '"cluster_size": '([0-9]+) ]] && ((BASH_REMATCH[1] < nodes)) || exit 0
echo "the engine counts ${BASH_REMATCH[1]} nodes of $nodes"
[[ $leader == "$NATS_NAME" ]] || begin_anew_after "$counted"
exit 1
