// Command generate writes the dashboards to dashboards/*.json:
//
//	go generate ./dashboards
//
// With -queries it writes nothing and prints every query of every panel, one a
// line, with all variables at "All", to try them on a Prometheus.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lync-exporter/lync_exporter/dashboards"
)

func main() {
	queries := flag.Bool("queries", false, "print the queries instead of writing dashboards")
	dir := flag.String("dir", "dashboards", "folder to write to")
	flag.Parse()
	if *queries {
		for _, q := range dashboards.Queries() {
			fmt.Println(q.Expr)
		}
		return
	}
	if err := write(*dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	for _, d := range dashboards.All() {
		data, err := d.JSON()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, d.File()), data, 0o644); err != nil {
			return fmt.Errorf("write dashboard: %w", err)
		}
	}
	return nil
}
