package observe

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/common/version"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/dns"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/limit"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/result"
)

const (
	// accept asks for what UCWA servers answer, which Lync 2010 understands too
	// (docs/rules.md#autodiscover-document).
	accept = "application/json, application/vnd.microsoft.rtc.autodiscover+xml;v=1;q=0.9, */*;q=0.5"

	maxURL         = 8 << 10
	maxProvisional = 5 // 1xx answers before the real one
	chunkFraming   = 8 // times a body's size may be what was received
)

var errTooLong = errors.New("the server sent more than it may")

// Get makes one HTTP/1.1 request on the first address that lets it connect,
// and follows nothing. A body is read up to MaxBody and never decompressed.
func (s *Scrape) Get(ctx context.Context, view *config.View, rawURL string) *Exchange {
	return s.remember(ctx, view, exchangeKey{view.Name, rawURL, false})
}

func (s *Scrape) remember(ctx context.Context, view *config.View, key exchangeKey) *Exchange {
	memory := s.memories.ofURL(key.url)
	e, ok := memory.exchanges.Do(ctx, key, func() *Exchange {
		return memory.kept.exchange(s.ctx, key, func() *Exchange { return s.get(view, key, bodyReader{}) })
	})
	if !ok {
		return &Exchange{URL: &url.URL{}, Host: dns.Host{Outcome: dns.Timeout, Err: failure.Ended(ctx)}, Err: failure.Ended(ctx)}
	}
	return e
}

// Web shakes hands with every address behind an https URL; the one that Get
// found is not asked again. An http URL has no addresses.
func (s *Scrape) Web(ctx context.Context, view *config.View, rawURL string) Server {
	return s.rememberWeb(ctx, view, exchangeKey{view.Name, rawURL, false})
}

// FollowWeb is Web for a URL that a server gave.
func (s *Scrape) FollowWeb(ctx context.Context, view *config.View, rawURL string) Server {
	return s.rememberWeb(ctx, view, exchangeKey{view.Name, rawURL, true})
}

func (s *Scrape) rememberWeb(ctx context.Context, view *config.View, key exchangeKey) Server {
	server, ok := s.memories.ofURL(key.url).webs.Do(ctx, key, func() Server { return s.web(view, key) })
	if !ok {
		return Server{Host: dns.Host{Outcome: dns.Timeout, Err: failure.Ended(ctx)}}
	}
	return server
}

func (s *Scrape) web(view *config.View, key exchangeKey) Server {
	e := s.remember(s.ctx, view, key)
	t, err := parseTarget(key.url)
	server := Server{Host: e.Host, Port: t.port}
	if err != nil || !t.secure {
		return server
	}
	_, addresses := s.locate(s.ctx, view, t.host, t.port)
	ways := s.ways(view, t.host, t.port, addresses, key.allows())
	server.Addresses = make([]*Address, len(ways))
	parallel.Do(len(ways), func(i int) {
		to := endpoint{ways[i].address, t.host}
		if err := ways[i].barred; err != nil {
			server.Addresses[i] = &Address{Connection: notConnected(to, err)}
			return
		}
		server.Addresses[i] = &Address{Connection: *s.facts(to)}
	})
	s.verifyAll(view, server.Addresses)
	return server
}

// Handshake shakes hands for a name at an address of a server that is known, as
// Connection.Address has it.
func (s *Scrape) Handshake(_ context.Context, view *config.View, name string, at netip.AddrPort) *Address {
	c := s.facts(endpoint{at, name})
	a := &Address{Connection: *c, Trust: s.Trust(view, c.Certificates)}
	a.Revocation = s.revocationOf(view, a)
	return a
}

// target is what a URL says of where to connect.
type target struct {
	url    *url.URL // never nil
	host   string
	port   uint16
	secure bool
}

func parseTarget(rawURL string) (target, error) {
	t := target{url: &url.URL{}}
	if len(rawURL) > maxURL {
		return t, fmt.Errorf("the URL is longer than %d bytes", maxURL)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return t, failure.FromRemote(err)
	}
	if u, err = Rebuilt(u); err != nil {
		return t, failure.FromRemote(err)
	}
	t.url, t.secure, t.port = u, u.Scheme == "https", 80
	if t.secure {
		t.port = 443
	} else if u.Scheme != "http" {
		return t, failure.FromRemote(fmt.Errorf("%q is no http or https URL", rawURL))
	}
	if t.host, err = hostName(u.Hostname()); err != nil {
		return t, failure.FromRemote(err)
	}
	if u.Port() != "" {
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil || port == 0 {
			return t, fmt.Errorf("%s is no port", strconv.Quote(u.Port()))
		}
		t.port = uint16(port)
	}
	return t, nil
}

// serverName is what an endpoint of the target has: none without TLS.
func (t target) serverName() string {
	if t.secure {
		return t.host
	}
	return ""
}

// request is what is sent, and how what comes back is read.
type request struct {
	serverName string // of the connection to send it on; "": it is one without TLS
	bytes      []byte
	body       bodyReader
	share      *limit.Share // that the header counts for; nil: it is not kept
}

// bodyReader reads a body of at most so many bytes.
type bodyReader struct {
	most int64
	read func(io.Reader) (body []byte, truncated bool, err error)
}

// keptBody is a body that is kept, as those of web services.
func keptBody(share *limit.Share) bodyReader {
	return bodyReader{MaxBody, func(r io.Reader) ([]byte, bool, error) { return readBody(&holding{r, share}) }}
}

// holding takes room for what is read.
type holding struct {
	io.Reader
	share *limit.Share
}

func (h *holding) Read(p []byte) (int, error) {
	n, err := h.Reader.Read(p)
	if full := h.share.Hold(n); full != nil {
		return 0, full
	}
	return n, err
}

// get makes a request on the first address that lets it connect. Without a reader
// of its own the answer is one that is kept.
func (s *Scrape) get(view *config.View, key exchangeKey, body bodyReader) *Exchange {
	e := new(Exchange)
	r, ways := s.prepare(view, key, body, e)
	if e.Err != nil {
		return e
	}
	answered := false
	for i := 0; i < len(ways) && !answered; i++ {
		answered = s.answers(&ways[i], r, e)
	}
	e.Trust = s.Trust(view, e.Connection.Certificates)
	if !answered {
		e.Stage, e.Err = e.Connection.Stage, e.Connection.Err
		e.Connect, e.TLS = e.Connection.ConnectDuration, e.Connection.TLSDuration
	}
	return e
}

// prepare makes the request for a URL and finds the ways to its host. Where it
// cannot be made, or leads nowhere, e says why.
func (s *Scrape) prepare(view *config.View, key exchangeKey, body bodyReader, e *Exchange) (*request, []way) {
	t, err := parseTarget(key.url)
	e.URL, e.Host.Name = t.url, t.host
	if err != nil {
		e.Err = err
		return nil, nil
	}
	r := &request{serverName: t.serverName(), body: body}
	if r.bytes, err = requestBytes(t); err != nil {
		e.Err = failure.FromRemote(err)
		return nil, nil
	}
	if body.read == nil {
		r.share = s.memories.share(s.memories.ofURL(key.url), t.host)
		r.body = keptBody(r.share)
	}
	found, addresses := s.locate(s.ctx, view, t.host, t.port)
	e.Host, e.Resolve = found, found.Duration
	if len(addresses) == 0 {
		e.Err = noTargets(found)
	}
	return r, s.ways(view, t.host, t.port, addresses, key.allows())
}

// answers says whether a request was answered by one way to a host. Where it was by
// none, e tells of the connection that got furthest.
func (s *Scrape) answers(way *way, r *request, e *Exchange) bool {
	isFirst := !e.Connection.Address.IsValid()
	to := endpoint{way.address, r.serverName}
	if way.barred != nil {
		if isFirst {
			e.bar(to, way.barred)
		}
		return false
	}
	s.idle.want(to)
	defer s.idle.done(to)
	facts, w := s.open(to, true)
	if w != nil || isFirst || facts.Stage > e.Connection.Stage {
		e.Connection = *facts
	}
	if w == nil {
		return false
	}
	s.exchange(w, r, e)
	return true
}

// bar notes why no way leads to a host.
func (e *Exchange) bar(to endpoint, why error) { e.Connection = notConnected(to, why) }

// requestBytes is the request as it is sent: no credentials, no
// cookies, no Accept-Encoding.
func requestBytes(t target) ([]byte, error) {
	host := authority(t)
	r := http.Request{
		Method: http.MethodGet,
		URL: &url.URL{Scheme: t.url.Scheme, Host: host, Path: t.url.Path, RawPath: t.url.RawPath,
			RawQuery: t.url.RawQuery, ForceQuery: t.url.ForceQuery},
		Host: host,
		Header: http.Header{
			"User-Agent": {userAgent + "/" + cmp.Or(version.Version, "devel") + " (+https://github.com/lync-exporter/lync_exporter)"},
			"Accept":     {accept},
		},
	}
	var out bytes.Buffer
	out.Grow(512)
	err := r.Write(&out)
	return out.Bytes(), err
}

// userAgent is what the exporter calls itself.
const userAgent = "lync_exporter"

// IsOurs says whether a request with this User-Agent comes from an exporter.
func IsOurs(agent string) bool { return strings.HasPrefix(agent, userAgent) }

// authority is the value of the Host header.
func authority(t target) string {
	host := t.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if t.secure && t.port == 443 || !t.secure && t.port == 80 {
		return host
	}
	return host + ":" + strconv.Itoa(int(t.port))
}

// exchange sends a request on an open connection and takes down the answer.
// What may have failed by chance is repeated once on a new connection, as is a
// request on a parked one that the server has closed meanwhile, which says
// nothing of the server.
func (s *Scrape) exchange(w *socket, r *request, e *Exchange) {
	stale, watch := w.used, s.startWatch()
	w.timeout = s.config.OperationTimeout
	err := s.roundTrip(w, r, e)
	died := stale && failure.ClosedByPeer(err)
	if err != nil && w.received.total == 0 && s.ctx.Err() == nil && (died || s.doubtful(w.to, err)) {
		facts, fresh := s.replace(w, died)
		switch {
		case fresh != nil:
			w, watch = fresh, s.startWatch()
			if again := s.roundTrip(w, r, e); again == nil || died {
				err = again
			} else {
				s.silent.Store(w.to.address, true)
			}
		case died:
			e.Connection.Stage, e.Connection.Err = facts.Stage, facts.Err
			e.Stage, e.Err = facts.Stage, facts.Err
			return
		}
	}
	e.Connect, e.TLS = w.connectDuration, w.tlsDuration
	switch {
	case errors.Is(err, limit.ErrRoom):
		e.Stage, e.Err = StageLocal, failure.Operation("the answer was not read", err)
		s.noteShortage(err)
	case err != nil:
		e.Stage = StageRequest
		e.Err = s.failure("no HTTP answer", err, watch)
		e.Connection.ClientCertificateRefused = e.Connection.ClientCertificateRequested && failure.RemoteAlert(err)
	}
	s.finish(w)
}

// replace closes a connection and makes another in its place, for a repeated
// request that may take as long as the first or is a second try.
func (s *Scrape) replace(w *socket, asFirst bool) (*Connection, *socket) {
	to, leave := w.to, w.leave
	w.leave = nil
	w.close()
	var facts *Connection
	var fresh *socket
	if asFirst {
		facts, fresh = s.connect(to)
	} else {
		facts, fresh = s.try(to, s.secondTimeout())
	}
	if fresh == nil {
		leave()
		return facts, nil
	}
	fresh.leave = leave
	return facts, fresh
}

// finish gives a connection to one who waits for it or parks it for others that
// are likely to come, else closes it.
func (s *Scrape) finish(w *socket) {
	w.lasting = s.memories.of(w.to.serverName).kept != nil
	switch {
	case w.reusable && s.idle.pass(w):
	case w.reusable && (w.lasting || s.idle.shared(w.to)):
		s.idle.park(w)
	default:
		w.close()
	}
}

// roundTrip returns an error if no answer came back. The deadline holds for
// request, answer and body together.
func (s *Scrape) roundTrip(w *socket, r *request, e *Exchange) (err error) {
	defer func() { s.count.httpRequest(result.Of(s.ctx, err)) }()
	if w.reader == nil {
		w.received.r = w.Conn
		w.borrowReader(&s.readers)
	}
	w.used, w.reusable = true, false
	w.received.left, w.received.total = MaxHeader, 0
	w.allow()
	watch := s.startWatch()
	if _, err := w.Write(r.bytes); err != nil {
		return err
	}
	start := time.Now()
	answer, err := readAnswer(w.reader)
	e.Processing = time.Since(start)
	if err == nil {
		err = r.share.Hold(int(w.received.total) - w.reader.Buffered())
	}
	if err != nil {
		return err
	}
	e.Stage, e.Err = StageDone, nil
	e.Status, e.Header = answer.StatusCode, answer.Header
	w.received.left = chunkFraming * r.body.most
	start = time.Now()
	e.Body, e.Truncated, err = r.body.read(answer.Body)
	e.Transfer = time.Since(start)
	if errors.Is(err, limit.ErrRoom) {
		e.Status, e.Header, e.Body = 0, nil, nil
		return err
	}
	if err != nil {
		e.BodyErr = s.failure("the body ended early", err, watch)
	}
	w.reusable = err == nil && !e.Truncated && !answer.Close && answer.StatusCode != http.StatusSwitchingProtocols && w.reader.Buffered() == 0
	return nil
}

var getRequest = &http.Request{Method: http.MethodGet} // what ReadResponse must know of the request

// readAnswer reads up to the end of the header of the final answer.
func readAnswer(r *bufio.Reader) (*http.Response, error) {
	for range maxProvisional + 1 {
		answer, err := http.ReadResponse(r, getRequest)
		if err != nil {
			return nil, err
		}
		if answer.StatusCode >= 200 || answer.StatusCode == http.StatusSwitchingProtocols {
			return answer, nil
		}
		if answer.StatusCode < 100 {
			return nil, fmt.Errorf("%d is no HTTP status", answer.StatusCode)
		}
	}
	return nil, fmt.Errorf("more than %d provisional answers: %w", maxProvisional, errTooLong)
}

// readBody does not close the body, which would read it to its end.
func readBody(r io.Reader) (body []byte, truncated bool, err error) {
	body, err = io.ReadAll(io.LimitReader(r, MaxBody+1))
	switch {
	case len(body) > MaxBody:
		return body[:MaxBody], true, nil
	case errors.Is(err, limit.ErrShare):
		return body, true, nil
	}
	return body, false, err
}

// meter bounds what is read from a server.
type meter struct {
	r           io.Reader
	left, total int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLong
	}
	n, err := m.r.Read(p[:min(int64(len(p)), m.left)])
	m.left -= int64(n)
	m.total += int64(n)
	return n, err
}
