// Options and keys say the same: every option's key exists, with the bounds and choices of the option, but where AIPerf's own two differ.
package config

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/bench/config/schema"
)

// keysDiffer are the bounds that AIPerf checks otherwise on the command line than in a file: option, its bounds, the key's.
var keysDiffer = map[string][2]string{
	"--model-names":                     {"", "len >= 1"}, // --mock needs none
	"--url":                             {"", "len >= 1"},
	"--request-timeout-seconds":         {"> 0", ">= 0"}, // 0 is none, in a file
	"--prompt-batch-size":               {">= 0", ">= 1"},
	"--prompt-prefix-pool-size":         {">= 0", ">= 1"},
	"--prompt-prefix-length":            {">= 0", ">= 1"},
	"--synthesis-speedup-ratio":         {">= 0", "> 0"},
	"--synthesis-prefix-len-multiplier": {">= 0", "> 0"},
	"--synthesis-prompt-len-multiplier": {">= 0", "> 0"},
	"--warmup-request-count":            {"> 0", ">= 1"},
	"--request-cancellation-rate":       {"> 0, <= 100", ">= 0, <= 100"},
	"--slice-duration":                  {"> 0", ""}, // a duration is never negative there
	"--profile-run-cooldown-seconds":    {">= 0", ">= 0, <= 86400"},
	"--video-duration":                  {">= 0", "> 0"},
	"--video-audio-sample-rate":         {">= 8, <= 96000", ">= 8, <= 96"}, // Hz and kHz
}

// choicesElsewhere are options whose words are types of a mapping there, or one of two forms.
var choicesElsewhere = []string{"--arrival-pattern", "--warmup-arrival-pattern", "--sweep-type", "--image-source"}

func TestOptionsAndKeysAgree(t *testing.T) {
	keys := map[string]schema.Key{}
	for _, k := range schema.Keys() {
		if _, there := keys[pattern(k.Path)]; !there {
			keys[pattern(k.Path)] = k
		}
	}
	compared, differ := 0, map[string]bool{}
	ProfileTable().Each(func(o *Option) {
		paths := strings.Fields(o.YAML)
		for _, path := range paths {
			k, ok := keys[pattern(path)]
			if !ok {
				var above schema.Key
				for p := pattern(path); above.Path == "" && strings.Contains(p, "."); {
					p = p[:strings.LastIndexByte(p, '.')]
					above = keys[p]
				}
				require.Contains(t, []string{"distribution", "mapping", "list", "any"}, above.Type, "%s: %s is no key", o.Name(), path)
				continue
			}
			if len(paths) > 1 {
				continue // the option's bounds are those of what it sets together
			}
			compared++
			bounds := [2]string{o.Bounds + o.LateBounds, k.Bounds}
			if want, ok := keysDiffer[o.Name()]; ok {
				require.Equal(t, want, bounds, o.Name())
				differ[o.Name()] = true
			} else {
				require.Equal(t, bounds[0], bounds[1], "%s and %s", o.Name(), path)
			}
			if o.Choices != "" && !slices.Contains(choicesElsewhere, o.Name()) {
				require.ElementsMatch(t, list(o.Choices), k.Choices, "%s and %s", o.Name(), path)
			}
		}
	})
	require.Greater(t, compared, 150)
	require.Len(t, differ, len(keysDiffer))
}
