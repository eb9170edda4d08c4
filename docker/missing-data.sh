#!/bin/sh
# Makes agency-1.csv to agency-N.csv in .data where there is none; files that are there are never touched.
#   docker/missing-data.sh AGENCIES BETS SEED [DATA]
# With DATA, a folder of the user's own, nothing is made: what is missing there is an error.
agencies=$1 bets=$2 seed=$3 folder=${4:-.data}

missing=
id=1
while [ "$id" -le "$agencies" ]; do
  [ -f "$folder/agency-$id.csv" ] || missing="$missing $id"
  id=$((id + 1))
done
[ -n "$missing" ] || exit 0

# A thousand numbers are no message.
named() {
  set -- $missing
  if [ $# -gt 10 ]; then echo "$1 $2 $3 $4 and $(($# - 4)) more"; else echo "$*"; fi
}

if [ -n "${4:-}" ]; then
  echo "DATA=$folder has no file agency-N.csv for agency $(named)" >&2
  exit 1
fi

# Made beside and moved one by one: what is interrupted leaves no half file.
draft=$folder/.making
rm -rf "$draft"
trap 'rm -rf "$draft"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$draft" || exit 1
node src/main.ts data --agencies "$agencies" --bets "$bets" --seed "$seed" --out "$draft" >/dev/null || exit 1
for id in $missing; do mv "$draft/agency-$id.csv" "$folder/agency-$id.csv" || exit 1; done
echo "$folder: made files of $bets bets for agency $(named)"
