// input_config: options that no captured run sets.
package config

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestInputConfigShowsWhatWasSet(t *testing.T) {
	for args, want := range map[string]string{
		"":                                       `{"items":[{"name":"m"}]}`,
		"--model-selection-strategy round_robin": `{"strategy":"round_robin","items":[{"name":"m"}]}`,
	} {
		var got struct{ Models json.RawMessage }
		require.NoError(t, json.Unmarshal(decided(t, args).InputConfig(), &got))
		require.Equal(t, want, string(got.Models), args)
	}
}
