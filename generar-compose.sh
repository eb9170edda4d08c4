#!/bin/sh
# Writes a compose file: the server and CLIENTS agencies. The same as `make compose FILE=… CLIENTS=…`.
#
#   ./generar-compose.sh FILE CLIENTS
#   MODE=echo ./generar-compose.sh docker-compose-dev.yaml 3     (or batches, bet, lottery)

root=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1

# A fresh clone has no packages yet, and the Node that runs this is one of them.
make -s -C "$root" node_modules >&2 || exit 1

exec "$root/node_modules/.bin/node" "$root/src/main.ts" compose -- "$@"
