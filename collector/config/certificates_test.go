package config

import "testing"

// What leads out of a domain's own servers is on or off by these keys.
func TestFollowingKeys(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{
		"":                                  {true, false},
		"tls: {fetch_intermediates: false}": {false, false},
		"tls:\nfollow_private: true":        {true, true},
	} {
		c := load(t, "domains: [contoso.com]\n"+text+"\n")
		if got := [2]bool{c.TLS.FetchIntermediates, c.FollowPrivate}; got != want {
			t.Errorf("%q: fetch_intermediates and follow_private are %v, want %v", text, got, want)
		}
	}
}
