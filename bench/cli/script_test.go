// The command line from outside: scripts that run the program and look at its streams, files and exit codes.
package cli_test

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/aiperf-go/aiperf/bench/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"aiperf": func() { os.Exit(cli.Main(cli.System(), cli.Builtin())) },
	})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("..", "..", "testdata", "script"),
		RequireExplicitExec: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":      exits,
			"freeport":   freePort,
			"waitport":   waitPort,
			"waitline":   waitLine,
			"json":       isJSON,
			"cmpprompts": samePrompts,
		},
	})
}

// exits CODE command args...: the command ends with exactly this code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [args...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var e *exec.ExitError
	if errors.As(err, &e) {
		got = e.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// freeport NAME: puts a loopback port on which nobody listens into a variable.
func freePort(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	ts.Check(l.Close())
}

const patience = 20 * time.Second

// waitport PORT: until somebody listens there.
func waitPort(ts *testscript.TestScript, _ bool, args []string) {
	poll(ts, "port "+args[0], func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+args[0])
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
}

// waitline FILE: until the file holds a whole line.
func waitLine(ts *testscript.TestScript, _ bool, args []string) {
	poll(ts, "a line in "+args[0], func() bool {
		b, err := os.ReadFile(ts.MkAbs(args[0]))
		return err == nil && len(b) > 0 && b[len(b)-1] == '\n'
	})
}

func poll(ts *testscript.TestScript, what string, done func() bool) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.After(patience); !done(); {
		select {
		case <-tick.C:
		case <-end:
			ts.Fatalf("waited %s in vain for %s", patience, what)
		}
	}
}

// cmpprompts A B: two inputs files hold the same payloads; session ids may differ.
func samePrompts(ts *testscript.TestScript, neg bool, args []string) {
	read := func(name string) []json.RawMessage {
		var f struct {
			Data []struct{ Payloads []json.RawMessage }
		}
		ts.Check(json.Unmarshal([]byte(ts.ReadFile(name)), &f))
		var all []json.RawMessage
		for _, d := range f.Data {
			all = append(all, d.Payloads...)
		}
		return all
	}
	a, b := read(args[0]), read(args[1])
	if len(a) == 0 {
		ts.Fatalf("%s holds no payloads", args[0])
	}
	if same := slices.EqualFunc(a, b, func(x, y json.RawMessage) bool { return string(x) == string(y) }); same == neg {
		ts.Fatalf("same payloads: %v", same)
	}
}

// json FILE [key...]: the file is one JSON document in which the key path exists.
func isJSON(ts *testscript.TestScript, neg bool, args []string) {
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	found := true
	for _, k := range args[1:] {
		m, ok := v.(map[string]any)
		if ok {
			v, ok = m[k]
		}
		found = found && ok
	}
	if found == neg {
		ts.Fatalf("%s: key path %v found: %v", args[0], args[1:], found)
	}
}
