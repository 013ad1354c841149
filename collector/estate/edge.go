package estate

import (
	"bufio"
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
	silent     bool   // takes connections and answers nothing
	speaksHTTP bool
}

// clientAuth is what a port wants of clients: only partners have certificates.
func (e edge) clientAuth(port string) tls.ClientAuthType {
	switch {
	case port != sipPort:
		return tls.NoClientCert
	case e.demands:
		return tls.RequireAnyClientCert
	}
	return tls.RequestClientCert
}

// answer serves one connection: each OPTIONS is refused as an Edge refuses
// strangers, which is how it shows that it lives. The delay stands for the way
// there and back.
func (e edge) answer(conn net.Conn, delay time.Duration) {
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	reader := bufio.NewReader(io.LimitReader(conn, 64<<10))
	for {
		request, err := textproto.NewReader(reader).ReadLine()
		if err != nil {
			return
		}
		header, err := textproto.NewReader(reader).ReadMIMEHeader()
		switch {
		case err != nil:
			return
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
		if _, err := io.WriteString(conn, refusal(header)); err != nil {
			return
		}
	}
}

func refusal(request textproto.MIMEHeader) string {
	var b strings.Builder
	b.WriteString("SIP/2.0 504 Server time-out\r\nms-user-logon-data: RemoteUser\r\n")
	for _, name := range []string{"Via", "From", "To", "Call-ID", "CSeq"} {
		for _, value := range request.Values(name) {
			if name == "To" {
				value += ";tag=estate"
			}
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("Server: RTC/6.0\r\nContent-Length: 0\r\n\r\n")
	return b.String()
}
