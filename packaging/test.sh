#!/usr/bin/env bash
# Tests what is released, as those use it who install it. For Debian, as root.
#
#   packaging/test.sh          the scripts, the chart, and what is released for Linux
#   packaging/test.sh windows  the zip, and the msi under Wine
#   packaging/test.sh all      the release for all systems, built twice
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
			TZ=Asia/Kolkata LANG=C.UTF-8 VERSION=$version PLATFORMS=$platforms packaging/release.sh "$to"
	) 2>"$work/log" || {
		cat "$work/log" >&2
		fail "the release cannot be built"
	}
}

version=$(sed -n '1s/^## \([^ ]*\).*/\1/p' CHANGELOG.md)
revision=$(git rev-parse HEAD)
day=$(date -u -d "@$(git log -1 --format=%ct)" +%Y-%m-%d)

# complete says whether an unpacked archive has what comes with the program.
complete() {
	local folder=$1 file
	for file in README.md LICENSE THIRD_PARTY_LICENSES SECURITY.md CHANGELOG.md lync.yml lync.schema.json docs/install.md \
		examples/prometheus.yml alerts/lync.rules.yml dashboards/lync-overview.json; do
		[ -s "$folder/$file" ] || fail "${folder##*/} lacks $file"
	done
}

# tells says whether a program says what it was built from.
tells() {
	local said want
	said=$("$@" --version | tr -d '\r')
	for want in "version $version" "$revision" "build date: *$day"; do
		grep -q "$want" <<<"$said" || fail "--version does not say $want: $said"
	done
}

# same says whether two releases have the same bytes.
same() {
	(cd "$1" && sha256sum --quiet --check SHA256SUMS)
	diff "$1/SHA256SUMS" "$2/SHA256SUMS" || fail "two builds differ"
}

windows() {
	need zip unzip wixl msitools faketime wine wine64 gcc-mingw-w64-x86-64-win32 curl
	begin "zip and msi"
	released "$version" windows/amd64 "$work/first"
	released 99.0.0 windows/amd64 "$work/next"
	unzip -q "$work"/first/*.zip -d "$work"
	complete "$work/lync_exporter-$version.windows-amd64"
	begin "msi under Wine"
	packaging/windows/test.sh "$work"/first/*.msi "$work"/next/*.msi
}

everywhere() {
	need zip wixl msitools faketime
	local platforms
	platforms=$(sed -n 's/^PLATFORMS ?= //p' packaging/release.mk)
	begin "release"
	released "$version" "$platforms" "$work/first"
	begin "release again"
	released "$version" "$platforms" "$work/again"
	same "$work/first" "$work/again"
	for platform in $platforms; do
		[ "$(find "$work/first" -name "lync_exporter-$version.${platform/\//-}.sbom.cdx.json" -size +1k | wc -l)" = 1 ] || fail "no SBOM for $platform"
	done
}

linux() {
	need rpm shellcheck file curl util-linux lintian
	begin "scripts and workflows"
	shellcheck --exclude=SC1091 packaging/*.sh packaging/*/*.sh
	actionlint -no-color

	begin "chart"
	[ "$(sed -n 's/^\(version\|appVersion\): //p' packaging/helm/lync-exporter/Chart.yaml | sort -u)" = "$version" ] ||
		fail "Chart.yaml has another version than the changelog"
	helm version --short >/dev/null 2>&1
	(cd packaging/helm/test && go vet . && go test -count=1 .)

	begin "release"
	released "$version" linux/amd64 "$work/first"
	tar -xzf "$work"/first/*.linux-amd64.tar.gz -C "$work"
	local folder=$work/lync_exporter-$version.linux-amd64
	complete "$folder"
	tells "$folder/lync_exporter"
	grep -q '"bomFormat": "CycloneDX"' "$work"/first/*.sbom.cdx.json || fail "no SBOM"
	grep -q 'pkg:golang/github.com/miekg/dns@' "$work"/first/*.sbom.cdx.json || fail "the SBOM lacks a module"
	helm template lync-exporter "$work/first/lync-exporter-$version.tgz" --kube-version 1.31.0 >/dev/null 2>&1 || fail "the released chart is none"

	begin "image"
	packaging/image_test.sh "$folder/lync_exporter"

	begin "reproducible"
	released "$version" linux/amd64 "$work/again"
	same "$work/first" "$work/again"

	begin "packages"
	released 99.0.0 linux/amd64 "$work/next"
	packaging/linux/test.sh "$work/first" "$work/next"
}

case "${1:-linux}" in
linux) linux ;;
windows) windows ;;
all) everywhere ;;
*) fail "there is no test $1" ;;
esac
