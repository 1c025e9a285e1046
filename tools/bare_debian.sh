#!/usr/bin/env bash
# Tries ./dev run and ./dev test on a bare Debian 12: makes one in a temporary folder, clones this checkout's last
# commit into it, and there runs ./dev run and ./dev test from nothing, then both again to see that they install nothing.
#
#   tools/bare_debian.sh            all of it: takes an hour on two cores
#   tools/bare_debian.sh run        only ./dev run
#   tools/bare_debian.sh -- WORDS   this command instead, in the clone
#
# Needs root, mmdebstrap, git and some 6 GB. Package sources, proxies and certificates are those of this machine, copied as
# they are found; credentials are not copied. Mounts live in a namespace of their own, so nothing stays mounted.
set -euo pipefail

checkout=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
what=${1:-all}
work=$(mktemp -d)
root=$work/root
trap 'rm -rf --one-file-system "$work"' EXIT

make_debian() {
  local sources=() file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    if [ -e "$file" ] && grep -q bookworm "$file"; then sources+=("$file"); fi
  done
  mmdebstrap --mode=root --variant=minbase --quiet bookworm "$root" "${sources[@]}"
  # Proxies and the like; what belongs to packages that are not installed there stays behind.
  for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
    if [ -e "$file" ] && grep -Eq '^ *Acquire::(https?|Check|Retries)' "$file"; then
      install -D -m 644 "$file" "$root$file"
    fi
  done
  for file in /etc/pip.conf /usr/etc/npmrc /etc/npmrc /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt; do
    if [ -e "$file" ]; then install -D -m 644 "$file" "$root$file"; fi
  done
  # Installing ca-certificates rewrites the bundle, so that this machine's own is kept under another name.
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/of-the-machine.crt"
  fi
}

clone() {
  git clone --quiet --no-hardlinks "$checkout" "$root/src/regent"
  if [ -d "$checkout/../shared/corpus" ]; then
    mkdir "$root/src/shared"
    cp -r "$checkout/../shared/corpus" "$root/src/shared/corpus"
  fi
}

# Runs the script on standard input inside, with nothing of this shell's environment but its proxies.
inside() {
  local environment=(HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8) name
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    if [ -n "${!name:-}" ]; then environment+=("$name=${!name}"); fi
  done
  if [ -e "$root/etc/ssl/of-the-machine.crt" ]; then
    for name in PIP_CERT SSL_CERT_FILE NODE_EXTRA_CA_CERTS npm_config_cafile; do
      environment+=("$name=/etc/ssl/of-the-machine.crt")
    done
  fi
  cat >"$root/inside.sh"
  unshare --mount --pid --fork --kill-child --mount-proc="$root/proc" sh -c '
    mount -t tmpfs tmpfs "$1/dev/shm" && mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/dev/pts"
    root=$1; shift; exec chroot "$root" env -i "$@" bash /inside.sh </dev/null' sh "$root" "${environment[@]}"
}

try_run() {
  inside <<'END'
set -eu
cd /src/regent
for round in first second; do
  begin=$SECONDS
  ./dev run </dev/null >/run.log 2>&1 &
  node=$!
  until grep -q 'serves gRPC on' /run.log; do
    kill -0 $node 2>/dev/null || { tail -n 40 /run.log; echo "FAILED: ./dev run ended by itself"; exit 1; }
    sleep 0.2
  done
  sed -n '/Starting:/,$p' /run.log
  kill -TERM $node
  wait $node || { echo "FAILED: after SIGTERM the node exited $?"; exit 1; }
  echo "RESULT: $round ./dev run: $((SECONDS - begin)) s, sample registered and fetched, SIGTERM: exit 0"
  [ "$round" = first ] || ! grep -qE 'Installing|Fetching' /run.log || { echo "FAILED: set up twice"; exit 1; }
done
dpkg-query -W -f='${Package}\n' | grep -E '^(libgtest|libgmock|libbenchmark|clang|maven)' &&
  { echo "FAILED: ./dev run installed what only tests need"; exit 1; }
true
END
}

try_test() {
  inside <<'END'
set -eu
cd /src/regent
for round in first second; do
  begin=$SECONDS
  result=0
  ./dev test </dev/null >/test.log 2>&1 || result=$?
  [ $result = 0 ] || { tail -n 200 /test.log; echo "FAILED: ./dev test exited $result"; exit 1; }
  echo "RESULT: $round ./dev test: $((SECONDS - begin)) s, $(tail -n 1 /test.log)"
  [ "$round" = first ] || ! grep -qE 'Installing|Fetching' /test.log || { echo "FAILED: set up twice"; exit 1; }
done
END
}

begin=$SECONDS
make_debian
echo "RESULT: a bare Debian 12 with $(chroot "$root" dpkg-query -W | wc -l) packages: $((SECONDS - begin)) s"
clone
case $what in
  all) try_run && try_test ;;
  run) try_run ;;
  --) shift && inside <<<"cd /src/regent && $*" ;;
  *) echo "usage: tools/bare_debian.sh [run | -- WORDS]" >&2; exit 2 ;;
esac
