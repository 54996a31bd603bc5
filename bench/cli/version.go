// aiperf --version: which build this is, and which AIPerf it stands in for.
package cli

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// CompatibleRelease is the AIPerf release whose options, files and figures this program keeps.
const CompatibleRelease = "0.13.0"

// version is set by release builds; go install sets the module's version instead.
var version string

// ownVersion is this program's version.
func ownVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "devel"
}

func printVersion(w io.Writer) {
	fmt.Fprintf(w, "aiperf %s (compatible with AIPerf %s)\n", ownVersion(), CompatibleRelease)
	commit, modified := "unknown", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				commit = s.Value
			case s.Key == "vcs.modified" && s.Value == "true":
				modified = " with local changes"
			}
		}
	}
	fmt.Fprintf(w, "built with %s for %s/%s from commit %s%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, commit, modified)
}
