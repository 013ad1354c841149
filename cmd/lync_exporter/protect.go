package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// contentPolicy lets a page use nothing but the files that come with it,
// so that remote text could do nothing even if it were not escaped.
const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// protect puts the security headers on every answer, errors included, and
// refuses requests of an exporter: an answer that leads back to the exporter
// must not start the next scrape.
func protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if observe.IsOurs(r.UserAgent()) {
			http.Error(w, "an exporter does not answer the requests that exporters make", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// protectAll does so of a server's answers. The toolkit puts a handler of its
// own around the server's one when it begins to serve, just before the server
// asks for this context.
func protectAll(s *http.Server) {
	s.BaseContext = func(net.Listener) context.Context {
		s.Handler = protect(s.Handler)
		return context.Background()
	}
}

// sameOrigin refuses what a page of another site makes a browser do. Commands
// as curl send no Origin and pass.
func (l location) sameOrigin(next http.HandlerFunc) http.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	if l.origin != "" {
		_ = protection.AddTrustedOrigin(l.origin) // made of a URL that was accepted
	}
	return protection.Handler(next).ServeHTTP
}

// admit lets so many requests that start a scrape of their own be answered at
// once. More are told to come back: they would only take the time from those
// that are under way.
func (e *exporter) admit(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		most := int64(e.current.Load().config.Concurrency)
		defer e.admitted.Add(-1)
		if e.admitted.Add(1) > most {
			w.Header().Set("Retry-After", "1")
			http.Error(w, fmt.Sprintf("too many scrapes at once: %d are being answered, as many as concurrency allows; scrape fewer domains side by side, or raise concurrency", most),
				http.StatusServiceUnavailable)
			return
		}
		next(w, r)
	}
}

// lastScrapes is how long scrapes go on when the exporter stops. What they have
// found by then is their answer.
const lastScrapes = graceful / 2

// endScrapes ends those under way, some time after the exporter was told to stop.
func (e *exporter) endScrapes() *time.Timer { return time.AfterFunc(lastScrapes, e.stop) }

// untilStopped is a context that ends with the exporter, too.
func (e *exporter) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	unhook := context.AfterFunc(e.stopped, cancel)
	return ctx, func() { unhook(); cancel() }
}
