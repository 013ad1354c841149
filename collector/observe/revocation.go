package observe

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/config"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
	"github.com/lync-exporter/lync_exporter/collector/observe/internal/parallel"
)

// Bounds on asking authorities.
const (
	maxChains    = 4 // of one server that are looked at
	maxResponder = 2 // addresses of OCSP, and of lists, that are tried for one certificate
	maxRedirects = 2
)

// revocationOf is what the authorities of the certificates that an address
// showed say of them. It takes no longer than one operation: what comes later is
// there for the next scrape.
func (s *Scrape) revocationOf(view *config.View, a Address) Revocation {
	if !s.config.TLS.Revocation || !a.Trust.Trusted {
		return Revocation{}
	}
	chains := a.Trust.proof.chains
	chains = chains[:min(len(chains), maxChains)]
	watch := s.startWatch()
	ctx, cancel := context.WithTimeout(s.ctx, s.config.OperationTimeout)
	defer cancel()
	asker := asker{s, ctx, watch, view, a.Address.Addr(), a.Staple}
	certs := certified(chains)
	words := make([]word, len(certs))
	parallel.Do(len(certs), func(i int) { words[i] = asker.ask(certs[i], i == 0) })
	return summary(chains, certs, words)
}

// certified are the certificates of chains that somebody else issued, each once,
// with who issued them. The server's own is the first.
func certified(chains [][]*x509.Certificate) []issued {
	var list []issued
	for _, chain := range chains {
		for i := range len(chain) - 1 {
			pair := issued{chain[i], chain[i+1]}
			same := func(p issued) bool { return p.Certificate.Equal(pair.Certificate) }
			if !slices.ContainsFunc(list, same) {
				list = append(list, pair)
			}
		}
	}
	return list
}

// issued is a certificate and its issuer's.
type issued struct {
	*x509.Certificate
	issuer *x509.Certificate
}

// word is what was learned of one certificate.
type word struct {
	known, revoked bool
	at             time.Time
	err            error // why its list is of no use; nil where it was not needed
}

// summary puts together what was said of chains. A server's certificate is
// revoked too where each way up to a root leads over an authority that is.
func summary(chains [][]*x509.Certificate, certs []issued, words []word) Revocation {
	if len(certs) == 0 { // a root as a server's certificate
		return Revocation{}
	}
	r := Revocation{Known: words[0].known, Revoked: words[0].revoked, At: words[0].at, Certificate: certs[0].Certificate}
	for _, w := range words {
		if r.Err == nil {
			r.Err = w.err
		}
	}
	if r.Revoked {
		return r
	}
	r.Certificate = nil
	var first *x509.Certificate
	var at time.Time
	for _, chain := range chains {
		i := slices.IndexFunc(certs, func(c issued) bool {
			return slices.ContainsFunc(chain, c.Equal) && words[slices.Index(certs, c)].revoked
		})
		if i < 0 {
			return r
		}
		if first == nil {
			first, at = certs[i].Certificate, words[i].at
		}
	}
	r.Known, r.Revoked, r.At, r.Certificate = true, true, at, first
	return r
}

// asker asks the authorities of one chain.
type asker struct {
	*Scrape
	ctx    context.Context // how long to wait
	watch  stopwatch       // since when
	view   *config.View
	from   netip.Addr // who showed the chain
	staple []byte     // of the server's own certificate
}

// ask asks by OCSP, and for the list where OCSP knows nothing.
func (a asker) ask(c issued, own bool) word {
	if own {
		if st, err := readOCSP(a.staple, c, a.now); err == nil {
			return st.about(c)
		}
	}
	for _, server := range overHTTP(c.OCSPServer) {
		query, err := ocspURL(server, c)
		if err != nil {
			continue
		}
		key := a.key(query, c)
		st := a.statement(key, func() statement {
			return a.published(key, MaxBody, func(body []byte) (statement, error) { return readOCSP(body, c, a.now) })
		})
		if st.err == nil {
			return st.about(c)
		}
	}
	var last word
	for _, list := range overHTTP(c.CRLDistributionPoints) {
		key := a.key(list, c)
		st := a.statement(key, func() statement {
			return a.published(key, maxList, func(body []byte) (statement, error) { return readList(body, list, c, a.now) })
		})
		w := st.about(c)
		if w.revoked || w.err == nil && w.known {
			return w
		}
		if last.err == nil {
			last = w
		}
	}
	return last
}

// overHTTP are the first addresses that can be asked over plain HTTP, as
// certificates have them: TLS would need another certificate to be asked for.
func overHTTP(addresses []string) []string {
	var list []string
	for _, address := range addresses {
		if u, err := url.Parse(address); err == nil && u.Scheme == "http" && len(list) < maxResponder {
			list = append(list, address)
		}
	}
	return list
}

// key is of what an authority publishes at an address about certificates of an
// issuer. Whatever is kept by it was signed with the issuer's key.
func (a asker) key(address string, c issued) statementKey {
	return statementKey{fetchKey{a.view.Name, address, near(a.from)}, sha256.Sum256(c.issuer.RawSubjectPublicKeyInfo), c.IsCA}
}

// statement asks the memory first. What is being fetched is fetched once for all;
// who waits too long for it goes by the last failure that is known.
func (a asker) statement(key statementKey, fetch func() statement) statement {
	if st, ok := a.memory.statements.recall(key, a.now); ok {
		return st
	}
	got := make(chan statement, 1)
	a.work.Go(func() {
		if st, ok := a.statements.Do(a.Scrape.ctx, key, fetch); ok {
			got <- st
		}
	})
	select {
	case st := <-got:
		return st
	case <-a.ctx.Done():
		return a.memory.statements.lastFailure(key)
	}
}

// published fetches what an authority publishes, reads and remembers it.
func (a asker) published(key statementKey, most int64, read func([]byte) (statement, error)) statement {
	body, leave := a.memory.reading.upTo(most)
	defer leave()
	e := a.fetch(a.view, key.url, a.from, body)
	if err := a.unfetched(e); err != nil {
		st := statement{err: err, until: a.now.Add(brieflyKept)}
		ended := a.Scrape.ctx.Err() != nil
		late := ended && e.Status == 0 && time.Since(a.watch.began) >= a.config.OperationTimeout && a.starved(a.watch) == 0
		if late {
			st.err = &unusable{fmt.Errorf("%s did not answer within %s", key.url, a.config.OperationTimeout)}
		}
		if late || !ended && !e.Unknown() {
			a.memory.statements.keep(key, st, a.now)
		}
		return st
	}
	st, err := read(e.Body)
	if err != nil {
		st.err, st.until = fmt.Errorf("%s: %w", key.url, err), a.now.Add(brieflyKept)
	}
	a.memory.statements.keep(key, st, a.now)
	return st
}

// unusable is why what an authority publishes is of no use to anybody who asks:
// it does not lie with this machine.
type unusable struct{ err error }

func (u *unusable) Error() string { return u.err.Error() }
func (u *unusable) Unwrap() error { return u.err }

var errTooLarge = errors.New("it is larger than what the exporter reads")

// unfetched is why there is nothing to read. What the exporter does not do, or
// could not do in time, is nobody's fault.
func (a asker) unfetched(e *Exchange) error {
	switch {
	case e.Err != nil && (e.Forbidden || e.Unknown() || len(e.Host.Addresses) == 0 && !e.Host.Outcome.Missing()):
		return fmt.Errorf("%s: %w", e.URL, e.Err)
	case e.Err != nil:
		return &unusable{fmt.Errorf("%s: %w", e.URL, e.Err)}
	case e.Status != http.StatusOK:
		return &unusable{fmt.Errorf("%s answered %d %s", e.URL, e.Status, http.StatusText(e.Status))}
	case e.Truncated:
		return fmt.Errorf("%s: %w", e.URL, errTooLarge)
	case e.BodyErr != nil && (failure.TimedOut(e.BodyErr) || failure.IsEnded(e.BodyErr) || IsStarved(e.BodyErr)):
		return fmt.Errorf("%s: %w", e.URL, e.BodyErr)
	case e.BodyErr != nil:
		return &unusable{fmt.Errorf("%s: %w", e.URL, e.BodyErr)}
	}
	return nil
}

// fetch makes a request that is not remembered, under the rules of Follow, and
// goes where an answer sends it over plain HTTP.
func (s *Scrape) fetch(view *config.View, rawURL string, from netip.Addr, body bodyReader) *Exchange {
	for redirects := 0; ; redirects++ {
		if e := s.forbidden(s.ctx, view, rawURL, from); e != nil {
			return e
		}
		e := s.get(view, rawURL, body)
		location := e.Header.Get("Location")
		to, err := e.URL.Parse(location)
		if e.Status/100 != 3 || location == "" || err != nil || to.Scheme != "http" || redirects == maxRedirects {
			return e
		}
		rawURL = to.String()
	}
}
