// The console capture: AIPerf's text and nothing of ours, so that both can be compared line by line.
package artifact

import (
	"bytes"
	"fmt"

	"github.com/aiperf-go/aiperf/report/console"
)

// console writes the capture file.
func (o *outcome) console() ([]byte, error) {
	var b bytes.Buffer
	if err := console.Capture(&b, o.s, console.Options{Width: o.opt.ConsoleWidth, HTTPTrace: o.opt.HTTPTrace}); err != nil {
		return nil, fmt.Errorf("rendering the console capture: %w", err)
	}
	return append([]byte{}, b.Bytes()...), nil // an empty text is still a file
}
