#!/bin/sh
# The one place that knows the Compose project's name: tp0, or what COMPOSE_PROJECT_NAME (the environment, or .env
# beside the Makefile) says instead, as Compose itself reads them. If this folder's system was started by hand
# under another name (docker compose -p NAME …), it is that one.
# (A script that has asked hands it on in QUINIELA_PROJECT: each answer takes Compose a fifth of a second.)
if [ -n "$QUINIELA_PROJECT" ]; then
  printf '%s\n' "$QUINIELA_PROJECT"
  exit 0
fi
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd) || exit 1
# (Not through a pipe: a docker that ends before it has read would make the writer complain beside it.)
config=$(docker compose --project-directory "$root" -f - config <<'EOF'
name: tp0
services: {}
EOF
) || exit 1
name=$(printf '%s\n' "$config" | sed -n 's/^name: *"\{0,1\}\([^"]*\).*/\1/p')

# An old Compose does not print it.
[ -n "$name" ] || name=${COMPOSE_PROJECT_NAME:-tp0}
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
