package config

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
)

// Checksum is another whenever a configuration file, or a file that Load reads
// because of it, has changed, appeared or vanished. It does not say whether they
// are valid.
func Checksum(path string) (string, error) {
	sum := sha256.New()
	add := func(path string) error {
		text, err := readFile(path)
		fmt.Fprintf(sum, "%s\n%t %d\n%s", path, err == nil, len(text), text)
		return err
	}
	if err := add(path); err != nil {
		return "", fmt.Errorf("cannot read the configuration file: %w", err)
	}
	for _, file := range filesNamedIn(path) {
		_ = add(file) // that it cannot be read is part of the checksum
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// filesNamedIn are the further files that a configuration file names, as far as
// it can be read.
func filesNamedIn(path string) []string {
	root, err := readDocument(path)
	if err != nil {
		return nil
	}
	l := &loader{dir: filepath.Dir(path)}
	var files []string
	for _, item := range root.at("domain_files").items() {
		found, err := l.domainFiles(item)
		if err != nil {
			continue
		}
		for _, file := range found {
			files = append(files, file.path)
		}
	}
	tls := root.at("tls")
	for _, key := range []string{"ca_file", "cert_file", "key_file"} {
		var file fileName
		if v := tls.at(key); v.node != nil && l.setFile(&file)(v) == nil && file.path != "" {
			files = append(files, file.path)
		}
	}
	return files
}

// at is what stands behind a key, without a node if that is nothing.
func (v value) at(key string) value {
	if v.node == nil {
		return value{}
	}
	entries, err := v.entries()
	if err != nil {
		return value{}
	}
	for _, e := range entries {
		if e.name == key && !e.isNull() {
			return e.value
		}
	}
	return value{}
}

// items are those of a list, none of anything else.
func (v value) items() []value {
	if v.node == nil {
		return nil
	}
	list, err := v.list()
	if err != nil {
		return nil
	}
	return list
}
