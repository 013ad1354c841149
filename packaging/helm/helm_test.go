package helm

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
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
