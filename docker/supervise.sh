#!/bin/sh
# Process 1 of the server's container: runs COMMAND, and again whenever it crashes (exit code 1, a signal, no memory).
#   supervise.sh [--once] COMMAND [ARGUMENT...]
# With --once a crash is the end too: so agencies and the inspector run, below Docker's own process 1.
# Ends for good with 0 (the draw is over, or it was told to stop) and with 2: wrong configuration or damage, which a
# restart cannot mend. Docker's own `restart: on-failure` does not tell 1 from 2. As process 1 it outlives a
# `kill -9 -1` in the container; an orphan's end is taken note of by the shell's `wait`.

# Seconds before a restart: doubled each time, so that a crash in a loop costs no processor, up to the longest.
shortest=1
longest=30
# Seconds after which a run counts as one that worked: the next crash is the first again.
steady=10

stopping=0 heard='' child='' early=''
# A signal may come before there is a child, or before its number is known: it is kept until then.
forward() {
  heard=yes
  kill -"$1" "$child" 2>/dev/null || early=$1
}
trap 'stopping=$((stopping + 1)); forward TERM' TERM
trap 'stopping=$((stopping + 1)); forward INT' INT
trap 'forward HUP' HUP

once=''
if [ "$1" = --once ]; then once=yes; shift; fi

# Runs a command, and sets `code` to that of it. A signal interrupts `wait`, whose answer is then not the child's.
run() {
  child=''
  "$@" &
  child=$!
  [ -z "$early" ] || kill -"$early" "$child" 2>/dev/null
  early=''
  code=1
  while :; do
    heard=''
    wait "$child"
    answer=$?
    # 127: it has ended already, with the code of the last answer.
    [ "$answer" -eq 127 ] || code=$answer
    [ -n "$heard" ] && [ "$answer" -ne 127 ] || return 0
  done
}

# How often the kernel has killed something in this container for want of memory, in either version of cgroups.
killed_for_memory() {
  cat "${CGROUP:-/sys/fs/cgroup}/memory.events" "${CGROUP:-/sys/fs/cgroup}/memory/memory.oom_control" 2>/dev/null |
    sed -n 's/^oom_kill //p'
}
say() { echo "$(date '+%Y-%m-%d %H:%M:%S') ERROR    action: $1" >&2; }

delay=$shortest
while :; do
  started=$(date +%s)
  killed_before=$(killed_for_memory)
  # It has not answered yet.
  rm -f -- "${HEALTHY:-}"
  run "$@"
  # One signal that comes while the command begins or ends, when it does not listen, kills it: it is stopped as it
  # was told to. (Of two the second means that.)
  case $stopping$code in 1130 | 1143) exit 0 ;; esac
  why=''
  [ "$code" -ne 137 ] || [ "$(killed_for_memory)" = "$killed_before" ] || why=' | error: out of memory'
  [ "$stopping$once" = 0 ] || {
    [ -z "$why" ] || say "exit | result: fail | exit_code: $code$why"
    exit "$code"
  }
  case $code in 0 | 2) exit "$code" ;; esac
  crash=$code

  [ $(($(date +%s) - started)) -lt "$steady" ] || delay=$shortest
  say "restart | result: in_progress | exit_code: $crash$why | delay: ${delay}s"
  run sleep "$delay"
  [ "$stopping" -eq 0 ] || exit "$crash"
  delay=$((delay * 2))
  [ "$delay" -le "$longest" ] || delay=$longest
done
