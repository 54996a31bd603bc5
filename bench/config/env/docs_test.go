// The reference page that the tables write: docs/environment-variables.md.
package env

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the reference page from the tables")

const page = "../../../docs/environment-variables.md"

// TestDocs fails when the page is not what the tables say.
func TestDocs(t *testing.T) {
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(reference()), 0o644))
		return
	}
	b, err := os.ReadFile(page)
	require.NoError(t, err)
	require.Equal(t, reference(), string(b), "%s is stale: make generate", page)
}

const introduction = `# Environment variables

Written by ` + "`make generate`" + ` from the tables in ` + "`bench/config/env`" + `; do not edit.
AIPerf 0.13.0 has 239 settings that only environment variables reach. All are known here, and none is ignored silently:

- one that *works* is read;
- one that is *inert* is checked, and has nothing to act on: the log says so when its value is not the default;
- one that is *refused* accepts its default, and ends the program with exit code 1 when it asks for anything else.

A name that begins with ` + "`AIPERF_`" + ` and is not known gets a warning with the nearest known name.
Variables that stand for an option, such as ` + "`AIPERF_CLOCK`" + `, are listed with the [options](cli-options.md).

## Values

Names are read in any case. Of two spellings of one name the later one in the environment counts.

| type | takes |
|---|---|
| bool | ` + "`true t yes y on 1`, `false f no n off 0`" + `, in any case |
| int | a whole number, also as ` + "`1_000` or `5.0`" + ` |
| float | a number, also as ` + "`1_000.5`, `1e3` or `inf`" + `, within the bounds |
| list | a JSON list; where "comma list" is said, also words with commas between them |
| map | a JSON object, which replaces the default |
| null | unset; ` + "`null`" + ` can be said in a group only |

An empty value is not the same as an unset variable: for numbers, switches, choices, lists and maps it is an error.

Several settings of a group fit into one variable: ` + "`AIPERF_HTTP={\"CONNECTION_LIMIT\": 5000, \"SSL_VERIFY\": true}`" + `.
A group covers the variables of its members; maps are laid over each other key by key.
A file ` + "`.env`" + ` in the working directory is read for groups only, as AIPerf does, and lies below the environment; any other AIPerf variable in it gets a warning.

Some settings depend on each other:

- ` + "`AIPERF_DATASET_CONFIGURATION_TIMEOUT` is at most `AIPERF_SERVICE_PROFILE_CONFIGURE_TIMEOUT`" + `
- ` + "`AIPERF_DATASET_DOWNLOAD_RETRY_DELAY` is at most `AIPERF_DATASET_DOWNLOAD_MAX_BACKOFF_SECONDS`" + `
- ` + "`AIPERF_TOKENIZER_DOWNLOAD_INITIAL_BACKOFF_SECONDS` is at most `AIPERF_TOKENIZER_DOWNLOAD_MAX_BACKOFF_SECONDS`" + `
- ` + "`AIPERF_WORKER_CLOCK_PROBE_MAX_RTT_SEC` is below `AIPERF_WORKER_CLOCK_PROBE_TIMEOUT`" + `
- ` + "`AIPERF_WORKER_STALE_TIME` times `AIPERF_WORKER_ROUTER_STALE_EVICTION_MULTIPLIER` is above `AIPERF_SERVICE_HEARTBEAT_INTERVAL`" + `
- ` + "`AIPERF_SERVICE_WINDOWS_TCP_BASE_PORT` plus `AIPERF_SERVICE_WINDOWS_TCP_PORT_RANGE` is at most 65536" + `
- ` + "`AIPERF_ZMQ_RECONNECT_IVL_MAX` is 0, or at least `AIPERF_ZMQ_RECONNECT_IVL`" + `
- ` + "`AIPERF_DEV_SHOW_INTERNAL_METRICS` and `AIPERF_DEV_SHOW_EXPERIMENTAL_METRICS` need `AIPERF_DEV_MODE`" + `
`

func reference() string {
	var b strings.Builder
	b.WriteString(introduction)
	counts := [3]int{}
	Each(func(_ string, s *Setting) { counts[s.State]++ })
	fmt.Fprintf(&b, "\n## Settings\n\n| works | inert | refused | all |\n|---|---|---|---|\n| %d | %d | %d | %d |\n", counts[Works], counts[Inert], counts[Refused], counts[Works]+counts[Inert]+counts[Refused])
	current := ""
	Each(func(group string, s *Setting) {
		if group != current {
			current = group
			fmt.Fprintf(&b, "\n### %s%s\n\n| variable | type | default | state | meaning |\n|---|---|---|---|---|\n", prefix, group)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s |\n", s.Name, typeCell(s), "`"+s.Default+"`", stateCell(s.State), meaning(s))
	})
	b.WriteString("\n## Other variables of AIPerf\n\nThese are read one by one; none of them is refused.\n\n| variable | state | meaning |\n|---|---|---|\n")
	for i := range others {
		fmt.Fprintf(&b, "| `%s` | %s | %s: %s |\n", others[i].Name, stateCell(others[i].State), others[i].Help, others[i].Why)
	}
	for _, p := range kubernetesPrefixes {
		fmt.Fprintf(&b, "| `%s*` | inert | %s |\n", p, kubernetes)
	}
	return b.String()
}

func stateCell(s State) string {
	return [...]string{Works: "works", Inert: "inert", Refused: "refused"}[s]
}

func typeCell(s *Setting) string {
	name := [typesCount]string{Bool: "bool", Int: "int", Float: "float", Str: "text", Path: "path", Choice: "choice", Strs: "list", StrOrStrs: "list or comma list", Services: "list or comma list", IntMap: "map"}[s.Type]
	if s.Nullable {
		name += " or null"
	}
	return name
}

func meaning(s *Setting) string {
	text := s.Help
	if s.Choices != "" {
		text += "; of " + strings.Join(strings.Fields(s.Choices), ", ")
	}
	if s.Bounds != "" {
		text += "; " + s.Bounds
	}
	if s.State != Works {
		text += "; " + stateCell(s.State) + " because " + s.Why
	}
	if s.Also != "" && s.State == Refused {
		text += "; `" + s.Also + "` is accepted too"
	}
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "\n", " ").Replace(text)
}
