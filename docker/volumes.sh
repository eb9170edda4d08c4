#!/bin/sh
# The volumes in which a project of this clone keeps a draw, one a line: not those of another clone that has the
# project's name too, whose draw is another one, unless FORCE is set.
#   docker/volumes.sh PROJECT
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
case $FORCE in
  '' | 0 | [Nn][Oo] | [Ff]alse | FALSE | [Oo]ff | OFF) label=quiniela.clone=$root ;;
  *) label=quiniela.clone ;;
esac
exec docker volume ls -q --filter "label=$label" --filter "name=^$1_(draw|nats[0-9])\$"
