package lab

import (
	"bufio"
	"cmp"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"strings"
	"time"
)

// edge is how an Access Edge behaves.
type edge struct {
	maxVersion uint16 // of TLS; 0: the newest
	demands    bool   // a client certificate on 5061, which it otherwise only asks for
	neverAsks  bool   // for a client certificate, not even on 5061
	silent     bool   // takes connections and answers nothing
	speaksHTTP bool
	product    string // its Server header; "": that of Skype for Business Server 2015
	foreign    bool   // a SIP server that is not Lync's
}

// clientAuth is what a port wants of clients: only partners have certificates.
func (e edge) clientAuth(port string) tls.ClientAuthType {
	switch {
	case port != sipPort || e.neverAsks:
		return tls.NoClientCert
	case e.demands:
		return tls.RequireAnyClientCert
	}
	return tls.RequestClientCert
}

// answer serves one connection: each OPTIONS is refused as an Edge refuses
// others, which is how it shows that it lives. The delay stands for the way
// there and back.
func (e edge) answer(conn net.Conn, delay time.Duration, counts *counters) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	reader := bufio.NewReader(io.LimitReader(conn, 64<<10))
	for {
		request, err := textproto.NewReader(reader).ReadLine()
		if err != nil {
			return
		}
		header, err := textproto.NewReader(reader).ReadMIMEHeader()
		if err != nil {
			return
		}
		counts.requests.Add(1)
		switch {
		case e.silent:
			_, _ = io.Copy(io.Discard, reader)
			return
		case e.speaksHTTP || !strings.HasSuffix(request, "SIP/2.0"):
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			return
		}
		if delay > 0 {
			<-time.After(delay)
		}
		if _, err := io.WriteString(conn, e.response(header)); err != nil {
			return
		}
	}
}

// response refuses a request by the captured answer of an Edge (docs/rules.md#sip-options); a server that is not Lync's grants it.
func (e edge) response(request textproto.MIMEHeader) string {
	var b strings.Builder
	if e.foreign {
		b.WriteString("SIP/2.0 200 OK\r\n")
	} else {
		b.WriteString("SIP/2.0 504 Server time-out\r\nms-user-logon-data: RemoteUser\r\n")
	}
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		for _, value := range request.Values(name) {
			if name == "To" {
				value += ";tag=estate"
			}
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	if !e.foreign {
		fmt.Fprintf(&b, "Server: %s\r\n", cmp.Or(e.product, "RTC/6.0"))
	}
	b.WriteString("Content-Length: 0\r\n\r\n")
	return b.String()
}
