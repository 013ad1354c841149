package main

import "regexp"

// loggedLevel is where a line of the log says how severe it is, in both formats.
var loggedLevel = regexp.MustCompile(`(?:^|[ {,"])level"?[=:]"?(debug|info|warn|error)\b`)

// levelOf is the level of a line of the log. What says nothing of it is an error
// that ends the process.
func levelOf(line []byte) string {
	if found := loggedLevel.FindSubmatch(line); found != nil {
		return string(found[1])
	}
	return "error"
}
