// Package real runs the exporter against the servers that stand around a Lync
// estate in real life, as Debian ships them: BIND for DNS, nginx as the reverse
// proxy and for revocation lists, Kamailio as the Access Edge, openssl s_server for old TLS, openssl ocsp
// for revocation, Prometheus as the scraper.
// Certificates are made by the openssl command. They run where LYNC_REAL_SERVERS
// is set, since they need these packages and root: by .ci/run, or alone:
//
//	LYNC_REAL_SERVERS=1 go test -count=1 ./test/real
//
// Every server listens on its own loopback address below 127.77.0.0/16. DNS
// gives these addresses; connect_to moves the well-known ports to free ones, so
// that no privileges are needed. Only the tests of real_ports_test.go use the
// well-known ports themselves, and therefore need root.
package real

import (
	"testing"

	"github.com/lync-exporter/lync_exporter/test/program"
)

// exporterBinary is built once, for all tests.
var exporterBinary string

func TestMain(m *testing.M) { program.Main(m, "LYNC_REAL_SERVERS", &exporterBinary) }
