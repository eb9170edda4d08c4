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
trap 'rm -rf "$draft"; [ -z "$made" ] || docker rm -f $made >/dev/null' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
# Nor does it end of its last line, which nobody may read.
trap '' PIPE

server=$(docker ps -aq --filter "label=com.docker.compose.project=$project" \
  --filter label=com.docker.compose.service=server --filter label=com.docker.compose.container-number) || exit 1
# Of a cluster the draws are in the engine: their files are made anew, in containers that are only for that, of the image
# that the server has: by now others may have one of that name.
setting() { docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' "$server" | sed -n "s/^$1=//p"; }
# Makes the container `of` with a draw's files. Returns 2 if nothing is stored of it.
export_draw() {
  of=$(docker create --network "${project}_engine_net" --entrypoint node "$image" --permission --allow-net \
    --allow-fs-read=/app/ --allow-fs-read=/data/ --allow-fs-write=/data/ --disable-warning=ExperimentalWarning \
    /app/quiniela.mjs export --from "$url" --draw "$1" /data/draw) || exit 1
  made="$made $of"
  docker start -a "$of" >/dev/null
  case $? in 0) ;; 2) return 2 ;; *) exit 1 ;; esac
}
# All that the engine keeps, as it says on its monitoring port.
DRAWS='const { NATS_MONITOR: at } = process.env;
const { account_details: all = [] } = await (await fetch(`http://${at}/jsz?accounts=1&streams=1`)).json();
for (const { stream_detail: streams = [] } of all)
  for (const { name } of streams) if (name.startsWith("QUINIELA-")) console.log(name.slice("QUINIELA-".length));'
earlier= empty=
if [ -n "$server" ] && url=$(setting STORE_URL) && [ -n "$url" ]; then
  case $(docker network inspect "${project}_engine_net" 2>&1 >/dev/null) in *'not found'* | *'No such network'*)
    echo "the network of the draw's engine, ${project}_engine_net, was removed: \`make cluster\` makes it anew" >&2
    exit 1
  esac
  engine=$(sh "$here/compose.sh" ps -aq nats1 nats2 nats3) && docker start $engine >/dev/null || exit 1
  image=$(docker inspect -f '{{.Image}}' "$server") || exit 1
  draw=$(setting DRAW_NAME)
  if export_draw "$draw"; then server=$of; else empty=yes; fi
  # One that has exported has all streams; each of the others will do as well.
  draws=$(docker exec "${engine%%[!0-9a-f]*}" node --input-type=module -e "$DRAWS") || exit 1
  earlier=$(printf '%s\n' "$draws" | grep -vxF -- "$draw")
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
  elif [ -n "$volumes" ]; then
    echo "the draw of a cluster is in the volumes" $volumes': `make cluster` starts its engine again' >&2
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
if [ -z "$empty" ]; then
  copy .
  rm -f "$draft"/lock.*
  copy bets.csv
fi
for name in $earlier; do
  export_draw "$name" || continue
  docker cp "$of:/data/draw" "$draft/draw-$name" >/dev/null || exit 1
done
if [ -z "$(find "$draft" -name bets.csv -size +0)" ]; then
  [ -n "$empty" ] || echo 'the server has stored no bets' >&2
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
