package config

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const schemaFile = "lync.schema.json"

// validate checks a file against the schema, as an editor does.
func validate(t *testing.T, file string) error {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	asJSON, err := json.Marshal(document)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(instance)
}

// What the exporter takes, the schema takes too.
func TestSchemaTakesValidFiles(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../../examples/lync.yml", "../../cmd/lync_exporter/first.yml"} {
		if err := validate(t, file); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// What an editor can see to be wrong is refused: keys and kinds of values. Names
// and files are for the exporter to judge.
func TestSchemaRefusesWrongFiles(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"unknown_key", "unknown_key_in_domain", "unknown_key_in_iis", "unknown_key_in_lyncdiscover", "unknown_key_in_profile",
		"unknown_key_in_simple_urls", "unknown_key_in_tls", "unknown_key_in_view", "topology", "concurrency_zero", "concurrency_text", "concurrency_fraction",
		"schemes_unknown", "schemes_empty", "schemes_twice", "timeout_without_unit", "timeout_not_a_duration", "federation", "internal_not_boolean",
		"domain_without_name", "domains_text", "domain_is_list", "views_list", "view_name", "views_empty"} {
		if validate(t, filepath.Join("testdata/bad", name+".yml")) == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

var knownKeys = regexp.MustCompile(`known are ([a-z_, ]+)`)

// The schema has the keys that the exporter knows, in every place, and no others.
func TestSchemaHasEveryKey(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "lync.yml")
	for _, place := range []struct{ document, path string }{
		{"%s", ""},
		{"tls: %s", "properties tls"},
		{"views: {a: %s}", "properties views additionalProperties"},
		{"profiles: {a: %s}", "properties profiles additionalProperties"},
		{"profiles: {a: {lyncdiscover: %s}}", "properties profiles additionalProperties properties lyncdiscover"},
		{"profiles: {a: {simple_urls: %s}}", "properties profiles additionalProperties properties simple_urls"},
		{"domains: [%s]", "$defs domain oneOf 1"},
		{"domains: [{name: a.example, lyncdiscover: %s}]", "$defs domain oneOf 1 properties lyncdiscover"},
		{"domains: [{name: a.example, simple_urls: %s}]", "$defs domain oneOf 1 properties simple_urls"},
		{"iis: %s", "properties iis"},
	} {
		if err := os.WriteFile(file, fmt.Appendf(nil, place.document, "{no_such_key: 1}"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Load(file)
		if err == nil {
			t.Fatalf("%s: an unknown key is taken", place.document)
		}
		found := knownKeys.FindStringSubmatch(err.Error())
		if found == nil {
			t.Fatalf("%s: %v", place.document, err)
		}
		known := strings.Split(found[1], ", ")
		slices.Sort(known)
		if diff := cmp.Diff(known, keysAt(t, schema, place.path)); diff != "" {
			t.Errorf("%s (-exporter +schema):\n%s", place.document, diff)
		}
	}
}

// keysAt are the properties that the schema has in a place.
func keysAt(t *testing.T, schema map[string]any, path string) []string {
	t.Helper()
	var at any = schema
	for _, step := range strings.Fields(path) {
		switch here := at.(type) {
		case map[string]any:
			at = here[step]
		case []any:
			at = here[1]
		}
	}
	place, is := at.(map[string]any)
	if !is {
		t.Fatalf("the schema has nothing at %s", path)
	}
	if place["additionalProperties"] != false {
		t.Errorf("other keys are allowed at %q", path)
	}
	return slices.Sorted(maps.Keys(place["properties"].(map[string]any)))
}
