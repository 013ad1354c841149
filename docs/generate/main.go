// Command generate writes the pages of documentation that come from the code
// into the folder in which it is started.
package main

import (
	"fmt"
	"os"

	"github.com/lync-exporter/lync_exporter/docs"
)

func main() {
	for file, text := range docs.Pages() {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
