package observe

import (
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

// ocspURL is the question about a certificate, as it is asked by GET (RFC 6960
// appendix A): caches of authorities have the answer.
func ocspURL(server string, c issued) (string, error) {
	request, err := ocsp.CreateRequest(c.Certificate, c.issuer, nil)
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(server, "/") + "/" + url.QueryEscape(base64.StdEncoding.EncodeToString(request)), nil
}

var (
	errNotForIt    = errors.New("the answer by OCSP does not say whether it is revoked")
	errOutOfDate   = errors.New("the answer by OCSP is out of date")
	errNoResponder = errors.New("the answer by OCSP is signed with a certificate that is not made for that")
)

// readOCSP reads an answer and proves that it is the issuer's. One without an
// end is kept for a short while. What is wrong with an answer is wrong for all.
func readOCSP(answer []byte, c issued, now time.Time) (statement, error) {
	r, err := parseOCSP(answer, c)
	if err != nil {
		return statement{}, &unusable{fmt.Errorf("the answer by OCSP cannot be used: %w", err)}
	}
	until := r.NextUpdate
	if until.IsZero() {
		until = now.Add(brieflyKept)
	}
	st := statement{until: until}
	switch {
	case !signsForIssuer(r.Certificate, c.issuer, now):
		return statement{}, &unusable{errNoResponder}
	case r.Status == ocsp.Revoked:
		st.revoked = []revoked{{serialSum(c.SerialNumber), r.RevokedAt.Unix()}}
	case r.Status != ocsp.Good:
		return statement{}, &unusable{errNotForIt}
	}
	if now.After(until) || r.ThisUpdate.After(now.Add(clockSkew)) {
		return statement{}, &unusable{errOutOfDate}
	}
	return st, nil
}

// parseOCSP verifies the signature of an answer. Where it was sent with the
// issuer's own certificate, ocsp takes this for one that the issuer has to have
// signed.
func parseOCSP(answer []byte, c issued) (*ocsp.Response, error) {
	r, err := ocsp.ParseResponseForCert(answer, c.Certificate, c.issuer)
	if err == nil {
		return r, nil
	}
	own, other := ocsp.ParseResponseForCert(answer, c.Certificate, nil)
	if other == nil && own.Certificate != nil && own.Certificate.Equal(c.issuer) {
		return own, nil
	}
	return nil, failure.FromRemote(err)
}

// clockSkew is how far the clocks of authorities may be ahead.
const clockSkew = 5 * time.Minute

// signsForIssuer says whether the certificate that an answer was sent with is
// one for that purpose (RFC 6960 §4.2.2.2): a server's own of the same issuer is
// not. Without one, the issuer itself has signed.
func signsForIssuer(signer, issuer *x509.Certificate, now time.Time) bool {
	return signer == nil || signer.Equal(issuer) ||
		slices.Contains(signer.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning) && !now.After(signer.NotAfter)
}
