#!/bin/sh
# docker compose, for a system of this folder's project, of which something must be there: else Compose says nothing at all.
#   docker/there.sh ARGUMENT...
here=$(dirname -- "$0")
project=$(sh "$here/project.sh") || exit 1
export QUINIELA_PROJECT="$project"
ids=$(sh "$here/compose.sh" ps -aq) || exit 1
[ -n "$ids" ] || {
  echo 'nothing is there: `make up` starts it' >&2
  exit 1
}
exec sh "$here/compose.sh" "$@"
