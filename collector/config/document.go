package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// value is a part of a YAML file and the key under which it stands, "" for the
// file as a whole. It is read by hand and not decoded into structs, so that
// every mistake can be told with its file, line and key.
type value struct {
	file string
	key  string
	node *yaml.Node
}

// readDocument reads a file that holds one YAML document. The value of an empty
// one is null.
func readDocument(file string) (value, error) {
	text, err := readFile(file)
	if err != nil {
		return value{}, err
	}
	if line := lineOfBadUTF8(text); line > 0 {
		return value{}, mistake(file, line, "not UTF-8; save the file in the encoding UTF-8")
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	var document, second yaml.Node
	if err := decoder.Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return value{}, syntaxError(file, string(text), err)
	}
	switch err := decoder.Decode(&second); {
	case err == nil:
		return value{}, mistake(file, second.Line, "a second YAML document begins here; remove the line ---")
	case !errors.Is(err, io.EOF):
		return value{}, syntaxError(file, string(text), err)
	}
	root := value{file: file, node: &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}}
	if len(document.Content) > 0 {
		root.node = document.Content[0]
	}
	return root, nil
}

// mistake is an error at a line of a file.
func mistake(file string, line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: "+format, append([]any{file, line}, args...)...)
}

// lineOfBadUTF8 is the first line that is not UTF-8, 0 if all are. A file that
// begins with the mark of UTF-16 is left to the YAML reader, which knows it.
func lineOfBadUTF8(text []byte) int {
	if strings.HasPrefix(string(text), "\xff\xfe") || strings.HasPrefix(string(text), "\xfe\xff") {
		return 0
	}
	line := 1
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == utf8.RuneError && size == 1:
			return line
		case r == '\n':
			line++
		}
		text = text[size:]
	}
	return 0
}

// The YAML reader counts lines from 0 in what its parser finds, other than in
// what its scanner does. It names the line where the broken list or mapping
// begins.
var parserError = regexp.MustCompile(`^did not find expected (key|node content|<.*>|'-' indicator|',' or '.')$`)

var (
	yamlLine   = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	yamlAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced`)
)

// syntaxError tells what the YAML reader found in our form, with the cause that
// is behind it most often.
func syntaxError(file, text string, err error) error {
	found := yamlLine.FindStringSubmatch(err.Error())
	line, what := 1, err.Error()
	if found != nil {
		what = strings.TrimPrefix(what, found[0])
		if n, err := strconv.Atoi(found[1]); err == nil {
			line = n
		}
		if parserError.MatchString(what) {
			line++
		}
	}
	if anchor := yamlAnchor.FindStringSubmatch(what); anchor != nil {
		before, _, _ := strings.Cut(text, "*"+anchor[1])
		line = 1 + strings.Count(before, "\n")
	}
	return mistake(file, line, "not valid YAML: %s", what+syntaxHint(what))
}

func syntaxHint(what string) string {
	switch {
	case strings.Contains(what, "escape character"), strings.Contains(what, "hexdecimal"):
		return `; write a Windows path in single quotes, where \ is nothing special`
	case strings.Contains(what, "cannot start any token"):
		return "; indent with blanks instead of tabs, and quote text that begins with %, @ or `"
	case strings.Contains(what, "unknown anchor"):
		return "; quote text that begins with *"
	case strings.Contains(what, "unexpected end of stream"):
		return "; look for a quote that is opened here and not closed"
	case strings.Contains(what, "mapping values are not allowed"):
		return "; look for a wrong indent or a missing blank after a colon"
	case strings.Contains(what, "did not find expected"):
		return "; look around this line for a wrong indent or a missing quote, bracket or comma"
	}
	return ""
}

// errorf is a mistake in this value.
func (v value) errorf(format string, args ...any) error {
	if v.key != "" {
		format = "%s: " + format
		args = append([]any{v.key}, args...)
	}
	return mistake(v.file, v.node.Line, format, args...)
}

// isNull says whether nothing stands behind a key, which is as good as no key.
func (v value) isNull() bool { return v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!null" }

// of is a part of this value.
func (v value) of(key string, node *yaml.Node) value {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return value{v.file, key, node}
}

// entry is one key of a mapping with its line.
type entry struct {
	name string
	line int
	value
}

// entries are the keys of a mapping in order; a key given twice is an error.
func (v value) entries() ([]entry, error) {
	if v.node.Kind != yaml.MappingNode {
		return nil, v.errorf("must be a mapping of keys to values (key: value)")
	}
	list := make([]entry, 0, len(v.node.Content)/2)
	first := make(map[string]int, len(v.node.Content)/2)
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		k := v.of("", v.node.Content[i])
		switch {
		case k.node.Kind != yaml.ScalarNode:
			return nil, mistake(v.file, k.node.Line, "a key%s must be a plain word", v.within())
		case k.node.Tag == "!!merge":
			return nil, mistake(v.file, k.node.Line, `the merge key "<<"%s is not supported; use a profile for what domains have in common`, v.within())
		}
		name := k.node.Value
		if line, twice := first[name]; twice {
			return nil, mistake(v.file, k.node.Line, "key %q%s is given twice, first in line %d; remove one", name, v.within(), line)
		}
		first[name] = k.node.Line
		list = append(list, entry{name, k.node.Line, v.of(name, v.node.Content[i+1])})
	}
	return list, nil
}

func (v value) within() string {
	if v.key == "" {
		return ""
	}
	return fmt.Sprintf(" in %q", v.key)
}

// field is a key that a mapping may have, and what takes its value.
type field struct {
	name string
	set  func(value) error
}

// fields hands the values of a mapping to those who take them, in the order of
// the table and not of the file, so that what others refer to can come first.
// Keys without a value are passed over, other keys are errors.
func (v value) fields(table ...field) error {
	given, err := v.entries()
	if err != nil {
		return err
	}
	values := make([]*entry, len(table))
	for i := range given {
		at := indexOf(table, given[i].name)
		if at < 0 {
			return mistake(v.file, given[i].line, "unknown key %q%s; known are %s", given[i].name, v.within(), names(table))
		}
		values[at] = &given[i]
	}
	for i, f := range table {
		if values[i] == nil || values[i].isNull() {
			continue
		}
		if err := f.set(values[i].value); err != nil {
			return err
		}
	}
	return nil
}

func indexOf(table []field, name string) int {
	for i, f := range table {
		if f.name == name {
			return i
		}
	}
	return -1
}

func names(table []field) string {
	list := make([]string, len(table))
	for i, f := range table {
		list[i] = f.name
	}
	return strings.Join(list, ", ")
}

// list are the items of a list.
func (v value) list() ([]value, error) {
	if v.node.Kind != yaml.SequenceNode {
		return nil, v.errorf("must be a list, as in [one, two]")
	}
	items := make([]value, len(v.node.Content))
	for i, node := range v.node.Content {
		items[i] = v.of(v.key, node)
		if items[i].isNull() {
			items[i].node = node // an alias stands where it is used
			return nil, items[i].errorf("an item of the list is empty; remove it")
		}
	}
	return items, nil
}

// text is a scalar as it is written.
func (v value) text() (string, error) {
	if v.node.Kind != yaml.ScalarNode {
		return "", v.errorf("must be text; put it into quotes if it has a bracket, or a colon at its end")
	}
	return v.node.Value, nil
}

// texts are the items of a list, each changed by a function that may refuse it.
func (v value) texts(change func(string) (string, error)) ([]string, error) {
	items, err := v.list()
	if err != nil {
		return nil, err
	}
	list := make([]string, 0, len(items))
	for _, item := range items {
		s, err := item.text()
		if err != nil {
			return nil, err
		}
		if s, err = change(s); err != nil {
			return nil, item.errorf("%w", err)
		}
		list = append(list, s)
	}
	return list, nil
}

func setTexts(to *[]string, change func(string) (string, error)) func(value) error {
	return func(v value) (err error) {
		*to, err = v.texts(change)
		return err
	}
}

func setBool(to *bool) func(value) error {
	return func(v value) error {
		if v.node.Decode(to) != nil {
			return v.errorf("%s is neither true nor false", v.shown())
		}
		return nil
	}
}

// setCount takes a whole number of at least the lowest.
func setCount[T int | int64](to *T, lowest T) func(value) error {
	return func(v value) error {
		n, err := strconv.ParseInt(v.node.Value, 10, 64)
		if err != nil || n < int64(lowest) || int64(T(n)) != n {
			return v.errorf("%s is not a whole number of at least %d", v.shown(), lowest)
		}
		*to = T(n)
		return nil
	}
}

func setDuration(to *time.Duration) func(value) error {
	return func(v value) error {
		s, err := v.text()
		if err != nil {
			return err
		}
		d, err := time.ParseDuration(s)
		if _, unitless := strconv.ParseFloat(s, 64); unitless == nil {
			return v.errorf("%q has no unit; write seconds as %ss", s, s)
		}
		if err != nil {
			return v.errorf("%q is not a duration; write it as in 10s, 500ms or 1m30s", s)
		}
		if d <= 0 {
			return v.errorf("%q must be more than 0s", s)
		}
		*to = d
		return nil
	}
}

// setDurationOrNone does so and takes 0s as well.
func setDurationOrNone(to *time.Duration) func(value) error {
	set := setDuration(to)
	return func(v value) error {
		if v.node.Kind == yaml.ScalarNode && v.node.Value == "0s" {
			*to = 0
			return nil
		}
		return set(v)
	}
}

// shown is a value as it is quoted in a message.
func (v value) shown() string {
	if v.node.Kind != yaml.ScalarNode {
		return "what stands here"
	}
	return quote(v.node.Value)
}

// quote shortens what is quoted in a message of one line.
func quote(s string) string {
	const most = 100
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}

// reasonOf is why a file cannot be read, without the name that the message has
// already.
func reasonOf(err error) string {
	var path *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "it does not exist"
	case errors.Is(err, fs.ErrPermission):
		return "the exporter's user may not read it"
	case errors.As(err, &path):
		return path.Err.Error()
	}
	return err.Error()
}
