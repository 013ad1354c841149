package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/alecthomas/kingpin/v2"
)

// location is where the exporter is to be found. Behind a reverse proxy it may
// answer below another path than the one that browsers ask for.
type location struct {
	routes string // path below which the endpoints are, "" for the root
	links  string // path that links of the pages begin with, "" for the root
	origin string // that browsers see, where it is known
}

// locationFlags are those of Prometheus with the same names.
type locationFlags struct{ externalURL, routePrefix *string }

func addLocationFlags(cmd *kingpin.CmdClause) locationFlags {
	return locationFlags{
		externalURL: cmd.Flag("web.external-url", "URL under which browsers reach the exporter, for instance through a reverse proxy. Links of its pages begin with the URL's path.").
			PlaceHolder("URL").String(),
		routePrefix: cmd.Flag("web.route-prefix", "Path below which all endpoints are. Default: the path of --web.external-url.").
			PlaceHolder("PATH").String(),
	}
}

// location is what the flags say, or what is wrong with them.
func (f locationFlags) location() (location, error) {
	var l location
	if *f.externalURL != "" {
		u, err := url.Parse(*f.externalURL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return l, fmt.Errorf("--web.external-url %q is not a URL; write it in full, as in https://monitoring.contoso.com/lync", *f.externalURL)
		}
		if u.RawQuery != "" || u.Fragment != "" {
			return l, fmt.Errorf("--web.external-url %q must end with its path; remove ? and # and what follows", *f.externalURL)
		}
		if l.links, err = prefix("--web.external-url", u.Path); err != nil {
			return l, err
		}
		l.routes, l.origin = l.links, u.Scheme+"://"+u.Host
	}
	if *f.routePrefix != "" {
		var err error
		if l.routes, err = prefix("--web.route-prefix", *f.routePrefix); err != nil {
			return l, err
		}
		if *f.externalURL == "" {
			l.links = l.routes
		}
	}
	return l, nil
}

// prefix is a path with a slash at its beginning and none at its end.
func prefix(flag, path string) (string, error) {
	path = strings.Trim(path, "/")
	if path == "" {
		return "", nil
	}
	if strings.ContainsAny(path, "{}?#%\"'<> \t") || strings.Contains("/"+path+"/", "/../") || strings.Contains("/"+path+"/", "/./") || strings.Contains(path, "//") {
		return "", fmt.Errorf("%s: %q must be a plain path, as in /lync", flag, path)
	}
	return "/" + path, nil
}

// link is the path under which browsers find an endpoint.
func (l location) link(path string) string { return l.links + path }

// rooted puts the links of a template, which are written from the root, below
// the path that browsers ask for.
func (l location) rooted(template string) string {
	return strings.NewReplacer(`href="/`, `href="`+l.links+`/`, `src="/`, `src="`+l.links+`/`, `action="/`, `action="`+l.links+`/`).Replace(template)
}

// router registers endpoints below a path.
type router struct {
	*http.ServeMux
	prefix string
}

func (l location) router() router {
	r := router{http.NewServeMux(), l.routes}
	if l.routes != "" {
		r.ServeMux.Handle("GET /{$}", http.RedirectHandler(l.link("/"), http.StatusFound))
	}
	return r
}

// HandleFunc takes a pattern of a method and a path, as http.ServeMux does.
func (r router) HandleFunc(pattern string, handler http.HandlerFunc) {
	method, path, _ := strings.Cut(pattern, " ")
	r.ServeMux.HandleFunc(method+" "+r.prefix+path, handler)
}
