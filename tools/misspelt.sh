#!/bin/sh
# misspelt.sh MAKEFILE "TARGETS" VARIABLE...
# Says which of the variables none of make's targets takes. What a target takes stands in its line of help; one without
# such a line takes what all of them do. Make also hands every variable on to the program: those that it reads are good, and
# those that Docker, Node and npm read.
command -v grep sed sort >/dev/null || exit 0
makefile=$1 targets=$2
shift 2

names_in() { grep -o '[A-Z_]*=' | tr -d '=' | sort -u; }
is_in() { printf '%s\n' "$2" | grep -qx -- "$1"; }

all=$(grep '^[a-z-]*:.*## ' "$makefile")
known=$(for target in $targets; do printf '%s\n' "$all" | grep "^$target:" || printf '%s\n' "$all"; done | names_in)
elsewhere=$(printf '%s' "$all" | names_in)

for name; do
  case $name in COMPOSE_* | DOCKER_* | BUILDKIT_* | NODE_* | npm_* | *_proxy) continue ;; esac
  is_in "$name" "$known" && continue
  # What the program reads has capital letters alone: `agencies=20` is none of it.
  if ! is_in "$name" "$elsewhere" && [ "$name" = "$(printf '%s' "$name" | tr '[:lower:]' '[:upper:]')" ]; then
    # The Makefile's own are for who knows them.
    grep -q "^$name *:*=" "$makefile" || grep -rqE "env\.$name\b" src tests || grep -rq "'$name'" src/config && continue
  fi
  unknown="$unknown$name "
done
[ -z "$unknown" ] || echo "make $targets takes no ${unknown% }$([ -z "$known" ] || printf '; it takes %s' "$(echo $known)")"
