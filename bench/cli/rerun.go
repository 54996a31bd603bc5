// aiperf rerun: the run of an artifact folder once more, from the record it left there.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
	"github.com/aiperf-go/aiperf/report/artifact"
)

// rerun repeats a run. Its results go beside the first ones unless --artifact-dir says where.
func rerun(ctx context.Context, env Env, reg Registry, args []string) error {
	if len(args) == 0 {
		return usagef("no folder given: aiperf rerun FOLDER [options of aiperf profile that replace recorded ones]")
	}
	if strings.HasPrefix(args[0], "-") {
		return exitf(exitFailed, "the folder comes first, as in: aiperf rerun FOLDER %s", args[0])
	}
	file, err := recordFile(env, args[0])
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	text, err := env.ReadFile(file)
	if err != nil {
		return exitf(exitFailed, "reading the record of the run: %w", err)
	}
	record, err := config.ReadRecord(file, text)
	if err != nil {
		return exitf(exitFailed, "%w", err)
	}
	again, err := record.Args(profileTable(reg), args[1:])
	if err != nil {
		return err
	}
	if !record.Replaces(profileTable(reg), args[1:], "artifact_directory") {
		dir, err := freeFolder(env, filepath.Dir(file))
		if err != nil {
			return exitf(exitFailed, "%w", err)
		}
		again = append(again, "--artifact-dir", dir)
	}
	env.Environ = append(record.Environ(), env.Environ...)
	return profileOf(ctx, env, reg, again, record.Source())
}

// recordFile finds the one record of a folder.
func recordFile(env Env, folder string) (string, error) {
	row := artifact.RowOf(artifact.Rerun)
	entries, err := env.ReadDir(folder)
	if err != nil {
		return "", fmt.Errorf("folder %q: %w", folder, pathReason(err))
	}
	var found []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), row.Suffix) && e.Type().IsRegular() {
			found = append(found, filepath.Join(folder, e.Name()))
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", fmt.Errorf("folder %q holds no %s: no run of this program wrote it", folder, row.File)
	default:
		return "", fmt.Errorf("folder %q holds the records of %d runs (%s): move the one to repeat into a folder of its own", folder, len(found), strings.Join(found, ", "))
	}
}

// pathReason drops the path that an error about a path repeats.
func pathReason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// freeFolder is the first name beside a run's folder that nothing has.
func freeFolder(env Env, dir string) (string, error) {
	dir, err := absolute(env, dir)
	if err != nil {
		return "", err
	}
	for n := 1; n <= mostReruns; n++ {
		name := fmt.Sprintf("%s-rerun-%d", dir, n)
		if _, err := env.Stat(name); errors.Is(err, fs.ErrNotExist) {
			return name, nil
		}
	}
	return "", fmt.Errorf("%d reruns stand beside %q: --artifact-dir says where the next one goes", mostReruns, dir)
}

func absolute(env Env, dir string) (string, error) {
	if filepath.IsAbs(dir) {
		return dir, nil
	}
	wd, err := env.Getwd()
	if err != nil {
		return "", fmt.Errorf("finding the working directory: %w", err)
	}
	return filepath.Join(wd, dir), nil
}
