// Command bench runs benchmarks of two versions of the code in turn and fails if
// the new one costs more than a tenth more than the old one, by any unit that
// grows with the cost. Times of a shared machine drift by more than that within
// an hour, which is why both run here and the medians are compared.
//
//	go run ./test/bench -base main -bench 'Survey/domains=1000' ./collector/survey
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

func main() {
	base := flag.String("base", "HEAD~1", "revision to compare with")
	pattern := flag.String("bench", ".", "benchmarks to run, as go test has it")
	rounds := flag.Int("rounds", 3, "how often each version runs them")
	most := flag.Float64("most", 0.10, "by how much a cost may grow, as a share of it")
	flag.Parse()
	worse, err := run(os.Stdout, *base, *pattern, *rounds, *most, flag.Args())
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	if worse {
		os.Exit(1)
	}
}

func run(w io.Writer, base, pattern string, rounds int, most float64, packages []string) (worse bool, err error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	before := filepath.Join(dir, "before")
	if out, err := exec.Command("git", "worktree", "add", "--detach", before, base).CombinedOutput(); err != nil {
		return false, fmt.Errorf("cannot check out %s: %w: %s", base, err, out)
	}
	defer exec.Command("git", "worktree", "remove", "--force", before).Run()
	old, now := make(costs), make(costs)
	for range rounds {
		for _, version := range []struct {
			dir  string
			into costs
		}{{before, old}, {".", now}} {
			command := exec.Command("go", append([]string{"test", "-run", "^$", "-benchtime", "1x", "-bench", pattern}, packages...)...)
			command.Dir, command.Stderr = version.dir, os.Stderr
			out, err := command.Output()
			if err != nil {
				return false, fmt.Errorf("benchmarks of %s: %w\n%s", version.dir, err, out)
			}
			version.into.read(strings.NewReader(string(out)))
		}
	}
	return compare(w, old, now, most), nil
}

// costs are the values of each benchmark and unit, one for each round.
type costs map[string][]float64

// read adds what the benchmarks printed.
func (c costs) read(r io.Reader) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 { // after the name and the number of runs
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				key := fields[0] + " " + fields[i+1]
				c[key] = append(c[key], value)
			}
		}
	}
}

// compare writes the medians and says whether a cost has grown by more than most.
// Elapsed time is shown, but says more of the machine than of the code.
func compare(w io.Writer, old, now costs, most float64) (worse bool) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	defer table.Flush()
	fmt.Fprintln(table, "benchmark\tbefore\tnow\tchange")
	var keys []string
	for key := range now {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		before, after := median(old[key]), median(now[key])
		note := ""
		switch {
		case len(old[key]) == 0:
			note = "new"
		case before == 0:
			note = "was nothing"
		default:
			change := after/before - 1
			note = fmt.Sprintf("%+.1f%%", 100*change)
			if change > most && !strings.HasSuffix(key, " ns/op") {
				note, worse = note+"  TOO MUCH", true
			}
		}
		fmt.Fprintf(table, "%s\t%.4g\t%.4g\t%s\n", key, before, after, note)
	}
	return worse
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
