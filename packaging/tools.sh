# shellcheck shell=bash
# Sourced by the scripts beside it: tools that are no dependency of the exporter,
# each in one version. They are installed below .tools, which git ignores.
tools=${TOOLS:-$(git rev-parse --show-toplevel)/.tools}
export PATH="$tools:$PATH"

# tool makes a program of a Go module available.
tool() {
	local name=$1 package=$2 version=$3
	local stamp="$tools/.$name-$version"
	[ -e "$stamp" ] && [ -x "$tools/$name" ] && return
	mkdir -p "$tools"
	echo "installing $name $version" >&2
	env -u GOOS -u GOARCH GOFLAGS='' GOBIN="$tools" go install "$package@$version"
	touch "$stamp"
}

nfpm() { tool nfpm github.com/goreleaser/nfpm/v2/cmd/nfpm v2.43.4 && command nfpm "$@"; }
cyclonedx() { tool cyclonedx-gomod github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod v1.10.0 && command cyclonedx-gomod "$@"; }
helm() { tool helm helm.sh/helm/v3/cmd/helm v3.22.0 && command helm "$@"; }
actionlint() { tool actionlint github.com/rhysd/actionlint/cmd/actionlint v1.7.12 && command actionlint "$@"; }
