#!/usr/bin/env bash
# Tests what is released, as those use it who install it. For Debian, as root.
#
#   packaging/test.sh          all but what needs Wine
#   packaging/test.sh windows  that
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/tools.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
	echo "FAIL: $*" >&2
	exit 1
}

begin() { echo "--- $*"; }

need() {
	local missing=() package
	for package in "$@"; do
		[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
	done
	[ ${#missing[@]} -eq 0 ] || {
		apt-get update -q >/dev/null
		DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null
	}
}

# released builds a version from a folder of its own, as another person would:
# with another time zone, language and umask.
released() {
	local version=$1 platforms=$2 to=$3 source=$work/source-$RANDOM
	mkdir "$source"
	git ls-files -z --cached --others --exclude-standard | tar --null --files-from - -cf - | tar -xf - -C "$source"
	(
		umask 077
		cd "$source"
		TOOLS=$tools REVISION=$(git -C "$OLDPWD" rev-parse HEAD) SOURCE_DATE_EPOCH=$(git -C "$OLDPWD" log -1 --format=%ct) \
			TZ=Asia/Kolkata LANG=C.UTF-8 VERSION=$version PLATFORMS=$platforms packaging/release.sh "$to" 2>/dev/null
	)
}

if [ "${1:-}" = windows ]; then
	need zip wixl msitools faketime wine wine64 gcc-mingw-w64-x86-64-win32 curl
	begin "msi under Wine"
	released 0.1.0 windows/amd64 "$work/first"
	released 0.1.1 windows/amd64 "$work/next"
	packaging/windows/test.sh "$work"/first/*.msi "$work"/next/*.msi
	exit
fi

need zip unzip wixl msitools faketime rpm shellcheck file curl util-linux

begin "scripts and workflows"
shellcheck --exclude=SC1091 packaging/*.sh packaging/*/*.sh
actionlint -no-color

begin "chart"
version=$(sed -n '1s/^## \([^ ]*\).*/\1/p' CHANGELOG.md)
[ "$(sed -n 's/^\(version\|appVersion\): //p' packaging/helm/lync-exporter/Chart.yaml | sort -u)" = "$version" ] ||
	fail "Chart.yaml has another version than the changelog"
helm version --short >/dev/null 2>&1
(cd packaging/helm/test && go vet . && go test -count=1 .)

begin "release"
platforms="linux/amd64 windows/amd64"
released "$version" "$platforms" "$work/first"
(cd "$work/first" && sha256sum --quiet --check SHA256SUMS)
tar -xzf "$work"/first/*.linux-amd64.tar.gz -C "$work"
unzip -q "$work"/first/*.windows-amd64.zip -d "$work"
program=$work/lync_exporter-$version.linux-amd64/lync_exporter
for file in README.md LICENSE CHANGELOG.md lync.yml lync.schema.json examples/prometheus.yml alerts/lync.rules.yml dashboards/lync-overview.json docs/install.md; do
	for os in linux windows; do
		[ -s "$work/lync_exporter-$version.$os-amd64/$file" ] || fail "the archive for $os lacks $file"
	done
done
said=$("$program" --version)
for want in "version $version" "$(git rev-parse HEAD)" "build date: *$(date -u -d "@$(git log -1 --format=%ct)" +%Y-%m-%d)"; do
	grep -q "$want" <<<"$said" || fail "--version does not say $want: $said"
done
grep -q '"bomFormat": "CycloneDX"' "$work"/first/*.linux-amd64.sbom.cdx.json || fail "no SBOM"
grep -q 'pkg:golang/github.com/miekg/dns@' "$work"/first/*.linux-amd64.sbom.cdx.json || fail "the SBOM lacks a module"

begin "image"
packaging/image_test.sh "$program"

begin "reproducible"
released "$version" "$platforms" "$work/again"
diff "$work/first/SHA256SUMS" "$work/again/SHA256SUMS" || fail "two builds differ"

begin "packages"
released 99.0.0 linux/amd64 "$work/next"
packaging/linux/test.sh "$work/first" "$work/next"
