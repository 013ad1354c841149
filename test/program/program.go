// Package program builds lync_exporter for tests that run it as its users do.
package program

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main runs the tests of a package if the environment has the variable, and tells
// which it is otherwise. The program is built once for all of them; its path is
// put into binary.
func Main(m *testing.M, variable string, binary *string) {
	if os.Getenv(variable) == "" {
		fmt.Printf("set %s=1 to run these tests; see main_test.go\n", variable)
		os.Exit(0)
	}
	dir, err := os.MkdirTemp("", "lync_exporter")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	*binary = filepath.Join(dir, "lync_exporter")
	build := exec.Command("go", "build", "-o", *binary, "github.com/lync-exporter/lync_exporter/cmd/lync_exporter")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	status := 1
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "build of lync_exporter:", err)
	} else {
		status = m.Run()
	}
	os.RemoveAll(dir)
	os.Exit(status)
}
