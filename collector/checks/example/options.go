package example

import (
	"bufio"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"strconv"
	"strings"

	"github.com/lync-exporter/lync_exporter/collector/observe"
)

// sipCapture is what comes back to OPTIONS.
type sipCapture struct {
	word   string // silent, closed, garbage or http; "": a response
	status int
	phrase string
	header textproto.MIMEHeader
}

// The responses of Edges to somebody whom they do not know.
const (
	edgeResponse      = "SIP/2.0 504 Server time-out\nms-user-logon-data: RemoteUser\nServer: RTC/6.0\nContent-Length: 0\n\n"
	microsoftResponse = "SIP/2.0 504 Server time-out\nms-user-logon-data: RemoteUser\nServer: RTC/7.0\nContent-Length: 0\n\n"
)

// readSIP reads a response, or a word for what comes instead of one.
func readSIP(text string) (sipCapture, error) {
	text = strings.TrimLeft(text, "\r\n")
	if !strings.HasPrefix(text, "SIP/2.0 ") {
		word, err := oneOf(strings.TrimSpace(text), "silent", "closed", "garbage", "http")
		return sipCapture{word: word}, err
	}
	r := textproto.NewReader(bufio.NewReader(strings.NewReader(text + "\n\n")))
	line, err := r.ReadLine()
	if err != nil {
		return sipCapture{}, err
	}
	var s sipCapture
	code, phrase, _ := strings.Cut(strings.TrimPrefix(line, "SIP/2.0 "), " ")
	if s.status, err = strconv.Atoi(code); err != nil || s.status < 200 || s.status > 699 {
		return s, fmt.Errorf("%q is no final status", code)
	}
	s.phrase = phrase
	s.header, err = r.ReadMIMEHeader()
	return s, err
}

// options is what comes back to OPTIONS over a connection.
func (n *Network) options(c observe.Connection) observe.SIPAnswer {
	if c.Stage != observe.StageDone {
		return observe.SIPAnswer{Stage: c.Stage, Err: c.Err, Header: noHeader}
	}
	s, _, captured := find(n.captures.sip, c.ServerName, c.Address)
	if !captured {
		s = usualSIP(behaviourOf(c.Address.Addr()))
	}
	a := observe.SIPAnswer{Stage: observe.StageRequest, Header: noHeader, Duration: answerTook}
	switch s.word {
	case "silent":
		a.Err = fmt.Errorf("no answer to SIP OPTIONS: it was not done within 3s: %w", os.ErrDeadlineExceeded)
	case "closed":
		a.Closed, a.Err = true, errors.New("no answer to SIP OPTIONS: the server closed the connection: EOF")
	case "garbage":
		a.Err = errors.New(`no answer to SIP OPTIONS: the server does not speak SIP: it sent "220 mail.other.example ESMTP"`)
	case "http":
		a.HTTP, a.Err = true, errors.New(`no answer to SIP OPTIONS: the server does not speak SIP: it sent "HTTP/1.1 400 Bad Request"`)
	default:
		a.Stage, a.Status, a.Phrase, a.Header = observe.StageDone, s.status, s.phrase, s.values
	}
	return a
}

func (s sipCapture) values(name string) []string { return s.header.Values(name) }

func noHeader(string) []string { return nil }

func usualSIP(b behaviour) sipCapture {
	response := edgeResponse
	switch b {
	case foreign:
		return sipCapture{word: "http"}
	case ofMicrosoft:
		response = microsoftResponse
	}
	s, err := readSIP(response)
	if err != nil {
		panic(err)
	}
	return s
}
