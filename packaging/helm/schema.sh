#!/usr/bin/env bash
# Puts the schema of lync.yml into that of the chart's values, so that Helm refuses
# a configuration that the exporter would not take. Needs Debian's jq.
set -euo pipefail
cd "$(dirname "$0")/../.."
schema=packaging/helm/lync-exporter/values.schema.json
new=$(jq --slurpfile lync collector/config/lync.schema.json \
	'.properties.config = ($lync[0] | del(."$schema", ."$id", ."$defs", .title)) | ."$defs" = $lync[0]."$defs"' $schema)
printf '%s\n' "$new" >$schema
