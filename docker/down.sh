#!/bin/sh
# Stops the system gracefully, keeps a copy of the draw's files, and removes containers, network and volume.
here=$(dirname -- "$0")
# What is begun is ended, also if nobody reads on (make down | head -1).
trap '' PIPE
project=$(sh "$here/project.sh") || exit 1
export QUINIELA_PROJECT="$project"
sh "$here/ours.sh" "$project" down || exit 1
compose() { sh "$here/compose.sh" "$@"; }

# A `make up` goes on to make containers while these are removed. It holds a lock, a socket, whose name is random.
for lock in .data/lock.*; do
  if [ -S "$lock" ] && grep -qsF "/${lock##*/}" /proc/net/unix; then
    echo 'make down: a make up is under way in this folder: wait until it has ended, or end it (Ctrl-C), and then type make down again' >&2
    exit 1
  fi
done

volumes=$(sh "$here/volumes.sh" "$project") || exit 1
containers=$(compose ps -aq) || exit 1

# Compose has said what it could not do: was that only to remove networks?
only_networks() {
  containers=$(compose ps -aq 2>/dev/null) && [ -z "$containers" ] || return 1
  networks=$(docker network ls --filter "label=com.docker.compose.project=$project" --format '{{.Name}}') && [ -n "$networks" ] || return 1
  echo "make down: all is removed but the network" $networks": \`make up\` uses it again (docker network inspect says which containers are in it; an engine that counts some which have gone lets go of them when it is started anew)" >&2
}

if [ -z "$containers" ] && [ -z "$volumes" ]; then
  # A `make up` that did not get far leaves networks.
  said=$(compose down --remove-orphans 2>&1) || { printf '%s\n' "$said" >&2; only_networks || exit 1; }
  sh "$here/images.sh" give-back
  echo 'nothing was running'
  exit 0
fi

# Compose touches nothing if it cannot do all: of a container that others depend on and somebody removed by hand, for
# example. It has said why by then; so this asks it no second time, and says nothing of reasons.
refused=
stop_all() {
  containers=$(compose ps -aq "$@" 2>/dev/null) && [ -n "$containers" ] || return 1
  [ -n "$refused" ] || echo 'make down: Compose has not done it, as it says above: the containers go one by one' >&2
  refused=yes
  docker stop -t 10 $containers >/dev/null
}
remove_all() { stop_all && docker rm $containers >/dev/null && compose down --remove-orphans; }

# The engine of a cluster last: it has the draw, whose files are made before it stops.
services=$(compose ps -a --format '{{.Service}}') || exit 1
others=$(printf '%s\n' "$services" | grep -v '^nats[0-9]*$')
[ -z "$others" ] || compose stop -t 10 $others || stop_all $others || exit 1
compose ps -a --format '{{.Name}}: {{.Status}}' | sort -V

# Nothing is lost silently: what cannot be copied is not removed.
sh "$here/copy-draw.sh" .data/last-draw
case $? in
  0 | 2) ;;
  *)
    [ -z "$volumes" ] || {
      echo "nothing was removed, because the draw's files could not be copied" >&2
      exit 1
    }
    ;;
esac
# The volumes by their names: `down -v` would remove also those of another project that had this name once.
{ [ -z "$refused" ] && compose down --remove-orphans; } || remove_all || only_networks || exit 1
[ -z "$volumes" ] || docker volume rm $volumes >/dev/null || exit 1
sh "$here/images.sh" give-back
