package config

import (
	"crypto/tls"
	"crypto/x509"
)

// setTLS reads the section tls and the files that it names, so that one that is
// missing stops the start and not a handshake.
func (l *loader) setTLS(v value) error {
	var ca, cert, key fileName
	err := v.fields(
		field{"fetch_intermediates", setBool(&l.config.TLS.FetchIntermediates)},
		field{"revocation", setBool(&l.config.TLS.Revocation)},
		field{"ca_file", l.setFile(&ca)},
		field{"cert_file", l.setFile(&cert)},
		field{"key_file", l.setFile(&key)},
	)
	if err != nil {
		return err
	}
	l.config.TLS.CAFile, l.config.TLS.CertFile, l.config.TLS.KeyFile = ca.path, cert.path, key.path
	if ca.path != "" {
		if err := l.readRoots(ca); err != nil {
			return err
		}
	}
	switch {
	case cert.path == "" && key.path == "":
		return nil
	case key.path == "":
		return cert.errorf("key_file is missing; give the private key of the certificate too")
	case cert.path == "":
		return key.errorf("cert_file is missing; give the certificate of the private key too")
	}
	return l.readCertificate(cert, key)
}

func (l *loader) readRoots(ca fileName) error {
	pem, err := ca.read()
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(pem) {
		return ca.errorf("no certificate in PEM form is in %s; convert a binary one with openssl x509 -inform der", quote(ca.path))
	}
	l.config.TLS.Roots = roots
	return nil
}

func (l *loader) readCertificate(cert, key fileName) error {
	certPEM, err := cert.read()
	if err != nil {
		return err
	}
	keyPEM, err := key.read()
	if err != nil {
		return err
	}
	pair, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return cert.errorf("%s and %s are no certificate with its key in PEM form: %w", quote(cert.path), quote(key.path), err)
	}
	l.config.TLS.Certificate = &pair
	return nil
}

// fileName is a file that the configuration refers to, and where it does.
type fileName struct {
	value
	path string // "": none
}

func (f fileName) read() ([]byte, error) {
	text, err := readFile(f.path)
	if err != nil {
		return nil, f.unreadable(err)
	}
	return text, nil
}

// unreadable does not wrap the error: that this file does not exist must not
// look as if the configuration file did not.
func (f fileName) unreadable(err error) error {
	return f.errorf("cannot read %s: %s", quote(f.path), reasonOf(err))
}
