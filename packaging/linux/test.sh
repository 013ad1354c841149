#!/usr/bin/env bash
# Installs, upgrades and removes the deb in a copy of this machine's files, and
# reads the rpm. Run as root on Debian.
#
#   test.sh DIST-OF-A-VERSION DIST-OF-THE-NEXT
set -euo pipefail
first=$(realpath "$1") next=$(realpath "$2")

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

# The copy is a layer over /, so that nothing of the machine changes.
layer() {
	local root
	root=$(mktemp -d)
	mount -t tmpfs tmpfs "$root"
	mkdir "$root"/{upper,work,root}
	mount -t overlay overlay -o "lowerdir=/,upperdir=$root/upper,workdir=$root/work" "$root/root"
	mount --bind "$(dirname "$first")" "$root/root/mnt"
	echo "$root/root"
}

inside() { chroot "$root" env PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }

if [ "${3:-}" != layered ]; then
	exec unshare --mount --propagation private "$0" "$first" "$next" layered
fi
root=$(layer)
deb() { echo "/mnt/$(basename "$1")/$(basename "$(ls "$1"/*_amd64.deb)")"; }

inside dpkg --install "$(deb "$first")" >/dev/null
inside getent passwd lync_exporter >/dev/null || fail "no user"
[ "$(inside stat -c %U:%G:%a /etc/lync_exporter/lync.yml)" = root:lync_exporter:640 ] || fail "rights of lync.yml"
inside setpriv --reuid lync_exporter --regid lync_exporter --clear-groups lync_exporter --config.check --config.file=/etc/lync_exporter/lync.yml ||
	fail "the user cannot read its configuration"
for unit in lync_exporter.service lync_exporter.socket; do
	inside systemd-analyze verify "/usr/lib/systemd/system/$unit" 2>&1 | grep -i lync_exporter && fail "$unit"
done

echo 'domains: [contoso.com]' >"$root/etc/lync_exporter/lync.yml"
echo 'ARGS="--log.level=debug"' >"$root/etc/default/lync_exporter"
inside dpkg --install --force-confdef --force-confold "$(deb "$next")" >/dev/null
grep -q contoso.com "$root/etc/lync_exporter/lync.yml" || fail "the upgrade has changed the configuration"
grep -q debug "$root/etc/default/lync_exporter" || fail "the upgrade has changed the flags"

inside dpkg --remove lync-exporter >/dev/null
[ ! -e "$root/usr/bin/lync_exporter" ] || fail "the program is still there"
[ -e "$root/etc/lync_exporter/lync.yml" ] || fail "removal took the configuration along"
inside dpkg --purge lync-exporter >/dev/null
[ ! -e "$root/etc/lync_exporter" ] || fail "purge left the configuration"

# has says whether a line is among what rpm tells of the package.
rpm=$(ls "$first"/*.x86_64.rpm)
has() {
	local line=$1 told
	shift
	told=$(rpm -qp "$@" "$rpm" 2>/dev/null)
	grep -q -- "$line" <<<"$told"
}
has '^cn /etc/lync_exporter/lync.yml$' --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' || fail "the rpm does not keep lync.yml"
has '^cn /etc/default/lync_exporter$' --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' || fail "the rpm does not keep the flags"
for path in /usr/bin/lync_exporter /usr/lib/systemd/system/lync_exporter.service /usr/lib/systemd/system/lync_exporter.socket; do
	has "^$path\$" --list || fail "the rpm lacks $path"
done
has 'useradd --system' --scripts || fail "the rpm makes no user"
