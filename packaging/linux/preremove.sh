#!/bin/sh
# deb: $1 is "remove"; rpm: $1 is 0. An upgrade is neither.
set -e
case "$1" in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl disable --now lync_exporter.service lync_exporter.socket || true
	fi
	;;
esac
