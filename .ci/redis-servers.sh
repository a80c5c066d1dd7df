# Which servers of Redis and Valkey the tests can use. The scripts of this folder source it.

# Whether a program is on the PATH in a version that the tests support, as test/support/redis-engines.ts checks.
is_usable() {
  local version oldest=7.0
  if [ "$1" = valkey-server ]; then oldest=7.2; fi
  version=$("$1" --version 2>/dev/null | sed -nE 's/^(Redis|Valkey) server v=([0-9]+\.[0-9]+).*/\2/p') || return 1
  [ -n "$version" ] && [ "$(printf '%s\n' "$oldest" "$version" | sort -V | head -n 1)" = "$oldest" ]
}
