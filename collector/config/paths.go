package config

import (
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"unicode"
)

// setFile takes the path of a file, relative to the configuration file.
func (l *loader) setFile(to *fileName) func(value) error {
	return func(v value) error {
		s, err := v.text()
		if err != nil {
			return err
		}
		if s == "" {
			return nil
		}
		if err := checkPath(v, s); err != nil {
			return err
		}
		*to = fileName{v, l.resolve(s)}
		return nil
	}
}

var environment = regexp.MustCompile(`%[A-Za-z0-9_()]+%`)

// checkPath refuses what only looks like a path. "C:\temp" in double quotes has
// a tab in it.
func checkPath(v value, s string) error {
	if strings.ContainsFunc(s, unicode.IsControl) {
		return v.errorf(`%s has a control character; write a Windows path in single quotes, where \ is nothing special`, quote(s))
	}
	if found := environment.FindString(s); found != "" {
		return v.errorf(`%s is not replaced by its value; write the path in full, as in C:\Windows`, found)
	}
	return nil
}

var drive = regexp.MustCompile(`^[A-Za-z]:[\\/]`)

// resolve makes a path of one relative to the configuration file. Windows paths
// are left as they are on every system.
func (l *loader) resolve(path string) string {
	if filepath.IsAbs(path) || drive.MatchString(path) || strings.HasPrefix(path, `\\`) {
		return path
	}
	return filepath.Join(l.dir, path)
}

// glob are the files that a pattern relative to the configuration file matches,
// in order of name. As in a shell, * does not match the dot of a hidden file.
func (l *loader) glob(pattern string) ([]string, error) {
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(literally(l.dir), pattern)
	}
	found, err := filepath.Glob(pattern)
	var files []string
	for _, file := range found {
		if !isHidden(file) || isHidden(pattern) {
			files = append(files, file)
		}
	}
	return files, err
}

func isHidden(file string) bool { return strings.HasPrefix(filepath.Base(file), ".") }

func isGlob(pattern string) bool { return strings.ContainsAny(pattern, "*?[") }

// literally is the pattern that matches a path itself. On Windows \ separates
// and there is no such pattern.
func literally(path string) string {
	if runtime.GOOS == "windows" {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}
