#!/usr/bin/env bash
# The health check of an engine's node: it knows its cluster, and has all that the others have. No program is started for it.
exec 3<>/dev/tcp/127.0.0.1/8222 || exit 1
printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3
grep -q '"status":"ok"' <&3
