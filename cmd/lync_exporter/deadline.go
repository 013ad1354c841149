package main

import (
	"net/http"
	"strconv"
	"time"
)

// timeoutHeader is how Prometheus says, in seconds, when it will hang up.
const timeoutHeader = "X-Prometheus-Scrape-Timeout-Seconds"

// scrapeTimeout is how long a scrape may take: the configured timeout, or what
// Prometheus gives less an offset for the answer's way back, whichever is
// shorter. Where the offset would leave less than half, half is taken, so that
// there is never nothing. A header that is no positive number is ignored.
func scrapeTimeout(r *http.Request, offset, configured time.Duration) time.Duration {
	seconds, err := strconv.ParseFloat(r.Header.Get(timeoutHeader), 64)
	if err != nil || !(seconds > 0) || seconds > configured.Seconds()+offset.Seconds() {
		return configured
	}
	given := time.Duration(seconds * float64(time.Second))
	return min(configured, max(given-offset, given/2))
}
