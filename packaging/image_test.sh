#!/usr/bin/env bash
# Runs the program as the image does, without Docker: the files that the Dockerfile
# takes, nothing else, read-only, as its user. Run as root.
#
#   image_test.sh PROGRAM
set -euo pipefail
program=$(realpath "$1")
cd "$(dirname "$0")/.."

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

file -L "$program" | grep -q 'statically linked' || fail "the program needs libraries"

# What is copied from the source has to get past .dockerignore.
allowed=$(sed -n 's/^!//p' .dockerignore)
while read -r source; do
	grep -qx "${source%%/*}" <<<"$allowed" || fail ".dockerignore leaves out $source"
	[ -e "$source" ] || fail "there is no $source"
done < <(sed -n 's/^COPY \([^-. ].*\) [^ ]*$/\1/p' Dockerfile | tr ' ' '\n')

root=$(mktemp -d)
trap 'kill "$pid" 2>/dev/null || true; umount "$root" 2>/dev/null || true; rm -rf "$root"' EXIT
pid=
mkdir -p "$root/etc/ssl/certs" "$root/etc/lync_exporter"
cp "$program" "$root/lync_exporter"
cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
cp cmd/lync_exporter/first.yml "$root/etc/lync_exporter/lync.yml"
chmod -R a+rX "$root"
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"

user=$(sed -n 's/^USER //p' Dockerfile)
folder=$(sed -n '/^FROM scratch/,$s/^WORKDIR //p' Dockerfile)
port=$(sed -n 's/^EXPOSE //p' Dockerfile)
[ "${user%%:*}" -gt 0 ] || fail "the image runs as root"
env -i setpriv --reuid "${user%%:*}" --regid "${user##*:}" --clear-groups --bounding-set=-all --no-new-privs --inh-caps=-all true
env -i unshare --root "$root" --wd "$folder" --setuid "${user%%:*}" --setgid "${user##*:}" /lync_exporter --web.listen-address="127.0.0.1:$port" 2>"$root.log" &
pid=$!
for _ in $(seq 50); do
	[ "$(curl -fsS "http://127.0.0.1:$port/-/ready" 2>/dev/null)" = Ready ] && ready=yes && break
	sleep 0.1
done
[ "${ready:-}" = yes ] || {
	cat "$root.log" >&2
	fail "it does not answer"
}
kill "$pid"
wait "$pid" || fail "it does not stop well"
rm -f "$root.log"
