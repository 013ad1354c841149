// Package test holds the Helm chart to what Kubernetes and the Prometheus Operator
// take. It needs helm; packaging/test.sh has it.
package test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	monitoringv1alpha1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1alpha1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

const (
	chart    = "../lync-exporter"
	root     = "../../.."
	examples = root + "/examples/kubernetes"
)

// everything are values that switch on every object and use every list.
const everything = `
fullnameOverride: exporter
image: {digest: "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
imagePullSecrets: [{name: registry}]
config: {domains: [contoso.com], timeout: 30s}
extraArgs: [--web.external-url=https://monitoring.contoso.com/lync, --web.route-prefix=/]
extraEnv: [{name: GOMAXPROCS, value: "2"}]
extraVolumes: [{name: tls, secret: {secretName: edge}}]
extraVolumeMounts: [{name: tls, mountPath: /etc/edge, readOnly: true}]
service: {annotations: {a: b}}
serviceAccount: {annotations: {a: b}}
podAnnotations: {a: b}
podLabels: {a: b}
nodeSelector: {kubernetes.io/os: linux}
tolerations: [{key: a, operator: Exists}]
affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: []}}
topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]
priorityClassName: high
dnsPolicy: None
dnsConfig: {nameservers: [10.0.0.53]}
networkPolicy: {from: [{namespaceSelector: {matchLabels: {a: b}}}], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}
monitoring: {enabled: true, labels: {release: prometheus}, prometheusRule: {labels: {role: alerts}}}
dashboards: {enabled: true, annotations: {grafana_folder: Lync}}
`

// helm runs the command; the values come from stdin.
func helm(t *testing.T, values string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.Command("helm", append(args, "--values", "-")...)
	cmd.Stdin = strings.NewReader(values)
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	if failed := cmd.Run(); failed != nil {
		return err.String() + out.String(), failed
	}
	return out.String(), nil
}

func render(t *testing.T, release, values string) string {
	t.Helper()
	out, err := helm(t, values, "template", release, chart, "--namespace", "monitoring", "--kube-version", "1.31.0")
	if err != nil {
		t.Fatalf("helm template: %v\n%s", err, out)
	}
	return out
}

// object is one document of a manifest, decoded into its type.
type object struct {
	kind  string
	name  string
	typed any
}

// decode takes a manifest apart. A field that the type does not have is an error.
func decode(t *testing.T, manifest string) []object {
	t.Helper()
	var objects []object
	for _, document := range strings.Split("\n"+manifest, "\n---") {
		var head struct {
			metav1.TypeMeta `json:",inline"`
			Metadata        metav1.ObjectMeta `json:"metadata"`
		}
		if err := yaml.Unmarshal([]byte(document), &head); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if head.Kind == "" {
			continue
		}
		into, known := map[string]any{
			"apps/v1/Deployment":                          new(appsv1.Deployment),
			"v1/ConfigMap":                                new(corev1.ConfigMap),
			"v1/Service":                                  new(corev1.Service),
			"v1/ServiceAccount":                           new(corev1.ServiceAccount),
			"networking.k8s.io/v1/NetworkPolicy":          new(networkingv1.NetworkPolicy),
			"policy/v1/PodDisruptionBudget":               new(policyv1.PodDisruptionBudget),
			"monitoring.coreos.com/v1/ServiceMonitor":     new(monitoringv1.ServiceMonitor),
			"monitoring.coreos.com/v1/PrometheusRule":     new(monitoringv1.PrometheusRule),
			"monitoring.coreos.com/v1alpha1/ScrapeConfig": new(monitoringv1alpha1.ScrapeConfig),
		}[head.APIVersion+"/"+head.Kind]
		if !known {
			t.Fatalf("unknown %s of %s", head.Kind, head.APIVersion)
		}
		if err := yaml.UnmarshalStrict([]byte(document), into); err != nil {
			t.Errorf("%s %s: %v", head.Kind, head.Metadata.Name, err)
		}
		objects = append(objects, object{head.Kind, head.Metadata.Name, into})
	}
	return objects
}

func kinds(objects []object) []string {
	var list []string
	for _, o := range objects {
		list = append(list, o.kind)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// only is the object of a type.
func only[T any](t *testing.T, objects []object) *T {
	t.Helper()
	for _, o := range objects {
		if typed, is := o.typed.(*T); is {
			return typed
		}
	}
	t.Fatalf("no %T", new(T))
	return nil
}

func TestLint(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]string{"defaults": "", "everything": everything} {
		if out, err := helm(t, values, "lint", "--strict", chart, "--kube-version", "1.31.0"); err != nil {
			t.Errorf("%s: %s", name, out)
		}
	}
}

// The objects are those that the values ask for, each with fields that its type
// has.
func TestObjects(t *testing.T) {
	t.Parallel()
	base := []string{"ConfigMap", "Deployment", "NetworkPolicy", "PodDisruptionBudget", "Service", "ServiceAccount"}
	all := append([]string{"PrometheusRule", "ScrapeConfig", "ServiceMonitor"}, base...)
	slices.Sort(all)
	for _, tt := range []struct {
		name, values string
		want         []string
	}{
		{"defaults", "", base},
		{"everything", everything, all},
		{"a secret instead of the configuration", "existingSecret: mine", base[1:]},
		{"one replica, nothing around it", "{replicas: 1, networkPolicy: {enabled: false}, serviceAccount: {create: false}}", []string{"ConfigMap", "Deployment", "Service"}},
	} {
		if got := kinds(decode(t, render(t, "lync-exporter", tt.values))); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

// What belongs together finds each other, whatever the release is called.
func TestReferences(t *testing.T) {
	t.Parallel()
	for _, release := range []string{"lync-exporter", "prod"} {
		objects := decode(t, render(t, release, "{monitoring: {enabled: true}, dashboards: {enabled: true}}"))
		deployment, service := only[appsv1.Deployment](t, objects), only[corev1.Service](t, objects)
		pod := deployment.Spec.Template.Labels
		for name, selector := range map[string]map[string]string{
			"Deployment":          deployment.Spec.Selector.MatchLabels,
			"Service":             service.Spec.Selector,
			"NetworkPolicy":       only[networkingv1.NetworkPolicy](t, objects).Spec.PodSelector.MatchLabels,
			"PodDisruptionBudget": only[policyv1.PodDisruptionBudget](t, objects).Spec.Selector.MatchLabels,
		} {
			if len(selector) == 0 || !selects(selector, pod) {
				t.Errorf("%s: the %s selects %v, the pods have %v", release, name, selector, pod)
			}
		}
		if monitor := only[monitoringv1.ServiceMonitor](t, objects); !selects(monitor.Spec.Selector.MatchLabels, service.Labels) {
			t.Errorf("%s: the ServiceMonitor selects %v, the service has %v", release, monitor.Spec.Selector.MatchLabels, service.Labels)
		}
		scrape := only[monitoringv1alpha1.ScrapeConfig](t, objects)
		want := "http://" + service.Name + ".monitoring.svc:10077/sd"
		if got := scrape.Spec.HTTPSDConfigs[0].URL; string(got) != want {
			t.Errorf("%s: service discovery at %s, want %s", release, got, want)
		}
		names := map[string]bool{}
		for _, o := range objects {
			if names[o.kind+o.name] {
				t.Errorf("%s: two %s are called %s", release, o.kind, o.name)
			}
			names[o.kind+o.name] = true
		}
	}
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

// The pod may do nothing that the exporter does not need.
func TestPodIsConfined(t *testing.T) {
	t.Parallel()
	pod := only[appsv1.Deployment](t, decode(t, render(t, "lync-exporter", ""))).Spec.Template.Spec
	container := pod.Containers[0].SecurityContext
	if !*pod.SecurityContext.RunAsNonRoot || !*container.ReadOnlyRootFilesystem || *container.AllowPrivilegeEscalation ||
		!slices.Equal(container.Capabilities.Drop, []corev1.Capability{"ALL"}) || *pod.AutomountServiceAccountToken {
		t.Errorf("pod %+v, container %+v", pod.SecurityContext, container)
	}
}

// The exporter takes the flags and the configuration that the chart gives it.
func TestExporterTakesWhatItIsGiven(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]string{"defaults": "", "everything": everything} {
		objects := decode(t, render(t, "lync-exporter", values))
		file := filepath.Join(t.TempDir(), "lync.yml")
		if err := os.WriteFile(file, []byte(only[corev1.ConfigMap](t, objects).Data["lync.yml"]), 0o600); err != nil {
			t.Fatal(err)
		}
		args := []string{"run", "./cmd/lync_exporter", "--config.check"}
		for _, arg := range only[appsv1.Deployment](t, objects).Spec.Template.Spec.Containers[0].Args {
			args = append(args, strings.Replace(arg, "/etc/lync_exporter/lync.yml", file, 1))
		}
		cmd := exec.Command("go", args...)
		cmd.Dir = root
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

// Helm asks the schema; packaging/helm/helm_test.go has what that refuses.
func TestSchema(t *testing.T) {
	t.Parallel()
	for _, values := range []string{"replica: 3", "config: {domain: [contoso.com]}"} {
		if out, err := helm(t, values, "template", "lync-exporter", chart, "--kube-version", "1.31.0"); err == nil || !strings.Contains(out, "schema") {
			t.Errorf("%s is taken, or refused without a word of the schema: %s", values, out)
		}
	}
}

// The chart has the rules of the example, which has their comments too.
func TestRules(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(examples + "/prometheusrule.yml")
	if err != nil {
		t.Fatal(err)
	}
	ofChart, ofExample := groups(decode(t, render(t, "lync-exporter", everything))), groups(decode(t, string(text)))
	if !reflect.DeepEqual(ofChart, ofExample) {
		t.Error("the rules of the chart are not those of examples/kubernetes/prometheusrule.yml")
	}
	if len(ofChart) < 2 {
		t.Errorf("%d groups of rules", len(ofChart))
	}
}

// groups are the groups of all rules, in order of name.
func groups(objects []object) []monitoringv1.RuleGroup {
	var all []monitoringv1.RuleGroup
	for _, o := range objects {
		if rule, is := o.typed.(*monitoringv1.PrometheusRule); is {
			all = append(all, rule.Spec.Groups...)
		}
	}
	slices.SortFunc(all, func(a, b monitoringv1.RuleGroup) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// The example is what the chart gives today.
func TestExampleIsNotStale(t *testing.T) {
	t.Parallel()
	want, err := exec.Command("../example.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(examples + "/lync-exporter.yml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("examples/kubernetes/lync-exporter.yml is stale: make kubernetes-example")
	}
	decode(t, string(got))
}
