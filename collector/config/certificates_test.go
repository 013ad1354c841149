package config

import "testing"

// What leads out of a domain's own servers is on or off by these keys.
func TestFollowingKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][3]bool{
		"":                                  {true, true, false},
		"tls: {fetch_intermediates: false}": {false, true, false},
		"tls: {revocation: false}":          {true, false, false},
		"tls:\nfollow_private: true":        {true, true, true},
	} {
		c := load(t, "domains: [contoso.com]\n"+text+"\n")
		if got := [3]bool{c.TLS.FetchIntermediates, c.TLS.Revocation, c.FollowPrivate}; got != want {
			t.Errorf("%q: fetch_intermediates, revocation and follow_private are %v, want %v", text, got, want)
		}
	}
}
