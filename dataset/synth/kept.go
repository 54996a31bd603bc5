// Rendered pictures and clips are kept within a bound, so that a conversation that is sent again, or shares a picture, needs no encoder.
package synth

import "sync"

// mostMedia bounds the text of kept pictures and clips, in bytes: 600 pictures of 512 by 512 pixels. Encoding one takes milliseconds of a core that
// should send requests.
const mostMedia = 256 << 20

// kept holds what was rendered, by what was drawn: equal draws are equal files. It is safe for concurrent use.
type kept[T comparable] struct {
	mu     sync.RWMutex
	made   map[T]string
	room   int // bytes left
	beyond int // renderings that found no room
}

func newKept[T comparable](room int) *kept[T] { return &kept[T]{made: map[T]string{}, room: room} }

// text gives the rendering of a draw.
func (k *kept[T]) text(drawn T, render func([]byte, T) ([]byte, error)) (string, error) {
	k.mu.RLock()
	text, ok := k.made[drawn]
	k.mu.RUnlock()
	if ok {
		return text, nil
	}
	made, err := render(nil, drawn)
	if err != nil {
		return "", err
	}
	text = string(made)
	k.mu.Lock()
	defer k.mu.Unlock()
	if first, ok := k.made[drawn]; ok {
		return first, nil // rendered by two at once
	}
	if len(text) > k.room {
		k.beyond++
		return text, nil
	}
	k.room -= len(text)
	k.made[drawn] = text
	return text, nil
}

// unkept is how many renderings found no room so far.
func (k *kept[T]) unkept() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.beyond
}
