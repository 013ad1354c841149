package main

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What people type first, and what they are told: one line that says what to do.
func TestFirstAttempts(t *testing.T) {
	t.Chdir(t.TempDir()) // where there is no lync.yml
	for _, tt := range []struct {
		args   string
		status int
		want   []string
	}{
		{"", exitError, []string{"no lync.yml here", "domains: [contoso.com]", "lync_exporter check contoso.com", "lync_exporter demo"}},
		{"--config.file=none.yml", exitError, []string{"--config.file none.yml: "}},
		{"check", exitUsage, []string{"no lync.yml here", "lync_exporter check contoso.com"}},
		{"check --config.file=none.yml", exitUsage, []string{"--config.file none.yml: "}},
		{"contoso.com", exitUsage, []string{"lync_exporter check contoso.com"}},
		{"serve contoso.com", exitUsage, []string{"lync_exporter check contoso.com"}},
		{"https://sip.contoso.com/", exitUsage, []string{"did you mean contoso.com?"}},
		{"chek contoso.com", exitUsage, []string{"no command chek", "serve, check, plan"}},
		{"--log.level=debug --web.listen-address=:1 check", exitUsage, []string{"the command check has to come first"}},
		{"check https://lyncdiscover.contoso.com/", exitUsage, []string{"did you mean contoso.com?"}},
		{"check sip:bob@contoso.com", exitUsage, []string{"did you mean contoso.com?"}},
		{"check sip.contoso.com", exitUsage, []string{"looks like the name of a server; did you mean contoso.com?"}},
		{"check _sip._tls.contoso.com", exitUsage, []string{"did you mean contoso.com?"}},
		{"check --nope contoso.com", exitUsage, []string{"--nope", "lync_exporter check --help"}},
		{"check --timeout=soon contoso.com", exitUsage, []string{`--timeout "soon"`, "as in 30s"}},
		{"check --timeout=-1s contoso.com", exitUsage, []string{"--timeout -1s is negative"}},
		{"check --topology=cloud contoso.com", exitUsage, []string{"--topology must be one of on_premises, hybrid, online", "not 'cloud'"}},
		{"check --format=pdf contoso.com", exitUsage, []string{"--format must be one of text, json"}},
		{"check --nameserver=1.2.3.4:99999 contoso.com", exitUsage, []string{"--nameserver: "}},
		{"--log.level=loud", exitUsage, []string{"--log.level must be one of debug"}},
		{"--timeout-offset=-1s", exitUsage, []string{"--timeout-offset -1s"}},
		{"plan", exitUsage, []string{"lync_exporter plan contoso.com"}},
		{"plan --edge-address=here contoso.com", exitUsage, []string{`--edge-address "here" is not an IP address`}},
		{"explain nothing_like_it", exitUsage, []string{"lync_exporter explain lists all"}},
	} {
		status, out, stderr := runCommand(t, strings.Fields(tt.args)...)
		said := regexp.MustCompile(`(?m)^ts=.* level=info .*\n`).ReplaceAllString(stderr, "")
		if status != tt.status || out != "" || strings.Count(said, "\n") != 1 || !strings.HasPrefix(said, "lync_exporter: ") {
			t.Errorf("lync_exporter %s: status %d, want %d and one line:\n%s%s", tt.args, status, tt.status, out, stderr)
		}
		for _, want := range tt.want {
			if !strings.Contains(said, want) {
				t.Errorf("lync_exporter %s: %q is not in:\n%s", tt.args, want, said)
			}
		}
	}
}

// What is wrong with the flags of the web server names the flag.
func TestWebFlagsAreNamed(t *testing.T) {
	t.Parallel()
	file := estateFile(t, contoso)
	for _, tt := range []struct{ args, want string }{
		{"--web.config.file=none.yml", "--web.config.file none.yml: "},
		{"--web.listen-address=127.0.0.1:99999", "--web.listen-address 127.0.0.1:99999: "},
		{"--web.listen-address=here", "--web.listen-address here: "},
	} {
		status, _, stderr := runCommand(t, append(strings.Fields(tt.args), "--config.file", file)...)
		if status != exitError || !strings.Contains(stderr, "\nlync_exporter: "+tt.want) {
			t.Errorf("%s: status %d, %q is not in:\n%s", tt.args, status, tt.want, stderr)
		}
	}
}

// A name that looks like a server's is checked where the configuration says that
// it is a SIP domain, and a domain that is named twice is checked once.
func TestAskedFor(t *testing.T) {
	t.Parallel()
	known := func(name string) bool { return name == "meet.contoso.com" }
	got, err := askedFor([]string{"meet.contoso.com", "Contoso.com", "contoso.com.", "sip.com"}, known)
	if err != nil || strings.Join(got, " ") != "meet.contoso.com contoso.com sip.com" {
		t.Errorf("got %v, %v", got, err)
	}
}

// asProgram is set where the test binary is to be the program itself.
const asProgram = "LYNC_EXPORTER_AS_PROGRAM"

// asProcess runs lync_exporter as a process of its own, and gives its stdout.
func asProcess(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("lync_exporter %v: %v", args, err)
	}
	return string(out)
}

// A shell gets the commands where a command belongs, and the values of flags and
// arguments where these belong.
func TestCompletion(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		typed []string
		want  string
	}{
		{[]string{""}, "check"},
		{[]string{"ch"}, "check"},
		{[]string{"--web"}, "--web.listen-address"},
		{[]string{"check", "--"}, "--format"},
		{[]string{"check", "--format", ""}, "nsupdate"},
		{[]string{"explain", ""}, "cert_expired"},
		{[]string{"service", ""}, "install"},
	} {
		offered := strings.Fields(asProcess(t, append([]string{"--completion-bash"}, tt.typed...)...))
		if !slices.Contains(offered, tt.want) {
			t.Errorf("lync_exporter %q: %q is not offered, but %v", tt.typed, tt.want, offered)
		}
	}
}

// The man page is one that man and apropos can read.
func TestManPage(t *testing.T) {
	t.Parallel()
	status, page, stderr := runCommand(t, "--help-man")
	if status != exitOK || stderr != "" {
		t.Errorf("status %d, %s", status, stderr)
	}
	for _, want := range []string{`.TH LYNC_EXPORTER 1 "" "lync_exporter`, "lync_exporter \\- checks ", "--config.file", "--format", `.SH "EXIT STATUS"`} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the man page:\n%.600s", want, page)
		}
	}
	if head, _, _ := strings.Cut(page, "\n"); strings.Count(head, `"`) != 4 {
		t.Errorf("the head is %s", head)
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		return // not on every machine
	}
	cmd := exec.CommandContext(t.Context(), groff, "-man", "-Tutf8", "-ww")
	cmd.Stdin = strings.NewReader(page)
	var warnings strings.Builder
	cmd.Stderr = &warnings
	if err := cmd.Run(); err != nil || warnings.Len() > 0 {
		t.Errorf("groff: %v, %s", err, &warnings)
	}
}

// The demo takes a free port where another process has its own, unless somebody
// asked for that one, and the line that it prints checks a domain of it.
func TestDemo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:"+defaultPort)
	if err == nil {
		defer taken.Close()
	}
	if status, _, stderr := runCommand(t, "demo", "--listen-address=127.0.0.1:"+defaultPort); status != exitError || !strings.Contains(stderr, "--listen-address") {
		t.Errorf("a port that is taken: status %d, %s", status, stderr)
	}
	ctx, stop := context.WithCancel(t.Context())
	out, written := io.Pipe()
	var ended sync.WaitGroup
	ended.Go(func() {
		if status := run(ctx, []string{"demo"}, streams{written, io.Discard}); status != exitOK {
			t.Errorf("demo: status %d", status)
		}
		written.Close()
	})
	said := make(chan string, 1)
	ended.Go(func() {
		var text strings.Builder
		buffer := make([]byte, 4096)
		for told := false; ; {
			n, err := out.Read(buffer)
			text.Write(buffer[:n])
			if !told && (strings.Contains(text.String(), "Ctrl-C") || err != nil) {
				said <- text.String()
				told = true
			}
			if err != nil {
				return
			}
		}
	})
	defer ended.Wait()
	defer stop()
	var text string
	select {
	case text = <-said:
	case <-time.After(time.Minute):
		t.Fatal("the demo says nothing")
	}
	page := regexp.MustCompile(`http://\S+/\s`).FindString(text)
	if status, _, body := get(t, strings.TrimSpace(page)); status != 200 || !strings.Contains(body, "foreign-target.example") {
		t.Errorf("%s: status %d:\n%s", page, status, body)
	}
	line := regexp.MustCompile(`(?m) (check --config.file=.*)$`).FindStringSubmatch(text)
	if line == nil {
		t.Fatalf("no line to check with:\n%s", text)
	}
	status, report, stderr := runCommand(t, strings.Fields(line[1])...)
	if status != exitDown || !strings.Contains(report, "federation_target_foreign_domain") {
		t.Errorf("%s: status %d\n%s%s", line[1], status, report, stderr)
	}
}
