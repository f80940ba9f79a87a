#!/bin/bash
# Proves `make setup`, `make run` and (FULL=1) `make test` on a bare Debian 12: a chroot made by debootstrap, from a clone
# of this checkout, as root in a folder closed to others and as an ordinary user. Mirrors and certificates are those of
# this machine, read at run time.
set -euo pipefail
here="$(cd "$(dirname "$0")/.." && pwd)"
[ "$(id -u)" -eq 0 ] || { echo "make fresh needs root, because it makes a chroot." >&2; exit 1; }
command -v debootstrap >/dev/null || { apt-get update -q; apt-get install -q -y --no-install-recommends debootstrap; }

base="$(mktemp -d /var/tmp/fengni-fresh-XXXXXX)"
root="$base/root"
mounts=()
clean() {
  set +e
  for pid in /proc/[0-9]*; do  # only what runs inside our chroot
    [ "$(readlink "$pid/root")" = "$root" ] && kill -9 "${pid#/proc/}" 2>/dev/null
  done
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do umount -l "${mounts[$i]}"; done
  rm -rf --one-file-system "$base"
}
trap clean EXIT
bind() {  # from, to, options
  mkdir -p "$root$2"
  mount --bind ${3:+-o "$3"} "$1" "$root$2"
  mounts+=("$root$2")
}

mirror="$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null || true; } \
  | grep -E '^(URIs:|deb )' | grep -oE 'https?://[^ ]*/debian/?( |$)' | head -1)"
mirror="${mirror%% *}"
[ -n "$mirror" ] || { echo "No Debian mirror in the sources of this machine." >&2; exit 1; }
echo "== making a bare Debian"
debootstrap --variant=minbase --include=python3,python3-venv,make,git,ca-certificates bookworm "$root" "$mirror" >"$base/debootstrap.log" \
  || { tail -5 "$base/debootstrap.log" >&2; exit 1; }

mount -t proc proc "$root/proc"
mounts+=("$root/proc")
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm" && mounts+=("$root/dev/shm")
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
  [ -e "$file" ] && install -D -m 644 "$(readlink -f "$file")" "$root$file"
done
for folder in /etc/xdg/pip /etc/apt/apt.conf.d /etc/apt/sources.list.d /usr/share/keyrings; do
  [ -d "$folder" ] && mkdir -p "$root$folder" && cp -rL "$folder/." "$root$folder/"
done
rm -f "$root/etc/xdg/pip/pip.conf"
{ echo "[global]"; python3 -m pip config list 2>/dev/null | sed -n "s/^global\.\([a-z-]*\)='\(.*\)'$/\1 = \2/p"; } >"$root/etc/pip.conf"
# Package folders on this machine's disk that pip is told of
for folder in $({ python3 -m pip config list 2>/dev/null || true; env | grep ^PIP_ || true; } | grep -oE '/[^ '"'"'"]+' | sed 's,^//,,' | sort -u); do
  [ -d "$folder" ] && bind "$folder" "$folder" ro
  parent="$(dirname "$folder")"
  [ "$(basename "$folder")" = simple ] && bind "$parent" "$parent" ro
done
git clone -q --no-local "$here" "$root/srv/fengni.git"
chmod -R a+rX "$root/srv/fengni.git"

pass=()
for name in $(env | grep -oE '^(PIP_[A-Z_]+|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY)' || true); do pass+=("$name=${!name}"); done
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${pass[@]}" "$@"; }

cat >"$root/srv/prove.sh" <<'PROVE'
set -euo pipefail
cd "$1"
git config --global --add safe.directory /srv/fengni.git
git config --global --add safe.directory /srv/fengni.git/.git
git clone -q /srv/fengni.git fengni
cd fengni
start=$(date +%s)
make setup
echo "== $(id -un): make setup took $(($(date +%s) - start)) s"
make run PORT="$2" >run.log 2>&1 &
maker=$!
python3 - "$2" <<'PY'
import sys, time, urllib.request
until = time.time() + 120
while True:
    try:
        page = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/sign-in/login/", timeout=10).read().decode()
        break
    except OSError as error:
        if time.time() > until:
            sys.exit(f"no answer: {error}")
        time.sleep(0.2)
assert "csrfmiddlewaretoken" in page, page[:500]
PY
until grep -q "http://127.0.0.1:$2/" run.log; do sleep 0.2; kill -0 $maker; done
for _ in $(seq 30); do .venv/bin/fengni doctor >/dev/null && break; sleep 1; done  # the worker begins after the web
.venv/bin/fengni doctor
kill -INT "$(python3 -c 'import json; print(json.load(open("var/lock"))["pid"])')"
wait $maker || true
echo "== $(id -un): served the sign-in page and stopped"
PROVE

echo "== as root, in a folder closed to others"
inside install -d -m 700 /srv/closed
inside HOME=/srv/closed bash /srv/prove.sh /srv/closed 8217
echo "== as an ordinary user"
inside useradd --create-home tester
inside HOME=/home/tester setpriv --reuid tester --regid tester --init-groups bash /srv/prove.sh /home/tester 8218
if [ "${FULL:-}" = 1 ]; then
  echo "== the whole suite"
  inside HOME=/srv/closed bash -c "cd /srv/closed/fengni && .ci/run"
fi
echo "== fresh: all proved"
