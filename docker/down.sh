#!/bin/sh
# Stops the system gracefully, keeps a copy of the draw's files, and removes containers, network and volume.
here=$(dirname -- "$0")

if [ -z "$(docker compose -p tp0 ps -aq)" ]; then
  docker compose -p tp0 down -v --remove-orphans >/dev/null 2>&1
  echo 'nothing was running'
  exit 0
fi

docker compose -p tp0 stop -t 10 || exit 1
docker compose -p tp0 ps -a --format '{{.Name}}: {{.Status}}' | sort -V

# Nothing is lost silently: what cannot be copied is not removed.
sh "$here/copy-draw.sh" .data/last-draw
case $? in
  0 | 2) ;;
  *)
    [ -z "$(docker compose -p tp0 ps -aq server)" ] || {
      echo "nothing was removed, because the draw's files could not be copied" >&2
      exit 1
    }
    ;;
esac
docker compose -p tp0 down -v --remove-orphans || exit 1
