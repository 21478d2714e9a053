#!/bin/sh
# Starts FreeSWITCH with the files of this project, or with "status" says whether it is up. The password of
# its event socket comes from the file that SOFIA_PHONE_ESL_PASSWORD_FILE names, as FreeSWITCH reads only the
# variable itself.
set -eu

if [ -n "${SOFIA_PHONE_ESL_PASSWORD_FILE:-}" ]; then
  SOFIA_PHONE_ESL_PASSWORD=$(cat "$SOFIA_PHONE_ESL_PASSWORD_FILE")
  export SOFIA_PHONE_ESL_PASSWORD
fi
if [ "${1:-}" = status ]; then
  fs_cli -p "$SOFIA_PHONE_ESL_PASSWORD" -x 'sofia status' | grep -q RUNNING
  exit
fi
run=${FREESWITCH_RUN:-/var/lib/sofia-phone-switch}
conf=${FREESWITCH_CONF:-/sofia-phone}
# -c would take the terminal; messages are in the log file.
exec freeswitch -nf -nonat -conf "$conf" -log "$run" -db "$run" -run "$run" "$@"
