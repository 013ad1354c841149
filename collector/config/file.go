package config

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// readTimeout is how long a file may take to be read: on a share that hangs it
// would otherwise block this reload and all that follow.
const readTimeout = 10 * time.Second

var (
	errNotRegular = errors.New("it is not a regular file")
	errSlowFile   = errors.New("it could not be read within " + readTimeout.String())
)

// readFile reads a regular file. A pipe or a device would block or never end.
func readFile(path string) ([]byte, error) {
	type result struct {
		text []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		info, err := os.Stat(path)
		if err == nil && !info.Mode().IsRegular() && !info.IsDir() { // which can be opened and says so itself
			err = &fs.PathError{Op: "read", Path: path, Err: errNotRegular}
		}
		if err != nil {
			read <- result{nil, err}
			return
		}
		text, err := os.ReadFile(path)
		read <- result{text, err}
	}()
	timer := time.NewTimer(readTimeout)
	defer timer.Stop()
	select {
	case r := <-read:
		return r.text, r.err
	case <-timer.C:
		return nil, &fs.PathError{Op: "read", Path: path, Err: errSlowFile}
	}
}
