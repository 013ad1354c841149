package example

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// directives are what the comments of a file say.
type directives struct {
	scene    scene
	expected expectations
}

// scene is what the world is like.
type scene struct {
	domain, config   string
	neighbours       []string
	internal         bool
	now              time.Time
	silent, servfail []string
}

// expectations are what the checks are to say.
type expectations struct {
	findings   []wanted
	states     map[verdict.Capability]string
	series     []series
	topology   *string
	texts      []text
	observed   []string
	incomplete []string
}

// wanted is a finding.
type wanted struct{ severity, code, subject string }

func (w wanted) String() string {
	return strings.TrimSpace(w.severity + " " + w.code + " " + w.subject)
}

// series is a series that is to be there, or not.
type series struct {
	text, metric string
	labels       map[string]string
	value        float64
	absent       bool
}

// text is what is to be found in the words of a finding.
type text struct{ of, text string }

// known are the words of directives.
const known = `want|up|down|unknown|absent|series|no series|topology|seen|why|fix|repair|observed|incomplete|domain|config|neighbour|view|now|silent|servfail`

var (
	directive = regexp.MustCompile(`(?:^|\s);\s*(` + known + `):[ \t]*`)
	suspect   = regexp.MustCompile(`^;\s*([a-z_ ]{2,16}):\s`)
)

// said is one directive as it was written.
type said struct {
	line        int
	name, value string
}

// readDirectives reads the comments of a file.
func readDirectives(comment string) (directives, error) {
	d := directives{scene: scene{domain: "contoso.com", now: defaultNow}, expected: expectations{states: make(map[verdict.Capability]string)}}
	list, err := findDirectives(comment)
	if err != nil {
		return d, err
	}
	for _, one := range list { // the time first: others are told by it
		if one.name == "now" {
			if d.scene.now, err = time.Parse(time.RFC3339, one.value); err != nil {
				return d, fmt.Errorf("line %d: now: %w", one.line, err)
			}
		}
	}
	none := false
	for _, one := range list {
		if one.name == "want" && one.value == "none" {
			none = true
		} else if err := d.read(one.name, one.value); err != nil {
			return d, fmt.Errorf("line %d: %s: %w", one.line, one.name, err)
		}
	}
	if none == (len(d.expected.findings) > 0) {
		return d, errors.New("say in directives want what is to be found, or want: none")
	}
	return d, nil
}

// findDirectives finds what looks like a directive in comments that have a line
// of their own. The first line of a file is for people.
func findDirectives(comment string) ([]said, error) {
	var list []said
	number := 0
	for line := range strings.Lines(comment) {
		number++
		line = strings.TrimSpace(line)
		found := directive.FindAllStringSubmatchIndex(line, -1)
		if len(found) == 0 || found[0][0] != 0 {
			if word := suspect.FindStringSubmatch(line); word != nil && number > 1 {
				return nil, fmt.Errorf("line %d: %q is no directive; known are %s", number, word[1], strings.ReplaceAll(known, "|", ", "))
			}
			continue
		}
		for i, f := range found {
			end := len(line)
			if i+1 < len(found) {
				end = found[i+1][0]
			}
			list = append(list, said{number, line[f[2]:f[3]], strings.TrimSpace(line[f[1]:end])})
		}
	}
	return list, nil
}

// read takes in a directive. The time was read before.
func (d *directives) read(name, value string) error {
	x, s := &d.expected, &d.scene
	if value == "" && name != "topology" {
		return errors.New("nothing stands behind it")
	}
	switch name {
	case "want":
		w, err := readWanted(value)
		x.findings = append(x.findings, w)
		return err
	case "up", "down", "unknown", "absent":
		return x.readState(name, value)
	case "series", "no series":
		one, err := readSeries(value, name == "no series", s.now)
		x.series = append(x.series, one)
		return err
	case "topology":
		value = strings.Trim(value, `"`)
		x.topology = &value
	case "seen", "why", "fix", "repair":
		x.texts = append(x.texts, text{of: name, text: value})
	case "observed":
		x.observed = append(x.observed, value)
	case "incomplete":
		x.incomplete = append(x.incomplete, value)
	case "domain":
		s.domain = strings.ToLower(strings.TrimSuffix(value, "."))
	case "config":
		s.config = value
	case "neighbour":
		s.neighbours = append(s.neighbours, value)
	case "view":
		if value != "internal" && value != "external" {
			return fmt.Errorf("%q is neither internal nor external", value)
		}
		s.internal = value == "internal"
	case "silent":
		s.silent = append(s.silent, canonical(value))
	case "servfail":
		s.servfail = append(s.servfail, canonical(value))
	}
	return nil
}

func readWanted(value string) (wanted, error) {
	words := strings.Fields(value)
	if len(words) < 2 || !slices.Contains(verdict.Severities(), verdict.Severity(words[0])) {
		return wanted{}, fmt.Errorf("%q is not a severity, a code and a subject", value)
	}
	return wanted{words[0], words[1], strings.Join(words[2:], " ")}, nil
}

func (x *expectations) readState(state, value string) error {
	for _, word := range strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' }) {
		c := verdict.Capability(word)
		if !slices.Contains(verdict.Capabilities(), c) {
			return fmt.Errorf("%q is no capability", word)
		}
		if other := x.states[c]; other != "" && other != state {
			return fmt.Errorf("%s cannot be %s and %s", c, other, state)
		}
		x.states[c] = state
	}
	return nil
}

// readSeries reads a series as metrics are exposed.
func readSeries(value string, absent bool, now time.Time) (series, error) {
	s := series{text: value, absent: absent, labels: make(map[string]string)}
	line := value
	if !absent {
		i := strings.LastIndexAny(value, " }")
		number := strings.TrimSpace(value[i+1:])
		if i < 0 || number == "" {
			return s, fmt.Errorf("%q has no value", value)
		}
		line = value[:i+1]
		var err error
		if after, ok := strings.CutPrefix(number, "now"); ok {
			var at time.Time
			at, err = readTime(after, now)
			s.value = float64(at.Unix())
		} else {
			s.value, err = strconv.ParseFloat(number, 64)
		}
		if err != nil {
			return s, err
		}
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(line + " 0\n"))
	if err != nil {
		return s, fmt.Errorf("%q is no series: %w", value, err)
	}
	for name, family := range families {
		s.metric = name
		for _, l := range family.GetMetric()[0].GetLabel() {
			s.labels[l.GetName()] = l.GetValue()
		}
	}
	return s, nil
}

var relativeTime = regexp.MustCompile(`^([+-]?\d+)([dhms])$`)

// readTime reads a time that is told from now on, or in full.
func readTime(value string, now time.Time) (time.Time, error) {
	if value == "" {
		return now, nil
	}
	if d, err := readDuration(value); err == nil {
		return now.Add(d), nil
	}
	return time.Parse(time.RFC3339, value)
}

func readDuration(value string) (time.Duration, error) {
	m := relativeTime.FindStringSubmatch(value)
	if m == nil {
		return 0, fmt.Errorf("%q is no duration; say it as in 20d, 12h or 5m", value)
	}
	n, err := strconv.Atoi(m[1])
	unit := map[string]time.Duration{"d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second}[m[2]]
	return time.Duration(n) * unit, err
}
