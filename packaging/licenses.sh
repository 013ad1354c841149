#!/usr/bin/env bash
# Prints the licenses of the modules that the program for GOOS and GOARCH is made
# of. Most of them demand to be handed on with a program.
set -euo pipefail
cd "$(dirname "$0")/.."

# license prints the texts of a folder below a title.
license() {
	local title=$1 folder=$2 text
	for text in "$folder"/LICENSE* "$folder"/LICENCE* "$folder"/COPYING* "$folder"/NOTICE*; do
		[ -f "$text" ] || continue
		printf '==== %s: %s\n\n' "$title" "${text##*/}"
		cat "$text"
		printf '\n'
	done
}

license "Go" "$(go env GOROOT)"
go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' ./cmd/lync_exporter | sort -u |
	while read -r module version folder; do license "$module $version" "$folder"; done
