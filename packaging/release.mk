# The first line of the changelog says which version this is.
VERSION ?= $(shell sed -n '1s/^## \([^ ]*\).*/\1/p' CHANGELOG.md)
# os/arch pairs that are built.
PLATFORMS ?= linux/amd64 linux/arm64 windows/amd64 windows/arm64 darwin/amd64 darwin/arm64
DIST ?= dist

.PHONY: release
release: ## build what is released into dist/: archives, deb, rpm, msi, SBOM, checksums
	VERSION='$(VERSION)' PLATFORMS='$(PLATFORMS)' packaging/release.sh '$(DIST)'

.PHONY: image
image: ## build the container image lync_exporter:VERSION
	docker build --build-arg VERSION='$(VERSION)' --build-arg REVISION="$$(git rev-parse HEAD)" \
		--build-arg DATE="$$(git log -1 --format=%cI)" --tag lync_exporter:'$(VERSION)' .

.PHONY: packaging-test
packaging-test: ## test what is released, the chart and the examples made from it
	packaging/test.sh

.PHONY: kubernetes-example
kubernetes-example: ## make examples/kubernetes/lync-exporter.yml from the Helm chart
	packaging/helm/example.sh >examples/kubernetes/lync-exporter.yml

.PHONY: windows-test
windows-test: ## test the msi and the service under Wine
	packaging/test.sh windows
