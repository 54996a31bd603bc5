// Command aiperf measures how fast generative-AI inference servers answer.
package main

import (
	"os"

	"github.com/aiperf-go/aiperf/bench/cli"
)

func main() { os.Exit(cli.Main(cli.System(), cli.Builtin())) }
