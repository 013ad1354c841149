#!/usr/bin/env bash
# Builds what is released into a folder. Two runs over the same commit give the
# same bytes: nothing in them depends on the time, the machine or the folder.
#
#   VERSION=0.1.0 PLATFORMS="linux/amd64 windows/amd64" packaging/release.sh dist
#
# Needs Go, git, zip and, for the msi, Debian's wixl.
set -euo pipefail
dist=$(realpath -m "${1:-dist}")
cd "$(dirname "$0")/.."
. packaging/tools.sh

: "${VERSION:?}" "${PLATFORMS:?}"
revision=${REVISION:-$(git rev-parse HEAD)}
branch=${BRANCH:-main}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)
export SOURCE_DATE_EPOCH VERSION TZ=UTC LC_ALL=C
umask 022

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
rm -rf "$dist"
mkdir -p "$dist"

# build compiles the exporter for one platform.
build() {
	local os=$1 arch=$2 exe=$3 of=github.com/prometheus/common/version
	CGO_ENABLED=0 GOOS=$os GOARCH=$arch GOFLAGS='' go build -trimpath -buildvcs=false -o "$exe" \
		-ldflags "-s -w -X $of.Version=$VERSION -X $of.Revision=$revision -X $of.Branch=$branch -X $of.BuildUser=release -X $of.BuildDate=$date" \
		./cmd/lync_exporter
}

# accompany copies what comes with the program.
accompany() {
	local os=$1 arch=$2 to=$3
	cp README.md CHANGELOG.md SECURITY.md LICENSE collector/config/lync.schema.json "$to"
	GOOS=$os GOARCH=$arch packaging/licenses.sh >"$to/THIRD_PARTY_LICENSES"
	mkdir -p "$to/docs" "$to/alerts" "$to/dashboards"
	cp -r docs/*.md docs/images "$to/docs"
	cp -r examples "$to/examples"
	cp alerts/lync.rules.yml alerts/lync.recording.yml "$to/alerts"
	cp dashboards/lync-*.json "$to/dashboards"
}

# dated gives all files of a folder the time of the commit and plain modes.
dated() {
	find "$1" -type d -exec chmod 0755 {} + -o -type f ! -perm -u+x -exec chmod 0644 {} +
	find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# tarball packs a folder of $staging.
tarball() {
	dated "$staging/$1"
	tar -C "$staging" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu -cf - "$1" | gzip -n -9 >"$dist/$2"
}

zipped() {
	dated "$staging/$1"
	(cd "$staging" && find "$1" | sort | zip -X -q -@ "$dist/$2")
}

# chart packs the Helm chart as "helm package" does, but with the same bytes each
# time.
chart() {
	cp -rL packaging/helm/lync-exporter "$staging"
	tarball lync-exporter "lync-exporter-$VERSION.tgz"
}

# packages makes deb and rpm. Debian wants a changelog in a form of its own.
packages() {
	local arch=$1 folder=$2 packager
	printf 'lync-exporter (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' \
		"$VERSION" "$(sed -n 's/^maintainer: //p' packaging/linux/nfpm.yaml)" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" |
		gzip -n -9 >"$staging/changelog.gz"
	touch -d "@$SOURCE_DATE_EPOCH" "$staging/changelog.gz"
	for packager in deb rpm; do
		FOLDER=$folder STAGING=$staging ARCH=$arch nfpm package --config packaging/linux/nfpm.yaml --packager $packager --target "$dist/" >/dev/null
	done
}

for platform in $PLATFORMS; do
	os=${platform%/*} arch=${platform#*/}
	name=lync_exporter-$VERSION.$os-$arch
	folder=$staging/$name
	exe=$folder/lync_exporter
	[ "$os" != windows ] || exe+=.exe
	echo "$platform" >&2
	mkdir -p "$folder"
	build "$os" "$arch" "$exe"
	accompany "$os" "$arch" "$folder"
	cp cmd/lync_exporter/first.yml "$folder/lync.yml"
	case $os in
	linux)
		cp packaging/linux/lync_exporter.{service,socket} "$folder"
		dated "$folder"
		packages "$arch" "$folder"
		;;
	windows)
		dated "$folder"
		packaging/windows/msi.sh "$VERSION" "$arch" "$folder" "$dist/$name.msi"
		;;
	esac
	if [ "$os" = windows ]; then zipped "$name" "$name.zip"; else tarball "$name" "$name.tar.gz"; fi
	cyclonedx bin -json -noserial -notimestamp -std -version "v$VERSION" -output "$dist/$name.sbom.cdx.json" "$exe" 2>/dev/null
done

chart

cd "$dist"
sha256sum -- * >"$staging/SHA256SUMS"
mv "$staging/SHA256SUMS" .
