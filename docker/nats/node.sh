#!/bin/sh
# A node of the engine, below supervise.sh, which starts it again whenever it ends or healthy.sh has it begin anew: Docker itself
# would call a container that it starts again "unhealthy" meanwhile, and Compose gives up what waits for it.
#   node.sh [OPTION of nats-server...]
# A configuration that is wrong, which nats-server says with 1, stays wrong: exit code 2.
nats-server -t "$@"
[ $? -ne 1 ] || {
  echo 'nats-server: its configuration is docker/nats/nats.conf, with the variables of the compose file' >&2
  exit 2
}
exec nats-server "$@"
