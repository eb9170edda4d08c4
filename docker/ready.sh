#!/bin/sh
# Is there a Docker that this user can use? If not: Docker's own error, then what to do about it.
command -v docker >/dev/null || {
  echo 'Docker is not installed: see https://docs.docker.com/engine/install/; `make demo` needs no Docker.' >&2
  exit 1
}
said=$(docker version --format '{{.Server.Version}}' 2>&1) || {
  printf '%s\n' "$said" >&2
  case $said in
    *'ermission denied'*)
      echo "This user may not use Docker: sudo usermod -aG docker ${USER:-\$USER}, then log in again." >&2
      ;;
    *)
      # Whoever has said which Docker to use means that one, or has forgotten it.
      if [ -n "$DOCKER_HOST" ]; then
        echo "Docker does not answer where DOCKER_HOST says, \"$DOCKER_HOST\": start it there, or unset DOCKER_HOST to use this machine's." >&2
      elif context=$(docker context show 2>/dev/null) && [ "$context" != default ]; then
        echo "Docker does not answer in the context \"$context\": start it, or choose another one (docker context ls; DOCKER_CONTEXT=default make ...)." >&2
      else
        echo 'Docker does not answer: start it (sudo systemctl start docker, or Docker Desktop).' >&2
      fi
      ;;
  esac
  exit 1
}
said=$(docker compose version 2>&1) || {
  printf '%s\n' "$said" >&2
  old=
  ! command -v docker-compose >/dev/null || old=' (docker-compose is version 1)'
  echo "Docker runs no Compose v2$old: see https://docs.docker.com/compose/install/linux/" >&2
  exit 1
}
