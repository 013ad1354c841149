package config

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Every file in testdata/bad has one mistake and says in its first line what
// the user is told.
func TestMistakesAreTold(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/bad/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no bad configurations: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			first, _, _ := strings.Cut(string(text), "\n")
			want, ok := strings.CutPrefix(first, "# want: ")
			if !ok || want == "" {
				t.Fatal("the first line must say: # want: MESSAGE")
			}
			c, err := Load(file)
			if err == nil {
				t.Fatalf("accepted, want %s", want)
			}
			if c != nil {
				t.Error("there is a configuration beside the error")
			}
			got := strings.ReplaceAll(filepath.ToSlash(err.Error()), "testdata/bad/", "")
			if diff := cmp.Diff(filepath.ToSlash(want), got); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if errors.Is(err, fs.ErrNotExist) {
				t.Error("looks as if the configuration file did not exist")
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "lync.yml")
	_, err := Load(path)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want fs.ErrNotExist with the path", err)
	}
}

// write makes a configuration file in a folder of its own.
func write(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lync.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t testing.TB, text string) *Config {
	t.Helper()
	c, err := Load(write(t, text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func diff(want, got any) string {
	return cmp.Diff(want, got, cmpopts.IgnoreUnexported(Config{}))
}

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	view := &View{Name: "external"}
	want := &Config{
		Timeout: 10 * time.Second, OperationTimeout: 3 * time.Second,
		Concurrency: 256, ConcurrencyPerNameserver: 128, ConcurrencyPerAddress: 64,
		TLS:   TLS{FetchIntermediates: true, Revocation: true},
		Views: []*View{view},
		IIS:   IIS{DefaultMaxLogFileSize: 1048576},
		HostingProviders: []string{"sipfed.online.lync.com", "sipfed.online.gov.skypeforbusiness.us",
			"sipfed.online.dod.skypeforbusiness.us", "sipfed.online.partner.lync.cn"},
		TrustedDomains: []string{"lync.com", "outlook.com", "lync.glbdns.microsoft.com", "microsoftonline.com"},
	}
	for _, d := range [][2]string{{"contoso.com", "contoso.com"}, {"xn--bcher-kva.example", "bücher.example"}} {
		want.Domains = append(want.Domains, &Domain{Name: d[0], Display: d[1], Topology: Auto, Views: want.Views, Federation: true,
			Schemes: []string{"https", "http"}, Meet: mustURL(t, "https://meet."+d[0]+"/"), MeetGuessed: true, Detail: Full,
			HostingProviders: want.HostingProviders, TrustedDomains: want.TrustedDomains})
	}
	for name, text := range map[string]string{
		"names alone":         "domains: [contoso.com, bücher.example]",
		"names as mappings":   "domains: [{name: Contoso.com}, {name: XN--Bcher-kva.example., profile: }]",
		"keys without values": "domains: [contoso.com, bücher.example]\ntimeout:\ntls:\nviews:\nprofiles:\ntrusted_domains: null\nconnect_to: ~\niis:\ndomain_files:",
		"empty sections":      "domains: [contoso.com, bücher.example]\ntls: {ca_file: ''}\nviews: {}\nprofiles: {}\nconnect_to: []\niis: {application_host_config: '', web_configs: {}}\ndomain_files: []",
		"from Windows":        "\ufeff# by Notepad\r\ndomains:\r\n  - contoso.com\r\n  - bücher.example\r\n",
		"anchors":             "domains: [&a contoso.com, bücher.example]\nviews: {external: {nameservers: &none []}}\nconnect_to: *none",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := text
			c := load(t, text)
			if name == "anchors" {
				c.Views[0].Nameservers = nil
			}
			if d := diff(want, c); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	t.Run("without a file", func(t *testing.T) {
		t.Parallel()
		c, err := Default("Contoso.com.", "bücher.example")
		if err != nil {
			t.Fatal(err)
		}
		if d := diff(want, c); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	})
}

// folderWithKeys copies testdata/good and puts a certificate with its key there.
func folderWithKeys(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/good")); err != nil {
		t.Fatal(err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"client.example"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{
		"ca.pem":     {Type: "CERTIFICATE", Bytes: cert},
		"client.pem": {Type: "CERTIFICATE", Bytes: cert},
		"client.key": {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestEveryKey(t *testing.T) {
	t.Parallel()
	dir := folderWithKeys(t)
	c, err := Load(filepath.Join(dir, "full.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if c.TLS.Certificate == nil || c.TLS.Certificate.Leaf.DNSNames[0] != "client.example" {
		t.Errorf("client certificate = %v", c.TLS.Certificate)
	}
	if c.TLS.Roots == nil || c.TLS.Roots.Equal(x509.NewCertPool()) {
		t.Error("no roots were read")
	}
	c.TLS = TLS{}

	external := &View{Name: "external", Nameservers: []string{"9.9.9.9:53", "127.0.0.1:5353", "[2001:db8::53]:53", "[2001:db8::54]:53",
		"[2001:db8::55]:5353", "dns_1:53", "resolver.example:54"}}
	internal := &View{Name: "internal", Nameservers: []string{"10.0.0.53:53"}, Internal: true}
	views := []*View{external, internal, {Name: "system"}}
	providers := []string{"sipfed.online.lync.com", "edge.hoster.example"}
	hosted := []string{"sipfed.online.lync.com", "edge.hoster.example", "sip.hoster.example"}
	trusted := []string{"lync.com"}
	both := []string{"https", "http"}
	plain := func(name, display string, topology Topology) *Domain {
		return &Domain{Name: name, Display: display, Topology: topology, Views: views[:1], Federation: true, Schemes: both,
			Meet: mustURL(t, "https://meet."+name+"/"), MeetGuessed: true, Detail: Full, HostingProviders: providers, TrustedDomains: trusted}
	}
	bucher := plain("xn--bcher-kva.example", "bücher.example", Auto)
	bucher.Profile = "plain"
	want := &Config{
		Timeout: 20 * time.Second, OperationTimeout: 1500 * time.Millisecond, Memory: 50 * time.Second,
		Concurrency: 64, ConcurrencyPerNameserver: 32, ConcurrencyPerAddress: 8,
		ConnectTo: []ConnectTo{
			{"meet.fabrikam.com", "443", "10.0.0.1", "8443"},
			{"2001:db8::1", "5061", "2001:db8::2", ""},
			{"", "", "proxy_1", ""},
			{"sip.fabrikam.com", "", "10.0.0.3", ""},
		},
		Views: views,
		Domains: []*Domain{
			plain("contoso.com", "contoso.com", Auto),
			{Name: "fabrikam.com", Display: "fabrikam.com", Profile: "hosted", Topology: OnPremises, Views: []*View{internal, external},
				Federation: true, Capabilities: []string{"federation", "meetings"}, Detail: Full, Schemes: both, Meet: mustURL(t, "https://lync.fabrikam.com:443/fabrikam/Meet"), Dialin: mustURL(t, "https://[2001:db8::1]/"),
				HostingProviders: append(hosted[:3:3], "sip.litware.example"), TrustedDomains: []string{"lync.com", "hoster.example", "xn--bcher-kva.example"}},
			{Name: "litware.example", Display: "litware.example", Profile: "hosted", Topology: Hybrid, Views: []*View{external},
				Capabilities: []string{"federation", "sign_in"}, Detail: Essential, Schemes: []string{"http"}, Dialin: mustURL(t, "https://dialin.hoster.example/"), Admin: mustURL(t, "https://admin.hoster.example/"),
				HostingProviders: hosted, TrustedDomains: []string{"lync.com", "hoster.example"}},
			bucher,
			plain("tailspin.example", "tailspin.example", Auto),
			plain("wingtip.example", "wingtip.example", Online),
		},
		IIS: IIS{
			ApplicationHostConfig: `C:\Windows\System32\inetsrv\config\applicationHost.config`,
			WebConfigs: map[string]string{
				"Default Web Site": `\\front-end\c$\inetpub\wwwroot\web.config`,
				"Lync: External":   filepath.Join(dir, "external", "web.config"),
			},
			DefaultMaxLogFileSize: 524288,
		},
		HostingProviders: providers,
		TrustedDomains:   trusted,
	}
	if d := diff(want, c); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestExampleIsValid(t *testing.T) {
	t.Parallel()
	c, err := Load("../../examples/lync.yml")
	if err != nil {
		t.Fatal(err)
	}
	// What the example gives as defaults must be the defaults.
	want, err := Default("contoso.com", "fabrikam.com", "bücher.example")
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range want.Domains[1:] {
		*d = *c.Domains[i+1]
	}
	if d := cmp.Diff(want, c, cmpopts.IgnoreUnexported(Config{}), cmpopts.EquateEmpty()); d != "" {
		t.Errorf("(-default +example):\n%s", d)
	}
	if c.Domain("Bücher.example").Federation {
		t.Error("the profile closed has no effect")
	}
}

func TestSimpleURLs(t *testing.T) {
	t.Parallel()
	const profile = "profiles: {p: {simple_urls: {meet: 'https://lync.example/Meet', dialin: 'https://lync.example/Dialin'}}}\n"
	for name, tt := range map[string]struct{ domain, meet, dialin string }{
		"default":                    {"{name: contoso.com}", "https://meet.contoso.com/", ""},
		"of the profile":             {"{name: contoso.com, profile: p}", "https://lync.example/Meet", "https://lync.example/Dialin"},
		"switched off":               {"{name: contoso.com, simple_urls: {meet: ''}}", "", ""},
		"switched off over profile":  {"{name: contoso.com, profile: p, simple_urls: {meet: ''}}", "", "https://lync.example/Dialin"},
		"nothing said over profile":  {"{name: contoso.com, profile: p, simple_urls: {meet: }}", "https://lync.example/Meet", "https://lync.example/Dialin"},
		"host in Unicode, uppercase": {"{name: contoso.com, simple_urls: {meet: 'https://Meet.Bücher.example/M'}}", "https://meet.xn--bcher-kva.example/M", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := load(t, profile+"domains: ["+tt.domain+"]").Domains[0]
			if shown(d.Meet) != tt.meet || shown(d.Dialin) != tt.dialin || d.Admin != nil {
				t.Errorf("meet %s, dialin %s, admin %v, want %s, %s and none", d.Meet, d.Dialin, d.Admin, tt.meet, tt.dialin)
			}
		})
	}
}

func shown(u *url.URL) string {
	if u == nil {
		return ""
	}
	return u.String()
}

func TestOperationTimeoutFitsIntoTimeout(t *testing.T) {
	t.Parallel()
	if c := load(t, "timeout: 2s\ndomains: [contoso.com]"); c.OperationTimeout != 2*time.Second {
		t.Errorf("operation timeout %v, want no more than the timeout of 2s", c.OperationTimeout)
	}
}

func TestNoDomainsIsValidWhereOthersProvideThem(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"domain files": "domains: []\ndomain_files: ['domains/*.yml']",
		"IIS":          "domains:\niis: {application_host_config: 'C:\\applicationHost.config'}",
	} {
		if c := load(t, text); len(c.Domains) != 0 {
			t.Errorf("%s: domains %v, want none", name, c.Domains)
		}
	}
}

func TestDomainFilesBesideAFolderWithGlobCharacters(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "[prod] *")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"lync.yml": "domain_files: ['*.domains']", "a.domains": "- contoso.com"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c, err := Load(filepath.Join(dir, "lync.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Domain("contoso.com") == nil {
		t.Error("the file of domains was not found")
	}
}

// manyDomains is a configuration of n domains that are alike.
func manyDomains(n int) string {
	var b bytes.Buffer
	b.WriteString("profiles: {hosted: {trusted_domains: [hoster.example]}}\ndomains:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - name: d%06d.example\n    profile: hosted\n    views: [external]\n    lyncdiscover: {schemes: [http]}\n"+
			"    simple_urls: {dialin: https://dialin.hoster.example/}\n    hosting_providers: [sip.hoster.example]\n", i)
	}
	return b.String()
}

func TestAlikeDomainsShareTheirLists(t *testing.T) {
	t.Parallel()
	c := load(t, manyDomains(2))
	a, b := c.Domains[0], c.Domains[1]
	if &a.Views[0] != &b.Views[0] || &a.Schemes[0] != &b.Schemes[0] ||
		&a.HostingProviders[0] != &b.HostingProviders[0] || &a.TrustedDomains[0] != &b.TrustedDomains[0] {
		t.Error("domains that are alike have lists of their own")
	}
	_ = append(a.TrustedDomains, "only-of-a.example")
	if grown := b.TrustedDomains[:cap(b.TrustedDomains)]; len(grown) != len(b.TrustedDomains) {
		t.Error("who appends to a shared list writes into the others'")
	}
}

func BenchmarkLoad10000(b *testing.B) {
	path := write(b, manyDomains(10000))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Load(path); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzLoad looks for text that the loader takes badly.
func FuzzLoad(f *testing.F) {
	for _, file := range []string{"../../examples/lync.yml", "testdata/bad/key_is_list.yml", "testdata/bad/merge_key.yml", "testdata/bad/domain_with_key_behind_name.yml"} {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("domains: &a [*a]")
	f.Add("&a {*a: 1}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Load(write(t, text))
		if err != nil {
			if c != nil || strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("configuration %v, message %q", c, err)
			}
			return
		}
		for _, d := range c.Domains {
			if c.Domain(d.Name) != d || len(d.Views) == 0 || len(d.Schemes) == 0 {
				t.Errorf("domain %+v is not fit for use", d)
			}
		}
	})
}

// Answers may lead to private addresses where they come from nameservers on this
// machine alone, unless the file says otherwise.
func TestFollowPrivateInALaboratory(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"domains: [contoso.com]": false,
		"domains: [contoso.com]\nviews: {external: {nameservers: [\"127.0.0.1:5353\", \"[::1]:53\"]}}":                                true,
		"domains: [contoso.com]\nviews: {external: {nameservers: [\"127.0.0.1\", 9.9.9.9]}}":                                          false,
		"domains: [contoso.com]\nviews: {external: {nameservers: [127.0.0.1]}, internal: {nameservers: [10.0.0.53], internal: true}}": false,
		"domains: [contoso.com]\nviews: {external: {nameservers: [127.0.0.1]}}\nfollow_private: false":                                false,
		"domains: [contoso.com]\nfollow_private: true":                                                                                true,
	} {
		if c := load(t, text); c.FollowPrivate != want {
			t.Errorf("follow_private is %t, want %t for\n%s", c.FollowPrivate, want, text)
		}
	}
}
