#!/bin/sh
# Writes a compose file: the server and CLIENTS agencies. The same as `make compose FILE=… CLIENTS=…`.
#
#   ./generar-compose.sh FILE CLIENTS
#   MODE=echo ./generar-compose.sh docker-compose-dev.yaml 3     (or batches, bet, lottery)

exec "$(dirname -- "$0")/quiniela" compose -- "$@"
