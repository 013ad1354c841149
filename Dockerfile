# The image has the program, root certificates and a first configuration, and
# nothing else. docs/install.md says how to run it.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS TARGETARCH
ARG VERSION=unknown REVISION=unknown DATE=unknown
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN package=github.com/prometheus/common/version \
 && CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath -buildvcs=false -o /out/lync_exporter \
    -ldflags "-s -w -X $package.Version=$VERSION -X $package.Revision=$REVISION -X $package.BuildUser=image -X $package.BuildDate=$DATE" \
    ./cmd/lync_exporter

FROM scratch
LABEL org.opencontainers.image.title="lync_exporter" \
      org.opencontainers.image.description="Prometheus exporter for SIP domains of Lync and Skype for Business" \
      org.opencontainers.image.source="https://github.com/lync-exporter/lync_exporter" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/lync_exporter /lync_exporter
COPY LICENSE /LICENSE
COPY cmd/lync_exporter/first.yml /etc/lync_exporter/lync.yml
# Where lync.yml, the default of --config.file, is looked for.
WORKDIR /etc/lync_exporter
USER 65532:65532
EXPOSE 10077
ENTRYPOINT ["/lync_exporter"]
