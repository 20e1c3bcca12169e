# What the scripts share; sourced, never run. The caller stands in the root of
# the repository and has set -euo pipefail.

export CCACHE_SLOPPINESS=pch_defines,time_macros
# What one clone has compiled serves another: paths are relative to the root.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
export JOBS=${JOBS:-$(nproc)}
# The interpreter that Debian's python3-* packages belong to.
readonly PYTHON=/usr/bin/python3

# say WHAT…: what begins now.
SAID=()
say() {
  SAID+=("$SECONDS $*")
  printf '== %s\n' "$*" >&2
}

# What took half a minute or longer.
tell_times() {
  local i first next
  SAID+=("$SECONDS end")
  for ((i = 0; i + 1 < ${#SAID[@]}; i++)); do
    first=${SAID[i]%% *} next=${SAID[i + 1]%% *}
    [ $((next - first)) -lt 30 ] ||
      printf '%4d s  %s\n' $((next - first)) "${SAID[i]#* }"
  done
}

# run_job COMMAND…: runs a command or function in a process group of its own, so
# that a signal to the script is answered at once and stop_job can end all of
# it. Nothing that the command left behind survives it.
JOB=
run_job() {
  local status=0
  set -m
  "$@" </dev/null &
  JOB=$!
  set +m
  wait "$JOB" || status=$?
  kill -KILL -- "-$JOB" 2>/dev/null || true
  JOB=
  return $status
}

stop_job() {
  [ -z "$JOB" ] || kill -TERM -- "-$JOB" 2>/dev/null || true
}

# Installs the packages of packages.txt that are missing.
install_packages() {
  local wanted missing=() package
  mapfile -t wanted < <(sed 's/#.*//; s/[[:space:]]//g; /^$/d' packages.txt)
  for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = \
      installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "install ${missing[*]}"
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "error: missing packages, and neither root nor sudo to install" \
        "them: ${missing[*]}" >&2
      return 1
    fi
    root=(sudo)
  fi
  "${root[@]}" apt-get update -qq >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
    --no-install-recommends -o Dpkg::Use-Pty=0 "${missing[@]}" >&2
}

# build PRESET [TARGET…]: configures and builds; the compiler's output is shown
# only when it fails.
build() {
  local preset=$1
  shift
  say "build $preset"
  local log=build/$preset.log
  mkdir -p build
  if ! run_job configure_and_build "$preset" "$@" >"$log" 2>&1; then
    tail -n 200 "$log" >&2
    return 1
  fi
}
# begin_build PRESET: the same beside what follows, with less right to the
# processors; end_build waits for it.
BUILDING=
begin_build() {
  BUILD_PRESET=$1
  mkdir -p build
  set -m
  configure_and_build "$1" </dev/null >"build/$1.log" 2>&1 &
  BUILDING=$!
  set +m
  renice -n 10 -g "$BUILDING" >/dev/null || true
}
end_build() {
  local status=0
  say "build $BUILD_PRESET"
  renice -n 0 -g "$BUILDING" >/dev/null 2>&1 || true
  wait "$BUILDING" || status=$?
  BUILDING=
  [ $status -eq 0 ] || tail -n 200 "build/$BUILD_PRESET.log" >&2
  return $status
}
stop_build() {
  [ -z "$BUILDING" ] || kill -TERM -- "-$BUILDING" 2>/dev/null || true
}
configure_and_build() {
  local preset=$1
  shift
  cmake --preset "$preset" &&
    cmake --build --preset "$preset" -j "$JOBS" ${@:+--target "$@"}
}

# start_postgres: a private cluster in a temporary folder, reached over the
# loopback with a password; exports MANAGE_TEST_POSTGRES_URL. The caller calls
# stop_postgres on its way out, whatever happens.
POSTGRES_FOLDER=
POSTGRES_AS=()
start_postgres() {
  local bin=/usr/lib/postgresql/15/bin port attempt
  if [ ! -x $bin/initdb ]; then
    echo "there is no PostgreSQL 15 in $bin"
    return 1
  fi
  POSTGRES_FOLDER=$(mktemp -d /tmp/manage-postgres.XXXXXX)
  # The server refuses to run as root.
  if [ "$(id -u)" -eq 0 ]; then
    local user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    chown "$user" "$POSTGRES_FOLDER"
    POSTGRES_AS=(setpriv --reuid "$user" --regid "$(id -g "$user")"
      --clear-groups env -C "$POSTGRES_FOLDER" HOME="$POSTGRES_FOLDER")
  fi
  # md5 costs a connection microseconds, scram-sha-256 milliseconds.
  "${POSTGRES_AS[@]}" sh -c 'umask 077; echo secret >"$1"/password
    exec "$2"/initdb --no-sync -D "$1"/data -U manage --pwfile "$1"/password \
      --auth md5 -E UTF8 --locale C.UTF-8 >"$1"/initdb.log 2>&1' \
    sh "$POSTGRES_FOLDER" $bin || {
    cat "$POSTGRES_FOLDER/initdb.log"
    return 1
  }
  # Somebody may take the free port before the server does, so try again.
  for attempt in 1 2 3; do
    port=$($PYTHON -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
    if "${POSTGRES_AS[@]}" $bin/pg_ctl -D "$POSTGRES_FOLDER/data" -w -s \
      -l "$POSTGRES_FOLDER/log" -o "-p $port -h 127.0.0.1 -k '' \
      -c fsync=off -c full_page_writes=off -c synchronous_commit=off \
      -c max_connections=50 -c shared_buffers=64MB -c timezone=UTC \
      -c autovacuum=off" \
      start >"$POSTGRES_FOLDER/start.log" 2>&1; then
      export MANAGE_TEST_POSTGRES_URL="postgresql://manage:secret@127.0.0.1:$port/postgres"
      return
    fi
  done
  cat "$POSTGRES_FOLDER/start.log" "$POSTGRES_FOLDER/log"
  return 1
}

stop_postgres() {
  [ -n "$POSTGRES_FOLDER" ] || return 0
  "${POSTGRES_AS[@]}" /usr/lib/postgresql/15/bin/pg_ctl \
    -D "$POSTGRES_FOLDER/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$POSTGRES_FOLDER"
  POSTGRES_FOLDER=
}
