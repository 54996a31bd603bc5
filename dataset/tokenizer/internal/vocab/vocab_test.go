package vocab

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Tokens of every length around the copied chunk, at the beginning and the end of the table, into rooms of every size.
func TestAppendIsToken(t *testing.T) {
	var tokens []string
	for n := 1; n <= 2*chunk+1; n++ {
		tokens = append(tokens, strings.Repeat(fmt.Sprintf("%c", 'a'+n%26), n)+".")
	}
	tokens = append(tokens, "x", "y") // the last ones have no chunk behind them
	data, err := Build(tokens)
	require.NoError(t, err)
	table, err := Open(string(data))
	require.NoError(t, err)
	for id, want := range tokens {
		for room := range 3 * chunk {
			dst, ok := table.Append(append(make([]byte, 0, 2+room), "<<"...), uint32(id))
			require.True(t, ok)
			require.Equal(t, "<<"+want, string(dst))
			found, ok := table.Lookup(dst[2:])
			require.True(t, ok)
			require.Equal(t, uint32(id), found)
		}
	}
	dst, ok := table.Append([]byte("<"), uint32(len(tokens)))
	require.False(t, ok)
	require.Equal(t, "<", string(dst))
}
