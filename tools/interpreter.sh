#!/bin/sh
# Leaves at node_modules/.bin/node the Node that runs the program: that of the packages, whose hash stands in the lock
# file, or, if it does not run here (another libc, as Alpine's; another processor; packages left out), the user's
# own if it is new enough. If neither will do, says so in one line. Run in the clone's folder, after npm ci.
bin=node_modules/.bin/node

# A test of its own, not only "is it there": a program for another libc is there, and is "not found".
is_new_enough() {
  "$1" -e '
    const [major, minor] = require("./package.json").engines.node.match(/\d+/g).map(Number);
    const [ours, theirs] = process.versions.node.split(".").map(Number);
    process.exit(ours > major || (ours === major && theirs >= minor) ? 0 : 1);
  ' 2>/dev/null
}

! is_new_enough "$bin" || exit 0

# What does not run must not stand in the way of the one that npm itself runs with.
rm -f "$bin"
set -f; IFS=:
for folder in $PATH; do
  case $folder in */node_modules/.bin) continue ;; esac
  own=${folder:-.}/node
  if [ -x "$own" ] && is_new_enough "$own"; then
    mkdir -p node_modules/.bin && ln -s "$own" "$bin"
    exit
  fi
done
set +f; unset IFS

wanted=$(sed -n 's/.*"node": *">=\([0-9.]*\)".*/\1/p' package.json)
found=$(node --version 2>/dev/null) || found='not there'
echo "Node $wanted or later is needed: that of the packages does not run on this machine ($(uname -sm)), and your own is $found: see https://nodejs.org/en/download" >&2
exit 1
