// A verbatim system prompt before conversations with and without one of their own.
package dataset_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/dataset"
)

// twoOf is a source of a conversation with a system message and one without; its third cannot be made.
type twoOf struct{}

var errBroken = errors.New("broken")

func (twoOf) Len() int { return 3 }

func (twoOf) Materialise(i int) (*dataset.Conversation, error) {
	if i == 2 {
		return nil, errBroken
	}
	c := &dataset.Conversation{ID: "x", Turns: []dataset.Turn{{RawPayload: []byte(`{"messages":[]}`)}}}
	if i == 1 {
		c.System = "Its own."
	}
	return c, nil
}

func TestWithSystem(t *testing.T) {
	s := dataset.WithSystem(twoOf{}, "Be brief.")
	require.Equal(t, 3, s.Len())
	for i, want := range []string{"Be brief.", "Be brief.\n\nIts own."} {
		for range 2 { // the source's own conversation is left alone
			c, err := s.Materialise(i)
			require.NoError(t, err)
			require.Equal(t, want, c.System)
			require.Equal(t, []dataset.Turn{{RawPayload: []byte(`{"messages":[]}`)}}, c.Turns)
		}
	}
	_, err := s.Materialise(2)
	require.ErrorIs(t, err, errBroken)
	require.Equal(t, twoOf{}, dataset.WithSystem(twoOf{}, ""))
}
