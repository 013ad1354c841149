package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// portInText is a port that a text gives to the exporter.
var portInText = regexp.MustCompile(`(?i)(?:exporter(?:-[a-z])?|listens on port|containerPort|replacement: localhost|localhost:\d+:|http, port)[: ]+"?(\d{4,5})\b`)

// README, examples and what is shipped name the port that the exporter has.
func TestPortIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	named := 0
	for _, root := range []string{"README.md", "docs", "examples", "packaging", "Dockerfile", "dashboards"} {
		err := filepath.WalkDir(filepath.Join("..", "..", root), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, found := range portInText.FindAllStringSubmatch(string(text), -1) {
				named++
				if found[1] != defaultPort {
					t.Errorf("%s says %q, the exporter's port is %s", path, found[0], defaultPort)
				}
			}
			if strings.Contains(string(text), "9919") {
				t.Errorf("%s names port 9919, which another exporter has", path)
			}
			return nil
		})
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if named < 10 {
		t.Errorf("only %d places name the port", named)
	}
}
