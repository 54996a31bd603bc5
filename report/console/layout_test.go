package console

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/report/reporttest"
)

// TestLayout compares tables, panels and wrapped text with what the terminal library behind AIPerf's console made of random content.
func TestLayout(t *testing.T) {
	var cases []struct {
		Kind  string
		Width int
		Title string
		Align []string
		Heads []string
		Rows  [][]string
		Want  string
	}
	require.NoError(t, json.Unmarshal(reporttest.Read(t, "testdata/layout.json"), &cases))
	require.NotEmpty(t, cases)
	for i, c := range cases {
		t.Run(fmt.Sprint(i, c.Kind), func(t *testing.T) {
			var b strings.Builder
			switch c.Kind {
			case "table":
				tab := table{title: c.Title, rows: c.Rows}
				for j, h := range c.Heads {
					a := left
					if c.Align[j] == "right" {
						a = right
					}
					tab.columns = append(tab.columns, column{h, a, plainStyle})
				}
				tab.write(&b, c.Width, false)
			case "panel":
				panel(&b, c.Title, c.Rows[0], c.Width, false, plainStyle)
			default:
				for _, line := range wrap(c.Rows[0][0], c.Width) {
					b.WriteString(line + "\n")
				}
			}
			sameText(t, c.Want, b.String())
		})
	}
}
