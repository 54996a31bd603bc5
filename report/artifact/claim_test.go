package artifact

// One run at a time in a folder.

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/aiperf-go/aiperf/report/reporttest"
)

func TestSecondRunIsRefusedBeforeItTouchesAnything(t *testing.T) {
	dir := t.TempDir()
	first, err := Open(Options{Dir: dir, Level: LevelRecords})
	require.NoError(t, err)
	log, err := first.OpenLog()
	require.NoError(t, err)
	_, err = log.WriteString("2026-01-02 03:04:05.678 - aiperf - INFO - first\n")
	require.NoError(t, err)
	require.NoError(t, first.WriteRerun([]byte(earlier["profile_export_rerun.json"])))
	before := listed(t, dir)

	for _, prefix := range []string{"", "other"} {
		_, err = Open(Options{Dir: dir, Prefix: prefix, Chosen: "--artifact-dir"})
		require.ErrorContains(t, err, "another run")
		require.ErrorContains(t, err, "--artifact-dir")
		if runtime.GOOS == "linux" {
			require.ErrorContains(t, err, fmt.Sprintf("(process %d)", os.Getpid()))
		}
		require.NotContains(t, err.Error(), "\n")
		require.Equal(t, before, listed(t, dir))
		require.Contains(t, string(reporttest.Read(t, dir, "logs/aiperf.log")), "first")
	}

	require.NoError(t, log.Close())
	second, err := Open(Options{Dir: dir})
	require.NoError(t, err, "the end of the first run frees the folder")
	log, err = second.OpenLog()
	require.NoError(t, err)
	require.Empty(t, reporttest.Read(t, dir, "logs/aiperf.log"))
	require.NoError(t, log.Close())
}

// Of runs that start at the same time one goes on, and the others say why they do not.
func TestSimultaneousStart(t *testing.T) {
	const runs, rounds = 8, 20
	for range rounds {
		dir := filepath.Join(t.TempDir(), "out")
		var (
			all  sync.WaitGroup
			open [runs]*Folder
			errs [runs]error
		)
		for i := range runs {
			all.Go(func() {
				if open[i], errs[i] = Open(Options{Dir: dir, Level: LevelRaw}); errs[i] == nil {
					errs[i] = open[i].WriteRerun([]byte("{}"))
				}
			})
		}
		all.Wait()
		won := 0
		for i, err := range errs {
			if err == nil {
				won++
				require.NoError(t, open[i].Close())
				continue
			}
			require.ErrorContains(t, err, "another run")
		}
		require.Equal(t, 1, won)
	}
}

// Where nothing can be locked two runs may meet: their unfinished files have names of their own.
func TestUnlockedFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "logs"), 0o700))
	require.NoError(t, os.Symlink(os.DevNull, filepath.Join(dir, "logs", "aiperf.log")))
	put(t, dir, "profile_export_rerun.json.17.tmp", earlier["profile_export_rerun.json"])
	for range 2 {
		f, err := Open(Options{Dir: dir})
		require.NoError(t, err)
		log, err := f.OpenLog()
		require.NoError(t, err, "a log may go to a device")
		defer log.Close()
		require.NoError(t, f.WriteRerun([]byte("{}")))
	}
	require.FileExists(t, filepath.Join(dir, "profile_export_rerun.json.17.tmp"), "it may be under way")
}

// A file under the log's name that is no log is not cut off.
func TestLogBehindAStrangersText(t *testing.T) {
	dir := t.TempDir()
	path := put(t, dir, "logs/aiperf.log", "dear diary\n")
	f, err := Open(Options{Dir: dir})
	require.NoError(t, err)
	log, err := f.OpenLog()
	require.NoError(t, err)
	_, err = log.WriteString("a line\n")
	require.NoError(t, err)
	require.NoError(t, log.Close())
	require.Equal(t, "dear diary\na line\n", string(reporttest.Read(t, path)))
}
