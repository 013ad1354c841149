// Command generate writes the rule files of the mixin. "go generate ./alerts"
// runs it for the files of the repository. For rules and dashboards of your own,
// give it a folder and what to change:
//
//	go run ./alerts/generate -dir /etc/prometheus/rules -changes my.libsonnet
//
// where my.libsonnet holds, for instance,
//
//	{ _config+:: { exporterURL: 'https://lync.contoso.com', jobs: 'job="lync"' } }
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lync-exporter/lync_exporter/alerts"
)

func main() {
	dir := flag.String("dir", "", "folder to write all files to; empty: their places in the repository")
	changes := flag.String("changes", "", "file of jsonnet that is added to the mixin")
	flag.Parse()
	if err := run(*dir, *changes); err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
}

func run(dir, changes string) error {
	var added []byte
	if changes != "" {
		var err error
		if added, err = os.ReadFile(changes); err != nil {
			return err
		}
	}
	files, err := alerts.Generate(string(added))
	if err != nil {
		return err
	}
	if dir != "" {
		boards, err := alerts.Dashboards(string(added))
		if err != nil {
			return err
		}
		files = append(files, boards...)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	for _, f := range files {
		path := f.Name
		switch {
		case dir != "":
			path = filepath.Join(dir, f.Name)
		case f.Name == "prometheusrule.yml":
			path = filepath.Join("..", "examples", "kubernetes", f.Name)
		}
		if err := os.WriteFile(path, []byte(f.Text), 0o644); err != nil {
			return err
		}
	}
	return nil
}
