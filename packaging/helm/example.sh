#!/usr/bin/env bash
# Prints examples/kubernetes/lync-exporter.yml, which comes from the chart.
set -euo pipefail
cd "$(dirname "$0")/../.."
. packaging/tools.sh
cat <<'TEXT'
# Replicas of lync_exporter behind one service. Each has the whole configuration;
# whichever the service picks checks the domain that is asked for, so every domain
# is checked once in an interval.
#
#   kubectl apply --namespace monitoring --filename examples/kubernetes
#
# Generated from the Helm chart by "make kubernetes-example". Change
# packaging/helm instead.
TEXT
# No Helm manages what is applied from here.
helm template lync-exporter packaging/helm/lync-exporter --namespace monitoring --kube-version 1.31.0 \
	--values packaging/helm/example.values.yaml 2>/dev/null | grep -v -e '^# Source: ' -e 'app.kubernetes.io/managed-by: Helm'
