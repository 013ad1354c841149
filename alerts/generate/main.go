// Command generate writes the manifest for the Prometheus Operator to the file
// that its argument names.
package main

import (
	"fmt"
	"os"

	"github.com/lync-exporter/lync_exporter/alerts"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "generate: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("want the file to write, got %d arguments", len(args))
	}
	manifest, err := alerts.PrometheusRule()
	if err != nil {
		return err
	}
	return os.WriteFile(args[0], []byte(manifest), 0o644)
}
