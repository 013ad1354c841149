package main

import (
	"net/http"
	"net/http/pprof"
)

// registerProfiling adds the endpoints that `go tool pprof` asks. They show what
// the process does and cost time, so they are only there when a flag says so.
func registerProfiling(r router) {
	for path, handler := range map[string]http.HandlerFunc{
		"":        pprof.Index,
		"cmdline": pprof.Cmdline,
		"profile": pprof.Profile,
		"symbol":  pprof.Symbol,
		"trace":   pprof.Trace,
	} {
		r.HandleFunc("GET /debug/pprof/"+path, http.StripPrefix(r.prefix, handler).ServeHTTP)
	}
}
