#!/bin/sh
# Copies the draw's files out of the project's volume: bets.csv, journal.ndjson, and earlier draws that are over.
# The server may be running, have exited, or be gone with only the volume left.
#   docker/copy-draw.sh FOLDER
# Exits 1 if there is neither server nor volume, or something cannot be copied; 2 if nothing is stored yet.
folder=$1
here=$(dirname -- "$0")
project=$(sh "$here/project.sh") || exit 1

draft=$folder.copying
made=
trap 'rm -rf "$draft"; [ -z "$made" ] || docker rm -f "$made" >/dev/null' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# Nor does it end of its last line, which nobody may read.
trap '' PIPE

server=$(docker ps -aq --filter "label=com.docker.compose.project=$project" \
  --filter label=com.docker.compose.service=server --filter label=com.docker.compose.container-number) || exit 1
# Of a cluster the draw is in the engine: its files are made anew, in a container that is only for that, of the image
# that the server has: by now others may have one of that name.
setting() { docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$server" | sed -n "s/^$1=//p"; }
if [ -n "$server" ] && [ -n "$(setting STORE_URL)" ]; then
  engine=$(sh "$here/compose.sh" ps -aq nats1 nats2 nats3) && docker start $engine >/dev/null || exit 1
  image=$(docker inspect -f '{{.Image}}' "$server") || exit 1
  made=$(docker create --network "${project}_engine_net" --entrypoint node "$image" --permission --allow-net \
    --allow-fs-read=/app/ --allow-fs-read=/data/ --allow-fs-write=/data/ --disable-warning=ExperimentalWarning \
    /app/quiniela.mjs export --from "$(setting STORE_URL)" --draw "$(setting DRAW_NAME)" /data/draw) || exit 1
  docker start -a "$made" >/dev/null
  case $? in
    0) server=$made ;;
    2) exit 2 ;;
    *) exit 1 ;;
  esac
fi
volumes=$(sh "$here/volumes.sh" "$project") || exit 1
volume=$(printf '%s\n' "$volumes" | grep '_draw$')
if [ -z "$server" ] && [ -n "$volume" ]; then
  # Never started: it only lends the volume.
  image=$(docker image inspect -f '{{.Id}}' server:latest 2>/dev/null) || image=busybox:latest
  made=$(docker create --network none -v "$volume:/data" --entrypoint true "$image") || exit 1
  server=$made
fi
if [ -z "$server" ]; then
  clone=$(docker volume inspect -f '{{index .Labels "quiniela.clone"}}' "${project}_draw" 2>/dev/null)
  if [ -n "$clone" ]; then
    echo "the volume ${project}_draw is that of another clone, \"$clone\": \`make bets\` there copies its draw, \`FORCE=1 make bets\` does so here" >&2
  else
    echo 'there is no container of the server: `make up` starts one' >&2
  fi
  exit 1
fi

rm -rf "$draft"
mkdir -p "$draft" || exit 1
copy() {
  error=$(docker cp "$server:/data/draw/$1" "$draft/" 2>&1) && return
  case $error in
    *'Could not find the file'* | *'No such container:path'*) ;;
    *) echo "$error" >&2; exit 1 ;;
  esac
}
# All of it, then bets.csv once more: a server that is running goes on writing, and all that the journal speaks of is
# in a bets.csv that is read after it.
copy .
rm -f "$draft"/lock.*
copy bets.csv
if [ -z "$(find "$draft" -name bets.csv -size +0)" ]; then
  echo 'the server has stored no bets' >&2
  exit 2
fi
mkdir -p "$folder" || exit 1
rm -rf "$folder"/bets.csv* "$folder"/journal.ndjson* "$folder"/draw-*
mv "$draft"/* "$folder/" || exit 1
count() { cat "$@" 2>/dev/null | grep -c ''; }
bets() { [ "$1" = 1 ] && echo '1 bet' || echo "$1 bets"; }
now=$(count "$folder/bets.csv")
over=$(count "$folder"/draw-*/bets.csv)
case $now,$over in
  *,0) said=$(bets "$now") ;;
  0,*) said="$(bets "$over") of draws that are over" ;;
  *) said="$(bets "$now"), and $(bets "$over") of draws that are over" ;;
esac
echo "$folder: $(cd "$folder" && ls -1 | tr '\n' ' ')($said)" 2>/dev/null || :
