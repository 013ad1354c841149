package observe

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
)

// SIP connects to every address of a SIP server and sends OPTIONS to each.
func (s *Scrape) SIP(ctx context.Context, view *config.View, host string, port uint16) Server {
	name, err := hostName(host)
	if err != nil {
		return Server{Host: dns.Host{Name: name, Err: failure.FromRemote(err)}, Port: port}
	}
	key := serverKey{view.Name, name, port}
	memory := s.memories.of(name)
	server, ok := memory.servers.Do(ctx, key, func() Server {
		return memory.kept.server(s.ctx, key, func() Server { return s.sip(view, name, port) })
	})
	if !ok {
		return Server{Host: dns.Host{Name: name, Outcome: dns.Timeout, Err: failure.Ended(ctx)}, Port: port}
	}
	return server
}

func (s *Scrape) sip(view *config.View, host string, port uint16) Server {
	found, addresses := s.locate(s.ctx, view, host, port)
	if err := s.barredPort(view, host, port, sipPorts); err != nil {
		return barredServer(found, port, addresses, err)
	}
	ways := s.ways(view, host, port, addresses, Public)
	server := Server{Host: found, Port: port, Addresses: make([]*Address, len(ways))}
	parallel.Do(len(ways), func(i int) {
		to := endpoint{ways[i].address, host}
		if err := ways[i].barred; err != nil {
			server.Addresses[i] = &Address{Connection: notConnected(to, err), Answer: noAnswer(StageForbidden, err)}
			return
		}
		if a, ok := s.memories.of(host).calls.Do(s.ctx, to, func() *Address { return s.call(to) }); ok {
			own := *a // of which the authorities of this view are asked
			server.Addresses[i] = &own
		} else {
			server.Addresses[i] = &Address{Connection: *s.unconnected(to), Answer: noAnswer(StageConnect, failure.Ended(s.ctx))}
		}
	})
	s.verifyAll(view, server.Addresses)
	return server
}

// call makes one connection and sends OPTIONS over it.
func (s *Scrape) call(to endpoint) *Address {
	facts, w := s.open(to, false)
	a := &Address{Connection: *facts}
	if w == nil {
		a.Answer = noAnswer(facts.Stage, facts.Err)
		return a
	}
	a.Answer = s.options(w)
	w.close()
	if s.doubtful(to, a.Answer.Err) && !(a.Answer.Closed && a.ClientCertificateRequested) {
		s.callAgain(to, a)
	}
	if a.Version == tls.VersionTLS13 {
		a.Without12 = s.without12(to)
	}
	if a.ClientCertificateRequested && failure.RemoteAlert(a.Answer.Err) {
		a.ClientCertificateRefused = true // TLS 1.3 says so only now
	}
	return a
}

// callAgain sends OPTIONS once more, over another connection.
func (s *Scrape) callAgain(to endpoint, a *Address) {
	_, w := s.tryAgain(to)
	if w == nil {
		return
	}
	second := s.options(w)
	w.close()
	if second.Err == nil || IsStarved(a.Answer.Err) {
		a.Answer = second
	} else {
		s.silent.Store(to.address, true)
	}
}

func noAnswer(stage Stage, err error) SIPAnswer {
	return SIPAnswer{Stage: stage, Err: err, Header: noHeader}
}

// options asks a SIP server whether it is there. REGISTER would count as an
// attempt to sign in (docs/rules.md#sip-options).
func (s *Scrape) options(w *socket) SIPAnswer {
	w.allow()
	watch := s.startWatch()
	_, err := io.WriteString(w, optionsRequest(w.to))
	var answer SIPAnswer
	if err != nil {
		answer = SIPAnswer{Header: noHeader, Closed: failure.ClosedByPeer(err), Err: err}
	} else {
		answer = s.readSIP(w)
	}
	answer.Duration = time.Since(watch.began)
	answer.Stage = StageDone
	switch {
	case errors.Is(answer.Err, limit.ErrRoom):
		answer.Stage = StageLocal
		s.noteShortage(answer.Err)
	case answer.Err != nil:
		answer.Stage = StageRequest
		answer.Err = s.failure("no answer to SIP OPTIONS", answer.Err, watch)
	}
	return answer
}

// readSIP takes room for what it reads.
func (s *Scrape) readSIP(w *socket) SIPAnswer {
	answer := readSIPAnswer(&holding{w, s.memories.share(s.memories.of(w.to.serverName), w.to.serverName)})
	if errors.Is(answer.Err, limit.ErrShare) {
		answer.Err = errTooLong
	}
	return answer
}

// ourName stands for this machine, whose real name is nobody's business.
const ourName = "lync-exporter.invalid"

// optionsRequest is the request of docs/rules.md#sip-options with all the headers
// that RFC 3261 §8.1.1 demands.
func optionsRequest(to endpoint) string {
	us := sip.Uri{Scheme: "sip", User: "lync-exporter", Host: ourName}
	contact := us
	contact.UriParams = sip.HeaderParams{{K: "transport", V: "tls"}}
	them := sip.Uri{Scheme: "sip", Host: uriHost(to)}
	length := sip.ContentLengthHeader(0)
	hops := sip.MaxForwardsHeader(70)
	id := sip.CallIDHeader(sip.GenerateTagN(24) + "@" + ourName)

	r := sip.NewRequest(sip.OPTIONS, them)
	for _, h := range []sip.Header{
		&sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "TLS", Host: ourName,
			Params: sip.HeaderParams{{K: "branch", V: sip.GenerateBranch()}, {K: "rport"}}},
		&hops,
		&sip.FromHeader{Address: us, Params: sip.HeaderParams{{K: "tag", V: sip.GenerateTagN(12)}}},
		&sip.ToHeader{Address: them},
		&id,
		&sip.CSeqHeader{SeqNo: 1, MethodName: sip.OPTIONS},
		&sip.ContactHeader{Address: contact},
		sip.NewHeader("Accept", "application/sdp"),
		sip.NewHeader("User-Agent", userAgent),
		&length,
	} {
		r.AppendHeader(h)
	}
	return r.String()
}

// uriHost is the name of the server, or its address if DNS gave a name that
// has no place in a SIP URI.
func uriHost(to endpoint) string {
	const hostLetters = "abcdefghijklmnopqrstuvwxyz0123456789-._"
	host := to.serverName
	if a, err := netip.ParseAddr(host); err == nil && a.Is4() {
		return host
	}
	if strings.Trim(host, hostLetters) != "" || host == "" {
		host = to.address.Addr().WithZone("").String()
		if to.address.Addr().Is6() {
			host = "[" + host + "]"
		}
	}
	return host
}

// Bounds on what is read from a SIP server.
const (
	maxSIP            = 64 << 10
	maxSIPProvisional = 16
)

// newSIPParser takes every header but Content-Length as it comes: a response
// proves life however odd its other headers are.
func newSIPParser() *sip.Parser {
	length := sip.DefaultHeadersParser()["content-length"]
	return sip.NewParser(sip.WithHeadersParsers(sip.HeadersParser{"content-length": length, "l": length}))
}

// readSIPAnswer reads up to the final response. It stops at the end of its
// header: nobody needs the body.
func readSIPAnswer(r io.Reader) SIPAnswer {
	in := &sipReader{r: r, buffer: make([]byte, 0, 2<<10)}
	parser := newSIPParser()
	for range maxSIPProvisional + 1 {
		head, err := in.head()
		if err != nil {
			return SIPAnswer{Header: noHeader, Err: err,
				HTTP:   bytes.HasPrefix(in.rest(), []byte("HTTP/")),
				Closed: in.total == 0 && failure.ClosedByPeer(err)}
		}
		response, length, err := parseSIP(parser, head)
		if err != nil {
			return SIPAnswer{Header: noHeader, Err: err}
		}
		if response.StatusCode >= 200 {
			return SIPAnswer{Status: response.StatusCode, Phrase: response.Reason, Header: sipHeader(response)}
		}
		if err := in.skip(length); err != nil {
			return SIPAnswer{Header: noHeader, Err: err}
		}
	}
	return SIPAnswer{Header: noHeader, Err: fmt.Errorf("more than %d provisional responses", maxSIPProvisional)}
}

// parseSIP reads the status line and headers of a response and the length of
// its body, which is none if the header does not say.
func parseSIP(parser *sip.Parser, head []byte) (*sip.Response, int, error) {
	message, _, err := parser.ParseHeaders(head, true)
	if err != nil {
		return nil, 0, err
	}
	response, ok := message.(*sip.Response)
	if !ok {
		return nil, 0, errors.New("a SIP request came instead of a response")
	}
	if response.StatusCode < 100 || response.StatusCode > 699 {
		return nil, 0, fmt.Errorf("%d is no SIP status", response.StatusCode)
	}
	length := 0
	for _, h := range response.Headers() {
		if l, ok := h.(*sip.ContentLengthHeader); ok {
			length = int(*l)
		}
	}
	return response, length, nil
}

// sipReader cuts messages out of a stream of at most maxSIP bytes.
type sipReader struct {
	r      io.Reader
	buffer []byte
	start  int // of what was not yet consumed
	total  int
}

func (in *sipReader) rest() []byte { return in.buffer[in.start:] }

// head returns the next message up to and with the empty line.
func (in *sipReader) head() ([]byte, error) {
	for scanned := 0; ; {
		for bytes.HasPrefix(in.rest(), []byte("\r\n")) { // RFC 3261 §7.5
			in.start += 2
		}
		rest := in.rest()
		if err := looksLikeSIP(rest); err != nil {
			return nil, err
		}
		from := min(max(0, scanned-3), len(rest))
		if i := bytes.Index(rest[from:], []byte("\r\n\r\n")); i >= 0 {
			end := from + i + 4
			in.start += end
			return rest[:end], nil
		}
		scanned = len(rest)
		if err := in.more(); err != nil {
			return nil, err
		}
	}
}

// looksLikeSIP gives up on other protocols at their first bytes.
func looksLikeSIP(data []byte) error {
	if begins(data, "SIP/") || len(data) < len("HTTP/") && begins(data, "HTTP/") || string(data) == "\r" {
		return nil
	}
	line, _, _ := bytes.Cut(data[:min(len(data), 64)], []byte("\n"))
	return fmt.Errorf("the server does not speak SIP: it sent %q", bytes.TrimSpace(line))
}

// begins says whether data is the beginning of a line that begins with sign.
func begins(data []byte, sign string) bool {
	n := min(len(data), len(sign))
	return strings.EqualFold(string(data[:n]), sign[:n])
}

func (in *sipReader) skip(n int) error {
	for len(in.rest()) < n {
		if n > maxSIP {
			return errTooLong
		}
		if err := in.more(); err != nil {
			return err
		}
	}
	in.start += n
	return nil
}

func (in *sipReader) more() error {
	if in.total >= maxSIP {
		return errTooLong
	}
	if len(in.buffer) == cap(in.buffer) {
		in.buffer = append(in.buffer, 0)[:len(in.buffer)]
	}
	n, err := in.r.Read(in.buffer[len(in.buffer):cap(in.buffer)])
	in.buffer = in.buffer[:len(in.buffer)+n]
	in.total += n
	if n > 0 {
		return nil
	}
	return err
}

// longNames are the long forms of compact header names (RFC 3261 §7.3.3).
var longNames = map[string]string{
	"c": "content-type", "e": "content-encoding", "f": "from", "i": "call-id", "k": "supported",
	"l": "content-length", "m": "contact", "s": "subject", "t": "to", "v": "via",
}

func longName(name string) string {
	name = strings.ToLower(name)
	if long, ok := longNames[name]; ok {
		return long
	}
	return name
}

func noHeader(string) []string { return nil }

// sipHeader looks up the values of a header by its name, long or compact.
func sipHeader(r *sip.Response) func(string) []string {
	values := make(map[string][]string)
	for _, h := range r.Headers() {
		name := longName(h.Name())
		values[name] = append(values[name], h.Value())
	}
	return func(name string) []string { return values[longName(name)] }
}
