package inquiry

import "sync"

// All runs functions side by side and waits for them.
func All(fs ...func()) {
	Each(fs, func(_ int, f func()) { f() })
}

// Each runs f for every element, side by side, and waits for them. A panic in
// one of them becomes the caller's, so that it costs no more than one of the
// caller's own.
func Each[T any](list []T, f func(int, T)) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var panicked any
	guarded := func(i int, v T) {
		defer func() {
			if p := recover(); p != nil {
				mu.Lock()
				panicked = p
				mu.Unlock()
			}
		}()
		f(i, v)
	}
	for i, v := range list {
		if i == len(list)-1 {
			guarded(i, v) // the caller would only wait
			break
		}
		wg.Go(func() { guarded(i, v) })
	}
	wg.Wait()
	if panicked != nil {
		panic(panicked)
	}
}
