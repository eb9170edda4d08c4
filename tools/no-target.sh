#!/bin/sh
# no-target.sh MAKEFILE WORD...
# Says which of the words that were given to make is no target: `make demo INSPECT`, `make up 5`, `make verify folder`.
command -v grep >/dev/null || exit 0
makefile=$1
shift
for word; do
  case $word in
    node_modules*) continue ;; # The one target that is a file.
    *[!A-Z_]*) ;;
    *) grep -qE "^[a-z-]+:.*## .*\b$word=" "$makefile" && echo "$word is no target, it is a variable: $word=value" && exit ;;
  esac
  case $word in
    *[!a-z-]*) ;;
    *) grep -qE "^([a-z-]+ )*$word( [a-z-]+)*:" "$makefile" && continue ;;
  esac
  echo "make has no target $word: make help lists them, and their variables, which are typed as NAME=value"
  exit
done
