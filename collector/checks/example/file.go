package example

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
)

// Example is a file that was read.
type Example struct {
	Name    string // of the file, without folder and extension
	Subject inquiry.Subject
	Network *Network

	expected expectations
}

// Load reads a file.
func Load(file string) (*Example, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	e, err := Parse(filepath.Base(file), text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return e, nil
}

// Parse reads the text of a file.
func Parse(name string, text []byte) (*Example, error) {
	archive := txtar.Parse(text)
	d, err := readDirectives(string(archive.Comment))
	if err != nil {
		return nil, err
	}
	e := &Example{Name: strings.TrimSuffix(name, filepath.Ext(name)), expected: d.expected}
	if e.Subject, err = d.scene.subject(); err != nil {
		return nil, err
	}
	e.Network, err = newNetwork(d.scene, archive)
	return e, err
}

// Inquiry asks about the example's subject.
func (e *Example) Inquiry(ctx context.Context) *inquiry.Inquiry {
	return inquiry.New(ctx, e.Subject, e.Network)
}

// newNetwork makes a network of an archive.
func newNetwork(s scene, archive *txtar.Archive) (*Network, error) {
	n := &Network{now: s.now, captures: captures{tls: map[string]handshake{}, sip: map[string]sipCapture{}, tcp: map[string]string{}, http: map[string]httpCapture{}}}
	var err error
	if n.zone, err = readZone(string(archive.Comment), s.domain); err != nil {
		return nil, err
	}
	n.zone.silent, n.zone.broken = s.silent, s.servfail
	for _, file := range archive.Files {
		if err := n.addCapture(file, s); err != nil {
			return nil, fmt.Errorf("-- %s --: %w", file.Name, err)
		}
	}
	return n, n.checkAddresses()
}

// addCapture reads one file of the archive.
func (n *Network) addCapture(file txtar.File, s scene) error {
	words := strings.Fields(file.Name)
	text := string(file.Data)
	if len(words) == 3 && words[0] == "nameserver" {
		return n.zone.addOther(words[1], words[2], text, s.domain)
	}
	if strings.Contains(words[0], "://") {
		words = append([]string{"http"}, words...)
	}
	if len(words) < 2 || len(words) > 3 {
		return errors.New(`name it as in "https://host/path", "tls host:port", "sip host:port" or "tcp host:port", with an address behind it where one of several is meant, or "nameserver name type"`)
	}
	key, host, err := captureKey(words[0] == "http", words[1])
	if err != nil {
		return err
	}
	if len(words) == 3 {
		key += " " + words[2]
	} else if h := n.Resolve(context.Background(), s.view(), host); len(h.Addresses) == 0 {
		return fmt.Errorf("%s has no address in the zone", host)
	}
	switch words[0] {
	case "http":
		n.captures.http[key], err = readHTTP(text)
	case "tls":
		n.captures.tls[key], err = readHandshake(text, s.now)
	case "sip":
		n.captures.sip[key], err = readSIP(text)
	case "tcp":
		n.captures.tcp[key], err = readTCP(text)
	default:
		err = fmt.Errorf("%q is none of https://, http://, tls, sip, tcp and nameserver", words[0])
	}
	return err
}

// defaultNow is when examples take place.
var defaultNow = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
