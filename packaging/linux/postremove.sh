#!/bin/sh
# The user stays, so that files that belong to it do not come to belong to
# another.
set -e
if [ "$1" = purge ]; then
	rm -rf /etc/lync_exporter
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload || true
fi
