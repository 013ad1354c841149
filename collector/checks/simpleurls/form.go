package simpleurls

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/inquiry"
	"github.com/lync-exporter/lync_exporter/collector/lync"
	"github.com/lync-exporter/lync_exporter/collector/verdict"
)

// judgeUnique says whether the Meet URL is the domain's own.
func judgeUnique(v *verdict.Verdict, s inquiry.Subject, u simpleURL, judged bool) {
	sharers, prefix := s.Neighbours.Sharing(s.Domain)
	v.Flag(unique, len(sharers) == 0 && prefix == "", string(u.Kind))
	if !judged {
		return
	}
	if len(sharers) > 0 {
		own := "https://" + s.Host("meet") + "/"
		v.Report(notUnique.On(string(u.Kind)).Saw("%s, also of %s", u.URL.String(), strings.Join(sharers, ", ")).Wants("%s", own).
			Repair(verdict.Repair{Kind: verdict.RepairTopology, Commands: &verdict.Commands{SimpleURL: &verdict.SimpleURL{Component: "Meet", Domain: s.Domain.Name, URL: own}},
				Text: verdict.Textf("Give %s a Meet URL of its own with Set-CsSimpleUrlConfiguration, such as %s, and run Enable-CsComputer on the Front Ends and Directors.", s.Domain.Name, own)}))
	}
	var faults []string
	if len(sharers) == 0 && prefix != "" {
		faults = append(faults, overlap(u.URL, prefix))
	}
	judgeForm(v, u, faults)
}

// overlap says which of two Meet URLs begins with the other.
func overlap(u *url.URL, other string) string {
	if len(lync.URLKey(u)) < len(strings.TrimPrefix(other, "https://")) {
		return other + ", the Meet URL of another SIP domain, begins with it"
	}
	return "it begins with " + other + ", the Meet URL of another SIP domain"
}

// judgeForm says which rules of Lync's a URL breaks beside those that are known.
func judgeForm(v *verdict.Verdict, u simpleURL, faults []string) {
	if broken := brokenRule(u.URL); broken != "" {
		faults = append(faults, broken)
	}
	if len(faults) == 0 {
		return
	}
	serves := verdict.Capability("")
	if u.Kind == meet { // only a meeting's URL is every user's business
		serves = verdict.Meetings
	}
	v.Report(invalid.On(string(u.Kind)).Serving(serves).Saw("%s: %s", u.URL.String(), strings.Join(faults, "; ")).
		Repair(verdict.Repair{Kind: verdict.RepairTopology, Text: verdict.Textf("Replace the %s URL %s by one that Lync allows with Set-CsSimpleUrlConfiguration, and run Enable-CsComputer on the Front Ends and Directors.", u.Kind, u.URL.String())}))
}

// brokenRule says which rule for its form a simple URL breaks, "" if none
// (docs/rules.md#simple-urls).
func brokenRule(u *url.URL) string {
	switch {
	case u.Scheme != "https":
		return "it does not begin with https"
	case u.Port() != "":
		return "it has a port"
	case u.RawQuery != "" || u.Fragment != "":
		return "it has more than host and path"
	}
	for _, r := range u.Hostname() + u.Path {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-/", r) {
			return fmt.Sprintf("it has the character %q", r)
		}
	}
	return ""
}
