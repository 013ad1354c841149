// Package parallel does the same piece of work for several things at once.
package parallel

import "sync"

// Do calls f for 0 to n-1 side by side and returns when all calls have ended.
func Do(n int, f func(int)) {
	if n == 0 {
		return
	}
	var wg sync.WaitGroup
	for i := 1; i < n; i++ {
		wg.Go(func() { f(i) })
	}
	f(0)
	wg.Wait()
}
