// Package lync is what the protocols say: names, ports, hosting providers,
// roles of servers, coverage of names by certificates, Autodiscover documents
// and challenges. It looks at facts and asks for none.
package lync
