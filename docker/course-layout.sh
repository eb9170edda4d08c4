#!/bin/sh
# Writes a git repository as the course expects one: branches ej1 … ej8 with its files, each of which calls the
# program, one file, with that exercise's mode. On it the course's own tests run untouched.
#
#   docker/course-layout.sh DIR

set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
dir=${1:-}

if [ -z "$dir" ]; then
  echo 'make course-layout: DIR is missing: make course-layout DIR=../tp0' >&2
  exit 1
fi
if [ -e "$dir" ] && [ -n "$(ls -A -- "$dir" 2>/dev/null || echo "$dir")" ]; then
  echo "make course-layout: DIR is \"$dir\", which is there already: name a folder that is not, or is empty" >&2
  exit 1
fi

node=$root/node_modules/.bin/node
(cd -- "$root" && "$node" tools/bundle.ts)
mkdir -p -- "$dir"
cd -- "$dir"

# Nothing of the user's settings reaches the repository: no hooks, no line ends of another system, no signatures.
in_repository() {
  git -c core.autocrlf=false -c core.hooksPath=/dev/null -c commit.gpgSign=false -c init.defaultBranch=ej1 \
    -c user.name=quiniela -c user.email=quiniela@localhost "$@"
}

put() { # TEMPLATE FILE, with the exercise's number and mode
  sed -e "s/@MODE@/$mode/g" -e "s/@EXERCISE@/$exercise/g" "$root/docker/course/$1" >"$2"
}

in_repository init -q .
mkdir -p server client .data
cp "$root/dist/quiniela.mjs" "$root/validar-echo-server.sh" .
"$node" quiniela.mjs data --agencies 5 --bets 1000 --seed 1 --out .data >/dev/null
printf '*\n!quiniela.mjs\n' >.dockerignore
# Nothing here may change on its way through git.
printf '* -text\n' >.gitattributes

for exercise in 1 2 3 4 5 6 7 8; do
  case $exercise in
    [1-4]) mode=echo ;;
    5) mode=bet ;;
    6) mode=batches ;;
    *) mode=lottery ;;
  esac
  [ "$exercise" = 1 ] || in_repository switch -q -c "ej$exercise"
  put generar-compose.sh generar-compose.sh
  put server.Dockerfile server/Dockerfile
  put client.Dockerfile client/Dockerfile
  put config.ini server/config.ini
  put config.yaml client/config.yaml
  put Makefile Makefile
  put README.md README.md
  chmod +x generar-compose.sh validar-echo-server.sh
  sh generar-compose.sh docker-compose-dev.yaml 5
  in_repository add -A .
  in_repository commit -q -m "Ejercicio $exercise: modo $mode"
done
echo "$(pwd): a repository with the branches ej1 to ej8"
