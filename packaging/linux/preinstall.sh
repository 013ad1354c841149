#!/bin/sh
set -e
getent group lync_exporter >/dev/null || groupadd --system lync_exporter
getent passwd lync_exporter >/dev/null || useradd --system --gid lync_exporter --no-create-home \
	--home-dir /nonexistent --shell /usr/sbin/nologin --comment "Prometheus exporter for Lync" lync_exporter
