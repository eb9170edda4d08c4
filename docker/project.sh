#!/bin/sh
# The one place that knows the Compose project's name: tp0, or what COMPOSE_PROJECT_NAME (the environment, or .env
# beside the Makefile) says instead, as Compose itself reads them. If this folder's system was started by hand
# under another name (docker compose -p NAME …), it is that one.
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
config=$(printf 'name: tp0\nservices: {}\n' | docker compose --project-directory "$root" -f - config) || exit 1
name=$(printf '%s\n' "$config" | sed -n 's/^name: *"\{0,1\}\([^"]*\).*/\1/p')

here=$(docker ps -a --filter "label=com.docker.compose.project.working_dir=$root" \
  --format '{{.Label "com.docker.compose.project"}}' | sort -u)
case "
$here
" in
  *"
$name
"*) ;;
  *) [ "$(printf '%s' "$here" | grep -c .)" -ne 1 ] || name=$here ;;
esac
printf '%s\n' "$name"
