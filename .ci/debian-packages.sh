# Functions that install packages of Debian. The scripts of this folder source them.

readonly policy=/usr/sbin/policy-rc.d

is_installed() {
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive timeout --kill-after=10 180 \
    apt-get --quiet=2 --option DPkg::Lock::Timeout=60 "$@" </dev/null >/dev/null
}

can_install() {
  command -v apt-get >/dev/null && command -v dpkg-query >/dev/null && [ "$(id -u)" -eq 0 ]
}

# Packages of servers start them, unless this script of the machine forbids it.
forbid_services() {
  if [ -e "$policy" ]; then return; fi
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
}
