package observe

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
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
// showed say of them.
func (s *Scrape) revocationOf(view *config.View, a *Address) Revocation {
	if !s.config.TLS.Revocation || !a.Trust.Trusted {
		return Revocation{}
	}
	if len(a.Staple) > 0 {
		return s.askAuthorities(view, a)
	}
	said := a.Trust.said
	said.once.Do(func() { said.revocation = s.askAuthorities(view, a) })
	return said.revocation
}

// said is what authorities say of a chain, asked once in a scrape, however many
// servers show it.
type said struct {
	once       sync.Once
	revocation Revocation
}

// askAuthorities takes no longer than one operation: what comes later is there for
// the next scrape.
func (s *Scrape) askAuthorities(view *config.View, a *Address) Revocation {
	chains := a.Trust.proof.chains(a.Certificates[0], maxChains)
	watch := s.startWatch()
	ctx, cancel := context.WithTimeout(s.ctx, s.config.OperationTimeout)
	defer cancel()
	asker := asker{s, ctx, watch, view, a.Staple}
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
	err            error // why its authority says nothing that is of use; nil where that was not needed
	refused        error // why it could not be asked, where the exporter does not go there
}

// summary puts together what was said of chains.
func summary(chains [][]*x509.Certificate, certs []issued, words []word) Revocation {
	if len(certs) == 0 { // a root as a server's certificate
		return Revocation{}
	}
	revoked := func(w word) bool { return w.revoked }
	if i := onEveryWay(chains, certs, words, revoked); i >= 0 {
		return Revocation{Known: true, Revoked: true, At: words[i].at, Certificate: certs[i].Certificate}
	}
	r := Revocation{Known: words[0].known}
	for _, w := range words {
		r.Refused = cmp.Or(r.Refused, w.refused)
	}
	failed := func(w word) bool { return w.err != nil }
	if i := onEveryWay(chains, certs, words, failed); i >= 0 {
		r.Certificate, r.Err = certs[i].Certificate, words[i].err
	}
	return r
}

// onEveryWay is the first certificate of which something holds, if each way up to
// a root leads over one such, as it does where that is the server's own; else it
// is -1. Whoever verifies takes the way that is left.
func onEveryWay(chains [][]*x509.Certificate, certs []issued, words []word, holds func(word) bool) int {
	first := -1
	for _, chain := range chains {
		i := slices.IndexFunc(certs, func(c issued) bool {
			return slices.ContainsFunc(chain, c.Equal) && holds(words[slices.Index(certs, c)])
		})
		if i < 0 {
			return -1
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// asker asks the authorities of one chain.
type asker struct {
	*Scrape
	ctx    context.Context // how long to wait
	watch  stopwatch       // since when
	view   *config.View
	staple []byte // of the server's own certificate
}

// ask asks by OCSP, and for the list where OCSP says nothing. That OCSP cannot be
// had is a fault only of an authority that has no list.
func (a asker) ask(c issued, own bool) word {
	if own {
		if st, err := readOCSP(a.staple, c, a.now); err == nil {
			return st.about(c)
		}
	}
	w := a.byOCSP(c)
	if w.known || len(c.CRLDistributionPoints) == 0 {
		return w
	}
	list := a.byList(c)
	list.refused = cmp.Or(list.refused, w.refused)
	return list
}

func (a asker) byOCSP(c issued) word {
	return firstKnown(overHTTP(c.OCSPServer), func(server string) word {
		query, err := ocspURL(server, c)
		if err != nil {
			return word{}
		}
		p := publication{a.key(query, c), "the OCSP server " + server, MaxBody}
		return a.statement(p, func(body []byte) (statement, error) { return readOCSP(body, c, a.now) }).about(c)
	})
}

func (a asker) byList(c issued) word {
	return firstKnown(overHTTP(c.CRLDistributionPoints), func(list string) word {
		p := publication{a.key(list, c), list, maxList}
		return a.statement(p, func(body []byte) (statement, error) { return readList(body, list, c, a.now) }).about(c)
	})
}

// firstKnown asks one address after the other until something is known. Else it
// is what the first fault says.
func firstKnown(addresses []string, ask func(string) word) word {
	var unknown word
	for _, address := range addresses {
		w := ask(address)
		if w.known {
			return w
		}
		if unknown.err == nil {
			w.refused = cmp.Or(unknown.refused, w.refused)
			unknown = w
		}
	}
	return unknown
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

// publication is what an authority publishes.
type publication struct {
	statementKey
	name string // for people
	most int64  // bytes that are read of it
}

// key is of what an authority publishes at an address about certificates of an
// issuer. Whatever is kept by it was signed with the issuer's key.
func (a asker) key(address string, c issued) statementKey {
	return statementKey{fetchKey{a.view.Name, address}, sha256.Sum256(c.issuer.RawSubjectPublicKeyInfo), c.IsCA}
}

// statement asks the memory first. What is being fetched is fetched once for all;
// who waits too long for it goes by the last failure that is known.
func (a asker) statement(p publication, read func([]byte) (statement, error)) statement {
	if st, ok := a.memory.statements.recall(p.statementKey, a.now); ok {
		return st
	}
	got := make(chan statement, 1)
	a.work.Go(func() {
		if st, ok := a.statements.Do(a.Scrape.ctx, p.statementKey, func() statement { return a.published(p, read) }); ok {
			got <- st
		}
	})
	select {
	case st := <-got:
		return st
	case <-a.ctx.Done():
		return a.memory.statements.lastFailure(p.statementKey)
	}
}

// published fetches what an authority publishes, reads and remembers it.
func (a asker) published(p publication, read func([]byte) (statement, error)) statement {
	body, leave := a.memory.reading.upTo(p.most)
	defer leave()
	e := a.fetch(a.view, p.url, body)
	if err := unfetched(p.name, e); err != nil {
		st := statement{err: err, until: a.now.Add(brieflyKept)}
		ended := a.Scrape.ctx.Err() != nil
		late := ended && e.Status == 0 && time.Since(a.watch.began) >= a.config.OperationTimeout && a.starved(a.watch) == 0
		if late {
			st.err = &unusable{fmt.Errorf("%s did not answer within %s", p.name, a.config.OperationTimeout)}
		}
		if late || !ended && !e.Unknown() {
			a.memory.statements.keep(p.statementKey, st, a.now)
		}
		return st
	}
	st, err := read(e.Body)
	if err != nil {
		st.err, st.until = fmt.Errorf("%s: %w", p.name, err), a.now.Add(brieflyKept)
	}
	a.memory.statements.keep(p.statementKey, st, a.now)
	return st
}

// unusable is why what an authority publishes is of no use to anybody who asks:
// it does not lie with this machine.
type unusable struct{ err error }

func (u *unusable) Error() string { return u.err.Error() }
func (u *unusable) Unwrap() error { return u.err }

var (
	errTooLarge = errors.New("it is larger than what the exporter reads")
	errOnlyPost = errors.New("it does not answer GET, by which the exporter asks")
)

// unfetched is why there is nothing to read. What the exporter does not do, or
// could not do in time, is nobody's fault.
func unfetched(name string, e *Exchange) error {
	switch {
	case e.Err != nil && (e.Unknown() || len(e.Host.Addresses) == 0 && !e.Host.Outcome.Missing()):
		return fmt.Errorf("%s: %w", name, e.Err)
	case e.Err != nil:
		return &unusable{fmt.Errorf("%s: %w", name, e.Err)}
	case e.Status == http.StatusMethodNotAllowed: // by one who wants to be asked by POST
		return fmt.Errorf("%s: %w", name, errOnlyPost)
	case e.Status != http.StatusOK:
		return &unusable{fmt.Errorf("%s answered %d %s", name, e.Status, http.StatusText(e.Status))}
	case e.Truncated:
		return fmt.Errorf("%s: %w", name, errTooLarge)
	case e.BodyErr != nil && (failure.TimedOut(e.BodyErr) || failure.IsEnded(e.BodyErr) || IsStarved(e.BodyErr)):
		return fmt.Errorf("%s: %w", name, e.BodyErr)
	case e.BodyErr != nil:
		return &unusable{fmt.Errorf("%s: %w", name, e.BodyErr)}
	}
	return nil
}

// fetch makes a request that is not remembered, under the rules of Follow, and
// goes where an answer sends it over plain HTTP.
func (s *Scrape) fetch(view *config.View, rawURL string, body bodyReader) *Exchange {
	for redirects := 0; ; redirects++ {
		if e := s.forbidden(s.ctx, view, rawURL); e != nil {
			return e
		}
		e := s.get(view, exchangeKey{view.Name, rawURL, true}, body)
		location := e.Header.Get("Location")
		to, err := e.URL.Parse(location)
		if e.Status/100 != 3 || location == "" || err != nil || to.Scheme != "http" || redirects == maxRedirects {
			return e
		}
		rawURL = to.String()
	}
}
