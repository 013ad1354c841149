// Command generate writes what of the Helm chart comes from the exporter. It is
// started in packaging/helm.
package main

import (
	"fmt"
	"os"

	"github.com/lync-exporter/lync_exporter/packaging/helm"
)

func main() {
	text, err := helm.FreshSchema()
	if err == nil {
		err = os.WriteFile(helm.Schema, text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
