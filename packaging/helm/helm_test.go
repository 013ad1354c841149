package helm

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

func TestSchemaIsFresh(t *testing.T) {
	t.Parallel()
	want, err := FreshSchema()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(Schema)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s is stale; run go generate ./packaging/helm (-want +got):\n%s", Schema, diff)
	}
}

// The schema takes the chart's own values, and refuses what the chart, Kubernetes or
// the exporter does not know.
func TestSchema(t *testing.T) {
	t.Parallel()
	schema, err := jsonschema.NewCompiler().Compile(Schema)
	if err != nil {
		t.Fatal(err)
	}
	validate := func(values string) error {
		var document any
		if err := yaml.Unmarshal([]byte(values), &document); err != nil {
			t.Fatalf("%s: %v", values, err)
		}
		return schema.Validate(document)
	}
	own, err := os.ReadFile("lync-exporter/values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := validate(string(own)); err != nil {
		t.Error(err)
	}
	for _, values := range []string{"replica: 3", "replicas: many", "replicas: -1", "fullnameOverride: Lync_Exporter",
		"service: {port: 0}", "service: {type: Internal}", "image: {pullPolicy: Sometimes}", "image: {tag: 'latest!'}", "image: {digest: sha256}",
		"resources: {limit: {memory: 1Gi}}", "resources: {limits: {memory: true}}", "extraArgs: [config.check]", "extraEnv: [{value: a}]",
		"extraVolumes: [{secret: {}}]", "extraVolumeMounts: [{name: a}]", "tolerations: [{operator: Is}]", "affinity: {pod: {}}",
		"topologySpreadConstraints: [{maxSkew: 1}]", "dnsPolicy: Mine", "dnsConfig: {nameserver: [10.0.0.53]}", "networkPolicy: {form: []}",
		"podDisruptionBudget: {maxUnavailable: most}", "monitoring: {enabled: 'yes'}", "monitoring: {scrapeConfig: {interval: 1 minute}}",
		"monitoring: {scrapeConfig: {jobName: sip}}", "dashboards: {labels: {a: 1}}", "{existingSecret: a, existingConfigMap: b}",
		"config: {domain: [contoso.com]}", "config: {domains: contoso.com}", "config: {timeout: soon}", "config: {domains: [{name: contoso.com, topology: cloud}]}"} {
		if validate(values) == nil {
			t.Errorf("%s is taken", values)
		}
	}
}
