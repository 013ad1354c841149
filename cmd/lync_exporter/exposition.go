package main

import (
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-kit/log/level"
	"github.com/klauspost/compress/gzip"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// expose writes metric families as they are made, in the format and the
// encoding that the scraper prefers.
func (e *exporter) expose(w http.ResponseWriter, r *http.Request, families ...iter.Seq[*dto.MetricFamily]) {
	format := expfmt.NegotiateAccept(r.Header, expfmt.DefaultOpenMetricsAcceptedFormats()...)
	w.Header().Set("Content-Type", string(format))
	w.Header().Set("Vary", "Accept, Accept-Encoding")
	var out io.Writer = w
	if acceptsGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		// Level 1: the higher ones take several times as long for a tenth less.
		z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		defer z.Close()
		out = z
	}
	encoder := expfmt.NewEncoder(out, format)
	for _, list := range families {
		for f := range list {
			if len(f.Metric) == 0 {
				continue
			}
			if err := encoder.Encode(f); err != nil {
				level.Debug(e.logger).Log("msg", "scraper hung up", "err", err)
				return
			}
		}
	}
	if closer, ok := encoder.(expfmt.Closer); ok {
		if err := closer.Close(); err != nil {
			level.Debug(e.logger).Log("msg", "scraper hung up", "err", err)
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
