#!/bin/sh
# Checks the rules, their unit tests and the example configurations with
# promtool and amtool, which must be on PATH.
set -eu

cd "$(dirname "$0")"
for tool in promtool amtool; do
	command -v "$tool" >/dev/null || {
		echo "check.sh: $tool is not on PATH (Debian: apt install prometheus prometheus-alertmanager)" >&2
		exit 1
	}
done

promtool check rules --lint=all --lint-fatal lync.rules.yml lync.recording.yml
promtool test rules ./*_test.yml

# The example configurations, with the files beside them that they name.
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/rules"
cp lync.rules.yml lync.recording.yml "$dir/rules/"
for config in ../examples/prometheus*.yml; do
	cp "$config" "$dir/"
	promtool check config --lint=all --lint-fatal "$dir/$(basename "$config")"
done
amtool check-config ../examples/alertmanager.yml
