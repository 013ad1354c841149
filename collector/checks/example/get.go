package example

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// httpCapture is what a URL answers.
type httpCapture struct {
	word     string // silent, closed or garbage; "": an answer
	response string // as it is sent
}

func readHTTP(text string) (httpCapture, error) {
	text = strings.TrimLeft(text, "\r\n")
	if !strings.HasPrefix(text, "HTTP/") {
		word, err := oneOf(strings.TrimSpace(text), "silent", "closed", "garbage")
		return httpCapture{word: word}, err
	}
	if !strings.Contains(text, "\n\n") && !strings.Contains(text, "\r\n\r\n") {
		text = strings.TrimRight(text, "\r\n") + "\n\n"
	}
	_, err := http.ReadResponse(bufio.NewReader(strings.NewReader(text)), getRequest)
	return httpCapture{response: text}, err
}

var getRequest = &http.Request{Method: http.MethodGet} // what ReadResponse must know of the request

// Get implements inquiry.Network: of the addresses the first one that connects
// answers.
func (n *Network) Get(_ context.Context, view *config.View, rawURL string) *observe.Exchange {
	t, x := n.locate(rawURL)
	n.get(view, t, x, observe.Harmless)
	return x
}

// Follow implements inquiry.Network: it does as Get and goes where
// observe.Scrape.Follow does.
func (n *Network) Follow(_ context.Context, view *config.View, rawURL string) *observe.Exchange {
	t, x := n.locate(rawURL)
	if !view.Internal && x.Err == nil && !slices.Contains([]uint16{80, 443, 4443, 8080}, t.port) {
		x.Stage, x.Err = observe.StageForbidden, &observe.Forbidden{Host: t.host, Port: t.port}
		x.Connection = observe.Connection{Stage: x.Stage, Err: x.Err}
		return x
	}
	n.get(view, t, x, observe.Public)
	return x
}

// locate says where a URL leads.
func (n *Network) locate(rawURL string) (target, *observe.Exchange) {
	t, err := parseTarget(rawURL)
	x := &observe.Exchange{URL: t.url, Err: err}
	x.Host.Name = t.host
	if err != nil {
		return t, x
	}
	x.Host = n.zone.resolve(t.host)
	x.Resolve = x.Host.Duration
	switch {
	case x.Host.Err != nil:
		x.Err = fmt.Errorf("%s could not be resolved: %w", t.host, x.Host.Err)
	case len(x.Host.Addresses) == 0:
		x.Err = fmt.Errorf("%s has no address", t.host)
	}
	return t, x
}

// get asks the first of the addresses that connects.
func (n *Network) get(view *config.View, t target, x *observe.Exchange, allowed func(netip.Addr) bool) {
	for i, a := range x.Host.Addresses {
		at := netip.AddrPortFrom(a, t.port)
		shown := new(observe.Address)
		if err := barred(view, t.host, a, allowed); err != nil {
			shown.Connection = observe.Connection{Address: at, Stage: observe.StageForbidden, Err: err}
		} else if t.url.Scheme == "https" {
			shown = n.shakeHands(t.host, at)
		} else {
			shown.Connection = n.connect(t.host, at)
			shown.ServerName = ""
		}
		c := shown.Connection
		if i == 0 || c.Stage > x.Connection.Stage {
			x.Connection, x.Trust = c, shown.Trust
			x.Stage, x.Err, x.Connect, x.TLS = c.Stage, c.Err, c.ConnectDuration, c.TLSDuration
		}
		if c.Stage == observe.StageDone {
			n.exchange(t, a, x)
			return
		}
	}
}

// exchange takes down the answer to a request over an open connection.
func (n *Network) exchange(t target, a netip.Addr, x *observe.Exchange) {
	capture := n.capturedPage(t, a)
	x.Stage, x.Processing = observe.StageRequest, answerTook
	switch capture.word {
	case "silent":
		x.Err = fmt.Errorf("no HTTP answer: it was not done within 3s: %w", os.ErrDeadlineExceeded)
		return
	case "closed":
		x.Err = fmt.Errorf("no HTTP answer: the server closed the connection: %w", io.EOF)
		return
	case "garbage":
		x.Err = errors.New(`no HTTP answer: malformed HTTP response "SSH-2.0-OpenSSH_9.6"`)
		return
	}
	answer, err := http.ReadResponse(bufio.NewReader(strings.NewReader(capture.response)), getRequest)
	if err != nil {
		x.Err = fmt.Errorf("no HTTP answer: %w", err)
		return
	}
	x.Stage, x.Err = observe.StageDone, nil
	x.Status, x.Header, x.Transfer = answer.StatusCode, answer.Header, bodyTook
	x.Body, err = io.ReadAll(io.LimitReader(answer.Body, observe.MaxBody+1))
	if len(x.Body) > observe.MaxBody {
		x.Body, x.Truncated = x.Body[:observe.MaxBody], true
	} else if err != nil {
		x.BodyErr = fmt.Errorf("the body ended early: %w", err)
	}
}

// capturedPage is what a URL answers at an address, by the file or as usual.
func (n *Network) capturedPage(t target, a netip.Addr) httpCapture {
	byAddress := t
	byAddress.host = a.String()
	for _, key := range []string{urlKey(t) + " " + a.String(), urlKey(byAddress), urlKey(t)} {
		if c, ok := n.captures.http[key]; ok {
			return c
		}
	}
	return httpCapture{response: usualPage(t, behaviourOf(a))}
}
