# The image has the program, root certificates, licenses and a first configuration,
# and nothing else. docs/install.md says how to run it.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
# One on each line, for older versions of Podman.
ARG TARGETOS
ARG TARGETARCH
ARG VERSION=unknown
ARG REVISION=unknown
ARG DATE=unknown
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN package=github.com/prometheus/common/version \
 && CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -o /out/lync_exporter \
    -ldflags "-s -w -X $package.Version=$VERSION -X $package.Revision=$REVISION -X $package.BuildUser=image -X $package.BuildDate=$DATE" \
    ./cmd/lync_exporter \
 && GOOS=$TARGETOS GOARCH=$TARGETARCH packaging/licenses.sh >/out/THIRD_PARTY_LICENSES

FROM scratch
LABEL org.opencontainers.image.title="lync_exporter" \
      org.opencontainers.image.description="Prometheus exporter for SIP domains of Lync and Skype for Business" \
      org.opencontainers.image.source="https://github.com/lync-exporter/lync_exporter" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/ /
COPY LICENSE /LICENSE
COPY cmd/lync_exporter/first.yml /etc/lync_exporter/lync.yml
# Where lync.yml, the default of --config.file, is looked for.
WORKDIR /etc/lync_exporter
USER 65532:65532
EXPOSE 10077
ENTRYPOINT ["/lync_exporter"]
