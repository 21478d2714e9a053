#!/usr/bin/env bash
# Installs FreeSWITCH's packages and the files of sofia-phone in this folder, or checks that they are
# there. Run it again at any time: what is as it should be is left alone, what it changes it keeps a
# copy of, and each step can be had alone.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly REPOSITORY=https://freeswitch.signalwire.com/repo/deb/debian-release
readonly KEYRING=/usr/share/keyrings/signalwire-freeswitch-repo.gpg
readonly PACKAGES=(freeswitch freeswitch-conf-vanilla freeswitch-mod-commands freeswitch-mod-console
  freeswitch-mod-dialplan-xml freeswitch-mod-dptools freeswitch-mod-event-socket freeswitch-mod-expr
  freeswitch-mod-local-stream freeswitch-mod-logfile freeswitch-mod-loopback freeswitch-mod-opus
  freeswitch-mod-sndfile freeswitch-mod-sofia freeswitch-mod-tone-stream freeswitch-mod-voicemail
  freeswitch-systemd)
# What the dialplan and the profile use; an installation may have more.
readonly MODULES=(mod_commands mod_dialplan_xml mod_dptools mod_event_socket mod_expr mod_sofia
  mod_tone_stream)
readonly FILES=(sofia_phone_vars.xml sip_profiles/sofia_phone.xml dialplan/default/sofia_phone.xml
  dialplan/sofia_phone_outbound.xml)
readonly OUTSIDE=(sip_profiles/sofia_phone_outside.xml dialplan/sofia_phone_outside.xml
  sip_profiles/sofia_phone_outside/registered.xml.example
  sip_profiles/sofia_phone_outside/by_address.xml.example)
readonly INCLUDE='<X-PRE-PROCESS cmd="include" data="sofia_phone_vars.xml"/>'

usage() {
  cat <<'END'
Usage: freeswitch/install.sh [--check | --files] [--outside] [--conf DIR] [--bin FILE] [--modules DIR]

  (nothing)      packages, then files
  --files        only the files, into a FreeSWITCH that is there
  --check        changes nothing, and says what is wrong; the exit code is 0 when nothing is
  --outside      the profile for trunks as well
  --conf DIR     FreeSWITCH's configuration            [looked for]
  --bin FILE     FreeSWITCH's program                  [looked for]
  --modules DIR  FreeSWITCH's modules                  [looked for]
  --suite NAME   the Debian release of the packages    [this machine's]

On Debian the packages are SignalWire's, for which you need a token of theirs (it costs nothing:
signalwire.com, "Personal Access Token") in the variable SIGNALWIRE_TOKEN. On a Mac they are
Homebrew's. In a container start from Debian's image: the script does there what it does elsewhere.
END
}

say() { printf '  %-5s %s\n' "$1" "$2"; }
die() {
  printf 'install.sh: %s\n' "$1" >&2
  exit 1
}

mode=all outside=no conf='' bin='' modules='' suite=''
while [ $# -gt 0 ]; do
  case $1 in
    --check) mode=check ;;
    --files) mode=files ;;
    --outside) outside=yes ;;
    --conf | --bin | --modules | --suite)
      [ $# -gt 1 ] || die "Cannot go on as $1 needs a value: see --help"
      case $1 in
        --conf) conf=$2 ;;
        --bin) bin=$2 ;;
        --modules) modules=$2 ;;
        --suite) suite=$2 ;;
      esac
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    *) die "Cannot go on as $1 is not an option: see --help" ;;
  esac
  shift
done

# first TEST PATH...: the first path for which `test TEST` holds.
first() {
  local what=$1 path
  shift
  for path; do
    if test "$what" "$path"; then
      printf '%s\n' "$path"
      return 0
    fi
  done
  return 1
}

brew_prefix() { if command -v brew >/dev/null; then brew --prefix; fi; }

# Where things are: as told, by the packages of Debian, by Homebrew, or built by hand.
find_places() {
  local brew prefix=''
  brew=$(brew_prefix)
  [ -n "$bin" ] || bin=$(command -v freeswitch ||
    first -x /usr/bin/freeswitch "$brew/bin/freeswitch" /usr/local/freeswitch/bin/freeswitch \
      /opt/freeswitch/bin/freeswitch) || bin=''
  case $bin in */bin/freeswitch) prefix=${bin%/bin/freeswitch} ;; esac
  [ -n "$conf" ] || conf=$(first -f "$prefix/conf/freeswitch.xml" /etc/freeswitch/freeswitch.xml \
    "$prefix/etc/freeswitch/freeswitch.xml" /usr/local/freeswitch/conf/freeswitch.xml) || conf=''
  conf=${conf%/freeswitch.xml}
  [ -n "$modules" ] || modules=$(first -d "$prefix/mod" /usr/lib/freeswitch/mod \
    "$prefix/lib/freeswitch/mod" /usr/local/freeswitch/mod) || modules=''
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

install_packages() {
  case $(uname -s) in
    Darwin)
      command -v brew >/dev/null || die "Cannot install as Homebrew is not here: see https://brew.sh"
      brew install freeswitch
      ;;
    Linux) install_debian ;;
    *) die "Cannot install on $(uname -s) as there are no packages: install FreeSWITCH, then use --files" ;;
  esac
}

install_debian() {
  command -v apt-get >/dev/null ||
    die "Cannot install as there is no apt-get here: use Debian's image in a container, or --files"
  local id codename
  # shellcheck source=/dev/null
  id=$(. /etc/os-release && printf '%s' "${ID:-}")
  # shellcheck source=/dev/null
  codename=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}")
  if [ "$id" != debian ] && [ -z "$suite" ]; then
    die "Cannot install on $id as SignalWire builds for Debian: use a container of debian:bookworm, or \
--suite bookworm to try its packages here"
  fi
  suite=${suite:-$codename}
  if [ -z "${SIGNALWIRE_TOKEN:-}" ]; then
    die "Cannot install as SIGNALWIRE_TOKEN is not set: see --help"
  fi
  as_root apt-get update
  as_root apt-get install -y --no-install-recommends ca-certificates curl
  # The token goes by standard input and a private file: nobody sees it among the processes.
  local login
  login=$(mktemp)
  chmod 600 "$login"
  printf 'machine freeswitch.signalwire.com login signalwire password %s\n' "$SIGNALWIRE_TOKEN" >"$login"
  as_root install -m 600 "$login" /etc/apt/auth.conf.d/freeswitch.conf
  as_root curl -fsSL --netrc-file "$login" -o "$KEYRING" "$REPOSITORY/signalwire-freeswitch-repo.gpg" || {
    rm -f "$login"
    die "Cannot install as SignalWire does not take the token, or cannot be reached"
  }
  rm -f "$login"
  as_root chmod 644 "$KEYRING"
  printf 'deb [signed-by=%s] %s/ %s main\n' "$KEYRING" "$REPOSITORY" "$suite" |
    as_root tee /etc/apt/sources.list.d/freeswitch.list >/dev/null
  as_root apt-get update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y "${PACKAGES[@]}"
}

# keep FILE: a copy of what was there first.
keep() { [ ! -e "$1" ] || [ -e "$1.before-sofia-phone" ] || cp -p "$1" "$1.before-sofia-phone"; }

# put FROM TO: copies, and says so if it changed anything. Your changes stay in a copy.
put() {
  if [ -e "$2" ] && cmp -s "$1" "$2"; then return 0; fi
  mkdir -p "$(dirname "$2")"
  keep "$2"
  cp "$1" "$2"
  say put "$2"
}

# set_param FILE NAME VALUE: gives a param its value, in place of a comment if there is just that.
set_param() {
  local file=$1 name=$2 value=$3 line
  line="<param name=\"$name\" value=\"$value\"/>"
  [ "$(param "$file" "$name")" = "$value" ] && return 0
  keep "$file"
  # Not by sed alone, as the value is anything; cat keeps the owner and the rights.
  awk -v name="$name" -v line="$line" '
    BEGIN { wanted = "<param[ \t]+name=\"" name "\"" }
    !done && $0 ~ wanted && $0 !~ /<!--/ { sub(/<param.*/, ""); print $0 line; done = 1; next }
    !done && /<\/settings>/ { print "    " line; done = 1 }
    { print }
  ' "$file" >"$file.new" && cat "$file.new" >"$file" && rm "$file.new"
  say set "$name in $file"
}

# param FILE NAME: its value, if it is set outside of a comment.
param() {
  without_comments "$1" | sed -n "s/.*<param[ \t]\{1,\}name=\"$2\"[ \t]\{1,\}value=\"\([^\"]*\)\".*/\1/p" | awk 'NR == 1'
}

# What is in comments does not count, over any number of lines.
without_comments() {
  awk '{
    text = text $0 "\n"
  } END {
    while ((at = index(text, "<!--")) > 0) {
      printf "%s", substr(text, 1, at - 1)
      text = substr(text, at + 4)
      end = index(text, "-->")
      if (end == 0) { text = ""; break }
      text = substr(text, end + 3)
    }
    printf "%s", text
  }' "$1"
}

install_files() {
  [ -n "$conf" ] || die "Cannot find FreeSWITCH's configuration: name its folder by --conf"
  [ -w "$conf" ] || die "Cannot write into $conf: run this as root"
  local file socket=$conf/autoload_configs/event_socket.conf.xml vars=$conf/vars.xml
  for file in "${FILES[@]}"; do
    # Its values are yours once it is there.
    if [ "$file" = sofia_phone_vars.xml ] && [ -e "$conf/$file" ]; then continue; fi
    put "$here/$file" "$conf/$file"
  done
  if [ "$outside" = yes ]; then
    for file in "${OUTSIDE[@]}"; do put "$here/outside/$file" "$conf/$file"; done
  fi
  [ -f "$vars" ] || die "Cannot go on as $vars is not there: include sofia_phone_vars.xml in freeswitch.xml"
  if ! without_comments "$vars" | has -F "$INCLUDE"; then
    keep "$vars"
    awk -v line="  $INCLUDE" '/<\/include>/ && !done { print line; done = 1 } { print }' "$vars" >"$vars.new"
    cat "$vars.new" >"$vars" && rm "$vars.new"
    say set "the last line of $vars"
  fi
  [ -f "$socket" ] || die "Cannot go on as $socket is not there"
  case $(param "$socket" listen-ip) in 127.*) ;; *) set_param "$socket" listen-ip 127.0.0.1 ;; esac
  [ -n "$(param "$socket" apply-inbound-acl)" ] || set_param "$socket" apply-inbound-acl loopback.auto
  case $(param "$socket" password) in
    '' | ClueCon)
      set_param "$socket" password "${SOFIA_PHONE_ESL_PASSWORD:-$(new_password)}"
      chmod o-rwx "$socket" "$socket.before-sofia-phone"
      say note "SOFIA_PHONE_ESL_PASSWORD of sofia-phone is the password in $socket"
      ;;
  esac
  # Each of FreeSWITCH's example phones has this password, and 1000 is the first that is tried.
  if without_comments "$vars" | has 'data="default_password=1234"'; then
    keep "$vars"
    sed "s/data=\"default_password=1234\"/data=\"default_password=$(new_password)\"/" "$vars" >"$vars.new"
    cat "$vars.new" >"$vars" && rm "$vars.new"
    chmod o-rwx "$vars" "$vars.before-sofia-phone"
    say set "default_password in $vars"
  fi
}

# has PATTERN: like grep -q, but reads to the end; who stops early fails the one who writes.
has() { grep "$@" >/dev/null; }

new_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

bad=0
good() { say ok "$1"; }
wrong() {
  say FAIL "$1"
  printf '        > %s\n' "$2"
  bad=$((bad + 1))
}
warn() {
  say warn "$1"
  printf '        > %s\n' "$2"
}

check() {
  check_program
  check_modules
  if [ -z "$conf" ] || [ ! -d "$conf" ]; then
    wrong "FreeSWITCH's configuration is nowhere" "name its folder by --conf"
  else
    check_files
    check_event_socket
    check_passwords
    check_ports
  fi
  echo
  if [ "$bad" -eq 0 ]; then echo "All is there. Next: sofia-phone doctor, which calls through it"; else
    echo "$bad to fix. install.sh --files puts files and passwords right"
  fi
  [ "$bad" -eq 0 ]
}

check_program() {
  local version
  if [ -z "$bin" ] || [ ! -x "$bin" ]; then
    wrong "FreeSWITCH is not here${bin:+: $bin}" "run install.sh, or name its program by --bin"
    return
  fi
  version=$("$bin" -version 2>/dev/null | sed -n 's/.*version: \([0-9]*\.[0-9]*\.[0-9]*\).*/\1/p' | awk 'NR == 1')
  case $version in
    1.1[0-9].* | 1.[2-9][0-9].* | [2-9].*) good "FreeSWITCH $version, $bin" ;;
    '') wrong "$bin does not say which version it is" "see whether it starts: $bin -version" ;;
    *) wrong "FreeSWITCH is $version" "install 1.10 or later" ;;
  esac
}

check_modules() {
  local name missing='' unloaded='' list=$conf/autoload_configs/modules.conf.xml
  if [ -z "$modules" ] || [ ! -d "$modules" ]; then
    wrong "FreeSWITCH's modules are nowhere" "name their folder by --modules"
    return
  fi
  for name in "${MODULES[@]}"; do
    [ -e "$modules/$name.so" ] || missing="$missing $name"
    if [ -f "$list" ] && ! without_comments "$list" | has "module=\"$name\""; then
      unloaded="$unloaded $name"
    fi
  done
  if [ -n "$missing" ]; then
    wrong "not installed:$missing" "Debian: apt-get install$(packages_of "$missing")"
  else good "all ${#MODULES[@]} modules, $modules"; fi
  [ -z "$unloaded" ] || wrong "not loaded at the start:$unloaded" "add <load module=\"...\"/> to $list"
}

packages_of() {
  local name
  for name in $1; do printf ' freeswitch-%s' "${name//_/-}"; done
}

check_files() {
  local file different='' wanted=("${FILES[@]}")
  for file in "${wanted[@]}"; do
    if [ ! -e "$conf/$file" ]; then
      wrong "$conf/$file is not there" "install.sh --files"
    elif ! well_formed "$conf/$file"; then
      wrong "$conf/$file is not XML" "install.sh --files, after moving it away"
    elif [ "$file" != sofia_phone_vars.xml ] && ! cmp -s "$here/$file" "$conf/$file"; then
      different="$different $file"
    fi
  done
  [ -z "$different" ] || warn "not as shipped:$different" "right if you changed them; install.sh --files replaces them"
  if [ -f "$conf/vars.xml" ] && without_comments "$conf/vars.xml" | has -F "$INCLUDE"; then
    good "vars.xml includes sofia_phone_vars.xml"
  else
    wrong "vars.xml does not include sofia_phone_vars.xml" "add $INCLUDE before </include>"
  fi
  if [ -f "$conf/sofia_phone_vars.xml" ]; then check_variables; fi
}

# well_formed FILE: by xmllint if it is here, else by the ends that every such file has.
well_formed() {
  if command -v xmllint >/dev/null; then
    xmllint --noout "$1" 2>/dev/null
  else
    grep -q '^</\(include\|profile\)>' "$1"
  fi
}

# Names that the shipped dialplan asks for, and yours do not set: from before an update.
check_variables() {
  local name missing=''
  while read -r name; do
    grep -q "data=\"$name=" "$conf/sofia_phone_vars.xml" || missing="$missing $name"
  done < <(sed -n 's/.*cmd="set" data="\(sofia_phone_[a-z_]*\)=.*/\1/p' "$here/sofia_phone_vars.xml")
  if [ -z "$missing" ]; then good "all variables are set"; else
    wrong "sofia_phone_vars.xml does not set:$missing" "copy these lines from $here/sofia_phone_vars.xml"
  fi
}

check_event_socket() {
  local file=$conf/autoload_configs/event_socket.conf.xml address list
  if [ ! -f "$file" ]; then
    wrong "$file is not there" "install freeswitch-conf-vanilla, or name the folder by --conf"
    return
  fi
  address=$(param "$file" listen-ip) list=$(param "$file" apply-inbound-acl)
  case $(param "$file" password) in
    '' | ClueCon) wrong "the event socket has the password that everybody knows" "install.sh --files sets one" ;;
    *) good "the event socket has a password of its own" ;;
  esac
  case $address in
    127.* | ::1 | localhost) good "the event socket listens on $address" ;;
    *)
      if [ -z "$list" ]; then
        wrong "the event socket listens on ${address:-all addresses}, for everybody" "install.sh --files"
      else warn "the event socket listens on $address, for $list" "keep its port out of the firewall"; fi
      ;;
  esac
}

check_passwords() {
  if without_comments "$conf/vars.xml" 2>/dev/null | has 'data="default_password=1234"'; then
    wrong "the example phones 1000 to 1019 have the password 1234" "install.sh --files sets another"
  else good "the example phones have no password that everybody knows"; fi
}

check_ports() {
  local file=$conf/autoload_configs/switch.conf.xml start end
  local ours=${SOFIA_PHONE_RTP_START_PORT:-10000} last=${SOFIA_PHONE_RTP_END_PORT:-14999}
  start=$(param "$file" rtp-start-port 2>/dev/null || true) end=$(param "$file" rtp-end-port 2>/dev/null || true)
  case ${start:-16384}${end:-32768} in
    *[!0-9]*) warn "the RTP ports of FreeSWITCH are not plain numbers" "see that they are not $ours to $last" ;;
    *)
      if [ "${start:-16384}" -le "$last" ] && [ "$ours" -le "${end:-32768}" ]; then
        wrong "the RTP ports of FreeSWITCH (${start:-16384}-${end:-32768}) and of sofia-phone ($ours-$last) overlap" \
          "set rtp-start-port in $file, or SOFIA_PHONE_RTP_START_PORT and SOFIA_PHONE_RTP_END_PORT"
      else good "RTP ports: FreeSWITCH ${start:-16384}-${end:-32768}, sofia-phone $ours-$last"; fi
      ;;
  esac
}

find_places
case $mode in
  check) check ;;
  files)
    install_files
    say next "start FreeSWITCH again when no call is up; then install.sh --check"
    ;;
  all)
    install_packages
    find_places
    install_files
    if command -v systemctl >/dev/null && [ -d /run/systemd/system ]; then
      as_root systemctl restart freeswitch
    else say next "start FreeSWITCH: freeswitch -nc"; fi
    check
    ;;
esac
