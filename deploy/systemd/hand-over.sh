#!/usr/bin/env bash
# Puts a new version of sofia-phone in the place of the one that runs, and loses no call: starts the other of
# sofia-phone@a and sofia-phone@b, which loads all it needs and waits for the port, and then ends the one that
# has it. FreeSWITCH's dialplan holds the callers meanwhile, and the new one goes on with what was said.
set -euo pipefail

# How long a start may take until it waits for the port, and until it has it, in seconds.
readonly LOADING=${HAND_OVER_LOADING:-5} PATIENCE=${HAND_OVER_PATIENCE:-30}

die() {
  printf 'hand-over.sh: %s\n' "$1" >&2
  exit 1
}

# port_of NAME: where this one has its HTTP server, whose /ready says whether it takes calls.
port_of() {
  local file=${HAND_OVER_ETC:-/etc/sofia-phone}/$1.env port
  port=$(sed -n 's/^SOFIA_PHONE_HTTP_PORT=//p' "$file")
  [ -n "$port" ] || die "Cannot tell whether $1 is ready as $file has no SOFIA_PHONE_HTTP_PORT"
  printf '%s' "$port"
}

old=''
for name in a b; do
  systemctl is-active --quiet "sofia-phone@$name" && old=$old$name
done
case $old in
  '') old=none new=a ;;
  a) new=b ;;
  b) new=a ;;
  *) die "Cannot hand over as both sofia-phone@a and sofia-phone@b run: stop one of them" ;;
esac
port=$(port_of "$new")

systemctl start "sofia-phone@$new"
if [ "$old" != none ]; then
  sleep "$LOADING"
  systemctl is-active --quiet "sofia-phone@$new" ||
    die "Cannot hand over as sofia-phone@$new does not start; sofia-phone@$old goes on: see journalctl -u sofia-phone@$new"
  systemctl stop "sofia-phone@$old"
fi
until curl -fsS -o /dev/null --max-time 2 "http://127.0.0.1:$port/ready" 2>/dev/null; do
  [ "$SECONDS" -lt $((LOADING + PATIENCE)) ] || die "sofia-phone@$new is not ready after $PATIENCE s"
  sleep 0.2
done
# What is started with the machine is the one that runs now.
systemctl enable --quiet "sofia-phone@$new"
[ "$old" = none ] || systemctl disable --quiet "sofia-phone@$old"
printf 'sofia-phone@%s has the calls\n' "$new"
