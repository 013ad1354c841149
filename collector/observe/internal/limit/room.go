package limit

import (
	"errors"
	"sync"
)

// Room bounds how many bytes of what servers sent a scrape holds at once. Each
// SIP domain, and each server that is none's own, has a Share. What fits into a
// share is always there; what goes beyond is borrowed from the room, up to a
// limit for each share. So whoever sends much uses up what all have in common,
// and never what another one needs.
type Room struct {
	mu   sync.Mutex
	free int
}

// Grow makes the room larger.
func (r *Room) Grow(bytes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.free += bytes
}

// borrow takes bytes out of the room, or gives them back.
func (r *Room) borrow(bytes int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if bytes > r.free {
		return false
	}
	r.free -= bytes
	return true
}

// The ways in which there is no room.
var (
	// ErrShare lies with whoever sent so much.
	ErrShare = errors.New("its servers send more than the exporter reads")
	// ErrRoom lies with this machine, or with others.
	ErrRoom = errors.New("the exporter holds as much of what servers sent as it may")
)

// Share is the part of one domain or server.
type Share struct {
	room      *Room
	own, most int // bytes that are always there, and in all

	mu             sync.Mutex
	held, borrowed int
	freed          bool
}

// NewShare makes a share of which some bytes are always there, and of at most
// so many in all.
func (r *Room) NewShare(own, most int) *Share { return &Share{room: r, own: own, most: most} }

// Hold takes room for bytes. Nil has room for everything.
func (s *Share) Hold(bytes int) error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held+bytes > s.most {
		return ErrShare
	}
	if more := s.held + bytes - s.own - s.borrowed; more > 0 && !s.freed {
		if !s.room.borrow(more) {
			return ErrRoom
		}
		s.borrowed += more
	}
	s.held += bytes
	return nil
}

// Free gives back what was borrowed. What is held after that is soon forgotten.
func (s *Share) Free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.room.Grow(s.borrowed)
	s.borrowed, s.freed = 0, true
}
