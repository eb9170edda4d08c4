#!/bin/sh
# Copies the draw's files out of the server's container, which may have exited: bets.csv and journal.ndjson.
#   docker/copy-draw.sh FOLDER
# Exits 1 where there is no server's container, 2 where it has stored nothing yet.
folder=$1
server=$(docker compose -p tp0 ps -aq server 2>/dev/null)
if [ -z "$server" ]; then
  echo 'there is no container of the server: `make up` starts one' >&2
  exit 1
fi

draft=$folder.copying
rm -rf "$draft"
trap 'rm -rf "$draft"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$draft" || exit 1
# The journal first: all that it speaks of is in bets.csv by then.
for file in journal.ndjson bets.csv; do
  if ! error=$(docker cp "$server:/data/draw/$file" "$draft/" 2>&1); then
    case $error in
      *'Could not find the file'* | *'No such container:path'*) ;;
      *) echo "$error" >&2; exit 1 ;;
    esac
  fi
done
if [ ! -s "$draft/bets.csv" ]; then
  echo 'the server has stored no bets' >&2
  exit 2
fi
mkdir -p "$folder" && rm -f "$folder/bets.csv" "$folder/journal.ndjson" && mv "$draft"/* "$folder/" || exit 1
echo "$folder: $(cd "$folder" && ls -1 | tr '\n' ' ')($(grep -c '' "$folder/bets.csv") bets)"
