#!/bin/sh
# Is there a Docker that this user can use? If not: Docker's own error, then what to do about it.
if ! docker version --format '{{.Server.Version}}' >/dev/null; then
  if command -v docker >/dev/null; then
    echo 'Docker does not answer: start it (sudo systemctl start docker, or Docker Desktop); where permission is denied, add yourself to the group docker.' >&2
  else
    echo 'Docker is not installed: see https://docs.docker.com/engine/install/; `make demo` needs no Docker.' >&2
  fi
  exit 1
fi
if ! docker compose version >/dev/null; then
  echo 'Docker has no Compose v2: see https://docs.docker.com/compose/install/linux/' >&2
  exit 1
fi
