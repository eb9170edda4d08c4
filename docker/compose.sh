#!/bin/sh
# docker compose, for this folder's project: by its name, it is found without its file.
#   docker/compose.sh [-f FILE] ARGUMENT...
project=$(sh "$(dirname -- "$0")/project.sh") || exit 1
# Without a file, Compose would look for one here and in every folder above, and find another project's.
[ "$1" = -f ] || { unset COMPOSE_FILE; cd /; }
exec docker compose -p "$project" "$@"
