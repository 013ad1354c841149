#!/usr/bin/env bash
# Builds the msi of one release from the folder that has its files.
#
#   msi.sh VERSION ARCH FOLDER TO
set -euo pipefail
version=$1 arch=$2 folder=$3 to=$4
cd "$(dirname "$0")"

# wixl knows no arm64. Who has such a Windows takes the zip.
[ "$arch" = amd64 ] || exit 0

# Windows tells versions of a product apart by an identifier. It is made of the
# version, so that two builds have the same.
identifier() {
	local hash
	hash=$(printf '%s' "lync_exporter $version $arch $1" | sha256sum)
	printf '%s-%s-4%s-8%s-%s\n' "${hash:0:8}" "${hash:8:4}" "${hash:13:3}" "${hash:17:3}" "${hash:20:12}" | tr a-f A-F
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# wixl and msibuild write the time of day into the msi.
then=$(date -u -d "@${SOURCE_DATE_EPOCH:-0}" '+%F %T')
(
	cd "$folder"
	faketime -f "$then" wixl --arch x64 -D Version="${version%%-*}" -D ProductCode="$(identifier product)" \
		--output "$work/lync_exporter.msi" "$OLDPWD/lync_exporter.wxs"
)
faketime -f "$then" msibuild "$work/lync_exporter.msi" -s "Lync exporter $version" lync_exporter 'x64;1033' "{$(identifier package)}"
cp "$work/lync_exporter.msi" "$to"
