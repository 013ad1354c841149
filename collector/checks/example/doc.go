// Package example makes tests of checks from files. A file holds the records
// of a SIP domain and what its servers answer, and says what is to be found.
//
// A file is a txtar archive. Its comment, which is all before the first "--"
// line, is a zone file. $ORIGIN is the SIP domain, contoso.com, and $TTL is
// 3600; the class may be left out. Comment lines at its head say in a sentence
// what is wrong, and the directives say what the checks make of it:
//
//	; The target of the federation record is below a host of its own.
//	; want: critical federation_target_subdomain _sipfederationtls._tcp
//	; down: federation
//	; series: lync_federation_target_valid 0
//	_sipfederationtls._tcp  SRV  0 0 5061 sip.edge.contoso.com.
//	sip.edge                A    192.0.2.1
//
// # Directives
//
// A comment that begins with a lower-case word and a colon is a directive.
// Those that judge may be repeated.
//
//	want: critical CODE SUBJECT    a finding; all of them are named. SUBJECT may be left out.
//	want: none                     there is no finding
//	up: sign_in, meetings          no finding takes the capabilities down, and all that matters is known
//	down: federation               a finding takes it down
//	unknown: meetings              no finding takes it down, and a check could learn too little
//	absent: meetings               the domain does not offer it
//	series: METRIC{label="v"} 1    the series is there with this value. Labels that are left out may have any
//	                               value. A time may be told from now on: now+20d
//	no series: METRIC{label="v"}   there is no such series
//	topology: on_premises          what the topology is: on_premises, hybrid, online, federation_only, no_records,
//	                               no_domain, or unknown where a lookup failed; "" where nothing shows it
//	seen: TEXT                     what a finding saw, or its sentence of what is wrong, has this text in it
//	why: TEXT                      likewise, its sentence of why it matters
//	fix: TEXT                      likewise, its sentence of what to change
//	repair: TEXT                   likewise, one of its repairs, written as in "dns replace NAME TYPE DATA",
//	                               "certificate SERVER: NAME, NAME" or "proxy: SENTENCE"
//	                               Each of these four takes a code before the text (fix: CODE: TEXT), where only
//	                               findings with this code count.
//	observed: TEXT                 a line "subject: seen" of what was observed has this text in it
//	incomplete: TEXT               why a check did not run to its end has this text in it
//
// The others set the scene.
//
//	domain: other.example          the SIP domain instead of contoso.com
//	config: {federation: false}    the domain's entry in the configuration besides its name
//	neighbour: {name: a.example}   another configured domain
//	view: internal                 the domain is seen from inside; else the view is external
//	now: 2026-06-01T12:00:00Z      the time, which is this if nothing is said
//	silent: NAME                   no nameserver answers for this name and those below it
//	servfail: NAME                 the nameserver answers SERVFAIL for them
//
// # Names
//
// A name that is not in the file does not exist (NXDOMAIN), below $ORIGIN and
// elsewhere. A name between others exists and is empty, as the domain itself is
// where the file has only names below it. Wildcards answer as RFC 1034 has it,
// and aliases are followed. The names sipfed, sipdir, webdir and webdir1e in
// online.lync.com exist unless the file has them.
//
// # Servers
//
// Every port of an address behaves as its network does:
//
//	192.0.2.0/24     a healthy server of Lync, and so do the private networks, 100.64.0.0/10 and 2001:db8::/32
//	198.51.100.0/24  somebody else's web server
//	203.0.113.0/24   connections are refused, as they are at 127.0.0.0/8
//	52.112.0.0/14    Microsoft's servers
//
// Seen from outside, the exporter goes to private addresses only for the web
// servers of configured names, and never to loopback.
//
// A healthy server speaks TLS 1.2 with a trusted certificate for exactly the
// name asked for (SNI), from a month before now on for a year, for servers and
// clients, with an RSA key of 2048 bits and a revocation list, and sends the
// authority's. On port 5061 it asks for a client certificate. To SIP it answers
// 504 as an Edge of RTC/6.0 does. Over HTTP and HTTPS it answers by the first
// label of the host:
//
//	lyncdiscover, lyncdiscoverinternal
//	           over http a redirect to the same host, over https a user link at webext, or webint, in the same domain
//	webext, webint
//	           401 with the challenges MsRtcOAuth and Bearer
//	meet       the join page
//	dialin     the page of access numbers
//	others     404
//
// Somebody else's web server has a trusted certificate for www.other.example,
// and a page for every URL. It takes SIP for bad HTTP. Microsoft's servers have
// a certificate for *.online.lync.com and the hosts named there, answer SIP as
// RTC/7.0, and lead Autodiscover to webdir1e.online.lync.com.
//
// # Captures
//
// The files of the archive say what a server does instead. Their names end with
// the address where only one of several is meant, and have an address in the
// place of the host where all names are meant that it is asked for. A network
// that refuses connections goes on doing so, unless the address is named.
//
//	-- https://lyncdiscover.contoso.com/ --
//
// is what the URL answers, whatever its query: status line, header, empty line
// and body, or one of the words "silent", "closed" and "garbage".
//
//	-- sip sip.contoso.com:5061 --
//
// is the response to OPTIONS, or one of the words "silent", "closed", "garbage"
// and "http".
//
//	-- tcp sip.contoso.com:5061 192.0.2.7 --
//
// is "refused", "timeout", or "unknown" where this machine could not ask.
//
//	-- tls sip.contoso.com:443 --
//
// is what TLS shows where that differs from a healthy server, a line each. Times
// are told from now on (-3d, 20d, 12h) or as in RFC 3339.
//
//	names: a.contoso.com, b.contoso.com   in the SAN; nothing after the colon: there is no SAN
//	cn: a.contoso.com                     of the subject; the first of the names if nothing is said
//	not_before: -3d                       not_after is a year later at least, if it is not given
//	not_after: 20d                        not_before is a year earlier at least, if it is not given
//	lifetime: 90d                         from not_before on, or up to not_after where that is given
//	serial: 2                             another certificate that is alike in all else
//	trust: trusted                        or untrusted (of an authority of one's own), self-signed, incomplete (the
//	                                      issuer is not sent, and can be had), unavailable (and cannot be had)
//	issuer: Contoso CA                    common name of the authority
//	issuer_not_after: 10d                 end of the authority's certificate
//	issuer_signature: SHA1                as for signature
//	key: RSA 1024                         or ECDSA P-256, P-384, P-521
//	signature: SHA1                       or SHA256, PSS
//	usage: server                         or client, both, none (the certificate says nothing)
//	cdp: none                             no revocation list
//	revoked: yes                          by its authority since a day; or no, unreachable (its list cannot be had,
//	                                      or without one its OCSP server), unknown (nobody could be asked, as where
//	                                      there is no list)
//	version: TLS 1.0                      or TLS 1.1, TLS 1.2, TLS 1.3
//	without 1.2: yes                      TLS 1.3 and not 1.2
//	asks: yes                             for a client certificate
//	refused: yes                          broke off because no client certificate was shown
//	fails: TEXT                           the handshake fails, and the error says so
//	unreadable: TEXT                      the certificate cannot be parsed
//
//	-- nameserver _sipfederationtls._tcp.contoso.com SRV --
//
// has the records of that name and type which another nameserver of the view
// has instead; it may be empty.
package example
