package artifact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHolderIn(t *testing.T) {
	const list = "1: POSIX  ADVISORY  WRITE 10 fe:00:77 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 11 fe:00:77 0 EOF\n" +
		"2: FLOCK  ADVISORY  WRITE 12 fe:00:78 0 EOF\n3: FLOCK  ADVISORY  WRITE 13 fe:00:77 0 EOF\n4:\n"
	for file, want := range map[string]int{"fe:00:77": 13, "fe:00:78": 12, "fe:01:77": 0, "": 0} {
		require.Equal(t, want, holderIn(list, file), file)
	}
}
