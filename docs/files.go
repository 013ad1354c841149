package docs

import "embed"

// Files are the documents themselves, for those who cannot reach where they are
// published.
//
//go:embed *.md
var Files embed.FS
