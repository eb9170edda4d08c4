#!/bin/sh
# The images are called server:latest and client:latest, as the exercise wants it; so are those of others. One that is
# not ours is kept under another name before ours takes its place, and gets its name back when ours is put away.
#   docker/images.sh keep | give-back
title='{{index .Config.Labels "org.opencontainers.image.title"}}'
for name in server client; do
  kept=$name:before-quiniela
  case $1 in
    keep)
      # No such image, or ours: nothing is lost.
      found=$(docker image inspect -f "$title" "$name:latest" 2>/dev/null) || continue
      [ "$found" != quiniela ] || continue
      docker tag "$name:latest" "$kept" || exit 1
      echo "the image $name:latest is another project's: kept as $kept, \`make down\` gives it its name back"
      ;;
    give-back)
      docker image inspect "$kept" >/dev/null 2>&1 || continue
      docker tag "$kept" "$name:latest" && docker rmi "$kept" >/dev/null || exit 1
      echo "the image $name:latest is again that of the other project" 2>/dev/null || :
      ;;
  esac
done
