#!/bin/sh
# The health check of the server's container: asks with COMMAND, and believes a good answer for half a minute.
#   healthy.sh COMMAND [ARGUMENT...]
# Docker asks every two seconds, so that the agencies start soon; a Node for each of these would cost more than the
# server at rest. (Compose's start_interval says the same, but Compose refuses it with an engine before 25.)
# HEALTHY names the file that keeps the answer; supervise.sh removes it when the server begins anew.

# Minutes.
believed=0.5
# An answer from the future is from before the clock was set back: it would be believed for as long as that was.
[ -z "$(find "$HEALTHY" -mmin "-$believed" ! -newermt now 2>/dev/null)" ] || exit 0
"$@" && { touch -- "$HEALTHY" || :; }
