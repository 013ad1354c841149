package example

import "testing"

func TestRun(t *testing.T) { Run(t, toy(), "testdata/toy_*.zone", toy().Rules...) }

func TestLoad(t *testing.T) {
	t.Parallel()
	e, err := Load("testdata/toy_missing.zone")
	if err != nil {
		t.Fatal(err)
	}
	if r := e.Judge(t.Context(), toy()); e.Name != "toy_missing" || r.State("federation") != "down" {
		t.Errorf("%s: federation is %s", e.Name, r.State("federation"))
	}
	if _, err := Load("testdata/absent.zone"); err == nil {
		t.Error("a file that is not there is loaded")
	}
}
