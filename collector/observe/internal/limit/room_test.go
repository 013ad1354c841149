package limit

import (
	"errors"
	"testing"
)

// Whoever sends much uses up what all have in common, and leaves each its own.
func TestRoom(t *testing.T) {
	var room Room
	room.Grow(100)
	greedy, other, healthy := room.NewShare(10, 80), room.NewShare(10, 80), room.NewShare(10, 80)
	for _, step := range []struct {
		what  string
		share *Share
		bytes int
		want  error
	}{
		{"its own and all that one may borrow", greedy, 80, nil},
		{"more than that", greedy, 1, ErrShare},
		{"what is left", other, 40, nil},
		{"more than is left", other, 1, ErrRoom},
		{"its own", healthy, 10, nil},
		{"more than its own", healthy, 1, ErrRoom},
	} {
		if err := step.share.Hold(step.bytes); !errors.Is(err, step.want) {
			t.Errorf("%s: %v, want %v", step.what, err, step.want)
		}
	}
	greedy.Free()
	if err := healthy.Hold(70); err != nil {
		t.Errorf("after another one has left: %v", err)
	}
	other.Free()
	healthy.Free()
	if room.free != 100 {
		t.Errorf("%d of 100 bytes are free in the end", room.free)
	}
}
