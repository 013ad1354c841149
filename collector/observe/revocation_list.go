package observe

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	cryptobyte_asn1 "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/lync-exporter/lync_exporter/collector/observe/internal/failure"
)

var (
	errNoList      = errors.New("it is no CRL")
	errOtherScope  = errors.New("the CRL is about other certificates")
	errUnknownKind = errors.New("the CRL is of a kind that the exporter does not read")
)

// readList reads a CRL (RFC 5280 §5) that was published at an address and proves
// that it is the issuer's. Of one that is out of date only what it revokes
// counts, and the error says so.
//
// Lists have up to a million entries. x509 takes ten times the room for them, so
// it reads the list without its entries; these are read one by one.
func readList(body []byte, at string, c issued, now time.Time) (statement, error) {
	if block, _ := pem.Decode(body); block != nil {
		body = block.Bytes
	}
	signed, entries, bare, ok := splitList(body)
	if !ok {
		return statement{}, &unusable{errNoList}
	}
	list, err := x509.ParseRevocationList(bare)
	if err != nil {
		return statement{}, failure.FromRemote(err)
	}
	list.RawTBSRevocationList = signed
	if err := list.CheckSignatureFrom(c.issuer); err != nil {
		return statement{}, &unusable{fmt.Errorf("the CRL is not signed by %s: %w", c.issuer.Subject.CommonName, err)}
	}
	if err := checkScope(list.Extensions, at, c); err != nil {
		return statement{}, err
	}
	st := statement{until: list.NextUpdate}
	if st.revoked, ok = readEntries(entries); !ok {
		return statement{}, &unusable{errNoList}
	}
	if now.After(list.NextUpdate) {
		return st, &unusable{fmt.Errorf("the CRL was to be replaced by %s", list.NextUpdate.UTC().Format("2006-01-02 15:04 MST"))}
	}
	return st, nil
}

// splitList takes a list apart: what is signed, the entries, and the list
// without them.
func splitList(der cryptobyte.String) (signed, entries cryptobyte.String, bare []byte, ok bool) {
	var list, inner cryptobyte.String
	sequence := cryptobyte_asn1.SEQUENCE
	if !der.ReadASN1(&list, sequence) || !list.ReadASN1Element(&signed, sequence) {
		return nil, nil, nil, false
	}
	rest := signed
	if !rest.ReadASN1(&inner, sequence) {
		return nil, nil, nil, false
	}
	all := inner
	first := !inner.PeekASN1Tag(cryptobyte_asn1.INTEGER) // version, which x509 does not read but for this
	if !inner.SkipOptionalASN1(cryptobyte_asn1.INTEGER) || !inner.SkipASN1(sequence) || !inner.SkipASN1(sequence) ||
		!skipTime(&inner) {
		return nil, nil, nil, false
	}
	skipTime(&inner) // of the next list, which may be missing
	head := all[:len(all)-len(inner)]
	if inner.PeekASN1Tag(sequence) && !inner.ReadASN1(&entries, sequence) {
		return nil, nil, nil, false
	}
	var b cryptobyte.Builder
	b.AddASN1(sequence, func(b *cryptobyte.Builder) {
		b.AddASN1(sequence, func(b *cryptobyte.Builder) {
			if first {
				b.AddASN1Int64(1)
			}
			b.AddBytes(head)
			b.AddBytes(inner)
		})
		b.AddBytes(list)
	})
	bare, err := b.Bytes()
	return signed, entries, bare, err == nil
}

func skipTime(s *cryptobyte.String) bool {
	for _, tag := range []cryptobyte_asn1.Tag{cryptobyte_asn1.UTCTime, cryptobyte_asn1.GeneralizedTime} {
		if s.PeekASN1Tag(tag) {
			return s.SkipASN1(tag)
		}
	}
	return false
}

// readEntries reads what a list revokes, in the order in which it is looked for.
func readEntries(entries cryptobyte.String) ([]revoked, bool) {
	const shortest = 20 // bytes of an entry with its serial number and date

	// Entries are counted first, by passing over each, so that there is room for
	// exactly these: lists have up to a million.
	n := 0
	for rest := entries; !rest.Empty(); n++ {
		if !rest.SkipASN1(cryptobyte_asn1.SEQUENCE) {
			return nil, false
		}
	}
	if n > len(entries)/shortest {
		return nil, false
	}
	list := make([]revoked, 0, n)
	for !entries.Empty() {
		var entry, serial cryptobyte.String
		if !entries.ReadASN1(&entry, cryptobyte_asn1.SEQUENCE) || !entry.ReadASN1(&serial, cryptobyte_asn1.INTEGER) {
			return nil, false
		}
		var at time.Time
		if !entry.ReadASN1UTCTime(&at) && !entry.ReadASN1GeneralizedTime(&at) {
			return nil, false
		}
		list = append(list, revoked{sumOf(serial), at.Unix()})
	}
	slices.SortFunc(list, revoked.compare)
	return list, true
}

// revoked is an entry of a list: a few bytes in place of a serial number.
type revoked struct {
	sum uint64
	at  int64 // Unix time
}

func (r revoked) compare(other revoked) int {
	switch {
	case r.sum < other.sum:
		return -1
	case r.sum > other.sum:
		return 1
	}
	return 0
}

func sumOf(serial []byte) uint64 {
	sum := sha256.Sum256(serial)
	return binary.BigEndian.Uint64(sum[:])
}

// serialSum is the sum of a serial number as a list has it.
func serialSum(serial *big.Int) uint64 {
	var b cryptobyte.Builder
	b.AddASN1BigInt(serial)
	der := cryptobyte.String(b.BytesOrPanic())
	var value cryptobyte.String
	der.ReadASN1(&value, cryptobyte_asn1.INTEGER)
	return sumOf(value)
}

var (
	idDeltaList         = asn1.ObjectIdentifier{2, 5, 29, 27}
	idDistributionPoint = asn1.ObjectIdentifier{2, 5, 29, 28}
)

// checkScope says whether a list is about a certificate (RFC 5280 §5.2.5). An
// authority has several lists as a rule, each about some of its certificates.
func checkScope(extensions []pkix.Extension, at string, c issued) error {
	for _, e := range extensions {
		switch {
		case e.Id.Equal(idDeltaList):
			return errUnknownKind
		case e.Id.Equal(idDistributionPoint):
			if err := checkPoint(e.Value, at, c); err != nil {
				return err
			}
		case e.Critical:
			return errUnknownKind
		}
	}
	return nil
}

func checkPoint(der cryptobyte.String, at string, c issued) error {
	var point, name, full cryptobyte.String
	var hasName bool
	if !der.ReadASN1(&point, cryptobyte_asn1.SEQUENCE) {
		return errUnknownKind
	}
	tag := func(n uint8) cryptobyte_asn1.Tag { return cryptobyte_asn1.Tag(n).ContextSpecific() }
	if !point.ReadOptionalASN1(&name, &hasName, tag(0).Constructed()) {
		return errUnknownKind
	}
	if hasName && name.ReadASN1(&full, tag(0).Constructed()) && !names(full, at, c) {
		return errOtherScope
	}
	for n := uint8(1); n <= 5; n++ {
		var value cryptobyte.String
		var present bool
		if !point.ReadOptionalASN1(&value, &present, tag(n)) {
			return errUnknownKind
		}
		set := present && !bytes.Equal(value, []byte{0})
		switch {
		case set && n >= 3: // for some reasons, of other authorities, of other things than certificates
			return errUnknownKind
		case set && c.IsCA == (n == 1): // 1: of users only, 2: of authorities only
			return errOtherScope
		}
	}
	return nil
}

// names says whether a distribution point has the address that was asked, or
// another one of the certificate. One without addresses has other means.
func names(full cryptobyte.String, at string, c issued) bool {
	uri := cryptobyte_asn1.Tag(6).ContextSpecific()
	others := false
	for !full.Empty() {
		var value cryptobyte.String
		var tag cryptobyte_asn1.Tag
		if !full.ReadAnyASN1(&value, &tag) {
			return false
		}
		if tag == uri {
			if string(value) == at || slices.Contains(c.CRLDistributionPoints, string(value)) {
				return true
			}
			others = true
		}
	}
	return !others
}
