package real

import (
	"cmp"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// authority is a root and an intermediate made by the openssl command.
type authority struct {
	dir  string
	Root string // file of the root's certificate
}

// certificate is a server's or client's certificate: Chain is the file of it
// and the intermediate, Leaf of it alone.
type certificate struct{ Chain, Leaf, Key string }

// certificateRequest is what a certificate is to have beside its names.
type certificateRequest struct {
	Names         []string
	NotAfter      string // as openssl ca has it; "": in a year
	WithoutIssuer bool   // Chain lacks the intermediate
	IssuerURL     string // where the certificate says that the intermediate is; "": nowhere
	List, OCSP    string // where the authority says whether it is revoked; "": at a list of a name that does not exist, not by OCSP
	WithoutList   bool
}

const authorityConfig = `
[ca]
default_ca = intermediate
[root]
certificate = root.pem
private_key = root.key
database = index.txt
new_certs_dir = issued
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 365
policy = anything
[intermediate]
certificate = intermediate.pem
private_key = intermediate.key
database = index.txt
new_certs_dir = issued
rand_serial = yes
unique_subject = no
default_md = sha256
default_days = 365
policy = anything
[anything]
commonName = supplied
[req]
prompt = no
distinguished_name = name
[name]
CN = unused
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
`

const leafExtensions = `
basicConstraints = CA:FALSE
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth, clientAuth
subjectAltName = %s
`

// newAuthority makes a root and an intermediate.
func newAuthority(t *testing.T) authority {
	t.Helper()
	a := authority{dir: t.TempDir()}
	a.Root = filepath.Join(a.dir, "root.pem")
	writeFile(t, a.dir, "ca.cnf", authorityConfig)
	writeFile(t, a.dir, "index.txt", "")
	if err := os.Mkdir(filepath.Join(a.dir, "issued"), 0o755); err != nil {
		t.Fatal(err)
	}
	a.openssl(t, "req", "-new", "-x509", "-newkey", "rsa:2048", "-noenc", "-sha256", "-days", "3650",
		"-subj", "/CN=Test Root", "-extensions", "authority", "-keyout", "root.key", "-out", "root.pem")
	a.openssl(t, "req", "-new", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN=Test Intermediate",
		"-keyout", "intermediate.key", "-out", "intermediate.csr")
	a.openssl(t, "ca", "-batch", "-name", "root", "-notext", "-extensions", "authority",
		"-in", "intermediate.csr", "-out", "intermediate.pem")
	return a
}

// openssl runs a command of openssl in the authority's directory.
func (a authority) openssl(t *testing.T, command string, args ...string) {
	t.Helper()
	script := `cd "$0" && exec openssl "$@"`
	runTool(t, "sh", append([]string{"-c", script, a.dir, command, "-config", "ca.cnf"}, args...)...)
}

// published is the intermediate as authorities publish it for those who miss it.
func (a authority) published(t *testing.T) page {
	t.Helper()
	block, _ := pem.Decode([]byte(readFile(t, filepath.Join(a.dir, "intermediate.pem"))))
	return page{Type: "application/pkix-cert", Body: string(block.Bytes)}
}

// issue makes a certificate for names, of which the first is the CN too.
func (a authority) issue(t *testing.T, names ...string) certificate {
	t.Helper()
	return a.issueFor(t, certificateRequest{Names: names})
}

func (a authority) issueFor(t *testing.T, r certificateRequest) certificate {
	t.Helper()
	id := strings.NewReplacer("*", "any").Replace(r.Names[0])
	writeFile(t, a.dir, id+".ext", r.extensions())
	a.openssl(t, "req", "-new", "-newkey", "rsa:2048", "-noenc", "-subj", "/CN="+r.Names[0], "-keyout", id+".key", "-out", id+".csr")
	sign := []string{"-batch", "-notext", "-extfile", id + ".ext", "-in", id + ".csr", "-out", id + ".pem"}
	if r.NotAfter != "" {
		sign = append(sign, "-startdate", "20200101000000Z", "-enddate", r.NotAfter)
	}
	a.openssl(t, "ca", sign...)
	file := func(name string) string { return filepath.Join(a.dir, name) }
	c := certificate{Chain: file(id + ".chain.pem"), Leaf: file(id + ".pem"), Key: file(id + ".key")}
	chain := readFile(t, c.Leaf)
	if !r.WithoutIssuer {
		chain += readFile(t, file("intermediate.pem"))
	}
	writeFile(t, a.dir, id+".chain.pem", chain)
	return c
}

// extensions are what the certificate is to have, as openssl reads it.
func (r certificateRequest) extensions() string {
	text := fmt.Sprintf(leafExtensions, "DNS:"+strings.Join(r.Names, ",DNS:"))
	if !r.WithoutList {
		text += "crlDistributionPoints = URI:" + cmp.Or(r.List, "http://crl.authority.test/ca.crl") + "\n"
	}
	var access []string
	if r.OCSP != "" {
		access = append(access, "OCSP;URI:"+r.OCSP)
	}
	if r.IssuerURL != "" {
		access = append(access, "caIssuers;URI:"+r.IssuerURL)
	}
	if len(access) > 0 {
		text += "authorityInfoAccess = " + strings.Join(access, ",") + "\n"
	}
	return text
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
