#!/bin/sh
# Are the containers of a project this folder's? Others may have the name too: on a host of a course, many do.
#   docker/ours.sh PROJECT WHAT
# If they are not, says whose they are and what to type, and exits 1, unless FORCE is set. WHAT is the target that asks.
project=$1 what=$2
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
case $FORCE in '' | 0 | [Nn][Oo] | [Ff]alse | FALSE | [Oo]ff | OFF) ;; *) exit 0 ;; esac

# A container that Compose has made has a number. Whatever else is made of an image that Compose has built has only the
# project's name, from that image.
docker ps -a --filter "label=com.docker.compose.project=$project" --filter label=com.docker.compose.container-number \
  --format '{{.Label "com.docker.compose.project.working_dir"}}' | sort -u | {
  while IFS= read -r folder; do
    # The folder may be reached by another path; it may be gone; a container may have no such label.
    [ -z "$folder" ] || [ "$(CDPATH= cd -- "$folder" 2>/dev/null && pwd -P)" != "$root" ] || continue
    names=$(docker ps -a --filter "label=com.docker.compose.project=$project" \
      --filter label=com.docker.compose.container-number --filter "label=com.docker.compose.project.working_dir=$folder" --format '{{.Names}}' | sort -V | tr '\n' ' ')
    # The containers' names are fixed: beside one that has them, another project's name would not help.
    case " $names" in
      *' server '* | *' nats1 '* | *' inspector '* | *' client'*) another= ;;
      *) another=" COMPOSE_PROJECT_NAME=another make $what, or" ;;
    esac
    echo "make $what: the Compose project \"$project\" is that of another folder, \"$folder\" (containers ${names% }): stop it there (docker compose -p $project down), or type$another FORCE=1 make $what to take it over" >&2
    exit 1
  done
}
