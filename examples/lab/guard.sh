#!/bin/sh
# Runs a command until standard input closes, because the script that started it has ended, even
# by SIGKILL. Then it kills the command with all of its descendants, however they hang, and removes
# the files that a Python process leaves behind when it is killed: those in its folder for temporary
# files, and the named semaphores of multiprocessing.

TMPDIR=$(mktemp -d) || exit
export TMPDIR
setsid "$@" >&2 &
service=$!
# Who started this may be gone by now: that must not end it here, with the service running.
trap '' PIPE
echo $service "$TMPDIR" 2>/dev/null
read -r _

# The group exists once setsid has made it. Stopped, it starts no process while it is read.
until kill -s STOP -- -$service 2>/dev/null; do
    kill -s 0 $service 2>/dev/null || break
done
for process in /proc/[0-9]*; do
    read -r status 2>/dev/null <"$process/stat" || continue
    # After the name in brackets, which may hold spaces: state, parent, process group.
    # shellcheck disable=SC2086 # to split the fields
    set -- ${status##*) }
    [ "$3" = $service ] && grep -o '/dev/shm/sem\.mp-[^ ]*' "$process/maps"
done >"$TMPDIR/semaphores" 2>/dev/null
kill -s KILL -- -$service 2>/dev/null
wait
xargs -r rm -f <"$TMPDIR/semaphores"
rm -rf "$TMPDIR"
