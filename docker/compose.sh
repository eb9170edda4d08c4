#!/bin/sh
# docker compose, for this folder's project: by its name, it is found without its file.
#   docker/compose.sh ARGUMENT...
project=$(sh "$(dirname -- "$0")/project.sh") || exit 1
exec docker compose -p "$project" "$@"
