#!/usr/bin/env bash
# Installs, upgrades and removes the deb, then the rpm, in a copy of this machine's
# files. Run as root on Debian.
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

# can_run says whether the user of the service can read its configuration, which
# nobody else can.
can_run() {
	[ "$(inside stat -c %U:%G:%a /etc/lync_exporter/lync.yml)" = root:lync_exporter:640 ] || fail "rights of lync.yml"
	inside setpriv --reuid lync_exporter --regid lync_exporter --clear-groups \
		lync_exporter --config.check --config.file=/etc/lync_exporter/lync.yml >/dev/null || fail "the user cannot read its configuration"
}

# configure changes what administrators change, configured says whether it is
# still changed, and whether the next version is there.
configure() {
	echo 'domains: [contoso.com]' >"$root/etc/lync_exporter/lync.yml"
	echo 'ARGS="--log.level=debug"' >"$root/etc/default/lync_exporter"
}
configured() {
	grep -q contoso.com "$root/etc/lync_exporter/lync.yml" || fail "the upgrade has changed the configuration"
	grep -q debug "$root/etc/default/lync_exporter" || fail "the upgrade has changed the flags"
	inside lync_exporter --version | grep -q 'version 99\.0\.0' || fail "the upgrade has not changed the program"
}

lintian --allow-root --fail-on error,warning "$first"/*_amd64.deb || fail "lintian"
inside dpkg --install "$(deb "$first")" >/dev/null
inside getent passwd lync_exporter >/dev/null || fail "no user"
can_run
for unit in lync_exporter.service lync_exporter.socket; do
	inside systemd-analyze verify "/usr/lib/systemd/system/$unit" 2>&1 | grep -i lync_exporter && fail "$unit"
done

configure
inside dpkg --install --force-confdef --force-confold "$(deb "$next")" >/dev/null
configured

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

# The same once more with the rpm. What it depends on has other names here.
of_rpm() { echo "/mnt/$(basename "$1")/$(basename "$(ls "$1"/*.x86_64.rpm)")"; }
rpm() { inside rpm --force-debian --nodeps "$@" 2>/dev/null; }
inside userdel lync_exporter
rpm --install "$(of_rpm "$first")" || fail "the rpm does not install"
inside getent passwd lync_exporter >/dev/null || fail "the rpm makes no user"
can_run
for path in /usr/lib/systemd/system/lync_exporter.service /usr/lib/systemd/system/lync_exporter.socket; do
	[ -e "$root$path" ] || fail "the rpm lacks $path"
done
configure
rpm --upgrade "$(of_rpm "$next")" || fail "the rpm does not upgrade"
configured
rpm --erase lync-exporter || fail "the rpm cannot be removed"
[ ! -e "$root/usr/bin/lync_exporter" ] || fail "the program of the rpm is still there"
[ -e "$root/etc/lync_exporter/lync.yml.rpmsave" ] || fail "removal of the rpm took the configuration along"
