package real

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// site is a web site behind the reverse proxy: what the Front End has to say
// at each path, asked over https and over http.
type site struct {
	Host          string
	Secure, Plain map[string]page
}

// page is an answer of the Front End.
type page struct {
	Status   int // 0: 200
	Type     string
	Headers  []string // as in `Name: value`
	Location string   // of a redirect
	Body     string
}

// proxy is a reverse proxy: an address and a certificate for all its sites.
type proxy struct {
	Certificate certificate // zero: it offers no https
	Sites       []site
	Address     string // "": a loopback address of its own
}

// startProxy starts nginx as the reverse proxy and, in the same process, as
// the Front End's two web sites behind it, and returns the proxy's address.
func startProxy(t *testing.T, at ports, p proxy) string {
	t.Helper()
	dir, ip := t.TempDir(), p.Address
	if ip == "" {
		ip = address()
	}
	var conf strings.Builder
	fmt.Fprintf(&conf, `
user root;
daemon off;
worker_processes 1;
pid %[1]s/nginx.pid;
error_log stderr warn;
events { }
http {
	access_log off;
	server_tokens off;
	server_names_hash_bucket_size 128;
	client_body_temp_path %[1]s/tmp;
	proxy_temp_path %[1]s/tmp;
	fastcgi_temp_path %[1]s/tmp;
	uwsgi_temp_path %[1]s/tmp;
	scgi_temp_path %[1]s/tmp;
	default_type application/octet-stream;
	proxy_set_header Host $host;
	server {
		listen unix:%[1]s/4443 default_server;
		listen unix:%[1]s/8080 default_server;
		return 404;
	}
	server {
		listen %[2]s:%[3]d;
		location / { proxy_pass http://unix:%[1]s/8080; }
	}
`, dir, ip, at.HTTP)
	listens := []string{hostPort(ip, at.HTTP)}
	if p.Certificate != (certificate{}) {
		listens = append(listens, hostPort(ip, at.HTTPS))
		fmt.Fprintf(&conf, `
	server {
		listen %[2]s:%[3]d ssl;
		ssl_certificate %[4]s;
		ssl_certificate_key %[5]s;
		location / { proxy_pass http://unix:%[1]s/4443; }
	}
`, dir, ip, at.HTTPS, p.Certificate.Chain, p.Certificate.Key)
	}
	for i, s := range p.Sites {
		frontEnd(t, &conf, dir, "4443", fmt.Sprint("secure", i), s.Host, s.Secure)
		frontEnd(t, &conf, dir, "8080", fmt.Sprint("plain", i), s.Host, s.Plain)
	}
	conf.WriteString("}\n")
	startServer(t, listens, "nginx", "-p", dir, "-e", "stderr", "-c", writeFile(t, dir, "nginx.conf", conf.String()))
	return ip
}

// frontEnd adds a web site of the Front End, whose answers are files.
func frontEnd(t *testing.T, conf *strings.Builder, dir, port, id, host string, pages map[string]page) {
	t.Helper()
	fmt.Fprintf(conf, "\tserver {\n\t\tlisten unix:%s/%s;\n\t\tserver_name %s;\n\t\tlocation / { return 404; }\n", dir, port, host)
	n := 0
	for path, p := range pages {
		n++
		name := fmt.Sprintf("%d", n)
		writeFile(t, dir, id+"/"+name, p.Body)
		fmt.Fprintf(conf, "\t\tlocation = %s {\n\t\t\troot %s;\n\t\t\ttypes { }\n\t\t\tdefault_type %q;\n", path, filepath.Join(dir, id), p.Type)
		for _, h := range p.Headers {
			header, value, _ := strings.Cut(h, ": ")
			fmt.Fprintf(conf, "\t\t\tadd_header %s '%s' always;\n", header, value)
		}
		if p.Status != 0 {
			fmt.Fprintf(conf, "\t\t\tabsolute_redirect off;\n\t\t\treturn %d %s;\n\t\t}\n", p.Status, p.Location)
			continue
		}
		fmt.Fprintf(conf, "\t\t\ttry_files /%s =404;\n\t\t}\n", name)
	}
	conf.WriteString("\t}\n")
}
