package synth

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
	"github.com/aiperf-go/aiperf/dataset/media"
	"github.com/aiperf-go/aiperf/dataset/tokenizer"
)

func TestKeptRendersOnce(t *testing.T) {
	k := newKept[int](10)
	rendered := 0
	render := func(dst []byte, n int) ([]byte, error) {
		rendered++
		return strconv.AppendInt(dst, int64(n), 10), nil
	}
	for range 3 {
		for _, n := range []int{11111, 22222, 33333} { // two of them fit
			text, err := k.text(n, render)
			require.NoError(t, err)
			require.Equal(t, strconv.Itoa(n), text)
		}
	}
	require.Equal(t, 2+3, rendered)
	require.Equal(t, 3, k.unkept())
	_, err := k.text(4, func([]byte, int) ([]byte, error) { return nil, errors.New("broken") })
	require.EqualError(t, err, "broken")
}

func TestEqualPicturesAreRenderedOnce(t *testing.T) {
	pictures := &media.ImageOptions{Batch: 2, Width: fixed(8), Height: fixed(6), Format: "png", Source: "assets", Sampling: "sequential-cycle"}
	s, err := New(Options{Conversations: 10, NoText: true, Images: pictures, Tokenizer: tokenizer.Builtin()})
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := range s.Len() {
				if _, err := s.Materialise(i); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Len(t, s.images.made, 4, "there are four source pictures")
	require.Zero(t, s.Unkept())
	var one dataset.Source = s
	require.Implements(t, (*interface{ Unkept() int })(nil), one)
}
