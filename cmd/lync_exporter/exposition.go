package main

import (
	"bufio"
	"bytes"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/go-kit/log/level"
	"github.com/klauspost/compress/gzip"
	"github.com/lync-exporter/lync_exporter/collector/expose"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// targetsInMemory are those whose series of one metric are in memory at once: as many
// as fit into a processor's cache, where a series takes half the time.
const targetsInMemory = 64

// outputs are what expositions are written by, used again for later ones: what gzip
// needs alone takes most of a MB, and an exporter may be probed a hundred times in a
// second.
type outputs struct{ pieces, zips sync.Pool }

// begin gives a writer whose text has arrived when end returns.
func (o *outputs) begin(w io.Writer, zipped bool) (out io.Writer, end func()) {
	pieces, ok := o.pieces.Get().(*bufio.Writer)
	if !ok {
		pieces = bufio.NewWriterSize(nil, writtenAtOnce)
	}
	pieces.Reset(w)
	flush := func() {
		pieces.Flush() // an error is that of the scraper who hung up
		pieces.Reset(nil)
		o.pieces.Put(pieces)
	}
	if !zipped {
		return pieces, flush
	}
	zip, ok := o.zips.Get().(*gzip.Writer)
	if !ok {
		// Level 1: the higher ones take several times as long for a tenth less.
		zip, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // fails only where there is no such level
	}
	zip.Reset(pieces)
	return zip, func() {
		zip.Close()
		flush()
		zip.Reset(nil)
		o.zips.Put(zip)
	}
}

// writtenAtOnce is how many bytes go to the scraper together. The HTTP server would
// send every two or four KiB of hundreds of MB by themselves.
const writtenAtOnce = 64 << 10

// expose writes metrics as they are made, in the format and the encoding that the
// scraper prefers: the exporter's own if they are wanted, and the exposition.
func (e *exporter) expose(w http.ResponseWriter, r *http.Request, own bool, x expose.Exposition) {
	format := expfmt.NegotiateAccept(r.Header, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	w.Header().Set("Content-Type", string(format))
	w.Header().Set("Vary", "Accept, Accept-Encoding")
	zipped := acceptsGzip(r)
	if zipped {
		w.Header().Set("Content-Encoding", "gzip")
	}
	out, end := e.outputs.begin(w, zipped)
	defer end()
	families := x.Families()
	if t := format.FormatType(); t == expfmt.TypeTextPlain || t == expfmt.TypeOpenMetrics {
		families = x.Parts(targetsInMemory)
	}
	if own {
		families = concatenated(e.own(), families)
	}
	if err := encode(out, format, families); err != nil {
		level.Debug(e.logger).Log("msg", "scraper hung up", "err", err)
	}
}

// encode writes families. Of one that comes in parts, which only the formats of
// lines can have, the first has the header.
func encode(out io.Writer, format expfmt.Format, families iter.Seq[*dto.MetricFamily]) error {
	format = format.WithEscapingScheme(model.NoEscaping) // of names that need none
	body := &headless{Writer: out}
	whole, rest := expfmt.NewEncoder(out, format), expfmt.NewEncoder(body, format)
	last := ""
	for f := range families {
		encoder := whole
		if f.GetName() == last {
			encoder, body.begun = rest, false
		}
		if err := encoder.Encode(f); err != nil {
			return err
		}
		last = f.GetName()
	}
	if closer, ok := whole.(expfmt.Closer); ok {
		return closer.Close()
	}
	return nil
}

// headless leaves out the comments with which a family begins. They are shorter
// than what the encoders write at once.
type headless struct {
	io.Writer
	begun bool // to write the family
}

func (h *headless) Write(text []byte) (int, error) {
	head := len(text)
	for !h.begun && bytes.HasPrefix(text, []byte("#")) {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	h.begun, head = true, head-len(text)
	n, err := h.Writer.Write(text)
	return head + n, err
}

func concatenated(lists ...iter.Seq[*dto.MetricFamily]) iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		for _, list := range lists {
			for f := range list {
				if !yield(f) {
					return
				}
			}
		}
	}
}

func acceptsGzip(r *http.Request) bool {
	for _, header := range r.Header.Values("Accept-Encoding") {
		for part := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(strings.TrimSpace(part), ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") && !isRefused(parameters) {
				return true
			}
		}
	}
	return false
}

// isRefused says whether the parameters of an encoding give it the weight 0, in
// any of its spellings (RFC 9110 §12.4.2).
func isRefused(parameters string) bool {
	name, value, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(parameters, " ", "")), "=")
	weight, err := strconv.ParseFloat(value, 64)
	return name == "q" && err == nil && weight == 0
}

// own are the exporter's metrics about itself.
func (e *exporter) own() iter.Seq[*dto.MetricFamily] {
	return func(yield func(*dto.MetricFamily) bool) {
		families, err := e.registry.Gather()
		if err != nil {
			level.Error(e.logger).Log("msg", "some of the exporter's own metrics are missing", "err", err)
		}
		for _, f := range families {
			if !yield(f) {
				return
			}
		}
	}
}
