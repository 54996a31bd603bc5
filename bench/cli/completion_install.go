// aiperf --install-completion: writes the script where the shell finds it, and the line that loads it where the shell needs one.
package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aiperf-go/aiperf/bench/config"
)

func installOptions() *config.Table {
	return config.NewTable([]config.Option{
		{Group: "Options", Names: "--shell", Field: "shell", Type: config.Enum, Argv: config.One, Choices: strings.Join(shellNames(), " "),
			Help: "shell to install for; without it the one of the environment variable SHELL"},
		{Group: "Options", Names: "--output -o", Field: "output", Type: config.Path, Argv: config.One,
			Help: "file to write the script to; without it the shell's own folder"},
	})
}

// installCompletion installs for one shell.
func installCompletion(env Env, args []string) error {
	if wantsHelp(args) {
		printCommandHelp(env, []string{"--install-completion"}, command{name: "--install-completion", about: "install completion for a shell", options: installOptions})
		return nil
	}
	s, err := installOptions().Parse(args, nil)
	if err != nil {
		return err
	}
	name, _ := s.Value("shell").(string)
	if name == "" {
		if name = env.lookup("SHELL"); name == "" {
			return usagef("which shell? The environment variable SHELL does not say: give --shell %s", strings.Join(shellNames(), "|"))
		}
	}
	sh, err := shellNamed(name)
	if err != nil {
		return err
	}
	home := env.lookup("HOME")
	file, _ := s.Value("output").(string)
	if home == "" && (file == "" || sh.rc != "") {
		return exitf(exitFailed, "installing completion for %s: the environment variable HOME is not set", sh.name)
	}
	if file == "" {
		file = filepath.Join(home, filepath.FromSlash(sh.file))
	} else if file, err = absolute(env, file); err != nil {
		return err
	}
	if err := saveFile(file, []byte(sh.script(spots()))); err != nil {
		return exitf(exitFailed, "installing completion for %s: %w", sh.name, err)
	}
	fmt.Fprintf(env.Stdout, "Completion script written to %s\n", file)
	if sh.rc != "" {
		rc := filepath.Join(home, sh.rc)
		added, err := addLines(rc, loaderLines(sh, file))
		if err != nil {
			return exitf(exitFailed, "making %s load the completion: %w", sh.name, err)
		}
		if added {
			fmt.Fprintf(env.Stdout, "Loader added to %s\n", rc)
		} else {
			fmt.Fprintf(env.Stdout, "%s loads it already\n", rc)
		}
	}
	fmt.Fprintf(env.Stdout, "Restart the shell or run: %s\n", sh.reload)
	return nil
}

func loaderLines(sh shell, file string) []string {
	var out []string
	for _, line := range sh.loader {
		out = append(out, strings.NewReplacer("%s", file, "%d", filepath.Dir(file)).Replace(line))
	}
	return out
}

// saveFile writes a whole file and the folders above it.
func saveFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// addLines appends lines to a start file unless they stand in it.
func addLines(path string, lines []string) (added bool, err error) {
	have, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	old := strings.Split(string(have), "\n")
	if !slices.ContainsFunc(lines, func(l string) bool { return !slices.Contains(old, l) }) {
		return false, nil
	}
	text := strings.Join(lines, "\n") + "\n"
	if len(have) > 0 && have[len(have)-1] != '\n' {
		text = "\n" + text
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return false, err
	}
	_, err = f.WriteString(text)
	return true, errors.Join(err, f.Close())
}
