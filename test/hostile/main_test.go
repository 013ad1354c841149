// Package hostile runs the exporter against servers that mean it harm: in DNS,
// HTTP, TLS and SIP, each of a kind of its own, beside healthy SIP domains. Its
// servers are on loopback and need no privileges. It takes about two minutes, so it
// runs where LYNC_HOSTILE_SERVERS is set: by .ci/run, or alone:
//
//	LYNC_HOSTILE_SERVERS=1 go test -count=1 ./test/hostile
package hostile

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/test/program"
)

// exporterBinary is built once, for all tests.
var exporterBinary string

func TestMain(m *testing.M) { program.Main(m, "LYNC_HOSTILE_SERVERS", &exporterBinary) }
